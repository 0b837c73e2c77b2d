"""A desk of one's own: the console has its picture before that answers, and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deskero_tui.config import Places
from deskero_tui.server.local.desk import LocalDesk
from deskero_tui.server.local.files import FileLock
from tests.support.pty_console import (
    CONSOLE,
    PATIENCE_S,
    PtyConsole,
    home_environment,
    is_running,
    until,
)


@pytest.fixture
def folder(home: Path) -> Path:
    """Where the desk of somebody with no account lies."""
    return Places.of(home_environment(home)).local_desk_folder


def fill(folder: Path) -> None:
    """Has a desk there with tickets, and ends it."""
    desk = LocalDesk(folder, demo_tickets=60, first_agent="Ines Marchetti")
    desk.opened()
    desk.release()
    assert until(lambda: desks_below(folder) == [])


def desks_below(folder: Path) -> list[int]:
    """The processes that are, or want to be, the desk of a folder below this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(process.name)
        if b"--folder\0" + os.fsencode(folder) in command and is_running(pid):
            found.append(pid)
    return found


@contextmanager
def start_held(folder: Path) -> Iterator[None]:
    """As by another console that starts the desk just now, and is slow."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "start.lock")
    assert until(lambda: lock.try_take(shared=False))
    yield
    lock.close()


def test_first_picture_does_not_wait_for_the_desk(home: Path, folder: Path) -> None:
    fill(folder)
    with PtyConsole(home=home) as console:
        console.wait_for("tickets · online", "opened")
        console.press("q")
        assert console.wait_for_end() == 0
    assert until(lambda: desks_below(home) == [])
    with PtyConsole(home=home) as console:
        with start_held(folder):
            console.wait_for("tickets · connecting, as of", "opened")
            assert desks_below(home) == []
        console.wait_for("tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0


def test_consoles_opened_together_share_one_desk(home: Path, folder: Path) -> None:
    with PtyConsole(home=home) as first, PtyConsole(home=home) as second:
        for console in (first, second):
            console.wait_for("tickets · online")
        assert len(desks_below(home)) == 1
        for console in (first, second):
            console.press("q")
            assert console.wait_for_end() == 0
    assert until(lambda: desks_below(home) == [])


@pytest.mark.parametrize("is_held", [False, True], ids=["starting", "waiting"])
@pytest.mark.parametrize("by_key", [True, False], ids=["q", "SIGTERM"])
def test_leaving_waits_for_no_desk_and_leaves_none(
    home: Path, folder: Path, is_held: bool, by_key: bool
) -> None:
    arguments = () if is_held else ("--demo", "--tickets", "20000")
    with start_held(folder), PtyConsole(*arguments, home=home) as console:
        console.wait_for("· connecting")
        assert is_held or until(lambda: any(home.rglob("desk.db")))
        began_s = time.monotonic()
        if by_key:
            console.press("q")
        else:
            console.kill(signal.SIGTERM)
        assert console.wait_for_end() == (0 if by_key else 128 + signal.SIGTERM)
        assert time.monotonic() - began_s < 1
        assert desks_below(home) == []
    assert list((home / "tmp").iterdir()) == []


def test_a_desk_that_cannot_be_started_is_said_and_the_store_is_shown(
    home: Path, folder: Path
) -> None:
    fill(folder)
    with PtyConsole(home=home, size=(200, 24)) as console:
        console.wait_for("tickets · online", "opened")
        console.press("q")
        assert console.wait_for_end() == 0
    assert until(lambda: desks_below(home) == [])
    database = folder / "desk.db"
    whole = database.read_bytes()
    database.write_bytes(b"this is a letter, not a database" * 100)
    reason = "The local desk could not be started: The desk did not start: The database cannot"
    with PtyConsole(home=home, size=(200, 24)) as console:
        console.wait_for(f"! {reason}", "opened")
        console.press("j")
        console.wait_for("OFFLINE since", f": {reason}")
        console.press("R")
        console.wait_for(f"! {reason}")
        console.press("q")
        assert console.wait_for_end() == 0
    ran = subprocess.run(
        [*CONSOLE, "view", "count"],
        env=home_environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert ran.returncode == 5
    assert reason in ran.stderr
    assert ran.stdout == ""
    with PtyConsole(home=home, size=(200, 24)) as console:
        console.wait_for(f"! {reason}", "opened")
        console.press("R")
        console.wait_for("! The local desk")
        database.write_bytes(whole)
        console.press("R")
        console.wait_for("The way to the desk is open", "tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0
    assert until(lambda: desks_below(home) == [])
    assert desks_below(home) == []


def kill_desk(home: Path) -> None:
    [desk] = desks_below(home)
    os.kill(desk, signal.SIGKILL)
    assert until(lambda: not is_running(desk))


def test_a_desk_that_is_killed_is_there_again(home: Path, folder: Path) -> None:
    fill(folder)
    with PtyConsole(home=home, size=(200, 24)) as console:
        console.wait_for("tickets · online", "opened")
        kill_desk(home)
        console.press("R")
        console.wait_for("OFFLINE since")
        console.wait_for("tickets · online")
        # What ends again and again is not started by itself.
        kill_desk(home)
        console.press("R")
        console.wait_for("OFFLINE since")
        console.wait_until_quiet(0.5)
        assert desks_below(home) == []
        database = folder / "desk.db"
        whole = database.read_bytes()
        database.write_bytes(b"this is a letter, not a database" * 100)
        console.press("Rj")
        console.wait_for(": The local desk could not be started")
        database.write_bytes(whole)
        console.press("R")
        console.wait_for("tickets · online")
        assert desks_below(home) != []
        console.press("q")
        assert console.wait_for_end() == 0
    assert until(lambda: desks_below(home) == [])
