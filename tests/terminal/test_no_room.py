"""A program that can write next to nothing: no file may grow beyond a few bytes, as on a full disk.

The limit is the system's own (`RLIMIT_FSIZE`), so it holds for the store, its side files and the
log, and for whoever runs the tests.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.support.pty_console import CONSOLE, ESC, PATIENCE_S, PtyConsole
from tests.terminal.restored import assert_restored

MOST_BYTES = 2000
LIMITED = (
    sys.executable,
    "-c",
    f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({MOST_BYTES},) * 2);"
    " os.execvp(sys.argv[1], sys.argv[1:])",
    sys.executable,
    "-B",  # no byte code may be written either: it would be cut short
    *CONSOLE[1:],
)


def have_a_store(home: Path, account: dict[str, str]) -> None:
    """Runs the console once with room for everything."""
    with PtyConsole(home=home, environment=account) as console:
        console.wait_for("tickets · online", "opened")
        console.press("q")
        assert console.wait_for_end() == 0


def test_tickets_are_read_and_words_are_rescued_where_nothing_can_be_kept(
    home: Path, account: dict[str, str]
) -> None:
    have_a_store(home, account)
    with PtyConsole(home=home, environment=account, program=LIMITED, size=(160, 30)) as console:
        console.wait_for("tickets", "opened", "nothing can be kept")
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press("half a sentence")
        console.wait_for("half a sentence", "The text is in")
        console.press(ESC)
        console.wait_for("Reply", "The text is in")
        console.press("q")
        assert console.wait_for_end() == 0
    assert_restored(console.raw)
    assert b"deskero-tui: what you wrote is in " in console.raw
    [place] = home.rglob("draft-*-reply-*.txt")
    assert place.read_text() == "half a sentence"
    assert str(place).encode() in console.raw.replace(b"\r\n", b"")


def test_words_of_a_console_that_was_killed_are_a_draft_again(
    home: Path, account: dict[str, str]
) -> None:
    have_a_store(home, account)
    with PtyConsole(home=home, environment=account, program=LIMITED, size=(160, 30)) as console:
        console.wait_for("tickets", "opened", "nothing can be kept")
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press("half a sentence")
        console.wait_for("half a sentence", "The text is in")
        with PtyConsole(home=home, environment=account, size=(160, 30)) as other:
            other.wait_for("tickets · online", "opened")
            other.press("d")
            other.wait_for("Nothing is half written")
            other.press("q")
            assert other.wait_for_end() == 0
        console.kill(signal.SIGKILL)
        console.wait_for_end()
    with PtyConsole(home=home, environment=account, size=(160, 30)) as console:
        console.wait_for("is a draft again")
        console.press("d")
        console.wait_for("half a sentence")
        console.press(ESC)
        console.press("q")
        assert console.wait_for_end() == 0
    assert list(home.rglob("draft-*-reply-*.txt")) == []


def test_commands_say_that_nothing_can_be_kept(home: Path, account: dict[str, str]) -> None:
    have_a_store(home, account)
    ran = subprocess.run(
        [*LIMITED, "ticket", "list", "--limit", "3"],
        env=account,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert ran.returncode == 0, ran.stderr
    assert "nothing can be kept" in ran.stderr
    assert len(ran.stdout.splitlines()) == 3


def test_doctor_says_that_the_store_cannot_be_written(home: Path, account: dict[str, str]) -> None:
    have_a_store(home, account)
    ran = subprocess.run(
        [*LIMITED, "doctor"], env=account, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert ran.returncode == 1
    assert "is sound but cannot be written" in ran.stdout


def test_without_a_store_it_says_why_it_cannot_begin(home: Path, account: dict[str, str]) -> None:
    with PtyConsole(home=home, environment=account, program=LIMITED) as console:
        assert console.wait_for_end() == 1
    assert b"cannot be used" in console.raw
    assert b"Traceback" not in console.raw
