"""However the console ends, it ends soon, leaves a usable terminal, and no process behind."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.pty_console import (
    CONSOLE,
    ENTER,
    PATIENCE_S,
    PtyConsole,
    until,
)
from tests.terminal.restored import MODES, assert_restored

SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
CRASHING = (*CONSOLE[:1], "-m", "tests.terminal.crashing_console")
ANY_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?<>]*[a-zA-Z])?")


def wait_for_list(console: PtyConsole) -> None:
    """Waits until the tickets of the desk are there."""
    console.wait_for("tickets · online", "opened")


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_it_with_its_code_and_the_terminal_as_it_was(
    home: Path, account: dict[str, str], number: signal.Signals
) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        console.kill(number)
        assert console.wait_for_end() == 128 + number
    assert_restored(console.raw)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_while_writing_ends_it_and_not_a_word_is_lost(
    home: Path, account: dict[str, str], number: signal.Signals
) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press("half a sent")
        console.wait_for("half a sent")
        console.kill(number)
        assert console.wait_for_end() == 128 + number
    assert_restored(console.raw)
    kept = subprocess.run(
        [*CONSOLE, "drafts"], env=account, capture_output=True, timeout=PATIENCE_S, check=True
    )
    assert b"half a sent" in kept.stdout


@pytest.mark.parametrize("is_reading", [False, True], ids=["list", "ticket"])
def test_when_the_line_breaks_it_ends_and_so_does_the_demo_desk(
    home: Path, is_reading: bool
) -> None:
    with PtyConsole("--demo", "--tickets", "60", home=home) as console:
        wait_for_list(console)
        if is_reading:
            console.press(ENTER)
            console.wait_for("J Next")
        assert list(home.rglob("desk.pid"))
        console.close_terminal()
        assert console.wait_for_end() == 128 + signal.SIGHUP
    temporary = home / "tmp"
    assert until(lambda: not any(temporary.iterdir())), list(temporary.rglob("*"))


def test_a_signal_while_the_demo_desk_starts_leaves_nothing_behind(home: Path) -> None:
    with PtyConsole("--demo", "--tickets", "200", home=home) as console:
        assert until(lambda: any(home.rglob("desk.json")))
        console.kill(signal.SIGTERM)
        assert console.wait_for_end() == 128 + signal.SIGTERM
    temporary = home / "tmp"
    assert until(lambda: not any(temporary.iterdir())), list(temporary.rglob("*"))


# -- not even a start ------------------------------------------------------------------------------


def test_without_a_terminal_it_says_so_in_one_plain_line(account: dict[str, str]) -> None:
    ran = subprocess.run(
        CONSOLE, env=account, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S
    )
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert_one_plain_line(ran.stderr)


@pytest.mark.parametrize("where", ["stdin", "stdout", "closed"])
def test_with_one_stream_elsewhere_it_does_not_begin(
    home: Path, account: dict[str, str], where: str
) -> None:
    sign = {
        "stdin": "0</dev/null",
        "stdout": "1>/dev/null",
        "closed": "1>&-",
    }[where]
    program = ("sh", "-c", f'exec "$0" "$@" {sign}', *CONSOLE)
    with PtyConsole(home=home, environment=account, program=program, size=(200, 24)) as console:
        assert console.wait_for_end() == 2
    assert_one_plain_line(console.raw)


@pytest.mark.parametrize(
    "term", ["dumb", "unknown", "", None, "../../etc/passwd;id", "xterm\n", "x" * 33]
)
def test_a_terminal_that_can_draw_nothing_is_refused_in_one_plain_line(
    home: Path, account: dict[str, str], term: str | None
) -> None:
    environment = {name: value for name, value in account.items() if name != "TERM"}
    if term is not None:
        environment["TERM"] = term
    with PtyConsole(home=home, environment=environment, size=(200, 24)) as console:
        assert console.wait_for_end() == 2
    assert_one_plain_line(console.raw)


def assert_one_plain_line(said: bytes | bytearray) -> None:
    assert said.startswith(b"deskero-tui: the console needs a terminal")
    assert said.rstrip(b"\r\n").isascii()
    assert said.rstrip(b"\r\n").decode().isprintable()


# -- a fault of ours -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(120, 36), (40, 12)], ids=["wide", "small"])
def test_a_crash_names_the_log_and_shows_nothing_else(
    home: Path, account: dict[str, str], size: tuple[int, int]
) -> None:
    with PtyConsole(home=home, environment=account, size=size, program=CRASHING) as console:
        wait_for_list(console)
        console.press("X")
        assert console.wait_for_end() == 1
    log = home / "deskero" / "deskero-tui.log"
    after = console.raw[console.raw.rfind(b"\x1b[?1049l") :].decode()
    assert_restored(console.raw)
    assert "".join(f"deskero-tui has failed; see {log}".split()) in "".join(after.split())
    assert "Traceback" not in after
    assert set(ANY_ESCAPE.findall(after)) <= {mode.decode() for _, mode in MODES}
    written = log.read_text("utf-8")
    assert "Traceback" in written
    assert "on purpose" in written
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    for secret in (account["DESKERO_API_TOKEN"], "a local of the failing action"):
        assert secret not in written
        assert secret.encode() not in console.raw
    assert os.path.getsize(log) < 100_000
