"""Keeps the store's tickets and look-up lists as they are on the desk.

A first walk reads everything, newest first. After that each refresh reads only as far as something
is new. Where the desk's total does not fit the store then, the difference is searched for with
single pages; a walk through all follows only where that is no use, and every few hours.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import (
    DeskeroError,
    NotAllowed,
    StoreBroken,
    Throttled,
    Unreachable,
)
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import listing, lookups
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.absence import is_deleted, not_shown
from deskero_tui.sync.events import (
    Event,
    Link,
    LinkChanged,
    LinkState,
    ListsChanged,
    TicketsChanged,
)
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.refresh.full_sync import WALKED_EVERY, Mark, Walks
from deskero_tui.sync.refresh.gap_search import GapSearch
from deskero_tui.sync.refresh.ingest import TicketIntake
from deskero_tui.sync.refresh.lookups import refresh_lists
from deskero_tui.sync.refresh.newest import NewestReader, News
from deskero_tui.sync.refresh.totals import unexplained

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

_log = logging.getLogger(__name__)

LISTS_EVERY: Final = timedelta(minutes=10)
FEW_PAGES: Final = 6
"""A list of at most so many pages is walked: that costs no more than to search in it."""
MANY_GAPS: Final = 4
"""One difference for each so many pages of the list, or more, and a walk costs less."""
MOST_PROBES: Final = 200
"""Pages of ten tickets that one search asks for at most."""
SEARCHES: Final = 3
"""Searches in one refresh, as a change by others makes one find nothing."""
MOST_VAIN: Final = 3
"""Refreshes that search for the same difference: a ticket may be hidden from lists alone."""
WALKED_AGAIN_AFTER: Final = timedelta(hours=1)
"""Time between two walks that were made because a search was no use."""
MOST_WAIT_S: Final = 60.0
DOUBT_EVERY_S: Final = 10.0
"""Where others meet no answer and we do, it is not looked again sooner."""
NEW_TOKEN_LOOK_S: Final = 2.0
"""While signed out, how often we look whether somebody has logged in."""
SLOW_PAGE_S: Final = 3.0
"""From this long a page on, the line says that it is slow."""


class Pull:
    """The background reader of one account. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        client: DeskeroClient,
        clock: Clock,
        profile: Profile,
        tell: Callable[[Event], None],
        link: Link,
    ) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._profile = profile
        self._tell = tell
        self._wake = asyncio.Event()
        self._doubted_at_s = -math.inf
        self._failures = 0
        self._lists_at: datetime | None = None
        self._intake = TicketIntake(database, clock, tell)
        self._reader = NewestReader(client, self._intake, clock, profile.page_limit)
        self._walks = Walks(database, self._reader, self._intake, clock, profile.page_limit, tell)
        self.next_read_ms = self._intake.next_read_ms
        self._vain: deque[int] = deque(maxlen=MOST_VAIN)
        """The differences that the last searches have left."""
        self._link = link

    @property
    def link(self) -> Link:
        """How we stand with the desk just now."""
        return self._link

    def ask_for_refresh(self) -> None:
        """Makes the next refresh start at once."""
        self._wake.set()

    def doubt(self) -> None:
        """Somebody else has met no answer where we think that there is one: the next refresh starts
        at once. Not again and again where we meet one and they do not.
        """
        now_s = self._clock.monotonic()
        if self._link.is_up and now_s - self._doubted_at_s >= DOUBT_EVERY_S:
            self._doubted_at_s = now_s
            self.ask_for_refresh()

    async def run(self) -> None:
        """Refreshes for ever. No trouble with desk or store ends it; each is told as a fact."""
        while True:
            wait_s = await self._refresh_safely()
            if self._link.state is LinkState.SIGNED_OUT:
                await self._signed_in_again(wait_s)
            else:
                await self._woken(wait_s)
            self._wake.clear()

    async def _woken(self, wait_s: float) -> bool:
        """Waits, but not once somebody asks for a refresh; whether somebody did."""
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True

    async def _signed_in_again(self, wait_s: float) -> None:
        """Waits, but no longer than until there is another token than the one that was refused."""
        ends_s = self._clock.monotonic() + wait_s
        while self._clock.monotonic() < ends_s and not self._client.has_new_token:
            if await self._woken(NEW_TOKEN_LOOK_S):
                return

    async def take(self, ticket_id: TicketId) -> None:
        """Read one ticket afresh into the store; one that is proven to be deleted goes here too.

        Raises:
            Replaced: The desk shows another ticket in its place. The store has both.
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        try:
            if not await self._intake.look_up(ticket_id, self._client):
                if not await is_deleted(self._client, self._database, ticket_id):
                    raise await not_shown(self._database, ticket_id)
                await self._intake.forget([ticket_id])
        except Unreachable:
            self.doubt()
            raise

    async def _refresh_safely(self) -> float:
        """One refresh; how many seconds to wait before the next."""
        try:
            await self.refresh(in_background=True)
        except NotAllowed as error:
            self._note_link(LinkState.SIGNED_OUT, error.user_message)
            return MOST_WAIT_S
        except Throttled as error:
            self._failures += 1
            wait_s = self._next_wait_s() if error.wait_s is None else error.wait_s
            retry_at = self._clock.now() + timedelta(seconds=wait_s)
            self._note_link(LinkState.SLOW, error.user_message, retry_at=retry_at)
            return wait_s
        except DeskeroError as error:
            _log.warning("refresh failed: %s %s", type(error).__name__, error.detail)
            self._failures += 1
            is_kept = not isinstance(error, StoreBroken)
            state = LinkState.OFFLINE if is_kept else LinkState.NOTHING_KEPT
            self._note_link(state, error.user_message, short_reason=error.short_reason)
            return self._next_wait_s()
        self._failures = 0
        return self._profile.refresh_s

    def _next_wait_s(self) -> float:
        return min(MOST_WAIT_S, 2.0**self._failures)

    async def refresh(self, *, thoroughly: bool = False, in_background: bool = False) -> None:
        """Makes the store as the desk is now; `thoroughly` walks through all tickets for it.

        With `in_background` nobody waits for it: then it gives way to what the agent does, and
        walks through all from time to time.

        Raises:
            DeskeroError: It could not be done in full; what was read until then is kept.
        """
        began_at = self._clock.now()
        lane = self._client.in_background() if in_background else self._client
        self._reader.lane = lane
        if self._lists_at is None or began_at - self._lists_at >= LISTS_EVERY:
            await refresh_lists(lane, self._database)
            # Another program may have brought them into the store, so that nothing is new there.
            self._tell(ListsChanged())
            self._lists_at = began_at
        if self._intake.unreadable.event.count:
            self._intake.tell_unreadable()
        walked_ms = await self._marked(Mark.WALKED)
        is_due = thoroughly or walked_ms is None
        if in_background and walked_ms is not None:
            is_due = is_due or _age(walked_ms, began_at) >= WALKED_EVERY
        if is_due or not await self._bring_news(walked_ms or 0):
            await self._walks.walk()
            self._vain.clear()
        ended_at = self._clock.now()
        await self._note(REFRESHED=to_ms(ended_at))
        if await self._database.others_wrote():
            # What another program has brought or changed was no news to the store any more.
            self._tell(TicketsChanged(frozenset()))
        state = LinkState.SLOW if self._reader.page_s > SLOW_PAGE_S else LinkState.ONLINE
        self._note_link(state, "", refreshed_at=ended_at)

    async def _bring_news(self, walked_ms: int) -> bool:
        """Read what is new and find what is gone; return whether that needs no walk."""
        news = await self._read_new()
        if news is None:
            return False
        missing = await self._missing(news.total)
        was_just_walked = _age(walked_ms, self._clock.now()) < WALKED_AGAIN_AFTER
        if missing and self._vain.count(missing) >= MOST_VAIN:
            return was_just_walked
        for _ in range(SEARCHES):
            if not missing:
                self._vain.clear()
                return True
            length = missing + await self._database.read(listing.ticket_count)
            pages = -(-length // self._profile.page_limit)
            if pages <= FEW_PAGES or (abs(missing) * MANY_GAPS > pages and not was_just_walked):
                return False
            search = GapSearch(
                self._database, self._reader.lane, self._intake, self._profile.page_limit
            )
            if not await search.close(length=length, excess=-missing, most_calls=MOST_PROBES):
                return was_just_walked
            # What others changed meanwhile stands on top by now.
            news = await self._read_new()
            if news is None:
                return False
            missing = await self._missing(news.total)
        self._vain.append(missing)
        return was_just_walked or not missing

    async def _read_new(self) -> News | None:
        news = await self._reader.read_new(await self._marked(Mark.NEWEST) or 0)
        if news is not None:
            await self._note(NEWEST=news.newest_ms)
        return news

    async def _missing(self, total: int | None) -> int:
        """Return how many tickets the desk lists that the store lacks; negative for too many."""
        if total is None:
            return 0
        count = await self._database.read(listing.ticket_count)
        if count == total and await self._intake.unreadable.none_is_lost():
            self._intake.tell_unreadable()
        return await unexplained(self._database, total - count)

    async def _marked(self, mark: Mark) -> int | None:
        known = await self._database.read(lambda c: lookups.read_mark(c, mark.value))
        return None if known is None else int(known)

    async def _note(self, **marks: int) -> None:
        def write(connection: Connection) -> None:
            for name, value in marks.items():
                lookups.write_mark(connection, Mark[name].value, str(value))

        await self._database.write(write)

    def _note_link(
        self,
        state: LinkState,
        reason: str,
        *,
        short_reason: str = "",
        refreshed_at: datetime | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        """Tells how we stand with the desk."""
        since = self._link.since if state is self._link.state else self._clock.now()
        self._link = Link(
            state,
            since,
            reason,
            short_reason,
            refreshed_at or self._link.refreshed_at,
            retry_at,
        )
        self._tell(LinkChanged(self._link))


def _age(marked_ms: int, now: datetime) -> timedelta:
    return timedelta(milliseconds=to_ms(now) - marked_ms)
