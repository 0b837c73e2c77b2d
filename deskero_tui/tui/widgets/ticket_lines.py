"""How tickets are written into lines of the list: in columns, the cursor a bar or a sign.

As sentences they are in `spoken_lines`. Pure: no widget, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from typing_extensions import override

from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, fit
from deskero_tui.domain.time.waiting import Wait, WaitLimits
from deskero_tui.tui.list_view.columns import COLUMNS, MORE_COLUMNS, Column, heading, laid_out

Pieces = list[tuple[SafeText, str]]
"""Texts from left to right, each with the names of its looks, parted by spaces: the ends of the
list's component classes. Empty: as the list itself."""

MARK: Final = SafeText("+")
BLANK: Final = SafeText(" ")
POINTER: Final = SafeText(">")
MISSING: Final = SafeText(" ...")


@dataclass(frozen=True, slots=True)
class Shown:
    """One ticket of the list, and what the list knows of it beside its row."""

    row: TicketRow
    is_cursor: bool = False
    is_marked: bool = False
    why_fading: SafeText | None = None
    """A word of at most four cells when it is about to leave its place."""


class TicketLines:
    """In columns; the cursor is a bar, which the list paints over its line."""

    has_bar = True
    """Whether a bar says where the cursor is."""

    def head(self, columns: tuple[Column, ...], width_cells: int) -> SafeText:
        """What stands over the tickets."""
        laid = _layout(width_cells, columns)
        return SafeText(" ".join(fit(heading(column, cells), cells) for column, cells in laid))

    def missing(self, *, is_cursor: bool) -> Pieces:
        """A ticket whose row has not come."""
        return [(MISSING, "subject")]

    def ticket(
        self,
        shown: Shown,
        columns: tuple[Column, ...],
        width_cells: int,
        *,
        now: datetime,
        limits: WaitLimits,
    ) -> Pieces:
        """A ticket in at most `width_cells`, its ages counted to `now`."""
        row, pieces = shown.row, Pieces()
        for column, cells in _layout(width_cells, columns):
            if pieces:
                pieces.append((BLANK, ""))
            text, look = column.cell(row, now), _look_of(column, row)
            if column.id == "waiting":
                wait = limits.of(row.waiting_since, now)
                text, look = SafeText(text + wait.value), _LOOK_OF_WAIT[wait]
            if shown.why_fading is not None:
                text = shown.why_fading if column.id == "signs" else text
                look = "fading"
            pieces.append((fit(text, cells), look))
        if shown.is_marked and len(pieces) > 1:
            # Between the signs and the rest, so that marking moves nothing.
            pieces[1] = (MARK, "mark")
        return pieces


class PointedLines(TicketLines):
    """In columns behind a gutter; a sign there is the cursor: moving it changes two cells."""

    has_bar = False

    @override
    def head(self, columns: tuple[Column, ...], width_cells: int) -> SafeText:
        return SafeText(BLANK + super().head(columns, width_cells - 1))

    @override
    def missing(self, *, is_cursor: bool) -> Pieces:
        return [_gutter(is_cursor), *super().missing(is_cursor=is_cursor)]

    @override
    def ticket(
        self,
        shown: Shown,
        columns: tuple[Column, ...],
        width_cells: int,
        *,
        now: datetime,
        limits: WaitLimits,
    ) -> Pieces:
        pieces = super().ticket(shown, columns, width_cells - 1, now=now, limits=limits)
        return [_gutter(shown.is_cursor), *pieces]


def _gutter(is_cursor: bool) -> tuple[SafeText, str]:
    """Both in one look, so that going from one to the other is a letter."""
    return (POINTER if is_cursor else BLANK, "")


def _look_of(column: Column, row: TicketRow) -> str:
    if column.id == "status" and row.status in _STATUSES:
        return row.status
    is_told = row.is_unread and column.id in _TOLD
    return f"{column.style} unread" if is_told else column.style


_TOLD: Final = ("customer", "subject")
"""The columns that say that something is new to the agent."""
_LOOK_OF_WAIT: Final = {
    Wait.SHORT: "waiting",
    Wait.LONG: "waiting-long",
    Wait.TOO_LONG: "waiting-too-long",
}
_STATUSES: Final = frozenset({"opened", "onhold", "solved", "closed"})
LOOKS: Final = frozenset(
    {
        *("", "head", "mark", "fading"),
        *_LOOK_OF_WAIT.values(),
        *_STATUSES,
        *(column.style for column in (*COLUMNS, *MORE_COLUMNS)),
        *(f"{column.style} unread" for column in COLUMNS if column.id in _TOLD),
    }
)
"""All names of looks that there are in lines of tickets and over them."""


@lru_cache(maxsize=16)
def _layout(width_cells: int, columns: tuple[Column, ...]) -> Sequence[tuple[Column, int]]:
    return tuple(laid_out(width_cells, columns))
