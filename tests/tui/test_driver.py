"""What the driver stands on, and what it tells the terminal. Its life is in `tests/terminal`."""

from __future__ import annotations

import inspect

import pytest
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver

from deskero_tui.tui.terminal.driver import lone_escape_s
from deskero_tui.tui.terminal.key_stream import LONE_ESCAPE_S
from deskero_tui.tui.terminal.modes import giving_back, is_simple, question, taking


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
            assert f"\x1b[{mode}l" in giving_back(term)
        for mode in ("?7", "?25"):
            assert f"\x1b[{mode}l" in taking(term)
            assert f"\x1b[{mode}h" in giving_back(term)
        assert ("\x1b[>1u" in taking(term)) is ("\x1b[<u" in giving_back(term))


@pytest.mark.parametrize("term", ["linux", "vt100", "vt220"])
def test_old_terminals_are_asked_and_told_nothing_new(term: str) -> None:
    assert is_simple(term)
    assert question(term) == ""
    assert "u" not in taking(term) + giving_back(term)


def test_how_long_an_escape_waits_can_be_said_as_for_other_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ESCDELAY", raising=False)
    assert lone_escape_s() == LONE_ESCAPE_S
    monkeypatch.setenv("ESCDELAY", "40")
    assert lone_escape_s() == 0.04
