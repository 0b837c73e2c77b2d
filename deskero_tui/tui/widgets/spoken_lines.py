"""Lines of the list as sentences, for those who hear the screen: words for signs, no columns.

A screen reader speaks a line from its beginning, so what tells tickets apart stands first. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from typing_extensions import override

from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, cell_width, cut
from deskero_tui.domain.time.moments import age_in_words
from deskero_tui.domain.time.waiting import Wait, WaitLimits
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.list_view.columns import Column
from deskero_tui.tui.widgets.ticket_lines import Pieces, PointedLines, Shown, TicketLines

LEAST_SUBJECT_CELLS: Final = 10
_WORDS_OF_WAIT: Final = {Wait.SHORT: "", Wait.LONG: ", long", Wait.TOO_LONG: ", too long"}


class SpokenLines(TicketLines):
    """One sentence for each ticket; where the cursor is says the terminal's own."""

    has_bar = False

    @override
    def head(self, columns: tuple[Column, ...], width_cells: int) -> SafeText:
        return cut(SafeText("Tickets"), width_cells)

    @override
    def missing(self, *, is_cursor: bool) -> Pieces:
        return [(SafeText("Being read"), "subject")]

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
        """Where there is too little room the assignee gives way first, then the end of the
        subject, then age and status, then the customer.
        """
        row = shown.row
        who = row.customer or "unknown customer"
        ending = "".join(f", {words}" for words in _states(shown, now))
        for beginning in (
            f"{row.number} {row.status_label}, {_age(row, now, limits)}, {who}: ",
            f"{row.number}, {who}: ",
            f"{row.number}: ",
        ):
            room = width_cells - cell_width(SafeText(beginning + ending))
            if room >= LEAST_SUBJECT_CELLS:
                break
        subject = cut(row.subject, max(LEAST_SUBJECT_CELLS, room))
        assigned = f", assigned to {row.assignee}" if row.assignee else ""
        if cell_width(SafeText(subject + assigned)) <= room:
            ending += assigned
        return [(cut(SafeText(beginning + subject + ending), width_cells), "subject")]


def _age(row: TicketRow, now: datetime, limits: WaitLimits) -> str:
    if row.waiting_since is not None:
        wait = _WORDS_OF_WAIT[limits.of(row.waiting_since, now)]
        return f"waiting {age_in_words(row.waiting_since, now)}{wait}"
    if row.managed_at is not None:
        return f"changed {age_in_words(row.managed_at, now)} ago"
    return "no date"


def _states(shown: Shown, now: datetime) -> Iterator[str]:
    """What signs say elsewhere, what most concerns the agent first."""
    row = shown.row
    if shown.why_fading is not None:
        yield shown.why_fading.strip()
    reminder = row.remind_at is not None and ("due" if row.remind_at <= now else "set")
    for is_so, words in (
        (shown.is_marked, "marked"),
        (row.is_priority, "priority"),
        (row.is_unread, "unread"),
        (row.has_draft, "half written"),
        (row.is_pending, "change on its way"),
        (row.is_pinned, "pinned"),
        (bool(reminder), f"reminder {reminder}"),
        (row.has_attachment, "file"),
        (bool(row.note_count), "note"),
    ):
        if is_so:
            yield words


def lines_of(appearance: Appearance) -> TicketLines:
    """The lines that go with an appearance."""
    if appearance.is_spoken:
        return SpokenLines()
    return PointedLines() if appearance.is_bare else TicketLines()
