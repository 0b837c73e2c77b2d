"""The watch over the agent's reminders: tells what falls due, takes note of what is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from sqlite3 import Connection
from typing import Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import reminders
from deskero_tui.store.database import Database
from deskero_tui.sync.events import Event, RemindersDue, TicketsChanged

_log = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 60.0
"""However far the next reminder is: a machine that slept, or a clock that was set, is noticed."""
SHORTEST_WAIT_S: Final = 0.01


class Reminders:
    """The watch over one agent's reminders. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        me: Callable[[], AgentId | None],
        tell: Callable[[Event], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._me = me
        self._tell = tell
        self._wake = asyncio.Event()
        self._looked_ms = to_ms(clock.now())

    def look_again(self) -> None:
        """Something may remind of another moment than before."""
        self._wake.set()

    async def run(self) -> None:
        """Watches for ever: it sleeps until the next reminder is due. Trouble does not end it."""
        while True:
            self._wake.clear()
            wait_s = await self._look_safely()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()

    async def _look_safely(self) -> float:
        try:
            return await self.look()
        except DeskeroError as error:
            _log.warning("reminders: %s: %s", type(error).__name__, error.detail)
            return LONGEST_WAIT_S

    async def look(self) -> float:
        """Tells what has fallen due since the last look; seconds until there can be more.

        What no program of this account has told before is told as this one's to announce.

        Raises:
            StoreBroken: The store cannot be used; it is looked again later.
        """
        me, looked_ms, now_ms = self._me(), self._looked_ms, to_ms(self._clock.now())
        if me is None:
            return LONGEST_WAIT_S

        def read(connection: Connection) -> tuple[int | None, int | None, bool]:
            return (
                reminders.next_due_ms(connection, me, after_ms=looked_ms),
                reminders.next_due_ms(connection, me, after_ms=now_ms),
                reminders.has_untold(connection, me, now_ms=now_ms),
            )

        since_ms, next_ms, is_untold = await self._database.read(read)
        self._looked_ms = now_ms
        told = []
        if is_untold:
            told = await self._database.write(lambda c: reminders.claim(c, me, now_ms=now_ms))
        if told or (since_ms is not None and since_ms <= now_ms):
            self._tell(RemindersDue(tuple(told)))
        if next_ms is None:
            return LONGEST_WAIT_S
        return min(max((next_ms - now_ms) / 1000, SHORTEST_WAIT_S), LONGEST_WAIT_S)

    async def done(self, ticket_id: TicketId) -> None:
        """Takes note that what was due on a ticket has been done.

        The wire has no such thing, and any change of the ticket would be seen by everybody: it is
        noted in this store alone, for all programs of this account on it.

        Raises:
            BadInput: Nothing is due on it for us.
            StoreBroken: It could not be kept.
        """
        me, now_ms = self._me(), to_ms(self._clock.now())

        def write(connection: Connection) -> bool:
            from deskero_tui.store.pending import show_pending

            if me is None or not reminders.set_done(connection, ticket_id, me, now_ms=now_ms):
                return False
            show_pending(connection, [ticket_id])
            return True

        if not await self._database.write(write, durable=True):
            raise BadInput("No reminder of yours is due on this ticket.")
        self._tell(TicketsChanged(frozenset([ticket_id])))
