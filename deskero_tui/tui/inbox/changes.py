"""Queues the changes of tickets that commands ask for, and reports them for undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import ItemId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.sync.desk import Desk

TAGS_AT_A_TIME: Final = 100
"""Tickets whose tags are read in one query: the longest time that a key waits."""


class ChangeHost(Protocol):
    """What the main screen does before and after a change."""

    def begin_work_on(self, ticket_id: TicketId) -> None:
        """Note that this console is about to change a ticket."""

    def note_leaving(self, item_id: ItemId, ticket_id: TicketId | None, what: str) -> None:
        """Show that an item leaves, with a countdown, and remember it for undo."""

    def note_changed(self, item_id: ItemId, ticket_id: TicketId, said: str) -> None:
        """Remember a change, to show and undo it."""

    async def change_many(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        """Change several tickets after a question."""

    async def do_to_many(
        self,
        rows: Sequence[TicketRow],
        queue: Callable[[TicketRow, str], Awaitable[object]],
        said: str,
    ) -> None:
        """Queue something for several tickets after a question."""

    def preparing(self) -> AbstractContextManager[None]:
        """Let Esc stop the command until the block ends."""

    def say_reading(self, count: int, total: int) -> None:
        """Show how many of all tickets have been read."""


class TicketChanges:
    """Changes of one ticket or of several, by way of the outbox."""

    def __init__(self, desk: Desk, host: ChangeHost) -> None:
        self._desk = desk
        self._host = host

    async def change(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        """See `Changes.change`."""
        if len(rows) != 1:
            await self._host.change_many(rows, patch_of, said)
            return
        [row] = rows
        self._host.begin_work_on(row.id)
        [item_id] = await self._desk.outbox.queue_change([row.id], patch_of(row))
        self._host.note_changed(item_id, row.id, f"{row.number} {said}: {row.subject}")

    async def delete(self, row: TicketRow) -> None:
        """See `Changes.delete`."""
        self._host.begin_work_on(row.id)
        item_id = await self._desk.outbox.queue_delete(row.id)
        self._host.note_leaving(item_id, row.id, f"Deletion of {row.number}")

    async def delete_many(self, rows: Sequence[TicketRow]) -> None:
        """See `Changes.delete_many`."""
        outbox = self._desk.outbox
        await self._host.do_to_many(
            rows,
            lambda row, batch: outbox.queue_delete(row.id, batch=batch),
            "deleted for everybody, for good",
        )

    async def tags_of(self, rows: Sequence[TicketRow]) -> dict[TicketId, tuple[str, ...]]:
        """See `Changes.tags_of`."""
        tags: dict[TicketId, tuple[str, ...]] = {}
        with self._host.preparing():
            for first in range(0, len(rows), TAGS_AT_A_TIME):
                self._host.say_reading(first, len(rows))
                ids = _ids(rows[first : first + TAGS_AT_A_TIME])
                tags |= await self._desk.tags_by_ticket(ids)
        return tags


def _ids(rows: Iterable[TicketRow]) -> list[TicketId]:
    return [row.id for row in rows]
