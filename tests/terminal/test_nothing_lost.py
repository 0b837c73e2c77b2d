"""Programs are killed, the desk goes away, several write at once: each word arrives once."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.pty_console import (
    CONSOLE,
    PATIENCE_S,
    REVIEW,
    PtyConsole,
    home_environment,
)
from tests.support.running_desk import RunningDesk
from tests.terminal.conftest import LONG_AGO

WIDE = (120, 30)
KEPT_WITHIN_S = 5.0
"""Long after a draft should be on the disk, also on a slow machine."""
ME = "Ines Marchetti"


@pytest.fixture
def desk(tmp_path: Path) -> RunningDesk:
    """A desk that can be gone and come back at the same address with what it had."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return RunningDesk(tmp_path, demo_tickets=12, demo_anchor=LONG_AGO, port=port)


@pytest.fixture
def account(home: Path, desk: RunningDesk) -> dict[str, str]:
    with desk:
        base_url = desk.base_url
    return home_environment(
        home,
        DESKERO_URL=base_url,
        DESKERO_CLIENT_ID=desk.client_id,
        DESKERO_API_TOKEN=desk.api_token,
        DESKERO_AGENT=ME,
    )


def ran(account: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [*CONSOLE, *arguments],
        env=account,
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_S,
    )


def texts_of(account: dict[str, str], number: str) -> list[str]:
    """The replies on the desk, as the command line reads them afresh."""
    shown = ran(account, "ticket", "show", number, "--json")
    assert shown.returncode == 0, shown.stderr
    replies: list[dict[str, Any]] = json.loads(shown.stdout).get("replies", [])
    return [reply["text"] for reply in replies]


def show_all(console: PtyConsole) -> None:
    """Goes to the view of all tickets, and waits until they are what the list shows. At the first
    start there are none for a while, and no reply could be begun to them.
    """
    console.press("9")
    console.wait_for_match(r"(?s)\[9 All ([1-9]\d*)\].* \1 tickets")


def open_reply(console: PtyConsole) -> str:
    """Begins a reply to the first ticket of all; its number."""
    show_all(console)
    console.press("r")
    console.wait_for("PUBLIC reply")
    return console.wait_for_match(r"(\d+/20\d\d)")


def test_half_a_reply_outlives_kill_9_a_desk_that_is_down_and_two_restarts(
    home: Path, desk: RunningDesk, account: dict[str, str]
) -> None:
    with desk, PtyConsole(home=home, environment=account, size=WIDE) as console:
        console.wait_for("online")
        number = open_reply(console)
        console.press("It leaves tod")
        console.wait_for("It leaves tod")
        assert kept_soon(account, "It leaves tod")
        console.kill(signal.SIGKILL)
        assert console.wait_for_end() == -signal.SIGKILL
    with PtyConsole(home=home, environment=account, size=WIDE) as console:
        console.wait_for("OFFLINE", number)
        assert open_reply(console) == number
        console.wait_for("It leaves tod")
        console.press("\x1b[F")  # End
        console.press("ay, I promise.")
        console.wait_for("It leaves today, I promise.")
        console.press(REVIEW)
        console.wait_for("Before it goes")
        console.press("y")
        console.wait_for("leaves in")
        console.press("q")
        console.wait_for("Not sent yet")
        console.press("k")
        assert console.wait_for_end() == 0
        kept = b"1 message is not sent yet: `deskero-tui outbox` shows it."
        assert console.raw.count(kept) == 1
    assert "It leaves today, I promise." in ran(account, "outbox").stdout
    with desk:
        with PtyConsole(home=home, environment=account, size=WIDE) as console:
            console.wait_for("online", "1 to send")
            console.wait_without("1 to send")
            console.press("q")
            assert console.wait_for_end() == 0
        sent = [text for text in texts_of(account, number) if "I promise" in text]
        assert sent == ["<p>It leaves today, I promise.</p>"]
        assert "I promise" not in ran(account, "drafts").stdout


def kept_soon(account: dict[str, str], text: str) -> bool:
    """Whether a draft is on the disk in good time; each look is a program of its own."""
    ends_s = time.monotonic() + KEPT_WITHIN_S
    while text not in ran(account, "drafts").stdout:
        if time.monotonic() > ends_s:
            return False
    return True


def test_two_consoles_and_a_command_at_once_send_each_word_once(
    home: Path, desk: RunningDesk, account: dict[str, str]
) -> None:
    with (
        desk,
        PtyConsole(home=home, environment=account, size=WIDE) as first,
        PtyConsole(home=home, environment=account, size=WIDE) as second,
        ThreadPoolExecutor(3) as beside,
    ):
        first.wait_for("online")
        second.wait_for("online")
        number = open_reply(first)
        first.press("From the first.")
        first.press(REVIEW)
        first.wait_for("Before it goes", "From the first.")
        show_all(second)
        second.wait_for(number)
        second.press("n")
        second.wait_for("INTERNAL note")
        second.press("From the second.")
        second.press(REVIEW)
        second.wait_for("Before it goes", "From the second.")
        command = beside.submit(ran, account, "ticket", "reply", number, "From the command.")
        consoles = (first, second)
        for keys, answer in (("y", "leaves in"), ("q", "Not sent yet")):
            for console in consoles:
                console.press(keys)
            for console in consoles:
                console.wait_for(answer)
        for console in consoles:
            console.press("s")
        # Both at a time: nobody would take what the other writes to its terminal.
        ends = [beside.submit(console.wait_for_end) for console in consoles]
        assert [end.result() for end in ends] == [0, 0]
        assert command.result().returncode == 0, command.result().stderr
        ticket = json.loads(ran(account, "ticket", "show", number, "--json").stdout)
        words = [reply["text"] for reply in ticket["replies"]]
        words += [note["note"] for note in ticket["ticketNotes"]]
        for said in ("From the first.", "From the second.", "From the command."):
            assert sum(said in text for text in words) == 1, said
