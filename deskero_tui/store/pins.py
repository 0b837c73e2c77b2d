"""The tickets that the agent has pinned. Only the store knows of them: no desk does."""

from __future__ import annotations

import sqlite3

from deskero_tui.domain.ids import TicketId


def toggle_pin(connection: sqlite3.Connection, ticket_id: TicketId, *, at_ms: int) -> bool:
    """Pins a ticket, or takes its pin away; whether it is pinned now."""
    removed = connection.execute("DELETE FROM pins WHERE ticket_id = ?", (ticket_id,)).rowcount
    if not removed:
        connection.execute("INSERT INTO pins VALUES (?, ?)", (ticket_id, at_ms))
    return not removed


def pinned_tickets(connection: sqlite3.Connection) -> list[TicketId]:
    """The pinned tickets, the last one pinned first; some may be gone from the store."""
    found = connection.execute("SELECT ticket_id FROM pins ORDER BY at_ms DESC, ticket_id")
    return [TicketId(ticket_id) for (ticket_id,) in found]
