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

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.terminal.frame_timing import PromptScreen

if TYPE_CHECKING:
    from deskero_tui.domain.macros.plan import Plan
    from deskero_tui.domain.outbox.drafts import DraftKind
    from deskero_tui.domain.outbox.items import ItemId
    from deskero_tui.domain.outbox.outgoing import TicketPatch
    from deskero_tui.domain.records.conversation import Conversation
    from deskero_tui.tui.app import DeskeroApp
    from deskero_tui.tui.compose.autosave import DraftAutosaver
    from deskero_tui.tui.compose.draft_state import ComposeWhat, Draft, NewTicketDraft
    from deskero_tui.tui.compose.writing_screen import WritingScreen
    from deskero_tui.tui.dialogs.fact_lines import Fact
    from deskero_tui.tui.dialogs.macro_picker import MacroPick, MacroPicker
    from deskero_tui.tui.widgets.ticket_list import TicketList


class TicketActions(PromptScreen[None]):
    """The half of the main screen that acts on tickets."""

    @property
    def console(self) -> DeskeroApp:
        """The application, by its own type."""
        return cast("DeskeroApp", self.app)

    @property
    @abstractmethod
    def ticket_list(self) -> TicketList:
        """The list that the agent works in."""

    @abstractmethod
    def target(self) -> TicketRow | None:
        """The ticket that a command is meant for; `None`, and said so, when there is none."""

    @abstractmethod
    def target_now(self) -> TicketRow | None:
        """As `target`, without a word."""

    @abstractmethod
    async def targets(self) -> list[TicketRow]:
        """The marked tickets, in the order of the list, else what `target` says.

        Empty, and said so, when there is none.
        """

    @abstractmethod
    async def change_many(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        """Changes several tickets at once, after the agent has seen what will change.

        `said` is what each of them comes to: `assigned to Bert Lund`.
        """

    @abstractmethod
    async def do_to_many(
        self,
        rows: Sequence[TicketRow],
        queue: Callable[[TicketRow, str], Awaitable[object]],
        said: str,
        *,
        facts: Sequence[Fact] = (),
    ) -> None:
        """As `change_many`, for anything else that is queued ticket by ticket.

        `queue` is handed a ticket and the name of the batch. `facts` stand above the tickets.
        """

    @abstractmethod
    def go_to_next(self) -> None:
        """Puts the cursor on the next ticket."""

    @abstractmethod
    def open_next(self, after: TicketId) -> None:
        """Opens the ticket that follows `after` in the view, or says that there is none."""

    @abstractmethod
    def begin_work_on(self, ticket_id: TicketId) -> None:
        """Something is about to be done to this ticket: should it leave the view, that is why."""

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
        from deskero_tui.domain.outbox.drafts import DraftKey
        from deskero_tui.domain.outbox.merge import baseline_of
        from deskero_tui.tui.compose.autosave import DraftAutosaver
        from deskero_tui.tui.compose.draft_state import ComposeWhat, Draft
        from deskero_tui.tui.compose.screen import Compose

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
        keeper = DraftAutosaver(
            desk.drafts,
            key,
            lambda: draft.kept(baseline),
            revision=stored.revision if stored else None,
        )
        if quotes:
            draft.text = _with_quote(draft.text, conversation, console.now())
        if macro is not None:
            draft.add(macro.macro, macro.text, status_after=macro.status)
        what = ComposeWhat(kind, row.id, row.number, row.subject, _addressee(conversation))
        goes_on = await self.write_on(
            keeper,
            lambda: Compose(
                what,
                draft,
                send=self._sender(keeper, what),
                is_kept=lambda: console.keepers.is_kept(keeper),
                statuses=statuses,
                agents=agents,
                now=console.now,
                zone=console.settings.zone,
                lang=desk.profile.lang,
                canned_answers=lambda: self.canned_answers(row.id, kind),
                asks_reminder_first=asks_reminder_first,
                most_upload_bytes=desk.profile.most_upload_bytes,
                file_root=console.settings.allowances.file_root,
            ),
        )
        if goes_on:
            self.open_next(row.id)

    async def write_on(
        self, keeper: DraftAutosaver, sheet_of: Callable[[], WritingScreen[bool]]
    ) -> bool:
        """Keeps every word of a sheet, which stays open until it is sent or its words are kept;
        whether it was sent and the next ticket is wanted.

        Keys that were typed behind the one that leaves it are for what lies below: it goes at once,
        and comes back should its words then lie nowhere.
        """
        keepers = self.console.keepers
        async with keepers.keeping(keeper):
            while True:
                sheet = sheet_of()
                if await self.app.push_screen_wait(sheet):
                    return sheet.goes_on
                await keepers.keep(keeper)
                if keepers.is_kept(keeper):
                    return False
                if sheet.is_given_up:
                    keeper.end()
                    self.console.say("The text is thrown away.")
                    return False

    def _sender(
        self, keeper: DraftAutosaver, what: ComposeWhat
    ) -> Callable[[Draft, datetime | None], Awaitable[None]]:
        """What hands a draft over to the outbox: from then on it is sent, whatever happens."""
        from deskero_tui.domain.outbox.drafts import DraftKind
        from deskero_tui.domain.time.reminder_words import note_text, split_sign

        console = self.console

        async def send(draft: Draft, remind_at: datetime | None) -> None:
            outbox = console.desk.outbox
            besides = await self.plan_besides(what, draft)
            await keeper.save()
            self.begin_work_on(what.ticket_id)
            if what.kind is DraftKind.REPLY:
                item_id = await outbox.queue_reply(
                    what.ticket_id,
                    draft.text,
                    files=draft.files,
                    status_after=draft.status_after,
                    draft=keeper.key,
                )
            else:
                _, unless_answered = split_sign(draft.remind)
                item_id = await outbox.queue_note(
                    what.ticket_id,
                    note_text(draft.text, remind_at=remind_at, unless_answered=unless_answered),
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
        from deskero_tui.domain.outbox.drafts import DraftKey, DraftKind
        from deskero_tui.tui.compose.autosave import DraftAutosaver
        from deskero_tui.tui.compose.draft_state import NewTicketDraft
        from deskero_tui.tui.compose.new_ticket import NewTicketForm

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
        keeper = DraftAutosaver(
            desk.drafts, key, draft.kept, revision=stored.revision if stored else None
        )
        await self.write_on(
            keeper,
            lambda: NewTicketForm(
                draft,
                find_customers=desk.find_customers,
                types=types,
                agents=agents,
                send=self._creator(keeper),
                is_kept=lambda: console.keepers.is_kept(keeper),
                most_upload_bytes=desk.profile.most_upload_bytes,
                file_root=console.settings.allowances.file_root,
            ),
        )

    def _creator(self, keeper: DraftAutosaver) -> Callable[[NewTicketDraft], Awaitable[None]]:
        """What hands a new ticket over to the outbox. A new customer has to exist before."""
        from deskero_tui.domain.outbox.outgoing import NewTicket

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


def _addressee(conversation: Conversation) -> SafeText:
    """Whom a reply goes to: name, address and company as the head of the ticket says them."""
    return next((fact.value for fact in conversation.facts if fact.name == "From"), SafeText(""))


def _with_quote(text: str, conversation: Conversation, now: datetime) -> str:
    """The draft with the customer's last word quoted below it."""
    from deskero_tui.domain.text.quotes import quoted

    message = conversation.last_from_customer
    said = "\n".join(part.text for part in message.parts if not part.is_quote)
    when = f"{message.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}" if message.at else ""
    quote = quoted(said, author=message.author, when=when)
    return f"{text}\n\n{quote}\n" if text.strip() else f"\n\n{quote}\n"


def title_of(what: str, rows: Sequence[TicketRow]) -> str:
    """What a sheet is headed with: the ticket, or how many there are."""
    return f"{what}: {rows[0].number}" if len(rows) == 1 else f"{what}: {len(rows)} tickets"
