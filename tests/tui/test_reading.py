"""Finding one's way in and between tickets, on the whole console with a real desk."""

from __future__ import annotations

import asyncio
import threading
from array import array
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import CustomerId
from deskero_tui.domain.outbox.outgoing import OutgoingNote
from deskero_tui.domain.records.plain_ticket import plain_ticket, plain_words
from deskero_tui.domain.records.row import KEY_CODE
from deskero_tui.domain.text.safe_text import broken_at_edge
from deskero_tui.sync.events import LinkState
from deskero_tui.tui.commands.table import Place
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.dialogs.find_line import FindLine
from deskero_tui.tui.inbox.screen import NOT_SHOWN, NOTHING_CUT, OPENING, PREVIEW_S
from deskero_tui.tui.keys.keymap import resolve
from tests.support.console import NORMAL, PATIENCE_S, Console, address_of, console_on
from tests.support.rest import send_key
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


# -- the pane shows the ticket at the cursor, or a sentence ----------------------------------------


async def break_record(console: Console, ticket_id: str) -> None:
    """Make what the store holds of a ticket unreadable."""
    await console.desk._database.write(
        lambda c: c.execute(
            "UPDATE records SET record = '{' WHERE key = (SELECT key FROM tickets WHERE id = ?)",
            (ticket_id,),
        ).close()
    )


@pytest.mark.parametrize("keys", [["j"], ["enter", "J"], ["j", "z"]])
async def test_a_ticket_that_cannot_be_shown_leaves_no_other_text_beside_its_name(
    console: Console, keys: list[str]
) -> None:
    await console.press("9")
    await console.until(lambda: console.ticket.ticket_id == console.row.id, "for the preview")
    shown, second = console.row, console.desk.rows_now([console.tickets.order[1]])[0]
    await break_record(console, second.id)
    await console.press(*keys)
    assert console.row.id == second.id
    await console.until(lambda: console.ticket.ticket_id != shown.id, "for the pane to follow")
    assert console.ticket.conversation is None
    assert console.ticket.empty_text == NOT_SHOWN
    await console.press("escape", "escape", "k")
    await console.until(lambda: console.ticket.ticket_id == shown.id, "for the first one again")


async def test_a_slow_store_leaves_no_other_text_beside_the_name_of_a_ticket(
    console: Console,
) -> None:
    await console.press("9")
    await console.until(lambda: console.ticket.ticket_id == console.row.id, "for the preview")
    may_go_on = threading.Event()
    held = asyncio.create_task(console.desk._database.read(lambda _: may_go_on.wait(PATIENCE_S)))
    try:
        send_key(console.app, "j")
        async with asyncio.timeout(PATIENCE_S):
            while console.ticket.conversation is not None:  # noqa: ASYNC110
                await asyncio.sleep(PREVIEW_S)
        assert console.ticket.empty_text == OPENING
    finally:
        may_go_on.set()
        await held
    await console.until(lambda: console.ticket.ticket_id == console.row.id, "for the ticket")


async def test_a_ticket_zoomed_right_after_a_move_is_the_one_at_the_cursor(
    console: Console,
) -> None:
    await console.press("9")
    await console.pilot.press("j", "z", "r")
    await console.settled()
    screen = console.app.screen
    assert isinstance(screen, Compose)
    assert console.row.number in console.text


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
    assert "Enter keep" in narrow.text


async def test_letters_that_follow_at_once_are_words_and_no_commands(narrow: Console) -> None:
    await narrow.press("9", "enter")
    await narrow.pilot.press("/", "n", "r", "q", "enter", "J")
    await narrow.settled()
    assert isinstance(narrow.app.screen, FindLine)
    assert "nrqJ" in narrow.picture[-1]


# -- what is new -----------------------------------------------------------------------------------


async def test_a_ticket_opens_where_what_came_since_it_was_read_begins(
    narrow: Console, colleague: DeskeroClient
) -> None:
    await narrow.press("9", "enter")
    number, ticket_id = narrow.row.number, narrow.row.id
    assert "new since" not in narrow.text
    await narrow.press("escape")
    others = [agent.id for agent in await colleague.agents() if agent.id != narrow.desk.me]
    for text in ("First news\n" * 30, "Second news"):
        note = OutgoingNote(text, others[0], others[0], inserted_at=datetime.now(UTC))
        await colleague.add_note(ticket_id, note)
    await narrow.press("R")
    await narrow.until(lambda: narrow.row.note_count >= 2, "for the notes")
    assert narrow.row.number == number
    await narrow.press("enter")
    assert "── new since " in narrow.picture[1]
    assert "INTERNAL NOTE" in narrow.picture[3]
    await narrow.press("J", "K")
    assert "new since" not in narrow.text


async def test_what_the_agent_wrote_is_not_new_to_them(
    narrow: Console, colleague: DeskeroClient
) -> None:
    await narrow.press("9", "enter", "escape")
    me = narrow.desk.me
    assert me is not None
    note = OutgoingNote("Mine", me, me, inserted_at=datetime.now(UTC))
    before = narrow.row.note_count
    await colleague.add_note(narrow.row.id, note)
    await narrow.press("R")
    await narrow.until(lambda: narrow.row.note_count > before, "for the note")
    await narrow.press("enter")
    assert "new since" not in narrow.text


# -- who asks --------------------------------------------------------------------------------------


async def often_asking(console: Console) -> tuple[CustomerId, int]:
    """Puts the cursor on a ticket of somebody with others; who that is, and how many others."""
    await console.press("9")
    for _ in range(SAMPLES):
        customer = (await console.desk.ticket(console.row.id)).customer
        assert customer is not None
        card = await console.desk.customer_card(customer.id, besides=console.row.id)
        if card.tickets:
            return customer.id, len(card.tickets)
        await console.press("j")
    raise AssertionError("nobody has asked twice")


async def test_i_shows_who_asks_and_what_else_they_asked(
    narrow: Console, colleague: DeskeroClient
) -> None:
    customer_id, count = await often_asking(narrow)
    await narrow.press("i")
    customer = await colleague.customer(customer_id)
    assert customer.name in narrow.text
    assert customer.email in narrow.text
    assert str(customer.custom_fields["Client Id"]) in narrow.text
    assert f"1/{count}" in narrow.text
    assert "as of" in narrow.text
    await narrow.press("escape")
    assert narrow.is_in(Place.LIST)


async def test_enter_opens_one_of_their_tickets_that_the_view_may_not_have(
    narrow: Console,
) -> None:
    await often_asking(narrow)
    here = narrow.row
    await narrow.press("/")
    await narrow.type(f"number:{here.number}")
    await narrow.press("enter", "enter", "i", "enter")
    assert narrow.is_in(Place.TICKET)
    other = narrow.ticket.ticket_id
    assert other is not None
    assert other != here.id
    assert narrow.tickets.cursor_ticket == here.id
    await narrow.press("escape")
    assert narrow.row.id == here.id


async def test_without_a_desk_the_panel_shows_what_is_known(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path) as first:
        await often_asking(first)
    nowhere = replace(address_of(running), base_url="http://127.0.0.1:9")
    async with console_on(nowhere, tmp_path, size=NORMAL, is_awaited=False) as console:
        await console.until(lambda: console.desk.link.state is LinkState.OFFLINE)
        await often_asking(console)
        await console.press("i")
        assert "from a ticket · " in console.text
        assert "E-mail" in console.text


# -- pins ------------------------------------------------------------------------------------------


async def test_a_star_pins_and_another_takes_the_pin_away(console: Console) -> None:
    await console.press("9", "j", "*")
    number = console.row.number
    assert console.said.startswith(f"{number} is pinned: ")
    assert console.row.is_pinned
    assert any("^" in line[:5] and number in line for line in console.picture)
    await console.press("/")
    await console.type("is:pinned")
    await console.press("enter")
    assert (console.tickets.row_count, console.row.number) == (1, number)
    await console.press("*")
    assert console.said.startswith(f"{number} has ")
    assert console.tickets.row_count == 0
    assert await console.desk.pinned() == []


async def test_what_was_about_to_be_shown_does_not_stand_beside_an_empty_list(
    console: Console,
) -> None:
    await console.press("9", "*", "/")
    await console.type("is:pinned")
    await console.press("enter")
    may_read = threading.Event()
    held = asyncio.create_task(console.desk._database.read(lambda _: may_read.wait(PATIENCE_S)))
    # News of the ticket has it read again while its view loses it.
    console.inbox._show_ticket(console.row.id)
    console.tickets.show_order(array(KEY_CODE))
    await asyncio.sleep(2 * PREVIEW_S)
    may_read.set()
    await held
    await console.settled()
    assert console.ticket.ticket_id is None


async def test_two_stars_at_once_leave_all_as_it_was(console: Console) -> None:
    await console.press("9")
    await console.pilot.press("*", "*")
    await console.settled()
    assert "has no pin now" in console.said
    assert await console.desk.pinned() == []


async def test_the_palette_offers_what_is_pinned_from_any_view(narrow: Console) -> None:
    await narrow.press(":")
    await narrow.type("pinned")
    await narrow.press("enter")
    assert narrow.said == "No ticket is pinned: * pins one."
    await narrow.press("8", "*", "escape", "1", ":")
    pinned = await narrow.desk.pinned()
    await narrow.type("pinned")
    await narrow.press("enter", "enter")
    assert [narrow.ticket.ticket_id] == pinned
    assert narrow.is_in(Place.TICKET)


async def test_a_pin_stays_when_the_program_ends(running: RunningDesk, tmp_path: Path) -> None:
    async with console_on(address_of(running), tmp_path) as first:
        await first.press("9", "*")
        pinned = first.row.id
    async with console_on(address_of(running), tmp_path) as second:
        assert await second.desk.pinned() == [pinned]


# -- the way back ----------------------------------------------------------------------------------


async def test_minus_goes_back_to_the_ticket_read_before_across_views(narrow: Console) -> None:
    await narrow.press("9", "enter")
    first = narrow.ticket.ticket_id
    await narrow.press("J")
    second = narrow.ticket.ticket_id
    await narrow.press("escape", "8", "enter")
    third = narrow.ticket.ticket_id
    assert len({first, second, third}) == 3
    await narrow.press("-")
    assert (narrow.ticket.ticket_id, narrow.is_in(Place.TICKET)) == (second, True)
    await narrow.press("-")
    assert narrow.ticket.ticket_id == first
    await narrow.press("escape", "-")
    assert narrow.ticket.ticket_id == first


async def test_without_a_ticket_read_before_it_says_so(narrow: Console) -> None:
    await narrow.press("-")
    assert narrow.said == "No other ticket was read before."
    assert narrow.is_in(Place.LIST)


async def test_a_ticket_that_is_gone_is_passed_over(
    narrow: Console, colleague: DeskeroClient
) -> None:
    await narrow.press("9", "enter")
    first = narrow.ticket.ticket_id
    await narrow.press("J")
    gone = narrow.ticket.ticket_id
    assert gone is not None
    await narrow.press("J")
    await colleague.delete_ticket(gone)
    await narrow.desk.read_afresh(gone)
    await narrow.press("-")
    assert narrow.ticket.ticket_id == first


async def test_what_is_pressed_behind_minus_is_meant_for_the_ticket_it_goes_to(
    narrow: Console,
) -> None:
    await narrow.press("9", "enter")
    first = narrow.row
    await narrow.press("J")
    await narrow.pilot.press("-", "y")
    await narrow.settled()
    assert narrow.said == f"Sent to the terminal (OSC 52): {first.number}"


async def test_the_palette_offers_the_tickets_read_last(console: Console) -> None:
    await console.press(":")
    await console.type("read last")
    await console.press("enter")
    assert console.said == "No ticket was read yet."
    await console.press("9", "enter")
    first = console.row
    await console.press("J", "escape", ":")
    await console.type("read last")
    await console.press("enter")
    assert "1/2" in console.text
    await console.type(first.number)
    await console.press("enter")
    assert console.ticket.ticket_id == first.id
    assert console.is_in(Place.TICKET)


# -- copies ----------------------------------------------------------------------------------------


async def copied(console: Console, part: str) -> str:
    """What the terminal's clipboard has once a part of the ticket under the cursor was chosen."""
    await console.press("Y")
    await console.type(part)
    await console.press("enter")
    return console.app.clipboard


async def test_parts_of_a_ticket_can_be_copied_and_it_says_which(narrow: Console) -> None:
    await narrow.press("9")
    conversation = await narrow.desk.conversation(narrow.row.id)
    customer = conversation.ticket.customer
    assert customer is not None
    assert await copied(narrow, "number") == conversation.number
    assert await copied(narrow, "subject") == conversation.subject
    assert narrow.said == f"Sent to the terminal (OSC 52): {conversation.subject}"
    assert await copied(narrow, "address") == customer.email
    assert await copied(narrow, "last") == plain_words(conversation.messages[-1])
    assert await copied(narrow, "as text") == plain_ticket(conversation, UTC)
    assert narrow.said.startswith("Sent to the terminal (OSC 52): Ticket as text, ")


async def test_what_is_too_long_for_a_terminal_is_shown_to_be_selected(
    narrow: Console, colleague: DeskeroClient
) -> None:
    await narrow.press("9", "y")
    me = narrow.desk.me
    assert me is not None
    note = OutgoingNote("æ" * 33_000, me, me, inserted_at=datetime.now(UTC))
    await colleague.add_note(narrow.row.id, note)
    await narrow.desk.read_afresh(narrow.row.id)
    await copied(narrow, "as text")
    assert narrow.said == (
        "Too long for the clipboard: Ticket as text, 67 KB, was shown to select."
    )
    await narrow.press("G")
    width = narrow.app.size.width
    assert "æ" * width in narrow.text.splitlines(), "nothing stands beside the text"
    await narrow.press("escape")
    assert narrow.is_in(Place.LIST)


async def test_a_part_can_be_shown_to_be_selected_with_nothing_around_it(narrow: Console) -> None:
    await narrow.press("9")
    conversation = await narrow.desk.conversation(narrow.row.id)
    await narrow.press(":")
    await narrow.type("show to select")
    await narrow.press("enter")
    await narrow.type("as text")
    await narrow.press("enter")
    expected = broken_at_edge(plain_ticket(conversation, UTC), narrow.app.size.width)
    lines = [line.rstrip() for line in expected][: narrow.app.size.height]
    assert narrow.text.splitlines()[: len(lines)] == lines
    await narrow.press("j")
    assert narrow.text.splitlines()[0] == (lines[1] if len(expected) > len(lines) else lines[0])
    await narrow.press("q")
    assert narrow.is_in(Place.LIST)
    assert narrow.app.clipboard == ""


async def test_links_can_be_copied_and_leaving_copies_nothing(narrow: Console) -> None:
    await narrow.press("9", "/")
    await narrow.type("https")
    await narrow.press("enter")
    for _ in range(SAMPLES):
        conversation = await narrow.desk.conversation(narrow.row.id)
        links = [link for message in conversation.messages for link in message.links]
        if links:
            break
        await narrow.press("j")
    await narrow.press("Y", "escape")
    assert narrow.app.clipboard == ""
    assert await copied(narrow, f"link {links[0].number}") == links[0].url


# -- cut messages ----------------------------------------------------------------------------------


async def test_a_key_shows_all_of_a_cut_message_and_is_named_as_it_is_bound(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    keymap, _ = resolve({"ticket.show-all": "U"})
    async with console_on(address_of(running), tmp_path, keymap=keymap) as console:
        text = "".join(f"line {number}\n" for number in range(2_312))
        me = console.desk.me
        assert me is not None
        note = OutgoingNote(text, me, me, inserted_at=datetime.now(UTC))
        await colleague.add_note(console.row.id, note)
        await console.press("R", "enter", "G")
        await console.wait_for("[312 more lines · U: show all]")
        assert "line 2311" not in console.text
        await console.press("U", "G")
        assert "line 2311" in console.text
        assert "more lines" not in console.text
        await console.press("U", "G")
        assert "[312 more lines · U: show all]" in console.text


async def test_the_key_says_when_nothing_is_cut(console: Console) -> None:
    await console.press("enter", "E")
    assert console.said == NOTHING_CUT
