"""How tickets are written into lines, for eyes, for slow lines, and for ears."""

from __future__ import annotations

from datetime import timedelta

from deskero_tui.domain.text.safe_text import SafeText, cell_width
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.list_view.columns import COLUMNS
from deskero_tui.tui.widgets.spoken_lines import SpokenLines, lines_of
from deskero_tui.tui.widgets.ticket_lines import PointedLines, Shown, TicketLines
from tests.support.rows import NOW, row

LATE = row(
    155,
    customer=SafeText("Maëlle Kerbrat"),
    subject=SafeText("Entretien : plaid en laine"),
    waiting_since=NOW - timedelta(days=15),
    is_unread=True,
)


def written(lines: TicketLines, shown: Shown, width: int = 80) -> str:
    pieces = lines.ticket(shown, COLUMNS, width, now=NOW, limits=WaitLimits())
    return "".join(text for text, _ in pieces)


def looks(lines: TicketLines, shown: Shown) -> list[str]:
    return [look for _, look in lines.ticket(shown, COLUMNS, 80, now=NOW, limits=WaitLimits())]


def test_in_columns_the_cursor_changes_no_letter() -> None:
    lines = TicketLines()
    assert written(lines, Shown(LATE, is_cursor=True)) == written(lines, Shown(LATE))
    assert written(lines, Shown(LATE)).startswith(" *   155/2026  opened   2w!  Maëlle Kerb…")


def test_in_the_gutter_the_cursor_is_one_letter_in_the_look_of_a_blank() -> None:
    here, elsewhere = Shown(LATE, is_cursor=True), Shown(LATE)
    lines = PointedLines()
    assert written(lines, here) == ">" + written(lines, elsewhere)[1:]
    assert written(lines, elsewhere)[1:] == written(TicketLines(), elsewhere, 79)
    assert looks(lines, here) == looks(lines, elsewhere)


def test_the_gutter_takes_no_room_that_is_not_there() -> None:
    for width in (40, 60, 84, 120):
        assert cell_width(SafeText(written(PointedLines(), Shown(LATE), width))) == width
        assert cell_width(PointedLines().head(COLUMNS, width)) <= width


def test_a_mark_moves_nothing() -> None:
    for lines in (TicketLines(), PointedLines()):
        marked = written(lines, Shown(LATE, is_marked=True))
        plain = written(lines, Shown(LATE))
        assert marked.replace("+", " ", 1) == plain
        assert marked != plain


def test_what_is_about_to_leave_says_why_in_place_of_its_signs() -> None:
    told = written(TicketLines(), Shown(LATE, why_fading=SafeText("done")))
    assert told.startswith("done 155/2026")


def test_each_appearance_has_its_lines() -> None:
    assert type(lines_of(Appearance())) is TicketLines
    assert type(lines_of(Appearance(is_slow=True))) is PointedLines
    assert type(lines_of(Appearance(is_slow=True, is_spoken=True))) is SpokenLines


def test_a_spoken_line_is_a_sentence_with_words_for_signs() -> None:
    assert written(SpokenLines(), Shown(LATE), 120) == (
        "155/2026 opened, waiting 2 weeks, too long, Maëlle Kerbrat: Entretien : plaid en laine, "
        "unread"
    )
    busy = row(
        7,
        managed_at=NOW - timedelta(days=1),
        is_priority=True,
        remind_at=NOW,
        has_attachment=True,
        note_count=2,
        assignee=SafeText("Ines"),
    )
    assert written(SpokenLines(), Shown(busy, is_marked=True), 200) == (
        "7/2026 opened, changed 1 day ago, Tom Arden: Subject of 7, marked, priority, "
        "reminder due, file, note, assigned to Ines"
    )
    assert written(SpokenLines(), Shown(busy), 100).endswith(
        "Subject of 7, priority, reminder due, file, note"
    )


def test_where_a_spoken_line_is_too_long_its_subject_gives_way_first() -> None:
    told = written(SpokenLines(), Shown(LATE), 80)
    assert cell_width(SafeText(told)) == 80
    assert told.endswith("…, unread")
    assert written(SpokenLines(), Shown(LATE), 50) == (
        "155/2026, Maëlle Kerbrat: Entretien : pla…, unread"
    )
    assert written(SpokenLines(), Shown(LATE), 36) == "155/2026: Entretien : plaid…, unread"
    for width in (10, 40, 60):
        assert cell_width(SafeText(written(SpokenLines(), Shown(LATE), width))) <= width


def test_the_cursor_changes_nothing_in_a_spoken_line() -> None:
    lines = SpokenLines()
    assert written(lines, Shown(LATE, is_cursor=True)) == written(lines, Shown(LATE))
