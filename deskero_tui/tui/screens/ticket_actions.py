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
from deskero_tui.domain.moments import BadMoment, read_back, read_moment
from deskero_tui.domain.outbox import ItemId
from deskero_tui.domain.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.quotes import quoted
from deskero_tui.domain.reminder_words import note_text, split_sign
from deskero_tui.domain.row import TicketRow
from deskero_tui.domain.terms import TermKind
from deskero_tui.domain.text import SafeText, safe_line
from deskero_tui.tui.draft_keeper import DraftKeeper
from deskero_tui.tui.modals.choose import Choose, ChooseMany
from deskero_tui.tui.modals.confirm import Confirm
from deskero_tui.tui.modals.fact_lines import Fact
from deskero_tui.tui.modals.macro_picker import MacroPick, MacroPicker
from deskero_tui.tui.modals.prompt import Prompt
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

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_note(self) -> None:
        rows = await self.targets()
        if len(rows) == 1:
            self.open_writing(rows[0], DraftKind.NOTE)
        elif rows:
            await self._note_many(rows)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_remind(self) -> None:
        rows = await self.targets()
        if len(rows) == 1:
            self.open_writing(rows[0], DraftKind.NOTE, asks_reminder_first=True)
        elif rows:
            await self._remind_of_many(rows)

    async def _note_many(self, rows: Sequence[TicketRow]) -> None:
        """The same internal note on every marked ticket: a line is enough for that."""
        text = await self.app.push_screen_wait(Prompt(SafeText(_title("The same note", rows))))
        if not text or not text.strip():
            return
        outbox = self.console.desk.outbox
        await self.do_to_many(
            rows,
            lambda row, batch: outbox.queue_note(row.id, text, batch=batch),
            "noted",
            facts=[Fact(SafeText("Note"), safe_line(text))],
        )

    async def _remind_of_many(self, rows: Sequence[TicketRow]) -> None:
        """The same reminder on every marked ticket."""
        console = self.console
        lang, now = console.desk.profile.lang, console.now()

        def flaw_of(typed: str) -> str | None:
            try:
                read_moment(typed, now=now, lang=lang)
            except BadMoment as error:
                return str(error)
            return None

        typed = await self.app.push_screen_wait(
            Prompt(
                SafeText(_title("Remind me of", rows)),
                placeholder="tomorrow 9, fri 10:30, 3d ...",
                check=flaw_of,
            )
        )
        if typed is None:
            return
        remind_at = read_moment(typed, now=now, lang=lang)
        when = safe_line(read_back(remind_at, now=now, lang=lang))
        outbox = console.desk.outbox
        await self.do_to_many(
            rows,
            lambda row, batch: outbox.queue_note(
                row.id, "Reminder", remind_at=remind_at, batch=batch
            ),
            "with a reminder",
            facts=[Fact(SafeText("Reminder"), when)],
        )

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
        if macro is not None:
            draft.add(macro.macro, macro.text, status_after=macro.status)
        what = ComposeWhat(kind, row.id, row.number, row.subject, _addressee(conversation))
        async with console.keeping(keeper):
            sheet = Compose(
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
            is_sent = await self.app.push_screen_wait(sheet)
        if is_sent and sheet.goes_on:
            self.open_next(row.id)

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
        if rows := await self.targets():
            agents = [NOBODY, *await self._choices(self.console.desk.agents())]
            current = (rows[0].assignee_id or "") if len(rows) == 1 else None
            chosen = await self._chosen(_title("Assign to", rows), agents, current=current)
            if chosen:
                patch = TicketPatch(assignee=AgentId(chosen.id) if chosen.id else None)
                await self._change(rows, lambda row: patch, f"assigned to {chosen.label}")

    @work(group="inbox-ask", exit_on_error=False)
    async def action_ticket_take(self) -> None:
        me = self.console.desk.me
        if me is None:
            self.console.say(
                "It is not known which agent you are: set DESKERO_AGENT to your name.",
                is_wrong=True,
            )
        elif rows := await self.targets():
            patch = TicketPatch(assignee=me)
            await self._change(rows, lambda row: patch, "taken")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_status(self) -> None:
        if rows := await self.targets():
            statuses = await self._choices(self.console.desk.terms(TermKind.STATUS))
            current = rows[0].status if len(rows) == 1 else None
            chosen = await self._chosen(_title("Status", rows), statuses, current=current)
            if chosen:
                patch = TicketPatch(status=chosen.id)
                await self._change(rows, lambda row: patch, f"is now {chosen.label}")

    @work(group="inbox-ask", exit_on_error=False)
    async def action_ticket_solve(self) -> None:
        if rows := await self.targets():
            if len(rows) == 1:
                self.go_to_next()
            await self._change(rows, lambda row: TicketPatch(status="solved"), "solved")

    @work(group="inbox-ask", exit_on_error=False)
    async def action_ticket_priority(self) -> None:
        if rows := await self.targets():
            is_priority = not all(row.is_priority for row in rows)
            said = "has priority now" if is_priority else "has no priority now"
            patch = TicketPatch(is_priority=is_priority)
            await self._change(rows, lambda row: patch, said)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_tags(self) -> None:
        rows = await self.targets()
        try:
            if len(rows) == 1:
                await self._set_tags(rows[0])
            elif rows:
                await self._add_and_take_tags(rows)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)

    async def _set_tags(self, row: TicketRow) -> None:
        ticket = await self.console.desk.ticket(row.id)
        known = await self.console.desk.tags()
        tags = await self.app.push_screen_wait(
            ChooseMany(SafeText(f"Tags of {row.number}"), known, chosen=ticket.tags, may_add=True)
        )
        if tags is not None and tags != ticket.tags:
            patch = TicketPatch(tags=tags)
            await self._change([row], lambda row: patch, "has other tags now")

    async def _add_and_take_tags(self, rows: Sequence[TicketRow]) -> None:
        """Of several tickets only what is chosen changes: their other tags stay as they are."""
        desk = self.console.desk
        tags = {row.id: (await desk.ticket(row.id)).tags for row in rows}
        there = sorted({tag for own in tags.values() for tag in own})
        offered = [
            *(Choice(f"+{tag.id}", SafeText(f"add {tag.label}")) for tag in await desk.tags()),
            *(Choice(f"-{tag}", safe_line(f"take away {tag}", max_chars=80)) for tag in there),
        ]
        chosen = await self.app.push_screen_wait(
            ChooseMany(SafeText(_title("Tags", rows)), offered, chosen=(), may_add=True)
        )
        if not chosen:
            return
        taken = {choice[1:] for choice in chosen if choice.startswith("-")}
        added = [choice.removeprefix("+") for choice in chosen if not choice.startswith("-")]

        def patch_of(row: TicketRow) -> TicketPatch:
            kept = [tag for tag in tags[row.id] if tag not in taken]
            return TicketPatch(tags=tuple(dict.fromkeys([*kept, *added])))

        changed = [row for row in rows if patch_of(row).tags != tags[row.id]]
        said = ", ".join([*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in sorted(taken))])
        await self._change(changed, patch_of, f"has the tags {said}")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_move(self) -> None:
        rows = await self.targets()
        if not rows:
            return
        desk = self.console.desk
        lists = {
            "Type": await self._choices(desk.terms(TermKind.TYPE)),
            "Area": [NONE, *await self._choices(desk.terms(TermKind.AREA))],
            "Group": [NONE, *await self._choices(desk.terms(TermKind.GROUP))],
        }
        offered = [(kind, choice) for kind, choices in lists.items() for choice in choices]
        chosen = await self._chosen(
            _title("Move", rows),
            [
                Choice(str(place), SafeText(f"{kind}: {choice.label}"))
                for place, (kind, choice) in enumerate(offered)
            ],
        )
        if chosen:
            kind, choice = offered[int(chosen.id)]
            patch = _move(kind, choice.id)
            await self._change(rows, lambda row: patch, f"{kind.lower()} is now {choice.label}")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_delete(self) -> None:
        rows = await self.targets()
        outbox = self.console.desk.outbox
        if len(rows) == 1:
            question = f"Delete {rows[0].number} “{rows[0].subject}” for everybody, for good?"
            if await self.app.push_screen_wait(
                Confirm(SafeText(question), yes="Delete", no="Keep")
            ):
                self._delete(rows[0])
        elif rows:
            await self.do_to_many(
                rows,
                lambda row, batch: outbox.queue_delete(row.id, batch=batch),
                "deleted for everybody, for good",
            )

    # -- private -------------------------------------------------------------------------------

    @work(group="inbox-acting", exit_on_error=False)
    async def _delete(self, row: TicketRow) -> None:
        try:
            item_id = await self.console.desk.outbox.queue_delete(row.id)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
        else:
            self.note_leaving(item_id, row.id, f"Deletion of {row.number}")

    async def _change(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        """Queues a change of fields; what becomes of it is said when it is known."""
        if len(rows) != 1:
            await self.change_many(rows, patch_of, said)
            return
        [row] = rows
        try:
            [item_id] = await self.console.desk.outbox.queue_change([row.id], patch_of(row))
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


def _title(what: str, rows: Sequence[TicketRow]) -> str:
    return f"{what}: {rows[0].number}" if len(rows) == 1 else f"{what}: {len(rows)} tickets"


def _move(kind: str, chosen: str) -> TicketPatch:
    match kind:
        case "Type":
            return TicketPatch(type=TypeId(chosen))
        case "Area":
            return TicketPatch(area=AreaId(chosen) if chosen else None)
        case _:
            return TicketPatch(group=GroupId(chosen) if chosen else None)
