"""What the byte layer saves over a scripted hour of work, and how many cells it was held to.

Run as `python -m bench.layer`. The hour is an agent's: reading down the queue, opening, paging,
searching, half a reply, notes, other views. Both consoles get the same keys on the same desk.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyte
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from bench.desks import CONSOLE, furnish_home, make_desk_database, make_store, served
from bench.measures import SIZE, open_session, wait_for_row
from bench.programs import Start
from deskero_tui.tui.terminal.looks import PLAIN, way
from deskero_tui.tui.terminal.painter import Painter
from deskero_tui.tui.terminal.segments import Piece, look_of, patches
from tests.support.cells import cells_of

TICKETS: Final = 1_000
ROUNDS: Final = 6
"""Ten minutes of work each."""
FRAMES: Final = 2_000
COLOURS: Final = (None, "red", "#102030", "#fafafa", "color(99)")
LETTERS: Final = "abcdefgh 0123456789 .,-   é漢字"
PANE_COLUMN: Final = 23
_PLAIN_CONSOLE: Final = (sys.executable, "-m", "bench.plain_console")


def hour() -> Iterator[tuple[str, str]]:
    """What is done, and the keys of it; behind each the agent looks at what came."""
    for number in range(ROUNDS):
        yield "one line down", "j" * 9
        yield "held key", "j" * 40
        yield "open and page", "\r"
        yield "open and page", "  "
        yield "open and page", "\x1b"
        yield "next while reading", "\rJJJ\x1b"
        yield "search", "/"
        for letter in "late parcel":
            yield "search", letter
        yield "search", "\r"
        yield "search", "\x1b"
        yield "half a reply", "r"
        for word in ("Hello, ", "we have ", "looked ", "into it ", "and it ", "leaves today."):
            yield "half a reply", word
        yield "half a reply", "\x13"
        yield "half a reply", "q"
        yield "views", str(number % 9 + 1)
        yield "views", "G"
        yield "views", "g"
        yield "pickers and help", "s"
        yield "pickers and help", "\x1b"
        yield "pickers and help", "?"
        yield "pickers and help", "\x1b"


def worked(start: Start) -> dict[str, int]:
    """Bytes by what was done."""
    used: dict[str, int] = {}
    with open_session(start) as session:
        wait_for_row(session)
        session.settle()
        used["start"] = sum(len(chunk.data) for chunk in session.chunks)
        for what, keys in hour():
            for key in keys if what == "one line down" else (keys,):
                press = session.press(key, quiet_s=0.3)
                used[what] = used.get(what, 0) + press.size_bytes
    return used


def held_to(frames: int) -> tuple[int, int]:
    """Paints random frames into a model of a terminal: cells compared, and how many differ."""
    rng, (width, height) = random.Random(5), (61, 20)
    painter = Painter(erases_in_colour=True)
    painter.use_stops()
    painted, truth = pyte.Screen(width, height), pyte.Screen(width, height)
    streams = pyte.Stream(painted), pyte.Stream(truth)
    for stream in streams:
        stream.feed("\x1b[?7l")
    frame = [_line(rng, width) for _ in range(height)]
    cells = wrong = 0
    for _ in range(frames):
        if rng.random() < 0.3:
            lines = rng.randint(-4, 4)
            frame = frame[lines:] + frame[:lines]
        for y in rng.sample(range(height), rng.randint(0, 4)):
            frame[y] = _line(rng, width)
        if rng.random() < 0.1:
            frame = [_changed_from(PANE_COLUMN, line, _line(rng, width)) for line in frame]
        pieces = [Piece(0, y, line) for y, line in enumerate(frame)]
        streams[0].feed(painter.paint(patches(pieces, ColorSystem.TRUECOLOR), (width, height)))
        streams[1].feed(_plainly(pieces))
        pairs = zip(cells_of(painted), cells_of(truth), strict=True)
        wrong += sum(
            one != other for ours, theirs in pairs for one, other in zip(ours, theirs, strict=True)
        )
        cells += width * height
    return cells, wrong


def _line(rng: random.Random, width: int) -> list[Segment]:
    segments = [
        Segment(
            "".join(rng.choices(LETTERS, k=rng.randint(1, 30))),
            Style(
                color=rng.choice(COLOURS),
                bgcolor=rng.choice(COLOURS),
                bold=rng.random() < 0.2,
                reverse=rng.random() < 0.1,
            ),
        )
        for _ in range(rng.randint(1, 4))
    ]
    return list(Strip(segments).adjust_cell_length(width, Style(bgcolor=rng.choice(COLOURS))))


def _changed_from(column: int, line: list[Segment], other: list[Segment]) -> list[Segment]:
    """The one line as far as the column, and then the other."""
    return [*Strip(line).crop(0, column), *Strip(other).crop(column)]


def _plainly(pieces: list[Piece]) -> str:
    told = ["\x1b[0m\x1b[2J"]
    for x, y, segments in pieces:
        told.append(f"\x1b[{y + 1};{x + 1}H")
        for text, style, _ in segments:
            told.append(f"\x1b[0m{way(PLAIN, look_of(style, ColorSystem.TRUECOLOR))}{text}")
    return "".join(told)


def main() -> None:
    """Prints both."""
    cells, wrong = held_to(FRAMES)
    print(f"{FRAMES} random frames, {cells} cells compared, {wrong} differ")
    folder = Path(tempfile.mkdtemp(prefix="deskero-layer-"))
    try:
        make_desk_database(folder / "desk.sqlite", TICKETS)
        used = []
        with served(folder / "desk.sqlite") as desk:
            make_store(folder / "store.sqlite", desk)
            for number, command in enumerate((CONSOLE, _PLAIN_CONSOLE)):
                home = folder / f"home-{number}"
                environment = furnish_home(home, desk, folder / "store.sqlite")
                used.append(worked(Start(command, home, environment)))
        print(f"\nAn hour at {SIZE[0]}x{SIZE[1]}, bytes".ljust(35) + "with   without   ratio")
        for what in (*used[0], "all"):
            ours, theirs = (sum(one.values()) if what == "all" else one[what] for one in used)
            print(f"{what:25} {ours:>10} {theirs:>9} {ours / theirs:7.2f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
