"""Names with what they stand for, in two columns that scroll: the help, and what will be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, cell_width, fit, wrap
from deskero_tui.tui.commands.table import bindings_of

_GAP_CELLS: Final = 2
_LEAST_VALUE_CELLS: Final = 10


class Look(Enum):
    """How a fact is painted; its value is the end of the component class."""

    PLAIN = "plain"
    HEADING = "heading"
    PUBLIC = "public"
    INTERNAL = "internal"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what is said about it; both may be empty. A heading has the whole line."""

    name: SafeText
    value: SafeText
    look: Look = Look.PLAIN
    is_heading: bool = False


def heading(text: SafeText, look: Look = Look.HEADING) -> Fact:
    """A text that stands over both columns."""
    return Fact(SafeText(""), text, look, is_heading=True)


class FactLines(ScrollView, can_focus=True):
    """Facts, wrapped to the width there is."""

    BINDINGS: ClassVar = bindings_of("text")

    COMPONENT_CLASSES: ClassVar = {
        "fact-lines--name",
        *(f"fact-lines--{look.value}" for look in Look),
    }

    def __init__(self, facts: Sequence[Fact] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts = tuple(facts)
        self._lines: list[tuple[SafeText, SafeText, Look]] = []

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show(self, facts: Sequence[Fact]) -> None:
        """Shows other facts, from the top."""
        self._facts = tuple(facts)
        self._lay_out(self.scrollable_content_region.width)
        self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.refresh(layout=True)

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._lay_out(width)
        return len(self._lines)

    @override
    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        name, value, look = self._lines[index]
        segments = [
            Segment(name, self.get_component_rich_style("fact-lines--name")),
            Segment(value, self.get_component_rich_style(f"fact-lines--{look.value}")),
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out(self.scrollable_content_region.width)
        self.refresh()

    def _lay_out(self, width: int) -> None:
        widest = max((cell_width(fact.name) for fact in self._facts), default=0)
        name_cells = min(widest + _GAP_CELLS, max(0, width - _LEAST_VALUE_CELLS)) if widest else 0
        self._lines = []
        for fact in self._facts:
            name, indent = fact.name, 0 if fact.is_heading else name_cells
            for line in wrap(fact.value, max(1, width - indent)):
                self._lines.append((fit(name, indent), line, fact.look))
                name = SafeText("")
        self.virtual_size = Size(0, len(self._lines))

    # -- moving --------------------------------------------------------------------------------

    def action_text_down(self) -> None:
        self._scroll(self.scroll_offset.y + 1)

    def action_text_up(self) -> None:
        self._scroll(self.scroll_offset.y - 1)

    def action_text_first(self) -> None:
        self._scroll(0)

    def action_text_last(self) -> None:
        self._scroll(len(self._lines))

    def action_text_page_down(self) -> None:
        self._scroll(self.scroll_offset.y + max(1, self.size.height - 1))

    def action_text_page_up(self) -> None:
        self._scroll(self.scroll_offset.y - max(1, self.size.height - 1))

    def _scroll(self, line: int) -> None:
        self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)
