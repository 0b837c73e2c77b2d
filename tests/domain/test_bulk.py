from __future__ import annotations

import csv
import io

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.bulk import Line, Outcome, Receipt, receipt_csv
from deskero_tui.domain.outbox.items import ItemId
from deskero_tui.domain.text.safe_text import SafeText


def receipt(*outcomes: Outcome, reason: str = "") -> Receipt:
    return Receipt(
        tuple(
            Line(ItemId(number), TicketId(f"t{number}"), outcome, reason)
            for number, outcome in enumerate(outcomes, start=1)
        )
    )


def test_a_receipt_counts_what_became_of_each() -> None:
    made = receipt(Outcome.DONE, Outcome.DONE, Outcome.REFUSED, Outcome.ASKS)
    assert made.in_words == "2 done, 1 failed, 1 asks of 4"
    assert [line.ticket_id for line in made.failed] == ["t3", "t4"]
    assert made.is_over


def test_it_is_not_over_while_something_is_on_its_way() -> None:
    assert not receipt(Outcome.DONE, Outcome.ON_ITS_WAY).is_over
    assert receipt().in_words == "nothing of 0"


def test_as_a_file_it_is_a_table_that_no_spreadsheet_calculates() -> None:
    made = receipt(Outcome.REFUSED, reason="=HYPERLINK(1)\x1b[2J\nx")
    text = receipt_csv(made, {TicketId("t1"): SafeText("-7/2026")})
    head, row = csv.reader(io.StringIO(text))
    assert head == ["number", "id", "outcome", "reason"]
    assert row[:3] == ["'-7/2026", "t1", "failed"]
    assert row[3].startswith("'=HYPERLINK(1)")
    assert "\x1b" not in text
    assert len(text.splitlines()) == 2
