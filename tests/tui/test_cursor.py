"""The cursor is a ticket: whatever the list does under it, no key hits another one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.tui.commands.table import Place
from deskero_tui.tui.inbox.screen import LIST_CHANGED
from deskero_tui.tui.widgets.ticket_list import NO_KEY, SEEN_AFTER_S
from tests.support.console import NORMAL, SMALL, Console, address_of, console_on
from tests.support.desk_double import MovableClock
from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SAYING_KEYS = ("A", "p", "e", "+", "Z", "*", "y")
"""Keys that act at once and say on which ticket."""
OPENING_KEYS = ("a", "s", "t", "m", "D", "r", "greater_than_sign", "n", "b", "Y")
"""Keys that open something that names the ticket."""
KEYS = (*SAYING_KEYS, *OPENING_KEYS, "i", "M", "o", "w", "enter", "tab", "z", "space", "v", "J")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=30, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def clock() -> MovableClock:
    """Stands still: what is seen after a moment is not seen before a test says so."""
    return MovableClock()


@pytest.fixture
async def colleague(running: RunningDesk) -> AsyncIterator[DeskeroClient]:
    async with DeskeroClient(address_of(running)) as client:
        yield client


@pytest.fixture
async def console(
    running: RunningDesk, tmp_path: Path, clock: MovableClock
) -> AsyncIterator[Console]:
    """Shows the open tickets on a screen that a sheet fills."""
    async with console_on(address_of(running), tmp_path, size=SMALL, clock=clock) as opened:
        await opened.press("7")
        yield opened


async def arrive(console: Console, colleague: DeskeroClient) -> None:
    """Have a ticket come in, above all others."""
    count, like = console.tickets.row_count, await colleague.ticket(console.row.id)
    assert like.customer is not None
    kind = (await colleague.ticket_types())[0].id
    new = NewTicket(subject="New", description="Hello?", customer=like.customer.id, type=kind)
    await colleague.insert_ticket(new)
    await console.desk.refresh_now()
    await console.until(lambda: console.tickets.row_count == count + 1, "for the newcomer")


async def leave(console: Console, colleague: DeskeroClient, row: TicketRow) -> None:
    """Have a ticket leave the view of open tickets."""
    await colleague.update_ticket(row.id, TicketPatch(status="closed"))
    await console.desk.refresh_now()
    await console.until(lambda: row.key not in console.tickets.order, "for it to leave")


async def is_deleted(console: Console, colleague: DeskeroClient, row: TicketRow) -> None:
    await colleague.delete_ticket(row.id)
    await console.press("R")
    await console.until(lambda: row.key not in console.tickets.order, "for it to be gone")


def told(console: Console) -> str:
    """What a key came to: the status line, or what covers the screen."""
    return console.said if console.app.screen is console.inbox else console.text


@pytest.mark.parametrize("key", [*SAYING_KEYS, *OPENING_KEYS])
async def test_a_newcomer_above_takes_no_key(
    console: Console, colleague: DeskeroClient, key: str
) -> None:
    row = console.row
    await arrive(console, colleague)
    assert console.row.key == row.key
    await console.press(key)
    if key == "Z":
        assert "No reminder of yours is due" in console.said
    else:
        await console.until(lambda: row.number in told(console), f"for {row.number}")


@pytest.mark.parametrize("key", ["A", "e", "s", "D"])
async def test_a_deletion_above_moves_no_key(
    console: Console, colleague: DeskeroClient, key: str
) -> None:
    above = console.row
    await console.press("j")
    row = console.row
    await is_deleted(console, colleague, above)
    assert console.row.key == row.key
    await console.press(key)
    await console.until(lambda: row.number in told(console), f"for {row.number}")


@pytest.mark.parametrize("key", KEYS)
async def test_a_key_pressed_as_its_ticket_leaves_hits_no_other(
    console: Console, colleague: DeskeroClient, clock: MovableClock, key: str
) -> None:
    row, order = console.row, list(console.tickets.order)
    await leave(console, colleague, row)
    following = console.row
    assert following.key == order[1]
    await console.press(key)
    assert console.said == f"{LIST_CHANGED} {following.number}"
    assert console.app.screen is console.inbox
    assert console.is_in(Place.LIST)
    assert console.row.key == following.key
    assert not console.tickets.marks
    assert not console.desk.outbox.counts.waiting
    clock.pass_by(2 * SEEN_AFTER_S)
    await console.press(key)
    if key not in ("space", "v", "J"):
        assert not console.said.startswith(LIST_CHANGED)
    else:
        assert console.tickets.marks


async def test_a_step_from_a_ticket_that_was_not_seen_is_not_seen_either(
    console: Console, colleague: DeskeroClient, clock: MovableClock
) -> None:
    await leave(console, colleague, console.row)
    await console.press("j", "A")
    assert console.said.startswith(LIST_CHANGED)
    clock.pass_by(2 * SEEN_AFTER_S)
    await console.press("p")
    await console.until(lambda: "priority" in console.said, "for the change")
    assert console.row.number in console.said


async def test_back_from_a_ticket_that_has_left_the_next_one_has_to_be_seen(
    console: Console, colleague: DeskeroClient, clock: MovableClock
) -> None:
    await console.press("enter")
    await leave(console, colleague, console.row)
    clock.pass_by(60)
    await console.press("escape", "D")
    assert console.said == f"{LIST_CHANGED} {console.row.number}"
    clock.pass_by(2 * SEEN_AFTER_S)
    await console.press("D")
    assert console.row.number in console.text


async def test_the_next_ticket_is_read_by_its_key_when_this_one_has_left(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("enter")
    await leave(console, colleague, console.row)
    following = console.row
    await console.press("J")
    assert console.ticket.ticket_id == following.id
    await console.press("escape", "p")
    assert following.number in console.said, "what was opened was seen"


async def test_a_question_is_about_the_ticket_it_was_asked_for(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("D")
    await leave(console, colleague, row)
    following = console.row
    await console.press("y")
    await console.until(lambda: not console.desk.outbox.counts.waiting, "for the deletion")
    assert console.desk.rows_now([following.key])
    with pytest.raises(Exception, match=r"no longer|not there"):
        await colleague.ticket(row.id)


async def test_the_first_ticket_of_an_empty_view_has_to_be_seen(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient, clock: MovableClock
) -> None:
    async with console_on(address_of(running), tmp_path, size=SMALL, clock=clock) as console:
        await console.press("9")
        row = console.row
        await console.press("2")
        for mine in await console.desk.rows(console.tickets.order):
            await colleague.update_ticket(mine.id, TicketPatch(assignee=None))
        await console.desk.refresh_now()
        await console.until(lambda: console.tickets.cursor_key == NO_KEY, "for an empty view")
        await colleague.update_ticket(
            row.id, TicketPatch(assignee=console.desk.me, status="opened")
        )
        await console.desk.refresh_now()
        await console.until(lambda: console.tickets.row_count == 1, "for the ticket")
        await console.press("D")
        assert console.said == f"{LIST_CHANGED} {console.row.number}"


async def test_sorting_keeps_the_cursor_on_the_ticket_that_was_chosen(
    console: Console,
) -> None:
    await console.resize(NORMAL)
    await console.press("9", "j", "j")
    row = console.row
    await console.press("S")
    await console.type("customer")
    await console.press("enter")
    assert console.row.key == row.key
    assert row.number in console.text
    await console.press("p")
    assert row.number in console.said


async def test_where_a_search_ends_the_cursor_stays_on_what_was_found(
    console: Console,
) -> None:
    await console.resize(NORMAL)
    await console.press("9", "/")
    await console.type("status:closed")
    await console.press("enter", "j")
    row = console.row
    await console.press("escape")
    assert console.tickets.row_count == 30
    assert console.row.key == row.key
    assert row.number in console.text


async def test_another_layout_keeps_the_cursor_on_its_ticket(console: Console) -> None:
    await console.press("9", *("j" for _ in range(12)))
    row = console.row
    for size in ((140, 30), NORMAL, SMALL):
        await console.resize(size)
        await console.press("z", "z")
        assert console.row.key == row.key
        assert row.subject[:12] in console.text


async def test_a_list_that_fills_for_the_first_time_keeps_the_cursor_on_its_ticket(
    running: RunningDesk, tmp_path: Path
) -> None:
    opening = console_on(address_of(running), tmp_path, size=SMALL, is_awaited=False)
    async with opening as console:
        await console.until(lambda: console.tickets.cursor_row is not None, "for the first row")
        row = console.row
        await console.until(lambda: console.desk.link.refreshed_at is not None, "for the walk")
        if row.key in console.tickets.order:
            assert console.row.key == row.key


async def test_files_and_links_are_those_of_the_ticket_under_the_cursor(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path, size=SMALL) as console:
        await console.press("9")
        rows = await console.desk.rows(console.tickets.order)
        has_files = [bool((await console.desk.conversation(row.id)).files) for row in rows]
        with_files = has_files.index(True)
        without = has_files.index(False)
        console.tickets.move_to(rows[without].key)
        await console.press("enter", "escape")
        console.tickets.move_to(rows[with_files].key)
        await console.press("w")
        assert console.app.screen is not console.inbox or console.said.startswith("Saved")
