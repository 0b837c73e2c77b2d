"""Changes of many tickets as one: queued in pieces, counted, tried again, taken back.

Every ticket of a batch is an item of the outbox like any other: it survives what that survives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from deskero_tui.domain.errors import DeskeroError, StoreBroken
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.outgoing import TicketPatch

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.bulk import Receipt
    from deskero_tui.domain.outbox.items import OutboxItem
    from deskero_tui.sync.desk import Desk

AT_A_TIME: Final = 100
"""Tickets in one transaction: the store stays free for others in between."""

Changes = Sequence[tuple[TicketId, TicketPatch]]


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of taking a batch back."""

    batch: str | None
    """The batch of changes that puts things back; `None` when none was needed."""
    taken_back: int
    """Tickets whose change had not left yet."""
    changed_back: int
    declined: tuple[tuple[TicketId, str], ...]
    """Tickets that stay as they are, each with the reason."""


async def queue_changes(
    desk: Desk, changes: Changes, *, tell: Callable[[int], None] = lambda count: None
) -> str:
    """Puts the changes into the outbox; the name of their batch.

    `tell` hears after each piece how many are in. A ticket that is gone meanwhile is left out.

    Raises:
        BadInput: A patch changes nothing.
        StoreBroken: The store cannot take more; what `tell` heard of is queued.
    """
    batch = uuid4().hex
    for first in range(0, len(changes), AT_A_TIME):
        piece = changes[first : first + AT_A_TIME]
        await desk.outbox.queue_patches(piece, batch=batch)
        tell(min(first + AT_A_TIME, len(changes)))
    return batch


async def receipt(desk: Desk, batch: str) -> Receipt:
    """What has become of a batch by now; it can be asked for during a day after its end."""
    from deskero_tui.domain.outbox.bulk import receipt_of

    return receipt_of(await desk.outbox.items_of_batch(batch))


async def retry(desk: Desk, batch: str) -> int:
    """Lets everything that was refused go again, and only that; how many.

    What waits for an answer of the agent is left alone: it asks because somebody changed the same.
    """
    from deskero_tui.domain.outbox.bulk import Outcome
    from deskero_tui.domain.outbox.items import Decision

    found = (await receipt(desk, batch)).lines
    refused = [line for line in found if line.outcome is Outcome.REFUSED]
    for line in refused:
        await desk.outbox.decide(line.item_id, Decision.SEND)
    return len(refused)


async def undo(desk: Desk, batch: str) -> Undone:
    """Takes a batch back: what has not left goes no more, what was done is changed back.

    A ticket on which somebody has changed the same since is left as it is.

    Raises:
        StoreBroken: The store cannot be used.
    """
    from deskero_tui.domain.outbox.items import State

    taken_back = 0
    declined: list[tuple[TicketId, str]] = []
    back: list[tuple[TicketId, TicketPatch]] = []
    for item in await desk.outbox.items_of_batch(batch):
        if item.ticket_id is None or item.state is State.DROPPED:
            continue
        try:
            if item.state is State.SENT:
                back.append((item.ticket_id, await _way_back(desk, item)))
            else:
                await desk.outbox.take_back(item.id)
                taken_back += 1
        except StoreBroken:
            raise
        except DeskeroError as error:
            declined.append((item.ticket_id, error.user_message))
    new_batch = await queue_changes(desk, back) if back else None
    return Undone(new_batch, taken_back, len(back), tuple(declined))


async def _way_back(desk: Desk, item: OutboxItem) -> TicketPatch:
    from deskero_tui.domain.outbox.undo import undo_of

    assert item.ticket_id is not None
    return undo_of(item, await desk.ticket(item.ticket_id))
