"""Canned answers and macros from the main screen: chosen, made for the ticket, done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from textual import events, work
from typing_extensions import override

from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.tui.commands.table import BOTH, COMMANDS
from deskero_tui.tui.screens.ticket_actions import TicketActions

if TYPE_CHECKING:
    from deskero_tui.domain.macros.library import Library, Macro, MacroId
    from deskero_tui.domain.macros.plan import Plan
    from deskero_tui.domain.outbox.drafts import DraftKind
    from deskero_tui.domain.outbox.items import ItemId
    from deskero_tui.tui.compose.draft_state import ComposeWhat, Draft
    from deskero_tui.tui.dialogs.macro_picker import MacroPick, MacroPicker

_COMMAND_KEYS: Final = frozenset(
    key for command in COMMANDS if command.places & BOTH for key in command.keys
)


class MacroActions(TicketActions):
    """The part of the main screen that runs macros.

    A macro with a text opens the writing, and what it changes is done once that is sent; one
    without is done when it is chosen.
    """

    # -- choosing ------------------------------------------------------------------------------

    async def choose_macro(self, row: TicketRow) -> None:
        """Lets the agent choose a macro for one ticket, and does it."""
        await self._choose(row, await self._library())

    async def pick_macro(self, row: TicketRow) -> MacroPick | None:
        """Lets the agent choose a macro, shown as it is for `row`; nothing is done with it.

        Raises:
            DeskeroError: The store cannot be read, or no longer holds the ticket.
        """
        library = await self._library()
        picker = await self._picker(row.id, library, list(library.macros.values()))
        return await self.app.push_screen_wait(picker)

    def on_key(self, event: events.Key) -> None:
        """A key that no command has may be that of a macro."""
        signs = {event.key, event.character or ""} - {""}
        # The table first: it is looked at with every key, and this is what costs nothing.
        if not signs & _COMMAND_KEYS and not signs & self.active_bindings.keys():
            self.run_macro_with(signs)

    @work(group="inbox-choose", exit_on_error=False)
    async def run_macro_with(self, signs: set[str]) -> None:
        """Run the macro that has one of these keys, if there is one, on the ticket of now."""
        row = self.target_now()
        library = await self._library()
        macro = next(filter(None, map(library.with_key, sorted(signs))), None)
        if macro is None:
            return
        if row is not None:
            await self._choose(row, library, at_once=macro)
        else:
            # It says why there is none.
            self.target()

    async def _choose(
        self, row: TicketRow, library: Library, *, at_once: Macro | None = None
    ) -> None:
        """Lets the agent choose and does it. `at_once` needs no choice if nothing is to be asked.

        What changes fields without being looked over elsewhere is always shown first.
        """
        from deskero_tui.domain.macros.library import MacroKind
        from deskero_tui.domain.outbox.drafts import DraftKind

        try:
            picker = await self._picker(
                row.id,
                library,
                list(library.macros.values()),
                current=at_once.id if at_once else None,
            )
            pick = picker.picked_at_once(at_once) if at_once else None
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
            return
        if pick is None:
            pick = await self.app.push_screen_wait(picker)
        if pick is None:
            return
        if pick.macro.kind is MacroKind.NONE:
            self._change_by(row, pick)
        else:
            self.open_writing(row, DraftKind(pick.macro.kind.value), macro=pick)

    @override
    async def canned_answers(self, ticket_id: TicketId, kind: DraftKind) -> MacroPicker:
        from deskero_tui.domain.outbox.drafts import DraftKind

        library = await self._library()
        macros = library.with_text(for_customers=kind is DraftKind.REPLY)
        return await self._picker(ticket_id, library, macros, texts_only=True)

    async def _library(self) -> Library:
        """All macros as they are on the disk now."""
        return await asyncio.to_thread(self.console.settings.macros.library)

    async def _picker(
        self,
        ticket_id: TicketId,
        library: Library,
        macros: list[Macro],
        *,
        texts_only: bool = False,
        current: MacroId | None = None,
    ) -> MacroPicker:
        from deskero_tui.sync.macro_run import scene_of
        from deskero_tui.tui.dialogs.macro_picker import MacroPicker

        settings = self.console.settings
        return MacroPicker(
            macros,
            await scene_of(self.console.desk, ticket_id, zone=settings.zone),
            mistakes=library.mistakes,
            own_folder=settings.macros.own_folder,
            texts_only=texts_only,
            current=current,
        )

    # -- doing ---------------------------------------------------------------------------------

    @work(group="inbox-acting", exit_on_error=False)
    async def _change_by(self, row: TicketRow, pick: MacroPick) -> None:
        if not pick.plan.patch.changed and pick.plan.remind_at is None:
            self.console.say(f"{row.number} has all of that already: {pick.plan.in_words}")
            return
        try:
            await self._queue(row.id, row.number, pick.plan, pick.macro.title)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)

    @override
    async def plan_besides(self, what: ComposeWhat, draft: Draft) -> Plan:
        from deskero_tui.domain.macros.plan import Plan
        from deskero_tui.sync.macro_run import scene_of
        from deskero_tui.tui.compose.draft_state import Then

        then = draft.then
        if not then.changes.are_any:
            return Plan()
        console = self.console
        scene = await scene_of(console.desk, what.ticket_id, zone=console.settings.zone)
        try:
            return scene.plan(then.changes)
        except BadInput as error:
            draft.then = Then()
            raise BadInput(
                f"{error.user_message} Left out: {then.in_words}. y sends the text alone."
            ) from error

    @override
    async def do_besides(self, what: ComposeWhat, draft: Draft, plan: Plan, sent: ItemId) -> None:
        try:
            await self._queue(what.ticket_id, what.number, plan, draft.then.about, behind=sent)
        except DeskeroError as error:
            words = f"It is sent, but not {plan.in_words}: {error.user_message}"
            self.console.say(words, is_wrong=True)

    async def _queue(
        self,
        ticket_id: TicketId,
        number: str,
        plan: Plan,
        about: str,
        *,
        behind: ItemId | None = None,
    ) -> None:
        """Queues what is changed, and lets `u` take it back.

        Raises:
            DeskeroError: It cannot be kept.
        """
        from deskero_tui.sync.macro_run import queue_plan

        self.begin_work_on(ticket_id)
        outbox = self.console.desk.outbox
        # One batch with the text, so that it waits where the text waits.
        batch = None if behind is None else await outbox.batch_of(behind)
        queued = await queue_plan(outbox, ticket_id, plan, about=about, batch=batch)
        if queued.reminder is not None:
            what = f"Reminder on {number}"
            self.note_leaving(queued.reminder, ticket_id, what, behind=behind)
        if queued.change is not None:
            said = f"{number}: {plan.in_words}"
            self.note_changed(queued.change, ticket_id, said, behind=behind)
