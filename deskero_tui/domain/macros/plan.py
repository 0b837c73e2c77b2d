"""What the changes of a macro come to for one ticket: names looked up, times read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.macros.library import Changes, suggestion
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.query.query import fold_name
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.folding import folded
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.moments import BadMoment, read_back, read_moment
from deskero_tui.domain.time.reminder_words import in_words, note_text, split_sign

if TYPE_CHECKING:
    from deskero_tui.domain.records.ticket import Ticket

ME: Final = "me"
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """What the names of a macro are looked up in."""

    statuses: Sequence[Choice]
    agents: Sequence[Choice]
    me: AgentId | None
    """`None` while it is not known who we are."""
    now: datetime
    """Aware, in the agent's zone."""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done to a ticket."""

    patch: TicketPatch = field(default_factory=TicketPatch)
    """Only what is not so already."""
    remind_at: datetime | None = None
    said: tuple[tuple[str, SafeText], ...] = ()
    """Each of it by name and in words, whether the ticket has it already or not."""
    unless_answered: bool = False
    """The reminder ends when the customer writes."""

    @property
    def in_words(self) -> SafeText:
        """All of it on one line: `status solved, tags +refund`."""
        return safe_line(", ".join(f"{name} {words}" for name, words in self.said))

    def noted(self, text: str) -> str:
        """A note that bears the reminder, if there is one, as it leaves."""
        return note_text(text, remind_at=self.remind_at, unless_answered=self.unless_answered)


def planned(changes: Changes, ticket: Ticket, lookups: Lookups) -> Plan:
    """What the changes come to for this ticket.

    Raises:
        BadInput: A status or an agent is not known, or the time of the reminder cannot be taken.
    """
    said: list[tuple[str, SafeText]] = []
    patch: dict[str, object] = {}
    if changes.status:
        status = _only(lookups.statuses, changes.status, "status")
        said.append(("status", status.label))
        if ticket.status is None or fold_name(ticket.status.name) != fold_name(status.id):
            patch["status"] = status.id
    if changes.is_priority is not None:
        said.append(("priority", SafeText("yes" if changes.is_priority else "no")))
        if ticket.is_priority != changes.is_priority:
            patch["is_priority"] = changes.is_priority
    if changes.added_tags or changes.removed_tags:
        said.append(("tags", _signed(changes)))
        tags = _tags(changes, ticket.tags)
        if tags != ticket.tags:
            patch["tags"] = tags
    if changes.assign:
        agent, label = _assignee(changes.assign, lookups)
        said.append(("assigned to", label))
        if agent != (ticket.assignee.id if ticket.assignee else None):
            patch["assignee"] = agent
    remind_at, unless_answered = None, False
    if changes.remind:
        typed, unless_answered = split_sign(changes.remind)
        remind_at = _moment(typed, lookups)
        moment = read_back(remind_at, now=lookups.now, lang=lookups.lang)
        words = in_words(moment, unless_answered=unless_answered)
        said.append(("reminder", safe_line(words)))
    # Each value has the type of its field.
    fields = TicketPatch(**patch)  # type: ignore[arg-type]
    return Plan(fields, remind_at, tuple(said), unless_answered)


def _tags(changes: Changes, tags: Sequence[str]) -> tuple[str, ...]:
    kept = [tag for tag in tags if tag not in changes.removed_tags]
    return tuple(dict.fromkeys([*kept, *changes.added_tags]))


def _signed(changes: Changes) -> SafeText:
    added = [f"+{tag}" for tag in changes.added_tags]
    return safe_line(" ".join([*added, *(f"-{tag}" for tag in changes.removed_tags)]))


def _assignee(said: str, lookups: Lookups) -> tuple[AgentId | None, SafeText]:
    match said.casefold():
        case "nobody":
            return None, SafeText(NOBODY)
        case "me" if lookups.me is None:
            raise BadInput("It is not known which agent you are: set DESKERO_AGENT to your name.")
        case "me":
            return lookups.me, SafeText(ME)
        case _:
            agent = _only(lookups.agents, said, "agent")
            return AgentId(agent.id), agent.label


def _only(choices: Sequence[Choice], said: str, what: str) -> Choice:
    """The one choice that goes by a name, an id or (of people) an address."""
    wanted = fold_name(said)
    found = [
        choice
        for choice in choices
        if choice.id == said
        or wanted in (fold_name(choice.id), fold_name(choice.label), fold_name(choice.hint))
    ]
    name = safe_line(said, max_chars=60)
    match found:
        case [choice]:
            return choice
        case []:
            near = suggestion(folded(said), [folded(choice.label) for choice in choices])
            raise BadInput(f"There is no {what} {name}.{near}")
        case _:
            raise BadInput(f"There are several of the name {name}; give the {what}'s id.")


def _moment(said: str, lookups: Lookups) -> datetime:
    try:
        return read_moment(said, now=lookups.now, lang=lookups.lang)
    except BadMoment as error:
        raise BadInput(str(error)) from error
