"""Reads from the desk what a write is about, hands it back, and keeps it in the store as well."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from sqlite3 import Connection
from typing import TYPE_CHECKING

from deskero_tui.domain.errors import Missing, Refused, Replaced
from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.domain.outbox.arrival import resembles_ticket
from deskero_tui.domain.outbox.contents import CreateContent
from deskero_tui.domain.outbox.delivery_check import ServerState
from deskero_tui.domain.outbox.items import OutboxItem
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.time.epoch import from_ms
from deskero_tui.store import ingest, tickets
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.absence import became, is_deleted, not_shown
from deskero_tui.sync.events import Event, TicketsChanged

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient


class FreshReads:
    """Looks at the desk for the outbox. What it hands back is the desk's answer, never the store's.

    Lives on the event loop.
    """

    def __init__(
        self,
        database: Database,
        client: DeskeroClient,
        next_read_ms: Callable[[], int],
        tell: Callable[[Event], None],
    ) -> None:
        self._database = database
        self._client = client
        self._next_read_ms = next_read_ms
        self._tell = tell

    async def state_of(self, item: OutboxItem) -> ServerState:
        """Read what the desk shows of what `item` is about.

        Raises:
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        if isinstance(item.content, CreateContent):
            found = await self._of_customer(item, item.content)
            return ServerState(of_customer=found, at=self._client.desk_now())
        assert item.ticket_id is not None
        try:
            ticket = await self.ticket(item.ticket_id)
            return ServerState(ticket, at=self._client.desk_now())
        except Replaced as error:
            if not isinstance(error.record, Ticket):
                raise
            return ServerState(became=error.record, at=self._client.desk_now())

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """Return the ticket as the desk has it now; `None` when it is proven to be deleted.

        Raises:
            Replaced: The desk shows another ticket in its place.
            DeskeroError: As `scene_of`, or the desk does not show it and that proves nothing.
        """
        read_ms = self._next_read_ms()
        try:
            ticket = await self._client.ticket(ticket_id)
        except Missing:
            if not await is_deleted(self._client, self._database, ticket_id):
                raise await not_shown(self._database, ticket_id) from None
            await self._keep(lambda c: tickets.remove_tickets(c, [ticket_id]))
            return None
        except Replaced as error:
            other = error.record
            if isinstance(other, Ticket):
                await self._keep(lambda c: ingest.save_tickets(c, [other], read_ms=read_ms))
            raise await became(self._database, ticket_id, error) from error
        await self._keep(lambda c: ingest.save_tickets(c, [ticket], read_ms=read_ms))
        return ticket

    def moment(self) -> datetime:
        """Now, as readings are put in order: later than the beginning of each so far, also where no
        time has passed since, or the clock was set back.
        """
        return from_ms(self._next_read_ms())

    async def _keep(self, save: Callable[[Connection], list[TicketId]]) -> None:
        changed = await self._database.write(save)
        if changed:
            self._tell(TicketsChanged(frozenset(changed)))

    async def _of_customer(
        self, item: OutboxItem, content: CreateContent
    ) -> tuple[Ticket, ...] | None:
        """Read all tickets of the customer of a new ticket; `None` if the desk refuses the search.

        A 404 says nothing about the desk, as each desk has this call: it is raised, and the ticket
        waits.

        Their customer is checked here, because a desk may not know the search (API sheet §3.5).
        Those that came since `item` left and could be it are read whole: a list may show no files.
        """
        found: list[Ticket] = []
        customer = content.ticket.customer
        try:
            walk = self._client.walk_tickets(fields={"openedBy._id": customer})
            async with aclosing(walk) as pages:
                async for page in pages:
                    found += [one for one in page.records if _is_of(customer, one)]
        except Refused:
            return None
        known = frozenset(item.seen.messages) if item.seen is not None else None
        for place, one in enumerate(found):
            is_new = known is not None and one.id not in known
            if is_new and resembles_ticket(content.ticket, one):
                found[place] = await self._whole(one)
        return tuple(found)

    async def _whole(self, listed: Ticket) -> Ticket:
        try:
            return await self._client.ticket(listed.id)
        except (Missing, Replaced):
            return listed


def _is_of(customer: CustomerId, ticket: Ticket) -> bool:
    return ticket.customer is not None and ticket.customer.id == customer
