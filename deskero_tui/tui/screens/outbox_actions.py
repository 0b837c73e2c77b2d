"""What has left the agent's hands: says how it goes, takes it back, asks what to do with it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import work
from textual.timer import Timer
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import ItemId
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.sync.events import CopiesFound, OutboxChanged
from deskero_tui.tui.screens.macro_actions import MacroActions

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.items import OutboxItem

LEAVING_WAIT_S: Final = 10.0
"""How long quitting waits for what was sent last; the rest goes at the next start."""

NO_ITEM: Final = ItemId(0)
"""The store counts from 1."""
MOST_UNDONE: Final = 50
"""How many steps back `u` knows."""


@dataclass(slots=True)
class _Step:
    """Something this console did, for `u` and for saying how it ended."""

    item_id: ItemId
    ticket_id: TicketId | None
    what: str
    """`Reply to 7/2026`, or what a change comes to."""
    is_change: bool
    leaves_at_s: float
    """On the monotonic clock; the past once it cannot be taken back."""
    behind: ItemId | None = None
    """What it was sent along with; both are taken back together while that waits."""
    batch: str | None = None
    """The change of many tickets that this step is; `item_id` then says nothing."""


class OutboxActions(MacroActions):
    """The half of the main screen that looks after writes on their way."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[_Step] = []
        self._countdown: Timer | None = None
        self._counted = ""
        """What the countdown said last."""

    @abstractmethod
    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Says what came of a command in the status line."""

    @abstractmethod
    async def reopen(self, item: OutboxItem) -> None:
        """Open the text of an item again that is back in its draft."""

    @property
    @abstractmethod
    def said(self) -> str:
        """What the status line says just now."""

    # -- saying how it goes --------------------------------------------------------------------

    @override
    def note_leaving(
        self,
        item_id: ItemId,
        ticket_id: TicketId | None,
        what: str,
        *,
        behind: ItemId | None = None,
    ) -> None:
        """Counts down until it leaves, if not calm, and says how it can be taken back."""
        leaves_at_s = self.console.desk.clock.monotonic() + self.console.desk.profile.undo_s
        self._remember(_Step(item_id, ticket_id, what, False, leaves_at_s, behind))
        self._count_down()
        if self._countdown is None:
            self._countdown = self.set_interval(1.0, self._count_down)

    @override
    def note_changed(
        self, item_id: ItemId, ticket_id: TicketId, said: str, *, behind: ItemId | None = None
    ) -> None:
        self._remember(_Step(item_id, ticket_id, said, True, 0.0, behind))

    def note_batch(self, batch: str, said: str) -> None:
        """Remembers a change of many tickets as one step."""
        self._remember(_Step(NO_ITEM, None, said, True, 0.0, batch=batch))

    @abstractmethod
    async def undo_batch(self, batch: str, said: str) -> None:
        """Takes back a change of many tickets.

        Raises:
            DeskeroError: The store cannot be used.
        """

    def is_last_touched(self, ticket_id: TicketId) -> bool:
        """Whether the last thing this console did was about that ticket."""
        return bool(self._steps) and self._steps[-1].ticket_id == ticket_id

    def _remember(self, step: _Step) -> None:
        self._steps.append(step)
        del self._steps[:-MOST_UNDONE]

    def _count_down(self) -> None:
        now_s = self.console.desk.clock.monotonic()
        leaving = [step for step in self._steps if step.leaves_at_s > now_s and not step.behind]
        if leaving:
            left_s = round(leaving[-1].leaves_at_s - now_s)
            others = f" and {len(leaving) - 1} more" if len(leaving) > 1 else ""
            when = "soon" if self.console.appearance.is_calm else f"in {left_s} s"
            way = self.console.key_hint("app.undo")
            self._counted = f"{leaving[-1].what}{others} leaves {when}, {way} takes it back"
            self.say(self._counted)
        elif self._countdown is not None:
            self._countdown.stop()
            self._countdown = None
            if self.said == self._counted:
                self.say("")

    def outbox_changed(self, event: OutboxChanged) -> None:
        """Says how something of this console ended, or that it asks."""
        from deskero_tui.domain.outbox.items import State

        step = next((step for step in self._steps if step.item_id == event.item_id), None)
        if step is None:
            return
        if event.state is not State.QUEUED:
            step.leaves_at_s = 0.0
        way = self.console.key_hint("app.drafts")
        match event.state:
            case State.SENT:
                self.say(step.what if step.is_change else f"{step.what}: sent")
            case State.HELD:
                self.say(f"{step.what} on hold: {event.reason} {way}: review", is_wrong=True)
            case State.REFUSED:
                self.say(f"{step.what} failed: {event.reason} {way}: review", is_wrong=True)
            case State.UNSURE:
                self.say(f"{step.what} unconfirmed: {event.reason or 'Looking for it.'}")
            case State.QUEUED if event.reason:
                self.say(f"{step.what} is kept and goes later: {event.reason}")
            case _:
                pass

    def copies_found(self, event: CopiesFound) -> None:
        """Tells that a message which was sent again is on the desk more than once."""
        self.say(f"Your message is {event.count} times on ticket {event.number}.", is_wrong=True)

    async def may_leave(self) -> bool:
        """Ask whether to send now what can be sent; return whether the console may end.

        Nothing is asked where nothing can be sent: a sheet at every end with "on hold, as before"
        would be one key more and no news. The status line has the count all the time, and the
        program names it once more after its end (`cli/console.py`).
        """
        from deskero_tui.sync.unsent import unsent
        from deskero_tui.tui.dialogs.decide import ActionDialog, Answer
        from deskero_tui.tui.unsent_facts import leaving_facts

        desk = self.console.desk
        if not desk.outbox.counts.waiting:
            return True
        try:
            found = await unsent(desk)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return True
        going = [one for one in found if not one.is_stuck]
        if not going:
            return True
        staying = [one for one in found if one.is_stuck]
        answer = await self.app.push_screen_wait(
            ActionDialog(
                SafeText("Not sent yet"),
                leaving_facts(going, staying, wait_s=0.0 if desk.link.is_up else LEAVING_WAIT_S),
                [Answer("s", "send now and quit", True), Answer("k", "keep for later", False)],
            )
        )
        if answer:
            self.say("Sending ...")
            await desk.outbox.hurry()
            await desk.outbox.settled([one.item.id for one in going], wait_s=LEAVING_WAIT_S)
        return answer is not None

    # -- taking back ---------------------------------------------------------------------------

    @work(group="inbox-acting", exit_on_error=False)
    async def action_app_undo(self) -> None:
        """Takes back the last thing this console did: a send that waits, else a change."""
        if not self._steps:
            self.say("There is nothing to take back.")
            return
        step = self._pop_last()
        try:
            if step.batch is not None:
                await self.undo_batch(step.batch, step.what)
            elif step.is_change:
                await self._undo_change(step)
            else:
                await self._take_back(step)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    def _pop_last(self) -> _Step:
        """The last step, or what it was sent along with as long as that waits."""
        last = self._steps[-1]
        now_s = self.console.desk.clock.monotonic()
        for step in self._steps:
            if step.item_id == last.behind and step.leaves_at_s > now_s:
                self._steps.remove(step)
                return step
        return self._steps.pop()

    async def _take_back(self, step: _Step) -> None:
        outbox = self.console.desk.outbox
        item = await self._item(step.item_id)
        self.forget_behind(step.item_id)
        await outbox.take_back(step.item_id)
        self.say(f"{step.what} is taken back")
        if item is not None:
            await self.reopen(item)

    def forget_behind(self, item_id: ItemId) -> None:
        """Forgets what goes along with something that is taken back, and is so together with it."""
        self._steps = [step for step in self._steps if step.behind != item_id]

    async def _undo_change(self, step: _Step) -> None:
        from deskero_tui.domain.outbox.items import State
        from deskero_tui.domain.outbox.undo import undo_of

        desk = self.console.desk
        item = await self._item(step.item_id)
        if item is None or item.ticket_id is None:
            self.say("This can no longer be taken back.")
            return
        if item.state is not State.SENT:
            await desk.outbox.take_back(item.id)
            self.say(f"Taken back: {step.what}")
            return
        patch = undo_of(item, await desk.ticket(item.ticket_id))
        await desk.outbox.queue_change([item.ticket_id], patch)
        self.say(f"Undone: {step.what}")

    async def _item(self, item_id: ItemId) -> OutboxItem | None:
        items = await self.console.desk.outbox.items()
        return next((item for item in items if item.id == item_id), None)
