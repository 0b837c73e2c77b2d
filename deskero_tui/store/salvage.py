"""Makes a store anew from the one there is: what no desk can give again is carried over.

Drafts, their versions, the outbox, pins and what was said of reminders are copied row by row, as
far as they can be read; tickets and look-up lists are left behind, for the next refresh brings
them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.store.database import Database
from deskero_tui.store.file_lock import store_lock

CARRIED_OVER: Final = (
    "outbox",
    "outbox_files",
    "outbox_requests",
    "attempts",
    "drafts",
    "draft_versions",
    "reminder_marks",
    "pins",
)
"""What is nowhere else, in an order in which references hold."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it."""

    old_file: Path
    """Where the old store lies now; nothing of it is ever deleted."""
    row_count: int
    """Rows carried over."""
    unreadable: tuple[str, ...]
    """Tables of which something could not be read."""


def made_anew(path: Path) -> Salvaged:
    """Puts a fresh store in the place of the one at `path`.

    Raises:
        StoreBroken: A program has it open, or the fresh one cannot be written.
        OSError: The old one cannot be moved, or not be locked.
    """
    lock = store_lock(path)
    if not lock.try_take():
        raise StoreBroken(
            "A console or a command has the store open: close it, then make the store anew."
        )
    try:
        return _made_anew(path)
    finally:
        lock.release()


def _made_anew(path: Path) -> Salvaged:
    old_file = _free_name(path)
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(old_file.with_name(old_file.name + suffix))
    fresh = Database(path, is_alone=True)
    try:
        row_count, unreadable = 0, []
        with closing(sqlite3.connect(f"file:{old_file}?mode=ro", uri=True)) as old:
            for table in _tables_of(old):
                rows, is_whole = _rows_of(old, table)
                if not is_whole:
                    unreadable.append(table)
                row_count += _put(fresh, table, rows)
    finally:
        fresh.close()
    return Salvaged(old_file, row_count, tuple(unreadable))


def _tables_of(old: sqlite3.Connection) -> list[str]:
    """The tables to carry over; a store of an earlier version does not have all of them."""
    try:
        found = old.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.Error:
        return list(CARRIED_OVER)
    return [table for table in CARRIED_OVER if (table,) in found]


def _free_name(path: Path) -> Path:
    number = 1
    while (place := path.with_name(f"{path.name}.old-{number}")).exists():
        number += 1
    return place


def _rows_of(old: sqlite3.Connection, table: str) -> tuple[list[dict[str, object]], bool]:
    """The rows that can be read, and whether that is all of them."""
    rows: list[dict[str, object]] = []
    try:
        cursor = old.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for row in cursor:
            rows.append(dict(zip(names, row, strict=True)))
    except sqlite3.Error:
        return rows, False
    return rows, True


def _put(fresh: Database, table: str, rows: list[dict[str, object]]) -> int:
    """Writes rows whose references hold; how many."""

    def put(connection: sqlite3.Connection) -> int:
        count = 0
        for row in rows:
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            with suppress(sqlite3.IntegrityError):
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)
                count += 1
        return count

    return fresh.write_now(put, durable=True)
