"""The first picture passes the gate that everything passes which widgets paint."""

from __future__ import annotations

from datetime import UTC, datetime

from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.tui.list_view.columns import COLUMNS
from deskero_tui.tui.list_view.first_frame import FirstPicture, ListLooks
from deskero_tui.tui.terminal.looks import PLAIN
from deskero_tui.tui.widgets.ticket_lines import LOOKS, TicketLines
from tests.support.rows import row

LOOKS_ALIKE = dict.fromkeys(LOOKS, PLAIN)
HOSTILE = SafeText("a\x1b]52;c;AAAA\x07b\x9b2J\u202ec")
"""As no text is that came in by the door."""


def test_what_is_no_letter_does_not_get_out() -> None:
    picture = FirstPicture(
        rows=[row(1, subject=HOSTILE, customer=HOSTILE)],
        columns=COLUMNS,
        lines=TicketLines(),
        looks=ListLooks(LOOKS_ALIKE, LOOKS_ALIKE),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        limits=WaitLimits(),
        has_thumb=True,
    )
    lines = ["".join(cell.text for cell in patch.cells) for patch in picture.patches(100, 5)]
    assert "a]52;c;AAAAb2Jc" in lines[1]
    assert not any(letter in line for line in lines for letter in "\x1b\x07\x9b\u202e")
