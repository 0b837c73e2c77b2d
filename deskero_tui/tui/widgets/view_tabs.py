"""The views as one line of tabs, each with its key (if any) and how many tickets it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from deskero_tui.domain.query.query import View
from deskero_tui.domain.text.safe_text import SafeText, cell_width
from deskero_tui.tui.commands.table import Place, shown_key, view_command
from deskero_tui.tui.keys.dispatch import keymap_of

MISTAKEN: Final = " ?!"
"""Stands for the count of a view whose query cannot be read."""


class ViewTabs(Widget):
    """One line; where it is too short, the active view and those around it stay."""

    COMPONENT_CLASSES: ClassVar = {
        "view-tabs--key",
        "view-tabs--title",
        "view-tabs--active",
        "view-tabs--count",
    }

    active: reactive[int] = reactive(0)
    """Which view is shown, 0-based."""

    counts: reactive[tuple[int, ...]] = reactive(())
    """How many tickets each view shows; empty until that is known."""

    def __init__(
        self, views: Sequence[View], *, is_calm: bool = False, is_spoken: bool = False
    ) -> None:
        """`is_calm`: no counts, which would change while nobody looks at them. `is_spoken`: words
        that say which view it is, and no others.
        """
        super().__init__()
        self._is_calm = is_calm
        self._is_spoken = is_spoken
        self._views = tuple(views)

    def validate_counts(self, counts: tuple[int, ...]) -> tuple[int, ...]:
        return () if self._is_calm else counts

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self._is_spoken:
            return self._sentence(width)
        segments: list[Segment] = []
        for index in self._that_fit(width):
            segments.extend(self._tab(index))
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _sentence(self, width: int) -> Strip:
        view = self._views[self.active]
        words = f"View {self.active + 1} of {len(self._views)}: {view.title}"
        words += ", its query has a mistake" if view.mistake else ""
        style = self.get_component_rich_style("view-tabs--title")
        return Strip([Segment(words, style)]).adjust_cell_length(width, self.rich_style)

    def _that_fit(self, width_cells: int) -> range:
        """The tabs that fit, the active one always among them, with those before it first."""
        widths = [cell_width(self._text(index)) for index in range(len(self._views))]
        first, last = self.active, self.active
        used = widths[self.active]
        while True:
            if last + 1 < len(widths) and used + widths[last + 1] <= width_cells:
                last += 1
                used += widths[last]
            elif first > 0 and used + widths[first - 1] <= width_cells:
                first -= 1
                used += widths[first]
            else:
                return range(first, last + 1)

    def _tab(self, index: int) -> list[Segment]:
        key, title, count = self._parts(index)
        if index == self.active:
            style = self.get_component_rich_style("view-tabs--active")
            return [Segment(f"[{f'{key} ' if key else ''}{title}{count}]", style)]
        return [
            Segment(f" {key}" if key else "", self.get_component_rich_style("view-tabs--key")),
            Segment(f" {title}", self.get_component_rich_style("view-tabs--title")),
            Segment(f"{count} ", self.get_component_rich_style("view-tabs--count")),
        ]

    def _parts(self, index: int) -> tuple[str, str, str]:
        view = self._views[index]
        count = f" {self.counts[index]}" if index < len(self.counts) else ""
        if view.mistake:
            count = MISTAKEN
        keys = keymap_of(self.app).keys_of(view_command(index + 1), Place.LIST)
        return shown_key(keys[0]) if keys else "", view.title, count

    def _text(self, index: int) -> SafeText:
        key, title, count = self._parts(index)
        return SafeText(f"{f' {key}' if key else ''} {title}{count} ")
