"""What can go wrong under somebody's hands: each is met with a choice, and no word is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.items import State
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.tui.compose.new_ticket import NewTicketForm
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.compose.writing_screen import WritingScreen
from deskero_tui.tui.dialogs.decide import ActionDialog
from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

# -- a ticket deleted under a draft ----------------------------------------------------------------


async def test_words_for_a_deleted_ticket_can_go_into_a_new_one(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("r")
    await console.type("These words matter.")
    await console.press("escape")
    await colleague.delete_ticket(console.row.id)
    await console.desk.refresh_now()
    await console.settled()
    await console.press("d")
    await console.wait_for("reply (a deleted ticket) These words matter.")
    await console.press("enter")
    assert isinstance(console.app.screen, ActionDialog)
    assert "Its ticket has been deleted" in console.text
    assert "These words matter." in console.text
    await console.press("n")
    await console.until(lambda: isinstance(console.app.screen, NewTicketForm))
    assert "These words matter." in console.text
    await console.press("escape")
    [kept] = await console.desk.drafts.list()
    assert (kept.key.kind, kept.draft.text) == (DraftKind.CREATE, "These words matter.")


async def test_words_for_a_deleted_ticket_stay_until_somebody_decides(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("n")
    await console.type("A note.")
    await console.press("escape")
    await colleague.delete_ticket(console.row.id)
    await console.desk.refresh_now()
    await console.settled()
    await console.press("d", "enter", "escape")
    assert len(await console.desk.drafts.list()) == 1
    await console.press("d", "enter", "x")
    assert await console.desk.drafts.list() == []
    assert "bring the text back" in console.said


async def test_a_reply_to_a_ticket_deleted_while_it_was_written_comes_back(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("r")
    await console.type("Too late.")
    await colleague.delete_ticket(console.row.id)
    await console.press("ctrl+s", "y")
    await console.until(lambda: console.desk.outbox.counts.refused == 1, "for the refusal")
    assert "failed: " in console.said
    await console.press("d", "enter", "e")
    await console.wait_for("Its ticket has been deleted", "Too late.")


# -- two consoles, one draft -----------------------------------------------------------------------


async def test_two_consoles_on_one_draft_keep_both_texts_and_say_so(console: Console) -> None:
    await console.press("r")
    await console.type("ours")
    key = DraftKey(console.row.id, DraftKind.REPLY)
    drafts = console.desk.drafts
    console.app.save_drafts_now()
    await drafts.save(key, Draft(text="theirs"), revision=1)
    await console.type(", longer")
    await console.wait_for("Another console has written here, too. Its text is kept: d lists it.")
    await console.press("escape", "d")
    await console.wait_for("draft: reply", "earlier: reply", "theirs", "ours, longer")
    await console.press("down", "enter")
    assert "theirs" in console.text
    await console.press("b")
    await console.until(lambda: isinstance(console.app.screen, Compose))
    assert "theirs" in console.text
    await console.press("escape")
    texts = {version.draft.text for version in await drafts.versions(key)}
    assert "ours, longer" in texts


# -- somebody who has left, files that have gone, a book instead of a letter -----------------------


async def test_assigning_to_somebody_who_left_is_refused_with_a_reason_and_rolls_back(
    console: Console,
) -> None:
    row = console.row
    [item_id] = await console.desk.outbox.queue_change(
        [row.id], TicketPatch(assignee=AgentId("000000000000000000000000"))
    )
    await console.until(lambda: console.desk.outbox.counts.refused == 1, "for the refusal")
    [item] = [one for one in await console.desk.outbox.items() if one.id == item_id]
    assert item.reason
    assert console.row.assignee == row.assignee


async def test_a_file_that_vanishes_before_sending_is_said_and_nothing_goes(
    console: Console, tmp_path: Path
) -> None:
    file = tmp_path / "bill.pdf"
    file.write_bytes(b"%PDF")
    await console.press("r")
    await console.type("Here it is.")
    await console.press("ctrl+t")
    await console.type(str(file))
    await console.press("enter")
    file.unlink()
    await console.press("ctrl+s")
    await console.wait_for("cannot be read: No such")
    await console.press("y")
    await console.wait_for("There is no file")
    assert isinstance(console.app.screen, Compose)
    assert not await console.desk.outbox.items()


async def test_a_file_that_vanished_after_sending_comes_back_with_the_words(
    running: RunningDesk, tmp_path: Path
) -> None:
    file = tmp_path / "bill.pdf"
    file.write_bytes(b"%PDF")
    async with console_on(address_of(running), tmp_path, undo_s=60.0) as console:
        await console.press("9", "r")
        await console.type("Here it is.")
        await console.press("ctrl+t")
        await console.type(str(file))
        await console.press("enter", "ctrl+s", "y")
        await console.until(lambda: console.desk.outbox.counts.waiting == 1)
        file.unlink()
        await console.press("u")
        await console.until(lambda: isinstance(console.app.screen, Compose))
        assert "1 attached: bill.pdf" in console.text
        await console.press("escape")
        [stored] = await console.desk.drafts.list()
        assert [path.read_bytes() for path in stored.draft.files] == [b"%PDF"]


async def test_a_megabyte_of_text_is_written_kept_and_sent_once(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    text = "Ein Wort und é noch eins.\n" * 40_000
    await console.press("r")
    await console.type(text)
    await console.press("ctrl+s", "y")
    await console.until(
        lambda: console.said.endswith(f"{row.number}: sent"), "for a megabyte to arrive"
    )
    [item] = await console.desk.outbox.items()
    assert item.state is State.SENT
    ticket = await colleague.ticket(row.id)
    assert ticket.replies[-1].text.count("noch eins") == 40_000
    assert sum("noch eins" in reply.text for reply in ticket.replies) == 1


# -- an end in the middle of a word ----------------------------------------------------------------


@pytest.mark.parametrize("key", ["r", "n", "c"])
async def test_a_letter_that_is_seen_is_kept_before_its_field_has_told_of_it(
    console: Console, key: str
) -> None:
    await console.press(key)
    await console.type("At first")
    screen = console.app.screen
    assert isinstance(screen, WritingScreen)
    screen.text_field.insert(" and at last.")
    console.app.save_drafts_now()
    [kept] = await console.desk.drafts.list()
    assert kept.draft.text.endswith(" and at last.")
