"""What `doctor` says of looks and lines."""

from __future__ import annotations

import pytest

from deskero_tui.cli.terminal_check import line_in_words, looks_in_words, multiplexer
from deskero_tui.config import Settings
from deskero_tui.tui.terminal.line_speed import LineSpeed


@pytest.mark.parametrize(
    ("speed", "says"),
    [
        (LineSpeed(), "the terminal answers no questions, so its line cannot be measured"),
        (LineSpeed(0.012, 1_200_000), "answers in 12 ms, 1.2 MB per second"),
        (LineSpeed(0.05, 900, is_at_most=True), "answers in 50 ms, at most 900 bytes per second: "),
        (LineSpeed(0.6), "answers in 600 ms: "),
    ],
)
def test_a_line_is_told_in_words(speed: LineSpeed, says: str) -> None:
    told = line_in_words(speed, is_told=False)
    assert told.startswith(says)
    assert ("--slow" in told) is says.endswith(": ")
    assert "--slow" not in line_in_words(speed, is_told=True)


def test_looks_are_told_as_they_will_be() -> None:
    linux = {"TERM": "linux", "LANG": "C.UTF-8"}
    assert looks_in_words(Settings(), linux) == (
        "colours: 16, signs in ASCII, texts as they are, theme default"
    )
    asked = Settings(slow=True, screen_reader=True, theme="light", colors="none")
    assert looks_in_words(asked, {"TERM": "xterm", "LANG": "C.UTF-8"}) == (
        "colours: none, all characters, theme light, slow, for a screen reader"
    )


def test_the_program_around_the_terminal_is_named() -> None:
    assert multiplexer({"TMUX": "/tmp/x,1,0", "STY": "1.x"}) == "in tmux"
    assert multiplexer({"STY": "1.pts-0.host"}) == "in GNU screen"
    assert multiplexer({}) == "not in tmux or screen"
