"""The table of list columns: what each shows, how wide it is, and when it gives way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, cut
from deskero_tui.domain.time.moments import age, next_age
from deskero_tui.domain.time.waiting import Wait, WaitLimits

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
    """0: what the others leave; only one column may have it."""
    cell: Cell
    shown_from_cells: int = 0
    """The list shows it from this width on."""
    roomy_cells: int = 0
    """How wide it is in a list of `ROOMY_CELLS` and more; 0: as ever."""
    style: str = ""
    """The list's component class (without its prefix) for the text; may depend on the status."""


def signs(row: TicketRow, now: datetime) -> SafeText:
    """Four signs, a blank for each that does not apply: priority, unread or draft, pin, note.

    `!` priority, `*` unread, `d` something is half written, `~` a change is on its way, `^` pinned,
    else `@` a file hangs on it, `n` has a note, `r` a reminder is set, `R` it is due. ASCII only,
    so that every terminal draws one cell.
    """
    reminder = "" if row.remind_at is None else "R" if row.remind_at <= now else "r"
    return SafeText(
        ("!" if row.is_priority else " ")
        + ("d" if row.has_draft else "~" if row.is_pending else "*" if row.is_unread else " ")
        + ("^" if row.is_pinned else "@" if row.has_attachment else " ")
        + (reminder or ("n" if row.note_count else " "))
    )


def waiting(row: TicketRow, now: datetime) -> SafeText:
    """For how long the customer has waited, else how long ago the ticket changed."""
    since = row.waiting_since or row.managed_at
    return SafeText("" if since is None else age(since, now))


def clock_parts(row: TicketRow, now: datetime, limits: WaitLimits) -> tuple[str, Wait, bool]:
    """Return all of a line that changes with the time alone: age, its sign, and a due reminder."""
    is_due = row.remind_at is not None and row.remind_at <= now
    return waiting(row, now), limits.of(row.waiting_since, now), is_due


def next_clock_part(row: TicketRow, now: datetime, limits: WaitLimits) -> datetime | None:
    """Return a moment in UTC after `now` until which `clock_parts` stay as they are."""
    since = row.waiting_since or row.managed_at
    moments = [
        None if since is None else next_age(since, now),
        limits.next_change(row.waiting_since, now),
        row.remind_at if row.remind_at is not None and row.remind_at > now else None,
    ]
    return min((at.astimezone(UTC) for at in moments if at is not None), default=None)


def status(row: TicketRow, now: datetime) -> SafeText:
    return row.status_label


def subject(row: TicketRow, now: datetime) -> SafeText:
    """The subject; before it where searched words stand, when they are not in it."""
    return SafeText(f"“{row.found}” {row.subject}") if row.found else row.subject


def assignee(row: TicketRow, now: datetime) -> SafeText:
    return row.assignee if row.assignee else SafeText("-")


def _day(at: datetime | None, now: datetime) -> SafeText:
    return SafeText(f"{at.astimezone(now.tzinfo):%Y-%m-%d}" if at else "")


def reminder(row: TicketRow, now: datetime) -> SafeText:
    at = row.remind_at
    return SafeText(f"{at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}" if at else "")


COLUMNS: Final[tuple[Column, ...]] = (
    Column("signs", "", 4, signs, style="sign"),
    Column("number", "Number", 9, lambda row, now: row.number, 50, 10, "number"),
    Column("status", "Status", 8, status, style="status", roomy_cells=10),
    Column("waiting", "Age", 4, waiting, style="waiting"),
    Column("assignee", "Assigned", 14, assignee, ROOMY_CELLS, style="assignee"),
    Column("customer", "Customer", 12, lambda row, now: row.customer, 56, 18, "customer"),
    Column("subject", "Subject", 0, subject, style="subject"),
)
"""What a list shows as long as nobody wants it otherwise."""

MORE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("company", "Company", 14, lambda row, now: row.company, style="customer"),
    Column("type", "Type", 10, lambda row, now: row.type_label, style="assignee"),
    Column("area", "Area", 10, lambda row, now: row.area_label, style="assignee"),
    Column("group", "Group", 10, lambda row, now: row.group_label, style="assignee"),
    Column("source", "Source", 8, lambda row, now: row.source_label, style="assignee"),
    Column("tags", "Tags", 14, lambda row, now: row.tags, style="assignee"),
    Column("opened", "Opened", 10, lambda row, now: _day(row.inserted_at, now), style="waiting"),
    Column("changed", "Changed", 10, lambda row, now: _day(row.managed_at, now), style="waiting"),
    Column("reminder", "Reminder", 16, reminder, style="waiting"),
)
"""What can be shown besides (`tui/list_view/column_config.py`)."""

LEAST_REST_CELLS: Final = 12
"""A column that takes what the others leave has at least this, where others can give way."""


def laid_out(width_cells: int, columns: tuple[Column, ...] = COLUMNS) -> list[tuple[Column, int]]:
    """The columns that a list of this width shows, each with its width; together at most that.

    Of the table's own each says from which width on it is shown. Of others the last give way
    until there is room, but for the one that takes what is left.
    """
    is_roomy = width_cells >= ROOMY_CELLS
    if columns is COLUMNS:
        shown = [column for column in COLUMNS if column.shown_from_cells <= width_cells]
    else:
        shown = _that_fit(columns, width_cells, is_roomy=is_roomy)
    widths = [_width(column, is_roomy=is_roomy) for column in shown]
    if len(widths) == 1:
        widths = [min(widths[0], width_cells)]
    rest = max(0, width_cells - sum(widths) - SPACE_CELLS * (len(shown) - 1))
    return [(column, width or rest) for column, width in zip(shown, widths, strict=True)]


def _that_fit(columns: tuple[Column, ...], width_cells: int, *, is_roomy: bool) -> list[Column]:
    shown = list(columns)
    while len(shown) > 1:
        widths = (_width(column, is_roomy=is_roomy) or LEAST_REST_CELLS for column in shown)
        if sum(widths) + SPACE_CELLS * (len(shown) - 1) <= width_cells:
            break
        shown.remove(next(column for column in reversed(shown) if column.width_cells))
    return shown


def _width(column: Column, *, is_roomy: bool) -> int:
    return (is_roomy and column.roomy_cells) or column.width_cells


def heading(column: Column, width_cells: int) -> SafeText:
    """The column's title, as far as it fits."""
    return cut(SafeText(column.title), width_cells)
