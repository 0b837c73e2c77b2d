"""Changes of fields and reminders show before the desk has them: laid over what the desk sent.

The record of a ticket is always the desk's. What is filtered, sorted and shown is the record with
the changes on it that are on their way, or were made after it was read; when one is refused, held
or taken back, the record shows again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import IntEnum

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.contents import Kind, NoteContent, UpdateContent, read_content
from deskero_tui.domain.outbox.items import State
from deskero_tui.domain.outbox.optimistic import expected
from deskero_tui.domain.query.query import fold_name
from deskero_tui.domain.records.terms import Person, PersonKind, Term, TermKind
from deskero_tui.domain.records.ticket import Note, Ticket
from deskero_tui.store import lookups, reminders
from deskero_tui.store.indexing import IndexedTicket, entry_of
from deskero_tui.store.names import keep_names
from deskero_tui.store.search import forget_words, index_words

_SHOWN = (
    "ticket_id = :ticket AND kind IN ('update', 'note') AND (state IN ('queued', 'sending')"
    " OR (state = 'unsure' AND NOT needs_agent) OR (state = 'sent' AND changed_ms > :read_ms))"
)


class Standing(IntEnum):
    """How what a ticket shows stands to what the desk sent. Kept as a number."""

    AS_READ = 0
    CONFIRMED = 1
    """It shows changes that the desk has made since it was read."""
    ON_THE_WAY = 2
    """It shows changes that the desk has not made yet."""


def with_pending(connection: sqlite3.Connection, ticket: Ticket, *, read_ms: int) -> Ticket:
    """The ticket as it is shown; itself when nothing is to be laid over it.

    Its notes are those of the desk: one that is on its way is in the outbox alone. `read_ms`
    is when the request for it was begun: what the desk has made since counts, too.
    """
    shown, _ = _shown(connection, ticket, read_ms)
    return shown.model_copy(update={"notes": ticket.notes}) if shown is not ticket else ticket


def entry_with_pending(
    connection: sqlite3.Connection, ticket: Ticket, *, read_ms: int
) -> tuple[IndexedTicket, Standing]:
    """What is kept of a ticket, and how that stands to what the desk sent."""
    shown, standing = _shown(connection, ticket, read_ms)
    done = reminders.done_keys(connection, ticket.id) if shown.notes else frozenset()
    if shown is ticket:
        return entry_of(ticket, done=done), standing
    return replace(entry_of(shown, done=done), record=ticket.wire_json()), standing


def show_pending(connection: sqlite3.Connection, ids: Iterable[TicketId]) -> None:
    """Computes anew what these tickets show, after a change of them was queued or has moved."""
    for ticket_id in ids:
        found = connection.execute(
            "SELECT key, read_ms, record FROM tickets JOIN records USING (key) WHERE id = ?",
            (ticket_id,),
        ).fetchone()
        if found is not None:
            key, read_ms, record = found
            ticket = Ticket.model_validate_json(record)
            entry, standing = entry_with_pending(connection, ticket, read_ms=read_ms)
            write_entry(connection, key, entry, read_ms=read_ms, standing=standing)


def write_entry(
    connection: sqlite3.Connection,
    key: int,
    entry: IndexedTicket,
    *,
    read_ms: int,
    standing: Standing,
) -> None:
    """Puts an entry in the place of the one under `key`."""
    columns = {**entry.columns, "read_ms": read_ms, "pending": standing}
    forget_words(connection, key)
    connection.execute(
        f"UPDATE tickets SET {', '.join(f'{name} = :{name}' for name in columns)} WHERE key = :key",
        {**columns, "key": key},
    )
    connection.execute("UPDATE records SET record = ? WHERE key = ?", (entry.record, key))
    index_words(connection, key, entry.words)
    keep_names(connection, entry.names)
    reminders.replace(connection, key, entry.reminders)


def _shown(connection: sqlite3.Connection, ticket: Ticket, read_ms: int) -> tuple[Ticket, Standing]:
    found = connection.execute(
        f"SELECT kind, state, payload FROM outbox WHERE {_SHOWN} ORDER BY id",
        {"ticket": ticket.id, "read_ms": read_ms},
    ).fetchall()
    names = _StoredNames(connection)
    standing = Standing.AS_READ
    for kind, state, payload in found:
        match read_content(Kind(kind), payload):
            case UpdateContent(patch):
                ticket = expected(ticket, patch, names)
            case NoteContent(remind_at=datetime()) as note:
                ticket = ticket.model_copy(update={"notes": (*ticket.notes, _note_of(note))})
            case _:
                continue
        is_made = State(state) is State.SENT
        standing = max(standing, Standing.CONFIRMED if is_made else Standing.ON_THE_WAY)
    return ticket, standing


def _note_of(content: NoteContent) -> Note:
    """A note as the desk will have it, but for its id."""
    return Note(
        text=content.text,
        author=content.author,
        assignee=content.assignee,
        inserted_at=content.written_at,
        remind_at=content.remind_at,
    )


class _StoredNames:
    """The people and terms of the store, as far as they are asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def agent(self, agent_id: str) -> Person | None:
        people = lookups.people_of(self._connection, PersonKind.AGENT)
        return next((person for person in people if person.id == agent_id), None)

    def term(self, kind: TermKind, term_id: str) -> Term | None:
        wanted = fold_name(term_id)
        known = lookups.terms_of(self._connection, kind)
        return next((term for term in known if fold_name(term.id) == wanted), None)
