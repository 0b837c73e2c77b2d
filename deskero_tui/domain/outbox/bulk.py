"""One change of many tickets: what will become of each, and what has. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import ASKS, STATES_IN_WORDS, ItemId, OutboxItem, State
from deskero_tui.domain.text.safe_text import SafeText, safe_line


class Outcome(Enum):
    """What has become of one ticket of a batch; the value is what people read."""

    DONE = "done"
    ON_ITS_WAY = "on its way"
    REFUSED = STATES_IN_WORDS[State.REFUSED]
    HELD = STATES_IN_WORDS[State.HELD]
    ASKS = ASKS
    TAKEN_BACK = "taken back"


NOT_THROUGH = (Outcome.REFUSED, Outcome.HELD, Outcome.ASKS)
"""What needs somebody."""


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of a receipt."""

    item_id: ItemId
    ticket_id: TicketId | None
    outcome: Outcome
    reason: str
    """A sentence for the agent; empty when there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What has become of a batch, in the order in which it was queued."""

    lines: tuple[Line, ...]

    def count(self, outcome: Outcome) -> int:
        """How many tickets came to that."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def is_over(self) -> bool:
        """Nothing of it moves any more without the agent."""
        return not self.count(Outcome.ON_ITS_WAY)

    @property
    def failed(self) -> tuple[Line, ...]:
        """What did not go through."""
        return tuple(line for line in self.lines if line.outcome in NOT_THROUGH)

    @property
    def in_words(self) -> str:
        """`197 done, 3 failed of 200`."""
        counted = [
            f"{count} {outcome.value}" for outcome in Outcome if (count := self.count(outcome))
        ]
        return f"{', '.join(counted) or 'nothing'} of {len(self.lines)}"


def receipt_of(items: Sequence[OutboxItem]) -> Receipt:
    """The receipt of the items of one batch."""
    return Receipt(
        tuple(Line(item.id, item.ticket_id, _outcome(item), item.reason) for item in items)
    )


def _outcome(item: OutboxItem) -> Outcome:
    match item.state:
        case State.SENT:
            return Outcome.DONE
        case State.DROPPED:
            return Outcome.TAKEN_BACK
        case State.REFUSED:
            return Outcome.REFUSED
        case State.HELD:
            return Outcome.HELD
        case State.UNSURE if item.needs_agent:
            return Outcome.ASKS
        case _:
            return Outcome.ON_ITS_WAY


RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a cell for a formula: such a cell gets a quote before it."""


def receipt_csv(receipt: Receipt, numbers: Mapping[TicketId, SafeText]) -> str:
    """The receipt as CSV with a head: number, id, outcome, reason; for people and spreadsheets."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("number", "id", "outcome", "reason"))
    for line in receipt.lines:
        ticket_id = line.ticket_id or TicketId("")
        cells = (numbers.get(ticket_id, ""), ticket_id, line.outcome.value, line.reason)
        rows.writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: str) -> str:
    text = safe_line(cell, max_chars=500)
    return f"'{text}" if text.startswith(RISKY_STARTS) else text
