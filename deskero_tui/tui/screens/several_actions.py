"""What is written once and goes to several tickets: a reply, a note, a reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from textual import work

from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.moments import BadMoment, read_back, read_moment
from deskero_tui.tui.screens.bulk_actions import BulkActions
from deskero_tui.tui.screens.ticket_actions import title_of

if TYPE_CHECKING:
    from deskero_tui.tui.compose.autosave import DraftAutosaver
    from deskero_tui.tui.compose.draft_state import ComposeWhat, Draft

MOST_NUMBERS_CHARS: Final = 300


class SeveralActions(BulkActions):
    """The part of the main screen that writes to all marked tickets, or to the one there is."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_reply(self) -> None:
        rows = await self.targets()
        if len(rows) == 1:
            self.open_writing(rows[0], DraftKind.REPLY)
        elif rows:
            self.reply_to_several(rows)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_quote(self) -> None:
        rows = await self.targets()
        if len(rows) == 1:
            self.open_writing(rows[0], DraftKind.REPLY, quotes=True)
        elif rows:
            self.say("Quoting goes to one ticket at a time.", is_wrong=True)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_note(self) -> None:
        rows = await self.targets()
        if len(rows) == 1:
            self.open_writing(rows[0], DraftKind.NOTE)
        elif rows:
            await self._note_several(rows)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_remind(self) -> None:
        rows = await self.targets()
        if len(rows) == 1:
            self.open_writing(rows[0], DraftKind.NOTE, asks_reminder_first=True)
        elif rows:
            await self._remind_of_several(rows)

    # -- a reply -------------------------------------------------------------------------------

    @work(group="inbox-compose", exclusive=True, exit_on_error=False)
    async def reply_to_several(self, rows: Sequence[TicketRow] = ()) -> None:
        """Opens the writing; its placeholders are filled in for each ticket when it is sent.

        Without `rows` it goes on with the tickets of the draft.
        """
        from deskero_tui.tui.compose.autosave import DraftAutosaver
        from deskero_tui.tui.compose.draft_state import REPLY_TO_SEVERAL, Draft
        from deskero_tui.tui.compose.screen import Compose

        console, desk = self.console, self.console.desk
        try:
            stored = await desk.drafts.load(REPLY_TO_SEVERAL)
            draft = Draft.of(stored.draft) if stored else Draft()
            rows = rows or await desk.rows_of_tickets(draft.tickets)
            statuses = await desk.terms(TermKind.STATUS)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        if not rows:
            self.say("The tickets of this reply are gone.", is_wrong=True)
            return
        draft.tickets = tuple(row.id for row in rows)
        keeper = DraftAutosaver(
            desk.drafts,
            REPLY_TO_SEVERAL,
            lambda: draft.kept(None),
            revision=stored.revision if stored else None,
        )

        async def send(draft: Draft, remind_at: datetime | None) -> None:
            await self._send_to_each(draft, keeper)

        await self.write_on(
            keeper,
            lambda: Compose(
                _addressed(rows),
                draft,
                send=send,
                is_kept=lambda: console.keepers.is_kept(keeper),
                statuses=statuses,
                agents=(),
                now=console.now,
                zone=console.settings.zone,
                lang=desk.profile.lang,
                canned_answers=lambda: self.canned_answers(rows[0].id, DraftKind.REPLY),
                most_upload_bytes=desk.profile.most_upload_bytes,
                file_root=console.settings.allowances.file_root,
                fills_in=True,
            ),
        )

    async def _send_to_each(self, draft: Draft, keeper: DraftAutosaver) -> None:
        """Puts one reply for each ticket into the outbox. Those that lack a value are left out.

        Raises:
            BadInput: No ticket has all that the text needs.
            DeskeroError: Not all could be kept. The draft has only those that are still to go.
        """
        from deskero_tui.domain.macros.placeholders import fill
        from deskero_tui.sync.macro_run import scene_of
        from deskero_tui.tui.compose.draft_state import REPLY_TO_SEVERAL

        desk, zone, batch = self.console.desk, self.console.settings.zone, uuid4().hex
        lacking: dict[TicketId, str] = {}
        texts: dict[TicketId, str] = {}
        for ticket_id in draft.tickets:
            scene = await scene_of(desk, ticket_id, zone=zone)
            text, missing = fill(draft.text, scene.sources)
            if missing:
                lacking[ticket_id] = ", ".join(missing)
            else:
                texts[ticket_id] = text
        if not texts:
            raise BadInput(f"None of these tickets has {next(iter(lacking.values()))}.")
        try:
            for ticket_id, text in texts.items():
                await desk.outbox.queue_reply(
                    ticket_id,
                    text,
                    files=draft.files,
                    status_after=draft.status_after,
                    batch=batch,
                )
                draft.tickets = tuple(one for one in draft.tickets if one != ticket_id)
        except DeskeroError:
            # Answering what is marked again must not reach those a second time that have it.
            await self._keep_marked(draft.tickets)
            raise
        keeper.end()
        await desk.drafts.forget(REPLY_TO_SEVERAL)
        await self._keep_marked(lacking)
        said = f"{len(texts)} tickets answered"
        if lacking:
            said += f" ({len(lacking)} left out and marked: no {next(iter(lacking.values()))})"
        await self.follow(batch, said)

    async def _keep_marked(self, ids: Sequence[TicketId] | dict[TicketId, str]) -> None:
        """Leaves only the marks of these tickets."""
        rows = await self.console.desk.rows_of_tickets([*ids])
        self.ticket_list.marks = frozenset(row.key for row in rows)

    # -- a note, a reminder --------------------------------------------------------------------

    async def _note_several(self, rows: Sequence[TicketRow]) -> None:
        """The same internal note on every ticket: a line is enough for that."""
        from deskero_tui.tui.dialogs.fact_lines import Fact
        from deskero_tui.tui.dialogs.prompt import Prompt

        text = await self.app.push_screen_wait(Prompt(SafeText(title_of("The same note", rows))))
        if not text or not text.strip():
            return
        outbox = self.console.desk.outbox
        await self.do_to_many(
            rows,
            lambda row, batch: outbox.queue_note(row.id, text, batch=batch),
            "noted",
            facts=[Fact(SafeText("Note"), safe_line(text))],
        )

    async def _remind_of_several(self, rows: Sequence[TicketRow]) -> None:
        """The same reminder on every ticket."""
        from deskero_tui.domain.time.reminder_words import in_words, note_text, split_sign
        from deskero_tui.tui.dialogs.fact_lines import Fact
        from deskero_tui.tui.dialogs.prompt import Prompt

        console = self.console
        lang, now = console.desk.profile.lang, console.now()

        def flaw_of(typed: str) -> str | None:
            try:
                read_moment(split_sign(typed)[0], now=now, lang=lang)
            except BadMoment as error:
                return str(error)
            return None

        typed = await self.app.push_screen_wait(
            Prompt(
                SafeText(title_of("Remind me of", rows)),
                placeholder="tomorrow 9, fri 10:30, 3d, 3d? unless answered ...",
                check=flaw_of,
            )
        )
        if typed is None:
            return
        moment, unless_answered = split_sign(typed)
        remind_at = read_moment(moment, now=now, lang=lang)
        back = read_back(remind_at, now=now, lang=lang)
        when = safe_line(in_words(back, unless_answered=unless_answered))
        note = note_text("", remind_at=remind_at, unless_answered=unless_answered)
        outbox = console.desk.outbox
        await self.do_to_many(
            rows,
            lambda row, batch: outbox.queue_note(row.id, note, remind_at=remind_at, batch=batch),
            "with a reminder",
            facts=[Fact(SafeText("Reminder"), when)],
        )


def _addressed(rows: Sequence[TicketRow]) -> ComposeWhat:
    """To whom a reply to several goes: how many, and which."""
    from deskero_tui.tui.compose.draft_state import ComposeWhat

    numbers = safe_line(", ".join(row.number for row in rows), max_chars=MOST_NUMBERS_CHARS)
    names = dict.fromkeys(row.customer for row in rows)
    to = safe_line(", ".join(names), max_chars=MOST_NUMBERS_CHARS)
    return ComposeWhat(DraftKind.REPLY, rows[0].id, SafeText(f"{len(rows)} tickets"), numbers, to)
