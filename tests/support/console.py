"""The real console for pilot tests: real app, real rules, real store, a desk over real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from pathlib import Path
from typing import Final

from textual import events
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.worker import Worker

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.allowances import ANYTHING, restricted_to
from deskero_tui.domain.clock import SYSTEM_CLOCK, Clock
from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.query import BUILT_IN_VIEWS, View
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.macro_files import MacroFiles
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import LinkState
from deskero_tui.sync.profile import Profile
from deskero_tui.tui.app import ConsoleSettings, DeskeroApp
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.commands.table import Place
from deskero_tui.tui.inbox.screen import NOT_SHOWN, InboxScreen
from deskero_tui.tui.keys.keymap import TABLE_KEYMAP, Keymap
from deskero_tui.tui.list_view.column_config import ColumnChoice
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.status_line import StatusLine
from deskero_tui.tui.widgets.ticket_list import TicketList
from tests.support.modal_host import picture
from tests.support.rest import resting
from tests.support.running_desk import RunningDesk

ME: Final = "Ines Marchetti"
WIDE, NORMAL, SMALL = (120, 36), (80, 24), (40, 12)
NO_CHOICE: Final[ColumnChoice] = {}
PATIENCE_S: Final = 30.0
LONG_S: Final = 3_600.0
"""Longer than any test: what goes by itself is there however slow the machine is."""
LOOK_EVERY_S: Final = 0.005
WAIT_FOR_ANSWERS: Final = frozenset({"inbox-choose", "inbox-compose", "inbox-ask"})
"""Groups of workers that stand still while a sheet is open."""


@dataclass(frozen=True)
class Console:
    """The console on a terminal that is none, and what lies behind it."""

    pilot: Pilot[int]
    app: DeskeroApp
    desk: Desk

    # -- parts ---------------------------------------------------------------------------------

    @property
    def inbox(self) -> InboxScreen:
        """The main screen, whatever lies on it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, InboxScreen))

    @property
    def tickets(self) -> TicketList:
        return self.inbox.query_one(TicketList)

    @property
    def ticket(self) -> ConversationView:
        return self.inbox.query_one(ConversationView)

    @property
    def said(self) -> str:
        """What came of the last command, as the status line has it."""
        return self.inbox.query_one(StatusLine).said

    @property
    def row(self) -> TicketRow:
        """The line under the cursor."""
        row = self.tickets.cursor_row
        assert row is not None, "there is no ticket under the cursor"
        return row

    @property
    def picture(self) -> list[str]:
        """The screen as text, a string for each line."""
        return picture(self.app)

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.picture)

    def is_in(self, place: Place) -> bool:
        """Whether that is where the agent is."""
        return self.inbox.place is place

    # -- doing ---------------------------------------------------------------------------------

    async def press(self, *keys: str) -> None:
        """Presses keys, each once what the one before it began has come to rest."""
        for _, same in groupby(keys):
            await self.pilot.press(*same)
            await self.settled()

    async def type(self, text: str) -> None:
        """Writes `text` where the cursor is, all at once, as by pasting."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()
        await self.settled()

    async def resize(self, size: tuple[int, int]) -> None:
        """Gives the terminal another size."""
        await self.pilot.resize_terminal(*size)
        await self.settled()

    async def settled(self) -> None:
        """Waits until nothing is read, written, merged or about to be shown."""
        deadline = time.monotonic() + PATIENCE_S
        await self.pilot.pause()
        while self._is_busy():
            assert time.monotonic() < deadline, f"never at rest: {self.text}"
            await asyncio.sleep(LOOK_EVERY_S)
            await self.pilot.pause()

    async def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Waits for what comes by itself, such as news from the desk."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain {what}; there is\n{self.text}"
            await asyncio.sleep(LOOK_EVERY_S)
        await self.settled()

    async def wait_for(self, *texts: str) -> None:
        """Waits until all of `texts` are on the screen."""
        await self.until(lambda: all(text in self.text for text in texts), f"for {texts}")

    def _is_busy(self) -> bool:
        """Whether something is under way that will change the picture."""
        return (
            any(self._is_at_work(worker) for worker in self.app.workers)
            or self.app.has_keys_waiting
            or self.desk._merging is not None
            or self._is_asking()
            or self._is_sending()
            or (self.tickets.row_count > 0 and self.tickets.cursor_row is None)
            or self._is_preview_owed()
        )

    def _is_at_work(self, worker: Worker[object]) -> bool:
        is_asking = isinstance(self.app.screen, ModalScreen) and worker.group in WAIT_FOR_ANSWERS
        return not worker.is_finished and not is_asking

    def _is_asking(self) -> bool:
        """Whether the desk has been asked something and has not answered."""
        running = self.desk._running
        return running is not None and any(running.client._transport._gate._under_way.values())

    def _is_sending(self) -> bool:
        """Whether something is on its way that the desk can be told now."""
        is_reachable = self.desk.link.state is LinkState.ONLINE
        may_leave = not self.desk.profile.undo_s and self.desk.outbox.counts.waiting > 0
        return is_reachable and may_leave

    def _is_preview_owed(self) -> bool:
        inbox = self.inbox
        if inbox.is_narrow or inbox.is_reading or inbox.is_zoomed or inbox.is_filtering:
            return False
        if not self.app.is_running:
            return False
        if self.ticket.conversation is None and self.ticket.empty_text == NOT_SHOWN:
            return False
        return self.tickets.cursor_ticket != self.ticket.ticket_id


def address_of(running: RunningDesk, *, api_token: str | None = None) -> DeskAddress:
    """Where a running desk answers, and what opens it."""
    return DeskAddress(
        base_url=running.base_url,
        client_id=running.client_id,
        api_token=api_token or running.api_token,
    )


@asynccontextmanager
async def console_on(
    address: DeskAddress,
    folder: Path,
    *,
    size: tuple[int, int] = WIDE,
    clock: Clock = SYSTEM_CLOCK,
    agent: str = ME,
    undo_s: float = 0.0,
    is_awaited: bool = True,
    keymap: Keymap = TABLE_KEYMAP,
    views: Sequence[View] = BUILT_IN_VIEWS,
    mistakes: Sequence[Mistake] = (),
    columns: ColumnChoice = NO_CHOICE,
    linger_s: float = 0.0,
    drop_folder: Path | None = None,
    appearance: Appearance | None = None,
) -> AsyncIterator[Console]:
    """A console on a store in `folder`, looking for news only when it is asked to.

    Its macros lie in `macros` there. With a `drop_folder` it is that of a restricted login.
    What is done leaves the list after `linger_s` seconds.
    What is sent can be taken back for `undo_s` seconds; with 0 it leaves at once. With `is_awaited`
    the console is handed out once the desk has answered and all is shown.
    """
    database = Database(folder / "store.sqlite")
    desk = Desk(
        database,
        open_client=lambda: DeskeroClient(address, clock=clock),
        profile=Profile(
            agent=agent,
            refresh_s=3_600,
            undo_s=undo_s,
            file_root=drop_folder,
            must_be_known=drop_folder is not None,
        ),
        clock=clock,
    )
    settings = ConsoleSettings(
        zone=UTC,
        download_folder=drop_folder or folder / "Downloads",
        allowances=restricted_to(drop_folder) if drop_folder else ANYTHING,
        log_file=folder / "log",
        rescue_folders=(folder / "rescued",),
        keymap=keymap,
        views=tuple(views),
        mistakes=tuple(mistakes),
        columns=columns,
        linger_s=linger_s,
        reminded_s=LONG_S,
        macros=MacroFiles(folder / "macros", now=clock.now),
        appearance=appearance or Appearance(),
    )
    app = DeskeroApp(desk, settings)
    try:
        async with resting(app, size=size) as pilot:
            console = Console(pilot, app, desk)
            if is_awaited:
                await console.until(lambda: desk.link.is_up, "for the desk")
            yield console
    finally:
        database.close()
