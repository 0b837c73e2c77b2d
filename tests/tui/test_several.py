"""One reply to several tickets: filled in for each, left out where a value lacks, never lost."""

from __future__ import annotations

from deskero_tui.api.client import DeskeroClient
from deskero_tui.tui.screens.compose import Compose
from tests.support.console import Console

TEXT = "Dear {{customer.first_name}}, {{ticket.number}} waits for our supplier."


async def mark_three(console: Console) -> list[int]:
    await console.press("7", "space", "space", "space")
    return console.tickets.marked_keys


async def test_a_reply_to_all_marked_is_filled_in_for_each(
    console: Console, colleague: DeskeroClient
) -> None:
    rows = await console.desk.rows(await mark_three(console))
    await console.press("r")
    assert "3 tickets" in console.text
    await console.type(TEXT)
    await console.press("ctrl+s")
    assert "one reply each" in console.text
    assert "not filled in" not in console.text
    await console.press("y")
    await console.until(lambda: "3 done of 3" in console.said)
    for row in rows:
        ticket = await colleague.ticket(row.id)
        assert ticket.customer is not None
        name = ticket.customer.name.split()[0]
        text = f"Dear {name}, {row.number} waits for our supplier."
        assert ticket.replies[-1].text == f"<p>{text}</p>"
    assert not console.tickets.marks
    assert not await console.desk.drafts.list()


async def test_what_is_written_to_several_is_kept_and_found_again(console: Console) -> None:
    keys = await mark_three(console)
    await console.press("r")
    await console.type("We are on it.")
    await console.press("escape", "escape")
    assert not console.tickets.marks
    await console.press("d")
    assert "reply to several We are on it." in console.text
    await console.press("enter")
    assert isinstance(console.app.screen, Compose)
    assert "3 tickets" in console.text
    await console.press("ctrl+s", "y")
    await console.until(lambda: "3 done of 3" in console.said)
    assert len(keys) == 3


async def test_tickets_that_lack_a_value_are_left_out_and_stay_marked(
    console: Console, colleague: DeskeroClient
) -> None:
    await mark_three(console)
    await console.press("r")
    await console.type("About {{custom.Nobody Has This}}")
    await console.press("ctrl+s", "y")
    assert "None of these tickets has {{custom.Nobody Has This}}" in console.text
    await console.press("e", "escape")
    assert len(console.tickets.marks) == 3


async def test_what_cannot_be_filled_in_stops_it(console: Console) -> None:
    await mark_three(console)
    await console.press("r")
    await console.type("Dear {{custmer.name}}")
    await console.press("ctrl+s", "y")
    assert isinstance(console.app.screen, Compose)
    assert "Line 1" in console.text
    await console.press("e", "ctrl+u")
    await console.type("{{ask: Which day?}}")
    await console.press("ctrl+s", "y")
    assert "nobody to ask" in console.text
    await console.press("q")
