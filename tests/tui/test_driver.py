"""What the driver stands on, and what it tells the terminal. Its life is in `tests/terminal`."""

from __future__ import annotations

import inspect

import pyte
import pytest
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver

from deskero_tui.tui.terminal.driver import lone_escape_s
from deskero_tui.tui.terminal.key_stream import LONE_ESCAPE_S
from deskero_tui.tui.terminal.modes import (
    STOPS_ARE_KNOWN,
    giving_back,
    is_simple,
    question,
    taking,
)


def test_the_private_names_that_the_driver_stands_on_are_there() -> None:
    made = inspect.getsource(Driver.__init__)
    for name in ("self._app = app", "self._loop = asyncio.get_running_loop()", "self._size = size"):
        assert name in made
    assert Driver.__abstractmethods__ == {
        "disable_input",
        "start_application_mode",
        "stop_application_mode",
        "write",
    }
    assert "self._driver._size" in inspect.getsource(App)


@pytest.mark.parametrize(
    ("sequence", "is_known"),
    [("\x1b[B", True), ("\x1b[27u", True), ("\x1b[?2026;2$y", True), ("\x1b[?62;22c", False)],
)  # fmt: skip
def test_the_parser_waits_for_more_only_after_what_it_does_not_know(
    sequence: str, is_known: bool
) -> None:
    parser = XTermParser()
    list(parser.feed(sequence))
    assert (parser._timeout_time is None) is is_known


def test_what_is_turned_on_is_turned_off() -> None:
    for term in ("xterm-256color", "linux", "vt220"):
        for mode in ("?1049", "?2004", "?1004"):
            assert f"\x1b[{mode}h" in taking(term)
            assert f"\x1b[{mode}l" in giving_back(term, 80)
        for mode in ("?7", "?25"):
            assert f"\x1b[{mode}l" in taking(term)
            assert f"\x1b[{mode}h" in giving_back(term, 80)
        assert ("\x1b[>1u" in taking(term)) is ("\x1b[<u" in giving_back(term, 80))


@pytest.mark.parametrize("columns", [1, 8, 9, 80, 120, 121])
def test_tab_stops_are_given_back_as_they_are_from_the_beginning(columns: int) -> None:
    usual, screen = pyte.Screen(columns, 5), pyte.Screen(columns, 5)
    pyte.Stream(screen).feed("\x1b[3g\x1b[3;3H\x1bH" + giving_back("xterm-256color", columns))
    assert screen.tabstops == usual.tabstops


def test_the_answer_about_stops_is_that_of_a_terminal_that_has_them() -> None:
    class Asked(pyte.Screen):
        said = ""

        def write_process_input(self, data: str) -> None:
            self.said += data

    terminal = Asked(80, 24)
    asked = question("xterm-256color").replace("\x1b[?2026$p", "")
    pyte.Stream(terminal).feed("\x1b[7;9H" + asked)
    assert terminal.said == STOPS_ARE_KNOWN
    assert (terminal.cursor.y, terminal.cursor.x) == (6, 8)
    assert not set("".join(terminal.display)) - {" "}


@pytest.mark.parametrize("term", ["linux", "vt100", "vt220"])
def test_old_terminals_are_asked_and_told_nothing_new(term: str) -> None:
    assert is_simple(term)
    assert question(term) == ""
    assert "u" not in taking(term) + giving_back(term, 80)
    assert "\x1b[3g" not in giving_back(term, 80)


def test_how_long_an_escape_waits_can_be_said_as_for_other_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ESCDELAY", raising=False)
    assert lone_escape_s() == LONE_ESCAPE_S
    monkeypatch.setenv("ESCDELAY", "40")
    assert lone_escape_s() == 0.04
