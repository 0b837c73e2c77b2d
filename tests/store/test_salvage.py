"""A store made anew keeps every word that is nowhere else."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.store import drafts, ingest, listing, pins
from deskero_tui.store.database import Database
from deskero_tui.store.file_lock import store_lock
from deskero_tui.store.salvage import CARRIED_OVER, made_anew
from deskero_tui.store.schema import STEPS
from tests.support.tickets import ticket

KEY = DraftKey(TicketId("t1"), DraftKind.REPLY)
WRITTEN = Draft(text="half a word")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def filled(path: Path) -> None:
    database = Database(path)
    database.write_now(lambda c: ingest.save_tickets(c, [ticket(1)], read_ms=1))
    database.write_now(lambda c: drafts.save(c, KEY, WRITTEN, at=NOW, revision=None))
    database.close()


def draft_text(database: Database) -> str | None:
    stored = database.read_now(lambda c: drafts.load(c, KEY))
    return stored.draft.text if stored else None


def test_drafts_come_along_and_tickets_are_left_to_the_next_refresh(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    filled(path)
    salvaged = made_anew(path)
    database = Database(path)
    assert draft_text(database) == "half a word"
    assert database.read_now(listing.ticket_count) == 0
    database.close()
    assert salvaged.old_file.exists()
    assert (salvaged.row_count, salvaged.unreadable) == (1, ())


def test_pins_come_along(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    old = Database(path)
    old.write_now(lambda c: pins.toggle_pin(c, TicketId("t1"), at_ms=1))
    old.close()
    made_anew(path)
    database = Database(path)
    assert database.read_now(pins.pinned_tickets) == ["t1"]
    database.close()


def test_a_file_that_is_no_store_is_put_aside_whole(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"a letter, no database" * 200)
    salvaged = made_anew(path)
    assert salvaged.unreadable == CARRIED_OVER
    assert salvaged.old_file.read_bytes() == b"a letter, no database" * 200
    Database(path).close()


def test_a_damaged_page_costs_only_what_stood_on_it(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'tickets'"
        ).fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    made_anew(path)
    database = Database(path)
    assert draft_text(database) == "half a word"
    database.close()


READ_ANEW = {"names", "reminders"}
"""Made of what the desk sends, like tickets."""


def test_everything_that_only_we_have_is_carried_over() -> None:
    tables = {
        statement.split("(")[0].split()[-1]
        for step in STEPS[1:]
        for statement in step
        if statement.strip().startswith("CREATE TABLE")
    }
    assert tables - READ_ANEW == set(CARRIED_OVER)


def test_a_store_that_is_open_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_one, other = Database(path), Database(path)
    open_one.close()
    with pytest.raises(StoreBroken, match="has the store open"):
        made_anew(path)
    assert sorted(file.name for file in tmp_path.iterdir() if "old" in file.name) == []
    other.close()
    made_anew(path)


def test_a_store_that_is_being_made_anew_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    filled(path)
    lock = store_lock(path)
    assert lock.try_take()
    with pytest.raises(StoreBroken, match="anew"):
        Database(path)
    lock.release()
    Database(path).close()
