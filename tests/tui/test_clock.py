"""What the time alone changes is renewed when it changes, and nothing is painted otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.clock import SystemClock
from deskero_tui.domain.outbox.outgoing import OutgoingNote
from deskero_tui.domain.query.own_views import arranged
from deskero_tui.domain.query.parser import read_query
from deskero_tui.domain.query.query import MomentField, MomentIn
from deskero_tui.domain.query.time_bounds import moving_bounds, next_midnight
from deskero_tui.domain.time.moments import age, next_age
from tests.support.console import Console, address_of, console_on
from tests.support.desk_double import MovableClock
from tests.support.running_desk import FIXED_ANCHOR, RunningDesk

DAY_S = 86_400


class RunningClock(SystemClock):
    """The clock of the machine, set to another time."""

    def __init__(self) -> None:
        self._set_by = FIXED_ANCHOR - super().now()

    @override
    def now(self) -> datetime:
        return super().now() + self._set_by

    def jump(self, seconds: float) -> None:
        self._set_by += timedelta(seconds=seconds)


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


async def test_nothing_is_read_while_the_time_changes_nothing(
    console: Console, running: RunningDesk, clock: MovableClock
) -> None:
    """Nor does anything keep the processor busy: a view that counts from now has no next ticket."""
    await console.press("9")
    before = console.inbox.turn_at
    clock.pass_by(30)
    assert not console.inbox.has_turned()
    await minute_passed(console)
    assert console.inbox.turn_at == before


async def test_a_ticket_comes_in_at_the_moment_it_is_old_enough(
    console: Console, clock: MovableClock
) -> None:
    await show_view(console, "late")
    count, turn_at = console.tickets.row_count, console.inbox.turn_at
    assert turn_at is not None
    clock.pass_by((turn_at - clock.now()).total_seconds() - 1)
    await minute_passed(console)
    assert console.tickets.row_count == count
    clock.pass_by(1.001)
    await minute_passed(console)
    assert console.tickets.row_count > count


async def test_a_clock_that_was_set_is_followed_both_ways(
    console: Console, clock: MovableClock
) -> None:
    await show_view(console, "today")
    count = console.tickets.row_count
    clock.jump(DAY_S)
    await minute_passed(console)
    assert console.tickets.row_count == 0
    clock.jump(-DAY_S)
    await minute_passed(console)
    assert console.tickets.row_count == count > 0


async def test_the_console_wakes_up_by_itself_when_the_time_changes_something(
    running: RunningDesk, tmp_path: Path
) -> None:
    clock = RunningClock()
    tables = [{"id": "today", "title": "Today", "query": "opened:today"}]
    views = arranged(tables, [], now=clock.now()).views
    opening = console_on(address_of(running), tmp_path, clock=clock, views=views)
    async with opening as console:
        await show_view(console, "today")
        assert console.tickets.row_count > 0
        midnight = next_midnight(clock.now())
        clock.jump((midnight - clock.now()).total_seconds() - 1)
        console.inbox.plan_clock()
        await console.until(lambda: console.tickets.row_count == 0, "for midnight")


ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 28), 24), ((2026, 3, 29), 23), ((2026, 10, 25), 25)]
)
def test_the_next_day_begins_when_the_wall_clock_says_so(
    day: tuple[int, int, int], hours: int
) -> None:
    begins = datetime(*day, tzinfo=ROME)
    assert next_midnight(begins) - begins == timedelta(hours=hours)


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25)])
def test_spans_count_as_they_pass_where_the_wall_clock_changes(day: tuple[int, int, int]) -> None:
    now = datetime(*day, 6, tzinfo=ROME)
    older = read_query("age>5h", now=now)
    assert isinstance(older, MomentIn)
    assert older.before is not None
    assert now.astimezone(UTC) - older.before.astimezone(UTC) == timedelta(hours=5)


@given(st.integers(-200_000, 900 * 86_400), st.integers(0, 900 * 86_400))
def test_an_age_reads_the_same_until_its_next_moment(ago_s: int, further_s: int) -> None:
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    then = now - timedelta(seconds=ago_s)
    changes_at = next_age(then, now)
    assert changes_at > now
    between = now + timedelta(seconds=further_s)
    if between < changes_at:
        assert age(then, between) == age(then, now)
    elif ago_s >= 0:
        assert age(then, changes_at) != age(then, now)


def test_bounds_that_move_with_the_clock_are_told_from_those_of_a_day() -> None:
    now = datetime(2026, 11, 22, 9, tzinfo=ROME)
    later = now + timedelta(seconds=1)
    text = "age>2d -opened:3h..today closed:yesterday status:opened OR changed<4d"
    bounds = moving_bounds(read_query(text, now=now), read_query(text, now=later))
    assert {(field, (now.astimezone(UTC) - at)) for field, at in bounds} == {
        (MomentField.WAITING, timedelta(days=2)),
        (MomentField.OPENED, timedelta(hours=3)),
        (MomentField.CHANGED, timedelta(days=4)),
    }


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
