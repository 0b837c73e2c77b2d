"""What has left the agent's hands: says how it goes, takes it back, asks what to do with it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual import work
from textual.timer import Timer
from typing_extensions import override

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.comparing import News, NewsKind
from deskero_tui.domain.drafts import DraftKey, DraftKind, StoredDraft
from deskero_tui.domain.errors import DeskeroError, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.moments import short_date
from deskero_tui.domain.outbox import Decision, ItemId, OutboxItem, State
from deskero_tui.domain.text import SafeText, safe_line
from deskero_tui.domain.undo import undo_of
from deskero_tui.sync.events import OutboxChanged
from deskero_tui.tui.modals.choose import Choose
from deskero_tui.tui.modals.decide import Answer, Decide
from deskero_tui.tui.modals.fact_lines import Fact, Look, heading
from deskero_tui.tui.screens.ticket_actions import TicketActions

LEAVING_WAIT_S: Final = 10.0
"""How long quitting waits for what was sent last; the rest goes at the next start."""

MOST_NEWS_CHARS: Final = 2_000
"""Of each message that came meanwhile; the ticket has the rest."""

MOST_UNDONE: Final = 50
"""How many steps back `u` knows."""

KIND_OF_DRAFT: Final = {
    DraftKind.REPLY: "reply",
    DraftKind.NOTE: "note",
    DraftKind.CREATE: "new ticket",
}


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


class OutboxActions(TicketActions):
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

    @property
    @abstractmethod
    def said(self) -> str:
        """What the status line says just now."""

    # -- saying how it goes --------------------------------------------------------------------

    @override
    def note_leaving(self, item_id: ItemId, ticket_id: TicketId | None, what: str) -> None:
        """Counts down until it leaves, and says how it can be taken back."""
        leaves_at_s = self.console.desk.clock.monotonic() + self.console.desk.profile.undo_s
        self._remember(_Step(item_id, ticket_id, what, False, leaves_at_s))
        self._count_down()
        if self._countdown is None:
            self._countdown = self.set_interval(1.0, self._count_down)

    @override
    def note_changed(self, item_id: ItemId, ticket_id: TicketId, said: str) -> None:
        self._remember(_Step(item_id, ticket_id, said, True, 0.0))

    def is_last_touched(self, ticket_id: TicketId) -> bool:
        """Whether the last thing this console did was about that ticket."""
        return bool(self._steps) and self._steps[-1].ticket_id == ticket_id

    def _remember(self, step: _Step) -> None:
        self._steps.append(step)
        del self._steps[:-MOST_UNDONE]

    def _count_down(self) -> None:
        now_s = self.console.desk.clock.monotonic()
        leaving = [step for step in self._steps if step.leaves_at_s > now_s]
        if leaving:
            left_s = round(leaving[-1].leaves_at_s - now_s)
            others = f" and {len(leaving) - 1} more" if len(leaving) > 1 else ""
            self._counted = f"{leaving[-1].what}{others} leaves in {left_s} s, u takes it back"
            self.say(self._counted)
        elif self._countdown is not None:
            self._countdown.stop()
            self._countdown = None
            if self.said == self._counted:
                self.say("")

    def outbox_changed(self, event: OutboxChanged) -> None:
        """Says how something of this console ended, or that it asks."""
        step = next((step for step in self._steps if step.item_id == event.item_id), None)
        if step is None:
            return
        if event.state is not State.QUEUED:
            step.leaves_at_s = 0.0
        match event.state:
            case State.SENT:
                self.say(step.what if step.is_change else f"{step.what}: sent")
            case State.HELD:
                self.say(f"{step.what} waits: {event.reason} d shows it", is_wrong=True)
            case State.REFUSED:
                self.say(f"{step.what} was refused: {event.reason} d shows it", is_wrong=True)
            case State.UNSURE:
                self.say(f"{step.what}: {event.reason or 'finding out whether it arrived'}")
            case State.QUEUED if event.reason:
                self.say(f"{step.what} is kept and goes later: {event.reason}")
            case _:
                pass

    async def may_leave(self) -> bool:
        """Asks what becomes of what waits to be sent; nothing of it is ever lost.

        What is sent now is waited for, as long as the desk answers in good time.
        """
        outbox = self.console.desk.outbox
        if not outbox.counts.waiting:
            return True
        items = [item for item in await outbox.items() if item.moves_by_itself]
        answer = await self.app.push_screen_wait(
            Decide(
                SafeText("Not sent yet"),
                [Fact(safe_line(item.kind.value), item.summary) for item in items],
                [Answer("s", "send now and quit", True), Answer("k", "keep for later", False)],
            )
        )
        if answer:
            self.say("Sending ...")
            await outbox.hurry()
            await outbox.settled([item.id for item in items], wait_s=LEAVING_WAIT_S)
        return answer is not None

    # -- taking back ---------------------------------------------------------------------------

    @work(group="inbox-acting", exit_on_error=False)
    async def action_app_undo(self) -> None:
        """Takes back the last thing this console did: a send that waits, else a change."""
        if not self._steps:
            self.say("There is nothing to take back.")
            return
        step = self._steps.pop()
        try:
            if step.is_change:
                await self._undo_change(step)
            else:
                await self._take_back(step)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    async def _take_back(self, step: _Step) -> None:
        outbox = self.console.desk.outbox
        item = await self._item(step.item_id)
        await outbox.take_back(step.item_id)
        self.say(f"{step.what} is taken back")
        if item is not None:
            await self._reopen(item)

    async def _reopen(self, item: OutboxItem) -> None:
        """Opens the words again that came back into their draft."""
        kind = {kind.value: kind for kind in DraftKind}.get(item.kind.value)
        if kind is DraftKind.CREATE:
            self.action_ticket_create()
        elif kind is not None and item.ticket_id is not None:
            self.open_writing(await self.console.desk.row(item.ticket_id), kind)

    async def _undo_change(self, step: _Step) -> None:
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

    # -- what has not been sent ----------------------------------------------------------------

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_app_drafts(self) -> None:
        """Everything half written, waiting, held, refused or unsure, to go on with."""
        desk = self.console.desk
        try:
            items = [item for item in await desk.outbox.items() if not item.has_ended]
            drafts = await desk.drafts.list()
            offered = [await self._item_choice(item) for item in items]
            offered += [await self._draft_choice(n, stored) for n, stored in enumerate(drafts)]
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        if not offered:
            self.say("Nothing is half written, and nothing waits to be sent.")
            return
        chosen = await self.app.push_screen_wait(Choose(SafeText("Not sent"), offered))
        if chosen is None:
            return
        kind, _, number = chosen.id.partition(" ")
        try:
            if kind == "draft":
                await self._open_draft(drafts[int(number)].key)
            else:
                await self._decide(next(item for item in items if item.id == int(number)))
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    async def _item_choice(self, item: OutboxItem) -> Choice:
        state = "asks" if item.needs_agent else item.state.value
        label = f"{state}: {item.kind.value} {await self._number(item.ticket_id)} {item.summary}"
        return Choice(f"item {item.id}", safe_line(label), safe_line(item.reason))

    async def _draft_choice(self, place: int, stored: StoredDraft) -> Choice:
        kind = KIND_OF_DRAFT[stored.key.kind]
        begin = " ".join((stored.draft.fields.get("subject", ""), stored.draft.text)).strip()
        label = f"draft: {kind} {await self._number(stored.key.ticket_id)} {begin}"
        return Choice(f"draft {place}", safe_line(label, max_chars=160))

    async def _number(self, ticket_id: TicketId | None) -> str:
        if ticket_id is None:
            return ""
        try:
            return (await self.console.desk.row(ticket_id)).number
        except Missing:
            return "(a deleted ticket)"

    async def _open_draft(self, key: DraftKey) -> None:
        if key.ticket_id is None:
            self.action_ticket_create()
        else:
            self.open_writing(await self.console.desk.row(key.ticket_id), key.kind)

    async def _decide(self, item: OutboxItem) -> None:
        """Shows what is the matter with a write, and does what the agent says."""
        decision = await self.app.push_screen_wait(
            Decide(
                safe_line(f"{item.kind.value}: {item.state.value}"),
                [*self._item_facts(item), *await self._news_facts(item)],
                _answers(item),
            )
        )
        if decision is None:
            return
        outbox = self.console.desk.outbox
        if item.state is State.QUEUED and decision is Decision.EDIT:
            await outbox.take_back(item.id)
        else:
            await outbox.decide(item.id, decision)
        self.say(_SAID[decision])
        if decision is Decision.EDIT:
            await self._reopen(item)

    def _item_facts(self, item: OutboxItem) -> Sequence[Fact]:
        facts = [Fact(SafeText("What"), item.summary)]
        if item.reason:
            facts.append(Fact(SafeText("Why"), safe_line(item.reason), Look.WARNING))
        if item.hold is not None:
            for conflict in item.hold.conflicts:
                facts.append(
                    Fact(
                        safe_line(conflict.name.removeprefix("is_")),
                        safe_line(
                            f"was {_value(conflict.base)}, is {_value(conflict.theirs)} now, "
                            f"you set {_value(conflict.ours)}"
                        ),
                        Look.WARNING,
                    )
                )
        return facts

    async def _news_facts(self, item: OutboxItem) -> list[Fact]:
        """What came since writing began: who, when, and what they wrote."""
        if item.hold is None or not item.hold.news or item.ticket_id is None:
            return []
        facts = [heading(SafeText("New since you began to write"))]
        conversation = await self.console.desk.conversation(item.ticket_id)
        texts = {
            (message.at, message.author): "\n".join(part.text for part in message.parts).strip()
            for message in conversation.messages
        }
        for news in item.hold.news:
            facts.append(Fact(self._when(news), _news_text(news)))
            if text := texts.get((news.at, news.who)):
                facts.append(Fact(SafeText(""), SafeText(text[:MOST_NEWS_CHARS])))
        return facts

    def _when(self, news: News) -> SafeText:
        if news.at is None:
            return SafeText("")
        now = self.console.now()
        return SafeText(short_date(news.at.astimezone(now.tzinfo), now))


_NEWS: Final = {
    NewsKind.CUSTOMER: "the customer wrote",
    NewsKind.AGENT: "replied to the customer",
    NewsKind.NOTE: "left a note",
    NewsKind.STATUS: "the status is now",
    NewsKind.ASSIGNEE: "it lies now with",
}
_SAID: Final = {
    Decision.SEND: "It goes now.",
    Decision.EDIT: "The text is back in its draft.",
    Decision.DROP: "Dropped. `deskero-tui drafts` can bring the text back for a day.",
    Decision.MARK_SENT: "Noted as sent.",
}


def _news_text(news: News) -> SafeText:
    return safe_line(" ".join(part for part in (news.who, _NEWS[news.kind], news.now) if part))


def _value(value: object) -> str:
    if value is None or value in ("", ()):
        return "nothing"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _answers(item: OutboxItem) -> list[Answer[Decision]]:
    """What the state of an item allows to say about it."""
    match item.state:
        case State.HELD:
            kept = [Answer("y", "send anyway", Decision.SEND)]
        case State.REFUSED:
            kept = [Answer("y", "send again", Decision.SEND)]
        case State.UNSURE if item.needs_agent:
            kept = [
                Answer("y", "send again", Decision.SEND),
                Answer("m", "it has arrived", Decision.MARK_SENT),
            ]
        case State.QUEUED:
            kept = []
        case _:
            return []
    return [*kept, Answer("e", "edit", Decision.EDIT), Answer("x", "drop", Decision.DROP)]
