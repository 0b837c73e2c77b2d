"""Takes tickets from the desk into the store, and tells everybody what has changed there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import Missing, Replaced
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import ingest, tickets
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.absence import became
from deskero_tui.sync.events import Event, ListsChanged, TicketsChanged
from deskero_tui.sync.refresh.lookups import learn_from_tickets
from deskero_tui.sync.refresh.progress import Progress, note_progress
from deskero_tui.sync.refresh.unreadable import Unreadable

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.api.paging import Flaw


class TicketIntake:
    """Saves and forgets tickets of one account. Lives on the event loop."""

    def __init__(self, database: Database, clock: Clock, tell: Callable[[Event], None]) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell
        self._last_read_ms = 0
        self.unreadable = Unreadable(database)

    def next_read_ms(self) -> int:
        """Return a number for a request about to begin, larger than all before.

        Epoch milliseconds, unless the clock was set back or requests begin in the same one.
        """
        self._last_read_ms = max(self._last_read_ms + 1, to_ms(self._clock.now()))
        return self._last_read_ms

    def tell_unreadable(self) -> None:
        """Publish which records could not be read."""
        self._tell(self.unreadable.event)

    async def save(
        self,
        records: Sequence[Ticket],
        read_ms: int,
        flaws: Sequence[Flaw] | None = None,
        progress: Progress | None = None,
    ) -> list[TicketId]:
        """Save tickets whose request began at `read_ms`; return those that changed the store.

        `flaws` are those of the page they came on, `None` for a single ticket.
        """
        if await self.unreadable.note(flaws, (ticket.id for ticket in records)):
            self.tell_unreadable()

        def save(connection: Connection) -> tuple[list[TicketId], bool]:
            if progress is not None:
                note_progress(connection, progress)
            return (
                ingest.save_tickets(connection, records, read_ms=read_ms),
                learn_from_tickets(connection, records),
            )

        changed, has_new_terms = await self._database.write(save)
        if has_new_terms:
            self._tell(ListsChanged())
        if changed:
            self._tell(TicketsChanged(frozenset(changed)))
        return changed

    async def forget(self, ids: Sequence[TicketId]) -> None:
        """Remove tickets that are proven to be deleted."""
        removed = await self._database.write(lambda c: tickets.remove_tickets(c, ids))
        if removed:
            self._tell(TicketsChanged(frozenset(removed)))

    async def look_up(self, ticket_id: TicketId, lane: DeskeroClient) -> bool:
        """Read one ticket into the store; return whether the desk showed it.

        Raises:
            Replaced: The desk shows another ticket in its place. The store has both.
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        read_ms = self.next_read_ms()
        try:
            ticket = await lane.ticket(ticket_id)
        except Missing:
            return False
        except Replaced as error:
            if isinstance(error.record, Ticket):
                await self.save([error.record], read_ms)
            raise await became(self._database, ticket_id, error) from error
        await self.save([ticket], read_ms)
        return True

    async def look_up_all(
        self, ids: Sequence[TicketId], lane: DeskeroClient
    ) -> list[tuple[TicketId, bool | BaseException]]:
        """Look up several tickets at once; errors come as values."""
        looks = (self.look_up(ticket_id, lane) for ticket_id in ids)
        return list(zip(ids, await asyncio.gather(*looks, return_exceptions=True), strict=True))


def batched(items: Sequence[TicketId], size: int) -> Iterator[Sequence[TicketId]]:
    """Yield the items in their order, `size` at a time; the last batch may be smaller."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
