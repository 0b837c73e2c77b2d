"""The look-up lists a desk offers, and the people seen: what pickers and labels need offline."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from deskero_tui.domain.records.terms import Person, PersonKind, Term, TermKind


def replace_terms(connection: sqlite3.Connection, kind: TermKind, terms: Sequence[Term]) -> bool:
    """Keeps the whole list, in its order; whether anything about it is new.

    An empty list is a desk that does not offer it: what was learnt from tickets stays.
    """
    if not terms or terms_of(connection, kind) == list(terms):
        return False
    connection.execute("DELETE FROM terms WHERE kind = ?", (kind.value,))
    add_terms(connection, kind, terms)
    return True


def add_terms(connection: sqlite3.Connection, kind: TermKind, terms: Iterable[Term]) -> bool:
    """Adds those that are not known yet behind those that are; whether there were any."""
    (last,) = connection.execute(
        "SELECT coalesce(max(place), -1) FROM terms WHERE kind = ?", (kind.value,)
    ).fetchone()
    cursor = connection.executemany(
        "INSERT OR IGNORE INTO terms (kind, id, place, name, labels) VALUES (?, ?, ?, ?, ?)",
        [
            (kind.value, term.id, place, term.name, json.dumps(dict(term.labels)))
            for place, term in enumerate(terms, start=last + 1)
        ],
    )
    return cursor.rowcount > 0


def terms_of(connection: sqlite3.Connection, kind: TermKind) -> list[Term]:
    """The look-up list in the desk's order; empty when nothing is known of it."""
    found = connection.execute(
        "SELECT id, name, labels FROM terms WHERE kind = ? ORDER BY place", (kind.value,)
    )
    return [Term(term_id, name, json.loads(labels)) for term_id, name, labels in found]


def replace_people(
    connection: sqlite3.Connection, kind: PersonKind, people: Sequence[Person]
) -> bool:
    """Keeps exactly these people of that kind; whether anything about them is new."""
    if set(people_of(connection, kind)) == set(people):
        return False
    connection.execute("DELETE FROM people WHERE kind = ?", (kind.value,))
    add_people(connection, kind, people)
    return True


def add_people(connection: sqlite3.Connection, kind: PersonKind, people: Iterable[Person]) -> None:
    """Adds people; one that is known already keeps what is known of them."""
    connection.executemany(
        "INSERT OR IGNORE INTO people (kind, id, name, email, record) VALUES (?, ?, ?, ?, ?)",
        [(kind.value, person.id, person.name, person.email, person.record) for person in people],
    )


def people_of(
    connection: sqlite3.Connection, kind: PersonKind, *, holding: str = "", limit: int = -1
) -> list[Person]:
    """Return the people with the id `holding`, or whose name or address holds it, by name.

    At most `limit`, when that is not negative.
    """
    found = connection.execute(
        "SELECT id, name, email, record FROM people WHERE kind = :kind"
        " AND (:part = '' OR id = :id OR instr(lower(name), :part) OR instr(lower(email), :part))"
        " ORDER BY lower(name), id LIMIT :limit",
        {"kind": kind.value, "part": holding.lower(), "id": holding, "limit": limit},
    )
    return [Person(*values) for values in found]


def read_mark(connection: sqlite3.Connection, name: str) -> str | None:
    """A value that was noted under `name`, `None` when none was."""
    found = connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else None


def write_mark(connection: sqlite3.Connection, name: str, value: str | None) -> None:
    """Notes `value` under `name`; `None` forgets it."""
    if value is None:
        connection.execute("DELETE FROM marks WHERE name = ?", (name,))
    else:
        connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))
