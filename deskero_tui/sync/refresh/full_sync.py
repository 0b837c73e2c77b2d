"""Walks through all tickets of the desk, and forgets those that it no longer has.

A walk that is broken off is continued, also by the next program. While it goes on, the newest page
is read from time to time, so that no change waits for its end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.store import listing, lookups, tickets
from deskero_tui.store.database import Database
from deskero_tui.store.indexing import managed_ms
from deskero_tui.sync.events import Event, PullMoved
from deskero_tui.sync.refresh.gap_search import look_up_missed
from deskero_tui.sync.refresh.ingest import TicketIntake
from deskero_tui.sync.refresh.newest import NewestReader
from deskero_tui.sync.refresh.progress import Progress, note_progress, read_progress
from deskero_tui.sync.refresh.totals import note_difference

if TYPE_CHECKING:
    from deskero_tui.api.paging import Flaw

MOST_LOOKED_UP: Final = 500
"""Tickets missed by one walk that are looked up; the rest waits for the next walk."""
WALKED_EVERY: Final = timedelta(hours=6)
"""A desk that names no total, or a wrong one, shows only by a walk what it no longer has."""
WALKED_AFTER_A_SHIFT: Final = timedelta(hours=2)
"""Sooner after a walk under which pages shifted: it may have taken one ticket for another."""
NEWS_EVERY_S: Final = 3.0
"""Seconds of a walk after which the newest page is read."""


class Mark(Enum):
    """What the store remembers of reading the desk, in epoch milliseconds."""

    WALKED = "walked"
    """When the last completed walk through all tickets began."""
    NEWEST = "newest"
    """The latest change among the tickets of the last refresh."""
    REFRESHED = "refreshed"
    """When the last refresh ended."""


class Walks:
    """Walks of one account. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        reader: NewestReader,
        intake: TicketIntake,
        clock: Clock,
        page_limit: int,
        tell: Callable[[Event], None],
    ) -> None:
        self._database = database
        self._reader = reader
        self._intake = intake
        self._clock = clock
        self._page_limit = page_limit
        self._tell = tell
        self._flaws: list[Flaw] = []
        """Of the walk that goes on."""

    async def walk(self) -> None:
        """Read every ticket, then forget those that the desk no longer has.

        Raises:
            DeskeroError: It could not be done in full; what was read until then is kept.
        """
        now_ms, limit = self._intake.next_read_ms(), self._page_limit
        broken_off = await self._database.read(read_progress)
        if broken_off is not None and not broken_off.is_of_use(now_ms=now_ms, page_limit=limit):
            broken_off = None
        if broken_off is not None:
            # What has changed since stands on top by now.
            await self._reader.read_new(broken_off.newest_ms)
        if broken_off is None or not self._reader.can_sort:
            broken_off = None
            progress = Progress(now_ms, 1, 0, limit)
        else:
            progress = broken_off
        self._flaws.clear()
        total, has_shifted = await self._walk_on(progress, now_ms)
        await self._look_up_missed(progress.began_ms)
        if broken_off is None:
            if await self._intake.unreadable.forget_others(self._flaws):
                self._intake.tell_unreadable()
            count = await self._database.read(listing.ticket_count)
            difference = 0 if total is None else total - count
            await note_difference(self._database, difference, has_shifted=has_shifted)

    async def _walk_on(self, progress: Progress, read_ms: int) -> tuple[int | None, bool]:
        """Walk to the end and note each step.

        Returns the total that the desk gave last, and whether pages shifted meanwhile.
        """
        first = max(1, progress.next_page - 1)
        """Tickets that were deleted meanwhile have moved others to the page before."""
        loaded, total = (first - 1) * progress.page_limit, None
        newest_ms = progress.newest_ms
        has_shifted = first > 1
        news_at_s = self._clock.monotonic() + NEWS_EVERY_S
        try:
            async with aclosing(self._reader.pages(first)) as pages:
                async for page in pages:
                    is_other_total = page.received > 0 and total not in (None, page.total)
                    has_shifted |= is_other_total or page.repeated > 0
                    newest_ms = max([newest_ms, *map(managed_ms, page.records)])
                    next_page = max(progress.next_page, page.number + 1)
                    progress = replace(progress, next_page=next_page, newest_ms=newest_ms)
                    kept = progress if self._reader.can_sort else None
                    self._flaws += page.flaws
                    await self._intake.save(page.records, read_ms, page.flaws, kept)
                    loaded += len(page.records)
                    total = page.total if page.received else total
                    self._tell(PullMoved(loaded, total))
                    if self._clock.monotonic() >= news_at_s:
                        news = await self._reader.read_new(newest_ms)
                        newest_ms = newest_ms if news is None else news.newest_ms
                        news_at_s = self._clock.monotonic() + NEWS_EVERY_S
        finally:
            self._tell(PullMoved(loaded, None))
        walked_ms = progress.began_ms
        if has_shifted:
            walked_ms -= (WALKED_EVERY - WALKED_AFTER_A_SHIFT) // timedelta(milliseconds=1)

        def end(connection: Connection) -> None:
            note_progress(connection, None)
            lookups.write_mark(connection, Mark.WALKED.value, str(walked_ms))
            lookups.write_mark(connection, Mark.NEWEST.value, str(newest_ms))

        await self._database.write(end)
        return total, has_shifted

    async def _look_up_missed(self, began_ms: int) -> None:
        missed = await self._database.read(lambda c: tickets.not_read_since(c, began_ms))
        await look_up_missed(self._intake, self._reader.lane, missed[:MOST_LOOKED_UP])
