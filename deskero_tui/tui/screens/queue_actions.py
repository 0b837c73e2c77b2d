"""Working a queue to its end: what reminders bring back, and what is put off for later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.tui.screens.link_actions import LinkActions

if TYPE_CHECKING:
    from deskero_tui.domain.row import DueTicket, TicketRow


class QueueActions(LinkActions):
    """The part of the main screen that moves through a queue."""

    def reminders_due(self, told: Sequence[DueTicket]) -> None:
        """Says what has fallen due, as far as it is this console's to say."""
        if not told:
            return
        first = told[0]
        others = f" and {len(told) - 1} more" if len(told) > 1 else ""
        self.say(f"Reminder: {first.number}{others}")
        self.console.draw_attention(f"Reminder: {first.number}{others}: {first.subject}")

    def action_ticket_reminded(self) -> None:
        if row := self.target():
            self._set_reminded(row)

    @work(group="inbox-acting", exit_on_error=False)
    async def _set_reminded(self, row: TicketRow) -> None:
        try:
            await self.console.desk.reminders.done(row.id)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            self.say(f"{row.number}: the reminder is done")
