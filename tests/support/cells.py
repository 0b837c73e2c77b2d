"""What can be seen of a terminal, cell by cell, by pyte."""

from __future__ import annotations

from typing import NamedTuple

import pyte


class Seen(NamedTuple):
    """All that can be seen of one cell: of a blank neither its letters' colour nor their weight."""

    text: str
    foreground: str
    background: str
    is_bold: bool
    is_italic: bool
    is_underlined: bool
    is_reversed: bool


Cells = list[list[Seen]]


def cells_of(screen: pyte.Screen) -> Cells:
    """Every cell of the terminal, by lines."""
    return [
        [_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)
    ]


def _seen(cell: pyte.screens.Char) -> Seen:
    if cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough):
        return Seen(" ", "", cell.bg, False, False, False, False)
    look = (cell.bold, cell.italics, cell.underscore, cell.reverse)
    return Seen(cell.data, cell.fg, cell.bg, *look)
