"""The last step before painting on a terminal that knows ASCII alone: every sign has one.

Widgets, borders and cut texts are painted with the signs that fit best; here those that such a
terminal may not have become the nearest that it has, cell for cell, so that nothing moves.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override

from deskero_tui.tui.terminal.abilities import Characters

_SIGNS: Final = {
    "|": "│┃║╎╏┆┇┊┋▏▎▍▌▋▊▉▐▕",
    "-": "─━╌╍┄┅┈┉·–—‐‑‒―−",
    "=": "═",
    "+": "┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╭╮╰╯",
    " ": "▁▂▃▄▅▆▇█▔▀░▒▓\N{NO-BREAK SPACE}",
    "~": "…",
    '"': "“”„‟«»",
    "'": "‘’‚‛‹›",
    "*": "•●○◦★☆",
    ">": "→▶►▸",
    "<": "←◀◄◂",
    "^": "↑▲",
    "v": "↓▼",
    "x": "×✓✔✗✘",
}
"""What stands for what; each of them takes one cell. Scroll bars, whose thumb is painted by its
background, lose the finer end of it."""
ASCII_OF: Final = {ord(sign): ascii for ascii, signs in _SIGNS.items() for sign in signs}
UNKNOWN: Final = "?"


class AsciiFilter(LineFilter):
    """Turns signs into ASCII, and with `Characters.ASCII_ONLY` all else, too."""

    def __init__(self, characters: Characters) -> None:
        super().__init__()
        self._is_all = characters is Characters.ASCII_ONLY

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.text.isascii()
            else Segment(_in_ascii(segment.text, self._is_all), segment.style, segment.control)
            for segment in segments
        ]


@lru_cache(maxsize=4_096)
def _in_ascii(text: str, is_all: bool) -> str:
    text = text.translate(ASCII_OF)
    if not is_all or text.isascii():
        return text
    return "".join(
        character if character.isascii() else UNKNOWN * cell_len(character) for character in text
    )
