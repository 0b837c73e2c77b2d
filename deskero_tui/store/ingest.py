"""Takes tickets into the store as the desk sent them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.store import reminders
from deskero_tui.store.indexing import IndexedTicket
from deskero_tui.store.names import keep_names
from deskero_tui.store.pending import Standing, entry_with_pending, write_entry
from deskero_tui.store.search import index_words


def save_tickets(
    connection: sqlite3.Connection, tickets: Iterable[Ticket], *, read_ms: int
) -> list[TicketId]:
    """Keeps each ticket as it was read; answers those that are new or differ, in their order.

    `read_ms` is when the request for them was begun. An answer that is older than what is kept,
    both by that and by the ticket's own last change, is dropped: it came late.
    """
    return [ticket.id for ticket in tickets if _save(connection, ticket, read_ms)]


def _save(connection: sqlite3.Connection, ticket: Ticket, read_ms: int) -> bool:
    entry, standing = entry_with_pending(connection, ticket, read_ms=read_ms)
    known = connection.execute(
        "SELECT key, read_ms, managed_ms, pending, record FROM tickets JOIN records USING (key)"
        " WHERE id = ?",
        (ticket.id,),
    ).fetchone()
    if known is None:
        _insert(connection, entry, read_ms, standing)
        return True
    key, known_read_ms, known_managed_ms, known_standing, known_record = known
    if read_ms < known_read_ms and entry.columns["managed_ms"] <= known_managed_ms:
        return False
    if entry.record == known_record and known_standing == standing == Standing.AS_READ:
        connection.execute("UPDATE tickets SET read_ms = ? WHERE key = ?", (read_ms, key))
        return False
    write_entry(connection, key, entry, read_ms=read_ms, standing=standing)
    return True


def _insert(
    connection: sqlite3.Connection, entry: IndexedTicket, read_ms: int, standing: Standing
) -> None:
    columns = {**entry.columns, "read_ms": read_ms, "pending": standing}
    key = connection.execute(
        f"INSERT INTO tickets ({', '.join(columns)})"
        f" VALUES ({', '.join(f':{name}' for name in columns)})",
        columns,
    ).lastrowid
    assert key is not None
    connection.execute("INSERT INTO records (key, record) VALUES (?, ?)", (key, entry.record))
    index_words(connection, key, entry.words)
    keep_names(connection, entry.names)
    reminders.add(connection, key, entry.reminders)
