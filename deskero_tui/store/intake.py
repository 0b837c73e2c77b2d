"""Takes tickets into the store as the desk sent them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.ticket import Ticket
from deskero_tui.store.entry import Entry, entry_of


def save_tickets(
    connection: sqlite3.Connection, tickets: Iterable[Ticket], *, read_ms: int
) -> list[TicketId]:
    """Keeps each ticket as it was read; answers those that are new or differ, in their order.

    `read_ms` is when the request for them was begun. An answer that is older than what is kept,
    both by that and by the ticket's own last change, is dropped: it came late.
    """
    return [ticket.id for ticket in tickets if _save(connection, ticket, read_ms)]


def _save(connection: sqlite3.Connection, ticket: Ticket, read_ms: int) -> bool:
    entry = entry_of(ticket)
    known = connection.execute(
        "SELECT key, read_ms, managed_ms, record FROM tickets JOIN records USING (key)"
        " WHERE id = ?",
        (ticket.id,),
    ).fetchone()
    if known is None:
        _insert(connection, entry, read_ms)
        return True
    key, known_read_ms, known_managed_ms, known_record = known
    if read_ms < known_read_ms and entry.columns["managed_ms"] <= known_managed_ms:
        return False
    if entry.record == known_record:
        connection.execute("UPDATE tickets SET read_ms = ? WHERE key = ?", (read_ms, key))
        return False
    _update(connection, key, entry, read_ms)
    return True


def _insert(connection: sqlite3.Connection, entry: Entry, read_ms: int) -> None:
    columns = {**entry.columns, "read_ms": read_ms}
    key = connection.execute(
        f"INSERT INTO tickets ({', '.join(columns)})"
        f" VALUES ({', '.join(f':{name}' for name in columns)})",
        columns,
    ).lastrowid
    connection.execute("INSERT INTO records (key, record) VALUES (?, ?)", (key, entry.record))
    connection.execute(
        "INSERT INTO words (rowid, head, people, bodies) VALUES (?, ?, ?, ?)", (key, *entry.words)
    )


def _update(connection: sqlite3.Connection, key: int, entry: Entry, read_ms: int) -> None:
    columns = {**entry.columns, "read_ms": read_ms}
    connection.execute(
        f"UPDATE tickets SET {', '.join(f'{name} = :{name}' for name in columns)} WHERE key = :key",
        {**columns, "key": key},
    )
    connection.execute("UPDATE records SET record = ? WHERE key = ?", (entry.record, key))
    connection.execute(
        "UPDATE words SET head = ?, people = ?, bodies = ? WHERE rowid = ?", (*entry.words, key)
    )
