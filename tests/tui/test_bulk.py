"""Marks, and one action on all that is marked: shown before, counted, with receipt and undo."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.server.sample.data import sample_id
from deskero_tui.tui.dialogs.decide import ActionDialog
from deskero_tui.tui.dialogs.receipt import ReceiptSheet
from deskero_tui.tui.screens.bulk_actions import STOPPED
from tests.support.console import PATIENCE_S, Console
from tests.support.rest import send_key

COLLEAGUE = AgentId(sample_id("agent", 1))


def marked(console: Console) -> int:
    return len(console.tickets.marks)


# -- marks -----------------------------------------------------------------------------------------


async def test_space_marks_and_goes_on_and_takes_the_mark_away(console: Console) -> None:
    await console.press("space", "space")
    assert (marked(console), console.tickets.cursor_index) == (2, 2)
    assert "2 marked of 30" in console.text
    assert sum("+" in line[:6] for line in console.picture) == 2
    await console.press("k", "space")
    assert marked(console) == 1
    await console.press("escape")
    assert marked(console) == 0


async def test_a_range_is_marked_from_begin_to_end(console: Console) -> None:
    await console.press("v", *["j"] * 4, "v")
    assert marked(console) == 5
    await console.press("escape", "G", "v", "k", "k", "v")
    assert marked(console) == 3
    await console.press("escape", "g", "space", "space", "v", "j", "v")
    assert marked(console) == 4, "a range begins where it was begun, not at the last mark"


async def test_shifted_letters_extend_the_marks(console: Console) -> None:
    await console.press("J", "J")
    assert marked(console) == 3
    await console.press("K")
    assert marked(console) == 3


async def test_the_list_can_be_narrowed_to_what_is_marked(console: Console) -> None:
    await console.press("9", "space", "j", "space")
    marks = console.tickets.marks
    await console.press("/")
    await console.type("is:marked")
    await console.press("enter")
    assert set(console.tickets.order) == marks
    await console.press("g", "space")
    await console.until(lambda: console.tickets.row_count == 1, "for it to follow the marks")


async def test_all_of_a_view_are_marked_and_marks_outlive_another_view(console: Console) -> None:
    await console.press("8", "=")
    solved = marked(console)
    assert solved == console.tickets.row_count
    await console.press("9")
    assert f"{solved} marked of 30" in console.text
    await console.press("8", "=")
    assert marked(console) == 0


async def test_what_is_marked_stays_marked_when_the_list_moves(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("j", "j", "space")
    [key] = console.tickets.marks
    await colleague.update_ticket(console.row.id, TicketPatch(subject="To the top"))
    await console.desk.refresh_now()
    await console.settled()
    assert console.tickets.marks == {key}


# -- changes ---------------------------------------------------------------------------------------


async def mark_five_open(console: Console) -> None:
    await console.press("7", *["space"] * 5)


async def test_marked_tickets_are_assigned_after_a_look_and_undone_by_one_key(
    console: Console,
) -> None:
    await mark_five_open(console)
    keys = console.tickets.marked_keys
    before = [row.assignee for row in await console.desk.rows(keys)]
    await console.press("a")
    await console.wait_for("Assign to: 5 tickets")
    await console.type("Zofia")
    await console.press("enter")
    assert isinstance(console.app.screen, ActionDialog)
    assert "tickets: assigned to Zofia Wrona" in console.text
    await console.press("y")
    await console.until(lambda: "done of" in console.said, "for the receipt")
    assert {row.assignee for row in await console.desk.rows(keys)} == {"Zofia Wrona"}
    assert marked(console) == 0
    await console.press("u")
    await console.until(lambda: console.said.startswith("Undone"), "for the undo")
    await console.until(lambda: console.desk.outbox.counts.waiting == 0)
    assert [row.assignee for row in await console.desk.rows(keys)] == before


async def test_nothing_is_done_without_a_yes(console: Console) -> None:
    await mark_five_open(console)
    await console.press("e")
    assert "5 tickets: solved" in console.text
    await console.press("escape")
    assert marked(console) == 5
    assert await console.desk.outbox.items() == []


async def test_those_that_have_it_already_are_left_out(console: Console) -> None:
    await console.press("8", "space", "7", "space", "e")
    assert "1 ticket: solved" in console.text
    assert "1 have it already." in console.text
    await console.press("escape", "escape", "8", "space", "space", "e")
    assert console.said == "All 2 tickets have that already."


async def test_tags_are_added_and_taken_away_and_others_stay(console: Console) -> None:
    await mark_five_open(console)
    keys = console.tickets.marked_keys
    rows = await console.desk.rows(keys)
    before = {row.id: (await console.desk.ticket(row.id)).tags for row in rows}
    await console.press("t")
    await console.type("recall")
    await console.press("enter", "ctrl+s", "y")
    await console.until(lambda: "done of" in console.said)
    for row in rows:
        assert (await console.desk.ticket(row.id)).tags == (*before[row.id], "recall")


async def test_a_receipt_names_what_failed_and_is_written_to_a_file(
    console: Console, colleague: DeskeroClient, tmp_path: Path
) -> None:
    await mark_five_open(console)
    gone = (await console.desk.rows(console.tickets.marked_keys))[2]
    await console.press("p")
    await colleague.delete_ticket(gone.id)
    await console.press("y")
    await console.until(lambda: "1 failed" in console.said, "for the failure")
    await console.press(":")
    await console.type("receipt")
    await console.press("enter")
    await console.until(lambda: isinstance(console.app.screen, ReceiptSheet))
    await console.wait_for("4 done, 1 failed of 5", "failed: ")
    await console.press("w")
    await console.until(lambda: "The receipt is in" in console.said)
    [file] = (tmp_path / "Downloads").glob("receipt-*.csv")
    lines = file.read_text().splitlines()
    assert len(lines) == 6
    assert sum(",failed," in line for line in lines) == 1


async def test_without_any_bulk_change_there_is_no_receipt(console: Console) -> None:
    await console.press(":")
    await console.type("receipt")
    await console.press("enter")
    assert "Nothing has been done to several tickets" in console.said


async def test_all_marked_are_reminded_of_at_one_time(console: Console) -> None:
    await mark_five_open(console)
    keys = console.tickets.marked_keys
    await console.press("b")
    await console.type("tomorrow 9?")
    await console.press("enter")
    await console.wait_for("5 tickets: with a reminder", "unless")
    await console.press("y")
    await console.until(lambda: "5 done of 5" in console.said)
    rows = await console.desk.rows(keys)
    assert all(row.remind_at for row in rows)
    assert (await console.desk.ticket(rows[0].id)).notes[-1].text.startswith("[remind unless")


async def test_the_same_note_goes_to_all_marked(console: Console, colleague: DeskeroClient) -> None:
    await mark_five_open(console)
    rows = await console.desk.rows(console.tickets.marked_keys)
    await console.press("n")
    await console.type("Recall of batch 7.")
    await console.press("enter", "y")
    await console.until(lambda: "5 done of 5" in console.said)
    for row in rows:
        ticket = await colleague.ticket(row.id)
        assert [note.text for note in ticket.notes].count("Recall of batch 7.") == 1


async def test_a_macro_answers_each_marked_ticket_with_its_own_words(
    console: Console, colleague: DeskeroClient, tmp_path: Path
) -> None:
    (tmp_path / "macros").mkdir(exist_ok=True)
    (tmp_path / "macros" / "late.md").write_text(
        "title: Late\nkind: reply\nstatus: onhold\n\nDear {{customer.name}}, {{ticket.number}}."
    )
    await mark_five_open(console)
    rows = await console.desk.rows(console.tickets.marked_keys)
    await console.press("M", "enter")
    await console.wait_for("5 tickets: answered by Late")
    await console.press("y")
    await console.until(lambda: "10 done of 10" in console.said, "for text and status of each")
    for row in rows:
        ticket = await colleague.ticket(row.id)
        assert f"{row.number}." in ticket.replies[-1].text
        assert ticket.status is not None
        assert ticket.status.name == "onhold"


async def test_keys_in_the_ticket_mean_the_ticket_and_not_the_marks(console: Console) -> None:
    await mark_five_open(console)
    await console.press("enter", "p")
    await console.until(lambda: console.desk.outbox.counts.waiting == 0)
    assert not isinstance(console.app.screen, ActionDialog)
    assert marked(console) == 5


# -- very many -------------------------------------------------------------------------------------


async def test_too_many_selected_tickets_are_refused_at_once(console: Console) -> None:
    console.tickets.marks = frozenset(range(1, 200_001))
    await console.press("A")
    assert console.said == "Too many tickets selected: 200,000. At most 10,000 at once."
    assert console.app.screen_stack[-1] is console.inbox


async def test_escape_stops_the_reading_of_a_selection_at_once(console: Console) -> None:
    await console.press("9")
    console.tickets.marks = frozenset(range(1, 5_001))
    may_read = threading.Event()
    held = asyncio.create_task(console.desk._database.read(lambda _: may_read.wait(PATIENCE_S)))
    await asyncio.sleep(0)
    send_key(console.app, "A")
    await asyncio.sleep(0.1)
    assert console.said == "Reading 0 of 5,000 tickets, Esc stops ..."
    for key in ("y", "escape"):
        send_key(console.app, key)
    await asyncio.sleep(0.1)
    assert console.said == STOPPED
    may_read.set()
    await held
    await console.press("y")
    assert console.app.screen_stack[-1] is console.inbox
    assert console.desk.outbox.counts.waiting == 0
    assert marked(console) == 5_000, "what was selected stays so"
    await console.press("escape")
    assert marked(console) == 0


async def test_escape_stops_the_reading_of_tags(console: Console) -> None:
    await console.press("9", "=")
    marks, database, may_read = console.tickets.marks, console.desk._database, threading.Event()
    send_key(console.app, "t")
    held = [
        asyncio.create_task(database.read(lambda _: may_read.wait(PATIENCE_S))) for _ in range(2)
    ]
    await asyncio.sleep(0.1)
    send_key(console.app, "escape")
    await asyncio.sleep(0.1)
    assert console.said == STOPPED
    may_read.set()
    await asyncio.gather(*held)
    await console.settled()
    assert console.app.screen_stack[-1] is console.inbox
    assert console.tickets.marks == marks


async def test_no_word_of_reading_is_left_when_the_question_is_there(console: Console) -> None:
    await console.press("9")
    console.tickets.marks = frozenset(range(1, 5_001))
    await console.press("A")
    assert isinstance(console.app.screen, ActionDialog)
    await console.press("escape")
    assert console.said == ""


async def test_no_question_comes_for_a_selection_that_is_gone(console: Console) -> None:
    await console.press("9", "=")
    may_read = threading.Event()
    held = asyncio.create_task(console.desk._database.read(lambda _: may_read.wait(PATIENCE_S)))
    await asyncio.sleep(0)
    send_key(console.app, "A")
    await asyncio.sleep(0.1)
    console.tickets.marks = frozenset()
    may_read.set()
    await held
    await console.settled()
    assert console.app.screen_stack[-1] is console.inbox
    await console.press("y")
    assert console.desk.outbox.counts.waiting == 0
