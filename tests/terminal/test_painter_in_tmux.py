"""What the painter writes makes a real tmux show what the frames say, cell by cell, colours too."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from deskero_tui.tui.terminal.looks import PLAIN, way
from deskero_tui.tui.terminal.painter import Painter
from deskero_tui.tui.terminal.segments import Piece, look_of, patches
from tests.support.cells import Cells, cells_of
from tests.support.pty_console import PATIENCE_S, until

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here")

WIDTH, HEIGHT, FRAMES = 37, 12, 40
COLUMN = 21
"""Where lines begin that change alone, as those of a pane."""
COLOURS = (None, "red", "#102030", "#fafafa", "color(99)")
LETTERS = "abcdefgh 0123456789 .,-   é漢字"


class Panes:
    """Two panes of one tmux: what is written to either, and what it shows."""

    def __init__(self, folder: Path) -> None:
        self._program = ("tmux", "-f", os.devnull, "-L", "painter")
        self._environment = {
            "PATH": os.environ["PATH"],
            "TMUX_TMPDIR": str(folder),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        self._pipes = [folder / "painted", folder / "plain"]
        for pipe in self._pipes:
            os.mkfifo(pipe)
            command = f"stty raw -echo; printf '\\033[?7l'; exec cat {pipe}"
            verb = "new-window" if self.is_up else "new-session"
            size = () if self.is_up else ("-x", str(WIDTH), "-y", str(HEIGHT + 1))
            self._do(verb, "-d", "-n", pipe.name, *size, command)
            self.is_up = True
        self._handles = [os.open(pipe, os.O_WRONLY) for pipe in self._pipes]

    is_up = False

    def _do(self, *command: str) -> str:
        ran = subprocess.run(
            [*self._program, *command],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        return ran.stdout

    def write(self, place: int, text: str) -> None:
        os.write(self._handles[place], text.encode())

    def cells(self, place: int) -> Cells:
        """Every cell of a pane, as tmux tells it."""
        told = self._do("capture-pane", "-p", "-e", "-N", "-t", f":{self._pipes[place].name}")
        screen = pyte.Screen(WIDTH, HEIGHT)
        stream = pyte.Stream(screen)
        for y, line in enumerate(told.split("\n")[:HEIGHT]):
            # A look goes on from line to line until another one is told.
            stream.feed(f"\x1b[{y + 1}H{line}")
        return cells_of(screen)

    def close(self) -> None:
        for handle in self._handles:
            os.close(handle)
        subprocess.run(
            [*self._program, "kill-server"], env=self._environment, capture_output=True, check=False
        )


@contextmanager
def panes_in(folder: Path) -> Iterator[Panes]:
    panes = Panes(folder)
    try:
        yield panes
    finally:
        panes.close()


def a_line(rng: random.Random) -> list[Segment]:
    segments = []
    for _ in range(rng.randint(1, 4)):
        text = "".join(rng.choices(LETTERS, k=rng.randint(1, 25)))
        style = Style(
            color=rng.choice(COLOURS),
            bgcolor=rng.choice(COLOURS),
            bold=rng.random() < 0.2,
            underline=rng.random() < 0.1,
            reverse=rng.random() < 0.1,
        )
        segments.append(Segment(text, style))
    return list(Strip(segments).adjust_cell_length(WIDTH, Style(bgcolor=rng.choice(COLOURS))))


def plainly(pieces: list[Piece]) -> str:
    """Every line anew, each cell by its place and with all of its look."""
    told = ["\x1b[0m\x1b[2J"]
    for x, y, segments in pieces:
        told.append(f"\x1b[{y + 1};{x + 1}H")
        for text, style, _ in segments:
            sgr = way(PLAIN, look_of(style, ColorSystem.TRUECOLOR))
            told.append(f"\x1b[0m{sgr}{text}")
    return "".join(told)


def test_frame_after_frame_tmux_shows_what_they_say(tmp_path: Path) -> None:
    rng = random.Random(20)
    # tmux 3.3 does not tell the background of what was erased, so here it is written.
    painter = Painter(erases_in_colour=False)
    painter.use_stops()
    frame = [a_line(rng) for _ in range(HEIGHT)]
    with panes_in(tmp_path) as panes:
        for _ in range(FRAMES):
            if rng.random() < 0.4:
                lines = rng.randint(-3, 3)
                frame = frame[lines:] + frame[:lines]
            for y in rng.sample(range(HEIGHT), rng.randint(0, HEIGHT)):
                frame[y] = a_line(rng)
            if rng.random() < 0.4:
                frame = [[*Strip(line).crop(0, COLUMN), *a_line(rng)] for line in frame]
                frame = [list(Strip(line).crop(0, WIDTH)) for line in frame]
            pieces = [Piece(0, y, line) for y, line in enumerate(frame)]
            panes.write(0, painter.paint(patches(pieces, ColorSystem.TRUECOLOR), (WIDTH, HEIGHT)))
            panes.write(1, plainly(pieces))
            assert until(lambda: panes.cells(0) == panes.cells(1)), "tmux shows something else"
