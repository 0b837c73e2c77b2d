"""Brings the desk's tickets and look-up lists into the store, and keeps them as on the desk.

A first walk reads everything, newest first; a program that is started anew goes on where the last
one was. After that each refresh reads only as far as something is new. Whenever the desk's total
does not fit what is kept, and every few hours in any case, all is walked again, and tickets that no
answer held are looked up one by one before they are forgotten.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.epoch import to_ms
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NotAllowed,
    Refused,
    Replaced,
    StoreBroken,
    Throttled,
    Unreachable,
)
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.ticket import Ticket
from deskero_tui.store import intake, listing, terms, tickets
from deskero_tui.store.database import Database
from deskero_tui.sync.absence import became, is_deleted, not_shown
from deskero_tui.sync.events import (
    Event,
    Link,
    LinkChanged,
    LinkState,
    ListsChanged,
    PullMoved,
    TicketsChanged,
)
from deskero_tui.sync.lists import learn_from_tickets, refresh_lists
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.progress import Progress, note_progress, read_progress
from deskero_tui.sync.totals import is_explained, note_difference
from deskero_tui.sync.unreadable import Unreadable

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.api.paging import Flaw, Page

_log = logging.getLogger(__name__)

NEWEST_FIRST: Final = "managedDate_DESC"
"""Undocumented, seen in a working client (API sheet §3.3); we check the order and do without it."""
LISTS_EVERY: Final = timedelta(minutes=10)
MOST_LOOKED_UP: Final = 500
"""How many tickets that a walk missed are looked up at once; the rest wait for the next walk."""
LOOKED_UP_AT_ONCE: Final = 4
SWEPT_EVERY: Final = timedelta(hours=6)
"""A desk that names no total, or a wrong one, shows only by a walk what it no longer has."""
SWEPT_AFTER_A_SHIFT: Final = timedelta(minutes=10)
"""Sooner after a walk under which pages shifted: it may have taken one ticket for another."""
MOST_WAIT_S: Final = 60.0
DOUBT_EVERY_S: Final = 10.0
"""Where others meet no answer and we do, it is not looked again sooner."""
NEW_TOKEN_LOOK_S: Final = 2.0
"""While signed out, how often we look whether somebody has logged in."""
SLOW_PAGE_S: Final = 3.0
"""From this long a page on, the line says that it is slow."""


class Mark(Enum):
    """What the store remembers of the pull, in epoch milliseconds."""

    WALKED = "walked"
    """When the last completed walk through all tickets began."""
    NEWEST = "newest"
    """The latest change among the tickets of the last refresh."""
    REFRESHED = "refreshed"
    """When the last refresh ended."""


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
        self._lane = client
        """Whose requests a refresh makes: those of the background give way to the agent's own."""
        self._clock = clock
        self._profile = profile
        self._tell = tell
        self._wake = asyncio.Event()
        self._doubted_at_s = -math.inf
        self._failures = 0
        self._lists_at: datetime | None = None
        self._can_sort = True
        self._unreadable = Unreadable(database)
        self._flaws: list[Flaw] = []
        """Of the walk that goes on."""
        self._last_read_ms = 0
        self._page_s = 0.0
        """How long the last page took."""
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

    def next_read_ms(self) -> int:
        """A number for a request about to begin, larger than all before (epoch ms, mostly)."""
        self._last_read_ms = max(self._last_read_ms + 1, to_ms(self._clock.now()))
        return self._last_read_ms

    async def take(self, ticket_id: TicketId) -> None:
        """Read one ticket afresh into the store; one that is proven to be deleted goes here too.

        Raises:
            Replaced: The desk shows another ticket in its place. The store has both.
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        try:
            if not await self._look_up(ticket_id, self._client):
                if not await is_deleted(self._client, self._database, ticket_id):
                    raise await not_shown(self._database, ticket_id)
                await self._forget([ticket_id])
        except Unreachable:
            self.doubt()
            raise

    async def _look_up(self, ticket_id: TicketId, lane: DeskeroClient) -> bool:
        """Read one ticket into the store; tell whether the desk showed it."""
        read_ms = self.next_read_ms()
        try:
            ticket = await lane.ticket(ticket_id)
        except Missing:
            return False
        except Replaced as error:
            if isinstance(error.record, Ticket):
                await self._save([error.record], read_ms)
            raise await became(self._database, ticket_id, error) from error
        await self._save([ticket], read_ms)
        return True

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
        self._lane = self._client.in_background() if in_background else self._client
        if self._lists_at is None or began_at - self._lists_at >= LISTS_EVERY:
            await refresh_lists(self._lane, self._database)
            # Another program may have brought them into the store, so that nothing is new there.
            self._tell(ListsChanged())
            self._lists_at = began_at
        if self._unreadable.event.count:
            self._tell(self._unreadable.event)
        walks = thoroughly or await self._is_walk_due(began_at, in_background=in_background)
        if walks or not await self._read_what_is_new(await self._newest_known()):
            await self._walk()
        ended_at = self._clock.now()
        await self._note(REFRESHED=to_ms(ended_at))
        if await self._database.others_wrote():
            # What another program has brought or changed was no news to the store any more.
            self._tell(TicketsChanged(frozenset()))
        state = LinkState.SLOW if self._page_s > SLOW_PAGE_S else LinkState.ONLINE
        self._note_link(state, "", refreshed_at=ended_at)

    async def _is_walk_due(self, now: datetime, *, in_background: bool) -> bool:
        walked = await self._database.read(lambda c: terms.read_mark(c, Mark.WALKED.value))
        if walked is None:
            return True
        return in_background and to_ms(now) - int(walked) >= SWEPT_EVERY / timedelta(milliseconds=1)

    async def _newest_known(self) -> int:
        known = await self._database.read(lambda c: terms.read_mark(c, Mark.NEWEST.value))
        return int(known or 0)

    async def _read_what_is_new(self, known_ms: int) -> bool:
        """Reads from the newest down to what is known. False when only a full walk can tell.

        `known_ms` is the latest change among what is known.
        """
        if not self._can_sort:
            return False
        number, newest_ms, total = 1, known_ms, None
        seen: set[TicketId] = set()
        while True:
            read_ms = self.next_read_ms()
            page = await self._page(number)
            if page is None or page.refusal is not None:
                return False
            total = page.total if page.received else total
            changed = await self._save(page.records, read_ms, page.flaws)
            dates = _change_dates(page.records)
            if not _descends(dates):
                return False
            newest_ms = max([newest_ms, *dates])
            ids = {ticket.id for ticket in page.records}
            # A desk that heeds no page number and sends no end mark has the same for ever.
            is_over = not page.has_next or not page.received or (bool(ids) and ids <= seen)
            # Without any date an unchanged page is the only sign that the rest is known.
            is_known = not changed and (dates[-1] < known_ms if dates else bool(ids))
            if is_over or is_known:
                break
            seen |= ids
            number += 1
        await self._note(NEWEST=newest_ms)
        return await self._fits(total)

    async def _page(self, number: int) -> Page[Ticket] | None:
        """One page, newest first; `None` when the desk does not know how to sort or limit."""
        began_s = self._clock.monotonic()
        try:
            page = await self._lane.list_tickets(
                number, limit=self._profile.page_limit, sort=NEWEST_FIRST
            )
        except Refused as error:
            _log.info("no sorted lists here: %s", error.detail)
            self._can_sort = False
            return None
        self._page_s = self._clock.monotonic() - began_s
        return page

    async def _fits(self, total: int | None) -> bool:
        """Tell whether the desk has as many tickets as we, or a walk cannot change that."""
        if total is None:
            return True
        count = await self._database.read(listing.ticket_count)
        if count == total and await self._unreadable.none_is_lost():
            self._tell(self._unreadable.event)
        return await is_explained(self._database, total - count)

    async def _walk(self) -> None:
        """Reads every ticket, then forgets those that the desk no longer has."""
        now_ms = self.next_read_ms()
        limit = self._profile.page_limit
        broken_off = await self._database.read(read_progress)
        if broken_off is not None and not broken_off.is_of_use(now_ms=now_ms, page_limit=limit):
            broken_off = None
        if broken_off is not None:
            # What has changed since stands on top by now.
            await self._read_what_is_new(broken_off.newest_ms)
        if broken_off is None or not self._can_sort:
            broken_off = None
            progress = Progress(now_ms, 1, 0, limit)
        else:
            progress = broken_off
        self._flaws.clear()
        total, has_shifted = await self._walk_on(progress, now_ms)
        await self._look_up_missed(progress.began_ms)
        if broken_off is None:
            if await self._unreadable.forget_others(self._flaws):
                self._tell(self._unreadable.event)
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
        try:
            async with aclosing(self._pages(first)) as pages:
                async for page in pages:
                    is_other_total = page.received > 0 and total not in (None, page.total)
                    has_shifted |= is_other_total or page.repeated > 0
                    newest_ms = max([newest_ms, *map(_managed_ms, page.records)])
                    next_page = max(progress.next_page, page.number + 1)
                    progress = replace(progress, next_page=next_page, newest_ms=newest_ms)
                    kept = progress if self._can_sort else None
                    await self._save(page.records, read_ms, page.flaws, kept)
                    loaded += len(page.records)
                    total = page.total if page.received else total
                    self._tell(PullMoved(loaded, total))
        finally:
            self._tell(PullMoved(loaded, None))
        walked_ms = progress.began_ms
        if has_shifted:
            walked_ms -= (SWEPT_EVERY - SWEPT_AFTER_A_SHIFT) // timedelta(milliseconds=1)

        def end(connection: Connection) -> None:
            note_progress(connection, None)
            terms.write_mark(connection, Mark.WALKED.value, str(walked_ms))
            terms.write_mark(connection, Mark.NEWEST.value, str(newest_ms))

        await self._database.write(end)
        return total, has_shifted

    async def _pages(self, first: int) -> AsyncGenerator[Page[Ticket], None]:
        """All pages from `first` on, newest first where the desk can sort, else as they come."""
        if self._can_sort:
            try:
                sorted_walk = self._lane.walk_tickets(
                    limit=self._profile.page_limit, sort=NEWEST_FIRST, first=first
                )
                async with aclosing(sorted_walk):
                    async for page in sorted_walk:
                        yield page
                return
            except Refused as error:
                _log.info("no sorted lists here: %s", error.detail)
                self._can_sort = False
        async with aclosing(self._lane.walk_tickets()) as plain_walk:
            async for page in plain_walk:
                yield page

    async def _look_up_missed(self, began_ms: int) -> None:
        """Ask for each ticket that the walk did not hold: deleted, merged, or moved between pages.

        The walk is one answer, the one for the ticket itself the other: here both are known.
        """
        missed = await self._database.read(lambda c: tickets.not_read_since(c, began_ms))
        for batch in batched(missed[:MOST_LOOKED_UP], LOOKED_UP_AT_ONCE):
            looks = (self._look_up(ticket_id, self._lane) for ticket_id in batch)
            answers = await asyncio.gather(*looks, return_exceptions=True)
            gone = []
            for ticket_id, answer in zip(batch, answers, strict=True):
                if answer is False or isinstance(answer, Replaced):
                    gone.append(ticket_id)
                elif isinstance(answer, BaseException) and not isinstance(answer, BadAnswer):
                    raise answer
            await self._forget(gone)

    async def _save(
        self,
        records: Sequence[Ticket],
        read_ms: int,
        flaws: Sequence[Flaw] | None = None,
        progress: Progress | None = None,
    ) -> list[TicketId]:
        self._flaws += flaws or ()
        if await self._unreadable.note(flaws, (ticket.id for ticket in records)):
            self._tell(self._unreadable.event)

        def save(connection: Connection) -> tuple[list[TicketId], bool]:
            if progress is not None:
                note_progress(connection, progress)
            return (
                intake.save_tickets(connection, records, read_ms=read_ms),
                learn_from_tickets(connection, records),
            )

        changed, has_new_terms = await self._database.write(save)
        if has_new_terms:
            self._tell(ListsChanged())
        if changed:
            self._tell(TicketsChanged(frozenset(changed)))
        return changed

    async def _forget(self, ids: Sequence[TicketId]) -> None:
        removed = await self._database.write(lambda c: tickets.remove_tickets(c, ids))
        if removed:
            self._tell(TicketsChanged(frozenset(removed)))

    async def _note(self, **marks: int) -> None:
        def write(connection: Connection) -> None:
            for name, value in marks.items():
                terms.write_mark(connection, Mark[name].value, str(value))

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


def _managed_ms(ticket: Ticket) -> int:
    moment = ticket.managed_at or ticket.inserted_at
    return to_ms(moment) if moment else 0


def _change_dates(records: Sequence[Ticket]) -> list[int]:
    """Return when each ticket of a page last changed, in epoch milliseconds.

    Tickets without a known date are left out: the desk sorts them by a value that we cannot read.
    Where no ticket has a date of change, the dates of creation stand in.
    """
    changes = [ticket.managed_at for ticket in records if ticket.managed_at]
    moments = changes or [ticket.inserted_at for ticket in records if ticket.inserted_at]
    return [to_ms(moment) for moment in moments]


def _descends(dates: Sequence[int]) -> bool:
    return all(earlier >= later for earlier, later in pairwise(dates))


def batched(items: Sequence[TicketId], size: int) -> Iterator[Sequence[TicketId]]:
    """The items in their order, `size` at a time; the last batch may be smaller."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
