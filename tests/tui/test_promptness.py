"""A screen is painted as soon as all is done, and in a burst of changes only now and then."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual import events
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.tui.dialogs.sheet import Sheet
from deskero_tui.tui.terminal.frame_timing import FRAME_S, PromptScreen
from tests.support.console import address_of, console_on
from tests.support.running_desk import RunningDesk
from tests.support.watched_loop import idle


class Page(PromptScreen[None]):
    @override
    def compose(self) -> ComposeResult:
        yield Static("0")


class Book(App[None]):
    """Notes when a picture was handed out."""

    def __init__(self) -> None:
        super().__init__()
        self.painted_at_s: list[float] = []

    def on_mount(self) -> None:
        self.push_screen(Page())

    @override
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.painted_at_s.append(SYSTEM_CLOCK.monotonic())
        super()._display(screen, renderable)


async def test_a_burst_of_changes_is_painted_as_few_pictures() -> None:
    app = Book()
    async with app.run_test() as pilot:
        await pilot.pause()
        line = app.screen.query_one(Static)
        await pilot.pause(3 * FRAME_S)
        app.painted_at_s.clear()
        began_s = SYSTEM_CLOCK.monotonic()
        for number in range(200):
            line.update(f"{number % 10}", layout=False)
            await idle()
        await pilot.pause(3 * FRAME_S)
        took_s = SYSTEM_CLOCK.monotonic() - began_s
        # At each tick of Textual's, and once in between.
        assert 1 <= len(app.painted_at_s) <= 2 * took_s / FRAME_S + 2
        assert "9" in line.render().plain  # type: ignore[union-attr]


async def test_after_a_silence_nothing_waits_for_a_tick() -> None:
    app = Book()
    async with app.run_test() as pilot:
        await pilot.pause()
        # A pause of the pilot's would paint by itself at its end, and be no silence.
        await asyncio.sleep(3 * FRAME_S)
        screen = app.screen
        screen._update_timer.stop()
        app.painted_at_s.clear()
        screen.query_one(Static).update("1", layout=False)
        await idle()
        assert len(app.painted_at_s) == 1


async def just_painted(app: Book, pilot: Pilot[None]) -> tuple[Page, Static]:
    """The page, its line painted a moment ago, with no tick to come."""
    await pilot.pause(3 * FRAME_S)
    screen = app.screen
    assert isinstance(screen, Page)
    line = screen.query_one(Static)
    line.update("1", layout=False)
    await pilot.pause()
    screen._update_timer.stop()
    app.painted_at_s.clear()
    return screen, line


async def test_what_is_waited_for_is_painted_whatever_was_painted_just_before() -> None:
    app = Book()
    async with app.run_test() as pilot:
        screen, line = await just_painted(app, pilot)
        line.update("2", layout=False)
        await screen.painted()
        assert len(app.painted_at_s) == 1
        await screen.painted()
        assert len(app.painted_at_s) == 1, "there is nothing more to paint"


async def test_what_answers_a_key_does_not_wait_for_the_tick_after_what_answered_none() -> None:
    app = Book()
    async with app.run_test() as pilot:
        screen, line = await just_painted(app, pilot)
        screen.hurry()
        line.update("2", layout=False)
        await idle()
        assert len(app.painted_at_s) == 1
        # A key that comes at once behind it is one of a burst.
        screen.hurry()
        line.update("3", layout=False)
        await idle()
        assert len(app.painted_at_s) == 1 or app.painted_at_s[1] - app.painted_at_s[0] >= FRAME_S


def test_sheets_are_modal_and_prompt() -> None:
    assert issubclass(Sheet, ModalScreen)
    assert issubclass(Sheet, PromptScreen)


def test_the_private_names_that_promptness_stands_on_are_there() -> None:
    idle = inspect.getsource(Screen._on_idle)
    for name in ("_layout_required", "_scroll_required", "_repaint_required", "_dirty_widgets"):
        assert f"self.{name}" in idle
    assert "event.prevent_default()" in idle
    assert "self._update_timer.resume()" in idle
    assert list(inspect.signature(Screen._on_timer_update).parameters) == ["self"]
    assert callable(StylesCache.get_inner_outer.cache_clear)


async def test_a_key_is_answered_whatever_is_painted_beside_it(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path) as console:
        screen = console.inbox
        screen._update_timer.stop()
        # As if one picture followed the other, as they do while tickets are read.
        screen._painted_at_s = SYSTEM_CLOCK.monotonic() + 60
        console.app.post_message(events.Key("j", "j"))
        await idle()
        assert console.tickets.cursor_index == 1
        assert console.tickets not in screen._dirty_widgets
