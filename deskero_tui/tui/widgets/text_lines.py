"""Lines of styled text, and long texts whose lines are made when they are read. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, wrap_spans


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: pieces of text, each with the name of its look (a component class's last part)."""

    pieces: tuple[tuple[SafeText, str], ...]
    joint: str = "\n"
    """The text between the line above and this one when words are searched: a line feed between two
    passages, a space within one, nothing where a word was broken."""

    @property
    def text(self) -> str:
        """All of the line."""
        return "".join(text for text, _ in self.pieces)


class WrappedText:
    """A text in lines of a width. It keeps where they begin and end, and makes each when asked."""

    def __init__(self, text: SafeText, width_cells: int, indent: SafeText, look: str) -> None:
        self._text = text
        self._indent = (indent, "text")
        self._look = look
        self._spans = wrap_spans(text, width_cells)

    def __len__(self) -> int:
        return len(self._spans) // 2

    def line(self, index: int) -> TextLine:
        """Return a line, 0-based."""
        start, end = self._spans[2 * index], self._spans[2 * index + 1]
        joint = "\n"
        if index:
            joint = "" if self._spans[2 * index - 1] == start else " "
        return TextLine((self._indent, (SafeText(self._text[start:end]), self._look)), joint)


class Lines(Sequence[TextLine]):
    """Lines that stand as they are and wrapped texts, one below the other."""

    def __init__(self) -> None:
        self._blocks: list[TextLine | WrappedText] = []
        self._starts: list[int] = []
        self._length = 0

    def append(self, block: TextLine | WrappedText) -> None:
        """Put a line or a text below the others."""
        self._blocks.append(block)
        self._starts.append(self._length)
        self._length += 1 if isinstance(block, TextLine) else len(block)

    @override
    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> TextLine: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[TextLine]: ...

    @override
    def __getitem__(self, index: int | slice) -> TextLine | Sequence[TextLine]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._length))]
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError(index)
        number = bisect_right(self._starts, place) - 1
        block = self._blocks[number]
        return block if isinstance(block, TextLine) else block.line(place - self._starts[number])

    @override
    def __iter__(self) -> Iterator[TextLine]:
        for block in self._blocks:
            if isinstance(block, TextLine):
                yield block
            else:
                yield from map(block.line, range(len(block)))
