"""What is written makes the terminal show exactly what the frames say, in few bytes.

The terminal is pyte's; characters that it measures otherwise than real terminals do are left out.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from deskero_tui.tui.terminal.looks import PLAIN, way
from deskero_tui.tui.terminal.opening import erases_in_colour
from deskero_tui.tui.terminal.painter import Painter
from deskero_tui.tui.terminal.segments import Piece, look_of, patches
from tests.support.cells import cells_of

COLOURS = (None, "red", "#102030", "#fafafa", "color(99)")
styles = st.builds(
    Style,
    color=st.sampled_from(COLOURS),
    bgcolor=st.sampled_from(COLOURS),
    bold=st.booleans(),
    italic=st.booleans(),
    underline=st.booleans(),
    reverse=st.booleans(),
)
texts = st.text(st.sampled_from("ab  . é漢字"), min_size=1, max_size=30)
WIDTH, HEIGHT = 13, 8


class Terminal:
    """A terminal, and one that is told every frame in full for comparison."""

    def __init__(
        self,
        width: int = WIDTH,
        height: int = HEIGHT,
        *,
        bce: bool = True,
        stops: bool = False,
    ) -> None:
        self.size = (width, height)
        self.screen, self.truth = pyte.Screen(width, height), pyte.Screen(width, height)
        self._stream, self._truth = pyte.Stream(self.screen), pyte.Stream(self.truth)
        self._stream.feed("\x1b[?7l")
        self.painter = Painter(erases_in_colour=bce)
        if stops:
            self.painter.use_stops()

    def feed(self, written: str) -> None:
        self._stream.feed(written)

    def paint(self, pieces: list[Piece], system: ColorSystem = ColorSystem.TRUECOLOR) -> str:
        """Paints a frame by the painter here and cell by cell there; what the painter wrote."""
        if not self.painter._is_known:
            self._truth.feed("\x1b[0m\x1b[2J")
        written = self.painter.paint(patches(pieces, system), self.size)
        self._stream.feed(written)
        for x, y, segments in pieces:
            self._write_plainly(x, y, segments, system)
        return written

    def _write_plainly(
        self, x: int, y: int, segments: Sequence[Segment], system: ColorSystem
    ) -> None:
        told = []
        for text, style, _ in Strip(segments).crop(0, self.size[0] - x):
            sgr = way(PLAIN, look_of(style, system))
            for letter in text:
                told.append(f"\x1b[{y + 1};{x + 1}H\x1b[0m{sgr}{letter}\x1b[0m")
                x += cell_len(letter)
        self._truth.feed("".join(told))

    def agrees(self) -> bool:
        return cells_of(self.screen) == cells_of(self.truth)


parts_of_a_line = st.builds(lambda text, style: Segment(text, style), texts, styles)


@st.composite
def lines(draw: st.DrawFn) -> list[Segment]:
    """One line of segments, as wide as the terminal."""
    segments = draw(st.lists(parts_of_a_line, min_size=1, max_size=4))
    return list(Strip(segments).adjust_cell_length(WIDTH, draw(styles)))


def whole(rows: list[list[Segment]]) -> list[Piece]:
    return [Piece(0, y, row) for y, row in enumerate(rows)]


frames = st.lists(lines(), min_size=HEIGHT, max_size=HEIGHT)


@given(
    first=frames,
    second=frames,
    bce=st.booleans(),
    stops=st.booleans(),
    system=st.sampled_from(ColorSystem),
)
def test_any_two_frames_after_each_other_show_what_they_say(
    first: list[list[Segment]],
    second: list[list[Segment]],
    bce: bool,
    stops: bool,
    system: ColorSystem,
) -> None:
    if system is ColorSystem.WINDOWS:
        system = ColorSystem.STANDARD
    terminal = Terminal(bce=bce, stops=stops)
    terminal.paint(whole(first), system)
    assert terminal.agrees()
    terminal.paint(whole(second), system)
    assert terminal.agrees()


@given(frame=frames, shift=st.integers(-5, 5), fresh=frames)
def test_a_frame_that_has_moved_shows_what_it_says(
    frame: list[list[Segment]], shift: int, fresh: list[list[Segment]]
) -> None:
    terminal = Terminal()
    terminal.paint(whole(frame))
    moved = (frame + fresh)[shift:][:HEIGHT] if shift >= 0 else (fresh[:-shift] + frame)[:HEIGHT]
    terminal.paint(whole(moved))
    assert terminal.agrees()


@given(
    frame=frames,
    parts=st.lists(
        st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), lines()), max_size=6
    ),
)
def test_parts_of_a_frame_change_only_themselves(
    frame: list[list[Segment]], parts: list[tuple[int, int, list[Segment]]]
) -> None:
    terminal = Terminal(stops=True)
    plain = [
        [Segment(text.replace("漢", "x").replace("字", "y"), style) for text, style, _ in row]
        for row in frame
    ]
    padded = [list(Strip(row).adjust_cell_length(WIDTH)) for row in plain]
    terminal.paint(whole(padded))
    narrow = [
        Piece(x, y, [Segment(text.replace("漢", "x").replace("字", "y"), s) for text, s, _ in row])
        for x, y, row in parts
    ]
    terminal.paint(narrow)
    assert terminal.agrees()


def row(text: str, style: str = "white on blue") -> list[Segment]:
    return list(
        Strip([Segment(text, Style.parse(style))]).adjust_cell_length(80, Style.parse(style))
    )


def test_what_is_shown_already_costs_nothing() -> None:
    terminal = Terminal(80, 24)
    frame = [Piece(0, y, row(f"line {y}")) for y in range(24)]
    terminal.paint(frame)
    assert terminal.paint(frame) == ""


@given(frame=frames, shift=st.integers(-HEIGHT, HEIGHT), fresh=frames)
def test_a_picture_that_was_moved_is_known_where_it_is(
    frame: list[list[Segment]], shift: int, fresh: list[list[Segment]]
) -> None:
    terminal = Terminal()
    assert terminal.painter.move(1) == "", "there is no picture yet"
    terminal.paint(whole(frame))
    moved = terminal.painter.move(shift)
    assert bool(moved) == (0 < abs(shift) < HEIGHT)
    terminal.feed(moved)
    shown = (frame + fresh)[shift:][:HEIGHT] if shift >= 0 else (fresh[:-shift] + frame)[:HEIGHT]
    terminal.paint(whole(shown))
    assert terminal.agrees()


def test_a_list_that_scrolls_by_one_line_costs_about_one_line() -> None:
    terminal = Terminal(80, 24)
    texts = [f"{n}/2026 opened  Customer {n * 7919 % 1000} Subject {n}" for n in range(40)]
    terminal.paint([Piece(0, y, row(texts[y])) for y in range(24)])
    written = terminal.paint([Piece(0, y, row(texts[y + 1])) for y in range(24)])
    assert terminal.agrees()
    assert len(written) < 120


def test_a_look_is_told_once_and_not_with_every_frame() -> None:
    terminal = Terminal(80, 24)
    terminal.paint([Piece(0, y, row(f"line {y}")) for y in range(24)])
    assert (
        terminal.paint([Piece(5, 3, [Segment("x", Style.parse("white on blue"))])]) == "\x1b[4;6Hx"
    )
    assert terminal.agrees()


def test_a_blank_before_a_word_takes_the_look_of_the_word() -> None:
    terminal = Terminal(80, 24)
    terminal.paint([Piece(0, y, row("")) for y in range(24)])
    segments = [Segment("  ", Style.parse("on red")), Segment("x", Style.parse("green on red"))]
    assert terminal.paint([Piece(5, 3, segments)], ColorSystem.STANDARD).count("m") == 1
    assert terminal.agrees()


def test_lines_that_come_in_below_do_not_take_the_look_of_what_was_written_last() -> None:
    terminal = Terminal(80, 24)
    frame = [row(f"line {n * 7919}") for n in range(30)]
    terminal.paint(whole(frame[:24]))
    written = terminal.paint(whole(frame[1:25]))
    assert "\x1b[m\x1b[1;24r" in written
    assert terminal.agrees()


PANE = "white on blue"


def pane_line(y: int, text: str, column: int = 43) -> Piece:
    """A line of something that begins in the middle of the screen."""
    return Piece(column, y, [Segment(text, Style.parse(PANE))])


def test_lines_of_a_pane_cost_three_bytes_of_moves_where_there_are_tab_stops() -> None:
    terminal, other = Terminal(80, 24, stops=True), Terminal(80, 24)
    for one in (terminal, other):
        one.paint([Piece(0, y, row("")) for y in range(24)])
        one.paint([pane_line(y, "first") for y in range(24)])
    written = terminal.paint([pane_line(y, "other") for y in range(0, 24, 2)])
    without = other.paint([pane_line(y, "other") for y in range(0, 24, 2)])
    assert terminal.agrees()
    assert written.count("\r\n\n\tother") == 11
    assert "\t" not in without
    assert len(without) - len(written) == 11 * 3


def test_the_stop_moves_to_where_it_is_missed_and_to_nowhere_else() -> None:
    terminal = Terminal(80, 24, stops=True)
    terminal.paint([Piece(0, y, row("")) for y in range(24)])
    terminal.paint([pane_line(y, "first") for y in range(24)])
    now_and_then = [pane_line(y, "other", 43 if y % 2 else 60) for y in range(24)]
    assert "\x1bH" not in terminal.paint(now_and_then)
    elsewhere = terminal.paint([pane_line(y, "third", 20) for y in range(24)])
    assert elsewhere.count("\x1b[3g\x1bH") == 1
    assert terminal.agrees()


def test_a_stop_just_behind_where_lines_begin_is_made_do_with_only_now_and_then() -> None:
    terminal = Terminal(80, 24, stops=True)
    terminal.paint([Piece(0, y, row("")) for y in range(24)])
    terminal.paint([pane_line(y, "first", 45) for y in range(24)])
    two = terminal.paint([pane_line(y, "again", 43) for y in (2, 3, 4)])
    assert two.count("\r\n\t\b\bagain") == 2
    many = terminal.paint([pane_line(y, "third", 43) for y in range(24)])
    assert many.count("\x1b[3g\x1bH") == 1
    assert many.count("\r\n\tthird") > 20
    assert terminal.agrees()


def test_a_whole_frame_takes_no_tab_stop_for_granted() -> None:
    terminal = Terminal(80, 24, stops=True)
    terminal.paint([Piece(0, y, row("")) for y in range(24)])
    terminal.paint([pane_line(y, "first") for y in range(24)])
    terminal.painter.forget()
    terminal.paint([Piece(0, y, row("")) for y in range(24)])
    written = terminal.paint([pane_line(y, "first") for y in range(24)])
    assert written.index("\x1b[3g\x1bH") < written.index("\t")


def test_forgetting_paints_everything_again() -> None:
    terminal = Terminal(80, 24)
    frame = [Piece(0, y, row(f"line {y}")) for y in range(24)]
    first = terminal.paint(frame)
    terminal.painter.forget()
    assert terminal.paint(frame) == first


def test_without_colours_only_attributes_are_sent() -> None:
    look = look_of(Style.parse("bold red on blue"), None)
    assert (look.foreground, look.background, look.attributes) == ("", "", frozenset("1"))


@given(styles, styles)
def test_the_way_between_looks_leads_there(one: Style, other: Style) -> None:
    old, new = (look_of(style, ColorSystem.TRUECOLOR) for style in (one, other))
    by_steps, anew = pyte.Screen(2, 1), pyte.Screen(2, 1)
    pyte.Stream(by_steps).feed(way(PLAIN, old) + way(old, new) + "x")
    pyte.Stream(anew).feed(way(PLAIN, new) + "x")
    assert by_steps.buffer[0][0] == anew.buffer[0][0]


@pytest.mark.parametrize(
    ("term", "erases"),
    [("xterm-256color", True), ("tmux-256color", True), ("screen", False), ("vt100", False),
     ("screen-256color-bce", True), ("", True)],
)  # fmt: skip
def test_colour_is_erased_only_where_the_terminal_does_that(term: str, erases: bool) -> None:
    assert erases_in_colour(term) is erases


def test_the_private_names_that_painting_stands_on_are_there() -> None:
    assert list(inspect.signature(App._display).parameters) == ["self", "screen", "renderable"]
    assert list(inspect.signature(App._set_pointer_shape).parameters) == ["self", "shape"]
    assert "self._driver: Driver | None = None" in inspect.getsource(App.__init__)
    assert list(inspect.signature(App._get_screen).parameters) == ["self", "screen"]
    assert "self._compositor = Compositor()" in inspect.getsource(Screen.__init__)
