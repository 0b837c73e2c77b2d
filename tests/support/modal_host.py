"""The smallest app that can open a sheet: a line of text below it, and what came out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.tui.line_filter import ControlFilter
from deskero_tui.tui.styles import style_paths

Answer = TypeVar("Answer")
SMALL, NORMAL, WIDE = (40, 12), (80, 24), (120, 36)


class ModalHost(App[None], Generic[Answer]):
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
        self.open()

    def open(self) -> None:
        """Opens the sheet anew."""
        self.push_screen(self._make(), self.answers.append)


def picture(app: App[object]) -> list[str]:
    """The screen as text, one string for each line, spaces at the ends taken off."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip()[:width] for strip in lines[:height]]


def shown(app: App[object]) -> str:
    """The screen as one string."""
    return "\n".join(picture(app))
