"""What the time alone changes is renewed when it changes, and nothing is painted otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outgoing import OutgoingNote
from deskero_tui.domain.own_views import arranged
from tests.support.console import Console, address_of, console_on
from tests.support.desk_double import MovableClock
from tests.support.running_desk import RunningDesk

DAY_S = 86_400


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def running(tmp_path: Path, clock: MovableClock) -> Iterator[RunningDesk]:
    """A desk whose newest tickets are from the hours before the clock's first moment."""
    with RunningDesk(tmp_path, demo_tickets=40, demo_anchor=clock.now()) as desk:
        yield desk


@pytest.fixture
async def console(
    running: RunningDesk, tmp_path: Path, clock: MovableClock
) -> AsyncIterator[Console]:
    tables = [
        {"id": "today", "title": "Today", "query": "opened:today"},
        {"id": "late", "title": "Late", "query": "age>2d"},
    ]
    tabs = arranged(tables, [], now=clock.now())
    opening = console_on(address_of(running), tmp_path, clock=clock, views=tabs.views)
    async with opening as opened:
        yield opened


def view_index(console: Console, view_id: str) -> int:
    return next(at for at, view in enumerate(console.inbox._views) if view.id == view_id)


async def show_view(console: Console, view_id: str) -> None:
    console.inbox.view_index = view_index(console, view_id)
    await console.settled()


async def count_of(console: Console, view_id: str) -> int:
    return console.inbox._tabs.counts[view_index(console, view_id)]


async def minute_passed(console: Console) -> None:
    """What the console does at the beginning of a minute."""
    console.inbox.follow_clock()
    await console.settled()


async def test_ages_of_all_lines_go_on_together(console: Console, clock: MovableClock) -> None:
    await console.press("9")
    before = console.picture
    clock.pass_by(7 * DAY_S)
    assert console.picture == before, "nothing is repainted by itself"
    await minute_passed(console)
    after = console.picture
    changed = [at for at, line in enumerate(before) if line != after[at]]
    assert changed
    assert any(f" {age}" in "\n".join(after) for age in ("7d", "8d", "9d", "2w"))


async def test_midnight_empties_the_view_of_today(console: Console, clock: MovableClock) -> None:
    await show_view(console, "today")
    assert console.tickets.row_count == await count_of(console, "today") > 0
    now = clock.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    clock.pass_by((midnight - now).total_seconds() - 1)
    await minute_passed(console)
    assert console.tickets.row_count > 0
    clock.pass_by(1)
    await minute_passed(console)
    assert console.tickets.row_count == 0
    assert await count_of(console, "today") == 0
    assert "No tickets in this view" in console.text


async def test_tickets_come_into_a_view_by_waiting(console: Console, clock: MovableClock) -> None:
    await show_view(console, "late")
    before = console.tickets.row_count
    clock.pass_by(2 * DAY_S)
    await minute_passed(console)
    assert console.tickets.row_count > before
    assert await count_of(console, "late") == console.tickets.row_count


async def test_dates_in_the_ticket_follow_the_day(
    console: Console, running: RunningDesk, clock: MovableClock
) -> None:
    await console.press("9")
    me = console.desk.me
    assert me is not None
    note = OutgoingNote("Look again", me, me, inserted_at=datetime.now(UTC))
    async with DeskeroClient(address_of(running)) as colleague:
        await colleague.add_note(console.row.id, note)
    await console.press("enter")
    await console.wait_for("Look again")
    before = console.text
    clock.pass_by(DAY_S)
    await minute_passed(console)
    assert console.text != before
