"""A queue worked to its end: reminders hide and bring back, what is done leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.drafts import DraftKey, DraftKind
from tests.support.console import Console, address_of, console_on
from tests.support.desk_double import MovableClock
from tests.support.running_desk import RunningDesk

SAMPLES = 40
LONG_AGO = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
"""All of the sample lies before it, its reminders, too."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
async def colleague(running: RunningDesk) -> AsyncIterator[DeskeroClient]:
    """Somebody else at the same desk, past our console and its store."""
    async with DeskeroClient(address_of(running)) as client:
        yield client


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path) as console:
        yield console


async def test_a_reminder_takes_the_ticket_out_of_sight_at_once(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=60) as console:
        row, count = console.row, console.tickets.row_count
        await console.press("b")
        await console.type("tomorrow 9")
        await console.press("ctrl+s", "y")
        await console.until(lambda: console.tickets.row_count == count - 1, "for it to leave")
        assert not console.tickets.move_to(row.key)
        assert f"1 To reply {count - 1}" in console.picture[0]
        await console.press("u")
        await console.until(lambda: console.tickets.row_count == count, "for it to come back")
        draft = await console.desk.drafts.load(DraftKey(row.id, DraftKind.NOTE))
        assert draft is not None
        assert draft.draft.remind == "tomorrow 9"


async def test_a_reminder_without_words_says_so_in_the_note(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("b")
    assert "Reminder" not in [line.strip(" │") for line in console.picture]
    await console.type("tomorrow 9")
    await console.press("ctrl+s", "y")
    await console.wait_for(f"Note on {row.number}: sent")
    (*_, note) = (await colleague.ticket(row.id)).notes
    assert note.text == "Reminder"


async def test_a_reminder_unless_the_customer_writes_says_so_first(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("b")
    await console.type("tomorrow 9?")
    assert "unless the customer writes" in console.text
    await console.press("ctrl+s", "y")
    await console.wait_for(f"Note on {row.number}: sent")
    (*_, note) = (await colleague.ticket(row.id)).notes
    assert note.text == "[remind unless answered]\nReminder"
    assert note.remind_at is not None


async def test_a_ticket_comes_back_when_its_reminder_is_due_and_that_is_said(
    running: RunningDesk, tmp_path: Path
) -> None:
    clock = MovableClock()
    async with console_on(address_of(running), tmp_path, clock=clock, undo_s=3_600) as console:
        row, count = console.row, console.tickets.row_count
        await console.press("b")
        await console.type("in 2h")
        await console.press("ctrl+s", "y")
        await console.until(lambda: console.tickets.row_count == count - 1, "for it to leave")
        clock.pass_by(2 * 3_600)
        console.desk.reminders.look_again()
        await console.until(lambda: console.tickets.row_count == count, "for it to come back")
        assert f"Reminder: {row.number}" in console.said
        assert console.tickets.move_to(row.key)


async def test_a_reminder_that_is_due_is_done_by_its_key(console: Console) -> None:
    await console.press("B")
    row, count = console.row, console.tickets.row_count
    await console.press("Z")
    assert console.said == f"{row.number}: the reminder is done"
    await console.until(lambda: console.tickets.row_count == count - 1, "for it to leave")
    await console.press("1")
    await console.press("Z")
    assert "No reminder of yours is due" in console.said
