"""A model of what the terminal shows, and the shortest bytes that make it show something else.

The model knows each cell's character and look. What a frame says of cells that are so already costs
nothing; what changed is written with the cheapest cursor moves and changes of look that we know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from deskero_tui.tui.terminal.cells import BLANK, Cell, Row
from deskero_tui.tui.terminal.looks import PLAIN, Look, way

LEAST_ERASED: Final = 4
"""Fewer blanks at the end of a line are written out: erasing takes three bytes."""
LONGEST_BRIDGE: Final = 5
"""So many unchanged cells are written again rather than jumped over."""
LEAST_SCROLLED: Final = 6
"""Lower bands are painted anew rather than scrolled."""
FARTHEST_SCROLL: Final = 6
LEAST_MISSED: Final = 3
"""So often a column is gone to from another line before the terminal's tab stop is put there."""
SET_STOP: Final = "\x1b[3g\x1bH"
"""Clears all tab stops and sets one where the cursor is (TBC and HTS, ECMA-48)."""
FARTHEST_BACK: Final = 2
"""So many cells before the tab stop are still reached by way of it."""


class Patch(NamedTuple):
    """A part of a frame: from column `x` of line `y` on, both 0-based."""

    x: int
    y: int
    cells: Row


class Painter:
    """The model of one terminal. Not for several threads at once."""

    def __init__(self, *, erases_in_colour: bool, knows_columns: bool = True) -> None:
        """`erases_in_colour`: erased cells take the background of the moment (terminfo `bce`);
        `knows_columns`: the cursor can be sent to a column of its line (CHA, terminfo `hpa`).
        """
        self._erases_in_colour = erases_in_colour
        self._knows_columns = knows_columns
        self._stop: TabStop | None = None
        self._width = 0
        self._rows: list[Row] = []
        self._look = PLAIN
        self._is_known = False

    def forget(self) -> None:
        """What the terminal shows is no longer known: the next frame must be a whole one."""
        self._is_known = False

    def use_stops(self) -> None:
        """Tab stops can be cleared and set (terminfo `tbc` and `hts`), and are ours."""
        if self._stop is None:
            self._stop = TabStop()

    def paint(self, patches: Iterable[Patch], size: tuple[int, int]) -> str:
        """What to write so that the terminal shows the frame; empty when it shows it already.

        `size` is columns and lines; another size than before, or `forget`, clears the screen. The
        cursor and the look are left anywhere, and the look is expected as it was left.
        """
        out: list[str] = []
        if not self._is_known or size != (self._width, len(self._rows)):
            width, height = size
            self._width, self._is_known = width, True
            self._rows = [[BLANK] * width for _ in range(height)]
            self._look = PLAIN
            self._stop = None if self._stop is None else TabStop()
            out.append("\x1b[0m\x1b[2J")
        wanted = self._wanted(patches)
        changed = {y: row for y, row in wanted.items() if row != self._rows[y]}
        if changed:
            changed = self._scroll(changed, out)
            writer = _Writer(
                out,
                self._width,
                erases_in_colour=self._erases_in_colour,
                knows_columns=self._knows_columns,
                stop=self._stop,
                look=self._look,
            )
            for y in sorted(changed):
                writer.write_row(y, self._rows[y], changed[y])
                self._rows[y] = changed[y]
            self._look = writer.look
        return "".join(out)

    def move(self, lines: int) -> str:
        """What has the terminal move all of its lines up (positive) or down, with all that it knows
        of them; empty where nothing of them is known, or none would be left.
        """
        height = len(self._rows)
        can_move = self._is_known and 0 < abs(lines) < height
        return self._moved(0, height - 1, lines) if can_move else ""

    def _wanted(self, patches: Iterable[Patch]) -> dict[int, Row]:
        """The rows that the patches touch, as they shall be."""
        wanted: dict[int, Row] = {}
        for x, y, painted in patches:
            if not 0 <= y < len(self._rows) or x >= self._width:
                continue
            row = wanted.get(y)
            if row is None:
                row = wanted[y] = list(self._rows[y])
            cells = painted[: self._width - x]
            if cells and x + len(cells) == self._width and cell_len(cells[-1].text) == 2:
                cells[-1] = Cell(" ", cells[-1].look.as_blank)
            _cut_wide(row, x, x + len(cells))
            row[x : x + len(cells)] = cells
        return wanted

    def _scroll(self, changed: dict[int, Row], out: list[str]) -> dict[int, Row]:
        """Lets the terminal move a band of lines when that saves writing most of it."""
        top, bottom = min(changed), max(changed)
        height = bottom - top + 1
        if height < LEAST_SCROLLED or len(changed) * 2 < height:
            return changed
        target = [changed.get(y, self._rows[y]) for y in range(top, bottom + 1)]
        old = self._rows[top : bottom + 1]
        lines, hits = _best_shift(old, target)
        if hits * 2 < height:
            return changed
        out.append(self._moved(top, bottom, lines))
        return {y: row for y, row in enumerate(target, start=top) if row != self._rows[y]}

    def _moved(self, top: int, bottom: int, lines: int) -> str:
        """What moves a band up (positive) or down; what comes in is blank."""
        # It would take the background of the moment with some terminals, and not with others.
        plain, self._look = way(self._look, PLAIN), PLAIN
        band, count = self._rows[top : bottom + 1], abs(lines)
        blank = [[BLANK] * self._width for _ in range(count)]
        if lines > 0:
            self._rows[top : bottom + 1] = band[count:] + blank
            way_there = f"\x1b[{bottom + 1}H" + "\n" * count
        else:
            self._rows[top : bottom + 1] = blank + band[:-count]
            way_there = f"\x1b[{top + 1}H" + "\x1bM" * count
        return f"{plain}\x1b[{top + 1};{bottom + 1}r{way_there}\x1b[r"


def _best_shift(old: Sequence[Row], target: Sequence[Row]) -> tuple[int, int]:
    """By how many lines `old` has moved up (positive) or down, and how many lines that explains."""
    best = (0, 0)
    height = len(old)
    for count in range(1, min(FARTHEST_SCROLL, height - 1) + 1):
        up = sum(target[n] == old[n + count] for n in range(height - count))
        down = sum(target[n + count] == old[n] for n in range(height - count))
        best = max(best, (count, up), (-count, down), key=lambda shift: shift[1])
    stay = sum(one == other for one, other in zip(old, target, strict=True))
    return best if best[1] > stay else (0, 0)


def _cut_wide(row: Row, first: int, end: int) -> None:
    """A wide character of which a half is painted over leaves a blank."""
    if first < len(row) and row[first].text == "" and first > 0:
        row[first - 1] = Cell(" ", row[first - 1].look.as_blank)
    if end < len(row) and row[end].text == "":
        row[end] = Cell(" ", row[end].look.as_blank)


class TabStop:
    """The only tab stop of the terminal, once it has been put somewhere.

    It is put where it is missed, which is where the lines of a pane begin: a return, line feeds and
    a tab, of a byte each, lead there from the lines above.
    """

    def __init__(self) -> None:
        self._column: int | None = None
        self._missed: Counter[int] = Counter()

    def cells_before(self, column: int) -> int | None:
        """How far it is from the stop back to a column; `None` where that is no way to go."""
        if self._column is None or not 0 <= self._column - column <= FARTHEST_BACK:
            return None
        return self._column - column

    def is_called_to(self, column: int) -> bool:
        """Tells of a move to another line: whether to put the stop there, which then counts as
        done. What is missed now and then between moves to the stop calls it nowhere.
        """
        if self._column == column:
            self._missed.clear()
            return False
        self._missed[column] += 1
        if self._missed[column] < LEAST_MISSED:
            return False
        self._missed.clear()
        self._column = column
        return True


class _Writer:
    """Writes changed cells, knowing where the cursor is and in which look it writes."""

    def __init__(
        self,
        out: list[str],
        width: int,
        *,
        erases_in_colour: bool,
        knows_columns: bool,
        stop: TabStop | None,
        look: Look,
    ) -> None:
        self._out = out
        self._width = width
        self._erases_in_colour = erases_in_colour
        self._knows_columns = knows_columns
        self._stop = stop
        self.look = look
        """In which the terminal writes."""
        self._place: tuple[int, int] | None = None
        """Column and line; `None` while not known."""

    def write_row(self, y: int, old: Row, new: Row) -> None:
        x, tail = 0, self._tail(new)
        while x < self._width:
            if new[x] == old[x]:
                x += 1
            elif x < tail:
                x = self._write_run(y, x, old, new, tail)
            else:
                self._end_row(y, x, old, new)
                return

    def _end_row(self, y: int, first: int, old: Row, new: Row) -> None:
        """Brings blanks to the end of the line, by erasing where that is shorter."""
        last = max(x for x in range(first, self._width) if new[x] != old[x])
        self._move_to(first, y)
        if last - first + 1 < LEAST_ERASED:
            self._write(first, y, new[first : last + 1])
            return
        if not _goes_with(new[first], self.look):
            self._take(new[first].look)
        self._out.append("\x1b[K")
        self._place = (first, y)

    def _write_run(self, y: int, first: int, old: Row, new: Row, tail: int) -> int:
        """Writes from the changed cell `first` to the last one that is near and before `tail`;
        where to go on.
        """
        last = place = first
        while place < tail and place - last <= LONGEST_BRIDGE:
            if new[place] != old[place]:
                last = place
            elif not _goes_with(new[place], new[last].look):
                break
            place += 1
        while first > 0 and new[first].text == "":
            first -= 1
        end = last + 1
        while end < self._width and new[end].text == "":
            end += 1
        self._move_to(first, y)
        self._write(first, y, new[first:end])
        return end

    def _move_to(self, x: int, y: int) -> None:
        if self._place == (x, y):
            return
        ways = [f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H"]
        if self._place is not None:
            here, lines = self._place[0], y - self._place[1]
            if lines == 0:
                ways += self._ways_in_line(here, x)
            elif lines > 0:
                ways += self._ways_down(here, x, lines)
                if x not in (0, here) and self._stop is not None and self._stop.is_called_to(x):
                    ways = [min(ways, key=len) + SET_STOP]
        self._out.append(min(ways, key=len))

    def _ways_in_line(self, here: int, x: int) -> Iterator[str]:
        step = x - here
        if step > 0:
            yield "\x1b[C" if step == 1 else f"\x1b[{step}C"
        elif x == 0:
            yield "\r"
        else:
            yield "\b" * -step
            if self._knows_columns:
                yield f"\x1b[{x + 1}G"

    def _ways_down(self, here: int, x: int, lines: int) -> Iterator[str]:
        fall = "\n" * lines
        if x == here:
            yield fall
        elif x == 0:
            yield "\r" + fall
        else:
            if self._knows_columns:
                yield f"{fall}\x1b[{x + 1}G"
            if self._stop is not None and (back := self._stop.cells_before(x)) is not None:
                yield f"\r{fall}\t" + "\b" * back

    def _write(self, x: int, y: int, cells: Row) -> None:
        for place, cell in enumerate(cells):
            if not _goes_with(cell, self.look):
                self._take(_look_to_come(cells, place))
            self._out.append(cell.text)
        # Lines do not wrap (`modes`): behind the last column the cursor stays on it.
        self._place = (min(x + len(cells), self._width - 1), y)

    def _take(self, look: Look) -> None:
        self._out.append(way(self.look, look))
        self.look = look

    def _tail(self, row: Row) -> int:
        """Where the blanks of one look begin that end the line and can be erased instead of
        written; behind the last column when there are none.
        """
        last = row[-1]
        if last.text != " " or not last.look.is_blank_look:
            return self._width
        if last.look.background and not self._erases_in_colour:
            return self._width
        tail = self._width
        while tail and row[tail - 1] == last:
            tail -= 1
        return tail


def _look_to_come(cells: Row, place: int) -> Look:
    """The look to take for a cell: for a bare blank that of what follows, if it will do."""
    cell = cells[place]
    if cell.text == " ":
        for coming in cells[place + 1 :]:
            if coming.look != cell.look:
                return coming.look if _goes_with(cell, coming.look) else cell.look
    return cell.look


def _goes_with(cell: Cell, look: Look) -> bool:
    """Whether a cell is the same when it is written in that look: of a blank only the background is
    seen, and letters may follow in the look of those before.
    """
    if cell.look == look:
        return True
    is_bare = cell.text == " " and not (cell.look.foreground or cell.look.attributes)
    return is_bare and look.is_blank_look and look.background == cell.look.background
