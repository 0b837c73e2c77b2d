"""A console whose login has a drop folder and nothing else of the machine it runs on."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadInput, NotAllowed
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.tui.commands.table import COMMANDS
from deskero_tui.tui.compose.screen import Compose
from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
async def restricted(running: RunningDesk, tmp_path: Path, drop: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, drop_folder=drop) as opened:
        await opened.press("9")
        yield opened


async def test_a_file_of_the_drop_folder_is_chosen_and_sent(
    restricted: Console, drop: Path
) -> None:
    (drop / "bill.pdf").write_bytes(b"%PDF")
    (drop / "link.pdf").symlink_to("/etc/passwd")
    await restricted.press("r")
    await restricted.type("Here it is.")
    await restricted.press("ctrl+t")
    assert "bill.pdf" in restricted.text
    assert "link.pdf" not in restricted.text
    await restricted.press("enter", "ctrl+s")
    assert "bill.pdf  4 bytes" in restricted.text
    await restricted.press("y")
    await restricted.wait_for(": sent")


async def test_no_path_can_be_named_to_attach(restricted: Console, drop: Path) -> None:
    (drop / "bill.pdf").write_bytes(b"%PDF")
    await restricted.press("r")
    await restricted.type("x")
    for path in ("/etc/passwd", "~/.ssh/authorized_keys", "../secret"):
        await restricted.press("ctrl+t")
        await restricted.type(path)
        await restricted.press("enter", "escape")
    assert isinstance(restricted.app.screen, Compose)
    assert restricted.app.screen.files == []


async def test_an_empty_drop_folder_says_how_files_come_into_it(restricted: Console) -> None:
    await restricted.press("r", "ctrl+t")
    assert "put NAME < FILE" in restricted.text


async def test_no_editor_is_started(
    restricted: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", f"touch {tmp_path / 'started'}")
    await restricted.press("r")
    await restricted.type("mine")
    await restricted.press("ctrl+o")
    assert "This login may not run an editor" in restricted.text
    assert "mine" in restricted.text
    assert not (tmp_path / "started").exists()


async def test_nothing_opens_a_link(restricted: Console) -> None:
    await restricted.press(":")
    await restricted.type("open a link")
    await restricted.press("enter")
    assert restricted.said == restricted.app.settings.opener.why_not


async def test_a_path_that_stands_in_a_draft_is_not_read(restricted: Console) -> None:
    row = restricted.row
    with pytest.raises(BadInput, match="not in your drop folder"):
        await restricted.desk.outbox.queue_reply(row.id, "x", files=[Path("/etc/passwd")])
    key = DraftKey(row.id, DraftKind.REPLY)
    await restricted.desk.drafts.save(key, Draft(text="x", files=(Path("/etc/passwd"),)))
    await restricted.press("r", "ctrl+s")
    assert "not in your drop folder" in restricted.text
    await restricted.press("y")
    assert isinstance(restricted.app.screen, Compose)
    assert not await restricted.desk.outbox.items()


async def test_what_is_saved_lies_in_the_drop_folder_and_is_told_how_to_fetch(
    restricted: Console, drop: Path
) -> None:
    await restricted.press("/")
    await restricted.type("three open points")
    await restricted.press("enter", "enter", "w", "enter")
    await restricted.wait_for("ssh … get delivery note.pdf")
    assert os.listdir(drop) == ["delivery note.pdf"]


async def test_there_is_no_way_to_a_shell(restricted: Console) -> None:
    await restricted.press("ctrl+z")
    assert "no shell in this login" in restricted.said


def test_no_command_of_the_palette_names_a_file_or_a_program() -> None:
    about = " ".join(f"{command.id} {command.title} {command.help}" for command in COMMANDS)
    for word in ("screenshot", "open file", "browse", "run a", "shell command", "export"):
        assert word not in about.casefold()


@pytest.mark.parametrize("who", ["Nobody At All", "  ", "ines"])
async def test_whom_the_desk_does_not_know_may_write_nothing(
    running: RunningDesk, tmp_path: Path, drop: Path, who: str
) -> None:
    async with console_on(address_of(running), tmp_path, drop_folder=drop, agent=who) as console:
        await console.press("9")
        outbox, ticket_id = console.desk.outbox, TicketId(console.row.id)
        for writing in (
            outbox.queue_reply(ticket_id, "x"),
            outbox.queue_note(ticket_id, "x"),
            outbox.queue_change([ticket_id], TicketPatch(status="solved")),
            outbox.queue_delete(ticket_id),
            console.desk.create_customer("A", "a@mail.example"),
        ):
            with pytest.raises(NotAllowed, match="has no agent"):
                await writing
        assert await outbox.items() == []
