"""Lines of text put together from words, breaks and tables.

Breaks are requested and only made when words follow, so nested blocks leave no blank lines of
their own, and layout tables of one cell leave no trace.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, NamedTuple

SEPARATOR: Final = " | "
MOST_NESTED: Final = 8
"""Deeper quotes and lists are drawn at this depth: prefixes would outgrow the words."""

NOT_VISIBLE: Final = " \t\xa0\xad\u034f\u115f\u1160\u200b\u200c\u200d\u2007\u2060\ufeff"
_MOST_SPAN: Final = 50


@dataclass(slots=True)
class Room:
    """How much text still has room; shared by all flows of a message."""

    chars: int
    lines: int

    @property
    def is_used_up(self) -> bool:
        return self.chars < 0 or self.lines < 0


@dataclass(slots=True)
class NumberedList:
    """A list that is open; `next_number` is None where items have dashes."""

    next_number: int | None


class Flow:
    """The lines of a page or of one table cell, while they grow."""

    def __init__(self, room: Room, *, quotes_outside: int = 0) -> None:
        self.lines: list[str] = []
        self.quotes = 0
        self.lists: list[NumberedList] = []
        self.marker = ""
        """The number or dash of a list item, until its first words come."""
        self.has_words = False
        self._room = room
        self._quotes_outside = quotes_outside
        self._line: list[str] = []
        self._line_quotes = 0
        self._breaks_due = 0
        self._space_due = False

    @property
    def depth(self) -> int:
        """The number of quote signs that this flow draws before a line."""
        return min(self.quotes, max(0, MOST_NESTED - self._quotes_outside))

    @property
    def quotes_drawn(self) -> int:
        """The number of quote signs before a line, with those of the flows around this one."""
        return self._quotes_outside + self.depth

    def add_collapsed(self, text: str) -> None:
        """Append words; spaces around them part them from their neighbours."""
        if text[0] == " ":
            self._space_due = True
        words = text.strip(" ")
        if words:
            self.add_words(words)
            self._space_due = text[-1] == " "

    def add_words(self, words: str) -> None:
        """Append words to the line, after the breaks, marks and space that are due."""
        self._make_breaks()
        if not self._line:
            self._line_quotes = self.depth
        if self.marker:
            self._add(self.marker)
            self.marker = ""
        elif self._space_due and self._line:
            self._add(" ")
        self._space_due = False
        self._add(words)
        self.has_words = self.has_words or bool(words.strip(NOT_VISIBLE))

    def add_behind(self, label: str) -> None:
        """Append to the last words, even if a break is due."""
        if self._line:
            self._add(f" {label}")
        elif self.lines:
            self.lines[-1] += f" {label}"

    def add_block(self, lines: list[str]) -> None:
        """Append whole lines, as a block of their own."""
        if not lines:
            return
        self.ask_break(1)
        self._make_breaks()
        prefix = "> " * self.depth
        if self.marker:
            lines[0] = self.marker + lines[0]
            self.marker = ""
        self.lines += [(prefix + line).rstrip() for line in lines] if prefix else lines
        self.has_words = True
        self.ask_break(1)

    def ask_space(self) -> None:
        """Keep the words that follow apart from those before."""
        self._space_due = True

    def ask_break(self, count: int) -> None:
        """Ask for a new line (1) or a blank line between (2), once words follow."""
        if not self.marker:
            self._breaks_due = max(self._breaks_due, count)

    def break_line(self) -> None:
        """Break the line here and now; twice in a row leaves a blank one."""
        self._breaks_due = 0
        self._space_due = False
        if not self._line:
            self._line_quotes = self.depth
        self._end_line()

    def finish(self) -> list[str]:
        """End the last line and return all lines."""
        if self._line:
            self._end_line()
        return self.lines

    def _add(self, text: str) -> None:
        self._line.append(text)
        self._room.chars -= len(text)

    def _make_breaks(self) -> None:
        if self._breaks_due and self._line:
            self._end_line()
        if self._breaks_due > 1 and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self._line_quotes, self.depth)).rstrip())
        self._breaks_due = 0

    def _end_line(self) -> None:
        prefix = "> " * self._line_quotes
        self.lines.append((prefix + "".join(self._line)).rstrip(" "))
        self._room.chars -= len(prefix) + 1
        self._room.lines -= 1
        self._line.clear()


class Cell(NamedTuple):
    """A cell of a table, with the columns and rows it covers."""

    flow: Flow
    columns: int
    rows: int


class Table:
    """A table while it is read. It is drawn once all its rows are known."""

    def __init__(self, *, is_layout: bool) -> None:
        self._is_layout = is_layout
        """The sender declares that the table only arranges things."""
        self._rows: list[list[Cell]] = []

    def begin_row(self) -> None:
        """Begin a row below the others."""
        self._rows.append([])

    def add_cell(self, cell: Cell) -> None:
        """Add a cell to the current row."""
        if not self._rows:
            self._rows.append([])
        self._rows[-1].append(cell)

    def draw(self) -> list[str]:
        """Return the lines of the table.

        Where rows have several cells with text, an empty cell keeps its column. A column or row
        that is empty throughout is left out.
        """
        rows = self._in_columns()
        used = sorted({at for row in rows for at, lines in row.items() if lines})
        is_data = not self._is_layout and any(sum(map(bool, row.values())) > 1 for row in rows)
        drawn: list[str] = []
        for row in rows:
            cells = [row.get(at) for at in used[: bisect_right(used, max(row, default=-1))]]
            while cells and cells[-1] is None:
                cells.pop()
            is_flat = all(len(lines) == 1 for lines in cells if lines)
            if is_data and is_flat and any(cells):
                texts = (lines[0] if lines else "" for lines in cells)
                drawn.append(SEPARATOR.join(texts).rstrip())
            else:
                drawn += _in_turn([lines for lines in cells if lines])
        return drawn

    def _in_columns(self) -> list[dict[int, list[str] | None]]:
        """Give the lines of each cell by row and column; None where another cell reaches to."""
        reaching: dict[int, int] = {}
        rows = []
        for cells in self._rows:
            row: dict[int, list[str] | None] = dict.fromkeys(reaching)
            reaching = {at: left - 1 for at, left in reaching.items() if left > 1}
            at = 0
            for cell in cells:
                while at in row:
                    at += 1
                lines = cell.flow.finish()
                row[at] = _without_blank_ends(lines) if cell.flow.has_words else []
                for covered in range(at, min(at + max(1, cell.columns), _MOST_SPAN)):
                    row.setdefault(covered, None)
                    if cell.rows > 1:
                        reaching[covered] = min(cell.rows, _MOST_SPAN) - 1
                at += 1
            rows.append(row)
        return rows


def _in_turn(cells: list[list[str]]) -> list[str]:
    """Draw cells one after the other; one of a single line shares it with the next cell."""
    drawn: list[str] = []
    shared: list[str] = []
    for lines in cells:
        shared.append(lines[0])
        if len(lines) > 1:
            drawn.append(SEPARATOR.join(shared))
            drawn += lines[1:]
            shared = []
    if shared:
        drawn.append(SEPARATOR.join(shared))
    return drawn


def _without_blank_ends(lines: list[str]) -> list[str]:
    begin, end = 0, len(lines)
    while begin < end and not lines[begin].strip(NOT_VISIBLE):
        begin += 1
    while begin < end and not lines[end - 1].strip(NOT_VISIBLE):
        end -= 1
    return lines[begin:end]
