"""One writer, readers beside it, transactions that hold, and sentences instead of codes."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.text.folding import folded
from deskero_tui.store import ingest
from deskero_tui.store.database import Database
from deskero_tui.store.lookups import read_mark, write_mark
from deskero_tui.store.schema import _REAL_DATES, STEPS
from deskero_tui.store.search import ROWID_OF_TICKET, matching
from deskero_tui.store.tickets import remove_tickets
from tests.support.old_store import UNDO_REQUESTS
from tests.support.tickets import ticket


def test_a_new_store_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store.sqlite"
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_read_that_nobody_waits_for_any_more_stops(database: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    long_one = asyncio.create_task(database.read(lambda c: c.execute(endless).fetchone()))
    await asyncio.sleep(0.05)
    queued = asyncio.create_task(database.read(lambda c: c.execute(endless).fetchone()))
    await asyncio.sleep(0)
    queued.cancel()
    long_one.cancel()
    async with asyncio.timeout(5):
        assert await database.read(lambda c: c.execute("SELECT 7").fetchone()) == (7,)
    for task in (long_one, queued):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_read_that_is_waited_for_goes_on_when_one_behind_it_is_given_up(
    database: Database,
) -> None:
    loop, is_running, may_go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def hold() -> bool:
        loop.call_soon_threadsafe(is_running.set)
        return may_go_on.wait(5)

    def slow(connection: sqlite3.Connection) -> list[tuple[int]]:
        connection.create_function("hold", 0, hold)
        return connection.execute("SELECT hold() FROM (VALUES (1), (2), (3))").fetchall()

    waited_for = asyncio.create_task(database.read(slow))
    await is_running.wait()
    given_up = asyncio.create_task(database.read(lambda c: c.execute("SELECT 7").fetchone()))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    may_go_on.set()
    assert await waited_for == [(1,), (1,), (1,)]


async def test_what_others_wrote_is_told_apart_from_what_was_written_here(
    database: Database,
) -> None:
    assert await database.others_wrote(), "nobody knows at first"
    await database.write(lambda c: write_mark(c, "own", "1"))
    assert not await database.others_wrote()
    other = Database(database.path)
    try:
        await other.write(lambda c: write_mark(c, "foreign", "1"))
    finally:
        other.close()
    assert await database.others_wrote()
    assert not await database.others_wrote()


async def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        write_mark(connection, "half", "written")
        raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"):
        await database.write(half)
    assert await database.read(lambda c: read_mark(c, "half")) is None


async def test_reads_go_on_while_a_write_is_open(database: Database) -> None:
    is_open, may_end = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(connection: sqlite3.Connection) -> None:
        write_mark(connection, "slow", "new")
        loop.call_soon_threadsafe(is_open.set)
        asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result()

    writing = asyncio.create_task(database.write(slow))
    await is_open.wait()
    assert await database.read(lambda c: read_mark(c, "slow")) is None
    may_end.set()
    await writing
    assert await database.read(lambda c: read_mark(c, "slow")) == "new"


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    first = Database(path)
    await first.write(lambda c: write_mark(c, "kept", "yes"))
    first.close()
    second = Database(path)
    assert second.read_now(lambda c: read_mark(c, "kept")) == "yes"
    second.close()


def test_every_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    for version in range(len(STEPS)):
        path = tmp_path / f"from-{version}.sqlite"
        with sqlite3.connect(path) as connection:
            connection.create_function("folded", 1, folded)
            for step in STEPS[:version]:
                for statement in step:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        opened = Database(path)
        assert opened.read_now(lambda c: c.execute("PRAGMA user_version").fetchone()[0]) == len(
            STEPS
        )
        opened.close()


NEVER_MS, UNSET_MS, SECONDS_MS = 253_402_300_799_999, -62_135_596_800_000, 1_795_392_000


@pytest.mark.parametrize("stored_ms", [NEVER_MS, UNSET_MS, SECONDS_MS, 0])
def test_dates_that_are_none_are_forgotten_by_an_upgrade(tmp_path: Path, stored_ms: int) -> None:
    path, before = tmp_path / "store.sqlite", STEPS.index(_REAL_DATES)
    database = Database(path)
    database.write_now(lambda c: ingest.save_tickets(c, [ticket(1), ticket(2)], read_ms=1))
    database.close()
    with sqlite3.connect(path) as connection:
        words = connection.execute(
            f"SELECT head, people, bodies FROM words WHERE rowid ="
            f" (SELECT {ROWID_OF_TICKET} FROM tickets WHERE id = 't1')"
        ).fetchone()
        connection.execute(
            f"DELETE FROM words WHERE rowid ="
            f" (SELECT {ROWID_OF_TICKET} FROM tickets WHERE id = 't1')"
        )
        connection.execute(
            "UPDATE tickets SET inserted_ms = :ms, managed_ms = :ms, closed_ms = :ms,"
            " waiting_ms = :ms, remind_ms = :ms, remind_agent_id = 'a1' WHERE id = 't1'",
            {"ms": stored_ms},
        )
        connection.execute(
            "INSERT INTO reminders SELECT key, 'a1', ?, 1 FROM tickets WHERE id = 't1'",
            (stored_ms,),
        )
        connection.execute(
            f"INSERT INTO words (rowid, head, people, bodies)"
            f" SELECT {ROWID_OF_TICKET}, ?, ?, ? FROM tickets WHERE id = 't1'",
            words,
        )
        write_mark(connection, "newest", str(stored_ms))
        for later in UNDO_REQUESTS:
            connection.execute(later)
        connection.execute(f"PRAGMA user_version = {before}")
    connection.close()

    upgraded = Database(path)
    dates = upgraded.read_now(
        lambda c: c.execute(
            "SELECT inserted_ms, managed_ms, closed_ms, waiting_ms, remind_ms FROM tickets"
            " WHERE id = 't1'"
        ).fetchone()
    )
    assert dates == (None, 0, None, None, None)
    assert upgraded.read_now(lambda c: c.execute("SELECT count(*) FROM reminders").fetchone()) == (
        0,
    )
    assert upgraded.read_now(lambda c: read_mark(c, "newest")) is None
    found = upgraded.read_now(
        lambda c: c.execute(
            f"SELECT id FROM {matching('id IS NOT NULL')} ORDER BY id", ('"Parcel"',)
        ).fetchall()
    )
    assert found == [("t1",), ("t2",)], "the search finds both, each once"
    upgraded.write_now(lambda c: remove_tickets(c, [TicketId("t1")]))
    assert upgraded.read_now(lambda c: c.execute("SELECT count(*) FROM words").fetchone()) == (1,)
    upgraded.close()


def test_a_store_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreBroken, match="newer version"):
        Database(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_store_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreBroken, match="damaged"):
        Database(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreBroken, match="DESKERO_HOME"):
        Database(tmp_path / "file" / "store.sqlite")


def test_a_store_locked_by_another_program_is_said_so(database: Database) -> None:
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        database.read_now(lambda c: c.execute("PRAGMA busy_timeout = 50"))
        with pytest.raises(StoreBroken, match="locked"):
            database.write_now(lambda c: write_mark(c, "late", "yes"))
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    opened = Database(tmp_path / "store.sqlite")
    opened.close()
    opened.close()
    assert (tmp_path / "store.sqlite").exists()


OPENING = """
import sys, time
from pathlib import Path
from deskero_tui.store.database import Database
print("ready", flush=True)
sys.stdin.readline()
Database(Path(sys.argv[1])).close()
"""


def test_a_new_store_is_opened_by_several_programs_at_once(tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"{number}.sqlite"
        programs = [
            subprocess.Popen(
                [sys.executable, "-c", OPENING, str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for program in programs:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
        for program in programs:
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
        for program in programs:
            _, errors = program.communicate(timeout=60)
            assert (program.returncode, errors) == (0, "")
