"""A queue worked to its end: reminders hide and bring back, what is done leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import DraftKey, DraftKind
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.query.query import Query, StatusIs
from deskero_tui.tui.commands.table import Place
from tests.support.console import Console, address_of, console_on
from tests.support.desk_double import MovableClock
from tests.support.rest import send_key
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


# -- the cursor is a ticket ------------------------------------------------------------------------


async def create_ticket(colleague: DeskeroClient, like: TicketId, subject: str) -> None:
    """Create a ticket for the customer of another one, past the console."""
    record = await colleague.ticket(like)
    assert record.customer is not None
    types = await colleague.ticket_types()
    await colleague.insert_ticket(
        NewTicket(
            subject=subject, description="Hello?", customer=record.customer.id, type=types[0].id
        )
    )


@pytest.mark.parametrize("keys", [[], ["enter"], ["enter", "escape"], ["r", "escape"]])
async def test_a_ticket_that_arrives_does_not_take_the_cursor(
    console: Console, colleague: DeskeroClient, keys: list[str]
) -> None:
    await console.press("9", *keys)
    chosen, count = console.tickets.cursor_row, console.tickets.row_count
    assert chosen is not None
    await create_ticket(colleague, chosen.id, "A newcomer")
    await console.press("R")
    await console.until(lambda: console.tickets.row_count == count + 1, "for the newcomer")
    assert console.tickets.cursor_row == chosen
    assert "A newcomer" in console.text, "the list stays at its top"
    await console.press("p")
    await console.until(lambda: "priority" in console.said, "for the change")
    assert chosen.number in console.said


async def test_a_key_right_after_another_view_is_meant_for_that_view(console: Console) -> None:
    await console.press("9", "j", "j")
    # A busy store takes its time to answer which tickets the view has.
    busy = asyncio.create_task(console.desk._database.read(lambda _: time.sleep(0.3)))
    await asyncio.sleep(0)
    for key in ("3", "p"):
        send_key(console.app, key)
    await busy
    await console.until(lambda: "priority" in console.said, "for the change")
    first = console.desk.rows_now([console.tickets.order[0]])[0]
    assert console.row == first
    assert first.number in console.said


# -- working through it ----------------------------------------------------------------------------


def lines_with(console: Console, text: str) -> list[str]:
    return [line for line in console.picture if text in line]


async def test_a_solved_ticket_stays_greyed_in_its_place_and_then_leaves(
    running: RunningDesk, tmp_path: Path
) -> None:
    clock = MovableClock()
    async with console_on(address_of(running), tmp_path, clock=clock, linger_s=3_600) as console:
        await console.press("j")
        row, count = console.row, console.tickets.row_count
        order = list(console.tickets.order)
        await console.press("e")
        await console.until(lambda: "done" in console.text, "for the word that it is done")
        assert list(console.tickets.order) == order
        [line] = lines_with(console, f"done {row.number}")
        assert console.picture.index(line) == 3
        assert console.row.key == order[2]
        assert f"1 To reply {count - 1}" in console.picture[0]
        clock.pass_by(3_600)
        console.inbox.look_again()
        await console.settled()
        assert list(console.tickets.order) == [key for key in order if key != row.key]
        assert console.row.key == order[2]


async def test_a_ticket_that_others_solved_leaves_at_once(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, linger_s=3_600) as console:
        row, count = console.row, console.tickets.row_count
        await colleague.update_ticket(row.id, TicketPatch(status="solved"))
        await console.desk.refresh_now()
        await console.until(lambda: console.tickets.row_count == count - 1, "for it to leave")


async def test_greyed_lines_leave_by_themselves(running: RunningDesk, tmp_path: Path) -> None:
    async with console_on(address_of(running), tmp_path, linger_s=0.3) as console:
        count = console.tickets.row_count
        await console.press("e")
        await console.until(lambda: console.tickets.row_count == count - 1, "for it to leave")
        assert "done " not in console.text


async def test_what_is_taken_back_is_greyed_no_more(running: RunningDesk, tmp_path: Path) -> None:
    async with console_on(address_of(running), tmp_path, linger_s=3_600) as console:
        order, done = list(console.tickets.order), f"done {console.row.number}"
        await console.press("e")
        await console.until(lambda: done in console.text, "for the word that it is done")
        await console.press("u")
        await console.until(lambda: done not in console.text, "for it to come back")
        assert list(console.tickets.order) == order


async def test_another_view_shows_what_it_holds_and_nothing_greyed(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path, linger_s=3_600) as console:
        count = console.tickets.row_count
        await console.press("e")
        await console.until(lambda: "done" in console.text, "for the word that it is done")
        await console.press("9", "1")
        assert console.tickets.row_count == count - 1
        assert "done" not in console.text


@pytest.mark.parametrize("reads", [False, True])
async def test_a_skipped_ticket_goes_last_and_the_next_one_is_there(
    console: Console, reads: bool
) -> None:
    order = list(console.tickets.order)
    number = console.row.number
    await console.press(*(["enter"] if reads else []), "+")
    assert f"{number} is skipped" in console.said
    assert list(console.tickets.order) == [*order[1:], order[0]]
    assert console.row.key == order[1]
    assert console.is_in(Place.TICKET) is reads
    if reads:
        assert console.ticket.ticket_id == console.row.id
    await console.press("escape", "9", "1")
    assert list(console.tickets.order) == [*order[1:], order[0]]


async def test_a_reply_goes_and_the_next_ticket_is_opened(
    console: Console, colleague: DeskeroClient
) -> None:
    row, following = console.row, console.tickets.order[1]
    await console.press("r")
    await console.type("It is on its way.")
    await console.press("ctrl+s", "Y")
    await console.until(lambda: console.is_in(Place.TICKET), "for the next ticket")
    assert console.row.key == following
    assert console.ticket.ticket_id == console.row.id
    await console.wait_for(f"Reply to {row.number}: sent")
    assert (await colleague.ticket(row.id)).replies[-1].from_agent is not None


async def test_news_of_the_ticket_before_do_not_bring_it_back(
    running: RunningDesk, tmp_path: Path
) -> None:
    """A reminder changes its ticket while the next one is being opened."""
    async with console_on(address_of(running), tmp_path, undo_s=60, linger_s=3_600) as console:
        following = console.tickets.order[1]
        await console.press("b")
        await console.type("3d")
        await console.press("ctrl+s", "Y")
        await console.until(lambda: "done" in console.text, "for the word that it is done")
        assert console.is_in(Place.TICKET)
        assert console.row.key == following
        assert console.ticket.ticket_id == console.row.id


async def test_behind_the_last_ticket_there_is_none_to_open(console: Console) -> None:
    await console.press("9", "G", "n")
    last = console.tickets.cursor_key
    await console.type("Done here.")
    await console.press("ctrl+s", "Y")
    assert console.tickets.cursor_key == last
    assert console.is_in(Place.LIST)


async def test_what_comes_in_while_a_queue_is_worked_waits_until_it_is_asked_for(
    console: Console, colleague: DeskeroClient
) -> None:
    [solved, *_] = await console.desk.rows(await console.desk.order(Query(StatusIs("solved"))))
    await console.press("7", "e")
    await console.until(lambda: console.desk.outbox.counts.waiting == 0, "for it to be sent")
    shown = list(console.tickets.order)
    await colleague.update_ticket(solved.id, TicketPatch(status="opened"))
    await console.desk.refresh_now()
    await console.wait_for("· 1 new ·")
    assert solved.key not in console.tickets.order
    assert set(console.tickets.order) <= set(shown)
    await console.press("R")
    await console.until(lambda: solved.key in console.tickets.order, "for it to be shown")
    assert "1 new ·" not in console.text


async def test_what_comes_in_is_said_and_the_cursor_stays_on_its_line(
    console: Console, colleague: DeskeroClient
) -> None:
    [solved, *_] = await console.desk.rows(await console.desk.order(Query(StatusIs("solved"))))
    await console.press("7", "j", "j")
    row, count = console.row, console.tickets.row_count
    await colleague.update_ticket(solved.id, TicketPatch(status="opened"))
    await console.desk.refresh_now()
    await console.until(lambda: console.tickets.row_count == count + 1, "for it to come")
    assert console.said == "1 more in this view"
    assert console.tickets.order[0] == solved.key
    assert console.row.key == row.key
