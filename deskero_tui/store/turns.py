"""Finds the items of the outbox that may move next. Light to import."""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby
from operator import itemgetter
from typing import Final

from deskero_tui.domain.outbox.contents import Kind, UpdateContent, read_content
from deskero_tui.domain.outbox.items import ItemId, OutboxItem, Place, turns
from deskero_tui.store.outbox import COLUMNS, OPEN, items_in

_STUCK: Final = "(state IN ('held', 'refused') OR needs_agent OR looks > 0)"
"""The same text as in the index `outbox_stuck`, so that SQLite uses it."""
_MOVES: Final = "state NOT IN ('held', 'refused') AND NOT needs_agent"


def heads(connection: sqlite3.Connection, *, most: int = -1) -> list[OutboxItem]:
    """Return the items that may move.

    Those that are due first come first; at most `most` unless that is negative.
    """
    further = [item for lane in _uneven_lanes(connection) for item in turns(lane).heads]
    return items_in(
        connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE (id IN"
            f" (SELECT min(id) FROM outbox WHERE {OPEN} GROUP BY lane)"
            f" AND {_MOVES}) OR id IN (SELECT value FROM json_each(?))"
            " ORDER BY looks > 0, max(not_before_ms, coalesce(try_after_ms, 0)), id LIMIT ?",
            (json.dumps(further), most),
        )
    )


def behind(connection: sqlite3.Connection) -> dict[ItemId, ItemId]:
    """Return each item that waits for a decision or a look about another one, with that other."""
    found: dict[ItemId, ItemId] = {}
    for lane in _uneven_lanes(connection):
        found.update(turns(lane).behind)
    return found


def _uneven_lanes(connection: sqlite3.Connection) -> list[list[Place]]:
    """Return the open items of each lane in which an item waits and others follow it."""
    found = connection.execute(
        f"SELECT lane, id, kind, batch, NOT ({_MOVES}), state = 'unsure' AND looks > 0,"
        " iif(kind = 'update', payload, NULL) FROM outbox"
        f" WHERE {OPEN} AND lane IN (SELECT lane FROM outbox WHERE {OPEN} AND {_STUCK})"
        " ORDER BY lane, id"
    )
    lanes = (list(rows) for _, rows in groupby(found, key=itemgetter(0)))
    return [[_place(*row[1:]) for row in lane] for lane in lanes if len(lane) > 1]


def _place(
    item_id: int, kind: str, batch: str | None, waits: int, is_looked_for: int, change: str | None
) -> Place:
    fields = frozenset[str]()
    if change is not None:
        content = read_content(Kind.UPDATE, change)
        assert isinstance(content, UpdateContent)
        fields = content.patch.changed
    return Place(ItemId(item_id), kind, batch, bool(waits), bool(is_looked_for), fields)
