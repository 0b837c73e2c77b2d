"""Walks that are broken off go on; desks that ask for patience get it; a new login is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.query.query import Query
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import Event, Link, LinkChanged, LinkState
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.refresh.full_sync import WALKED_EVERY
from deskero_tui.sync.refresh.progress import KEPT
from tests.support.running_desk import RunningDesk
from tests.support.scripted_desk import Line, Request, ScriptedDesk, says
from tests.support.still_clock import StillClock
from tests.support.tickets import ticket
from tests.sync.conftest import ME, address_of

LIMIT = 5
MANY = 60


@dataclass
class Shelf:
    """Tickets of a desk, newest first, and which pages of them were asked for."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    breaks_at: int | None = None
    """The page that cannot be read: `None` when all can."""
    is_throttled: bool = False

    async def answer(self, request: Request, line: Line) -> None:
        page = int(request.query.get("page", 1))
        self.asked.append(page)
        if self.is_throttled:
            await line.answer(429, {"message": "Too many"}, {"Retry-After": "40"})
            return
        if page == self.breaks_at:
            await line.answer(404, {"message": "Not just now"})
            return
        records = self.tickets[(page - 1) * LIMIT : page * LIMIT]
        has_next = page * LIMIT < len(self.tickets)
        envelope = {
            "totalRecords": len(self.tickets),
            "recordsPerPage": LIMIT,
            "nextQuery": f"/ticket/list?page={page + 1}" if has_next else None,
            "previousQuery": None,
            "records": records,
        }
        await line.answer(200, {"ticket": envelope})

    async def show(self, request: Request, line: Line) -> None:
        """One ticket, or nothing when it is gone."""
        ticket_id = request.path.rpartition("/")[2]
        found = next((one for one in self.tickets if one["id"] == ticket_id), None)
        await line.answer(204 if found is None else 200, b"" if found is None else found)


def wire(number: int) -> dict[str, Any]:
    """A higher number is a newer ticket."""
    members = ticket(number).model_dump(by_alias=True, mode="json", exclude_defaults=True)
    return {**members, "managedDate": 1_760_000_000_000 + number * 1000}


LOOK_UPS = (
    "/agent/list", "/ticketStatus/getAllForCombo", "/ticketSource/getAllForCombo",
    "/ticketType/list", "/ticketArea/list", "/ticketGroup/list",
    "/ticketType/getAllForCombo", "/ticketArea/getAllForCombo", "/ticketGroup/getAllForCombo",
)  # fmt: skip


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedDesk]:
    async with ScriptedDesk() as desk:
        for path in LOOK_UPS:
            desk.script(path, says(404))
        yield desk


@pytest.fixture
def shelf(scripted: ScriptedDesk) -> Shelf:
    shelf = Shelf([wire(number) for number in range(MANY, 0, -1)])
    scripted.script("/ticket/list", shelf.answer)
    for number in range(1, MANY + 1):
        scripted.script(f"/ticket/t{number}", shelf.show)
    return shelf


@pytest.fixture
async def open_console(
    scripted: ScriptedDesk, database: Database
) -> AsyncIterator[Callable[[], Desk]]:
    """Opens the console's desk as after a restart: on the same store, at the time of `clock`."""
    made: list[Desk] = []
    clock = StillClock()

    def make() -> Desk:
        address = DeskAddress(base_url=scripted.base_url, client_id="c", api_token="eA==")
        desk = Desk(
            database,
            open_client=lambda: DeskeroClient(address, clock=clock),
            profile=Profile(agent=ME, page_limit=LIMIT),
            clock=clock,
        )
        made.append(desk)
        return desk

    yield make
    for desk in made:
        await desk.close()


async def broken_off_at(page: int, open_console: Callable[[], Desk], shelf: Shelf) -> Desk:
    """A console whose first walk came as far as before `page`."""
    shelf.breaks_at = page
    desk = open_console()
    await desk.start(in_background=False)
    with pytest.raises(DeskeroError):
        await desk.refresh_now()
    await desk.close()
    shelf.breaks_at = None
    shelf.asked.clear()
    return desk


async def numbers_in(desk: Desk) -> list[int]:
    rows = await desk.rows(await desk.order(Query()))
    return [int(row.id.removeprefix("t")) for row in rows]


async def refreshed(open_console: Callable[[], Desk]) -> Desk:
    desk = open_console()
    await desk.start(in_background=False)
    await desk.refresh_now()
    return desk


async def test_a_first_walk_goes_on_where_the_last_program_was(
    open_console: Callable[[], Desk], shelf: Shelf
) -> None:
    await broken_off_at(9, open_console, shelf)
    desk = await refreshed(open_console)
    assert await numbers_in(desk) == list(range(MANY, 0, -1))
    assert set(range(2, 7)).isdisjoint(shelf.asked), "what was read is not read again"
    shelf.asked.clear()
    await desk.refresh_now()
    assert shelf.asked == [1], "the walk has come to its end"


async def test_what_came_and_went_while_no_program_ran_is_found(
    open_console: Callable[[], Desk], shelf: Shelf
) -> None:
    await broken_off_at(9, open_console, shelf)
    del shelf.tickets[3], shelf.tickets[10]
    shelf.tickets.insert(0, wire(MANY + 1))
    desk = await refreshed(open_console)
    await desk.refresh_now()
    expected = [int(one["id"].removeprefix("t")) for one in shelf.tickets]
    assert await numbers_in(desk) == expected


async def test_more_deletions_than_a_page_holds_are_found_by_the_total(
    open_console: Callable[[], Desk], shelf: Shelf
) -> None:
    await broken_off_at(9, open_console, shelf)
    del shelf.tickets[: 3 * LIMIT]
    desk = await refreshed(open_console)
    await desk.refresh_now()
    expected = [int(one["id"].removeprefix("t")) for one in shelf.tickets]
    assert await numbers_in(desk) == expected


async def test_a_walk_that_was_broken_off_long_ago_begins_anew(
    scripted: ScriptedDesk, database: Database, shelf: Shelf, open_console: Callable[[], Desk]
) -> None:
    desk = await broken_off_at(9, open_console, shelf)
    assert isinstance(desk.clock, StillClock)
    desk.clock.pass_by(KEPT.total_seconds() + 1)
    await refreshed(open_console)
    assert set(range(2, 7)) <= set(shelf.asked)


async def waited_for(desk: Desk, is_it: Callable[[Link], bool]) -> Link:
    """The first such state of the line from now on."""
    found: asyncio.Future[Link] = asyncio.get_running_loop().create_future()

    def hear(event: Event) -> None:
        if isinstance(event, LinkChanged) and is_it(event.link) and not found.done():
            found.set_result(event.link)

    unsubscribe = desk.subscribe(hear)
    try:
        return await asyncio.wait_for(found, 20)
    finally:
        unsubscribe()


async def test_a_desk_that_asks_for_patience_is_left_alone_and_that_is_said(
    open_console: Callable[[], Desk], shelf: Shelf
) -> None:
    shelf.is_throttled = True
    desk = open_console()
    throttled = asyncio.create_task(waited_for(desk, lambda link: link.retry_at is not None))
    await asyncio.sleep(0)
    await desk.start()
    link = await throttled
    assert link.state is LinkState.SLOW
    assert link.retry_at is not None
    assert timedelta(seconds=38) < link.retry_at - desk.clock.now() <= timedelta(seconds=40)
    assert len(shelf.asked) == 1, "one answer is enough to learn from"
    assert isinstance(desk.clock, StillClock)
    desk.clock.pass_by(41)
    shelf.is_throttled = False
    desk.refresh()
    link = await waited_for(desk, lambda link: link.state is LinkState.ONLINE)
    assert link.retry_at is None


async def test_from_time_to_time_all_is_walked_to_find_what_is_gone(
    open_console: Callable[[], Desk], shelf: Shelf
) -> None:
    desk = await refreshed(open_console)
    await desk.close()
    shelf.asked.clear()
    assert isinstance(desk.clock, StillClock)
    desk.clock.pass_by(WALKED_EVERY.total_seconds())
    later = open_console()
    online = asyncio.create_task(waited_for(later, lambda link: link.is_up))
    await asyncio.sleep(0)
    await later.start()
    await online
    assert set(shelf.asked) == set(range(1, MANY // LIMIT + 1))


async def test_a_new_login_ends_being_signed_out_without_a_restart(
    running: RunningDesk, database: Database, tmp_path: Path
) -> None:
    kept = tmp_path / "token"
    kept.write_text("d3Jvbmc6dG9rZW4=")
    address = address_of(running, api_token=kept.read_text())
    desk = Desk(
        database,
        open_client=lambda: DeskeroClient(address, reread_token=kept.read_text),
        profile=Profile(agent=ME),
    )
    signed_out = asyncio.create_task(
        waited_for(desk, lambda link: link.state is LinkState.SIGNED_OUT)
    )
    await asyncio.sleep(0)
    await desk.start()
    await signed_out
    kept.write_text(running.api_token)
    await waited_for(desk, lambda link: link.state is LinkState.ONLINE)
    assert len(await numbers_of(desk)) > 0
    await desk.close()


async def numbers_of(desk: Desk) -> list[str]:
    return [row.number for row in await desk.rows(await desk.order(Query()))]
