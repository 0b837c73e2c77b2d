"""On a line that lags, keys come in bursts: each must mean what it meant to whoever pressed it."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pty_console import ENTER, REVIEW, TAB, PtyConsole, home_environment
from tests.support.running_desk import RunningDesk
from tests.terminal.conftest import LONG_AGO

WIDE = (120, 36)


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[RunningDesk]:
    """A desk that no other test looks at."""
    with RunningDesk(tmp_path, demo_tickets=20, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def console(home: Path, own_desk: RunningDesk) -> Iterator[PtyConsole]:
    """Shows the list, ready for keys; ended by a signal, whatever it shows then."""
    environment = home_environment(
        home,
        DESKERO_URL=own_desk.base_url,
        DESKERO_CLIENT_ID=own_desk.client_id,
        DESKERO_API_TOKEN=own_desk.api_token,
        DESKERO_AGENT="Ines Marchetti",
    )
    with PtyConsole(home=home, environment=environment, size=WIDE) as opened:
        opened.wait_for("tickets · online", "opened")
        yield opened
        opened.kill(signal.SIGTERM)
        opened.wait_for_end()


def test_words_typed_before_the_reply_is_open_are_the_reply_and_no_commands(
    console: PtyConsole,
) -> None:
    console.press("r" + "please be patient")
    console.wait_for("PUBLIC reply", "please be patient")


def test_a_name_typed_before_the_picker_is_open_is_looked_for(console: PtyConsole) -> None:
    console.press("a" + "amal" + ENTER)
    console.wait_for("assigned to Amal Nasser")


def test_words_after_tab_go_into_the_next_field(console: PtyConsole) -> None:
    console.press("n")
    console.wait_for("INTERNAL note")
    console.press("Call the depot" + TAB + "tomorrow 9")
    console.wait_for("Call the depot", "09:00")
    assert "depottomorrow" not in console.text


def test_a_reply_written_reviewed_and_sent_in_one_burst_is_sent_as_it_was_written(
    console: PtyConsole,
) -> None:
    console.press("r")
    console.wait_for("PUBLIC reply")
    console.press("It left today." + REVIEW + "y")
    console.wait_for("Reply to", "leaves in")
    assert "today.y" not in console.text


def test_a_command_right_after_going_on_means_the_ticket_that_is_read_then(
    console: PtyConsole,
) -> None:
    console.wait_until_quiet()
    _, second, *_ = re.findall(r"\d+/20\d\d", "\n".join(line[:16] for line in console.picture))
    console.press(ENTER + "Jp")
    console.wait_for(f"{second} has ", "priority now")
