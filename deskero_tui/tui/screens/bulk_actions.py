"""One action on many tickets: shown before, counted while it goes, with a receipt and one undo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from textual import work
from textual.timer import Timer
from textual.worker import Worker, get_current_worker
from typing_extensions import override

from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.sync.events import OutboxChanged
from deskero_tui.tui.screens.outbox_actions import OutboxActions

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.bulk import Receipt
    from deskero_tui.domain.outbox.items import ItemId
    from deskero_tui.domain.outbox.outgoing import TicketPatch
    from deskero_tui.sync import bulk
    from deskero_tui.tui.dialogs.fact_lines import Fact
    from deskero_tui.tui.dialogs.macro_picker import MacroPick

PROGRESS_S: Final = 0.3
"""Between two looks at how far a batch is."""
MOST_SHOWN: Final = 500
"""Tickets that are listed before they are changed; the rest is counted."""
STOPPED: Final = "Stopped, nothing has been changed"
TOLD_EVERY: Final = 50
"""Tickets between two words about how many are read."""
QUIET_COUNT: Final = 200
"""Up to that many tickets are read before anybody asks what goes on."""


class BulkActions(OutboxActions):
    """The part of the main screen that acts on all marked tickets."""

    def __init__(self) -> None:
        super().__init__()
        self._batch_said: dict[str, str] = {}
        """What each batch of this console comes to, the last one last."""
        self._batch_of: dict[ItemId, str] = {}
        self._progress: Timer | None = None
        self._preparing: Worker[object] | None = None
        """What Esc stops."""
        self._is_reading_said = False
        """The status line says how far it is."""

    # -- before --------------------------------------------------------------------------------

    @property
    def is_preparing(self) -> bool:
        """Whether a command reads many tickets before it asks or changes anything."""
        return self._preparing is not None

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Let Esc stop the command that runs here, in a worker, until the block ends."""
        worker = get_current_worker()
        self._preparing = worker
        try:
            yield
        finally:
            if self._preparing is worker:
                self._preparing = None
                if self._is_reading_said:
                    self.say("")
            self._is_reading_said = False

    def stop_preparing(self) -> bool:
        """Stop the command that prepares its question; whether there was one."""
        worker, self._preparing = self._preparing, None
        if worker is None:
            return False
        worker.cancel()
        self.say(STOPPED)
        return True

    def say_reading(self, count: int, total: int) -> None:
        """Say how many of all tickets are read; of a few nothing is said."""
        if count < total > QUIET_COUNT:
            self._is_reading_said = True
            key = self.console.key_hint("app.back")
            self.say(f"Reading {count:,} of {total:,} tickets, {key} stops ...")

    @override
    async def change_many(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        from deskero_tui.tui.dialogs.fact_lines import Fact

        patches = {row.id: patch_of(row) for row in rows}
        left = [row for row in rows if not _has_it(row, patches[row.id])]
        if not left:
            self.say(f"All {len(rows)} tickets have that already.")
            return
        facts = []
        if len(left) < len(rows):
            facts.append(Fact(SafeText(""), safe_line(f"{len(rows) - len(left)} have it already.")))
        if not await self._is_wanted(left, said, facts):
            return

        changes = [(row.id, patches[row.id]) for row in left]
        self._queue_changes(changes, f"{_tickets(left)} {said}")

    @work(group="inbox-acting", exit_on_error=False)
    async def _queue_changes(self, changes: bulk.Changes, said: str) -> None:
        from deskero_tui.sync import bulk

        def tell(count: int) -> None:
            self.say(f"{count} of {len(changes)} are in the outbox ...")

        try:
            batch = await bulk.queue_changes(self.console.desk, changes, tell=tell)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            await self.follow(batch, said)

    @override
    async def do_to_many(
        self,
        rows: Sequence[TicketRow],
        queue: Callable[[TicketRow, str], Awaitable[object]],
        said: str,
        *,
        facts: Sequence[Fact] = (),
    ) -> None:
        if await self._is_wanted(rows, said, facts):
            self._queue_each(rows, queue, f"{_tickets(rows)} {said}")

    @work(group="inbox-acting", exit_on_error=False)
    async def _queue_each(
        self,
        rows: Sequence[TicketRow],
        queue: Callable[[TicketRow, str], Awaitable[object]],
        said: str,
    ) -> None:
        from deskero_tui.sync import bulk

        batch = uuid4().hex
        try:
            for count, row in enumerate(rows, start=1):
                await queue(row, batch)
                if not count % bulk.AT_A_TIME:
                    self.say(f"{count} of {len(rows)} are in the outbox ...")
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        await self.follow(batch, said)

    async def _is_wanted(self, rows: Sequence[TicketRow], said: str, facts: Sequence[Fact]) -> bool:
        """Shows what will change, ticket by ticket, and asks."""
        from deskero_tui.tui.dialogs.decide import ActionDialog, Answer
        from deskero_tui.tui.dialogs.fact_lines import Fact, heading

        listed = [Fact(row.number, _as_it_is(row)) for row in rows[:MOST_SHOWN]]
        if len(rows) > MOST_SHOWN:
            listed.append(Fact(SafeText(""), SafeText(f"and {len(rows) - MOST_SHOWN} more")))
        answer = await self.app.push_screen_wait(
            ActionDialog(
                safe_line(f"{_tickets(rows)}: {said}"),
                [*facts, heading(SafeText("As they are now")), *listed],
                [Answer("y", "do it", True)],
            )
        )
        if answer:
            self.forget_marks()
        return bool(answer)

    def forget_marks(self) -> None:
        """What was marked has been acted upon."""

    # -- macros --------------------------------------------------------------------------------

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_macro(self) -> None:
        rows = await self.targets()
        try:
            if len(rows) == 1:
                await self.choose_macro(rows[0])
            elif rows:
                pick = await self.pick_macro(rows[0])
                if pick is not None:
                    await self._run_on_many(rows, pick)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    async def _run_on_many(self, rows: Sequence[TicketRow], pick: MacroPick) -> None:
        """Fills the macro in for each ticket; one that lacks a value is left out and named."""
        from deskero_tui.domain.macros.library import MacroKind
        from deskero_tui.sync.macro_run import queue_macro, scene_of
        from deskero_tui.tui.dialogs.fact_lines import Fact, Look

        desk, zone = self.console.desk, self.console.settings.zone
        ready: list[TicketRow] = []
        flaws: list[Fact] = []
        with self.preparing():
            for count, row in enumerate(rows):
                if not count % TOLD_EVERY:
                    self.say_reading(count, len(rows))
                scene = await scene_of(desk, row.id, zone=zone)
                made = scene.filled(pick.macro, pick.answers)
                try:
                    scene.plan(made.changes)
                except BadInput as error:
                    flaws.append(Fact(row.number, safe_line(error.user_message), Look.WARNING))
                    continue
                if made.missing:
                    lacks = f"left out: there is no {', '.join(made.missing)}"
                    flaws.append(Fact(row.number, safe_line(lacks), Look.WARNING))
                else:
                    ready.append(row)
        if not ready:
            self.say("None of the marked tickets has all that this macro needs.", is_wrong=True)
            return

        async def queue(row: TicketRow, batch: str) -> None:
            scene = await scene_of(desk, row.id, zone=zone)
            made = scene.filled(pick.macro, pick.answers)
            plan = scene.plan(made.changes)
            await queue_macro(desk.outbox, row.id, pick.macro, made.text, plan, batch=batch)

        text = [] if pick.macro.kind is MacroKind.NONE else [Fact(SafeText("Text"), _first(pick))]
        await self.do_to_many(
            ready, queue, f"answered by {pick.macro.title}", facts=[*text, *flaws]
        )

    # -- meanwhile and after -------------------------------------------------------------------

    async def follow(self, batch: str, said: str) -> None:
        """Remembers a batch for `u` and the receipt, and says how it goes."""
        items = await self.console.desk.outbox.items_of_batch(batch)
        if not items:
            return
        self._batch_said[batch] = said
        self._batch_of.update({item.id: batch for item in items})
        self.note_batch(batch, said)
        self.say(f"{said}: {len(items)} on their way")
        self._look_soon()

    @override
    def outbox_changed(self, event: OutboxChanged) -> None:
        if event.item_id in self._batch_of:
            self._look_soon()
        else:
            super().outbox_changed(event)

    def _look_soon(self) -> None:
        if self._progress is None:
            self._progress = self.set_timer(PROGRESS_S, self._tell_progress)

    @work(group="inbox-progress", exit_on_error=False)
    async def _tell_progress(self) -> None:
        from deskero_tui.sync import bulk

        self._progress = None
        if not self._batch_said:
            return
        batch, said = list(self._batch_said.items())[-1]
        try:
            receipt = await bulk.receipt(self.console.desk, batch)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        if self.console.appearance.is_calm and not receipt.is_over:
            return
        way = self.console.key_hint("app.receipt")
        shows = f"; {way} has the receipt" if receipt.failed else ""
        self.say(f"{said}: {receipt.in_words}{shows}", is_wrong=bool(receipt.failed))

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_app_receipt(self) -> None:
        """What became of the last change of many, ticket by ticket."""
        from deskero_tui.sync import bulk
        from deskero_tui.tui.dialogs.receipt import AfterReceipt, ReceiptSheet

        if not self._batch_said:
            self.say("Nothing has been done to several tickets at once.")
            return
        batch, said = list(self._batch_said.items())[-1]
        desk = self.console.desk

        async def read() -> Receipt:
            return await bulk.receipt(desk, batch)

        try:
            numbers = await self._numbers(await read())
            answer = await self.app.push_screen_wait(
                ReceiptSheet(safe_line(said), read, numbers=numbers)
            )
            match answer:
                case AfterReceipt.RETRY:
                    count = await bulk.retry(desk, batch)
                    self.say(f"{count} go again")
                case AfterReceipt.WRITE:
                    await self._write(await read(), numbers)
                case AfterReceipt.UNDO:
                    await self.undo_batch(batch, said)
                case None:
                    pass
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    async def _numbers(self, receipt: Receipt) -> dict[TicketId, SafeText]:
        """What people call the tickets of a receipt; those that are gone have none."""
        ids = [line.ticket_id for line in receipt.lines if line.ticket_id is not None]
        return {row.id: row.number for row in await self.console.desk.rows_of_tickets(ids)}

    async def _write(self, receipt: Receipt, numbers: dict[TicketId, SafeText]) -> None:
        from deskero_tui.domain.outbox.bulk import receipt_csv
        from deskero_tui.sync.files import write_file

        async def content() -> AsyncIterator[bytes]:
            yield receipt_csv(receipt, numbers).encode()

        settings = self.console.settings
        name = f"receipt-{self.console.now():%Y-%m-%d-%H%M}.csv"
        place = await write_file(settings.download_folder, name, content())
        self.say(f"The receipt is {settings.allowances.place_in_words(place)}")

    @override
    async def undo_batch(self, batch: str, said: str) -> None:
        """Takes a whole batch back, and says what stays as it is."""
        from deskero_tui.sync import bulk

        self._batch_said.pop(batch, None)
        undone = await bulk.undo(self.console.desk, batch)
        if undone.batch is not None:
            await self.follow(undone.batch, f"Undone: {said}")
        count = undone.taken_back + undone.changed_back
        declined = len(undone.declined)
        if not declined:
            self.say(f"Undone on {count} tickets: {said}")
            return
        reason = undone.declined[0][1]
        self.say(f"Undone on {count} tickets, {declined} stay as they are: {reason}", is_wrong=True)


def _tickets(rows: Sequence[TicketRow]) -> str:
    return "1 ticket" if len(rows) == 1 else f"{len(rows)} tickets"


def _has_it(row: TicketRow, patch: TicketPatch) -> bool:
    """Whether a ticket is so already, as far as the list tells."""
    told = {
        "status": row.status,
        "assignee": row.assignee_id,
        "is_priority": row.is_priority,
    }
    return patch.changed <= told.keys() and all(
        getattr(patch, name) == told[name] for name in patch.changed
    )


def _as_it_is(row: TicketRow) -> SafeText:
    who = row.assignee or SafeText("nobody")
    sign = "! " if row.is_priority else ""
    return SafeText(f"{sign}{row.status_label}, {who}: {row.subject}")


def _first(pick: MacroPick) -> SafeText:
    return safe_line(pick.text, max_chars=300)
