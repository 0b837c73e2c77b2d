"""Ctrl+Z goes to the shell where one is there to come back to, and says so where none is."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pty_console import CONSOLE, PAUSE, REDRAW, PtyConsole
from tests.terminal.restored import ALTERNATE_SCREEN, assert_restored

SHELL = ("bash", "--norc", "--noprofile", "-i")
COMMAND = " ".join(CONSOLE)
NO_SHELL = "no shell to come back to"


@pytest.fixture
def shell(home: Path, account: dict[str, str]) -> Iterator[PtyConsole]:
    """An interactive bash with job control that has just begun; it has ended at the end."""
    settings = home / "inputrc"
    settings.write_text("set enable-bracketed-paste off\n", "utf-8")
    environment = account | {"PS1": "ready> ", "HISTFILE": "", "INPUTRC": str(settings)}
    with PtyConsole(home=home, environment=environment, program=SHELL) as opened:
        opened.wait_for("ready>")
        yield opened
        opened.press("exit\r")
        assert opened.wait_for_end() == 0


def open_console(shell: PtyConsole, command: str = COMMAND) -> None:
    shell.press(command + "\r")
    shell.wait_for("tickets · online", "Enter Open")
    shell.wait_until_quiet(0.2)


def quit_console(shell: PtyConsole) -> None:
    shell.press("q")
    shell.wait_for("ready>")
    shell.press("echo left with $?\r")
    shell.wait_for("left with 0")


@pytest.mark.parametrize(
    "command",
    [COMMAND, f"sh -c '{COMMAND}; exit $?'"],
    ids=["by itself", "below a program that waits"],
)
def test_it_stops_and_comes_back_as_it_was(shell: PtyConsole, command: str) -> None:
    open_console(shell, command)
    shell.press("j")
    shell.wait_until_quiet(0.2)
    before = shell.cells
    for _ in range(2):
        shell.press(PAUSE)
        shell.wait_for("Stopped", "ready>")
        assert_restored(shell.raw)
        shell.press("echo $((6*7)) here\r")
        shell.wait_for("42 here")
        shell.press("fg\r")
        shell.wait_for("tickets · online", "Enter Open")
        shell.wait_until_quiet(0.2)
        assert shell.cells == before
    quit_console(shell)


def test_in_the_background_it_waits_for_its_turn(shell: PtyConsole) -> None:
    open_console(shell)
    before = shell.cells
    shell.press(PAUSE)
    shell.wait_for("Stopped", "ready>")
    begun = shell.raw.count(ALTERNATE_SCREEN[0])
    shell.press("bg\r")
    shell.wait_until_quiet(0.3)
    shell.press("echo $((6*7)) here\r")
    shell.wait_for("42 here")
    assert shell.raw.count(ALTERNATE_SCREEN[0]) == begun
    shell.press("fg\r")
    shell.wait_for("tickets · online", "Enter Open")
    shell.wait_until_quiet(0.2)
    assert shell.cells == before
    quit_console(shell)


def test_stopped_by_force_it_takes_the_terminal_anew(shell: PtyConsole) -> None:
    open_console(shell)
    before = shell.cells
    [pid] = shell.children()
    os.kill(pid, signal.SIGSTOP)
    shell.wait_for("Stopped")
    shell.press("fg\r")
    shell.wait_until_quiet(0.3)
    shell.press(REDRAW)
    shell.wait_until_quiet(0.3)
    assert shell.cells == before
    quit_console(shell)


@pytest.mark.parametrize(
    "program",
    [CONSOLE, ("sh", "-c", f"{COMMAND}; exit $?")],
    ids=["nothing above it", "below a command of sh"],
)
def test_without_a_shell_it_goes_on_and_says_why(
    home: Path, account: dict[str, str], program: tuple[str, ...]
) -> None:
    with PtyConsole(home=home, environment=account, program=program, size=(120, 36)) as console:
        console.wait_for("tickets · online", "Enter Open")
        console.wait_until_quiet()
        console.press(PAUSE)
        console.wait_for(NO_SHELL)
        assert console.raw.count(ALTERNATE_SCREEN[0]) == 1
        console.press("?")
        console.wait_for("The ticket")
        console.press("q")
        console.wait_for("Enter Open")
        console.press("q")
        assert console.wait_for_end() == 0


def test_asked_to_stop_from_outside_without_a_shell_it_goes_on(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=(120, 36)) as console:
        console.wait_for("tickets · online", "Enter Open")
        console.kill(signal.SIGTSTP)
        console.wait_for(NO_SHELL)
        console.press("q")
        assert console.wait_for_end() == 0
