"""The names that tickets go by, folded and once for each person: what `from:` and the like look in.

A store of a hundred thousand tickets has far fewer customers; going through those and then by the
index of tickets is quick where folding the name of every ticket is not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from deskero_tui.domain.text.folding import folded


class NameKind(Enum):
    """Whose name it is. Kept by these words."""

    AGENT = "agent"
    CUSTOMER = "customer"
    COMPANY = "company"
    """The company of the customer with that id."""


class Name(NamedTuple):
    """What somebody is called in a ticket."""

    kind: NameKind
    id: str
    text: str
    """Name and address on lines of their own."""


def keep_names(connection: sqlite3.Connection, names: Iterable[Name]) -> None:
    """Takes note of names as a ticket has them; what was known of the same people is replaced."""
    connection.executemany(
        "INSERT INTO names (kind, id, folded) VALUES (?, ?, ?)"
        " ON CONFLICT (kind, id) DO UPDATE SET folded = excluded.folded"
        " WHERE folded <> excluded.folded",
        [(name.kind.value, name.id, folded(name.text)) for name in names],
    )


def named(column: str, kind: NameKind, text: str) -> tuple[str, tuple[str, ...]]:
    """SQL that holds where `column` is the id of somebody whose name or address has `text` in it,
    or whose id it is; and the values for its question marks.
    """
    found = "SELECT id FROM names WHERE kind = ? AND (instr(folded, ?) OR id = ?)"
    values: tuple[str, ...] = (kind.value, folded(text), text)
    if kind is NameKind.AGENT:
        # The desk's list knows addresses that its tickets do not have.
        found += " UNION SELECT id FROM people WHERE kind = ? AND has_text(email, ?)"
        values += (kind.value, text)
    return f"{column} IN ({found})", values


def by_name(column: str, kind: NameKind) -> str:
    """SQL for the folded name of the person whose id is in `column` of `tickets`; to sort by."""
    return f"(SELECT folded FROM names WHERE kind = '{kind.value}' AND names.id = {column})"
