"""What it means when a desk does not show a ticket under its id: deleted, merged, or not known.

One answer proves nothing: a gateway, a desk that is starting or a right that was taken away can
answer 404 as well. A ticket counts as deleted once two independent answers agree.
"""

from __future__ import annotations

from contextlib import aclosing
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.errors import BadAnswer, Missing, Refused, Replaced
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.store import tickets
from deskero_tui.store.database import Database

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

MOST_PAGES: Final = 4
"""Of a list that is asked for one ticket; a desk that does not know the filter lists all."""


async def is_deleted(client: DeskeroClient, database: Database, ticket_id: TicketId) -> bool:
    """Ask the desk a second question about a ticket that it does not show under its id.

    The tickets of its customer are listed. `True` only where that list was whole without it, or
    the store does not know the ticket anyway.

    Raises:
        DeskeroError: The desk could not be asked.
    """
    known = await database.read(lambda c: _known(c, ticket_id))
    if known is None:
        return True
    fields = {"openedBy._id": known.customer.id} if known.customer else {}
    try:
        async with aclosing(client.walk_tickets(fields=fields)) as pages:
            async for page in pages:
                if any(ticket.id == ticket_id for ticket in page.records):
                    return False
                if page.refusal or page.unreadable or (page.number >= MOST_PAGES and page.has_next):
                    return False
    except (Missing, Refused, BadAnswer):
        return False
    return True


async def not_shown(database: Database, ticket_id: TicketId) -> BadAnswer:
    """Return the error for a ticket that the desk did not show, without a proof of deletion."""
    number = await number_of(database, ticket_id)
    return BadAnswer(
        f"The desk did not show ticket {number} just now. It is kept here until it is known "
        "to be deleted."
    )


async def became(database: Database, ticket_id: TicketId, error: Replaced) -> Replaced:
    """Return `error` with a sentence that names both tickets."""
    if not isinstance(error.record, Ticket):
        return error
    words = merged_words(await number_of(database, ticket_id), error.record)
    return Replaced(words, record=error.record, detail=error.detail)


def merged_words(number: str, record: object) -> str:
    """Return a sentence about a ticket that the desk shows as another one."""
    other = (
        safe_line(record.number or record.id, max_chars=40) if isinstance(record, Ticket) else ""
    )
    return f"Ticket {number} has become {other} on the desk, probably by a merge."


async def number_of(database: Database, ticket_id: TicketId) -> str:
    """Return what people call a ticket; its id where the store does not know it."""
    known = await database.read(lambda c: _known(c, ticket_id))
    return safe_line((known.number if known else "") or ticket_id, max_chars=40)


def _known(connection: Connection, ticket_id: TicketId) -> Ticket | None:
    found = tickets.reading_of(connection, ticket_id)
    return None if found is None else Ticket.model_validate_json(found.record)
