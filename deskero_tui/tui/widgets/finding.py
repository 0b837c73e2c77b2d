"""Where words stand in the lines of a ticket, also across the end of a line. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskero_tui.domain.text.folding import FoldedText
from deskero_tui.tui.widgets.text_lines import TextLine


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line, in characters of its text; 0-based, the end exclusive."""

    line: int
    first: int
    end: int


Hit = tuple[Span, ...]
"""One place where the words stand: a stretch of each line that it goes over, never empty."""


class Finder:
    """Looks in one set of lines; case, accents and breaks of lines make no difference."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self._starts: list[int] = []
        """Where in the joined text each line begins, without the spaces before it."""
        self._indents: list[int] = []
        parts: list[str] = []
        length = 0
        for line in lines:
            text = line.text
            words = text.strip(" ")
            joint = line.joint if parts else ""
            self._starts.append(length + len(joint))
            self._indents.append(len(text) - len(text.lstrip(" ")) if words else 0)
            parts.append(joint + words)
            length += len(parts[-1])
        self._text = FoldedText("".join(parts))
        self._length = length

    def hits(self, words: str) -> tuple[Hit, ...]:
        """Every place where `words` stand, from the top; none for no words."""
        wanted = " ".join(words.split())
        return tuple(tuple(self._spans(first, end)) for first, end in self._text.places_of(wanted))

    def _spans(self, first: int, end: int) -> Iterator[Span]:
        line = bisect_right(self._starts, first) - 1
        while line < len(self._starts) and self._starts[line] < end:
            start = self._starts[line]
            below = self._starts[line + 1] if line + 1 < len(self._starts) else self._length
            begins, ends = max(first, start) - start, min(end, below) - start
            if begins < ends:
                yield Span(line, begins + self._indents[line], ends + self._indents[line])
            line += 1
