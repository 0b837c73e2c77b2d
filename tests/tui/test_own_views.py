"""Views of an agent's own among the tabs of the real console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.domain.query.own_views import arranged
from deskero_tui.tui.keys.keymap import resolve
from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
TABLES: list[dict[str, object]] = [
    {"id": "waiting", "title": "Waits", "query": "is:waiting", "before": "mine"},
    {"id": "none", "query": "tag:there-is-no-such-tag"},
    {"id": "keyed", "title": "Keyed", "query": "status:solved", "key": "W"},
    {"id": "broken", "title": "Broken", "query": 'from:"Tom'},
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("desk")
    with RunningDesk(folder, demo_tickets=40, demo_anchor=LONG_AGO) as desk:
        yield desk


def opened(
    running: RunningDesk, folder: Path, tables: list[dict[str, object]]
) -> AbstractAsyncContextManager[Console]:
    tabs = arranged(tables, [], now=NOW)
    keymap, _ = resolve({}, tabs.keys)
    return console_on(address_of(running), folder, keymap=keymap, views=tabs.views)


async def test_own_views_are_tabs_with_keys_and_counts(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with opened(running, tmp_path, TABLES) as console:
        await console.press("2")
        waiting = console.tickets.row_count
        assert f"[2 Waits {waiting}]" in console.picture[0]
        assert 0 < waiting < 40
        await console.press("W")
        assert f"[W Keyed {console.tickets.row_count}]" in console.picture[0]
        solved = console.tickets.row_count
        await console.press("9")
        assert f"[9 Solved {solved}]" in console.picture[0]


async def test_a_view_beyond_the_ninth_is_chosen_from_all(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with opened(running, tmp_path, TABLES) as console:
        await console.press("V")
        await console.type("none")
        await console.press("enter")
        assert "[none 0]" in console.picture[0]
        assert "No tickets in this view." in console.text


async def test_a_view_that_cannot_be_read_says_so_when_it_is_opened(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with opened(running, tmp_path, TABLES) as console:
        await console.press("V")
        await console.type("broken")
        await console.press("enter")
        assert "[Broken ?!]" in console.picture[0]
        assert console.tickets.row_count == 0
        assert "Its query cannot be read at" in console.text
        await console.press("9")
        assert console.tickets.row_count > 0
