"""Deletions anywhere in a long list are noticed with a few small pages, and nothing else goes."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.query.query import Query
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.refresh.pull import WALKED_AGAIN_AFTER
from tests.support.scripted_desk import Line, Request, ScriptedDesk
from tests.support.still_clock import StillClock
from tests.sync.conftest import ME
from tests.sync.test_pull import bare_desk

COUNT = 1_500
LIMIT = 50
FEW_CALLS = 25
"""A walk takes 30."""


@dataclass
class LongList:
    """The tickets of a desk that sorts and pages as it is asked, and what happens meanwhile."""

    changed: dict[str, int] = field(default_factory=dict)
    """When each ticket last changed, in seconds."""
    hidden: set[str] = field(default_factory=set)
    """Tickets that are shown under their ids and stand in no list."""
    calls: int = 0
    before_page: Callable[[int], None] = lambda number: None
    heeds_limit: bool = True
    now: int = COUNT + 10

    def touch(self, ticket_id: str) -> None:
        self.now += 1
        self.changed[ticket_id] = self.now

    def newest_first(self) -> list[str]:
        shown = [one for one in self.changed if one not in self.hidden]
        return sorted(shown, key=lambda one: (-self.changed[one], one))

    async def answer_list(self, request: Request, line: Line) -> None:
        self.calls += 1
        self.before_page(self.calls)
        number = int(request.query.get("page", "1"))
        limit = int(request.query.get("limit", "50")) if self.heeds_limit else 50
        order = self.newest_first()
        records = [self._record(one) for one in order[(number - 1) * limit : number * limit]]
        has_next = number * limit < len(order)
        if not records:
            await line.answer(204)
            return
        body = {
            "totalRecords": len(order),
            "recordsPerPage": limit,
            "records": records,
            "nextQuery": "https://desk.example/next" if has_next else None,
        }
        await line.answer(200, {"ticket": body})

    async def answer_one(self, request: Request, line: Line) -> None:
        ticket_id = request.path.rpartition("/")[2]
        if ticket_id in self.changed:
            await line.answer(200, self._record(ticket_id))
        else:
            await line.answer(204)

    def _record(self, ticket_id: str) -> dict[str, Any]:
        changed_ms = 1_760_000_000_000 + self.changed[ticket_id] * 1_000
        status = {"status": "opened"}
        number = f"{ticket_id.removeprefix('t')}/2026"
        members = {"id": ticket_id, "number": number, "subject": "Lamp", "status": status}
        return {**members, "insertDate": 1_750_000_000_000, "managedDate": changed_ms}


@pytest.fixture
def listed() -> LongList:
    return LongList({f"t{number}": number for number in range(1, COUNT + 1)})


@pytest.fixture
async def scripted(listed: LongList) -> AsyncIterator[ScriptedDesk]:
    async with bare_desk() as desk:
        desk.script("/ticket/list", listed.answer_list)
        for ticket_id in listed.changed:
            desk.script(f"/ticket/{ticket_id}", listed.answer_one)
        yield desk


@pytest.fixture
async def desk(
    scripted: ScriptedDesk, database: Database, listed: LongList, clock: StillClock
) -> AsyncIterator[Desk]:
    """Refreshed once; the calls are counted from there."""
    address = DeskAddress(base_url=scripted.base_url, client_id="c", api_token="eA==")
    desk = Desk(
        database,
        open_client=lambda: DeskeroClient(address, clock=clock),
        profile=Profile(agent=ME, page_limit=LIMIT),
        clock=clock,
    )
    await desk.start(in_background=False)
    await desk.refresh_now()
    listed.calls = 0
    yield desk
    await desk.close()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


async def ids_in(desk: Desk) -> set[str]:
    return {row.id for row in await desk.rows(await desk.order(Query()))}


@pytest.mark.parametrize("place", [1, 2, 48, 51, 700, 1_449, 1_450, COUNT - 1, COUNT])
async def test_one_deletion_is_found_with_few_calls(
    place: int, desk: Desk, listed: LongList
) -> None:
    del listed.changed[f"t{place}"]
    await desk.refresh_now()
    assert await ids_in(desk) == set(listed.changed)
    assert listed.calls <= FEW_CALLS


async def test_some_deletions_at_once_are_found_without_a_walk(
    desk: Desk, listed: LongList
) -> None:
    for place in (3, 400, 401, 402, 1_200):
        del listed.changed[f"t{place}"]
    await desk.refresh_now()
    assert await ids_in(desk) == set(listed.changed)


async def test_many_deletions_are_all_found(desk: Desk, listed: LongList) -> None:
    for place in random.Random(1).sample(range(1, COUNT + 1), 200):
        del listed.changed[f"t{place}"]
    for _ in range(4):
        await desk.refresh_now()
    assert await ids_in(desk) == set(listed.changed)


async def test_a_ticket_that_comes_back_with_its_old_date_is_found(
    desk: Desk, listed: LongList
) -> None:
    kept = listed.changed.pop("t333")
    await desk.refresh_now()
    listed.changed["t333"] = kept
    await desk.refresh_now()
    assert "t333" in await ids_in(desk)
    assert listed.calls <= 2 * FEW_CALLS


async def test_tickets_that_changed_in_the_same_moment_hide_no_deletion(
    desk: Desk, listed: LongList
) -> None:
    for place in range(500, 700):
        listed.changed[f"t{place}"] = 600
    await desk.refresh_now(thoroughly=True)
    listed.calls = 0
    del listed.changed["t610"]
    await desk.refresh_now()
    assert await ids_in(desk) == set(listed.changed)
    assert listed.calls <= 2 * FEW_CALLS


async def test_deletions_are_found_while_others_write(desk: Desk, listed: LongList) -> None:
    chance = random.Random(3)

    def somebody_writes(number: int) -> None:
        if number % 6 == 0:
            listed.touch(chance.choice(sorted(listed.changed)))

    listed.before_page = somebody_writes
    del listed.changed["t777"]
    for _ in range(3):
        await desk.refresh_now()
    listed.before_page = lambda number: None
    await desk.refresh_now()
    assert await ids_in(desk) == set(listed.changed)


async def test_a_change_is_seen_in_the_refresh_that_finds_a_deletion(
    desk: Desk, listed: LongList
) -> None:
    del listed.changed["t5"]
    listed.touch("t6")
    await desk.refresh_now()
    rows = await desk.rows((await desk.order(Query()))[:1])
    assert [row.id for row in rows] == ["t6"]
    assert "t5" not in await ids_in(desk)


async def test_a_ticket_hidden_from_the_list_alone_stays_and_costs_few_calls(
    desk: Desk, listed: LongList
) -> None:
    listed.hidden.add("t44")
    for _ in range(10):
        await desk.refresh_now()
    assert "t44" in await ids_in(desk)
    assert listed.calls <= 10 + 9 * FEW_CALLS


async def test_a_desk_that_ignores_the_page_size_is_walked_at_most_every_hour(
    desk: Desk, listed: LongList, clock: StillClock
) -> None:
    listed.heeds_limit = False
    del listed.changed["t9"]
    await desk.refresh_now()
    assert listed.calls <= 3
    clock.pass_by(WALKED_AGAIN_AFTER / timedelta(seconds=1))
    await desk.refresh_now()
    assert await ids_in(desk) == set(listed.changed)
