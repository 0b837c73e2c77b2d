"""The footer: one line with the keys in force that matter most in a place.

Over a slow line it has the same ones in list and ticket, so that it stays as it is.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, cell_width
from deskero_tui.tui.appearance import appearance_of
from deskero_tui.tui.commands.table import LIST, TICKET, Place, shown_key
from deskero_tui.tui.keys.dispatch import keymap_of


class KeyLine(Widget):
    """Keys and what they do, as many as fit: the first and the last ones stay longest."""

    COMPONENT_CLASSES: ClassVar = {"key-line--key", "key-line--title"}

    place: reactive[Place] = reactive(Place.LIST)
    """Where the agent is."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.set_reactive(KeyLine.place, place)

    @override
    def render_line(self, y: int) -> Strip:
        key_style = self.get_component_rich_style("key-line--key")
        title_style = self.get_component_rich_style("key-line--title")
        joint = ": " if appearance_of(self.app).is_spoken else " "
        segments: list[Segment] = []
        for key, title in self._that_fit(self.size.width, joint):
            segments.append(Segment(f" {key}", key_style))
            segments.append(Segment(f"{joint}{title} ", title_style))
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _that_fit(self, width_cells: int, joint: str) -> list[tuple[str, str]]:
        keymap = keymap_of(self.app)
        is_slow = appearance_of(self.app).is_slow
        shown = [
            (shown_key(keys[0]), command.title)
            for command in keymap.commands_of(self.place)
            if command.in_footer
            and (keys := keymap.keys_of(command, self.place))
            and not (is_slow and command.places in (LIST, TICKET))
        ]
        while len(shown) > 1 and sum(_width(entry, joint) for entry in shown) > width_cells:
            shown.pop(_least_needed(len(shown)))
        return shown


def _least_needed(count: int) -> int:
    """Which of so many gives way: one in the middle, for first and last matter most."""
    return max(1, count - 3) if count > 2 else 1


def _width(entry: tuple[str, str], joint: str) -> int:
    key, title = entry
    return cell_width(SafeText(f" {key}{joint}{title} "))
