"""What is typed is not lost when the store cannot take it, and reading goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outbox.outgoing import OutgoingReply
from deskero_tui.server.sample.data import sample_id
from deskero_tui.tui.compose.screen import Compose
from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=12, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, undo_s=0.0) as opened:
        await opened.press("9")
        yield opened


async def fill_the_disk(console: Console) -> None:
    """From now on no page can be added to the store: SQLite says so just as on a full disk."""

    def fill(connection: Connection) -> None:
        (page_count,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {page_count}").close()

    database = console.desk._database
    database.read_now(fill)
    await database.write(fill)


async def make_room_again(console: Console) -> None:
    """The disk has as much room as anybody wants."""

    def empty(connection: Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1000000").close()

    database = console.desk._database
    database.read_now(empty)
    await database.write(empty)


def text_being_written(console: Console) -> str:
    """What stands in the field of the sheet that is open."""
    assert isinstance(console.app.screen, Compose)
    return console.app.screen.text_field.text


LONG = "It leaves today. " * 2000
"""Longer than what free room within the store's own pages could take."""


async def test_words_that_the_full_disk_does_not_take_are_rescued_and_said_where(
    console: Console,
) -> None:
    await console.press("r")
    await fill_the_disk(console)
    await console.type(LONG)
    await console.wait_for("is full", "The text is in")
    assert isinstance(console.app.screen, Compose)
    [place] = console.app.keepers.rescued
    assert place.read_text() == LONG
    await console.type("And this.")
    await console.until(lambda: place.read_text() == LONG + "And this.", "for the rest")
    await console.press("escape")
    assert place.read_text() == LONG + "And this."
    assert len(console.app.keepers.rescued) == 1
    assert "The text is in" in console.said


async def test_words_that_are_kept_nowhere_are_not_thrown_away_by_a_step_back(
    console: Console, tmp_path: Path
) -> None:
    (tmp_path / "rescued").write_text("in the way", "utf-8")
    await console.press("r")
    await fill_the_disk(console)
    await console.type(LONG)
    await console.wait_for("The text is kept nowhere")
    for review in ("", "ctrl+s"):
        await console.press(*filter(None, [review]), "escape")
        assert "Throw it away?" in console.text
        await console.press("escape")
        assert text_being_written(console) == LONG
    await console.press("escape", "y")
    assert not isinstance(console.app.screen, Compose)
    assert console.said == "The text is thrown away."


async def test_words_that_turn_out_to_be_kept_nowhere_after_a_step_back_stand_there_again(
    console: Console, tmp_path: Path
) -> None:
    (tmp_path / "rescued").write_text("in the way", "utf-8")
    await console.press("r")
    await fill_the_disk(console)
    assert isinstance(console.app.screen, Compose)
    console.app.screen.text_field.text = LONG
    await console.press("escape")
    await console.wait_for("PUBLIC reply", "The text is kept nowhere")
    assert text_being_written(console) == LONG
    await make_room_again(console)
    await console.wait_for("The text is in the store again")
    await console.press("escape")
    assert not isinstance(console.app.screen, Compose)
    await console.press("r")
    assert text_being_written(console) == LONG


async def test_words_that_the_store_takes_again_no_longer_lie_elsewhere(console: Console) -> None:
    await console.press("r")
    await fill_the_disk(console)
    await console.type(LONG)
    await console.wait_for("The text is in")
    [place] = console.app.keepers.rescued
    await make_room_again(console)
    await console.wait_for("The text is in the store again")
    assert not place.exists()
    assert console.app.keepers.rescued == []
    await console.press("ctrl+s", "y")
    await console.until(lambda: not console.desk.outbox.counts.waiting, "for it to be sent")
    assert "sent" in console.said


async def test_what_cannot_be_kept_is_not_sent_and_stays_on_the_screen(console: Console) -> None:
    await console.press("r")
    await fill_the_disk(console)
    await console.type(LONG)
    await console.press("ctrl+s", "y")
    await console.wait_for("is full")
    assert isinstance(console.app.screen, Compose)
    assert not console.desk.outbox.counts.waiting


async def test_reading_goes_on(console: Console) -> None:
    await fill_the_disk(console)
    first = console.row.number
    await console.press("j", "enter")
    assert console.row.number != first
    assert console.row.subject in console.text


async def test_what_the_desk_says_and_nothing_can_keep_does_not_look_like_a_desk_out_of_reach(
    console: Console, colleague: DeskeroClient
) -> None:
    await fill_the_disk(console)
    row = console.row
    await colleague.reply(row.id, OutgoingReply(LONG, AgentId(sample_id("agent", 1))))
    await console.press("R")
    await console.wait_for("NOTHING KEPT since ", "is full")
    assert "OFFLINE" not in console.text
    await make_room_again(console)
    await console.press("R")
    await console.wait_for("online, as of ")
    assert "NOTHING KEPT" not in console.text


async def test_a_change_that_cannot_be_kept_is_said_and_does_not_show(console: Console) -> None:
    await fill_the_disk(console)
    for _ in range(200):
        before = console.row.is_priority
        await console.press("p")
        if "is full" in console.said:
            assert console.row.is_priority is before
            return
    pytest.fail("the disk was never full")
