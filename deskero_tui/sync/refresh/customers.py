"""Brings one customer and their tickets into the store as the desk has them now."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection
from typing import TYPE_CHECKING

from deskero_tui.domain.errors import Missing, NoSuchCall, Refused
from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.store import customers, ingest
from deskero_tui.store.database import Database
from deskero_tui.sync.events import Event, TicketsChanged

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient


class CustomerReads:
    """Looks at the desk for the agent who wants to know who asks. Lives on the event loop."""

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

    async def take(self, customer_id: CustomerId) -> None:
        """Reads the customer's record and the first page of their tickets.

        What a desk does not offer stays as it is known: no record of a single customer, no search
        of tickets by customer (API sheet §3.5). One that takes the search for a list of all
        tickets does no harm: they are kept for what they are.

        Raises:
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        await self._take_record(customer_id)
        changed = await self._take_tickets(customer_id)
        if changed:
            self._tell(TicketsChanged(frozenset(changed)))

    async def _take_record(self, customer_id: CustomerId) -> None:
        read_ms = self._next_read_ms()
        try:
            customer = await self._client.customer(customer_id)
        except (Missing, NoSuchCall, Refused):
            return
        await self._database.write(lambda c: customers.keep_customer(c, customer, read_ms=read_ms))

    async def _take_tickets(self, customer_id: CustomerId) -> list[TicketId]:
        read_ms = self._next_read_ms()
        try:
            page = await self._client.list_tickets(1, fields={"openedBy._id": customer_id})
        except (Missing, NoSuchCall, Refused):
            return []

        def save(connection: Connection) -> list[TicketId]:
            return ingest.save_tickets(connection, page.records, read_ms=read_ms)

        return await self._database.write(save)
