"""Reads the desk's list from its newest ticket down to what the store already has."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import Refused
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.sync.refresh.gap_search import NEWEST_FIRST
from deskero_tui.sync.refresh.ingest import TicketIntake

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.api.paging import Page

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What a look at the top of the list has brought."""

    newest_ms: int
    """The latest change among the tickets of the desk, in epoch milliseconds."""
    total: int | None
    """Tickets of the list, when the desk says."""


class NewestReader:
    """Reads pages of all tickets, newest first where the desk can sort. Lives on the event loop."""

    def __init__(
        self, client: DeskeroClient, intake: TicketIntake, clock: Clock, page_limit: int
    ) -> None:
        self.lane = client
        """The client whose requests are made: those of the background give way to the agent's."""
        self.can_sort = True
        self.page_s = 0.0
        """Duration of the last page, in seconds."""
        self._intake = intake
        self._clock = clock
        self._page_limit = page_limit

    async def read_new(self, known_ms: int) -> News | None:
        """Read down to what is known; `None` when only a walk through all tickets can tell.

        `known_ms` is the latest change among what is known.

        Raises:
            DeskeroError: The desk could not be asked, or the store not be written.
        """
        if not self.can_sort:
            return None
        number, newest_ms, total = 1, known_ms, None
        seen: set[TicketId] = set()
        while True:
            read_ms = self._intake.next_read_ms()
            page = await self._page(number)
            if page is None or page.refusal is not None:
                return None
            if page.received:
                total = page.total
            elif number == 1:
                total = 0
            changed = await self._intake.save(page.records, read_ms, page.flaws)
            dates = _change_dates(page.records)
            if not _descends(dates):
                return None
            newest_ms = max([newest_ms, *dates])
            ids = {ticket.id for ticket in page.records}
            # A desk that heeds no page number and sends no end mark has the same for ever.
            is_over = not page.has_next or not page.received or (bool(ids) and ids <= seen)
            # Without any date an unchanged page is the only sign that the rest is known.
            is_known = not changed and (dates[-1] < known_ms if dates else bool(ids))
            if is_over or is_known:
                return News(newest_ms, total)
            seen |= ids
            number += 1

    async def _page(self, number: int) -> Page[Ticket] | None:
        """Read one page; `None` when the desk does not know how to sort or limit."""
        began_s = self._clock.monotonic()
        try:
            page = await self.lane.list_tickets(number, limit=self._page_limit, sort=NEWEST_FIRST)
        except Refused as error:
            _log.info("no sorted lists here: %s", error.detail)
            self.can_sort = False
            return None
        self.page_s = self._clock.monotonic() - began_s
        return page

    async def pages(self, first: int) -> AsyncGenerator[Page[Ticket], None]:
        """Yield all pages from `first` on, in any order where the desk cannot sort."""
        if self.can_sort:
            try:
                sorted_walk = self.lane.walk_tickets(
                    limit=self._page_limit, sort=NEWEST_FIRST, first=first
                )
                async with aclosing(sorted_walk):
                    async for page in sorted_walk:
                        yield page
                return
            except Refused as error:
                _log.info("no sorted lists here: %s", error.detail)
                self.can_sort = False
        async with aclosing(self.lane.walk_tickets()) as plain_walk:
            async for page in plain_walk:
                yield page


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
