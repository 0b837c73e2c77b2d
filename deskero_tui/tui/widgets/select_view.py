"""A text and nothing else on the whole screen, for the terminal's own selection.

The way to a clipboard where no other leads there: no border, no column and no sign comes between
two lines of what is selected. A line that goes on in the next row is one line when it is selected:
a terminal knows it for that when writing went on from row to row by itself (DECAWM), and tmux and
GNU screen tell it to the terminal around them (measured with tmux 3.3a, screen 4.09, xterm 379).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, broken_at_edge
from deskero_tui.tui.terminal.frame_timing import PromptScreen
from deskero_tui.tui.terminal.painting import PaintingApp


class PlainLines(ScrollView, can_focus=True):
    """The text, each line going on in the next one at the edge, as terminals have it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("j,down", "by_lines(1)", "Down"),
        ("k,up", "by_lines(-1)", "Up"),
        ("space,pagedown,ctrl+d", "by_pages(1)", "Page down"),
        ("pageup,ctrl+u", "by_pages(-1)", "Page up"),
        ("g,home", "to_line(0)", "Top"),
        ("G,end", "to_end", "End"),
    ]

    def __init__(self, text: SafeText) -> None:
        super().__init__()
        self._text = text
        self._rows: list[SafeText] = []
        self._goes_on: list[bool] = []
        """Whether the line of each row does so in the next."""

    def joints(self) -> Iterator[tuple[Offset, Segment]]:
        """Where a row that is seen goes on in the next: the last character of the one with the
        first of the other, and where they begin.
        """
        width, height = self.size
        strips = self.render_lines(Region(0, 0, width, height))
        first = self.scroll_offset.y
        for y, (above, below) in enumerate(pairwise(strips)):
            if first + y < len(self._goes_on) and self._goes_on[first + y]:
                last = _last_character(above.text)
                style = next(iter(above)).style
                place = Offset(width - cell_len(last), y)
                yield place, Segment(last + _first_character(below.text), style)

    @property
    def cursor_line(self) -> int:
        """Where somebody who hears the screen begins, 0-based."""
        return 0

    def on_resize(self, event: events.Resize) -> None:
        self._rows.clear()
        self._goes_on.clear()
        for line in self._text.split("\n"):
            rows = broken_at_edge(SafeText(line), self.size.width)
            self._rows += rows
            self._goes_on += [True] * (len(rows) - 1) + [False]
        self.virtual_size = Size(0, len(self._rows))
        self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        line = self._rows[index] if index < len(self._rows) else SafeText("")
        strip = Strip([Segment(line, self.rich_style)])
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def action_by_lines(self, count: int) -> None:
        self.action_to_line(self.scroll_offset.y + count)

    def action_by_pages(self, count: int) -> None:
        self.action_to_line(self.scroll_offset.y + count * max(1, self.size.height - 1))

    def action_to_end(self) -> None:
        self.action_to_line(len(self._rows))

    def action_to_line(self, line: int) -> None:
        """Scrolls until `line` (0-based) is the first, as far as there is something to show."""
        before = self.scroll_offset.y
        self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)
        lines = self.scroll_offset.y - before
        if lines and not (abs(lines) < self.size.height // 2 and _move(self, lines)):
            _paint_anew(self)


class SelectView(PromptScreen[None]):
    """Shows one text till Esc; selecting and copying is the terminal's."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,h,enter", "leave", "Back")]

    def __init__(self, text: SafeText) -> None:
        super().__init__()
        self._text = text

    @override
    def compose(self) -> ComposeResult:
        yield PlainLines(self._text)

    def joints(self) -> Iterator[tuple[Offset, Segment]]:
        """See `PlainLines`."""
        return self.query_one(PlainLines).joints()

    def action_leave(self) -> None:
        self.dismiss(None)
        self.app.call_later(_paint_anew, self)


def _move(widget: Widget, lines: int) -> bool:
    """Rows that the terminal itself moves go on in the next as before."""
    return isinstance(widget.app, PaintingApp) and widget.app.move_picture(lines)


def _paint_anew(widget: Widget) -> None:
    """Rows that went on in the next are still that for a terminal until they are erased."""
    if isinstance(widget.app, PaintingApp):
        widget.app.paint_anew()


def _first_character(text: str) -> str:
    """With its marks."""
    return text[: next((n for n, one in enumerate(text) if n and cell_len(one)), len(text))]


def _last_character(text: str) -> str:
    """With its marks."""
    return text[max((n for n, one in enumerate(text) if cell_len(one)), default=0) :]
