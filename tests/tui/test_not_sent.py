"""What waits, is held or was done: shown, decided about, taken back, on a real desk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.items import Happening, ItemId, State
from deskero_tui.domain.outbox.merge import baseline_of
from deskero_tui.domain.outbox.outgoing import OutgoingNote, OutgoingReply, TicketPatch
from deskero_tui.domain.query.query import Query
from deskero_tui.server.sample.data import sample_id
from deskero_tui.store import outbox as outbox_store
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.confirm import NO_PROOF
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.dialogs.decide import ActionDialog
from deskero_tui.tui.inbox.screen import InboxScreen
from tests.support.console import LONG_S, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

ID = re.compile("[0-9a-f]{24}")
ALL = Query()
COLLEAGUE = AgentId(sample_id("agent", 1))


async def write_over_a_colleague(console: Console, colleague: DeskeroClient) -> TicketId:
    """Sends a reply that a colleague's answer has overtaken; its ticket's id."""
    row = console.row
    await console.press("r")
    await console.type("my answer")
    await colleague.reply(row.id, OutgoingReply("already answered", COLLEAGUE))
    await console.press("ctrl+s", "y")
    await console.until(lambda: console.desk.outbox.counts.held == 1, "for the reply to be held")
    return row.id


def words_of(console: Console) -> str:
    """The words on the screen, also where a sheet has broken a line."""
    return " ".join(console.text.replace("│", " ").split())


async def test_a_reply_over_a_colleagues_answer_is_held_and_shows_who_wrote(
    console: Console, colleague: DeskeroClient
) -> None:
    ticket_id = await write_over_a_colleague(console, colleague)
    assert "on hold: The ticket changed while you were writing." in console.said
    assert console.said.endswith("d: review")
    await console.press("d")
    assert "on hold: reply" in console.text
    await console.press("enter")
    assert isinstance(console.app.screen, ActionDialog)
    assert "replied to the customer" in console.text
    await console.press("escape", "j")
    assert "1 on hold (d: review)" in console.text
    await console.press("d", "enter")
    assert "already answered" in console.text
    await console.press("x")
    await console.until(lambda: console.desk.outbox.counts.held == 0)
    replies = (await colleague.ticket(ticket_id)).replies
    assert not any("my answer" in reply.text for reply in replies)


async def test_a_held_reply_goes_once_the_agent_says_anyway(
    console: Console, colleague: DeskeroClient
) -> None:
    ticket_id = await write_over_a_colleague(console, colleague)
    await console.press("d", "enter", "y")
    await console.wait_for("sent")
    replies = (await colleague.ticket(ticket_id)).replies
    assert ["my answer" in reply.text for reply in replies].count(True) == 1


async def test_a_held_reply_can_be_edited_again_with_every_word(
    console: Console, colleague: DeskeroClient
) -> None:
    await write_over_a_colleague(console, colleague)
    await console.press("d", "enter", "e")
    await console.until(lambda: isinstance(console.app.screen, Compose))
    assert "my answer" in console.text


async def test_a_change_is_undone_step_by_step(console: Console, colleague: DeskeroClient) -> None:
    row = console.row
    before = await colleague.ticket(row.id)
    await console.press("p")
    await console.wait_for("priority now")
    await console.press("A")
    await console.wait_for("taken")
    await console.press("u")
    await console.wait_for("Undone: ")
    await console.until(lambda: not console.desk.outbox.counts.waiting)
    await console.press("u")
    await console.until(lambda: "priority" in console.said)
    await console.until(lambda: not console.desk.outbox.counts.waiting)
    after = await colleague.ticket(row.id)
    assert after.is_priority == before.is_priority
    assert after.assignee == before.assignee
    await console.press("u")
    assert console.said == "There is nothing to take back."


async def test_an_undo_declines_where_a_colleague_has_changed_the_field_since(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("A")
    await console.wait_for("taken")
    await colleague.update_ticket(row.id, TicketPatch(assignee=COLLEAGUE))
    await console.press("R")
    await console.until(lambda: console.row.assignee_id == COLLEAGUE)
    await console.press("u")
    assert "Somebody else has changed the assignee since" in console.said
    assignee = (await colleague.ticket(row.id)).assignee
    assert assignee is not None
    assert assignee.id == COLLEAGUE


async def test_a_change_that_a_colleague_made_meanwhile_asks_with_both_values(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await colleague.update_ticket(row.id, TicketPatch(assignee=COLLEAGUE))
    await console.press("A")
    await console.until(lambda: console.desk.outbox.counts.held == 1)
    await console.press("d", "enter")
    assert "is Owen Pritchard now, you set Ines Marchetti" in words_of(console)
    assert not ID.search(console.text)
    await console.press("escape")


async def test_a_held_item_shows_names_and_texts_and_never_an_id(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("r")
    await console.type("my answer")
    note = "\n".join(f"line {number} of the note" for number in range(60))
    await colleague.add_note(row.id, OutgoingNote(note, COLLEAGUE, COLLEAGUE, datetime.now(UTC)))
    await colleague.update_ticket(row.id, TicketPatch(status="solved", assignee=COLLEAGUE))
    await console.press("ctrl+s", "y")
    await console.until(lambda: console.desk.outbox.counts.held == 1, "for the reply to be held")
    await console.press("d")
    assert "3 new: Owen Pri" in console.text
    assert not ID.search(console.text)
    await console.press("enter")
    assert f"Reply {row.number}: on hold" in console.text
    assert f"{row.number} {row.subject}"[:40] in console.text
    assert row.customer in console.text
    assert "line 0 of the note" in console.text
    await console.press("G")
    assert "[40 more lines]" in console.text
    for said in ("set the status to solved", "assigned the ticket to Owen Pritchard", "my answer"):
        assert said in console.text, said
    assert not ID.search(console.text)


async def test_quitting_inside_the_undo_window_asks_and_loses_nothing(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        row = console.row
        await console.press("r")
        await console.type("keep me")
        await console.press("ctrl+s", "y")
        assert "leaves in" in console.said
        await console.press("q")
        assert "Not sent yet" in console.text
        await console.press("k")
        assert console.app.return_code == 0
    assert not any("keep me" in reply.text for reply in (await colleague.ticket(row.id)).replies)
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        [item] = await console.desk.outbox.items()
        assert item.state is State.QUEUED
        await console.press("q", "s")
        await console.until(lambda: console.app.return_code == 0)
    replies = (await colleague.ticket(row.id)).replies
    assert ["keep me" in reply.text for reply in replies].count(True) == 1


async def test_failures_of_one_cause_are_one_entry_and_answered_at_once(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        outbox = console.desk.outbox
        await console.press("9")
        rows = await console.desk.rows(await console.desk.order(ALL, limit=3))
        nobody = TicketPatch(assignee=AgentId("0" * 24))
        for row in rows:
            await outbox.queue_change([row.id], nobody)
        await console.until(lambda: outbox.counts.refused == 3, "for the refusals")
        assert isinstance(console.app.screen, InboxScreen), "no question opens by itself"
        await console.press("j")
        assert "3 failed (d: review)" in console.text
        await console.press("d")
        assert f"failed: 3 changes: change {rows[0].number}" in console.text
        assert "1/1" in console.text
        await console.press("enter")
        for row in rows:
            assert f"change {row.number}" in console.text
        assert "y send all  x drop all  o each" in console.text
        await console.press("y")
        assert "Send 3 changes now?" in console.text
        await console.press("n")
        assert outbox.counts.refused == 3
        await console.press("d", "enter", "o", "down", "enter")
        assert f"Change {rows[1].number}: failed" in console.text
        await console.press("x")
        await console.press("d")
        assert "failed: 2 changes: " in console.text
        await console.press("enter", "x")
        assert "Drop 2 changes?" in console.text
        await console.press("y")
        assert console.said.startswith("2 dropped.")
        assert console.desk.unsent_now() == []


async def test_messages_of_one_outage_ask_as_one_badge_and_one_entry(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=LONG_S) as console:
        rows = await console.desk.rows(await console.desk.order(ALL, limit=3))
        outbox = console.desk.outbox
        items = [await outbox.queue_reply(row.id, f"from {row.number}") for row in rows]
    with closing(Database(tmp_path / "store.sqlite")) as database:
        await database.write(lambda connection: cut_off(connection, items), durable=True)
    async with console_on(address_of(running), tmp_path, undo_s=LONG_S) as console:
        outbox = console.desk.outbox
        await console.until(lambda: "3 ask (d: review)" in console.text, "for the badge")
        assert isinstance(console.app.screen, InboxScreen), "no question opens by itself"
        await console.press("d")
        assert f"ask: 3 messages: reply {rows[0].number}" in console.text
        await console.press("enter")
        assert f"reply {rows[2].number} from {rows[2].number}" in words_of(console)
        await console.press("y")
        assert "What has arrived already is there twice then." in words_of(console)
        await console.press("y")
        assert console.said == "3 go now."
        await outbox.settled(items, wait_s=20)
        assert console.desk.unsent_now() == []
    for row in rows:
        replies = [reply.text for reply in (await colleague.ticket(row.id)).replies]
        assert sum(f"from {row.number}" in text for text in replies) == 1


def cut_off(connection: Connection, items: Sequence[ItemId]) -> None:
    """Note what an outage leaves that no look has cleared up."""
    now = datetime.now(UTC)
    for item in items:
        for happening in (Happening.CLAIMED, Happening.UNCLEAR):
            outbox_store.move(connection, item, happening, at=now)
        outbox_store.move(
            connection, item, Happening.UNDECIDABLE, at=now, reason=NO_PROOF, needs_agent=True
        )


async def test_leaving_names_what_is_sent_and_apart_from_it_what_stays_and_why(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        outbox = console.desk.outbox
        await console.press("9")
        row = console.row
        baseline = baseline_of(await console.desk.ticket(row.id))
        await colleague.reply(row.id, OutgoingReply("already answered", COLLEAGUE))
        await outbox.queue_reply(row.id, "overtaken", baseline=baseline)
        await outbox.hurry()
        await console.until(lambda: outbox.counts.held == 1, "for the reply to be held")
        await console.desk.read_afresh(row.id)
        await outbox.queue_reply(row.id, "behind it")
        [stuck, _] = await outbox.items()
        await outbox.queue_note(row.id, "on its way")
        await console.press("q")
        assert words_of(console).count("To send (1)") == 1
        assert f"note {row.number} on its way" in words_of(console)
        assert "Stays in the outbox (2)" in words_of(console)
        assert f"reply {row.number} on hold: Owen Pritchard replied" in words_of(console)
        assert f"queued: waits behind: reply {row.number}" in words_of(console)
        await console.press("s")
        await console.until(lambda: console.app.return_code == 0)
        assert len(console.desk.unsent_now()) == 2
    notes = [note.text for note in (await colleague.ticket(row.id)).notes]
    assert sum("on its way" in text for text in notes) == 1
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        assert console.desk.outbox.counts.waiting == 1, "what waits behind it"
        assert stuck.id in {item.id for item in await console.desk.outbox.items()}
        await console.press("q")
        assert console.app.return_code == 0, "there is nothing to send, and so no question"


async def test_a_draft_is_marked_in_the_list_and_found_by_d(
    console: Console,
) -> None:
    row = console.row
    await console.press("n")
    await console.type("half a note")
    await console.press("escape")
    await console.until(lambda: console.row.has_draft)
    await console.press("d")
    assert f"draft: note {row.number} half a note" in console.text
    await console.press("enter")
    assert isinstance(console.app.screen, Compose)
    assert "half a note" in console.text


async def test_with_nothing_half_written_d_says_so(console: Console) -> None:
    await console.press("d")
    assert console.said == "Nothing is half written, and nothing waits to be sent."


async def test_what_waits_behind_another_item_says_so_in_the_list_and_on_its_ticket(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        await console.press("9")
        row = console.row
        outbox = console.desk.outbox
        baseline = baseline_of(await console.desk.ticket(row.id))
        await colleague.reply(row.id, OutgoingReply("already answered", COLLEAGUE))
        await outbox.queue_reply(row.id, "overtaken", baseline=baseline)
        await outbox.hurry()
        await console.until(lambda: outbox.counts.held == 1, "for the reply to be held")
        await console.desk.read_afresh(row.id)
        await outbox.queue_reply(row.id, "after that")
        await outbox.hurry()
        stands = f"Not sent: reply on hold; reply waits behind: reply {row.number}"
        await console.until(lambda: stands in facts_of(console), "for the ticket to say so")
        assert "Not sent: reply on hold" in console.text
        await console.press("d")
        assert f"queued: reply {row.number} after that" in console.text
        assert f"waits behind: reply {row.number}" in console.text
        await console.press("down", "enter")
        assert f"Waits behind reply {row.number}" in words_of(console)
        await console.press("escape", "d", "enter", "x")
        await console.until(lambda: "Not sent" not in facts_of(console), "for a clear ticket")
        await outbox.settled([item.id for item in await outbox.items()], wait_s=20)
    replies = [reply.text for reply in (await colleague.ticket(row.id)).replies]
    assert sum("after that" in text for text in replies) == 1
    assert not any("overtaken" in text for text in replies)


def facts_of(console: Console) -> str:
    """The head of the ticket beside the list, one line for each fact."""
    conversation = console.ticket.conversation
    assert conversation is not None
    return "\n".join(f"{fact.name}: {fact.value}" for fact in conversation.facts)
