"""What has become of each ticket of a batch, as long as it goes and after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from enum import Enum
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.bulk import NOT_THROUGH, Outcome, Receipt
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines, Look, heading
from deskero_tui.tui.dialogs.sheet import Sheet, framed

LOOK_EVERY_S: Final = 0.5
_ORDER: Final = (
    Outcome.REFUSED,
    Outcome.HELD,
    Outcome.ASKS,
    Outcome.ON_ITS_WAY,
    Outcome.TAKEN_BACK,
    Outcome.DONE,
)
"""What needs somebody stands first."""


class AfterReceipt(Enum):
    """What the agent wants now."""

    RETRY = "retry"
    WRITE = "write"
    UNDO = "undo"


class ReceiptSheet(Sheet[AfterReceipt | None]):
    """The receipt of one batch; answers what to do next, or `None` when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Back"),
        ("q", "leave", "Back"),
        ("r", "answer('retry')", "Retry"),
        ("w", "answer('write')", "Write"),
        ("u", "answer('undo')", "Undo"),
    ]

    def __init__(
        self,
        title: SafeText,
        read: Callable[[], Awaitable[Receipt]],
        *,
        numbers: Mapping[TicketId, SafeText],
    ) -> None:
        """`read` gives the receipt as it is by now; it raises `DeskeroError`."""
        super().__init__()
        self._frame_title = title
        self._read = read
        self._numbers = numbers
        self._shown: Receipt | None = None

    @override
    def compose(self) -> ComposeResult:
        keys = "r retry failed  w to a file  u undo all  Esc back"
        with framed(self._frame_title, keys):
            yield FactLines()

    def on_mount(self) -> None:
        self._look()
        self._looking = self.set_interval(LOOK_EVERY_S, self._look)

    @work(group="receipt-look", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        try:
            receipt = await self._read()
        except DeskeroError as error:
            self.query_one(FactLines).show([heading(safe_line(error.user_message), Look.WRONG)])
            return
        if receipt != self._shown:
            self._shown = receipt
            self.query_one(FactLines).show(list(self._facts(receipt)))
        if receipt.is_over:
            self._looking.stop()

    def _facts(self, receipt: Receipt) -> Iterator[Fact]:
        yield heading(SafeText(receipt.in_words))
        for outcome in _ORDER:
            look = Look.WARNING if outcome in NOT_THROUGH else Look.PLAIN
            for line in receipt.lines:
                if line.outcome is outcome:
                    number = self._numbers.get(line.ticket_id or TicketId(""), SafeText("?"))
                    reason = f": {safe_line(line.reason, max_chars=300)}" if line.reason else ""
                    yield Fact(number, SafeText(f"{outcome.value}{reason}"), look)

    def action_answer(self, answer: str) -> None:
        self.dismiss(AfterReceipt(answer))

    def action_leave(self) -> None:
        self.dismiss(None)
