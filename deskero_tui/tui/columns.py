"""The table of list columns: what each shows, how wide it is, and when it gives way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from deskero_tui.domain.moments import age
from deskero_tui.domain.row import TicketRow
from deskero_tui.domain.text import SafeText, cut

SPACE_CELLS: Final = 1
"""Between two columns."""

ROOMY_CELLS: Final = 84
"""From this width on the list has room to spare."""

Cell = Callable[[TicketRow, datetime], SafeText]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list."""

    id: str
    title: str
    width_cells: int
    """0: what the others leave; only the last column may have it."""
    cell: Cell
    shown_from_cells: int = 0
    """The list shows it from this width on."""
    roomy_cells: int = 0
    """How wide it is in a list of `ROOMY_CELLS` and more; 0: as ever."""
    style: str = ""
    """The list's component class (without its prefix) for the text; may depend on the status."""


def signs(row: TicketRow, now: datetime) -> SafeText:
    """Four signs, a blank for each that does not apply: priority, unread or draft, file, note.

    `!` priority, `*` unread, `d` something is half written, `~` a change is on its way, `@` a file
    hangs on it, `n` has a note, `r` a reminder is set, `R` it is due. ASCII only, so that every
    terminal draws one cell.
    """
    reminder = "" if row.remind_at is None else "R" if row.remind_at <= now else "r"
    return SafeText(
        ("!" if row.is_priority else " ")
        + ("d" if row.has_draft else "~" if row.is_pending else "*" if row.is_unread else " ")
        + ("@" if row.has_attachment else " ")
        + (reminder or ("n" if row.note_count else " "))
    )


def waiting(row: TicketRow, now: datetime) -> SafeText:
    """For how long the customer has waited, else how long ago the ticket changed."""
    since = row.waiting_since or row.managed_at
    return SafeText("" if since is None else age(since, now))


def status(row: TicketRow, now: datetime) -> SafeText:
    return row.status_label


def subject(row: TicketRow, now: datetime) -> SafeText:
    """The subject; before it where searched words stand, when they are not in it."""
    return SafeText(f"“{row.found}” {row.subject}") if row.found else row.subject


def assignee(row: TicketRow, now: datetime) -> SafeText:
    return row.assignee if row.assignee else SafeText("-")


COLUMNS: Final[tuple[Column, ...]] = (
    Column("signs", "", 4, signs, style="sign"),
    Column("number", "Number", 9, lambda row, now: row.number, 50, 10, "number"),
    Column("status", "Status", 8, status, style="status", roomy_cells=10),
    Column("waiting", "Age", 4, waiting, style="waiting"),
    Column("assignee", "Assigned", 14, assignee, ROOMY_CELLS, style="assignee"),
    Column("customer", "Customer", 12, lambda row, now: row.customer, 56, 18, "customer"),
    Column("subject", "Subject", 0, subject, style="subject"),
)


def laid_out(width_cells: int) -> list[tuple[Column, int]]:
    """The columns that a list of this width shows, each with its width; together at most that."""
    shown = [column for column in COLUMNS if column.shown_from_cells <= width_cells]
    is_roomy = width_cells >= ROOMY_CELLS
    widths = [(is_roomy and column.roomy_cells) or column.width_cells for column in shown]
    rest = max(0, width_cells - sum(widths) - SPACE_CELLS * (len(shown) - 1))
    return [(column, width or rest) for column, width in zip(shown, widths, strict=True)]


def heading(column: Column, width_cells: int) -> SafeText:
    """The column's title, as far as it fits."""
    return cut(SafeText(column.title), width_cells)
