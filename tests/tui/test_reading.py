"""Finding one's way in and between tickets, on the whole console with a real desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.tui.commands import Place
from deskero_tui.tui.modals.find_line import FindLine
from tests.support.console import NORMAL, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

SAMPLES = 40
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""The newest sample is older than anything a test does."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path) as opened:
        yield opened


@pytest.fixture
async def narrow(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, size=NORMAL) as opened:
        yield opened


@pytest.fixture
async def colleague(running: RunningDesk) -> AsyncIterator[DeskeroClient]:
    """Somebody else at the same desk, past our console and its store."""
    async with DeskeroClient(address_of(running)) as client:
        yield client


# -- finding ---------------------------------------------------------------------------------------


async def test_slash_finds_in_the_ticket_and_searches_in_the_list(narrow: Console) -> None:
    await narrow.press("9", "enter", "/")
    assert isinstance(narrow.app.screen, FindLine)
    subject = narrow.row.subject
    await narrow.type(subject)
    assert "1 of " in narrow.picture[-1]
    await narrow.press("escape")
    assert narrow.is_in(Place.TICKET)
    await narrow.press("escape", "/")
    assert not isinstance(narrow.app.screen, FindLine)
    assert "Search in this view" in narrow.text


async def test_letters_that_follow_at_once_are_words_and_no_commands(narrow: Console) -> None:
    await narrow.press("9", "enter")
    await narrow.pilot.press("/", "n", "r", "q", "enter", "J")
    await narrow.settled()
    assert isinstance(narrow.app.screen, FindLine)
    assert "nrqJ" in narrow.picture[-1]
