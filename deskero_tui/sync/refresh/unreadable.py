"""The tickets of a desk that cannot be read, kept from one program to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.ids import TicketId
from deskero_tui.store import lookups
from deskero_tui.store.database import Database
from deskero_tui.sync.events import RecordsUnreadable

if TYPE_CHECKING:
    from deskero_tui.api.paging import Flaw

_MARK: Final = "unreadable"
_MOST_KEPT: Final = 1_000


class Unreadable:
    """Notes which records could not be read, wholly or in part. Lives on the event loop."""

    def __init__(self, database: Database) -> None:
        """Read what an earlier program noted.

        Raises:
            StoreBroken: The store cannot be read.
        """
        self._database = database
        kept = database.read_now(lambda c: lookups.read_mark(c, _MARK))
        lost, partial = json.loads(kept) if kept else ({}, {})
        self._lost: dict[str, str] = lost
        self._partial: dict[str, str] = partial

    @property
    def event(self) -> RecordsUnreadable:
        """What there is to tell."""
        return RecordsUnreadable(tuple(self._lost.values()), tuple(self._partial.values()))

    async def note(self, flaws: Sequence[Flaw] | None, read: Iterable[TicketId]) -> bool:
        """Note the flaws of a page whose other tickets are `read`; tell whether that is news.

        `flaws` is `None` for tickets that were read one by one: whether whole is not known then.
        """
        before = self.event
        for ticket_id in read:
            self._lost.pop(ticket_id, None)
            if flaws is not None:
                self._partial.pop(ticket_id, None)
        for flaw in flaws or ():
            kept = self._partial if flaw.members else self._lost
            if len(kept) < _MOST_KEPT:
                kept[flaw.key] = flaw.name
        return await self._keep(before)

    async def forget_others(self, flaws: Iterable[Flaw]) -> bool:
        """Forget all but `flaws`, after a walk through all tickets; tell whether that is news."""
        before, keys = self.event, {flaw.key for flaw in flaws}
        self._lost = {key: name for key, name in self._lost.items() if key in keys}
        self._partial = {key: name for key, name in self._partial.items() if key in keys}
        return await self._keep(before)

    async def none_is_lost(self) -> bool:
        """Note that the store holds every ticket of the desk; tell whether that is news."""
        before = self.event
        self._lost.clear()
        return await self._keep(before)

    async def _keep(self, before: RecordsUnreadable) -> bool:
        if self.event == before:
            return False
        kept = json.dumps([self._lost, self._partial])

        def write(connection: Connection) -> None:
            lookups.write_mark(connection, _MARK, kept)

        await self._database.write(write)
        return True
