"""What the agent does to tickets, and what colleagues do meanwhile: keys in, the desk out."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import DraftKey, DraftKind
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.server.sample.data import sample_id
from deskero_tui.tui.compose.new_ticket import NewTicketForm
from deskero_tui.tui.compose.screen import Compose
from tests.support.console import ME, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

MY_ID = sample_id("agent", 0)


async def all_tickets(colleague: DeskeroClient) -> list[Ticket]:
    """Every ticket as the desk has it."""
    return [ticket async for page in colleague.walk_tickets() for ticket in page.records]


async def draft_text(console: Console, ticket_id: TicketId) -> str:
    """What is half written as a reply to a ticket."""
    stored = await console.desk.drafts.load(DraftKey(ticket_id, DraftKind.REPLY))
    return stored.draft.text if stored else ""


def status_of(ticket: Ticket) -> str:
    assert ticket.status is not None
    return ticket.status.name


# -- changes ---------------------------------------------------------------------------------------


async def test_a_ticket_is_assigned_to_whom_was_picked(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("a")
    await console.type("amal")
    await console.press("enter")
    ticket = await colleague.ticket(row.id)
    assert ticket.assignee is not None
    assert ticket.assignee.name == "Amal Nasser"
    assert console.row.assignee == "Amal Nasser"
    assert console.said == f"{row.number} assigned to Amal Nasser: {row.subject}"
    await console.press("a")
    await console.type("nobody")
    await console.press("enter")
    assert (await colleague.ticket(row.id)).assignee is None


async def test_a_ticket_is_taken_and_then_among_mine(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("3")
    row = console.row
    await console.press("A")
    ticket = await colleague.ticket(row.id)
    assert ticket.assignee is not None
    assert ticket.assignee.name == ME
    await console.press("2")
    assert console.tickets.move_to(row.key)


async def test_without_knowing_who_we_are_nothing_is_taken(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, agent="") as console:
        await console.press("3")
        row = console.row
        await console.press("A")
        assert "not known which agent you are" in console.said
        assert (await colleague.ticket(row.id)).assignee is None


async def test_status_priority_tags_and_area_are_set_from_the_list(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("9")
    row = console.row
    await console.press("p")
    await console.press("s")
    await console.type("hold")
    await console.press("enter")
    await console.press("t")
    await console.type("fragile")
    await console.press("enter")
    await console.press("ctrl+s")
    await console.press("m")
    await console.type("area bill")
    await console.press("enter")
    ticket = await colleague.ticket(row.id)
    assert ticket.is_priority is not row.is_priority
    assert status_of(ticket) == "onhold"
    assert "fragile" in ticket.tags
    assert ticket.area is not None
    assert "bill" in ticket.area.name.casefold()
    assert console.row.status == "onhold"
    assert console.row.is_priority is ticket.is_priority


async def test_solving_goes_to_the_next_ticket_and_the_solved_one_leaves(
    console: Console, colleague: DeskeroClient
) -> None:
    row, count = console.row, console.tickets.row_count
    await console.press("j")
    following = console.row.id
    await console.press("k", "e")
    assert status_of(await colleague.ticket(row.id)) == "solved"
    assert console.tickets.row_count == count - 1
    assert console.row.id == following
    assert f"{row.number} solved" in console.said


async def test_a_ticket_is_deleted_only_after_a_yes(
    console: Console, colleague: DeskeroClient
) -> None:
    row, count = console.row, console.tickets.row_count
    for no in ("n", "escape", "enter"):
        await console.press("D")
        assert f"Delete {row.number}" in console.text
        await console.press(no)
        assert (await colleague.ticket(row.id)).number == row.number
    await console.press("D", "y")
    with pytest.raises(Missing):
        await colleague.ticket(row.id)
    assert console.tickets.row_count == count - 1
    assert row.number not in {line.split()[0] for line in console.picture if line.split()}


# -- writing ---------------------------------------------------------------------------------------


async def test_a_reply_is_written_looked_over_and_sent_with_a_status(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("enter", "r")
    assert "PUBLIC reply" in console.text
    await console.type("It left today, [/nope] & <b>fast</b>.")
    await console.press("ctrl+s", "s")
    await console.type("hold")
    await console.press("enter", "y")
    await console.wait_for(f"Reply to {row.number}: sent")
    ticket = await colleague.ticket(row.id)
    assert "&lt;b&gt;fast&lt;/b&gt;" in ticket.replies[-1].text
    assert ticket.replies[-1].from_agent is not None
    assert ticket.replies[-1].from_agent.name == ME
    assert status_of(ticket) == "onhold"
    assert "It left today, [/nope] & <b>fast</b>." in console.text
    assert await draft_text(console, row.id) == ""


async def test_a_note_with_a_reminder_puts_the_ticket_among_the_reminders(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("b")
    await console.type("tomorrow 9")
    await console.press("ctrl+s", "y")
    await console.wait_for(f"Note on {row.number}: sent")
    (*_, note) = (await colleague.ticket(row.id)).notes
    assert note.remind_at is not None
    assert (note.remind_at.hour, note.remind_at.minute) == (9, 0)
    await console.press("5")
    assert console.tickets.move_to(row.key)


async def test_what_was_half_written_is_there_again_even_after_quitting(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path) as console:
        number: str = console.row.number
        await console.press("r")
        await console.type("half a sent")
        await console.press("escape")
        assert await draft_text(console, console.row.id) == "half a sent"
        assert console.row.has_draft
        await console.press("q")
        assert console.app.return_code == 0
    async with console_on(address_of(running), tmp_path) as console:
        assert console.row.number == number
        await console.press("r")
        assert isinstance(console.app.screen, Compose)
        assert "half a sent" in console.text


async def test_what_was_sent_can_be_taken_back_for_a_while_with_every_word(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=60) as console:
        row = console.row
        before = await colleague.ticket(row.id)
        await console.press("r")
        await console.type("too soon")
        await console.press("ctrl+s", "y")
        await console.wait_for(f"Reply to {row.number} leaves in", "1 to send")
        await console.press("q")
        await console.wait_for("Not sent yet")
        await console.press("escape", "u")
        assert isinstance(console.app.screen, Compose)
        assert "too soon" in console.text
        assert (await colleague.ticket(row.id)).replies == before.replies


async def test_a_reply_quotes_what_the_customer_said_last(console: Console) -> None:
    row = console.row
    conversation = await console.desk.conversation(row.id)
    said = conversation.last_from_customer
    await console.press(">")
    await console.press("escape")
    text = await draft_text(console, row.id)
    assert f"{said.author} wrote:" in text
    assert f"> {said.parts[0].text.splitlines()[0]}" in text


async def test_a_ticket_is_opened_for_a_customer_who_is_new(
    console: Console, colleague: DeskeroClient
) -> None:
    before = {ticket.id for ticket in await all_tickets(colleague)}
    await console.press("c")
    assert isinstance(console.app.screen, NewTicketForm)
    for field, text in (
        ("name", "Ada Quill"),
        ("email", "ada@quill.example"),
        ("subject", "The bell rings twice"),
        ("description", "She rang us about it."),
    ):
        console.app.screen.query_one(f"#{field}").focus()
        await console.type(text)
    await console.press("ctrl+s")
    assert "Ada Quill <ada@quill.example>, new" in console.text
    await console.press("y")
    await console.wait_for("New ticket: sent")
    (made,) = [ticket for ticket in await all_tickets(colleague) if ticket.id not in before]
    assert made.subject == "The bell rings twice"
    assert made.customer is not None
    assert made.customer.name == "Ada Quill"
    await console.press("9")
    assert "The bell rings twice"[:10] in console.text


# -- links, files, copies --------------------------------------------------------------------------


async def test_numbers_links_and_files_go_where_they_were_asked_to(
    console: Console, tmp_path: Path
) -> None:
    await console.press("9", "/")
    await console.type("three open points")
    await console.press("enter", "enter", "y")
    assert console.app.clipboard == console.row.number
    await console.press("o")
    assert "shop.example.test" in console.text
    await console.press("enter")
    assert console.app.clipboard == "https://shop.example.test/orders/A-1009?from=mail"
    await console.press("w", "enter")
    await console.wait_for("Saved in")
    (saved,) = (tmp_path / "Downloads").iterdir()
    assert saved.name == "delivery note.pdf"
    assert saved.read_bytes().startswith(b"%PDF")


# -- colleagues ------------------------------------------------------------------------------------


async def test_a_refresh_brings_a_colleagues_change_and_the_cursor_stays_on_its_ticket(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("9", "j", "j", "j")
    row, index = console.row, console.tickets.cursor_index
    last = (await console.desk.rows(await console.desk.order(BUILT_IN_VIEWS[8].query)))[-1]
    await colleague.update_ticket(last.id, TicketPatch(subject="Risen from the end"))
    await console.press("R")
    await console.until(lambda: console.tickets.cursor_index == index + 1, "for the news")
    assert console.row.id == row.id
    await console.press("g")
    assert "Risen from" in console.picture[2]


async def test_a_ticket_being_read_stays_when_it_leaves_the_view_and_keys_still_mean_it(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("enter")
    row, count = console.row, console.tickets.row_count
    await colleague.update_ticket(row.id, TicketPatch(status="solved"))
    await console.press("R")
    await console.until(lambda: console.tickets.row_count == count - 1)
    assert console.ticket.ticket_id == row.id
    assert f"{row.number}  solved" in console.text
    await console.press("p")
    assert (await colleague.ticket(row.id)).is_priority is not row.is_priority
    assert f"{row.number} has" in console.said
    following = console.row.id
    await console.press("J")
    assert console.ticket.ticket_id == console.row.id == following


async def test_a_ticket_that_a_colleague_deleted_says_so_and_takes_no_command(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("enter")
    row = console.row
    await colleague.delete_ticket(row.id)
    await console.press("p")
    await console.until(lambda: console.ticket.conversation is None)
    assert "Somebody has deleted it" in console.text
    await console.press("p")
    assert console.said == "There is no ticket here."
