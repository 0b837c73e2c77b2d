"""What helps to read: finding in the ticket."""

from __future__ import annotations

from textual import on, work

from deskero_tui.tui.modals.find_line import FindLine
from deskero_tui.tui.screens.queue_actions import QueueActions
from deskero_tui.tui.widgets.conversation_view import ConversationView


class ReadingActions(QueueActions):
    """The part of the main screen that finds its way in and between tickets."""

    @on(ConversationView.FindRequested)
    def _find_requested(self, event: ConversationView.FindRequested) -> None:
        self._find(event.conversation_view)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def _find(self, view: ConversationView) -> None:
        if view.conversation is None:
            self.say("Open a ticket first.")
        else:
            await self.app.push_screen_wait(FindLine(view))
