"""Finds the few tickets that the store and the desk's list do not share, without reading the list.

Both are ordered by the last change, newest first. Up to a place without a difference the desk and
the store have the same number of tickets, so single small pages tell on which side of them the
difference lies. A page of ten tickets in the middle halves the search.

A search proves nothing by itself: a ticket that a page does not hold is looked up under its id
before it is forgotten. A change during a search may make it find nothing; the caller repeats it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.errors import BadAnswer, Refused, Replaced
from deskero_tui.domain.ids import TicketId
from deskero_tui.store import tickets
from deskero_tui.store.database import Database
from deskero_tui.store.indexing import managed_ms
from deskero_tui.sync.refresh.ingest import TicketIntake, batched

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.api.paging import Page
    from deskero_tui.domain.records.ticket import Ticket

_log = logging.getLogger(__name__)

NEWEST_FIRST: Final = "managedDate_DESC"
"""Undocumented, seen in a working client (API sheet §3.3); we check the order and do without it."""
PROBE: Final = 10
"""Tickets on the page of one probe, at most."""
COMPARED: Final = 3
"""So many probes or fewer are compared ticket by ticket."""
LOOKED_UP_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place in the desk's list between two tickets that changed at different times."""

    place: int
    """Tickets of the desk above it."""
    changed_ms: float
    """The tickets above it have changed at this time or later, those below it earlier."""
    excess: int
    """By how many more tickets the store has above it."""


class Unusable(Exception):
    """The desk's list has no order or page size that a search could rely on."""


class GapSearch:
    """One search through the list of one desk. Lives on the event loop."""

    def __init__(
        self, database: Database, lane: DeskeroClient, intake: TicketIntake, page_limit: int
    ) -> None:
        self._database = database
        self._lane = lane
        self._intake = intake
        self._size = min(PROBE, page_limit)
        self._calls_left = 0
        self._total = 0

    async def close(self, *, length: int, excess: int, most_calls: int) -> bool:
        """Make the store have what the list has, as far as single pages show the differences.

        Args:
            length: Tickets in the desk's list.
            excess: By how many more the store has; negative when it has fewer.
            most_calls: Pages to ask for at most; the rest is left to another search.

        Returns:
            Whether the list can be searched. It says nothing about whether all was found.

        Raises:
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        self._calls_left, self._total = most_calls, length
        ends = [Boundary(0, math.inf, 0), Boundary(length, -math.inf, excess)]
        try:
            while len(ends) > 1 and self._calls_left > 0:
                lower = ends.pop()
                if ends[-1].excess == lower.excess:
                    continue
                if lower.place - ends[-1].place <= COMPARED * self._size:
                    await self._compare(ends[-1], lower)
                    continue
                middle = await self._boundary_between(ends[-1], lower)
                if middle is None:
                    await self._compare(ends[-1], lower)
                else:
                    ends += [middle, lower]
        except (Unusable, Refused) as error:
            _log.info("no search in this list: %s", error)
            return False
        return True

    async def _boundary_between(self, upper: Boundary, lower: Boundary) -> Boundary | None:
        """Return a boundary near the middle; `None` where all tickets there changed at once."""
        first = upper.place // self._size + 2
        last = (lower.place - 1) // self._size
        middle = (first + last) // 2
        for number in (middle, middle + 1, middle - 1):
            if first <= number <= last:
                page = await self._page(number)
                boundary = await self._boundary_in(page, upper, lower)
                if boundary is not None:
                    return boundary
        return None

    async def _boundary_in(
        self, page: Page[Ticket], upper: Boundary, lower: Boundary
    ) -> Boundary | None:
        if page.unreadable:
            return None
        place = (page.number - 1) * self._size
        dates = [managed_ms(ticket) for ticket in page.records]
        for index, (above, below) in enumerate(pairwise(dates), 1):
            if above > below and lower.changed_ms < above < upper.changed_ms:
                count = await self._database.read(partial(tickets.count_since, changed_ms=above))
                return Boundary(place + index, above, count - place - index)
        return None

    async def _page(self, number: int) -> Page[Ticket]:
        """Read one page into the store.

        Raises:
            Unusable: Its size or order is not what was asked for.
        """
        self._calls_left -= 1
        read_ms = self._intake.next_read_ms()
        page = await self._lane.list_tickets(number, limit=self._size, sort=NEWEST_FIRST)
        if page.refusal is not None:
            raise page.refusal
        if page.received:
            self._total = self._total if page.total is None else page.total
        is_last = number * self._size >= self._total
        dates = [managed_ms(ticket) for ticket in page.records]
        if page.received > self._size or (page.received < self._size and not is_last):
            raise Unusable(f"{page.received} tickets on a page of {self._size}")
        if any(above < below for above, below in pairwise(dates)):
            raise Unusable("not in the order that was asked for")
        await self._intake.save(page.records, read_ms, page.flaws)
        return page

    async def _compare(self, upper: Boundary, lower: Boundary) -> None:
        """Read all tickets between two boundaries, and look up those that only the store has."""
        first, last = upper.place // self._size + 1, -(-lower.place // self._size)
        began_ms = self._intake.next_read_ms()
        for number in range(first, last + 1):
            if self._calls_left <= 0:
                return
            await self._page(number)
        missed = await self._database.read(
            lambda c: tickets.not_read_between(c, lower.changed_ms, upper.changed_ms, began_ms)
        )
        await look_up_missed(self._intake, self._lane, missed)


async def look_up_missed(
    intake: TicketIntake, lane: DeskeroClient, missed: Sequence[TicketId]
) -> None:
    """Ask for each ticket that a list did not hold: deleted, merged, or moved between pages.

    The list is one answer, the one for the ticket itself the other: here both are known.

    Raises:
        DeskeroError: The desk could not be asked, or the store not be written.
    """
    for batch in batched(missed, LOOKED_UP_AT_ONCE):
        gone = []
        for ticket_id, answer in await intake.look_up_all(batch, lane):
            if answer is False or isinstance(answer, Replaced):
                gone.append(ticket_id)
            elif isinstance(answer, BaseException) and not isinstance(answer, BadAnswer):
                raise answer
        await intake.forget(gone)
