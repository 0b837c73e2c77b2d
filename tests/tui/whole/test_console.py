"""The console as its agent sees it: views, panes, and what a key shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.server.sample.data import sample_id
from deskero_tui.tui.commands.table import Place, commands_of
from deskero_tui.tui.dialogs.fact_lines import FactLines
from deskero_tui.tui.dialogs.help import BY_NAME
from deskero_tui.tui.inbox.screen import InboxScreen
from tests.support.console import ME, NORMAL, SMALL, WIDE, Console, address_of, console_on
from tests.support.running_desk import RunningDesk
from tests.tui.whole.conftest import SAMPLES

MY_ID = sample_id("agent", 0)


@pytest.fixture
async def narrow(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, size=NORMAL) as opened:
        yield opened


async def all_tickets(colleague: DeskeroClient) -> list[Ticket]:
    """Every ticket as the desk has it."""
    return [ticket async for page in colleague.walk_tickets() for ticket in page.records]


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
