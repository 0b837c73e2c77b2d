"""The tickets of the main screen as cells, before there is a screen: what the list paints at first.

`widgets/ticket_list.py` paints the same a moment later, cell for cell. Pure, and light to import:
no Rich, no Textual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, cell_width, fit
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.tui.control_filter import harmless
from deskero_tui.tui.list_view.columns import Column
from deskero_tui.tui.terminal.cells import Row, add_cells, letters_in
from deskero_tui.tui.terminal.looks import Look
from deskero_tui.tui.terminal.painter import Patch
from deskero_tui.tui.widgets.ticket_lines import Pieces, Shown, TicketLines

LINES_ABOVE: Final = 1
"""The tabs."""
LINES_BELOW: Final = 2
"""Status and keys."""
LEAST_LINES: Final = 8
"""A lower screen waits for the screen itself."""
LEAST_CELLS: Final = 20


@dataclass(frozen=True, slots=True)
class ListLooks:
    """How the parts of the list look on one kind of terminal, by the names of `ticket_lines.LOOKS`.

    They come from the style sheets, which take longer to read than the tickets.
    """

    plain: Mapping[str, Look]
    under_cursor: Mapping[str, Look]
    """Where the cursor is a bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPicture:
    """What the list shows at first, its cursor on the first ticket."""

    rows: Sequence[TicketRow]
    """From the top; more than fit do no harm."""
    columns: tuple[Column, ...]
    lines: TicketLines
    looks: ListLooks
    now: datetime
    """Aware, in the agent's zone."""
    limits: WaitLimits
    has_thumb: bool
    """Whether the list has a column for its thumb; it is left to the screen."""

    def patches(self, width_cells: int, height: int) -> Iterator[Patch]:
        """The lines of a list of that size with its heads, on their places on the screen."""
        text_cells = width_cells - int(self.has_thumb)
        head = fit(self.lines.head(self.columns, text_cells), text_cells)
        yield Patch(0, LINES_ABOVE, self._cells([(head, "head")], text_cells, is_cursor=False))
        for place in range(height - 1):
            is_cursor = place == 0 and self.lines.has_bar
            pieces: Pieces = []
            if place < len(self.rows):
                shown = Shown(self.rows[place], is_cursor=place == 0)
                pieces = self.lines.ticket(
                    shown, self.columns, text_cells, now=self.now, limits=self.limits
                )
            cells = self._cells(pieces, text_cells, is_cursor=is_cursor)
            yield Patch(0, LINES_ABOVE + 1 + place, cells)

    def _cells(self, pieces: Pieces, width_cells: int, *, is_cursor: bool) -> Row:
        looks = self.looks.under_cursor if is_cursor else self.looks.plain
        missing = width_cells - sum(cell_width(text) for text, _ in pieces)
        cells: Row = []
        for text, name in (*pieces, (SafeText(" " * missing), "")):
            add_cells(cells, harmless(text), letters_in(looks[name]))
        return cells


def list_size(columns: int, lines: int, *, has_one_pane: bool) -> tuple[int, int] | None:
    """Columns and lines of the list on a screen of that size; `None`: too small to begin with it.

    The style sheets say the same (`styles/inbox.tcss`): all of the width, or half of it.
    """
    if lines < LEAST_LINES or columns < LEAST_CELLS:
        return None
    return columns if has_one_pane else columns // 2, lines - LINES_ABOVE - LINES_BELOW
