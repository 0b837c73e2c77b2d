"""A paste whose end never arrives loses no word and does not make the console deaf."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.pty_console import CONSOLE, ESC, PATIENCE_S, PtyConsole

WIDE = (120, 36)
BEGIN, END = "\x1b[200~", "\x1b[201~"


def drafts(account: dict[str, str]) -> list[str]:
    """The texts of all drafts that the store holds."""
    ran = subprocess.run(
        [*CONSOLE, "drafts", "--json"],
        env=account,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return [draft["text"] for draft in json.loads(ran.stdout)]


@pytest.fixture
def opened(account: dict[str, str], home: Path) -> Callable[[], PtyConsole]:
    def open_console() -> PtyConsole:
        return PtyConsole(home=home, environment=account, size=WIDE)

    return open_console


def test_the_list_takes_keys_again_after_a_second(opened: Callable[[], PtyConsole]) -> None:
    with opened() as console:
        console.wait_for("tickets · online")
        console.press("9" + BEGIN + "part of a text with D and y in it")
        console.wait_until_quiet(1.5)
        assert "Delete" not in console.text
        console.press("?")
        console.wait_for("Next ticket")
        console.press(ESC)
        console.wait_without("Next ticket")
        console.press("q")
        assert console.wait_for_end() == 0


def test_compose_shows_what_came_and_takes_the_rest(
    opened: Callable[[], PtyConsole], account: dict[str, str]
) -> None:
    with opened() as console:
        console.wait_for("tickets · online")
        console.press("9")
        console.wait_for("60 tickets", "REQUEST")
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press(BEGIN + "The first half")
        console.wait_for("The first half")
        console.press(" and the second" + END)
        console.wait_for("The first half and the second")
        console.press("!")
        console.wait_for("the second!")
        console.press(ESC)
        console.wait_without("PUBLIC reply")
        console.press("q")
        assert console.wait_for_end() == 0
    assert drafts(account) == ["The first half and the second!"]


@pytest.mark.parametrize("ending", ["hang-up", "SIGTERM", "SIGHUP"])
def test_a_console_that_ends_in_the_middle_of_a_paste_keeps_what_came(
    opened: Callable[[], PtyConsole], account: dict[str, str], ending: str
) -> None:
    with opened() as console:
        console.wait_for("tickets · online")
        console.press("9")
        console.wait_for("60 tickets", "REQUEST")
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press("It is late. ")
        console.wait_for("It is late.")
        console.press(BEGIN + "Half of a long paste")
        # The reading thread has it; nothing of it is on the screen yet.
        console.wait_until_quiet(0.3)
        if ending == "hang-up":
            console.close_terminal()
        else:
            console.kill(getattr(signal, ending))
        console.wait_for_end()
    assert drafts(account) == ["It is late. Half of a long paste"]
