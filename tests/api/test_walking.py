from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.api.paging import Page
from deskero_tui.api.walking import walk_pages
from deskero_tui.domain.errors import Missing, ServerFault


class Shelf:
    """A list that a desk gives out in pages, and that may change between two pages."""

    def __init__(self, count: int, *, size: int = 10, tells_total: bool = True) -> None:
        self.ids = [f"t{n:04}" for n in range(count)]
        self.size = size
        self.tells_total = tells_total
        self.said_size: int | None = None
        """What the desk claims as its page size; the true one unless set."""
        self.extra_total = 0
        self.marks_each_page_as_the_end = False
        self.before: dict[int, Callable[[], None]] = {}
        """What happens right before the page of that number is read for the first time."""
        self.read: list[int] = []
        self.under_way = 0
        self.most_under_way = 0
        self.ended = 0

    async def page(self, number: int) -> Page[str]:
        self.read.append(number)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(0)
            if number in self.before:
                self.before.pop(number)()
        finally:
            self.under_way -= 1
            self.ended += 1
        first = (number - 1) * self.size
        return Page(
            tuple(self.ids[first : first + self.size]),
            number,
            total=len(self.ids) + self.extra_total if self.tells_total else None,
            size=self.said_size or self.size,
            has_next=first + self.size < len(self.ids) and not self.marks_each_page_as_the_end,
        )


async def walked(shelf: Shelf, in_flight: int = 4) -> list[Page[str]]:
    async with aclosing(walk_pages(shelf.page, str, in_flight=in_flight)) as pages:
        return [page async for page in pages]


def ids_of(pages: list[Page[str]]) -> list[str]:
    return [record for page in pages for record in page.records]


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 100, 101])
async def test_every_record_comes_once_and_in_order(count: int, tells_total: bool) -> None:
    shelf = Shelf(count, tells_total=tells_total)
    pages = await walked(shelf)
    assert ids_of(pages) == shelf.ids
    assert shelf.read == list(range(1, max(1, -(-count // 10)) + 1))


async def test_pages_are_read_side_by_side_once_the_total_is_known() -> None:
    shelf = Shelf(200)
    await walked(shelf)
    assert shelf.most_under_way == 4


async def test_without_a_total_pages_are_read_one_after_the_other() -> None:
    shelf = Shelf(50, tells_total=False)
    await walked(shelf)
    assert shelf.most_under_way == 1


@pytest.mark.parametrize("said_size", [100, 3, 1])
async def test_the_size_a_desk_claims_is_not_believed(said_size: int) -> None:
    shelf = Shelf(95)
    shelf.said_size = said_size
    assert ids_of(await walked(shelf)) == shelf.ids
    assert max(shelf.read) == 10


@pytest.mark.parametrize("count", [1, 9, 10, 11, 20, 60, 95, 400])
async def test_an_end_mark_before_the_total_is_not_believed(count: int) -> None:
    shelf = Shelf(count)
    shelf.marks_each_page_as_the_end = True
    assert ids_of(await walked(shelf)) == shelf.ids
    assert len(shelf.read) <= -(-count // 10) + 2


@pytest.mark.parametrize("count", [1, 10, 20, 25])
async def test_a_right_end_mark_and_a_total_too_high_cost_one_page(count: int) -> None:
    shelf = Shelf(count)
    shelf.extra_total = 5_000
    assert ids_of(await walked(shelf)) == shelf.ids
    assert len(shelf.read) <= -(-count // 10) + 2


async def test_a_ticket_that_arrives_during_the_walk_is_found() -> None:
    shelf = Shelf(100)
    shelf.before[5] = lambda: shelf.ids.insert(0, "new")
    found = ids_of(await walked(shelf))
    assert sorted(found) == sorted(shelf.ids)


async def test_a_ticket_that_leaves_hides_no_other() -> None:
    shelf = Shelf(100)
    shelf.before[6] = lambda: shelf.ids.remove("t0003")
    found = ids_of(await walked(shelf))
    assert sorted(found) == sorted([*shelf.ids, "t0003"])


async def test_a_ticket_that_moves_hides_no_other() -> None:
    shelf = Shelf(100)

    def move_down() -> None:
        shelf.ids.remove("t0003")
        shelf.ids.append("t0003")

    shelf.before[5] = move_down
    found = ids_of(await walked(shelf))
    assert sorted(found) == sorted(shelf.ids)


async def test_a_list_that_changes_all_the_time_is_read_again_twice_at_most() -> None:
    shelf = Shelf(60)

    async def busy_page(number: int) -> Page[str]:
        shelf.ids.insert(0, f"new-{len(shelf.ids)}")
        return await shelf.page(number)

    pages = [page async for page in walk_pages(busy_page, str, in_flight=4)]
    found = ids_of(pages)
    assert len(found) == len(set(found))
    assert set(found) >= {f"t{n:04}" for n in range(60)}
    assert len(shelf.read) < 100


@pytest.mark.parametrize("total", ["right", "none", 0, "-1", "+1", "+15", "+5000"])
@pytest.mark.parametrize("mark", ["right", "never", "none"])
@pytest.mark.parametrize("beyond", ["nothing", "last page", "first page", "from the start"])
@pytest.mark.parametrize("count", [0, 7, 10, 30, 55, 60, 200, 305])
async def test_a_desk_that_is_wrong_about_its_list_costs_two_requests_more_at_most(
    total: str | int, mark: str, beyond: str, count: int
) -> None:
    ids = [f"t{n:04}" for n in range(count)]
    last = max(1, -(-count // 10))
    read: list[int] = []

    async def page(number: int) -> Page[str]:
        read.append(number)
        await asyncio.sleep(0)
        shown = number
        if number > last:
            turns = {"last page": last, "first page": 1, "from the start": (number - 1) % last + 1}
            shown = turns.get(beyond, number)
        records = tuple(ids[(shown - 1) * 10 : shown * 10])
        totals = {"right": count, "none": None, "0": 0}
        said = totals[str(total)] if str(total) in totals else count + int(total)
        if not records:
            return Page((), number, total=said)
        has_next = mark == "never" or number < last
        if mark == "none":
            # What `Envelope.goes_on_after` makes of a desk that sends no end mark.
            has_next = number * 10 < said if said is not None else True
        return Page(records, number, total=said, size=10, has_next=has_next)

    pages = [page async for page in walk_pages(page, str, in_flight=4)]
    right = Shelf(count)
    await walked(right)
    is_wrong_throughout = total in ("+15", "+5000") and mark != "right" and beyond != "nothing"
    assert len(read) <= len(right.read) + (3 if is_wrong_throughout else 2)
    if mark != "none" or total not in (0, "-1"):
        assert ids_of(pages) == ids


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_desk_that_lists_records_twice_costs_one_request_more(is_told: bool) -> None:
    """Its pages overlap, or its order is none: nothing is shifted."""
    ids = [f"t{n // 11 * 10 + min(n % 11, 9):04}" for n in range(110)]
    shelf = Shelf(0, tells_total=is_told)
    shelf.ids = ids
    pages = await walked(shelf)
    assert ids_of(pages) == sorted(set(ids))
    assert len(shelf.read) == 12
    assert all(page.repeated == 0 for page in pages[:3])


async def test_a_long_list_is_asked_ahead_only_if_its_last_page_is_there() -> None:
    honest, liar = Shelf(300), Shelf(300)
    liar.extra_total = 10_000
    await walked(honest)
    await walked(liar)
    assert (honest.most_under_way, honest.read.count(30), len(honest.read)) == (4, 2, 32)
    assert (liar.most_under_way, len(liar.read)) == (1, 31)


async def test_unreadable_records_count_towards_the_total() -> None:
    async def page(number: int) -> Page[str]:
        read.append(number)
        return Page((f"t{number}",), number, total=4, size=2, has_next=number == 1, unreadable=1)

    read: list[int] = []
    pages = [page async for page in walk_pages(page, str, in_flight=4)]
    assert ids_of(pages) == ["t1", "t2"]
    assert read == [1, 2]


async def test_a_desk_that_repeats_its_page_ends_the_walk() -> None:
    async def page(number: int) -> Page[str]:
        read.append(number)
        return Page(("t1", "t2"), number, has_next=True)

    read: list[int] = []
    pages = [page async for page in walk_pages(page, str, in_flight=4)]
    assert ids_of(pages) == ["t1", "t2"]
    assert len(read) <= 5


async def test_an_end_mark_that_never_comes_is_overruled_by_the_total() -> None:
    async def page(number: int) -> Page[str]:
        read.append(number)
        return Page((f"t{min(number, 5)}",), number, total=5, size=1, has_next=True)

    read: list[int] = []
    pages = [page async for page in walk_pages(page, str, in_flight=4)]
    assert ids_of(pages) == ["t1", "t2", "t3", "t4", "t5"]
    assert read == [1, 2, 3, 4, 5, 6]


async def test_a_walk_without_any_end_is_cut_off() -> None:
    async def page(number: int) -> Page[str]:
        return Page((f"t{number}",), number, has_next=True)

    pages = [page async for page in walk_pages(page, str, in_flight=4, most_pages=30)]
    assert [page.number for page in pages] == list(range(1, 31))


async def test_an_empty_page_in_the_middle_ends_the_walk() -> None:
    shelf = Shelf(100)
    shelf.before[5] = lambda: shelf.ids.__delitem__(slice(30, None))
    found = ids_of(await walked(shelf))
    assert set(found) >= set(shelf.ids)
    assert max(shelf.read) <= 10


async def test_stopping_early_cancels_the_pages_under_way() -> None:
    shelf = Shelf(200)
    async with aclosing(walk_pages(shelf.page, str, in_flight=4)) as pages:
        async for page in pages:
            if page.number == 3:
                break
    assert shelf.under_way == 0
    assert shelf.ended == len(shelf.read)
    assert len(shelf.read) < 10


async def test_an_error_ends_the_walk_and_the_pages_under_way() -> None:
    shelf = Shelf(200)

    def fail() -> None:
        raise ServerFault("x")

    shelf.before[4] = fail
    seen: list[int] = []

    async def walk() -> None:
        async for page in walk_pages(shelf.page, str, in_flight=4):
            seen.append(page.number)

    with pytest.raises(ServerFault):
        await walk()
    assert seen == [1, 2, 3]
    assert shelf.under_way == 0


@pytest.mark.parametrize("count", [31, 35, 39, 195])
async def test_a_page_that_is_refused_after_a_short_one_is_the_end(count: int) -> None:
    shelf = Shelf(count)
    shelf.extra_total = 5_000

    async def page(number: int) -> Page[str]:
        found = await shelf.page(number)
        return found if found.records else Page((), number, refusal=Missing("x"))

    pages = [one async for one in walk_pages(page, str, in_flight=4)]
    assert ids_of(pages) == shelf.ids


@pytest.mark.parametrize("extra_total", [0, 5_000])
@pytest.mark.parametrize("refused", [2, 3, 9])
async def test_a_page_that_is_refused_in_the_middle_is_an_error(
    refused: int, extra_total: int
) -> None:
    shelf = Shelf(95)
    shelf.extra_total = extra_total

    async def page(number: int) -> Page[str]:
        found = await shelf.page(number)
        return Page((), number, refusal=Missing("x")) if number == refused else found

    seen: list[int] = []

    async def walk() -> None:
        async for one in walk_pages(page, str, in_flight=4):
            seen.append(one.number)

    with pytest.raises(Missing):
        await walk()
    assert seen == list(range(1, refused))


@pytest.mark.parametrize("count", [3, 21, 41])
async def test_a_ticket_that_moves_off_the_last_page_is_found(count: int) -> None:
    """A deletion empties the last page before it is read; its ticket is on the page before."""
    size = 10 if count > 3 else 1
    shelf = Shelf(count, size=size)
    last = -(-count // size)
    shelf.before[last] = lambda: shelf.ids.remove("t0001")
    found = ids_of(await walked(shelf, in_flight=1))
    assert set(found) >= set(shelf.ids)


async def test_cancelling_the_walker_cancels_the_pages_under_way() -> None:
    shelf = Shelf(200)
    never = asyncio.Event()
    waiting = asyncio.Event()

    async def page(number: int) -> Page[str]:
        if number == 3:
            waiting.set()
            await never.wait()
        return await shelf.page(number)

    async def walk() -> None:
        async with aclosing(walk_pages(page, str, in_flight=4)) as pages:
            async for _ in pages:
                pass

    walker = asyncio.create_task(walk())
    await waiting.wait()
    walker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walker
    assert shelf.under_way == 0


changes = st.dictionaries(
    st.integers(1, 12),
    st.sampled_from(["arrive", "leave", "rise"]),
    max_size=4,
)


@given(st.integers(0, 120), st.integers(1, 30), changes, st.booleans())
def test_no_walk_repeats_a_record_or_goes_on_for_ever(
    count: int, size: int, changes: dict[int, str], tells_total: bool
) -> None:
    shelf = Shelf(count, size=size, tells_total=tells_total)

    def change(kind: str) -> None:
        match kind:
            case "arrive":
                shelf.ids.insert(0, f"n{len(shelf.ids)}")
            case "leave" if shelf.ids:
                shelf.ids.pop(len(shelf.ids) // 2)
            case "rise" if shelf.ids:
                shelf.ids.insert(0, shelf.ids.pop())

    for number, kind in changes.items():
        shelf.before[number] = partial(change, kind)
    found = ids_of(asyncio.run(walked(shelf)))
    assert len(found) == len(set(found))
    assert len(shelf.read) <= 3 * (count // size + 3) + 12
    if tells_total and len(changes) == 1:
        assert set(found) >= set(shelf.ids)
