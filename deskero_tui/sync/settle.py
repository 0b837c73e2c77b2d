"""Finds out what became of a write that may have arrived (product.md §6).

It is there: sent. It is absent on two reads some time apart, the first after its connection was
closed: it goes once more. Absent twice again, or not to be found out: the agent decides.
"""

from __future__ import annotations

from typing import Final, assert_never

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.contents import CreateContent
from deskero_tui.domain.epoch import to_ms
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.judging import Finding, Scene, find
from deskero_tui.domain.outbox import Happening, OutboxItem
from deskero_tui.store.outbox import Attempt, Outcome
from deskero_tui.sync.fresh import FreshReads
from deskero_tui.sync.ledger import Ledger

MOST_RESENT: Final = 1
"""How often a write goes again by itself."""

GONE: Final = "The ticket has been deleted meanwhile. Your text is kept."
STILL_LOOKING: Final = "The line broke while sending. It is not on the desk yet; looking again."
LOST_TWICE: Final = (
    "This was sent twice and did not show up on the desk. "
    "Look at the ticket, then send it again, mark it as sent, or drop it."
)
CANNOT_TELL: Final = (
    "The line broke while sending, and this desk cannot be asked whether it arrived. "
    "Look for it, then send it again, mark it as sent, or drop it."
)


class Settler:
    """Settles one unsure item at a time. Lives on the event loop."""

    def __init__(self, fresh: FreshReads, ledger: Ledger, clock: Clock) -> None:
        self._fresh = fresh
        self._ledger = ledger
        self._clock = clock

    async def settle(self, item: OutboxItem) -> OutboxItem:
        """Looks once; the item as it is then. The wait between two looks is the caller's.

        Raises:
            DeskeroError: The desk could not be asked; nothing was moved.
        """
        scene = await self._fresh.scene_of(item)
        match find(item, scene):
            case Finding.THERE:
                return await self._move(
                    item, Happening.FOUND_DONE, Outcome.FOUND, ticket_id=found_id(item, scene)
                )
            case Finding.GONE:
                return await self._move(item, Happening.REFUSED, Outcome.REFUSED, reason=GONE)
            case Finding.UNKNOWABLE:
                return await self._ask_agent(item, CANNOT_TELL)
            case Finding.ABSENT:
                return await self._absent(item)
            case never:
                assert_never(never)

    async def _absent(self, item: OutboxItem) -> OutboxItem:
        if item.absent_since is None:
            return await self._move(
                item,
                Happening.FOUND_ABSENT,
                Outcome.ABSENT,
                reason=STILL_LOOKING,
                absent_since_ms=to_ms(self._clock.now()),
            )
        if item.resent >= MOST_RESENT:
            return await self._ask_agent(item, LOST_TWICE)
        return await self._move(
            item,
            Happening.STILL_ABSENT,
            Outcome.ABSENT,
            absent_since_ms=None,
            resent=item.resent + 1,
        )

    async def _ask_agent(self, item: OutboxItem, reason: str) -> OutboxItem:
        return await self._move(
            item, Happening.UNDECIDABLE, Outcome.ABSENT, reason=reason, needs_agent=True
        )

    async def _move(
        self,
        item: OutboxItem,
        happening: Happening,
        outcome: Outcome,
        reason: str = "",
        **columns: str | int | None,
    ) -> OutboxItem:
        attempt = Attempt(self._clock.now(), outcome)
        return await self._ledger.move(
            item.id, happening, reason=reason, attempt=attempt, **columns
        )


def found_id(item: OutboxItem, scene: Scene) -> TicketId | None:
    """The ticket of an item that is on the desk; for a new one the newest that could be it."""
    if isinstance(item.content, CreateContent) and scene.alike:
        return scene.alike[0]
    return item.ticket_id
