"""One reply to several tickets: filled in for each, left out where a value lacks, never lost."""

from __future__ import annotations

from sqlite3 import Connection

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outbox.items import State
from deskero_tui.domain.query.query import Query
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.tui.compose.draft_state import REPLY_TO_SEVERAL
from deskero_tui.tui.compose.screen import Compose
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


async def mark(console: Console, *rows: TicketRow) -> None:
    for row in rows:
        assert console.tickets.move_to(row.key)
        await console.press("space")


async def test_those_that_lack_a_value_are_not_sent_and_alone_stay_marked(
    console: Console, colleague: DeskeroClient
) -> None:
    rows = await console.desk.rows(await console.desk.order(Query()))
    lacking = next(row for row in rows if not row.company)
    whole = [row for row in rows if row.company][:2]
    await mark(console, whole[0], lacking, whole[1])
    before = await colleague.ticket(lacking.id)
    await console.press("r")
    await console.type("To all at {{customer.company}}")
    await console.press("ctrl+s", "y")
    await console.until(lambda: "2 done of 2" in console.said)
    assert console.tickets.marked_keys == [lacking.key]
    for row in whole:
        ticket = await colleague.ticket(row.id)
        assert ticket.replies[-1].text == f"<p>To all at {row.company}</p>"
    assert len((await colleague.ticket(lacking.id)).replies) == len(before.replies)


async def test_a_store_that_stops_taking_replies_keeps_text_and_marks_for_the_rest(
    console: Console, colleague: DeskeroClient
) -> None:
    rows = await console.desk.rows(await mark_three(console))
    await console.press("r")
    await console.type("We are on it, all of us.")

    def refuse_from_the_second_on(connection: Connection) -> None:
        connection.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON outbox"
            " WHEN (SELECT count(*) FROM outbox) >= 1"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )

    database = console.desk._database
    await database.write(refuse_from_the_second_on)
    await console.press("ctrl+s", "y")
    assert isinstance(console.app.screen, Compose)
    assert "disk" in console.text
    assert console.tickets.marks == {row.key for row in rows[1:]}
    await console.press("e", "escape")
    await database.write(lambda c: c.execute("DROP TRIGGER full"))
    stored = await console.desk.drafts.load(REPLY_TO_SEVERAL)
    assert stored is not None
    assert stored.draft.text == "We are on it, all of us."
    # Sent again it goes to those only that have not got it.
    await console.press("r")
    await console.press("ctrl+s", "y")
    await console.until(
        lambda: "done of" in console.said and not console.desk.outbox.counts.waiting
    )
    for row in rows:
        texts = [reply.text for reply in (await colleague.ticket(row.id)).replies]
        assert texts.count("<p>We are on it, all of us.</p>") == 1


async def test_one_that_the_desk_refuses_stops_no_other_and_its_words_come_back(
    console: Console, colleague: DeskeroClient
) -> None:
    first, gone, last = await console.desk.rows(await mark_three(console))
    await console.press("r")
    await console.type("We are on it, all of us.")
    await colleague.delete_ticket(gone.id)
    await console.press("ctrl+s", "y")
    await console.until(lambda: "2 done, 1 failed of 3" in console.said)
    for row in (first, last):
        ticket = await colleague.ticket(row.id)
        assert ticket.replies[-1].text == "<p>We are on it, all of us.</p>"
    assert not console.tickets.marks
    [kept] = await console.desk.outbox.items(ticket_id=gone.id)
    assert kept.state is State.REFUSED
    await console.press("d", "enter")
    assert "We are on it, all of us." in console.text


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
