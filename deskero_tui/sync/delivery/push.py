"""Decides which item of the outbox moves, and when: one program per account does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, assert_never

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import (
    DeskeroError,
)
from deskero_tui.domain.outbox.items import (
    Happening,
    ItemId,
    MoveRefused,
    OutboxItem,
    State,
    remaining_s,
)
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import drafts, outbox, turns
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.backoff import Patience
from deskero_tui.sync.delivery.ledger import Ledger
from deskero_tui.sync.delivery.lock import DrainLock
from deskero_tui.sync.delivery.send import NO_ANSWER, Delivery
from deskero_tui.sync.fresh import FreshReads
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

_log = logging.getLogger(__name__)

AT_ONCE: Final = 4
"""Tickets that are written to at the same time."""
LOOKED_AT: Final = 64
"""Items that are considered in one round; with a bulk change thousands may wait."""
LEAVE_S: Final = 5.0
"""How long a request under way may take to end when the program does; then it is cut off, and what
became of it is found out at the next start."""


class Push:
    """The drainer of one account in this program. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        client: DeskeroClient,
        fresh: FreshReads,
        ledger: Ledger,
        clock: Clock,
        profile: Profile,
        *,
        on_unreachable: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_unreachable` is called when something could not be sent because nobody answered."""
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._profile = profile
        self._patience = Patience(clock)
        self._delivery = Delivery(
            database, client, fresh, ledger, clock, profile, self._patience, on_unreachable
        )
        self._look_gaps = [timedelta(seconds=gap_s) for gap_s in profile.look_gaps_s]
        self._lock = DrainLock(database.path)
        self._wake = asyncio.Event()
        self._running: dict[ItemId, asyncio.Task[None]] = {}
        self._ends: dict[tuple[ItemId, int], float] = {}
        """When a span is over on the monotonic clock, by item and by when it should be over on the
        wall clock: measured from when it was first seen, so that neither jump matters."""
        self._next_look_s = 0.0

    # -- life ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Sends for ever. No trouble with desk or store ends it."""
        while True:
            try:
                wait_s = await self.round()
            except DeskeroError as error:
                _log.error("cannot look into the outbox: %s", error.detail or error.user_message)
                wait_s = self._profile.drain_retry_s
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    def wake(self) -> None:
        """Makes the drainer look now: something was queued or decided."""
        self._wake.set()

    def link_is_back(self) -> None:
        """The desk answers again: what only waited for that need not wait longer."""
        if not self._patience.is_pause_asked and self._patience.pause_ends_s:
            self._patience.end_pause()
            self._wake.set()

    async def stop(self) -> None:
        """Lets requests under way end, at most for `LEAVE_S`; then gives the lock to others."""
        for item_id, task in self._running.items():
            if item_id not in self._delivery.leaving:
                task.cancel()
        if self._running:
            await asyncio.wait(self._running.values(), timeout=LEAVE_S)
        for task in self._running.values():
            task.cancel()
        if self._running:
            await asyncio.wait(self._running.values())
        self._lock.release()

    async def at_rest(self) -> None:
        """Waits until every item under way has come to its end."""
        while self._running:
            await asyncio.wait(self._running.values())
            self._reap()

    # -- what is due ---------------------------------------------------------------------------

    async def round(self) -> float:
        """Starts every item that is due; seconds until another could be.

        Raises:
            StoreBroken: The store cannot be used just now.
        """
        self._reap()
        self._look()
        if not self._ledger.counts.waiting:
            if not self._running:
                self._lock.release()
            return self._profile.drain_retry_s
        if not self._lock.is_held and not await self._take_lock():
            return self._profile.drain_retry_s
        if len(self._running) >= AT_ONCE:
            return self._profile.drain_retry_s
        heads = await self._database.read(lambda c: turns.heads(c, most=LOOKED_AT))
        self._forget_spans({item.id for item in heads})
        wait_s = self._profile.drain_retry_s
        for item in heads:
            if item.id in self._running:
                continue
            item_wait_s = self._wait_s(item)
            if item_wait_s > 0:
                wait_s = min(wait_s, item_wait_s)
            elif len(self._running) < AT_ONCE:
                self._running[item.id] = asyncio.create_task(
                    self._go_on(item), name=f"push-{item.id}"
                )
        return wait_s

    def _look(self) -> None:
        """Notices from time to time what other programs did; own moves are known anyway."""
        now_s = self._clock.monotonic()
        if now_s >= self._next_look_s:
            self._ledger.look()
            self._next_look_s = now_s + self._profile.drain_retry_s

    async def _take_lock(self) -> bool:
        if not self._lock.try_take():
            return False
        now = self._clock.now()

        def clean(connection: Connection) -> None:
            outbox.forget_ended(connection, now=now)
            drafts.forget_old_versions(connection, now=now)

        await self._database.write(clean)
        return True

    def _wait_s(self, item: OutboxItem) -> float:
        """Real seconds until it may move; 0 when it may."""
        now_s, now = self._clock.monotonic(), self._clock.now()
        ends_s = self._patience.pause_ends_s
        for began, ends in item.waits(self._look_gaps):
            span = (item.id, to_ms(ends))
            if span not in self._ends:
                self._ends[span] = now_s + remaining_s(began, ends, now)
            ends_s = max(ends_s, self._ends[span])
        return max(ends_s - now_s, 0.0)

    def _forget_spans(self, heads: set[ItemId]) -> None:
        self._ends = {span: end for span, end in self._ends.items() if span[0] in heads}

    def _reap(self) -> None:
        """Takes the tasks that have ended; what none of them expected is raised here."""
        for item_id, task in list(self._running.items()):
            if task.done():
                del self._running[item_id]
                if not task.cancelled():
                    task.result()

    # -- one item ------------------------------------------------------------------------------

    async def _go_on(self, item: OutboxItem) -> None:
        """Moves one item as far as it goes now."""
        try:
            match item.state:
                case State.QUEUED:
                    await self._delivery.send(item)
                case State.UNSURE:
                    await self._delivery.confirm(item)
                case State.SENDING:
                    # We hold the lock and have not begun it: whoever did is gone.
                    await self._ledger.move(item.id, Happening.FOUND_SENDING, reason=NO_ANSWER)
                case State.HELD | State.REFUSED | State.SENT | State.DROPPED:
                    pass
                case never:
                    assert_never(never)
        except MoveRefused as error:
            _log.info("item %d was moved meanwhile: %s", item.id, error.detail)
        except DeskeroError as error:
            _log.error("item %d: %s", item.id, error.detail or error.user_message)
            self._patience.pause(self._patience.next_wait_s(None), is_asked=False)
        finally:
            self._delivery.leaving.discard(item.id)
            self._wake.set()
