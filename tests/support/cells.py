"""What can be seen of a terminal, cell by cell, by pyte."""

from __future__ import annotations

import pyte

Cells = list[list[tuple[object, ...]]]
"""Lines of cells, each all that can be seen of it."""


def cells_of(screen: pyte.Screen) -> Cells:
    """Every cell of the terminal."""
    return [
        [_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)
    ]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    """Of a blank neither its letters' colour nor their weight is seen."""
    if cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough):
        return (" ", cell.bg)
    return (cell.data, cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse)
