"""Facts that a front end can hear. Told on the event loop, in the order they happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import DueTicket

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.items import ItemId, State


class LinkState(Enum):
    """How we stand with the desk."""

    CONNECTING = "connecting"
    ONLINE = "online"
    SLOW = "slow"
    """In reach, but a page takes long."""
    OFFLINE = "offline"
    NOTHING_KEPT = "nothing kept"
    """The store does not take what the desk says."""
    SIGNED_OUT = "signed out"


@dataclass(frozen=True, slots=True)
class Link:
    """How we stand with the desk, since when, and why."""

    state: LinkState
    since: datetime
    reason: str = ""
    """A sentence for the agent when something is wrong, else empty."""
    short_reason: str = ""
    """The same for a part of a line; empty where the sentence has to do."""
    refreshed_at: datetime | None = None
    """When everything was last known to be as on the desk; `None` before the first time."""
    retry_at: datetime | None = None
    """The desk asked for patience until then; `None` when it did not."""

    @property
    def is_up(self) -> bool:
        """Whether the desk answers."""
        return self.state in (LinkState.ONLINE, LinkState.SLOW)

    @property
    def is_down(self) -> bool:
        """Whether nothing comes from the desk; the reason says why."""
        return self.state in (LinkState.OFFLINE, LinkState.SIGNED_OUT, LinkState.NOTHING_KEPT)


@dataclass(frozen=True, slots=True)
class LinkChanged:
    link: Link


@dataclass(frozen=True, slots=True)
class TicketsChanged:
    """These tickets are new, differ, or are gone from the store."""

    ids: frozenset[TicketId]


@dataclass(frozen=True, slots=True)
class ListsChanged:
    """Agents, statuses, types, areas, groups or sources are not what they were."""


@dataclass(frozen=True, slots=True)
class PullMoved:
    """How far a walk through all tickets has come."""

    loaded: int
    total: int | None
    """`None` while the desk has not said how many there are, and when the walk is over."""


@dataclass(frozen=True, slots=True)
class RecordsUnreadable:
    """The tickets of the desk that cannot be read, as known now; shown, not fatal."""

    lost: tuple[str, ...] = ()
    """One number or id for each that is left out; empty where it has neither."""
    partial: tuple[str, ...] = ()
    """The same for each that is shown without some of its members."""

    @property
    def count(self) -> int:
        """How many tickets there are of both kinds."""
        return len(self.lost) + len(self.partial)


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """A write was queued, has moved, or asks the agent; by this program or by another."""

    item_id: ItemId
    ticket_id: TicketId | None
    """`None` for a new ticket that the desk has not confirmed yet."""
    state: State
    reason: str = ""
    """A sentence for the agent, else empty; what another program said is in the item alone."""


@dataclass(frozen=True, slots=True)
class CopiesFound:
    """A message of ours is on the desk more than once, found after it was sent again."""

    item_id: ItemId
    number: str
    """What people call the ticket."""
    count: int


@dataclass(frozen=True, slots=True)
class RemindersDue:
    """Reminders of the agent have fallen due; what views show by the clock is another now."""

    told: tuple[DueTicket, ...]
    """Those that are this program's to announce: no other program of the account does."""


@dataclass(frozen=True, slots=True)
class DraftsChanged:
    """A draft was begun, thrown away, sent, or came back; not told for every saving."""


Event = (
    LinkChanged
    | TicketsChanged
    | ListsChanged
    | PullMoved
    | RecordsUnreadable
    | OutboxChanged
    | CopiesFound
    | RemindersDue
    | DraftsChanged
)
