"""Single tickets in the store: finds, marks, forgets. Light to import; `ingest.py` saves them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import RowKey
from deskero_tui.store.conditions import UNREAD
from deskero_tui.store.search import forget_words


def remove_tickets(connection: sqlite3.Connection, ids: Iterable[TicketId]) -> list[TicketId]:
    """Forgets tickets that the desk no longer has; answers those that were here."""
    removed = []
    for ticket_id in ids:
        found = connection.execute("SELECT key FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
        if found:
            forget_words(connection, *found)
            connection.execute("DELETE FROM tickets WHERE key = ?", found)
            removed.append(ticket_id)
    return removed


def not_read_since(connection: sqlite3.Connection, read_ms: int) -> list[TicketId]:
    """The tickets that no answer begun at `read_ms` or later has held, oldest reading first."""
    found = connection.execute(
        "SELECT id FROM tickets WHERE read_ms < ? ORDER BY read_ms, key", (read_ms,)
    )
    return [TicketId(ticket_id) for (ticket_id,) in found]


def count_since(connection: sqlite3.Connection, changed_ms: float) -> int:
    """Return how many tickets have changed at that time (epoch ms) or later."""
    found = connection.execute(
        "SELECT count(*) FROM tickets WHERE managed_ms >= ?", (changed_ms,)
    ).fetchone()
    return int(found[0])


def not_read_between(
    connection: sqlite3.Connection, from_ms: float, before_ms: float, read_ms: int
) -> list[TicketId]:
    """Return the tickets that last changed in a span and were not read since `read_ms`.

    The span has its beginning and not its end; all times are epoch milliseconds.
    """
    found = connection.execute(
        "SELECT id FROM tickets WHERE managed_ms >= ? AND managed_ms < ? AND read_ms < ?"
        " ORDER BY read_ms, key",
        (from_ms, before_ms, read_ms),
    )
    return [TicketId(ticket_id) for (ticket_id,) in found]


def mark_seen(connection: sqlite3.Connection, ticket_id: TicketId) -> bool:
    """Notes that the agent has opened the ticket as it stands; whether it was unread."""
    found = connection.execute(f"SELECT {UNREAD} FROM tickets WHERE id = ?", (ticket_id,))
    was_unread = found.fetchone()
    connection.execute(
        "UPDATE tickets SET seen_ms = managed_ms WHERE id = ? AND seen_ms IS NOT managed_ms",
        (ticket_id,),
    )
    return was_unread is not None and bool(was_unread[0])


def seen_ms(connection: sqlite3.Connection, ticket_id: TicketId) -> int | None:
    """As of which change the agent last opened the ticket; `None` before the first time."""
    found = connection.execute("SELECT seen_ms FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
    return found[0] if found else None


def key_of(connection: sqlite3.Connection, ticket_id: TicketId) -> RowKey | None:
    """The store's number of a ticket, `None` when it is not kept."""
    found = connection.execute("SELECT key FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
    return RowKey(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A ticket as the desk sent it (JSON with wire names), and when it was asked for."""

    record: str
    read_ms: int


def reading_of(connection: sqlite3.Connection, ticket_id: TicketId) -> Reading | None:
    """What was last read of a ticket, `None` when it is not kept."""
    found = connection.execute(
        "SELECT record, read_ms FROM tickets JOIN records USING (key) WHERE id = ?", (ticket_id,)
    ).fetchone()
    return Reading(*found) if found else None


def record_of(connection: sqlite3.Connection, ticket_id: TicketId) -> str | None:
    """The ticket as the desk sent it (JSON with wire names), `None` when it is not kept."""
    found = connection.execute(
        "SELECT record FROM tickets JOIN records USING (key) WHERE id = ?", (ticket_id,)
    ).fetchone()
    return str(found[0]) if found else None


def ids_named(connection: sqlite3.Connection, name: str) -> list[TicketId]:
    """The tickets that people call `name`: their number, with or without its year, or their id."""
    found = connection.execute(
        "SELECT id FROM tickets WHERE id = :name OR number = :name"
        " OR substr(number, 1, length(:name) + 1) = :name || '/' ORDER BY key DESC",
        {"name": name},
    )
    return [TicketId(ticket_id) for (ticket_id,) in found]
