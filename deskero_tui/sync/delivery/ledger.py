"""The outbox as a set of facts: every move is committed durably, then told and counted.

Moves of other programs on the same store are found by looking, and told just the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from sqlite3 import Connection

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.contents import Content, NoteContent, UpdateContent
from deskero_tui.domain.outbox.items import Happening, ItemId, OutboxCounts, OutboxItem, State
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import outbox
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import Attempt, Standing
from deskero_tui.sync.events import Event, OutboxChanged, TicketsChanged


class Ledger:
    """What both the agent's side and the drainer change. Lives on the event loop."""

    def __init__(self, database: Database, clock: Clock, tell: Callable[[Event], None]) -> None:
        self._database = database
        self._clock = clock
        self.tell = tell
        self._rung = asyncio.Event()
        self._standings = database.read_now(outbox.standings)

    @property
    def counts(self) -> OutboxCounts:
        """How many writes have not ended, as of the last look or move."""
        standings = self._standings.values()
        asking = sum(one.needs_agent for one in standings)
        held = sum(one.state is State.HELD for one in standings)
        refused = sum(one.state is State.REFUSED for one in standings)
        waiting = len(self._standings) - asking - held - refused
        return OutboxCounts(waiting=waiting, held=held, unsure=asking, refused=refused)

    async def change(
        self, function: Callable[[Connection], Sequence[OutboxItem]]
    ) -> list[OutboxItem]:
        """Runs `function` as one durable transaction, then tells what became of its items.

        Raises:
            MoveRefused: A state did not allow what was asked; nothing was changed.
            StoreBroken: The store cannot be written; nothing was changed.
        """

        def change(connection: Connection) -> list[OutboxItem]:
            items = list(function(connection))
            if tickets := _with_other_fields(items):
                from deskero_tui.store.pending import show_pending

                show_pending(connection, tickets)
            return items

        items = await self._database.write(change, durable=True)
        self._note(items)
        return items

    async def move(
        self,
        item_id: ItemId,
        happening: Happening,
        at: datetime | None = None,
        /,
        *,
        reason: str = "",
        attempt: Attempt | None = None,
        **columns: str | int | None,
    ) -> OutboxItem:
        """As `change`, for one move of one item, made at `at` or now; see
        `store.outbox.move`.
        """
        at = at or self._clock.now()
        [item] = await self.change(
            lambda c: [
                outbox.move(c, item_id, happening, at=at, reason=reason, attempt=attempt, **columns)
            ]
        )
        return item

    def look(self) -> None:
        """Notices what other programs did, at once on the calling thread: a matter of microseconds.

        Raises:
            StoreBroken: The store cannot be read.
        """
        known, now = self._standings, self._database.read_now(outbox.standings)
        if now == known:
            return
        self._standings = now
        ended = [item_id for item_id in known if item_id not in now]
        for item in self._database.read_now(lambda c: outbox.items_of(c, ended)):
            self._tell_of(item)
        for item_id, standing in now.items():
            if standing != known.get(item_id):
                self.tell(OutboxChanged(item_id, standing.ticket_id, standing.state))
        touched = {one.ticket_id for one in (*known.values(), *now.values()) if one.ticket_id}
        self.tell(TicketsChanged(frozenset(touched)))
        self._ring()

    @property
    def next_move(self) -> asyncio.Event:
        """Set when something moves from now on."""
        return self._rung

    def _note(self, items: Sequence[OutboxItem]) -> None:
        for item in items:
            if item.has_ended:
                self._standings.pop(item.id, None)
            else:
                self._standings[item.id] = Standing(
                    item.ticket_id, item.state, item.needs_agent, to_ms(item.changed_at)
                )
            self._tell_of(item)
        if tickets := _with_other_fields(items):
            self.tell(TicketsChanged(tickets))
        self._ring()

    def _tell_of(self, item: OutboxItem) -> None:
        self.tell(OutboxChanged(item.id, item.ticket_id, item.state, item.reason))

    def _ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()


def _with_other_fields(items: Sequence[OutboxItem]) -> frozenset[TicketId]:
    """The tickets that may show other fields or reminders once these items have moved."""
    return frozenset(
        item.ticket_id for item in items if item.ticket_id is not None and _shows(item.content)
    )


def _shows(content: Content) -> bool:
    match content:
        case UpdateContent():
            return True
        case NoteContent(remind_at=remind_at):
            return remind_at is not None
        case _:
            return False
