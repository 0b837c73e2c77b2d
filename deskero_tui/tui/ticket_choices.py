"""Tickets as entries of a picker: number, status, age and subject, one under the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, cell_width, fit
from deskero_tui.tui.list_view.columns import waiting

MOST_NUMBER_CELLS = 12
MOST_STATUS_CELLS = 10
AGE_CELLS = 4


def ticket_choices(rows: Sequence[TicketRow], now: datetime) -> list[Choice]:
    """One entry for each ticket, in their order, by the ticket's id."""
    number_cells = _widest([row.number for row in rows], MOST_NUMBER_CELLS)
    status_cells = _widest([row.status_label for row in rows], MOST_STATUS_CELLS)
    return [
        Choice(
            row.id,
            SafeText(
                f"{fit(row.number, number_cells)} {fit(row.status_label, status_cells)}"
                f" {fit(waiting(row, now), AGE_CELLS)} {row.subject or '(no subject)'}"
            ),
        )
        for row in rows
    ]


def _widest(texts: Sequence[SafeText], most_cells: int) -> int:
    return min(most_cells, max(map(cell_width, texts), default=0))
