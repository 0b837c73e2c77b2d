"""Describes unsent items, and what is new about them, in the words that people read. Pure.

Names come from the look-up lists and from the ticket itself. An id is never shown: where no name is
known, a word such as "another agent" takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, assert_never

from deskero_tui.domain.outbox.contents import (
    CreateContent,
    DeleteContent,
    Kind,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.items import State
from deskero_tui.domain.outbox.merge import NewsKind, wanted_value
from deskero_tui.domain.query.query import fold_name
from deskero_tui.domain.records.conversation import Message, MessageKind
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.text.shortening import Left, shortened
from deskero_tui.domain.time.epoch import to_ms

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.items import OutboxItem
    from deskero_tui.domain.outbox.merge import FieldConflict, FieldValue, Hold, News
    from deskero_tui.domain.records.ticket import Ticket

ANOTHER_AGENT: Final = "another agent"
THE_CUSTOMER: Final = "the customer"
SOMEBODY: Final = "somebody"
NOBODY: Final = "nobody"
UNKNOWN_ENTRY: Final = "an unknown one"
"""For a type, area or group that no list and no ticket names."""
NOTHING: Final = "nothing"
DELETED_TICKET: Final = SafeText("a deleted ticket")

KINDS_IN_WORDS: Final[Mapping[Kind, str]] = {
    Kind.REPLY: "reply",
    Kind.NOTE: "note",
    Kind.CREATE: "new ticket",
    Kind.UPDATE: "change",
    Kind.DELETE: "deletion",
}
_KIND_OF_MESSAGE: Final = {
    NewsKind.CUSTOMER: MessageKind.CUSTOMER,
    NewsKind.AGENT: MessageKind.AGENT,
    NewsKind.NOTE: MessageKind.NOTE,
}
_TERMS: Final = {"type": TermKind.TYPE, "area": TermKind.AREA, "group": TermKind.GROUP}
_MOST_LINE_CHARS: Final = 120
_MOST_VALUE_CHARS: Final = 1_000


# -- names -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for."""

    lang: str = "en"
    people: Mapping[str, str] = field(default_factory=dict)
    """Name by id; an empty name is an id of which nothing else is known."""
    statuses: Mapping[str, SafeText] = field(default_factory=dict)
    """Label by folded machine name."""
    terms: Mapping[tuple[TermKind, str], SafeText] = field(default_factory=dict)
    """Label by list and id."""

    def with_ticket(self, ticket: Ticket) -> Names:
        """Return these names and those that a ticket brings along."""
        return replace(
            self,
            people={**_people_of(ticket), **{id: name for id, name in self.people.items() if name}},
            statuses={**_statuses_of(ticket, self.lang), **self.statuses},
            terms={**_terms_of(ticket, self.lang), **self.terms},
        )

    def person(self, id: str | None, said: str, otherwise: str) -> SafeText:
        """Return the name of somebody: from the lists, else as it was `said`, else `otherwise`.

        What was said may itself be an id, in items that an earlier version has held.
        """
        known = self.people.get(id or "") or self.people.get(said)
        is_an_id = said == id or said in self.people
        return safe_line(known or ("" if is_an_id else said) or otherwise, max_chars=80)

    def agent(self, id: str | None) -> SafeText:
        """Return the name of an agent; `None` is nobody."""
        return self.person(id, "", ANOTHER_AGENT) if id else SafeText(NOBODY)

    def status(self, name: str) -> SafeText:
        """Return the label of a status; its machine name where there is none."""
        return self.statuses.get(fold_name(name)) or safe_line(name, max_chars=40)

    def value(self, field_name: str, value: FieldValue) -> SafeText:
        """Return the value of a field of a ticket in words; `field_name` as in `TicketPatch`."""
        match field_name, value:
            case "assignee", str() | None:
                return self.agent(value)
            case "cc", tuple():
                said = ", ".join(map(self.agent, value))
            case "status", str():
                said = self.status(value)
            case "type" | "area" | "group", str(id):
                said = self.terms.get((_TERMS[field_name], id), UNKNOWN_ENTRY)
            case _, bool():
                return SafeText("yes" if value else "no")
            case _, tuple():
                said = ", ".join(value)
            case _:
                said = value or ""
        return safe_line(said, max_chars=_MOST_VALUE_CHARS) or SafeText(NOTHING)


def _people_of(ticket: Ticket) -> dict[str, str]:
    """Everybody whom a ticket mentions, with the names that it gives."""
    found: dict[str, str] = {}
    agents = [ticket.assignee, *ticket.cc, *(reply.from_agent for reply in ticket.replies)]
    customers = [ticket.customer, *(reply.from_customer for reply in ticket.replies)]
    for person in (*agents, *customers):
        if person is not None:
            found[person.id] = found.get(person.id) or person.name or person.email
    for note in ticket.notes:
        for id, name in ((note.author, note.author_name), (note.assignee, note.assignee_name)):
            if id:
                found[id] = found.get(id) or name
    return found


def _statuses_of(ticket: Ticket, lang: str) -> dict[str, SafeText]:
    status = ticket.status
    if status is None:
        return {}
    label = status.labels.get(lang) or status.labels.get("en") or status.name
    return {fold_name(status.name): safe_line(label, max_chars=40)}


def _terms_of(ticket: Ticket, lang: str) -> dict[tuple[TermKind, str], SafeText]:
    found = {}
    for kind, term in (
        (TermKind.TYPE, ticket.type),
        (TermKind.AREA, ticket.area),
        (TermKind.GROUP, ticket.group),
    ):
        if term is not None and (name := term.labels.get(lang) or term.name):
            found[kind, str(term.id)] = safe_line(name, max_chars=40)
    return found


# -- what is new -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewFact:
    """One thing that somebody else did to the ticket since writing began."""

    at: datetime | None
    text: SafeText
    """A sentence without a full stop: who did what."""
    message: Message | None = None
    """The reply or note; `None` for changes, and where it was not read or is not there."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that the agent changes and somebody else has changed."""

    field: SafeText
    was: SafeText
    theirs: SafeText
    ours: SafeText

    @property
    def in_words(self) -> SafeText:
        """`was nobody, is Zofia Wrona now, you set Ines Marchetti`."""
        return SafeText(f"was {self.was}, is {self.theirs} now, you set {self.ours}")


def new_facts(hold: Hold, names: Names, messages: Sequence[Message] = ()) -> tuple[NewFact, ...]:
    """Return what is new; `messages` are those of the ticket, each belongs to one fact at most."""
    left = list(messages)
    facts = []
    for news in hold.news:
        message = next((one for one in left if _is_that(news, one)), None)
        if message is not None:
            left.remove(message)
        facts.append(NewFact(news.at, _new_in_words(news, names), message))
    return tuple(facts)


def _is_that(news: News, message: Message) -> bool:
    """Tell whether `message` is what `news` announces: by kind and moment, and by agent."""
    if _KIND_OF_MESSAGE.get(news.kind) is not message.kind or (news.at is None) != (
        message.at is None
    ):
        return False
    is_then = news.at is None or message.at is None or to_ms(news.at) == to_ms(message.at)
    is_theirs = news.kind is NewsKind.CUSTOMER or not news.who_id or news.who_id == message.agent
    return is_then and is_theirs


def _new_in_words(news: News, names: Names) -> SafeText:
    match news.kind:
        case NewsKind.CUSTOMER:
            name = names.person(news.who_id, news.who, "")
            said = f"{name} (customer) wrote" if name else f"{THE_CUSTOMER} wrote"
        case NewsKind.AGENT:
            said = f"{names.person(news.who_id, news.who, ANOTHER_AGENT)} replied to the customer"
        case NewsKind.NOTE:
            said = f"{names.person(news.who_id, news.who, ANOTHER_AGENT)} left a note"
        case NewsKind.STATUS:
            said = f"{SOMEBODY} set the status to {names.status(news.now) or NOTHING}"
        case NewsKind.ASSIGNEE if news.now:
            said = f"{SOMEBODY} assigned the ticket to {names.agent(news.now)}"
        case NewsKind.ASSIGNEE:
            said = f"{SOMEBODY} removed the assignee"
        case NewsKind.MERGED:
            said = f"{SOMEBODY} merged the ticket into {news.now}"
        case _:
            assert_never(news.kind)
    return safe_line(said[:1].upper() + said[1:], max_chars=300)


def clashes(conflicts: Sequence[FieldConflict], names: Names) -> tuple[Clash, ...]:
    """Return the conflicts of a held change, each value in words."""
    return tuple(
        Clash(
            field_in_words(one.name),
            *(names.value(one.name, value) for value in (one.base, one.theirs, one.ours)),
        )
        for one in conflicts
    )


def field_in_words(name: str) -> SafeText:
    """Return what people call a field of `TicketPatch`."""
    return SafeText(name.removeprefix("is_").replace("_", " "))


def message_in_words(message: Message, *, most_lines: int, most_chars: int) -> SafeText:
    """Return the text of a message with its quotes folded, and how much of it is left out."""
    shown = shortened(
        message.parts, folds_quotes=True, most_lines=most_lines, most_chars=most_chars
    )
    lines = []
    left = Left(message.lines_left)
    for one in shown:
        left += one.left
        count = one.text.count("\n") + 1
        if one.part.is_quote and one.text.strip():
            lines.append(f"[{count:,} quoted {'line' if count == 1 else 'lines'}]")
        elif one.text.strip():
            lines.append(one.text.strip("\n"))
    return SafeText("\n".join([*lines, f"[{left.in_words()}]"] if left else lines))


# -- items -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """One item of the outbox as people read it."""

    item: OutboxItem
    number: SafeText
    """Number of the ticket; empty for a new one, `DELETED_TICKET` for one that is gone."""
    subject: SafeText
    customer: SafeText
    what: SafeText
    """One line: the beginning of the text, or what a change sets."""
    text: str = field(repr=False)
    """Everything that the agent wrote; empty for changes and deletions. Not cleaned."""
    news: tuple[NewFact, ...] = ()
    clashes: tuple[Clash, ...] = ()
    behind: SafeText = SafeText("")  # noqa: RUF009  (a NewType call answers its argument)
    """The item that has to be decided about or found first, as `name` gives it; often empty."""

    @property
    def kind(self) -> str:
        return KINDS_IN_WORDS[self.item.kind]

    @property
    def state(self) -> str:
        return self.item.state_in_words

    @property
    def name(self) -> SafeText:
        """`reply 15/2025`; `new ticket` has no number."""
        return SafeText(f"{self.kind} {self.number}".rstrip())

    @property
    def is_stuck(self) -> bool:
        """Whether it cannot go on now: it asks, is looked for, or waits behind another item."""
        return bool(self.behind) or self.item.is_looked_for or not self.item.moves_by_itself

    @property
    def standing(self) -> SafeText:
        """`reply waits behind: note 15/2025` or `reply on hold`: what a ticket shows of it."""
        return SafeText(f"{self.kind} {self.why if self.behind else self.state}")

    @property
    def why(self) -> SafeText:
        """One line: why it is not sent yet; may be empty."""
        if self.behind:
            return SafeText(f"waits behind: {self.behind}")
        said = [str(fact.text) for fact in self.news]
        said += [f"{clash.field} {clash.in_words}" for clash in self.clashes]
        if not said:
            return safe_line(self.item.reason, max_chars=300)
        count = f"{len(said)} new: " if len(said) > 1 else ""
        return safe_line(f"{count}{said[0]}", max_chars=300)


def questions(found: Sequence[Unsent]) -> list[tuple[Unsent, ...]]:
    """Put items of the same cause together, each group where its first item stands.

    Items that failed, ask or are looked for have the same cause where state and reason are equal.
    What is on hold is new for each ticket and so a question of its own, but for one bulk change.
    """
    groups: dict[object, list[Unsent]] = {}
    for one in found:
        groups.setdefault(_cause(one), []).append(one)
    return [tuple(group) for group in groups.values()]


def _cause(one: Unsent) -> object:
    item = one.item
    match item.state:
        case State.REFUSED | State.UNSURE if not one.behind:
            return one.state, item.reason
        case State.HELD if item.kind is Kind.UPDATE and item.batch is not None:
            return one.state, item.reason, item.batch
        case _:
            return item.id


def count_in_words(items: Sequence[Unsent]) -> str:
    """Return `5 messages` or, of several kinds, `5 items`; for two or more."""
    is_message = {one.item.is_message for one in items}
    word = "items" if len(is_message) > 1 else "messages" if True in is_message else "changes"
    return f"{len(items)} {word}"


def left_in_words(items: Sequence[OutboxItem], *, shown_by: str) -> str:
    """Return `2 messages are not sent yet, 1 needs a decision: d shows them.`; empty for none.

    `shown_by` is the command or key that shows the items.
    """
    messages = sum(item.is_message for item in items)
    counts = [(messages, "message"), (len(items) - messages, "change")]
    counted = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    if not counted:
        return ""
    is_one = len(items) == 1
    said = f"{' and '.join(counted)} {'is' if is_one else 'are'} not sent yet"
    asking = sum(not item.moves_by_itself for item in items)
    if asking:
        who = " and" if asking == len(items) else f", {asking}"
        said += f"{who} {'needs' if asking == 1 else 'need'} a decision"
    return f"{said}: {shown_by} shows {'it' if is_one else 'them'}."


def what_it_is(item: OutboxItem, names: Names) -> SafeText:
    """Return what an item wants in one line."""
    match item.content:
        case UpdateContent(patch):
            said = "; ".join(
                f"{field_in_words(name)}: {names.value(name, wanted_value(patch, name))}"
                for name in sorted(patch.changed)
            )
            return safe_line(said, max_chars=_MOST_LINE_CHARS)
        case ReplyContent() | NoteContent() | CreateContent() | DeleteContent():
            return item.summary
        case _:
            assert_never(item.content)


def text_of(item: OutboxItem) -> str:
    """Return everything that the agent wrote; empty for changes and deletions."""
    match item.content:
        case ReplyContent(text) | NoteContent(text):
            return text
        case CreateContent(ticket):
            return f"{ticket.subject}\n\n{ticket.description}"
        case UpdateContent() | DeleteContent():
            return ""
        case _:
            assert_never(item.content)
