"""A day's work in a real terminal, from the list to quitting, on both kinds of desk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.pty_console import (
    CONSOLE,
    ENTER,
    ESC,
    PATIENCE_S,
    REVIEW,
    TAB,
    PtyConsole,
    home_environment,
    until,
)
from tests.terminal.restored import assert_restored

WIDE = (120, 36)
ME = "Ines Marchetti"
REPLY = "It left us today, dear customer."
NOTE = "Ask the carrier again"


def work_on_a_ticket(console: PtyConsole) -> str:
    """Opens the first ticket, replies, notes a reminder, solves it, sends all that and quits.

    Answers the ticket's number.
    """
    console.wait_for("To reply", "tickets · online")
    # Until then the list grows page by page, and another ticket may stand first.
    console.wait_until_quiet(0.5)
    number = console.wait_for_match(r"(\d+/20\d\d)")
    console.press(ENTER)
    console.wait_for("J Next", f"{number}  opened")

    console.press("r")
    console.wait_for("PUBLIC reply")
    console.press(REPLY + REVIEW)
    console.wait_for("Before it goes", "PUBLIC: the customer")
    console.press("y")
    console.wait_for(f"Reply to {number} leaves in")

    console.press("n")
    console.wait_for("INTERNAL note")
    console.press(NOTE + TAB)
    console.wait_until_quiet()
    console.press("tomorrow 9")
    console.wait_for("09:00")
    console.press(REVIEW)
    console.wait_for("INTERNAL: agents only", f"for {ME}")
    console.press("y")
    console.wait_for(f"Note on {number}")

    console.press("s")
    console.wait_for("type to narrow", "solved")
    console.press("solv" + ENTER)
    console.wait_for("3 to send")

    console.press(ESC)
    console.wait_for("Enter Open")
    console.press("q")
    console.wait_for("Not sent yet", REPLY, NOTE)
    console.press("s")
    assert console.wait_for_end() == 0
    assert_restored(console.raw)
    return number


def test_a_day_on_the_demo_desk_leaves_nothing_behind(home: Path) -> None:
    with PtyConsole("--demo", "--tickets", "60", home=home, size=WIDE) as console:
        work_on_a_ticket(console)
    temporary = home / "tmp"
    assert until(lambda: not any(temporary.iterdir())), list(temporary.rglob("*"))
    assert [path.name for path in home.iterdir()] == ["tmp"]


def test_a_day_on_a_served_desk_is_there_for_the_next_program(home: Path) -> None:
    with served_desk(home) as url:
        account = home_environment(
            home,
            DESKERO_URL=url,
            DESKERO_CLIENT_ID="local",
            DESKERO_API_TOKEN=(home / "deskero/served/token-local").read_text("utf-8").strip(),
            DESKERO_AGENT=ME,
        )
        with PtyConsole(home=home, environment=account, size=WIDE) as console:
            number = work_on_a_ticket(console)
        record = shown_ticket(number, account)
    assert REPLY in record["replies"][-1]["text"]
    note = record["ticketNotes"][-1]
    assert note["note"] == NOTE
    assert note["remindMe"] % 3_600_000 == 0
    assert record["status"]["status"] == "solved"


@contextmanager
def served_desk(home: Path) -> Iterator[str]:
    """`deskero-tui serve` in a process of its own; the address it names."""
    with subprocess.Popen(
        [*CONSOLE, "serve", "--port", "0", "--demo", "60"],
        env=home_environment(home),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            ready = next(line for line in process.stdout if line.startswith("Desk ready at "))
            yield ready.removeprefix("Desk ready at ").strip()
        finally:
            process.terminate()
            assert process.wait(PATIENCE_S) == 0


def shown_ticket(number: str, environment: dict[str, str]) -> Any:
    """A ticket's record as `ticket show --json` prints it."""
    ran = subprocess.run(
        [sys.executable, "-m", "deskero_tui", "ticket", "show", number, "--json"],
        env=environment,
        capture_output=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return json.loads(ran.stdout)
