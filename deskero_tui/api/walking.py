"""Walks all pages of a list that may change under our feet (API sheet §3.3, §7 "Ordering").

Tickets that arrive, leave or change places while we read shift the pages: a record is then seen
twice or not at all. Repeats are dropped; signs of a shift make the pages around it be read again.

A desk may also be wrong about its own list: a total that is too high or too low, an end mark that
never comes, pages that repeat or overlap. Such a desk costs two requests more at most (three if
it is wrong about all of these), so a walk asks ahead only where the total has been seen to hold.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import aclosing
from dataclasses import replace
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from deskero_tui.api.paging import Page

T = TypeVar("T")

MOST_PAGES: Final = 20_000
"""No walk goes further, whatever a desk says about pages to come."""
MENDING_ROUNDS: Final = 2
PROBED_FROM: Final = 16
"""From this many pages on, the last one is read first, to see whether it exists."""
UNPROBED_AT_ONCE: Final = 2
"""Pages asked for at a time in a shorter list: at most one beyond the end that was not seen."""

ReadPage = Callable[[int], Coroutine[Any, Any, Page[T]]]
"""Reads the page of that number, from 1."""


async def walk_pages(
    read_page: ReadPage[T],
    identity: Callable[[T], str],
    *,
    in_flight: int,
    first: int = 1,
    most_pages: int = MOST_PAGES,
) -> AsyncGenerator[Page[T], None]:
    """Yield every page in order, each record once; pages read again come last, if they bring news.

    A page may hold fewer records than the desk sent, or none. Up to `in_flight` pages are asked
    for at a time once the number of pages is known. The walk ends in any case: at an empty page, at
    the end mark, when the total is reached and no more comes, when the desk repeats a page, after
    `most_pages`.
    From `first` on: the pages before it were read some other time, and count as read.
    Close it (`contextlib.aclosing`) when stopping early: requests under way are then cancelled and
    awaited. An error of any page ends the walk the same way and is raised.
    """
    ledger = _Ledger(identity, in_flight, most_pages, is_whole=first == 1)
    page = await read_page(first)
    yield await _taken(page, ledger, read_page)
    at_once = await _pages_at_once(read_page, ledger, page) if ledger.goes_on_after(page) else 1
    while ledger.goes_on_after(page):
        numbers = range(page.number + 1, ledger.last_known_after(page) + 1)
        async with aclosing(_PagesInOrder(read_page, numbers, at_once)) as pages:
            while (following := await pages.next()) is not None:
                page = following
                news = await _taken(page, ledger, read_page)
                has_ended = not ledger.goes_on_after(page)
                if not has_ended:
                    pages.ask_ahead()
                yield news
                if has_ended:
                    break
    for _ in range(MENDING_ROUNDS):
        suspects = ledger.pages_to_read_again()
        async with aclosing(_PagesInOrder(read_page, suspects, in_flight)) as pages:
            while (again := await pages.next()) is not None:
                news = ledger.take_again(again)
                if news.records:
                    yield news


async def _taken(page: Page[T], ledger: _Ledger[T], read_page: ReadPage[T]) -> Page[T]:
    """Note a page of the first pass; return it with new records only.

    At the first repeat the page that had the record before is read again: where it has not
    changed, nothing was shifted, and the desk lists records twice.

    Raises:
        DeskeroError: The desk refused the page although the list goes on there.
    """
    if page.refusal is not None and not ledger.has_come_to_an_end():
        raise page.refusal
    news = ledger.take(page)
    if (doubted := ledger.page_to_check()) is not None:
        ledger.check(await read_page(doubted))
        if ledger.lists_twice:
            news = replace(news, repeated=0)
    return news


async def _pages_at_once(read_page: ReadPage[T], ledger: _Ledger[T], page: Page[T]) -> int:
    """Return how many pages may be asked for at a time after `page`, the first one.

    Of a long list the last page is read beforehand, and the one behind it, which must be empty: a
    total that is too high shows there, also where a desk answers with some page in any case.
    """
    last = ledger.last_known_after(page)
    if last - page.number < PROBED_FROM:
        return min(UNPROBED_AT_ONCE, ledger.in_flight)
    if ledger.is_last(await read_page(last)) and not (await read_page(last + 1)).received:
        return ledger.in_flight
    ledger.believes_total = False
    return 1


class _PagesInOrder(Generic[T]):
    """Reads the pages of `numbers` in their order, while the next ones are on their way."""

    def __init__(self, read_page: ReadPage[T], numbers: Iterable[int], at_once: int) -> None:
        self._read_page = read_page
        self._remaining = iter(numbers)
        self._at_once = at_once
        self._under_way: deque[asyncio.Task[Page[T]]] = deque()

    async def next(self) -> Page[T] | None:
        """Return the next page, `None` after the last one."""
        self.ask_ahead()
        if not self._under_way:
            return None
        page = await self._under_way[0]
        self._under_way.popleft()
        return page

    def ask_ahead(self) -> None:
        """Ask for further pages; not called where the last one may have been the end."""
        for number in islice(self._remaining, self._at_once - len(self._under_way)):
            task = asyncio.create_task(self._read_page(number), name=f"page-{number}")
            self._under_way.append(task)

    async def aclose(self) -> None:
        """Cancel what is under way and wait for its end."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


class _Ledger(Generic[T]):
    """What one walk has seen so far, and where it has reason to doubt it."""

    def __init__(
        self, identity: Callable[[T], str], in_flight: int, most_pages: int, *, is_whole: bool
    ) -> None:
        self.in_flight = in_flight
        self.believes_total = True
        """Whether the total may say where the list ends."""
        self.lists_twice = False
        """Whether the desk has records on two pages although nothing was shifted."""
        self._identity = identity
        self._most_pages = most_pages
        self._seen: dict[str, int] = {}
        """By record the page that had it first."""
        self._pages: dict[int, int] = {}
        """By page a hash of its records."""
        self._unreadable = 0
        self._most_received = 0
        """The most records that a page had."""
        self._last_received = 0
        """Records on the last page that had any."""
        self._total: int | None = None
        self._stride = 0
        """The fewest records on a page that is not the last: what the desk really sends."""
        self._last_number = 0
        self._is_repeating = False
        self._brought_news = True
        self._repeat_on: int | None = None
        """The page that had a record which came again; read again once."""
        self._is_checked = False
        self._has_shifted = False
        self._suspects: set[int] = set()
        self._is_whole = is_whole
        self._knows_end = False
        """Whether any page said that another one follows."""
        self._is_read_through = False
        """Every page has been read a second time, and nothing new came of it."""

    def take(self, page: Page[T]) -> Page[T]:
        """Note a page of the first pass; return it with new records only."""
        mark = self._mark_of(page)
        self._is_repeating = bool(page.records) and mark in self._pages.values()
        self._unreadable += page.unreadable
        self._knows_end = self._knows_end or page.has_next
        if page.received:
            self._last_number, self._last_received = page.number, page.received
            self._most_received = max(self._most_received, page.received)
        # A desk may say of its last page that more comes.
        is_end = self._stride and page.number * self._stride >= (page.total or math.inf)
        if page.has_next and page.received and not is_end:
            self._stride = min(self._stride or page.received, page.received)
        repeats = [self._seen[name] for name in self._names(page) if name in self._seen]
        news = self._without_seen(page)
        if self.lists_twice or self._is_repeating:
            news = replace(news, repeated=0)
        self._pages[page.number] = mark
        self._brought_news = bool(news.records) or page.unreadable > 0
        has_repeats = bool(repeats) and not self._is_repeating and not self.lists_twice
        is_expected = page.number <= (self._explained_pages() or 0)
        if (has_repeats or (self._is_repeating and is_expected)) and not self._is_checked:
            self._repeat_on = repeats[0]
        if self._total_moved(page) or has_repeats:
            self._has_shifted = True
            # Pages under way together were read on both sides of the shift.
            self._suspects.update(range(max(1, page.number - self.in_flight), page.number + 1))
            self._suspects.add(1)  # Where new tickets stand in most orders.
        return news

    def page_to_check(self) -> int | None:
        """Return the page that tells whether repeats are a shift; `None` where none is due."""
        return None if self._is_checked else self._repeat_on

    def check(self, again: Page[T]) -> None:
        """Compare a page with what it was when it was first read."""
        self._is_checked = True
        is_steady = again.total in (None, self._total)
        if is_steady and self._pages.get(again.number) == self._mark_of(again):
            self.lists_twice = True
            self._has_shifted = False
            self._suspects.clear()
        elif self._is_repeating:
            self._has_shifted, self._is_repeating = True, False
            self._suspects.update((1, again.number))

    def take_again(self, page: Page[T]) -> Page[T]:
        """Note a page that was read again; return it with new records only."""
        news = self._without_seen(page)
        if self._total_moved(page):
            self._suspects.update({1, page.number})
        if news.records:
            self._is_read_through = False
        return news

    def goes_on_after(self, page: Page[T]) -> bool:
        """Tell whether there is reason to ask for the page after `page`."""
        if self._is_repeating or not page.received:
            return False
        if not page.has_next and not self._is_cut_short(page):
            return False
        explained = self._explained_pages() or self._most_pages
        if page.number >= explained and not self._brought_news:
            return False
        # The desk says that more comes: a total may be too low. One page more tells.
        return page.number < min(max(explained + 1, page.number + 1), self._most_pages)

    def _is_cut_short(self, page: Page[T]) -> bool:
        """Tell whether a full page has the end mark although the total promises more.

        Where some page said that more comes, the desk knows its end.
        """
        found = len(self._seen) + self._unreadable
        is_full = page.received == self._most_received
        return not self._knows_end and is_full and found < (self._total or 0)

    def has_come_to_an_end(self) -> bool:
        """Tell whether the list may end with what was read: by a short page, or by the total."""
        found = len(self._seen) + self._unreadable
        is_complete = self._total is not None and found >= self._total
        return is_complete or self._last_received < self._most_received

    def last_known_after(self, page: Page[T]) -> int:
        """Return the last page that may be asked for without reading the ones before it."""
        explained = self._explained_pages() or 0
        return min(max(explained, page.number + 1), self._most_pages)

    def is_last(self, page: Page[T]) -> bool:
        """Tell whether `page` is what the last page must be by the total."""
        total = self._total if page.total is None else page.total
        is_new = not any(name in self._seen for name in self._names(page))
        before = (page.number - 1) * self._stride
        return total is not None and is_new and page.received == total - before > 0

    def pages_to_read_again(self) -> list[int]:
        """Return the pages to doubt, in order: those around a shift, or all if that is too few."""
        suspects, self._suspects = self._suspects, set()
        if suspects:
            return sorted(suspects)
        found = len(self._seen) + self._unreadable
        is_enough = self._total is None or found >= self._total
        # Where nothing was shifted, it is the total that is wrong.
        may_miss = self._is_whole and self._has_shifted and self.believes_total
        if is_enough or not may_miss or self._is_read_through:
            return []
        self._is_read_through = True
        return list(range(1, max(self._last_number, self._explained_pages() or 0) + 1))

    def _explained_pages(self) -> int | None:
        """Return how many pages the total stands for; `None` while it cannot be told."""
        if not self._total or not self._stride or not self.believes_total:
            return None
        return -(-self._total // self._stride)

    def _names(self, page: Page[T]) -> list[str]:
        return [self._identity(record) for record in page.records]

    def _mark_of(self, page: Page[T]) -> int:
        return hash(tuple(self._names(page)))

    def _without_seen(self, page: Page[T]) -> Page[T]:
        news: dict[str, T] = {}
        repeated = 0
        for record in page.records:
            identity = self._identity(record)
            if identity in self._seen:
                repeated += 1
            else:
                news.setdefault(identity, record)
        self._seen.update(dict.fromkeys(news, page.number))
        return replace(page, records=tuple(news.values()), repeated=repeated)

    def _total_moved(self, page: Page[T]) -> bool:
        before = self._total
        # On an empty page a desk may name any total; a smaller one says that records are gone.
        is_smaller = before is not None and page.total is not None and 0 < page.total < before
        if page.total is not None and (page.received or is_smaller):
            self._total = page.total
        return self.believes_total and before is not None and before != self._total
