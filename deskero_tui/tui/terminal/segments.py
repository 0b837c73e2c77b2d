"""What Rich hands out, segments with styles, as the painter's cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from deskero_tui.tui.terminal.cells import Letters, Row, add_cells, letters_in
from deskero_tui.tui.terminal.looks import PLAIN, Look
from deskero_tui.tui.terminal.painter import Patch


class Piece(NamedTuple):
    """A part of a frame: from column `x` of line `y` on, both 0-based."""

    x: int
    y: int
    segments: Sequence[Segment]


def patches(pieces: Iterable[Piece], system: ColorSystem | None) -> Iterator[Patch]:
    """The same parts for a terminal with these colours; `None`: no colours."""
    for x, y, segments in pieces:
        yield Patch(x, y, _cells(segments, system))


def look_of(style: Style | None, system: ColorSystem | None) -> Look:
    """The look that a Rich style asks for on a terminal with these colours; `None`: no colours."""
    if style is None:
        return PLAIN
    attributes = frozenset(
        code
        for code, is_on in (
            ("1", style.bold),
            ("2", style.dim),
            ("3", style.italic),
            ("4", style.underline),
            ("5", style.blink),
            ("7", style.reverse),
            ("9", style.strike),
        )
        if is_on
    )
    if system is None:
        return Look(attributes=attributes)
    foreground = background = ""
    if style.color is not None and not style.color.is_default:
        foreground = ";".join(style.color.downgrade(system).get_ansi_codes(foreground=True))
    if style.bgcolor is not None and not style.bgcolor.is_default:
        background = ";".join(style.bgcolor.downgrade(system).get_ansi_codes(foreground=False))
    return Look(foreground, background, attributes)


@lru_cache(maxsize=4_096)
def _letters(style: Style | None, system: ColorSystem | None) -> Letters:
    return letters_in(look_of(style, system))


def _cells(segments: Sequence[Segment], system: ColorSystem | None) -> Row:
    cells: Row = []
    for text, style, control in segments:
        if not control:
            add_cells(cells, text, _letters(style, system))
    return cells
