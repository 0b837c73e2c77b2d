"""The life of a write: what waits to be sent, its states, and the one table of allowed moves.

The rules in ten lines:

1.  Every write is an item. It is stored as `queued` with its words and files in one transaction.
2.  Items of one ticket go in order. One that waits for the agent holds up only its own kind.
3.  Before a queued item leaves, its ticket is read again. News the agent has not seen: `held`.
4.  `sending`, the request, its key and what the desk showed are on the disk before a byte leaves.
5.  The desk says yes: `sent`. A certain no: `refused`; the words stay. No byte left: `queued`.
6.  Any other outcome, and `sending` found at a start: `unsure` (the agent reads "unconfirmed").
7.  A desk that honours keys gets the stored request again, with its key, until it has answered.
8.  Elsewhere the desk is looked at several times. A message that came since and resembles: `sent`.
9.  No proof after the last look: the agent is asked. No message goes out again by itself.
10. A change or deletion goes again while the desk shows the old value. Ends: `sent`, `dropped`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NewType, assert_never

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.text.safe_text import SafeText, safe_line

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.contents import Content, Kind
    from deskero_tui.domain.outbox.merge import Baseline, FieldValue, Hold
    from deskero_tui.domain.outbox.seen import Seen

ItemId = NewType("ItemId", int)
"""Grows with every item: the order in which the agent acted."""


class State(Enum):
    """Where a write stands."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNSURE = "unsure"
    DROPPED = "dropped"


ASKS: Final = "asks"
"""The word for an unconfirmed item that only the agent can decide about."""
ASK: Final = "ask"
"""The same for several."""
STATES_IN_WORDS: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.QUEUED: "queued",
        State.HELD: "on hold",
        State.SENDING: "sending",
        State.SENT: "sent",
        State.REFUSED: "failed",
        State.UNSURE: "unconfirmed",
        State.DROPPED: "dropped",
    }
)
"""The words for the states wherever people read them."""

ENDED: Final = frozenset({State.SENT, State.DROPPED})
"""Nothing moves an item out of these."""


class Happening(Enum):
    """What can befall a write."""

    CLAIMED = "about to leave"
    FOUND_STALE = "the ticket changed meanwhile"
    FOUND_DONE = "the desk has it already"
    CONFIRMED = "the desk said yes"
    REFUSED = "the desk said no, or the ticket is gone"
    NOTHING_DONE = "nothing was done: no connection, later, not let in"
    UNCLEAR = "it may have been done"
    FOUND_SENDING = "whoever sent it is gone"
    FOUND_ABSENT = "not on the desk at this look"
    STILL_ABSENT = "a change that the desk has not made: it may be repeated"
    UNDECIDABLE = "there is no proof; the agent must decide"
    LOOK_AGAIN = "the agent says: keep looking"
    SENT_AGAIN = "the agent says: send it"
    EDITED = "the agent takes the words back to change them"
    DROPPED = "the agent gives it up"
    MARKED_SENT = "the agent has seen it on the desk"
    TAKEN_BACK = "the agent takes it back before it has left"


MOVES: Final[Mapping[tuple[State, Happening], State]] = MappingProxyType(
    {
        (State.QUEUED, Happening.CLAIMED): State.SENDING,
        (State.QUEUED, Happening.FOUND_STALE): State.HELD,
        (State.QUEUED, Happening.FOUND_DONE): State.SENT,
        (State.QUEUED, Happening.REFUSED): State.REFUSED,
        (State.QUEUED, Happening.NOTHING_DONE): State.QUEUED,
        (State.QUEUED, Happening.DROPPED): State.DROPPED,
        (State.QUEUED, Happening.TAKEN_BACK): State.DROPPED,
        (State.HELD, Happening.SENT_AGAIN): State.QUEUED,
        (State.HELD, Happening.EDITED): State.DROPPED,
        (State.HELD, Happening.DROPPED): State.DROPPED,
        (State.HELD, Happening.TAKEN_BACK): State.DROPPED,
        (State.SENDING, Happening.CONFIRMED): State.SENT,
        (State.SENDING, Happening.REFUSED): State.REFUSED,
        (State.SENDING, Happening.NOTHING_DONE): State.QUEUED,
        (State.SENDING, Happening.UNCLEAR): State.UNSURE,
        (State.SENDING, Happening.FOUND_SENDING): State.UNSURE,
        (State.REFUSED, Happening.SENT_AGAIN): State.QUEUED,
        (State.REFUSED, Happening.EDITED): State.DROPPED,
        (State.REFUSED, Happening.DROPPED): State.DROPPED,
        (State.REFUSED, Happening.TAKEN_BACK): State.DROPPED,
        (State.UNSURE, Happening.FOUND_DONE): State.SENT,
        (State.UNSURE, Happening.CONFIRMED): State.SENT,
        (State.UNSURE, Happening.FOUND_STALE): State.HELD,
        (State.UNSURE, Happening.REFUSED): State.REFUSED,
        (State.UNSURE, Happening.NOTHING_DONE): State.UNSURE,
        (State.UNSURE, Happening.FOUND_ABSENT): State.UNSURE,
        (State.UNSURE, Happening.STILL_ABSENT): State.QUEUED,
        (State.UNSURE, Happening.UNDECIDABLE): State.UNSURE,
        (State.UNSURE, Happening.LOOK_AGAIN): State.UNSURE,
        (State.UNSURE, Happening.SENT_AGAIN): State.QUEUED,
        (State.UNSURE, Happening.DROPPED): State.DROPPED,
        (State.UNSURE, Happening.MARKED_SENT): State.SENT,
    }
)


class MoveRefused(BadInput):
    """Something was asked of an item that its state does not allow; nothing was changed."""


def moved(state: State, happening: Happening) -> State:
    """The state that follows.

    Raises:
        MoveRefused: The table has no such move.
    """
    following = MOVES.get((state, happening))
    if following is None:
        raise MoveRefused(_NOT_NOW[state], detail=f"{state.value}: {happening.name}")
    return following


_NOT_NOW: Final[Mapping[State, str]] = {
    State.QUEUED: "This is still waiting to be sent. Take it back first.",
    State.HELD: "This waits for your decision. Choose whether to send, edit or drop it.",
    State.SENDING: "This has left already. Wait until the desk has answered.",
    State.SENT: "This has left already.",
    State.REFUSED: "The desk refused this. Edit it, send it again or drop it.",
    State.UNSURE: "This may have arrived already. Send it again, keep looking, or drop it.",
    State.DROPPED: "This was taken back or dropped already.",
}


class Decision(Enum):
    """What an agent can say about an item that does not go on by itself."""

    SEND = "send"
    """Anyway, or again."""
    EDIT = "edit"
    """The words go back into the draft."""
    DROP = "drop"
    LOOK = "look"
    """Keep looking for it on the desk."""
    MARK_SENT = "mark sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One write, whole but for the bytes of its files."""

    id: ItemId
    ticket_id: TicketId | None
    """`None` for a new ticket that the desk has not confirmed yet."""
    state: State
    content: Content
    created_at: datetime
    changed_at: datetime
    """When it last moved."""
    not_before: datetime
    """The end of its undo window."""
    try_after: datetime | None = None
    """The end of the wait after a failure, which began at `changed_at`."""
    reason: str = ""
    """A sentence for the agent: why it is not sent; may be empty."""
    hold: Hold | None = None
    """What is new; only while it is held."""
    baseline: Baseline | None = None
    """Of a reply: the ticket as it was when writing began."""
    base: Mapping[str, FieldValue] = field(default_factory=lambda: MappingProxyType({}))
    """Of an update: what its fields were when the agent acted."""
    seen: Seen | None = None
    """What stood on the desk when it first left; `None` until it leaves."""
    matches_before: int | None = None
    """The same in items of earlier versions: how many equal texts the desk had."""
    resent: int = 0
    """How often it was queued again after it had been unsure."""
    looks: int = 0
    """How often it was looked for in vain since it became unsure."""
    looked_at: datetime | None = None
    """When the last of these looks was."""
    needs_agent: bool = False
    """Unsure, and only the agent can say what now."""
    batch: str | None = None
    """The same for what was queued together: a reply and its status, or a bulk change."""

    @property
    def kind(self) -> Kind:
        from deskero_tui.domain.outbox.contents import kind_of

        return kind_of(self.content)

    @property
    def moves_by_itself(self) -> bool:
        """Whether it goes on without the agent, once it is its turn."""
        match self.state:
            case State.QUEUED | State.SENDING:
                return True
            case State.UNSURE:
                return not self.needs_agent
            case State.HELD | State.REFUSED | State.SENT | State.DROPPED:
                return False
            case _:
                assert_never(self.state)

    @property
    def state_in_words(self) -> str:
        """The state as people read it (product.md §6)."""
        if self.needs_agent:
            return ASKS
        return STATES_IN_WORDS[self.state]

    @property
    def is_looked_for(self) -> bool:
        """Whether the first try to find out about it was in vain, and others follow later."""
        return self.state is State.UNSURE and (self.looks > 0 or self.try_after is not None)

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def summary(self) -> SafeText:
        """What it is, in some words."""
        from deskero_tui.domain.outbox.contents import (
            CreateContent,
            DeleteContent,
            NoteContent,
            ReplyContent,
            UpdateContent,
        )

        match self.content:
            case ReplyContent(text) | NoteContent(text):
                return safe_line(text.strip(), max_chars=_SUMMARY_CHARS)
            case CreateContent(ticket):
                return safe_line(ticket.subject, max_chars=_SUMMARY_CHARS)
            case UpdateContent(patch):
                names = (name.removeprefix("is_").replace("_", " ") for name in patch.changed)
                return safe_line(", ".join(sorted(names)), max_chars=_SUMMARY_CHARS)
            case DeleteContent():
                return SafeText("the ticket")
            case _:
                assert_never(self.content)

    @property
    def is_message(self) -> bool:
        """Whether a second copy would be a second message: of replies, notes and new tickets."""
        from deskero_tui.domain.outbox.contents import Kind

        return self.kind not in (Kind.UPDATE, Kind.DELETE)

    def waits(self, look_gaps: Sequence[timedelta]) -> list[tuple[datetime, datetime]]:
        """Return the spans, each with beginning and end, that must pass before it may move.

        `look_gaps` are the times between two looks for an unsure item.
        """
        spans = []
        if self.state is State.QUEUED:
            spans.append((self.created_at, self.not_before))
        if self.state is State.UNSURE and self.looks and self.looked_at is not None and look_gaps:
            gap = look_gaps[min(self.looks, len(look_gaps)) - 1]
            spans.append((self.looked_at, self.looked_at + gap))
        if self.try_after is not None:
            spans.append((self.changed_at, self.try_after))
        return spans


_SUMMARY_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many writes have not ended, by what they wait for."""

    waiting: int = 0
    """They go on by themselves: queued, sending, or unsure and still being looked for."""
    held: int = 0
    unsure: int = 0
    """Only those that ask the agent."""
    refused: int = 0


def remaining_s(began: datetime, ends: datetime, now: datetime) -> float:
    """Seconds left of a span, never more than all of it: a clock set back must not lengthen it."""
    whole_s = max((ends - began).total_seconds(), 0.0)
    return min(max((ends - now).total_seconds(), 0.0), whole_s)


@dataclass(frozen=True, slots=True)
class Place:
    """As little of an open item as tells whose turn it is among the items of one ticket."""

    id: ItemId
    kind: str
    batch: str | None
    waits_for_agent: bool
    """Held, refused, or unsure without proof."""
    is_looked_for: bool
    """Unsure, and one look at least was in vain."""
    fields: frozenset[str] = frozenset()
    """What a change changes, by the names of `TicketPatch`."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Who of the items of one ticket may move, and who waits because of one that does not."""

    heads: tuple[ItemId, ...]
    behind: Mapping[ItemId, ItemId]
    """What waits until the agent has decided, or a look has shown, about another: that other."""


def turns(places: Iterable[Place]) -> Turns:
    """Tell whose turn it is among the open items of one ticket, given oldest first.

    An item that moves holds up all behind it, so that writes arrive in order. One that waits for
    the agent, or that is looked for, holds up only messages of its kind, changes of the same field,
    what was queued with it, and deletions; and so does what waits behind it.
    """
    heads: list[ItemId] = []
    behind: dict[ItemId, ItemId] = {}
    stuck: list[Place] = []
    for place in places:
        before = next((one for one in stuck if _holds_up(one, place)), None)
        if before is not None:
            behind[place.id] = behind.get(before.id, before.id)
            stuck.append(place)
        elif place.waits_for_agent:
            stuck.append(place)
        else:
            heads.append(place.id)
            if not place.is_looked_for:
                break
            stuck.append(place)
    return Turns(tuple(heads), behind)


def _holds_up(before: Place, item: Place) -> bool:
    is_alike = before.kind == item.kind
    return (
        (is_alike and (not item.fields or bool(before.fields & item.fields)))
        or "delete" in (before.kind, item.kind)
        or (item.batch is not None and item.batch == before.batch)
    )
