"""The order of a view, chosen by the agent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deskero_tui.domain.query.query import BUILT_IN_VIEWS, Order, Query
from deskero_tui.tui.list_view.sorting import TITLES, Sorting, sort_choices
from tests.support.console import NORMAL, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

VIEW, OTHER = BUILT_IN_VIEWS[:2]


def test_every_order_has_a_name() -> None:
    assert set(TITLES) == set(Order)


def test_the_same_order_twice_is_turned_round_and_thrice_as_it_was() -> None:
    sorting, query = Sorting(), Query()
    seen = []
    for _ in range(3):
        sorting.choose(Order.NUMBER, query, VIEW, is_searching=False)
        query = sorting.applied(Query(), VIEW, is_searching=False)
        seen.append((query.order, query.is_reversed))
    assert seen == [(Order.NUMBER, False), (Order.NUMBER, True), (Order.NUMBER, False)]


def test_the_order_that_a_view_has_by_itself_is_turned_round_at_once() -> None:
    sorting = Sorting()
    said = sorting.choose(Order.CHANGED, Query(), VIEW, is_searching=False)
    assert said == "Sorted by last changed, turned round."
    assert sorting.applied(Query(), VIEW, is_searching=False).is_reversed


def test_each_view_and_the_search_in_it_keep_their_own() -> None:
    sorting = Sorting()
    sorting.choose(Order.NUMBER, Query(), VIEW, is_searching=False)
    assert sorting.applied(Query(), OTHER, is_searching=False) == Query()
    assert sorting.applied(Query(), VIEW, is_searching=True) == Query()


def test_the_best_match_is_offered_where_words_are_searched() -> None:
    offered = {choice.id for choice in sort_choices(Query(), is_searching=False)}
    assert offered == {order.value for order in Order if order is not Order.MATCH}
    assert len(sort_choices(Query(), is_searching=True)) == len(Order)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Nothing here changes it."""
    with RunningDesk(tmp_path_factory.mktemp("desk"), demo_tickets=30) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, size=NORMAL) as opened:
        await opened.press("9")
        yield opened


def numbers(console: Console) -> list[int]:
    """The numbers of the rows in sight, without their year."""
    lines = [line for line in console.picture if "/2026" in line]
    return [int(line.split("/2026")[0].split()[-1]) for line in lines]


async def sort_by(console: Console, typed: str) -> None:
    await console.press("S")
    await console.type(typed)
    await console.press("enter")


async def test_a_view_is_sorted_by_the_menu_and_stays_so(console: Console) -> None:
    await sort_by(console, "number")
    assert numbers(console) == sorted(numbers(console), reverse=True)
    assert numbers(console)[0] == 30
    assert console.said == "Sorted by number."
    await sort_by(console, "number")
    assert numbers(console) == sorted(numbers(console))
    assert numbers(console)[0] == 1
    await console.press("1", "9")
    assert numbers(console)[0] == 1


async def test_leaving_the_menu_changes_nothing(console: Console) -> None:
    before = numbers(console)
    await console.press("S", "escape")
    assert numbers(console) == before
