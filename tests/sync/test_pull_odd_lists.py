"""Desks that are wrong about their own list of tickets cost no walk for nothing."""

from __future__ import annotations

from typing import Any, Final

import pytest

from deskero_tui.domain.query.query import Query
from deskero_tui.sync.desk import Desk
from tests.support.scripted_desk import Line, Request, ScriptedDesk
from tests.sync.conftest import DeskMaker
from tests.sync.test_pull import address, bare_desk, wire

SIZE: Final = 25
COUNT: Final = 60
RIGHT_WALK: Final = 3
REFRESHES: Final = 10
REFUSALS: Final = (400, 404, 416, 422)
"""What desks answer for a page beyond the end, in place of an empty one."""


class OddList:
    """The list call of a desk with some faults; newest first."""

    def __init__(self, faults: set[str]) -> None:
        self.faults = faults
        self.records = [wire(number) for number in range(COUNT, 0, -1)]
        self.calls = 0

    async def answer(self, request: Request, line: Line) -> None:
        self.calls += 1
        number = int(request.query.get("page", "1"))
        if "page ignored" in self.faults:
            number = 1
        last = -(-len(self.records) // SIZE)
        if number > last and "last page again" in self.faults:
            number = last
        if number > last and "from the start" in self.faults:
            number = (number - 1) % last + 1
        first = (number - 1) * SIZE
        if "overlap" in self.faults:
            first -= number - 1
        records = self.records[max(first, 0) : first + SIZE]
        total = len(self.records)
        if "too high" in self.faults:
            total += 5000
        if "unsteady" in self.faults:
            total += 5000 + self.calls // 4
        if "of the page" in self.faults:
            total = len(records)
        refused = [status for status in REFUSALS if f"{status} beyond" in self.faults]
        if not records and refused:
            await line.answer(refused[0], {"message": "no such page"})
            return
        if not records and "page of a gateway beyond" in self.faults:
            await line.answer(404, b"<html><body>Not found</body></html>")
            return
        if not records and "empty pages" not in self.faults:
            await line.answer(204)
            return
        has_more = first + SIZE < len(self.records) or "never ends" in self.faults
        body: dict[str, Any] = {"totalRecords": total, "recordsPerPage": SIZE, "records": records}
        body["nextQuery"] = "https://x.example/next" if has_more else None
        await line.answer(200, {"ticket": body})

    def calls_since(self) -> int:
        calls, self.calls = self.calls, 0
        return calls


async def opened(make_desk: DeskMaker, scripted: ScriptedDesk) -> Desk:
    desk = make_desk(address(scripted))
    await desk.start(in_background=False)
    return desk


@pytest.mark.parametrize(
    "faults",
    [
        set(),
        {"too high"},
        {"never ends"},
        {"never ends", "empty pages"},
        {"never ends", "last page again"},
        {"never ends", "from the start"},
        {"too high", "never ends"},
        {"too high", "never ends", "empty pages"},
        {"too high", "last page again"},
        {"too high", "never ends", "last page again"},
        {"too high", "never ends", "from the start"},
        {"of the page"},
        {"of the page", "never ends"},
        {"unsteady"},
        {"overlap"},
        {"overlap", "too high"},
        *(
            {f"{status} beyond", *others}
            for status in REFUSALS
            for others in ((), ("too high",), ("never ends",), ("too high", "never ends"))
        ),
        {"page of a gateway beyond", "too high"},
        {"page of a gateway beyond", "never ends"},
    ],
    ids=lambda faults: ", ".join(sorted(faults)) or "right",
)
async def test_neither_a_walk_nor_later_refreshes_ask_much_more_than_at_a_right_desk(
    faults: set[str], make_desk: DeskMaker
) -> None:
    odd = OddList(faults)
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", odd.answer)
        desk = await opened(make_desk, scripted)
        await desk.refresh_now()
        assert len(await desk.order(Query())) == COUNT
        is_wrong_throughout = {"too high", "never ends", "last page again"} == faults
        assert odd.calls_since() <= RIGHT_WALK + (3 if is_wrong_throughout else 2)
        for _ in range(REFRESHES):
            await desk.refresh_now()
        # A total that is another each time costs two walks until it is ignored.
        more = 2 * (RIGHT_WALK + 2) if faults == {"unsteady"} else 2
        assert odd.calls_since() <= REFRESHES + more
        await desk.close()
        # Another program on the same store, such as the next command.
        again = await opened(make_desk, scripted)
        await again.refresh_now()
        assert odd.calls_since() <= 3


async def test_a_desk_that_heeds_no_page_number_is_not_asked_for_ever(
    make_desk: DeskMaker,
) -> None:
    odd = OddList({"page ignored", "never ends", "too high"})
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", odd.answer)
        desk = await opened(make_desk, scripted)
        for _ in range(3):
            await desk.refresh_now()
        assert odd.calls_since() <= 8


async def test_at_a_desk_that_counts_too_many_a_new_ticket_comes_without_a_walk(
    make_desk: DeskMaker,
) -> None:
    odd = OddList({"too high"})
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", odd.answer)
        desk = await opened(make_desk, scripted)
        await desk.refresh_now()
        odd.records.insert(0, wire(COUNT + 1))
        odd.calls_since()
        await desk.refresh_now()
        assert len(await desk.order(Query())) == COUNT + 1
        assert odd.calls_since() <= 3


async def test_at_a_desk_that_counts_too_many_a_deleted_ticket_goes(make_desk: DeskMaker) -> None:
    odd = OddList({"too high"})
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", odd.answer)
        scripted.script("/ticket/t7", lambda request, line: line.answer(204))
        desk = await opened(make_desk, scripted)
        await desk.refresh_now()
        odd.records = [record for record in odd.records if record["id"] != "t7"]
        await desk.refresh_now()
        assert len(await desk.order(Query())) == COUNT - 1


async def test_a_right_total_is_believed_again(make_desk: DeskMaker) -> None:
    odd = OddList({"too high"})
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", odd.answer)
        scripted.script("/ticket/t7", lambda request, line: line.answer(204))
        desk = await opened(make_desk, scripted)
        await desk.refresh_now()
        odd.faults.clear()
        await desk.refresh_now()
        odd.records = [record for record in odd.records if record["id"] != "t7"]
        await desk.refresh_now()
        assert len(await desk.order(Query())) == COUNT - 1
