"""The console as its agent sees it: keys in, the picture and the desk out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.drafts import DraftKey, DraftKind
from deskero_tui.domain.errors import BadConfig, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outgoing import TicketPatch
from deskero_tui.domain.query import BUILT_IN_VIEWS
from deskero_tui.domain.ticket import Ticket
from deskero_tui.server.sample_data import sample_id
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import LinkState
from deskero_tui.sync.profile import Profile
from deskero_tui.tui.app import ConsoleSettings, DeskeroApp
from deskero_tui.tui.commands import Place, commands_of
from deskero_tui.tui.modals.fact_lines import FactLines
from deskero_tui.tui.modals.help import BY_NAME
from deskero_tui.tui.screens.compose import Compose
from deskero_tui.tui.screens.inbox import InboxScreen
from deskero_tui.tui.screens.new_ticket import NewTicketForm
from deskero_tui.tui.widgets.status_line import StatusLine
from tests.support.console import ME, NORMAL, SMALL, WIDE, Console, address_of, console_on
from tests.support.running_desk import RunningDesk
from tests.support.still_clock import StillClock

SAMPLES = 40
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""The newest sample is older than anything a test does."""
MY_ID = sample_id("agent", 0)


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


def is_open(ticket: Ticket) -> bool:
    return status_of(ticket) not in ("solved", "closed")


# -- views and search ------------------------------------------------------------------------------


def is_reminded(ticket: Ticket) -> bool:
    """Whether a reminder is pending for us: later than the last change."""
    return any(
        note.assignee == MY_ID
        for note in ticket.notes
        if note.remind_at and ticket.managed_at and note.remind_at >= ticket.managed_at
    )


SHOWN: dict[str, Callable[[Ticket], bool]] = {
    "to-reply": lambda ticket: ticket.awaits_agent and is_open(ticket),
    "mine": lambda ticket: (
        ticket.assignee is not None and ticket.assignee.name == ME and is_open(ticket)
    ),
    "unassigned": lambda ticket: ticket.assignee is None and is_open(ticket),
    "on-hold": lambda ticket: status_of(ticket) == "onhold",
    "reminders": lambda ticket: is_reminded(ticket) and is_open(ticket),
    "priority": lambda ticket: ticket.is_priority and is_open(ticket),
    "all-open": is_open,
    "solved": lambda ticket: status_of(ticket) == "solved",
    "all": lambda ticket: True,
}


async def test_each_view_shows_what_its_name_says_and_its_tab_how_many(
    console: Console, colleague: DeskeroClient
) -> None:
    tickets = await all_tickets(colleague)
    assert len(tickets) == SAMPLES
    for place, view in enumerate(BUILT_IN_VIEWS, start=1):
        expected = {ticket.number for ticket in tickets if SHOWN[view.id](ticket)}
        await console.press(str(place))
        assert f"[{place} {view.title} {len(expected)}]" in console.picture[0]
        order = await console.desk.order(view.query)
        assert {row.number for row in await console.desk.rows(order)} == expected
        assert console.tickets.row_count == len(expected)


async def test_reminders_that_are_due_are_counted_as_the_view_of_reminders_shows_them(
    console: Console, colleague: DeskeroClient
) -> None:
    """All of the sample's are, so the two numbers are the same."""
    tickets = await all_tickets(colleague)
    count = sum(map(SHOWN["reminders"], tickets))
    assert f" {count} due" in console.text


async def test_a_search_narrows_the_view_and_escape_shows_all_of_it_again(
    console: Console, colleague: DeskeroClient
) -> None:
    tickets = await all_tickets(colleague)
    wanted = next(ticket for ticket in tickets if ticket.subject == "Eleven parcels, one saga")
    await console.press("9", "/")
    await console.type("eleven saga")
    await console.press("enter")
    assert console.tickets.row_count == 1
    assert console.row.number == wanted.number
    assert 'search "eleven saga"' in console.text
    await console.press("/")
    await console.type("x")
    await console.press("escape")
    assert console.inbox.words == "eleven saga"
    await console.press("escape")
    assert console.tickets.row_count == SAMPLES
    assert "search" not in console.picture[-2]


async def test_a_search_that_finds_nothing_says_how_to_see_all_again(console: Console) -> None:
    await console.press("/")
    await console.type("nosuchword")
    await console.press("enter")
    assert "No ticket of this view holds these words. Esc shows all." in console.text


async def test_a_view_is_chosen_by_its_name(console: Console) -> None:
    await console.press("V")
    await console.type("solv")
    await console.press("enter")
    assert "[8 Solved" in console.picture[0]
    await console.press("B")
    assert "[5 Reminders" in console.picture[0]


# -- panes -----------------------------------------------------------------------------------------


async def test_enter_and_tab_go_into_the_ticket_and_escape_and_tab_back(console: Console) -> None:
    for into, back in (("enter", "escape"), ("tab", "tab"), ("l", "h"), ("enter", "q")):
        await console.press(into)
        assert console.is_in(Place.TICKET)
        assert console.ticket.has_focus
        await console.press(back)
        assert console.is_in(Place.LIST)
        assert console.tickets.has_focus


async def test_zoom_gives_the_ticket_the_whole_screen_and_escape_takes_it_back(
    console: Console,
) -> None:
    await console.press("z")
    assert not console.tickets.display
    assert console.ticket.size.width > 100
    await console.press("escape")
    assert console.tickets.display
    assert console.tickets.has_focus


async def test_on_a_narrow_screen_a_ticket_opens_over_the_list(narrow: Console) -> None:
    assert not narrow.ticket.display
    row = narrow.row
    await narrow.press("enter")
    assert not narrow.tickets.display
    assert narrow.ticket.size.width == NORMAL[0]
    assert narrow.ticket.ticket_id == row.id
    await narrow.press("escape")
    assert narrow.tickets.display
    assert narrow.row.id == row.id


async def test_the_ticket_beside_the_list_follows_the_cursor(console: Console) -> None:
    for key in ("j", "j", "G", "k", "g"):
        await console.press(key)
        assert console.ticket.ticket_id == console.row.id
        assert f"{console.row.number}  opened" in console.text


async def test_reading_goes_from_ticket_to_ticket_with_the_cursor(console: Console) -> None:
    await console.press("enter")
    first = console.row.id
    await console.press("J")
    second = console.row.id
    assert second != first
    assert console.ticket.ticket_id == second
    assert console.is_in(Place.TICKET)
    await console.press("K")
    assert console.ticket.ticket_id == console.row.id == first


async def test_a_ticket_that_was_opened_is_no_longer_unread(console: Console) -> None:
    assert console.row.is_unread
    await console.press("enter")
    assert not console.row.is_unread


async def test_messages_are_gone_through_one_by_one(console: Console) -> None:
    await console.press("9", "/")
    await console.type("eleven saga")
    await console.press("enter", "enter")
    places = [console.ticket.scroll_offset.y]
    for _ in range(3):
        await console.press(".")
        places.append(console.ticket.scroll_offset.y)
    assert places == sorted(set(places))
    await console.press(",")
    assert console.ticket.scroll_offset.y == places[-2]


@pytest.mark.parametrize("is_reading", [False, True], ids=["list", "ticket"])
async def test_another_size_and_back_keeps_cursor_and_place(
    console: Console, is_reading: bool
) -> None:
    await console.press("9", "G", "k", "k")
    if is_reading:
        await console.press("enter")
    row, place = console.row, console.inbox.place
    for size in ((60, 24), SMALL, WIDE):
        await console.resize(size)
        assert console.row.id == row.id
        assert console.is_in(place)
        assert console.ticket.ticket_id == row.id
        assert row.subject[:12] in console.text
        assert all(len(line) <= size[0] for line in console.picture)
        assert len(console.picture) == size[1]
    assert console.tickets.display
    assert console.ticket.display


@pytest.mark.parametrize("keys", [("?",), ("enter", "?")], ids=["list", "ticket"])
async def test_help_shows_exactly_the_commands_of_the_place(
    console: Console, keys: tuple[str, ...]
) -> None:
    await console.press(*keys)
    shown = {
        (fact.name, fact.value)
        for fact in console.app.screen.query_one(FactLines).facts
        if fact.name
    }
    place = console.inbox.place
    commands = {(one.shown_keys or BY_NAME, one.help) for one in commands_of(place)}
    assert shown == commands
    await console.press("escape")
    assert isinstance(console.app.screen, InboxScreen)


async def test_the_palette_gives_a_command_by_its_name(console: Console) -> None:
    await console.press(":")
    await console.type("last")
    await console.press("enter")
    assert console.tickets.cursor_index == console.tickets.row_count - 1


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


# -- when the desk is not there --------------------------------------------------------------------


async def test_with_the_desk_gone_the_list_is_readable_and_what_is_sent_waits_for_it(
    tmp_path: Path,
) -> None:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as running:
        address = address_of(running)
        async with console_on(address, tmp_path) as console:
            pass
    async with console_on(address, tmp_path, clock=StillClock(), is_awaited=False) as console:
        await console.wait_for("OFFLINE since ", "cannot be reached")
        assert console.desk.link.state is LinkState.OFFLINE
        await console.press("9", "j")
        assert console.tickets.row_count == SAMPLES
        assert f"{console.row.number}  " in console.text
        row = console.row
        await console.press("r")
        await console.type("not a word is lost")
        await console.press("ctrl+s", "y")
        await console.wait_for("kept and goes later")
        assert console.desk.outbox.counts.waiting == 1
    port = int(address.base_url.rpartition(":")[2])
    token = address.api_token
    with RunningDesk(tmp_path, port=port, api_token=token) as running:
        async with (
            console_on(address, tmp_path) as console,
            DeskeroClient(address) as colleague,
        ):
            await console.until(lambda: not console.desk.outbox.counts.waiting, "for the outbox")
            replies = (await colleague.ticket(row.id)).replies
            assert [reply.text for reply in replies].count("<p>not a word is lost</p>") == 1


async def test_a_desk_never_reached_does_not_look_like_one_without_tickets(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as running:
        address = address_of(running)
    async with console_on(
        address, tmp_path, size=NORMAL, clock=StillClock(), is_awaited=False
    ) as console:
        await console.wait_for("Tickets could not be read", "OFFLINE since ")
        assert "No tickets" not in console.text


async def test_a_token_that_the_desk_does_not_take_is_said_to_be_that(
    running: RunningDesk, tmp_path: Path
) -> None:
    address = address_of(running, api_token="bm90Om91cnM=")
    async with console_on(address, tmp_path, is_awaited=False) as console:
        await console.wait_for("SIGNED OUT since ", "Tickets could not be read")
        assert "bm90Om91cnM" not in console.text


async def test_an_empty_desk_has_no_tickets_and_every_command_says_so(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as running:
        async with console_on(address_of(running), tmp_path) as console:
            assert "No tickets in this view." in console.text
            assert "0 tickets · online" in console.text
            for key in ("enter", "r", "n", "a", "A", "s", "p", "t", "m", "e", "b", "D", "y", "w"):
                await console.press(key)
                assert isinstance(console.app.screen, InboxScreen), key
                assert console.is_in(Place.LIST), key


async def test_what_was_read_last_time_is_on_the_first_picture(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path) as console:
        number: str = console.row.number
    async with console_on(address_of(running), tmp_path, is_awaited=False) as console:
        await console.pilot.pause()
        assert number in console.text


async def test_a_key_that_comes_before_its_row_still_means_it(console: Console) -> None:
    await console.press("9")
    row = console.row
    console.tickets._rows.clear()
    console.inbox.action_ticket_priority()
    await console.until(lambda: console.tickets.cursor_row is not None)
    await console.until(lambda: console.row.is_priority is not row.is_priority)
    assert console.row.id == row.id


async def test_a_start_is_over_also_where_the_desk_cannot_be_started(tmp_path: Path) -> None:
    def open_client() -> DeskeroClient:
        raise BadConfig("There is no such address.")

    over: list[str] = []
    database = Database(tmp_path / "store.sqlite")
    app = DeskeroApp(
        Desk(database, open_client=open_client, profile=Profile(agent=ME)),
        ConsoleSettings(zone=UTC, download_folder=tmp_path, rescue_folders=(tmp_path,)),
        on_started=lambda: over.append(app.screen.query_one(StatusLine).said),
    )
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert over == ["There is no such address."]
    database.close()
