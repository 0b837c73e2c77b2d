"""What an agent does to a ticket from the main screen: one method for each `ticket.…` command.

The ticket is taken down when the key is pressed; whatever moves in the list while a picker is open
does not change it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from textual import work
from textual.screen import Screen

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.comparing import baseline_of
from deskero_tui.domain.drafts import DraftKey, DraftKind
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import AgentId, AreaId, CustomerId, GroupId, TicketId, TypeId
from deskero_tui.domain.macro_plan import Plan
from deskero_tui.domain.outbox import ItemId
from deskero_tui.domain.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.quotes import quoted
from deskero_tui.domain.row import TicketRow
from deskero_tui.domain.terms import TermKind
from deskero_tui.domain.text import SafeText, safe_line
from deskero_tui.tui.draft_keeper import DraftKeeper
from deskero_tui.tui.modals.choose import Choose, ChooseMany
from deskero_tui.tui.modals.confirm import Confirm
from deskero_tui.tui.modals.macro_picker import MacroPick, MacroPicker
from deskero_tui.tui.screens.compose import Compose
from deskero_tui.tui.screens.new_ticket import NewTicketForm
from deskero_tui.tui.writing import ComposeWhat, Draft, NewTicketDraft

if TYPE_CHECKING:
    from deskero_tui.domain.conversation import Conversation
    from deskero_tui.tui.app import DeskeroApp

NOBODY = Choice("", SafeText("nobody"))
NONE = Choice("", SafeText("none"))


class TicketActions(Screen[None]):
    """The half of the main screen that acts on tickets."""

    @property
    def console(self) -> DeskeroApp:
        """The application, by its own type."""
        return cast("DeskeroApp", self.app)

    @abstractmethod
    def target(self) -> TicketRow | None:
        """The ticket that a command is meant for; `None`, and said so, when there is none."""

    @abstractmethod
    def go_to_next(self) -> None:
        """Puts the cursor on the next ticket."""

    @abstractmethod
    def note_leaving(
        self,
        item_id: ItemId,
        ticket_id: TicketId | None,
        what: str,
        *,
        behind: ItemId | None = None,
    ) -> None:
        """Says that something leaves, and how it can be taken back: with what it is `behind`."""

    @abstractmethod
    def note_changed(
        self, item_id: ItemId, ticket_id: TicketId, said: str, *, behind: ItemId | None = None
    ) -> None:
        """Says what a change comes to, once the desk has it."""

    @abstractmethod
    async def canned_answers(self, ticket_id: TicketId, kind: DraftKind) -> MacroPicker:
        """What lets the agent choose a text for a piece of writing.

        Raises:
            DeskeroError: The store cannot be read, or no longer holds the ticket.
        """

    @abstractmethod
    async def plan_besides(self, what: ComposeWhat, draft: Draft) -> Plan:
        """What a macro does besides the text of a draft that is about to go.

        Raises:
            BadInput: It cannot be done. It is out of the draft now: the next try sends the text.
            DeskeroError: The store cannot be read, or no longer holds the ticket.
        """

    @abstractmethod
    async def do_besides(self, what: ComposeWhat, draft: Draft, plan: Plan, sent: ItemId) -> None:
        """Does it behind the text, which is in the outbox as `sent`.

        A failure is said, never raised: that would look as if the text had not gone.
        """

    # -- writing -------------------------------------------------------------------------------

    def action_ticket_reply(self) -> None:
        if row := self.target():
            self.open_writing(row, DraftKind.REPLY)

    def action_ticket_quote(self) -> None:
        if row := self.target():
            self.open_writing(row, DraftKind.REPLY, quotes=True)

    def action_ticket_note(self) -> None:
        if row := self.target():
            self.open_writing(row, DraftKind.NOTE)

    def action_ticket_remind(self) -> None:
        if row := self.target():
            self.open_writing(row, DraftKind.NOTE, asks_reminder_first=True)

    @work(group="inbox-compose", exclusive=True, exit_on_error=False)
    async def open_writing(
        self,
        row: TicketRow,
        kind: DraftKind,
        *,
        quotes: bool = False,
        asks_reminder_first: bool = False,
        macro: MacroPick | None = None,
    ) -> None:
        """Opens what is written so far, and keeps every word from then on.

        The text of `macro` goes behind it.
        """
        console, desk = self.console, self.console.desk
        key = DraftKey(row.id, kind)
        try:
            conversation = await desk.conversation(row.id)
            stored = await desk.drafts.load(key)
            statuses = await desk.terms(TermKind.STATUS)
            agents = await desk.agents()
        except DeskeroError as error:
            console.say(error.user_message, is_wrong=True)
            return
        baseline = stored.draft.baseline if stored else None
        if baseline is None:
            baseline = baseline_of(conversation.ticket)
        draft = Draft.of(stored.draft) if stored else Draft()
        keeper = DraftKeeper(
            desk.drafts,
            key,
            lambda: draft.kept(baseline),
            revision=stored.revision if stored else None,
        )
        if quotes:
            draft.text = _with_quote(draft.text, conversation, console.now())
        if asks_reminder_first and not draft.text:
            draft.text = "Reminder"
        if macro is not None:
            draft.add(macro.macro, macro.text, status_after=macro.status)
        what = ComposeWhat(kind, row.id, row.number, row.subject, _addressee(conversation))
        async with console.keeping(keeper):
            await self.app.push_screen_wait(
                Compose(
                    what,
                    draft,
                    send=self._sender(keeper, what),
                    statuses=statuses,
                    agents=agents,
                    now=console.now,
                    zone=console.settings.zone,
                    lang=desk.profile.lang,
                    canned_answers=lambda: self.canned_answers(row.id, kind),
                    asks_reminder_first=asks_reminder_first,
                    most_upload_bytes=desk.profile.most_upload_bytes,
                )
            )

    def _sender(
        self, keeper: DraftKeeper, what: ComposeWhat
    ) -> Callable[[Draft, datetime | None], Awaitable[None]]:
        """What hands a draft over to the outbox: from then on it is sent, whatever happens."""
        console = self.console

        async def send(draft: Draft, remind_at: datetime | None) -> None:
            outbox = console.desk.outbox
            besides = await self.plan_besides(what, draft)
            await keeper.save()
            if what.kind is DraftKind.REPLY:
                item_id = await outbox.queue_reply(
                    what.ticket_id,
                    draft.text,
                    files=draft.files,
                    status_after=draft.status_after,
                    draft=keeper.key,
                )
            else:
                item_id = await outbox.queue_note(
                    what.ticket_id,
                    draft.text,
                    assignee=AgentId(draft.remind_whom) if draft.remind_whom else None,
                    remind_at=remind_at,
                    draft=keeper.key,
                )
            keeper.end()
            noun = "Reply to" if what.kind is DraftKind.REPLY else "Note on"
            self.note_leaving(item_id, what.ticket_id, f"{noun} {what.number}")
            await self.do_besides(what, draft, besides, item_id)

        return send

    @work(group="inbox-compose", exclusive=True, exit_on_error=False)
    async def action_ticket_create(self) -> None:
        console, desk = self.console, self.console.desk
        key = DraftKey(None, DraftKind.CREATE)
        try:
            stored = await desk.drafts.load(key)
            types = await desk.terms(TermKind.TYPE)
            agents = await desk.agents()
        except DeskeroError as error:
            console.say(error.user_message, is_wrong=True)
            return
        draft = NewTicketDraft.of(stored.draft) if stored else NewTicketDraft()
        keeper = DraftKeeper(
            desk.drafts, key, draft.kept, revision=stored.revision if stored else None
        )
        async with console.keeping(keeper):
            await self.app.push_screen_wait(
                NewTicketForm(
                    draft,
                    find_customers=desk.find_customers,
                    types=types,
                    agents=agents,
                    send=self._creator(keeper),
                    most_upload_bytes=desk.profile.most_upload_bytes,
                )
            )

    def _creator(self, keeper: DraftKeeper) -> Callable[[NewTicketDraft], Awaitable[None]]:
        """What hands a new ticket over to the outbox. A new customer has to exist before."""
        console = self.console

        async def send(draft: NewTicketDraft) -> None:
            if draft.customer is None:
                name, email = draft.new_customer_name.strip(), draft.new_customer_email.strip()
                customer_id = await console.desk.create_customer(name, email)
                draft.customer = Choice(customer_id, safe_line(name), safe_line(email))
            await keeper.save()
            item_id = await console.desk.outbox.queue_create(
                NewTicket(
                    subject=draft.subject,
                    description=draft.description,
                    customer=CustomerId(draft.customer.id),
                    type=TypeId(draft.type or ""),
                    assignee=AgentId(draft.assignee) if draft.assignee else None,
                    is_priority=draft.is_priority,
                ),
                files=draft.files,
                draft=keeper.key,
            )
            keeper.end()
            self.note_leaving(item_id, None, "New ticket")

        return send

    # -- fields --------------------------------------------------------------------------------

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_assign(self) -> None:
        if row := self.target():
            agents = [NOBODY, *await self._choices(self.console.desk.agents())]
            chosen = await self._chosen("Assign to", agents, current=row.assignee_id or "")
            if chosen:
                self._change(
                    row,
                    TicketPatch(assignee=AgentId(chosen.id) if chosen.id else None),
                    f"assigned to {chosen.label}",
                )

    def action_ticket_take(self) -> None:
        me = self.console.desk.me
        if me is None:
            self.console.say(
                "It is not known which agent you are: set DESKERO_AGENT to your name.",
                is_wrong=True,
            )
        elif row := self.target():
            self._change(row, TicketPatch(assignee=me), "taken")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_status(self) -> None:
        if row := self.target():
            statuses = await self._choices(self.console.desk.terms(TermKind.STATUS))
            chosen = await self._chosen("Status", statuses, current=row.status)
            if chosen:
                self._change(row, TicketPatch(status=chosen.id), f"is now {chosen.label}")

    def action_ticket_solve(self) -> None:
        if row := self.target():
            self.go_to_next()
            self._change(row, TicketPatch(status="solved"), "solved")

    def action_ticket_priority(self) -> None:
        if row := self.target():
            said = "has no priority now" if row.is_priority else "has priority now"
            self._change(row, TicketPatch(is_priority=not row.is_priority), said)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_tags(self) -> None:
        row = self.target()
        if row is None:
            return
        try:
            ticket = await self.console.desk.ticket(row.id)
            known = await self.console.desk.tags()
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
            return
        tags = await self.app.push_screen_wait(
            ChooseMany(SafeText(f"Tags of {row.number}"), known, chosen=ticket.tags, may_add=True)
        )
        if tags is not None and tags != ticket.tags:
            self._change(row, TicketPatch(tags=tags), "has other tags now")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_move(self) -> None:
        row = self.target()
        if row is None:
            return
        desk = self.console.desk
        lists = {
            "Type": await self._choices(desk.terms(TermKind.TYPE)),
            "Area": [NONE, *await self._choices(desk.terms(TermKind.AREA))],
            "Group": [NONE, *await self._choices(desk.terms(TermKind.GROUP))],
        }
        offered = [(kind, choice) for kind, choices in lists.items() for choice in choices]
        chosen = await self._chosen(
            f"Move {row.number}",
            [
                Choice(str(place), SafeText(f"{kind}: {choice.label}"))
                for place, (kind, choice) in enumerate(offered)
            ],
        )
        if chosen:
            kind, choice = offered[int(chosen.id)]
            self._change(row, _move(kind, choice.id), f"{kind.lower()} is now {choice.label}")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_delete(self) -> None:
        if row := self.target():
            question = f"Delete {row.number} “{row.subject}” for everybody, for good?"
            if await self.app.push_screen_wait(
                Confirm(SafeText(question), yes="Delete", no="Keep")
            ):
                self._delete(row)

    # -- private -------------------------------------------------------------------------------

    @work(group="inbox-acting", exit_on_error=False)
    async def _delete(self, row: TicketRow) -> None:
        try:
            item_id = await self.console.desk.outbox.queue_delete(row.id)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
        else:
            self.note_leaving(item_id, row.id, f"Deletion of {row.number}")

    @work(group="inbox-acting", exit_on_error=False)
    async def _change(self, row: TicketRow, patch: TicketPatch, said: str) -> None:
        """Queues a change of fields; what becomes of it is said when it is known."""
        try:
            [item_id] = await self.console.desk.outbox.queue_change([row.id], patch)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
        else:
            self.note_changed(item_id, row.id, f"{row.number} {said}: {row.subject}")

    async def _choices(self, choices: Awaitable[Sequence[Choice]]) -> Sequence[Choice]:
        """The entries of a look-up list; none, and said why, when the store cannot be read."""
        try:
            return await choices
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
            return ()

    async def _chosen(
        self, title: str, choices: Sequence[Choice], *, current: str | None = None
    ) -> Choice | None:
        return await self.app.push_screen_wait(Choose(SafeText(title), choices, current=current))


def _addressee(conversation: Conversation) -> SafeText:
    """Whom a reply goes to: name, address and company as the head of the ticket says them."""
    return next((fact.value for fact in conversation.facts if fact.name == "From"), SafeText(""))


def _with_quote(text: str, conversation: Conversation, now: datetime) -> str:
    """The draft with the customer's last word quoted below it."""
    message = conversation.last_from_customer
    said = "\n".join(part.text for part in message.parts if not part.is_quote)
    when = f"{message.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}" if message.at else ""
    quote = quoted(said, author=message.author, when=when)
    return f"{text}\n\n{quote}\n" if text.strip() else f"\n\n{quote}\n"


def _move(kind: str, chosen: str) -> TicketPatch:
    match kind:
        case "Type":
            return TicketPatch(type=TypeId(chosen))
        case "Area":
            return TicketPatch(area=AreaId(chosen) if chosen else None)
        case _:
            return TicketPatch(group=GroupId(chosen) if chosen else None)
