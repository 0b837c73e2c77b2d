"""Walks all pages of a list that may change under our feet (API sheet §3.3, §7 "Ordering").

Tickets that arrive, leave or change places while we read shift the pages: a record is then seen
twice or not at all. Repeats are dropped; signs of a shift make the pages around it be read again.
"""

from __future__ import annotations

import asyncio
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
    """Yields every page in order, each record once; pages read again come last, if they bring news.

    A page may hold fewer records than the desk sent, or none. Up to `in_flight` pages are asked
    for at a time once the number of pages is known. The walk ends in any case: at an empty page, at
    the end mark, when the total is reached, when the desk repeats a page, after `most_pages`.
    From `first` on: the pages before it were read some other time, and count as read.
    Close it (`contextlib.aclosing`) when stopping early: requests under way are then cancelled and
    awaited. An error of any page ends the walk the same way and is raised.
    """
    ledger = _Ledger(identity, in_flight, most_pages, is_whole=first == 1)
    page = await read_page(first)
    yield ledger.take(page)
    while ledger.goes_on_after(page):
        numbers = range(page.number + 1, ledger.last_known_after(page) + 1)
        async with aclosing(_read_in_order(read_page, numbers, in_flight)) as pages:
            async for page in pages:
                yield ledger.take(page)
                if not ledger.goes_on_after(page):
                    break
    for _ in range(MENDING_ROUNDS):
        suspects = ledger.pages_to_read_again()
        async with aclosing(_read_in_order(read_page, suspects, in_flight)) as pages:
            async for page in pages:
                news = ledger.take_again(page)
                if news.records:
                    yield news


async def _read_in_order(
    read_page: ReadPage[T], numbers: Iterable[int], in_flight: int
) -> AsyncGenerator[Page[T], None]:
    """Yields the pages in the order of `numbers`, while the next ones are on their way."""
    remaining = iter(numbers)
    under_way: deque[asyncio.Task[Page[T]]] = deque()
    try:
        for number in islice(remaining, in_flight):
            under_way.append(asyncio.create_task(read_page(number), name=f"page-{number}"))
        while under_way:
            page = await under_way[0]
            under_way.popleft()
            for number in islice(remaining, 1):
                under_way.append(asyncio.create_task(read_page(number), name=f"page-{number}"))
            yield page
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


class _Ledger(Generic[T]):
    """What one walk has seen so far, and where it has reason to doubt it."""

    def __init__(
        self, identity: Callable[[T], str], in_flight: int, most_pages: int, *, is_whole: bool
    ) -> None:
        self._identity = identity
        self._most_pages = most_pages
        self._in_flight = in_flight
        self._seen: set[str] = set()
        self._unreadable = 0
        self._total: int | None = None
        self._stride = 0
        """The fewest records on a page that is not the last: what the desk really sends."""
        self._last_number = 0
        self._first_id: str | None = None
        self._is_repeating = False
        self._suspects: set[int] = set()
        self._is_whole = is_whole
        self._is_read_through = False
        """Every page has been read a second time, and nothing new came of it."""

    def take(self, page: Page[T]) -> Page[T]:
        """Notes a page of the first pass; returns it with new records only."""
        first_id = self._identity(page.records[0]) if page.records else None
        self._is_repeating = first_id is not None and first_id == self._first_id
        self._first_id = first_id
        self._unreadable += page.unreadable
        if page.received:
            self._last_number = page.number
        if page.has_next and page.received:
            self._stride = min(self._stride or page.received, page.received)
        news = self._without_seen(page)
        is_same_page = self._is_repeating and not news.records
        has_repeats = len(news.records) < len(page.records) and not is_same_page
        if self._total_moved(page) or has_repeats:
            # Pages under way together were read on both sides of the shift.
            self._suspects.update(range(max(1, page.number - self._in_flight), page.number + 1))
            self._suspects.add(1)  # Where new tickets stand in most orders.
        return news

    def take_again(self, page: Page[T]) -> Page[T]:
        """Notes a page that was read again; returns it with new records only."""
        news = self._without_seen(page)
        if self._total_moved(page):
            self._suspects.update({1, page.number})
        if news.records:
            self._is_read_through = False
        return news

    def goes_on_after(self, page: Page[T]) -> bool:
        """Is there reason to ask for the page after `page`?"""
        if self._is_repeating or not page.received or not page.has_next:
            return False
        explained = self._explained_pages()
        return page.number < min(explained or self._most_pages, self._most_pages)

    def last_known_after(self, page: Page[T]) -> int:
        """The last page that may be asked for without reading the ones before it."""
        return min(self._explained_pages() or page.number + 1, self._most_pages)

    def pages_to_read_again(self) -> list[int]:
        """The pages to doubt, in order: those around a shift, or all when that is not enough."""
        suspects, self._suspects = self._suspects, set()
        if suspects:
            return sorted(suspects)
        found = len(self._seen) + self._unreadable
        is_enough = not self._is_whole or self._total is None or found >= self._total
        if is_enough or self._is_read_through:
            return []
        self._is_read_through = True
        return list(range(1, max(self._last_number, self._explained_pages() or 0) + 1))

    def _explained_pages(self) -> int | None:
        """How many pages the total stands for; `None` while it cannot be told."""
        if not self._total or not self._stride:
            return None
        return -(-self._total // self._stride)

    def _without_seen(self, page: Page[T]) -> Page[T]:
        news: list[T] = []
        for record in page.records:
            if (identity := self._identity(record)) not in self._seen:
                self._seen.add(identity)
                news.append(record)
        return replace(page, records=tuple(news), repeated=len(page.records) - len(news))

    def _total_moved(self, page: Page[T]) -> bool:
        before = self._total
        if page.total is not None:
            self._total = page.total
        return before is not None and before != self._total
