"""Lines of a pane are gone to by way of a tab stop, where the terminal has shown that it can."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deskero_tui.tui.terminal.modes import STOPS_ARE_KNOWN
from tests.support.pty_console import REDRAW, PtyConsole, until
from tests.terminal.restored import assert_restored
from tests.terminal.test_tmux import WIDE, in_tmux

BY_STOP = b"\r\n\t"


def step_through_list(console: PtyConsole) -> None:
    console.wait_for("tickets · online", "opened", "From: ")
    console.wait_until_quiet(0.3)
    for key in "9jjj":
        console.press(key)
        console.wait_until_quiet(0.3)


def test_stops_that_the_terminal_knows_are_used_and_show_the_same(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=WIDE, answers=False) as console:
        console.wait_for("tickets · online")
        console.press(STOPS_ARE_KNOWN)
        step_through_list(console)
        assert BY_STOP in console.raw
        cells = console.cells
        console.press(REDRAW)
        console.wait_until_quiet(0.3)
        assert console.cells == cells
        console.press("q")
        assert console.wait_for_end() == 0
        assert_restored(console.raw)


@pytest.mark.parametrize("answer", ["", "\x1b[2;9R"])
def test_without_the_answer_no_stop_is_gone_to(
    home: Path, account: dict[str, str], answer: str
) -> None:
    with PtyConsole(home=home, environment=account, size=WIDE, answers=False) as console:
        console.wait_for("tickets · online")
        console.press(answer)
        step_through_list(console)
        assert BY_STOP not in console.raw
        console.press("q")
        assert console.wait_for_end() == 0
        assert_restored(console.raw)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here")
def test_in_tmux_which_forgets_stops_at_another_width_the_picture_stays_right(
    home: Path, account: dict[str, str]
) -> None:
    written = home / "written"
    with in_tmux(account, WIDE) as tmux:
        tmux.wait_for("tickets · online", "opened", "From: ")
        tmux.do("pipe-pane", f"cat >> {written}")
        tmux.press("9")
        tmux.wait_for("[9 All 60]", "From: ")
        for width in (WIDE[0] - 7, WIDE[0]):
            tmux.do("resize-window", "-x", str(width))
            tmux.wait_for_rest()
            written.write_bytes(b"")
            for key in "jjjj":
                tmux.press_and_see(key)
            assert until(lambda: BY_STOP in written.read_bytes()), width
            tmux.wait_for_rest()
            picture = tmux.picture()
            tmux.press("C-l")
            tmux.wait_for_rest()
            assert tmux.picture() == picture
        tmux.press("q")
        assert until(tmux.is_over)
