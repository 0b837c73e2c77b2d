"""A ticket made ready to be read: every text cleaned, HTML turned into words, quotes marked.

This is the only road from a record to the ticket pane; what comes out is safe to show as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.query.query import fold_name
from deskero_tui.domain.text.safe_text import SafeText, safe_block, safe_line

if TYPE_CHECKING:
    from deskero_tui.domain.records.people import Agent, Customer
    from deskero_tui.domain.records.ticket import (
        Attachment,
        Note,
        Reply,
        Source,
        Status,
        Ticket,
        TicketArea,
        TicketGroup,
        TicketType,
    )
    from deskero_tui.domain.text.links import Link
    from deskero_tui.domain.text.quotes import Part

_MOST_NOTE_CHARS: Final = 1_000_000
_MOST_NOTE_LINES: Final = 50_000
_MOST_SUBJECT_CHARS: Final = 10_000
_MOST_FACT_CHARS: Final = 1_000_000
Labelled: TypeAlias = "Status | Source | TicketType | TicketArea | TicketGroup"
_DAWN: Final = datetime(1, 1, 1, tzinfo=UTC)


NOTHING: Final = SafeText("")


class MessageKind(Enum):
    """Who said it, and who may read it: all but a note are seen by the customer."""

    REQUEST = "request"
    CUSTOMER = "customer"
    AGENT = "agent"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attachment as the ticket pane lists it."""

    number: int
    """1-based, over the whole conversation."""
    name: SafeText
    media_type: SafeText
    size_bytes: int
    source: Attachment


@dataclass(frozen=True, slots=True)
class Message:
    """The request, a reply or a note."""

    kind: MessageKind
    author: SafeText
    """Empty when the desk did not say."""
    at: datetime | None
    parts: tuple[Part, ...]
    """The text, quoted passages apart from what is new."""
    links: tuple[Link, ...]
    files: tuple[FileLine, ...]
    lines_left: int
    """Lines beyond the limit of what is read at all; 0 when `parts` hold everything."""
    remind_at: datetime | None = None
    remind_whom: SafeText = NOTHING
    source: str = ""
    """The text as the desk gave it: nothing is cleaned, so it is for files and pipes only."""
    agent: AgentId | None = None
    """Which agent wrote it; `None` for customers, and when the desk did not say."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the head: what it is, and what it says."""

    name: str
    value: SafeText
    items: tuple[SafeText, ...] = field(default=(), compare=False)
    """The entries of a list; empty where the value is no list."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ticket for reading. `ticket` is the record it was made from."""

    ticket: Ticket
    number: SafeText
    subject: SafeText
    status: str
    """Folded machine name; empty when unknown."""
    status_label: SafeText
    facts: tuple[Fact, ...]
    """Those that say something, the most asked for first."""
    messages: tuple[Message, ...]
    """The request, then replies and notes in the order of time."""

    @property
    def ticket_id(self) -> TicketId:
        return self.ticket.id

    @property
    def files(self) -> tuple[FileLine, ...]:
        """All attachments, in the order of their numbers."""
        return tuple(file for message in self.messages for file in message.files)

    def first_after(self, moment: datetime, *, besides: AgentId | None) -> int | None:
        """The place of the first message behind the request that came later than `moment`.

        What the agent `besides` wrote does not count. `None` when nothing came.
        """
        for place, message in enumerate(self.messages):
            is_later = message.at is not None and message.at > moment
            is_theirs = besides is None or message.agent != besides
            if place and is_later and is_theirs:
                return place
        return None

    @property
    def last_from_customer(self) -> Message:
        """What a reply answers: the customer's last word, else the request."""
        theirs = (MessageKind.REQUEST, MessageKind.CUSTOMER)
        return next(message for message in reversed(self.messages) if message.kind in theirs)


def conversation_of(
    ticket: Ticket, *, lang: str, agent_names: Mapping[AgentId, str]
) -> Conversation:
    """Makes a ticket readable. Pure, but not cheap for long threads: not for the event loop.

    `agent_names` says who wrote a note, for notes carry ids only (API sheet §5.3).
    """
    numbered = _Numbering()
    request = _request(ticket, numbered)
    later = [_reply(reply, numbered) for reply in ticket.replies]
    later += [_note(note, agent_names) for note in ticket.notes]
    later.sort(key=lambda unsplit: unsplit.message.at or _DAWN)
    messages = _split([request, *later], ticket.subject)
    return Conversation(
        ticket=ticket,
        number=safe_line(ticket.number, max_chars=40),
        subject=safe_line(ticket.subject, max_chars=_MOST_SUBJECT_CHARS),
        status=fold_name(ticket.status.name) if ticket.status else "",
        status_label=_label(ticket.status, lang),
        facts=tuple(_facts(ticket, lang)),
        messages=tuple(messages),
    )


class _Numbering:
    """Hands out the numbers of files over the whole conversation."""

    def __init__(self) -> None:
        self._last = 0

    def lines(self, attachments: Iterable[Attachment]) -> tuple[FileLine, ...]:
        return tuple(self._line(attachment) for attachment in attachments)

    def _line(self, attachment: Attachment) -> FileLine:
        self._last += 1
        return FileLine(
            number=self._last,
            name=safe_line(attachment.file_name or "unnamed", max_chars=120),
            media_type=safe_line(attachment.media_type, max_chars=80),
            size_bytes=attachment.size_bytes,
            source=attachment,
        )


@dataclass(frozen=True, slots=True)
class _Unsplit:
    """A message that lacks its parts, with its text."""

    message: Message
    text: SafeText


def _split(unsplit: Sequence[_Unsplit], subject: str) -> Iterator[Message]:
    """Tell quotes from new text in messages in order of time: each is compared with those before.

    Notes are never quotes, and customers cannot quote them.
    """
    from deskero_tui.domain.text.earlier_text import EarlierText
    from deskero_tui.domain.text.quotes import Part, split_quotes
    from deskero_tui.domain.text.reply_heads import FORWARDS

    earlier = EarlierText()
    for message, text in ((each.message, each.text) for each in unsplit):
        if message.kind is MessageKind.NOTE:
            yield replace(message, parts=(Part(text, is_quote=False),))
            continue
        is_request = message.kind is MessageKind.REQUEST
        is_forward = is_request and FORWARDS.match(subject) is not None
        yield replace(message, parts=split_quotes(text, earlier, is_forward=is_forward))
        earlier.add(text)


def _request(ticket: Ticket, numbered: _Numbering) -> _Unsplit:
    from deskero_tui.domain.text.html import readable

    body = readable(ticket.description)
    message = Message(
        kind=MessageKind.REQUEST,
        author=person_name(ticket.customer),
        at=ticket.inserted_at,
        parts=(),
        links=body.links,
        files=numbered.lines(ticket.attachments),
        lines_left=body.lines_left,
        source=ticket.description,
    )
    return _Unsplit(message, body.text)


def _reply(reply: Reply, numbered: _Numbering) -> _Unsplit:
    from deskero_tui.domain.text.html import readable

    body = readable(reply.text)
    is_customer = reply.from_customer is not None
    message = Message(
        kind=MessageKind.CUSTOMER if is_customer else MessageKind.AGENT,
        author=person_name(reply.from_customer or reply.from_agent),
        at=reply.sent_at,
        parts=(),
        links=body.links,
        files=numbered.lines(reply.attachments),
        lines_left=body.lines_left,
        source=reply.text,
        agent=reply.from_agent.id if reply.from_agent and not is_customer else None,
    )
    return _Unsplit(message, body.text)


def _note(note: Note, agent_names: Mapping[AgentId, str]) -> _Unsplit:
    text = safe_block(note.text, max_chars=_MOST_NOTE_CHARS, max_lines=_MOST_NOTE_LINES)
    message = Message(
        kind=MessageKind.NOTE,
        author=_agent_name(note.author, note.author_name, agent_names),
        at=note.inserted_at,
        parts=(),
        links=(),
        files=(),
        lines_left=_lines_beyond(note.text),
        source=note.text,
        remind_at=note.remind_at,
        remind_whom=_agent_name(note.assignee, note.assignee_name, agent_names),
        agent=note.author,
    )
    return _Unsplit(message, text)


def _lines_beyond(text: str) -> int:
    """Count the lines of a note that are left out, the rest of one that is cut included."""
    if len(text) <= _MOST_NOTE_LINES:
        return 0  # Not more characters than lines are shown.
    lines = text.splitlines()
    room, kept = _MOST_NOTE_CHARS, 0
    for line in lines[:_MOST_NOTE_LINES]:
        room -= len(line) + 1
        if room < 0:
            break
        kept += 1
    return len(lines) - kept


def _agent_name(agent: AgentId | None, given: str, names: Mapping[AgentId, str]) -> SafeText:
    known = names.get(agent, "") if agent else ""
    return safe_line(given or known or agent or "", max_chars=80)


def person_name(person: Customer | Agent | None) -> SafeText:
    """What to call somebody: name, else address, else id; empty for nobody."""
    return safe_line((person.name or person.email or person.id) if person else "", max_chars=80)


def _facts(ticket: Ticket, lang: str) -> Iterable[Fact]:
    """The lines of the head that say something."""
    named: list[tuple[str, object]] = [
        ("From", _customer_line(ticket.customer)),
        ("Assigned", person_name(ticket.assignee) or "nobody"),
        ("Priority", "yes" if ticket.is_priority else ""),
        ("Type", _label(ticket.type, lang)),
        ("Area", _label(ticket.area, lang)),
        ("Group", _label(ticket.group, lang)),
        ("Tags", ticket.tags),
        ("Cc", tuple(map(person_name, ticket.cc))),
        ("Source", _label(ticket.source, lang)),
        ("Memo", ticket.memo),
        *ticket.custom_fields.items(),
    ]
    for name, value in named:
        items = tuple(map(safe_line, value)) if isinstance(value, tuple) else ()
        said = ", ".join(items) if isinstance(value, tuple) else value
        text = safe_line(said or "", max_chars=_MOST_FACT_CHARS)
        if text:
            yield Fact(safe_line(name, max_chars=40), text, items)


def _customer_line(customer: Customer | None) -> str:
    if customer is None:
        return ""
    parts: list[str] = [customer.name, f"<{customer.email}>" if customer.email else ""]
    line = " ".join(part for part in parts if part) or customer.id
    return f"{line}, {customer.company}" if customer.company else line


def _label(term: Labelled | None, lang: str) -> SafeText:
    """The name in the agent's language, else in English, else the machine name."""
    if term is None:
        return SafeText("")
    name = term.labels.get(lang) or term.labels.get("en") or term.name
    return safe_line(name, max_chars=40)
