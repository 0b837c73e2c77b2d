"""The tickets are on the terminal before what paints the screen is loaded, and it is their picture
that goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.cells import Cells
from tests.support.pty_console import CONSOLE, ESC, PtyConsole, until
from tests.terminal.restored import assert_restored

HELD = (CONSOLE[0], "-m", "tests.terminal.held_console")
SIZES = {"wide": (120, 36), "odd": (143, 41), "narrow": (80, 24), "small": (40, 12)}
HEADING = b"Status   Age"
"""What stands over the list at each of them."""
APPEARANCES = {
    "usual": ([], {}),
    "sixteen": (["--colors", "16"], {}),
    "truecolor": ([], {"COLORTERM": "truecolor"}),
    "no colours": ([], {"NO_COLOR": "1"}),
    "slow": (["--slow"], {}),
    "light": (["--theme", "light"], {}),
    "high contrast": (["--theme", "high-contrast"], {}),
    "terminal's own": (["--theme", "terminal"], {}),
    "screen": ([], {"TERM": "screen"}),
}


class Held:
    """A console that has its first picture and waits to be let on."""

    def __init__(self, console: PtyConsole, told_to: Path, word_from: Path) -> None:
        self.console = console
        self._told_to = told_to
        self._word_from = word_from

    def wait(self) -> None:
        """Until it is held, and what it has written is here."""
        assert until(self._told_to.exists)
        self.console.wait_until_quiet()

    def say(self, word: str) -> None:
        """`go` or `fail`."""
        fresh = self._word_from.with_suffix(".new")
        fresh.write_text(word, "utf-8")
        fresh.replace(self._word_from)


@contextmanager
def held_console(
    home: Path, environment: dict[str, str], *arguments: str, size: tuple[int, int] = (80, 24)
) -> Iterator[Held]:
    told_to, word_from = home / "told", home / "word"
    program = (*HELD, str(told_to), str(word_from))
    with PtyConsole(
        *arguments, home=home, environment=environment, size=size, program=program
    ) as console:
        held = Held(console, told_to, word_from)
        held.wait()
        yield held


class OpenOnce(Protocol):
    """Has a console read the tickets and learn how they look."""

    def __call__(self, home: Path, environment: dict[str, str], *arguments: str) -> None: ...


@pytest.fixture(scope="module")
def open_once(tmp_path_factory: pytest.TempPathFactory) -> OpenOnce:
    """What one console has learned is a copy for the next tests of its kind."""
    learned: dict[tuple[object, ...], Path] = {}

    def open_once(home: Path, environment: dict[str, str], *arguments: str) -> None:
        elsewhere = {"HOME", "TMPDIR", "DESKERO_HOME"}
        kind = (arguments, frozenset((k, v) for k, v in environment.items() if k not in elsewhere))
        place = home / "deskero"
        if kind in learned:
            shutil.copytree(learned[kind], place)
            return
        with PtyConsole(*arguments, home=home, environment=environment) as console:
            console.wait_for("tickets · online", "opened")
            assert until((place / "looks.json").exists)
            console.press("q")
            assert console.wait_for_end() == 0
        learned[kind] = shutil.copytree(place, tmp_path_factory.mktemp("learned") / "deskero")

    return open_once


def list_of(cells: Cells, columns: int) -> Cells:
    """The lines of the list, without the column of its thumb."""
    width = columns // 2 if columns >= 100 else columns
    return [line[: width - 1] for line in cells[1:-2]]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_screen_goes_on_from_it_at_any_size(
    home: Path, account: dict[str, str], open_once: OpenOnce, size: tuple[int, int]
) -> None:
    open_once(home, account)
    with held_console(home, account, size=size) as held:
        console = held.console
        assert console.picture[0] == ""
        assert "opened" in console.picture[2]
        first, written = list_of(console.cells, size[0]), len(console.raw)
        held.say("go")
        console.wait_for("tickets · online")
        console.wait_until_quiet()
        assert list_of(console.cells, size[0]) == first
        # Nor is it cleared away, or any of it written again.
        assert HEADING in console.raw[:written]
        assert HEADING not in console.raw[written:]
        assert b"\x1b[2J" not in console.raw[written:]
        console.press("q")
        assert console.wait_for_end() == 0
    assert_restored(console.raw)


@pytest.mark.parametrize("name", APPEARANCES)
def test_it_looks_as_the_list_does(
    home: Path, account: dict[str, str], open_once: OpenOnce, name: str
) -> None:
    arguments, more = APPEARANCES[name]
    environment = account | more
    open_once(home, environment, *arguments)
    with held_console(home, environment, *arguments) as held:
        console = held.console
        assert "opened" in console.text
        first = list_of(console.cells, 80)
        held.say("go")
        console.wait_for("tickets · online")
        console.wait_until_quiet()
        assert list_of(console.cells, 80) == first
        console.press("q")
        assert console.wait_for_end() == 0


def test_looks_of_one_kind_of_terminal_are_no_looks_of_another(
    home: Path, account: dict[str, str], open_once: OpenOnce
) -> None:
    open_once(home, account)
    with held_console(home, account, "--theme", "light") as held:
        assert held.console.text.strip() == ""
        assert not held.console.raw
        held.say("go")
        held.console.wait_for("tickets · online")
        held.console.press("q")
        assert held.console.wait_for_end() == 0
    kept = json.loads((home / "deskero" / "looks.json").read_text("utf-8"))
    assert len(kept) == 2


def test_keys_pressed_meanwhile_are_for_the_screen(
    home: Path, account: dict[str, str], open_once: OpenOnce
) -> None:
    open_once(home, account)
    with held_console(home, account) as held:
        console = held.console
        second = console.picture[3].split()[1 if console.picture[3][1] in "*d~" else 0]
        console.press("j\r")
        console.wait_until_quiet()
        held.say("go")
        console.wait_for("J Next", second)
        console.press(ESC)
        console.wait_for("tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_told_to_end_meanwhile_it_leaves_the_terminal_as_it_was(
    home: Path, account: dict[str, str], open_once: OpenOnce, number: signal.Signals
) -> None:
    open_once(home, account)
    with held_console(home, account) as held:
        held.console.kill(number)
        assert held.console.wait_for_end() == 128 + number
    assert_restored(held.console.raw)


def test_what_fails_meanwhile_is_said_on_the_shells_own_screen(
    home: Path, account: dict[str, str], open_once: OpenOnce
) -> None:
    open_once(home, account)
    with held_console(home, account) as held:
        held.say("fail")
        assert held.console.wait_for_end() == 1
    assert_restored(held.console.raw)
    left = held.console.raw.rpartition(b"\x1b[?1049l")[2]
    assert b"there is no Textual here" in left


def test_a_line_that_breaks_meanwhile_ends_it(
    home: Path, account: dict[str, str], open_once: OpenOnce
) -> None:
    open_once(home, account)
    with held_console(home, account) as held:
        held.console.close_terminal()
        assert held.console.wait_for_end() == 128 + signal.SIGHUP


def test_another_size_meanwhile_is_painted_whole(
    home: Path, account: dict[str, str], open_once: OpenOnce
) -> None:
    open_once(home, account)
    with held_console(home, account) as held:
        console = held.console
        console.resize(120, 36)
        held.say("go")
        console.wait_for("tickets · online", "│")
        console.wait_until_quiet()
        cells = console.cells
        console.press("\x0c")
        console.wait_until_quiet(0.3)
        assert console.cells == cells
        console.press("q")
        assert console.wait_for_end() == 0


def test_asked_to_stop_meanwhile_it_stops_once_it_can_be_brought_back(
    home: Path, account: dict[str, str], open_once: OpenOnce
) -> None:
    open_once(home, account)
    told_to, word_from = home / "told", home / "word"
    command = " ".join([*HELD, str(told_to), str(word_from)])
    settings = home / "inputrc"
    settings.write_text("set enable-bracketed-paste off\n", "utf-8")
    environment = account | {"PS1": "ready> ", "HISTFILE": "", "INPUTRC": str(settings)}
    with PtyConsole(
        home=home, environment=environment, program=("bash", "--norc", "--noprofile", "-i")
    ) as shell:
        shell.wait_for("ready>")
        shell.press(command + "\r")
        held = Held(shell, told_to, word_from)
        held.wait()
        [pid] = shell.children()
        os.kill(pid, signal.SIGTSTP)
        held.say("go")
        shell.wait_for("Stopped", "ready>")
        assert_restored(shell.raw)
        shell.press("fg\r")
        shell.wait_for("tickets · online", "Enter Open")
        shell.press("q")
        shell.wait_for("ready>")
        shell.press("exit\r")
        assert shell.wait_for_end() == 0
