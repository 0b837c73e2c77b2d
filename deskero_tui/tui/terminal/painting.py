"""Puts the painter between Textual and its driver.

This is the one file that touches private names of Textual for painting: `App._display`,
`_compositor.LayoutUpdate` and `ChopsUpdate` with their members. `tests/tui/test_painting.py` names
them, so that another version of Textual cannot change them unnoticed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, TypeVar

from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from typing_extensions import override

from deskero_tui.tui.terminal.painter import Painter, Piece

T = TypeVar("T")


class PaintingApp(App[T]):
    """An app that writes only what changed on the screen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._painter = Painter(erases_in_colour=erases_in_colour(os.environ.get("TERM", "")))

    def paint_anew(self) -> None:
        """Paints the whole screen again, whatever the terminal may show by now."""
        self._painter.forget()
        self.screen.refresh(layout=True)

    @override
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate) and not self.is_inline:
            size = (self.size.width, self.size.height)
            changes: Any = _Changes(renderable, self._painter, size)
            super()._display(screen, changes)
        else:
            super()._display(screen, renderable)


class _Changes(CompositorUpdate):
    """An update that is written as what it changes."""

    def __init__(
        self, update: LayoutUpdate | ChopsUpdate, painter: Painter, size: tuple[int, int]
    ) -> None:
        self._update = update
        self._painter = painter
        self._size = size

    @override
    def render_segments(self, console: Console) -> str:
        return self._painter.paint(_pieces(self._update), self._size, console._color_system)


def _pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for part in line:
                yield Piece(x, y, list(part))
                x += part.cell_length
        return
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= last and end > first:
                yield Piece(x, y, list(strip.crop(0, min(end, last) - x)))


def erases_in_colour(term: str) -> bool:
    """Whether erased cells take the background of the moment: not in `screen` without `-bce`.

    Measured in tmux 3.3a and xterm; a terminal that is not known is taken to do what xterm does.
    """
    return not (term.startswith(("screen", "vt1", "vt2", "ansi")) and "bce" not in term)
