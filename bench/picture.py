"""The screen as it comes of the bytes a program wrote; made after measuring, never meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pyte
from pyte.screens import Margins


class Chunk(NamedTuple):
    """What came at once, and when."""

    at_s: float
    """On the clock of `time.perf_counter`."""
    data: bytes


_NOT_DRAWN: Final = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[ -/]*[@-~]"  # keyboards and attributes
    rb"|\x1b\[\?[0-9;]*(?:\$[a-z]|[mu])"
    rb"|\x1b\[[0-9;]*(?:t|[ $][a-z])"
    rb"|\x1b[P_^].*?\x1b\\",
    re.DOTALL,
)
"""Sequences that change no cell and that pyte would print in part."""
_UNFINISHED: Final = re.compile(rb"\x1b(?:\[[0-9;:?<>=$ ]*|[P_^\]][^\x07\x1b]*\x1b?)?$", re.DOTALL)


class _Screen(pyte.Screen):
    """pyte's screen with what ncurses writes besides: scrolling (SU, SD) and repeating (REP)."""

    def scroll_up(self, count: int = 1, **private: Any) -> None:
        self.dirty.update(range(self.lines))
        top, bottom = self.margins or Margins(0, self.lines - 1)
        for _ in range(count or 1):
            for y in range(top, bottom):
                self.buffer[y] = self.buffer[y + 1]
            self.buffer.pop(bottom, None)

    def scroll_down(self, count: int = 1, **private: Any) -> None:
        self.dirty.update(range(self.lines))
        top, bottom = self.margins or Margins(0, self.lines - 1)
        for _ in range(count or 1):
            for y in range(bottom, top, -1):
                self.buffer[y] = self.buffer[y - 1]
            self.buffer.pop(top, None)

    def repeat(self, count: int = 1, **private: Any) -> None:
        if self.cursor.x:
            self.draw(self.buffer[self.cursor.y][self.cursor.x - 1].data * (count or 1))


class _Stream(pyte.ByteStream):
    csi = {**pyte.Stream.csi, "S": "scroll_up", "T": "scroll_down", "b": "repeat"}  # noqa: RUF012 - as in pyte
    events = pyte.Stream.events | {"scroll_up", "scroll_down", "repeat"}


class Picture:
    """One screen of `size` (columns, lines), empty at first."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._screen = _Screen(*size)
        self._stream = _Stream(self._screen)
        self._rest = b""

    def draw(self, data: bytes) -> None:
        """Takes in what was written next."""
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        self._rest = data[cut:]
        self._stream.feed(_NOT_DRAWN.sub(b"", data[:cut]))

    @property
    def lines(self) -> list[str]:
        """The screen as text, a string for each line, as wide as the screen."""
        return [self._line(y) for y in range(self._screen.lines)]

    def changed_lines(self) -> list[str]:
        """The lines that were written to since this was last asked, from the top."""
        changed = [self._line(y) for y in sorted(self._screen.dirty) if y < self._screen.lines]
        self._screen.dirty.clear()
        return changed

    def _line(self, y: int) -> str:
        row = self._screen.buffer[y]
        return "".join(row[x].data for x in range(self._screen.columns))


def picture_of(chunks: Iterable[Chunk], size: tuple[int, int]) -> Picture:
    """The screen after all of it."""
    picture = Picture(size)
    for chunk in chunks:
        picture.draw(chunk.data)
    return picture
