"""Who asks: contact and custom fields, and what else this customer has asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.customer_card import CustomerCard
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.moments import short_date
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines
from deskero_tui.tui.dialogs.matching import Narrowing
from deskero_tui.tui.dialogs.sheet import Sheet, framed
from deskero_tui.tui.ticket_choices import ticket_choices


class CustomerPanel(Sheet[TicketId | None]):
    """What is known of a customer, at once, and as the desk has it once that has come.

    Enter answers the ticket under the cursor; `None` when it was left.
    """

    BINDINGS: ClassVar = [
        ("escape", "leave", "Leave"),
        ("tab,shift+tab", "switch", "Other part"),
    ]

    def __init__(
        self,
        card: CustomerCard,
        *,
        read_afresh: Callable[[], Awaitable[CustomerCard]],
        now: Callable[[], datetime],
    ) -> None:
        """`read_afresh` asks the desk; what it raises as a `DeskeroError` is said below.

        `now` is in the agent's zone.
        """
        super().__init__()
        self._card = card
        self._read_afresh = read_afresh
        self._now = now
        self._tickets = Narrowing(ticket_choices(card.tickets, now()))
        self._facts = FactLines(_facts(card), id="contact")
        self._list = ChoiceList(lambda typed: self._tickets.narrowed(typed))
        self._list.set_reactive(ChoiceList.empty_text, SafeText("No other ticket."))
        self._note = Static("", id="note", markup=False)

    @override
    def compose(self) -> ComposeResult:
        with framed(self._card.name, "Enter open  Tab contact  Esc back"):
            yield self._facts
            yield self._list
            yield self._note

    def on_mount(self) -> None:
        self._list.focus()
        self._tell("looking at the desk ...")
        self._refresh_card()

    @work(group="customer-panel-read", exclusive=True, exit_on_error=False)
    async def _refresh_card(self) -> None:
        try:
            card = await self._read_afresh()
        except DeskeroError as error:
            self._tell(error.user_message)
        else:
            self._show(card)
            self._tell("")

    def _show(self, card: CustomerCard) -> None:
        """Shows a newer card; the cursor stays on its ticket, and what is typed stays typed."""
        cursor = self._list.under_cursor
        self._card = card
        self._tickets = Narrowing(ticket_choices(card.tickets, self._now()))
        self._list.show(
            self._tickets.narrowed(self._list.typed), cursor=cursor.id if cursor else None
        )
        if _facts(card) != self._facts.facts:
            self._facts.show(_facts(card))

    def _tell(self, trouble: str) -> None:
        """Says how old the contact is, where it is from, and what is the matter."""
        now = self._now()
        source = "" if self._card.is_whole else ", from a ticket"
        as_of = f"as of {short_date(self._card.as_of.astimezone(now.tzinfo), now)}{source}"
        said = f"{as_of} · {trouble}" if trouble else as_of
        self._note.update(Content(safe_line(said, max_chars=300)))

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self.dismiss(TicketId(event.choice.id))

    def action_switch(self) -> None:
        (self._facts if self._list.has_focus else self._list).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def _facts(card: CustomerCard) -> tuple[Fact, ...]:
    return tuple(Fact(SafeText(fact.name), fact.value) for fact in card.facts)
