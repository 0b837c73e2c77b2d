"""A reminder that falls due rings in a real terminal, once for all consoles of an account."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outbox.outgoing import OutgoingNote
from tests.support.console import address_of
from tests.support.pty_console import REDRAW, PtyConsole
from tests.support.running_desk import RunningDesk
from tests.support.slow_line import SlowLine
from tests.terminal.conftest import SAMPLES
from tests.terminal.test_editor import EDIT

DUE = "due"
"""Stands in the status line once the sample's reminders, all of the past, have been counted."""
DUE_S = 7
"""So soon that nobody waits for long, and later than the console's next look at the desk."""
NOTICE = b"\x1b]9;Reminder: "


def config(home: Path, text: str) -> None:
    folder = home / "deskero"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(text)


def opened_and_left(home: Path, environment: dict[str, str]) -> bytes:
    """What the terminal is sent by a console from its start to its end."""
    with PtyConsole(home=home, environment=environment, size=(120, 36)) as console:
        console.wait_for(f" {DUE}", "online")
        console.wait_until_quiet(0.5)
        console.press("q")
        assert console.wait_for_end() == 0
    return bytes(console.raw)


def test_what_is_due_rings_and_is_told_once(home: Path, account: dict[str, str]) -> None:
    first = opened_and_left(home, account)
    assert b"\x07" + NOTICE in first
    second = opened_and_left(home, account)
    assert b"\x07" not in second
    assert NOTICE not in second


@pytest.mark.parametrize(
    ("text", "rings", "notice"),
    [("bell = false\n", False, True), ('notice = "off"\n', True, False)],
)
def test_each_can_be_turned_off(
    home: Path, account: dict[str, str], text: str, rings: bool, notice: bool
) -> None:
    config(home, text)
    raw = opened_and_left(home, account)
    assert (b"\x07" in raw) is rings
    assert (NOTICE in raw) is notice


def test_in_tmux_the_notice_is_wrapped_up(home: Path, account: dict[str, str]) -> None:
    raw = opened_and_left(home, account | {"TERM": "tmux-256color"})
    assert b"\x1bPtmux;\x1b\x1b]9;Reminder: " in raw


def test_what_falls_due_while_an_editor_has_the_terminal_rings_once_behind_it(
    home: Path, account: dict[str, str], running: RunningDesk
) -> None:
    config(home, "refresh_s = 5\n")
    editor = home / "edit"
    editor.write_text("#!/bin/sh\necho in the editor\nread line\n", "utf-8")
    editor.chmod(0o700)
    environment = account | {"EDITOR": str(editor), "VISUAL": ""}
    with PtyConsole(home=home, environment=environment, size=(120, 36)) as console:
        console.wait_for(f" {DUE}", "online")
        console.wait_until_quiet(0.5)
        console.press("n")
        console.wait_for("Ctrl+S Review")
        console.press(EDIT)
        console.wait_for("in the editor")
        begun = len(console.raw)
        asyncio.run(remind_ines(running))
        console.wait_until_quiet(9.0)
        assert console.raw[begun:].count(b"\x07") == 0
        console.press("\r")
        console.wait_for("Nothing was changed")
        console.wait_until_quiet(0.5)
        assert console.raw[begun:].count(b"\x07" + NOTICE) == 1
        console.press("\x1b")
        console.wait_for("tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0


def test_what_falls_due_while_the_line_is_behind_rings_once_it_has_caught_up(
    home: Path, account: dict[str, str], running: RunningDesk
) -> None:
    config(home, "refresh_s = 5\n")
    with SlowLine(home=home, environment=account, size=(120, 36)) as console:
        console.wait_for(f" {DUE}", "online")
        console.wait_until_quiet(0.5)
        begun = len(console.raw)
        asyncio.run(remind_ines(running))
        console.wait(DUE_S - 2)
        console.bytes_per_s = 200
        console.press(REDRAW)
        console.wait(4)
        assert console.late_bytes > 0
        assert console.raw[begun:].count(b"\x07") == 0
        console.bytes_per_s = 1_000_000
        console.wait_until_quiet(0.5)
        assert console.raw[begun:].count(b"\x07" + NOTICE) == 1
        console.press("q")
        assert console.wait_for_end() == 0


async def remind_ines(running: RunningDesk) -> None:
    """Puts a reminder of hers that falls due soon on a ticket, past her console."""
    async with DeskeroClient(address_of(running)) as client:
        [ines] = [one.id for one in await client.agents() if one.name == "Ines Marchetti"]
        page = await client.list_tickets(limit=SAMPLES)
        ticket = next(one for one in page.records if one.status and one.status.name == "opened")
        due = datetime.now(UTC) + timedelta(seconds=DUE_S)
        note = OutgoingNote("now", ines, ines, inserted_at=datetime.now(UTC), remind_at=due)
        await client.add_note(ticket.id, note)
