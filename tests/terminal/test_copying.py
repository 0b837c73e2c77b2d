"""What is copied arrives: in the terminal itself, by way of tmux, and by way of GNU screen."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import pytest

from tests.support.pty_console import CONSOLE, ESC, PtyConsole, until

COPIED = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")


def clipboard_of(console: PtyConsole) -> str:
    """What the terminal around everything was told to have in its clipboard."""
    found = COPIED.findall(bytes(console.raw))
    return base64.b64decode(found[-1]).decode() if found else ""


def copy_number(console: PtyConsole, said: str) -> None:
    """Copies the number of the first ticket and sees that it arrived."""
    console.wait_for("tickets · online")
    console.wait_until_quiet(0.2)
    console.press("y")
    number = console.wait_for_match(re.escape(said) + r": +(\d+/\d{4})")
    console.wait_until_quiet(0.2)
    assert clipboard_of(console) == number


def test_a_terminal_gets_it_by_osc_52_and_one_without_shows_it(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=(120, 30)) as console:
        copy_number(console, "Sent to the terminal (OSC 52)")
        console.press("q")
        assert console.wait_for_end() == 0
    plain = account | {"TERM": "linux"}
    with PtyConsole(home=home, environment=plain, size=(120, 30)) as console:
        console.wait_for("tickets - online")
        console.press("y")
        console.wait_without("tickets - online")
        console.wait_for_match(r"\A\s*(\d+/\d{4})\s*\Z")
        console.press(ESC)
        console.wait_for("No clipboard in this terminal", "was shown to select")
        assert clipboard_of(console) == ""
        console.press("q")
        assert console.wait_for_end() == 0


def test_what_is_shown_to_select_scrolls_by_a_line_for_about_a_line(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=(80, 24)) as console:
        console.wait_for("tickets · online", "opened")
        console.press("/")
        console.wait_for("Tab")
        console.press("saga\r")
        console.wait_for("1 ticket ")
        console.press(":")
        console.wait_for(">")
        console.press("show to select")
        console.wait_for("Show to select")
        console.press("\r")
        console.wait_for("as text")
        console.press("as text\r")
        console.wait_without("as text")
        console.wait_until_quiet(0.2)
        painted = len(console.raw)
        before = console.picture
        for count, key in enumerate("jjjj", start=1):
            console.press(key)
            console.wait_until_quiet(0.2)
            assert console.picture[:-count] == before[count:], "by one line each"
        assert len(console.raw) - painted < 4 * 250
        for key in "kkkk":
            console.press(key)
            console.wait_until_quiet(0.2)
        assert console.picture == before
        assert len(console.raw) - painted < 8 * 250
        console.press("qq")
        assert console.wait_for_end() == 0


@pytest.mark.skipif(shutil.which("screen") is None, reason="there is no screen here")
def test_screen_hands_it_on(home: Path, account: dict[str, str]) -> None:
    sockets = home / "screens"
    sockets.mkdir(mode=0o700)
    environment = account | {"SCREENDIR": str(sockets)}
    program = ("screen", "-c", "/dev/null", *CONSOLE)
    with PtyConsole(home=home, environment=environment, program=program, size=(120, 30)) as console:
        copy_number(console, "Sent to the terminal through screen (OSC 52)")
        console.press("q")
        console.wait_for_end()
    assert until(lambda: not list(sockets.iterdir()))


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here")
@pytest.mark.parametrize(
    ("setting", "is_far", "said"),
    [
        ("off", False, "Copied by tmux"),
        ("external", False, "Copied by tmux"),
        ("on", False, "Copied by tmux"),
        ("on", True, "Sent to your tmux (OSC 52; it needs set-clipboard on)"),
    ],
)
def test_tmux_takes_it_and_hands_it_on(
    home: Path, account: dict[str, str], setting: str, is_far: bool, said: str
) -> None:
    settings = home / "tmux.conf"
    settings.write_text(f"set -s set-clipboard {setting}\n", "utf-8")
    environment = account | {"TMUX_TMPDIR": str(home)}
    # At the far end of an ssh only the name of the terminal tells of a tmux.
    far = ("env", "-u", "TMUX", "TERM=tmux-256color") if is_far else ()
    program = ("tmux", "-f", str(settings), "-L", "copying", "new-session", *far, *CONSOLE)
    with PtyConsole(home=home, environment=environment, program=program, size=(120, 30)) as console:
        copy_number(console, said)
        console.press("q")
        assert console.wait_for_end() == 0
