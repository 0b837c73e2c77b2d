"""Working a queue to its end: what reminders bring back, and what is put off for later."""

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.timer import Timer
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.inbox.work_queue import WorkQueue
from deskero_tui.tui.screens.several_actions import SeveralActions

if TYPE_CHECKING:
    from deskero_tui.domain.records.row import DueTicket, TicketRow


@dataclass
class TicketSkipped(Message):
    """A ticket goes to the end of its view for a while."""

    number: SafeText


class QueueActions(SeveralActions):
    """The part of the main screen that moves through a queue."""

    def __init__(self) -> None:
        super().__init__()
        self._queues: dict[int, WorkQueue] = {}
        """By the index of their view."""
        self._queue_timer: Timer | None = None

    @property
    @abstractmethod
    def shown_view(self) -> int:
        """Which view is shown, 0-based."""

    @property
    @abstractmethod
    def says_trouble(self) -> bool:
        """Whether the status line says that something is wrong: news must not wipe that."""

    @abstractmethod
    def tell_waiting(self, count: int) -> None:
        """Says how many tickets have come in that are not shown yet; 0 says nothing."""

    @abstractmethod
    def look_again(self) -> None:
        """Reads the order of the view anew."""

    # -- the order as it is worked -------------------------------------------------------------

    def show_worked(self, order: array[int], *, from_top: bool, is_news: bool) -> None:
        """Shows `order` as this console works it; where that `is_news`, says what came in."""
        shown, queue, now_s = self.ticket_list.order, self._work_queue, self._now_s
        arranged = queue.arranged(order, shown, now_s=now_s)
        if is_news and not queue.waiting_count:
            self._announce(order, shown)
        self.tell_waiting(queue.waiting_count)
        self.ticket_list.show_order(arranged, from_top=from_top, fading=queue.fading)
        if self._queue_timer is not None:
            self._queue_timer.stop()
            self._queue_timer = None
        change_s = queue.next_change_s(now_s=now_s)
        if change_s is not None:
            self._queue_timer = self.set_timer(change_s, self.look_again)

    def _announce(self, order: array[int], shown: array[int]) -> None:
        """What comes into a view that is only looked at stands in its place already, and moves
        nothing under the cursor.
        """
        came = len(set(order).difference(shown)) if shown and order != shown else 0
        if came and not self.said:
            self.say(f"{came} more in this view")

    def admit_newcomers(self) -> int:
        """Lets in what waits for this view; how many tickets that were."""
        count = self._work_queue.waiting_count
        if count:
            self._work_queue.admit()
            self.look_again()
        return count

    def has_worked_on(self, row: TicketRow) -> bool:
        """Tell whether this console did something to a ticket of this view."""
        return self._work_queue.has_worked(row.key)

    def forget_touched(self, view_index: int) -> None:
        """The agent leaves that view, or narrows it."""
        if view_index in self._queues:
            self._queues[view_index].forget_touched()

    @override
    def begin_work_on(self, ticket_id: TicketId) -> None:
        key = self.ticket_list.key_of(ticket_id)
        if key is not None:
            self._work_queue.touch(key, self.ticket_list.order)

    def action_ticket_skip(self) -> None:
        if row := self.target():
            self.go_to_next()
            self._work_queue.skip(row.key, self.ticket_list.order, now_s=self._now_s)
            # It comes by way of the list, behind the word that the cursor has moved: that wipes
            # what was said before.
            self.ticket_list.post_message(TicketSkipped(row.number))
            self.look_again()

    @on(TicketSkipped)
    def _ticket_skipped(self, event: TicketSkipped) -> None:
        self.say(f"{event.number} is skipped: for two hours it comes last")

    @property
    def _work_queue(self) -> WorkQueue:
        """What was done in the view that is shown."""
        linger_s = self.console.settings.linger_s
        return self._queues.setdefault(self.shown_view, WorkQueue(linger_s=linger_s))

    @property
    def _now_s(self) -> float:
        return self.console.desk.clock.monotonic()

    # -- reminders -----------------------------------------------------------------------------

    def reminders_due(self, told: Sequence[DueTicket]) -> None:
        """Says what has fallen due, as far as it is this console's to say."""
        if not told:
            return
        first = told[0]
        others = f" and {len(told) - 1} more" if len(told) > 1 else ""
        if not self.says_trouble:
            said = f"Reminder: {first.number}{others}"
            self.say(said)
            # Nobody asked for it: it does not stand before what the line says otherwise for long.
            self.set_timer(self.console.settings.reminded_s, lambda: self._unsay(said))
        self.console.draw_attention(f"Reminder: {first.number}{others}: {first.subject}")

    def _unsay(self, said: str) -> None:
        if self.said == said:
            self.say("")

    def action_ticket_reminded(self) -> None:
        if row := self.target():
            self._set_reminded(row)

    @work(group="inbox-acting", exit_on_error=False)
    async def _set_reminded(self, row: TicketRow) -> None:
        self.begin_work_on(row.id)
        try:
            await self.console.desk.reminders.done(row.id)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            self.say(f"{row.number}: the reminder is done")
