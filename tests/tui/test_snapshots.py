"""Pictures of the console: real app, real desk, sample data of a fixed moment, a clock that stands.

A changed picture is looked at before it is taken (`--snapshot-update`), and named in the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from typing_extensions import override

from deskero_tui.api.client import DeskeroClient
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import LinkState
from deskero_tui.sync.profile import Profile
from deskero_tui.tui.app import ConsoleSettings, DeskeroApp
from tests.support.console import LONG_S, ME, NORMAL, SMALL, WIDE, Console, address_of
from tests.support.rest import RestingPilot
from tests.support.running_desk import RunningDesk
from tests.support.still_clock import StillClock
from tests.support.watched_loop import WatchedLoop

SAMPLES = 60
Compare = Callable[..., bool]


class WatchedApp(DeskeroApp):
    """The console on a loop that knows when it is idle: the pilot of the plug-in only guesses that
    from the processor, which is wrong on a busy machine.
    """

    TITLE = DeskeroApp.__name__

    @override
    def run(self, **given: Any) -> int | None:
        with asyncio.Runner(loop_factory=WatchedLoop) as runner:
            return super().run(loop=runner.get_loop(), **given)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Nothing here changes it."""
    with RunningDesk(tmp_path_factory.mktemp("desk"), demo_tickets=SAMPLES) as desk:
        yield desk


@contextmanager
def app_on(running: RunningDesk, folder: Path) -> Iterator[DeskeroApp]:
    """The console, not yet running, as the snapshot plug-in wants it."""
    database = Database(folder / "store.sqlite")
    clock = StillClock()
    desk = Desk(
        database,
        open_client=lambda: DeskeroClient(address_of(running), clock=clock),
        profile=Profile(agent=ME, refresh_s=3_600),
        clock=clock,
    )
    settings = ConsoleSettings(
        zone=UTC, download_folder=folder, rescue_folders=(folder,), reminded_s=LONG_S
    )
    try:
        yield WatchedApp(desk, settings)
    finally:
        database.close()


def pressing(*keys: str, typed: str = "") -> Callable[[Pilot[Any]], Awaitable[None]]:
    """What is done before the picture is taken: wait for the desk, press, type, rest."""

    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, DeskeroApp)
        console = Console(RestingPilot(app), app, app.desk)
        async with asyncio.timeout(20):
            await console.until(lambda: app.desk.link.state is LinkState.ONLINE)
            await console.press(*keys)
            if typed:
                await console.type(typed)

    return press


WIDE_AND_NORMAL = pytest.mark.parametrize(
    "size", [WIDE, NORMAL], ids=lambda size: f"{size[0]}x{size[1]}"
)
EVERY_SIZE = pytest.mark.parametrize(
    "size", [WIDE, NORMAL, SMALL], ids=lambda size: f"{size[0]}x{size[1]}"
)


@pytest.fixture
def compare(running: RunningDesk, tmp_path: Path, snap_compare: Compare) -> Iterator[Compare]:
    """Compares the picture at a size, after some keys, with the one that was taken."""
    with app_on(running, tmp_path) as app:

        def compared(size: tuple[int, int], *keys: str, typed: str = "") -> bool:
            return snap_compare(app, terminal_size=size, run_before=pressing(*keys, typed=typed))

        yield compared


@EVERY_SIZE
def test_list(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, "9", "j", "j")


@WIDE_AND_NORMAL
def test_ticket(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, "9", "j", "j", "j", "enter")


@WIDE_AND_NORMAL
def test_end_of_a_long_ticket_with_an_internal_note(
    compare: Compare, size: tuple[int, int]
) -> None:
    assert compare(size, "5", "enter", "G")


@WIDE_AND_NORMAL
def test_search(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, "9", "/", typed="parcel late")


@EVERY_SIZE
def test_filter_line_with_completions(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, "9", "f", typed="late assigned:")


def test_filter_line_with_a_mistake(compare: Compare) -> None:
    assert compare(NORMAL, "9", "f", typed="late stauts:opened")


def test_customer(compare: Compare) -> None:
    assert compare(NORMAL, "9", "j", "j", "i")
