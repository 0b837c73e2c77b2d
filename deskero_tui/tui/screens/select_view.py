"""A text and nothing else on the whole screen, for the terminal's own selection.

The way to a clipboard where no other leads there: no border, no column and no sign comes between
two lines of what is selected.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override

from deskero_tui.domain.text import SafeText, broken_at_edge
from deskero_tui.tui.terminal.promptness import PromptScreen


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
        self._lines: list[SafeText] = []

    @property
    def cursor_line(self) -> int:
        """Where somebody who hears the screen begins, 0-based."""
        return 0

    def on_resize(self, event: events.Resize) -> None:
        self._lines = broken_at_edge(self._text, max(1, self.size.width))
        self.virtual_size = Size(0, len(self._lines))
        self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        line = self._lines[index] if index < len(self._lines) else SafeText("")
        strip = Strip([Segment(line, self.rich_style)])
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def action_by_lines(self, count: int) -> None:
        self.action_to_line(self.scroll_offset.y + count)

    def action_by_pages(self, count: int) -> None:
        self.action_to_line(self.scroll_offset.y + count * max(1, self.size.height - 1))

    def action_to_end(self) -> None:
        self.action_to_line(len(self._lines))

    def action_to_line(self, line: int) -> None:
        """Scrolls until `line` (0-based) is the first, as far as there is something to show."""
        self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)


class SelectView(PromptScreen[None]):
    """Shows one text till Esc; selecting and copying is the terminal's."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,h,enter", "leave", "Back")]

    def __init__(self, text: SafeText) -> None:
        super().__init__()
        self._text = text

    @override
    def compose(self) -> ComposeResult:
        yield PlainLines(self._text)

    def action_leave(self) -> None:
        self.dismiss(None)
