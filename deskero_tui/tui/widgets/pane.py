"""A pane of lines that scrolls, painted line by line.

Textual lays out and paints the whole screen when a scrolled widget has another number of lines, on
account of its scroll bars, and gives each line a row of intermediate forms. A pane has a thumb of
its own in its last column, and hands out its lines as they are.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override

from deskero_tui.domain.text.safe_text import cell_width

THUMB: Final = "┃"


class Pane(ScrollView, can_focus=True):
    """As many lines as there are, in a window. Unless its style takes the scroll bar away, the last
    column is the thumb's, whether there is anything to scroll or not.
    """

    COMPONENT_CLASSES: ClassVar = {"pane--thumb"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        # Else Textual would paint bars of its own.
        self.styles.overflow_x = self.styles.overflow_y = "hidden"

    @abstractmethod
    def line(self, y: int, width_cells: int) -> Sequence[Segment]:
        """What stands on a line of the window (0-based), each piece with its style; it is cut or
        filled up to `width_cells` with `filling`.
        """

    def filling(self, y: int) -> Style | None:
        """What a line of the window goes on with behind its text; `None`: as the pane itself."""
        return None

    @property
    def window(self) -> Size:
        """How many cells a line has, the thumb's included, and how many lines are seen."""
        gutter = self.styles.gutter
        width, height = self.outer_size
        return Size(max(0, width - gutter.width), max(0, height - gutter.height))

    @property
    def text_cells(self) -> int:
        """How wide a line of text is."""
        return max(0, self.window.width - self._thumb_cells)

    @property
    def _thumb_cells(self) -> int:
        return min(1, self.styles.scrollbar_size_vertical)

    @property
    def line_count(self) -> int:
        """How many lines there are to scroll through."""
        return self.virtual_size.height

    def show_lines(self, count: int, *, first: int | None = None) -> None:
        """Shows that many lines from now on; `first` is the one on top, else as it was."""
        self.set_reactive(ScrollView.virtual_size, Size(0, count))
        self.show_from(self.scroll_offset.y if first is None else first)
        self.refresh()

    def show_from(self, line: int) -> None:
        """Scrolls until `line` is on top, as far as there is something to show below."""
        self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)

    # -- painting ------------------------------------------------------------------------------

    @override
    def render_line(self, y: int) -> Strip:
        return Strip(self._filled(y, self.window, self.rich_style), self.window.width)

    @override
    def render_lines(self, crop: Region) -> list[Strip]:
        edge = self._edge()
        if edge is None:
            return super().render_lines(crop)
        window, width, filters = self.window, self.outer_size.width, self.get_line_filters()
        background, plain = self.background_colors[1], self.rich_style
        strips = []
        for y in crop.line_range:
            segments = [*edge, *self._filled(y, window, plain)]
            for line_filter in filters:
                segments = line_filter.apply(segments, background)
            strips.append(Strip(segments, width).crop(*crop.column_span))
        return strips

    def _edge(self) -> list[Segment] | None:
        """What stands before every line: a border and a padding on the left. `None` where there
        are others, which Textual draws.
        """
        gutter, (kind, color) = self.styles.gutter, self.styles.border_left
        if gutter.top or gutter.right or gutter.bottom or kind not in ("", "solid"):
            return None
        if not gutter.left:
            return []
        background = self.background_colors[1].rich_color
        blank = Segment(" " * self.styles.padding.left, Style(bgcolor=background))
        if not kind:
            return [blank]
        look = Style(color=color.rich_color, bgcolor=background)
        return [Segment("│", look), blank]

    def _filled(self, y: int, window: Size, plain: Style) -> list[Segment]:
        """A line in the whole width of the pane."""
        width = max(0, window.width - self._thumb_cells)
        segments = list(self.line(y, width))
        missing = width - sum(cell_width(segment.text) for segment in segments)
        if missing > 0:
            segments.append(Segment(" " * missing, self.filling(y) or plain))
        elif missing < 0:
            segments = list(Strip(segments).crop(0, width))
        if width < window.width:
            style = self.get_component_rich_style("pane--thumb")
            segments.append(Segment(THUMB if self._has_thumb(y, window) else " ", style))
        return segments

    def _has_thumb(self, y: int, window: Size) -> bool:
        height, count = window.height, self.line_count
        if count <= height:
            return False
        size = max(1, height * height // count)
        top = round(self.scroll_offset.y * (height - size) / (count - height))
        return top <= y < top + size
