"""When the next ticket passes a moment that moves with the clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from deskero_tui.domain.query.time_bounds import Bound
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store.conditions import column_of


def next_passing_ms(connection: sqlite3.Connection, bounds: Iterable[Bound]) -> int | None:
    """Return in how many milliseconds the next ticket passes one of `bounds`; `None`: none will."""
    waits_ms = []
    for field, bound in bounds:
        column, bound_ms = column_of(field), to_ms(bound)
        [next_ms] = connection.execute(
            f"SELECT min({column}) FROM tickets WHERE {column} >= ?", (bound_ms,)
        ).fetchone()
        if next_ms is not None:
            waits_ms.append(int(next_ms) - bound_ms + 1)
    return min(waits_ms, default=None)


def next_reminder_ms(connection: sqlite3.Connection, *, after_ms: int) -> int | None:
    """Return when the next reminder of anybody falls due, in milliseconds of the epoch."""
    [found] = connection.execute(
        "SELECT min(remind_ms) FROM reminders WHERE remind_ms > ?", (after_ms,)
    ).fetchone()
    return None if found is None else int(found)
