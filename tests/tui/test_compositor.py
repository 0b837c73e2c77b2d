"""A frame shows what Textual's own compositor would show, and renders no more than that takes."""

from __future__ import annotations

import inspect
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from textual import _compositor, _context
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.tui.terminal.compositor import Frame
from deskero_tui.tui.terminal.painting import PaintingApp
from deskero_tui.tui.terminal.segments import Piece

SIZE = (40, 12)
ROUNDS = 60


class Lines(ScrollView):
    """Says which of its lines were rendered."""

    def __init__(self) -> None:
        super().__init__()
        self.rendered: list[int] = []
        self.letter = "a"

    @override
    def render_line(self, y: int) -> Strip:
        self.rendered.append(y)
        return Strip([Segment(f"{self.letter}{y} 漢字 ".ljust(60)[: self.size.width - 4])])


class Above(ModalScreen[None]):
    """A sheet through which the screen below can be seen."""

    DEFAULT_CSS = "Above { align: center middle; } Above Static { width: 12; height: 3; }"

    @override
    def compose(self) -> ComposeResult:
        yield Static("a sheet in the middle")


class Panes(PaintingApp[None]):
    """Two panes and a line below, with borders, on the compositor that is tried."""

    CSS = """
    Horizontal { height: 1fr; }
    Lines { width: 2fr; border: solid red; }
    #right { width: 1fr; }
    #foot { height: 1; }
    """

    @override
    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Lines()
            yield Static("one\ntwo 漢\nthree", id="right")
        yield Static("foot", id="foot")


def frame_of(app: App[None], *, full: bool = False) -> Frame:
    """What changed on the screen."""
    frame = app.screen._compositor.render_update(full=full)
    assert isinstance(frame, Frame)
    return frame


def put(canvas: list[list[str]], pieces: Iterator[Piece]) -> None:
    """Writes pieces on a canvas of cells; behind a wide character stands an empty one."""
    for x, y, segments in pieces:
        for text, _, _ in segments:
            for letter in text:
                canvas[y][x] = letter
                x += 1
                if letter in "漢字":
                    canvas[y][x] = ""
                    x += 1


def textuals_own(app: App[None]) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_a_frame_that_was_not_written_is_made_up_for_by_the_next() -> None:
    app = Panes()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        compositor = app.screen._compositor
        frame_of(app, full=True)
        compositor._dirty_regions = {Region(2, 2, 3, 1)}
        missed = frame_of(app)
        compositor._dirty_regions = {Region(0, 11, 2, 1)}
        joined = missed.joined(frame_of(app))
        assert joined.is_of(compositor)
        assert {(piece.x, piece.y) for piece in joined.pieces()} == {(2, 2), (0, 11)}

        await app.push_screen(Above())
        await pilot.pause()
        assert not missed.is_of(app.screen._compositor)
        app.screen._compositor._dirty_regions = {Region(0, 0, 1, 1)}
        joined = missed.joined(frame_of(app))
        assert joined.is_of(app.screen._compositor)
        assert {piece.y for piece in joined.pieces()} == set(range(SIZE[1])), "another screen"


async def test_any_change_shows_what_textual_would_show() -> None:
    app = Panes()
    rng = random.Random(7)
    async with app.run_test(size=SIZE) as pilot:
        for screen in (None, Above()):
            if screen is not None:
                await app.push_screen(screen)
            await pilot.pause()
            compositor = app.screen._compositor
            canvas = [[" "] * SIZE[0] for _ in range(SIZE[1])]
            put(canvas, frame_of(app, full=True).pieces())
            assert ["".join(row) for row in canvas] == textuals_own(app)
            for _ in range(ROUNDS):
                lines = app.screen_stack[0].query_one(Lines)
                lines.letter = rng.choice("abcdefg")
                lines._styles_cache.clear()
                app.screen._styles_cache.clear()
                corner = rng.randrange(-3, SIZE[0]), rng.randrange(-3, SIZE[1])
                part = Region(*corner, rng.randrange(1, 30), rng.randrange(1, 9))
                compositor._dirty_regions = {part, *lines.region.split_vertical(5)}
                put(canvas, frame_of(app).pieces())
                shown = ["".join(row) for row in canvas]
                wanted = textuals_own(app)
                touched = range(max(part.y, 0), min(part.bottom, SIZE[1]))
                first, end = max(part.x, 0), part.right
                assert [_cut(shown[y], first, end) for y in touched] == [
                    _cut(wanted[y], first, end) for y in touched
                ]


def _cut(line: str, first: int, end: int) -> str:
    """The cells between two columns, wide characters left out: an edge may cut through one."""
    cells = "".join(letter + " " if letter in "漢字" else letter for letter in line)
    return cells[first:end].replace("漢", " ").replace("字", " ")


@pytest.mark.parametrize("above", [None, Above], ids=["panes", "sheet"])
async def test_every_cell_is_rendered_once(above: type[Above] | None) -> None:
    app = Panes()
    async with app.run_test(size=SIZE) as pilot:
        if above is not None:
            await app.push_screen(above())
        await pilot.pause()
        rendered = Counter(
            (x, piece.y)
            for piece in frame_of(app, full=True).pieces()
            for x in range(piece.x, piece.x + sum(cell_len(text) for text, _, _ in piece.segments))
        )
    width, height = SIZE
    assert rendered == {(x, y): 1 for x in range(width) for y in range(height)}


async def test_only_lines_that_changed_are_rendered() -> None:
    app = Panes()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines, compositor = app.query_one(Lines), app.screen._compositor
        list(frame_of(app, full=True).pieces())
        lines.rendered.clear()
        lines.refresh_line(2)
        app.query_one("#foot", Static).update("changed")
        compositor.update_widgets({lines, app.query_one("#foot", Static)})
        pieces = list(frame_of(app).pieces())
        assert lines.rendered == [2]
        assert {piece.y for piece in pieces} == {lines.content_region.y + 2, SIZE[1] - 1}


async def test_nothing_is_rendered_that_nobody_reads() -> None:
    app = Panes()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines = app.query_one(Lines)
        lines.rendered.clear()
        lines.refresh()
        await pilot.pause()
        assert lines.rendered == []


def test_the_private_names_that_composing_stands_on_are_there() -> None:
    compositor = _compositor.Compositor()
    assert compositor._dirty_regions == set()
    assert list(compositor._regions_to_spans([Region(1, 2, 3, 1)])) == [(2, 1, 4)]
    assert list(inspect.signature(_compositor.Compositor.render_update).parameters) == [
        "self", "full", "screen_stack", "simplify",
    ]  # fmt: skip
    assert callable(_compositor.CompositorUpdate.render_segments)
    assert _context.visible_screen_stack.name == "visible_screen_stack"
    assert callable(Console().render)
