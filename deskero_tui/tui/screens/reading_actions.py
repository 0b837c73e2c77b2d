"""What helps to read: finding in the ticket, who asks, and the way between tickets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work

from deskero_tui.domain.errors import DeskeroError, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.inbox.visit_history import Trail
from deskero_tui.tui.screens.field_actions import FieldActions
from deskero_tui.tui.widgets.conversation_view import ConversationView

if TYPE_CHECKING:
    from deskero_tui.domain.records.customer_card import CustomerCard


class ReadingActions(FieldActions):
    """The part of the main screen that finds its way in and between tickets."""

    def __init__(self) -> None:
        super().__init__()
        self.trail = Trail()
        """The tickets that were opened here."""

    @property
    @abstractmethod
    def ticket_read(self) -> TicketId | None:
        """The ticket that the agent reads; `None` in the list."""

    @abstractmethod
    def read_ticket(self, row: TicketRow) -> None:
        """Opens a ticket, whether the view has it or not, and puts it on the trail."""

    @on(ConversationView.FindRequested)
    def _find_requested(self, event: ConversationView.FindRequested) -> None:
        self._find(event.conversation_view)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def _find(self, view: ConversationView) -> None:
        from deskero_tui.tui.dialogs.find_line import FindLine

        if view.conversation is None:
            self.say("Open a ticket first.")
        else:
            await self.app.push_screen_wait(FindLine(view))

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_customer(self) -> None:
        from deskero_tui.tui.dialogs.customer_panel import CustomerPanel

        row = self.target()
        if row is None:
            return
        desk = self.console.desk
        try:
            customer = (await desk.ticket(row.id)).customer
            if customer is None:
                self.say(f"The desk does not say who opened {row.number}.")
                return
            customer_id = customer.id
            card = await desk.customer_card(customer_id, besides=row.id)

            async def read_afresh() -> CustomerCard:
                await desk.read_customer(customer_id)
                return await desk.customer_card(customer_id, besides=row.id)

            chosen = await self.app.push_screen_wait(
                CustomerPanel(card, read_afresh=read_afresh, now=self.console.now)
            )
            if chosen is not None:
                await self._read(chosen)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_last(self) -> None:
        reading = self.ticket_read
        while (ticket_id := self.trail.back(reading)) is not None:
            try:
                await self._read(ticket_id)
            except Missing:
                self.trail.forget(ticket_id)
            except DeskeroError as error:
                self.say(error.user_message, is_wrong=True)
                return
            else:
                return
        self.say("No other ticket was read before.")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_view_recent(self) -> None:
        await self._choose_ticket("Read last", self.trail.recent, "No ticket was read yet.")

    @work(group="inbox-acting", exit_on_error=False)
    async def action_ticket_pin(self) -> None:
        if row := self.target():
            try:
                is_pinned = await self.console.desk.toggle_pin(row.id)
            except DeskeroError as error:
                self.say(error.user_message, is_wrong=True)
            else:
                pin = "is pinned" if is_pinned else "has no pin now"
                self.say(f"{row.number} {pin}: {row.subject}")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_view_pinned(self) -> None:
        try:
            pinned = await self.console.desk.pinned()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            way = self.console.way_to("ticket.pin")
            await self._choose_ticket("Pinned", pinned, f"No ticket is pinned: {way} pins one.")

    async def _choose_ticket(self, title: str, ids: Sequence[TicketId], none: str) -> None:
        """Lets the agent open one of some tickets; those that are gone are left out."""
        from deskero_tui.tui.dialogs.choose import Choose
        from deskero_tui.tui.ticket_choices import ticket_choices

        try:
            rows = await self.console.desk.rows_of_tickets(ids)
            if not rows:
                self.say(none)
                return
            offered = ticket_choices(rows, self.console.now())
            chosen = await self.app.push_screen_wait(
                Choose(SafeText(title), offered, current=self.ticket_read)
            )
            if chosen is not None:
                await self._read(TicketId(chosen.id))
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    async def _read(self, ticket_id: TicketId) -> None:
        """Opens a ticket by its id.

        Raises:
            Missing: The store no longer holds it.
        """
        self.read_ticket(await self.console.desk.row(ticket_id))
