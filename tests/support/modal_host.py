"""The smallest app that can open a sheet: a line of text below it, and what came out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from textual import events
from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.tui.line_filter import ControlFilter
from deskero_tui.tui.styles import style_paths
from tests.support.rest import Resting

Answer = TypeVar("Answer")
SMALL: Final = (40, 12)
NORMAL: Final = (80, 24)


class ModalHost(Resting[None], Generic[Answer]):
    """Opens one sheet at once; `answers` holds what it was left with."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make: Callable[[], Screen[Answer]]) -> None:
        super().__init__(css_path=[*style_paths()])
        self.animation_level = "none"
        self.answers: list[Answer | None] = []
        self._make = make

    @override
    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]

    @override
    def compose(self) -> ComposeResult:
        yield Static("below", markup=False)

    def on_mount(self) -> None:
        self.reopen()

    def reopen(self) -> None:
        """Opens the sheet anew."""
        self.push_screen(self._make(), self.answers.append)


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Presses the keys that write `text`."""
    names = {" ": "space", "\n": "enter"}
    await pilot.press(*[names.get(character, character) for character in text])


async def paste(pilot: Pilot[Any], text: str) -> None:
    """Writes `text` all at once, as a terminal pastes it."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


def picture(app: App[Any]) -> list[str]:
    """The screen as text: one string for each line, without the spaces at its end."""
    # Textual has no public way to ask for the picture as plain text.
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def shown(app: App[Any]) -> str:
    """The screen as one string."""
    return "\n".join(picture(app))
