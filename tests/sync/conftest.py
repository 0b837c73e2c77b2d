"""A desk of ours, a store, and the real rules between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import Event
from deskero_tui.sync.profile import Profile
from tests.support.running_desk import RunningDesk

SAMPLES = 40
ME = "Ines Marchetti"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""The newest sample is older than anything a test does."""


@dataclass
class Bench:
    """One console's desk object, everything it told, and a colleague's client."""

    desk: Desk
    colleague: DeskeroClient
    running: RunningDesk
    told: list[Event] = field(default_factory=list)

    def told_of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.told if isinstance(event, kind)]


def address_of(running: RunningDesk, *, api_token: str | None = None) -> DeskAddress:
    return DeskAddress(
        base_url=running.base_url,
        client_id=running.client_id,
        api_token=api_token or running.api_token,
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


DeskMaker = Callable[[DeskAddress], Desk]


@pytest.fixture
async def make_desk(database: Database) -> AsyncIterator[DeskMaker]:
    """Makes desks on one store; each is closed at the end."""
    made: list[Desk] = []

    def make(address: DeskAddress) -> Desk:
        desk = Desk(database, open_client=lambda: DeskeroClient(address), profile=Profile(agent=ME))
        made.append(desk)
        return desk

    yield make
    for desk in made:
        await desk.close()


@pytest.fixture
async def bench(running: RunningDesk, make_desk: DeskMaker) -> AsyncIterator[Bench]:
    """Started without a loop, and refreshed once."""
    desk = make_desk(address_of(running))
    async with DeskeroClient(address_of(running)) as colleague:
        bench = Bench(desk, colleague, running)
        desk.subscribe(bench.told.append)
        await desk.start(in_background=False)
        await desk.refresh_now()
        yield bench
