"""A reminder hides its ticket at once, and brings it back by the clock alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from deskero_tui.domain.clock import SYSTEM_CLOCK, Clock
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.outbox.items import ItemId
from deskero_tui.domain.query.query import Query, Trait
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import listing, tickets
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from deskero_tui.sync.events import Event, RemindersDue, TicketsChanged
from deskero_tui.sync.reminders import LONGEST_WAIT_S, Reminders
from tests.support.desk_double import DeskDouble, Fault, MovableClock
from tests.sync.console import T1, Console, opened, two_tickets


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def desk(clock: MovableClock) -> DeskDouble:
    return two_tickets(clock)


@pytest.fixture
async def console(tmp_path: Path, desk: DeskDouble, clock: MovableClock) -> AsyncIterator[Console]:
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        yield console


class Watch:
    """The reminders of one program, and what it was told."""

    def __init__(self, console: Console, clock: Clock, database: Database | None = None) -> None:
        self.told: list[Event] = []
        self.is_told = asyncio.Event()
        store_of_all = database or console.database
        self.reminders = Reminders(store_of_all, clock, lambda: console.me, self._hear)

    def _hear(self, event: Event) -> None:
        self.told.append(event)
        self.is_told.set()


async def remind(console: Console, hours: float = 1.0) -> ItemId:
    """Queues a note with a reminder on the first ticket; its item."""
    remind_at = console.clock.now() + timedelta(hours=hours)
    return await console.outbox.queue_note(T1, "call", remind_at=remind_at)


async def has(console: Console, trait: Trait) -> bool:
    """Whether the first ticket is what `trait` says, by the console's clock."""
    viewer = Viewer(console.me, to_ms(console.clock.now()))
    key = await console.database.read(lambda c: tickets.key_of(c, T1))
    return key in await console.database.read(lambda c: listing.order_of(c, Query(trait), viewer))


async def test_a_queued_reminder_hides_at_once_and_stays_when_it_is_sent(
    console: Console,
) -> None:
    console.told.clear()
    await remind(console)
    assert await has(console, Trait.SNOOZED)
    assert TicketsChanged(frozenset([T1])) in console.told
    await console.drain()
    assert await has(console, Trait.SNOOZED)
    await console.see("t1")
    assert await has(console, Trait.SNOOZED)


async def test_a_reminder_that_is_taken_back_hides_no_more(console: Console) -> None:
    item_id = await remind(console)
    await console.outbox.take_back(item_id)
    assert not await has(console, Trait.SNOOZED)
    assert not await has(console, Trait.REMINDER)


async def test_a_reminder_that_is_refused_hides_no_more(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.REFUSED)
    await remind(console)
    await console.drain()
    assert not await has(console, Trait.SNOOZED)


async def test_a_customer_who_writes_brings_the_ticket_back(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    await remind(console)
    await console.drain()
    clock.pass_by(60)
    desk.customer_writes("t1", "Hello?")
    await console.see("t1")
    assert not await has(console, Trait.SNOOZED)
    assert await has(console, Trait.REMINDER)


async def test_it_is_told_when_it_is_due_and_by_one_program_only(
    console: Console, clock: MovableClock, tmp_path: Path
) -> None:
    await remind(console)
    other_database = Database(tmp_path / "store.sqlite")
    one, other = Watch(console, clock), Watch(console, clock, other_database)
    assert await one.reminders.look() == LONGEST_WAIT_S
    assert one.told == []
    clock.pass_by(3_600 - 20)
    assert await one.reminders.look() == 20
    clock.pass_by(20)
    await asyncio.gather(one.reminders.look(), other.reminders.look())
    other_database.close()
    announced = [
        event.told for event in (*one.told, *other.told) if isinstance(event, RemindersDue)
    ]
    assert len(announced) == 2
    assert sorted(len(told) for told in announced) == [0, 1]
    assert not await has(console, Trait.SNOOZED)
    assert await has(console, Trait.REMINDER_DUE)


async def test_nothing_is_told_twice(console: Console, clock: MovableClock) -> None:
    await remind(console)
    watch = Watch(console, clock)
    clock.pass_by(3_600)
    await watch.reminders.look()
    assert await watch.reminders.look() == LONGEST_WAIT_S
    assert len(watch.told) == 1


async def test_a_time_that_is_set_again_ends_the_one_that_was_due(
    console: Console, clock: MovableClock
) -> None:
    await remind(console)
    clock.pass_by(3_600)
    assert await has(console, Trait.REMINDER_DUE)
    await remind(console, hours=2)
    assert not await has(console, Trait.REMINDER_DUE)
    assert await has(console, Trait.SNOOZED)


async def test_a_reminder_is_done_without_a_word_to_the_desk(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    await remind(console)
    await console.drain()
    watch = Watch(console, clock)
    with pytest.raises(BadInput, match="is due"):
        await watch.reminders.done(T1)
    clock.pass_by(3_600)
    written = list(desk.written)
    await watch.reminders.done(T1)
    assert watch.told == [TicketsChanged(frozenset([T1]))]
    assert not await has(console, Trait.REMINDER)
    await console.see("t1")
    assert not await has(console, Trait.REMINDER)
    assert desk.written == written


async def test_it_comes_back_by_the_clock_alone(console: Console) -> None:
    """On the real clock: nothing but the timer for it can wake the watch."""
    due_ms = to_ms(SYSTEM_CLOCK.now()) + 150
    key = await console.database.read(lambda c: c.execute("SELECT key FROM tickets").fetchone()[0])
    watch = Watch(console, SYSTEM_CLOCK)
    loop = asyncio.create_task(watch.reminders.run())
    try:
        await console.database.write(
            lambda c: (
                c.execute(
                    "INSERT INTO reminders VALUES (?, ?, ?, 1)", (key, console.me, due_ms)
                ).rowcount
            )
        )
        watch.reminders.look_again()
        await asyncio.wait_for(watch.is_told.wait(), 5)
    finally:
        loop.cancel()
        await asyncio.wait([loop])
    assert due_ms <= to_ms(SYSTEM_CLOCK.now()) < due_ms + 1_000
    assert isinstance(watch.told[0], RemindersDue)
