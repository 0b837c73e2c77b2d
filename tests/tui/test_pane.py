"""A pane paints as many lines as there are, with a thumb, and never has the screen laid out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.scroll_view import ScrollView
from typing_extensions import override

from deskero_tui.tui.line_filter import ControlFilter
from deskero_tui.tui.widgets.pane import THUMB, Pane

SIZE = (20, 10)


class Numbers(Pane):
    """Its lines are their numbers."""

    word = "line"

    @override
    def line(self, y: int, width_cells: int) -> Sequence[Segment]:
        number = y + self.scroll_offset.y
        if number >= self.line_count:
            return ()
        return (Segment(f"{self.word} {number}", self.rich_style),)


class PaneHost(App[None]):
    """One pane; counts how often the screen is laid out."""

    CSS = """
    .bordered { border: solid red; }
    .bare { scrollbar-size: 0 0; }
    .edged { border-left: solid red; padding: 0 0 0 2; background: $panel; }
    .padded { padding: 0 0 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.layouts = 0

    def compose(self) -> ComposeResult:
        yield Numbers()

    def on_mount(self) -> None:
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self._count())

    def _count(self) -> None:
        self.layouts += 1

    @override
    def get_line_filters(self) -> list:  # type: ignore[type-arg]
        return [*super().get_line_filters(), ControlFilter()]

    @property
    def pane(self) -> Numbers:
        return self.query_one(Numbers)


@pytest.fixture
async def host() -> AsyncIterator[tuple[PaneHost, Pilot[None]]]:
    app = PaneHost()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        yield app, pilot


def lines_of(pane: Pane, crop: Region | None = None) -> list[str]:
    return [strip.text for strip in pane.render_lines(crop or pane.outer_size.region)]


def thumb_of(pane: Pane) -> list[int]:
    """The lines beside which the thumb stands."""
    return [y for y, line in enumerate(lines_of(pane)) if line.endswith(THUMB)]


async def test_the_thumb_stands_where_the_window_is(host: tuple[PaneHost, Pilot[None]]) -> None:
    pane = host[0].pane
    pane.show_lines(10)
    assert thumb_of(pane) == []
    pane.show_lines(40)
    assert thumb_of(pane) == [0, 1]
    pane.show_from(15)
    assert thumb_of(pane) == [4, 5]
    pane.show_from(1_000)
    assert thumb_of(pane) == [8, 9]
    assert lines_of(pane)[-1].startswith("line 39 ")
    pane.show_lines(100_000)
    assert thumb_of(pane) == [0]


async def test_fewer_lines_bring_the_window_back_to_them(
    host: tuple[PaneHost, Pilot[None]],
) -> None:
    pane = host[0].pane
    pane.show_lines(40, first=30)
    assert pane.scroll_offset.y == 30
    pane.show_lines(12)
    assert pane.scroll_offset.y == 2
    assert [line.strip() for line in lines_of(pane)][-1] == "line 11".ljust(19) + THUMB


async def test_another_number_of_lines_lays_nothing_out(
    host: tuple[PaneHost, Pilot[None]],
) -> None:
    app, pilot = host
    before = app.layouts
    for count in (40, 3, 100_000, 0, 11):
        app.pane.show_lines(count, first=count // 2)
        await pilot.pause()
        await pilot.pause()
    assert app.layouts == before
    app.pane.refresh(layout=True)
    await pilot.pause()
    assert app.layouts > before


async def test_lines_are_filled_up_and_cut_to_the_width(
    host: tuple[PaneHost, Pilot[None]],
) -> None:
    app, pilot = host
    app.pane.show_lines(3)
    assert lines_of(app.pane)[0] == "line 0".ljust(20)
    app.pane.word = "wide 漢字" * 9
    assert {len(line.rstrip()) for line in lines_of(app.pane)[:3]} == {15}
    for columns in (20, 5, 2, 1):
        await pilot.resize_terminal(columns, 10)
        await pilot.pause()
        strips = app.pane.render_lines(app.pane.outer_size.region)
        assert {strip.cell_length for strip in strips} == {columns}
        assert {sum(segment.cell_length for segment in strip) for strip in strips} == {columns}


async def test_both_ways_of_rendering_show_the_same(host: tuple[PaneHost, Pilot[None]]) -> None:
    app, pilot = host
    pane = app.pane
    pane.show_lines(40, first=7)
    by_line = [pane.render_line(y).text for y in range(SIZE[1])]
    assert lines_of(pane) == by_line
    assert lines_of(pane, Region(3, 2, 5, 4)) == [line[3:8] for line in by_line[2:6]]
    pane.add_class("bordered")
    await pilot.pause()
    assert [line for line in lines_of(pane) if THUMB in line] == [
        "│" + "line 9".ljust(17) + f"{THUMB}│"
    ]
    pane.set_classes("bare")
    await pilot.pause()
    assert lines_of(pane)[0] == "line 7".ljust(20)


@pytest.mark.parametrize("looks", ["", "edged", "padded", "edged bare"])
async def test_an_edge_looks_as_textual_draws_it(
    host: tuple[PaneHost, Pilot[None]], looks: str
) -> None:
    app, pilot = host
    app.pane.show_lines(40, first=7)
    app.pane.set_classes(looks)
    await pilot.pause()
    whole = app.pane.outer_size.region
    ours = app.pane.render_lines(whole)
    textuals = ScrollView.render_lines(app.pane, whole)
    for strip, wanted in zip(ours, textuals, strict=True):
        cells = [cell for segment in strip for cell in _cells(segment)]
        assert cells == [cell for segment in wanted for cell in _cells(segment)]


def _cells(segment: Segment) -> list[tuple[str, object, object]]:
    """Letter, and colours as they are seen."""
    style = segment.style
    assert style is not None
    front = None if segment.text.isspace() else style.color
    return [(letter, front, style.bgcolor) for letter in segment.text]


async def test_no_control_character_comes_past_the_filters(
    host: tuple[PaneHost, Pilot[None]],
) -> None:
    pane = host[0].pane
    pane.word = "a\x1b[2Jb"
    pane.show_lines(1)
    assert lines_of(pane)[0].startswith("a[2Jb 0")
