"""A login over real OpenSSH whose line is slow and far, and breaks.

What the terminal of the far end has taken may lie in ssh's buffers and in the line's for a long
time, which nothing there tells.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
from typing import Final

from tests.ssh.conftest import INES, NEEDS, wait_for_list
from tests.support.pty_console import ENTER, ESC, PtyConsole, until
from tests.support.ssh_host import SshHost

pytestmark = NEEDS

BYTES_PER_S: Final = 4_000
DELAY_S: Final = 0.15
"""In either direction."""
LINE: Final = shlex.join(
    [sys.executable, "-m", "tests.support.slow_proxy", "%h", "%p", str(BYTES_PER_S), str(DELAY_S)]
)
MOST_HELD_BYTES: Final = 20_000
"""Of pictures while a key is held for four seconds and a half: what the line carries meanwhile, and
a picture or two."""

QUIET_S: Final = 3.0
"""A line that carries nothing for so long has nothing to carry, on a busy machine, too."""


def slow_console(host: SshHost) -> PtyConsole:
    return host.console(INES, f"-oProxyCommand={LINE}", TERM="xterm-256color")


def test_a_key_that_is_held_is_not_shown_seconds_late(front_desk: SshHost) -> None:
    with slow_console(front_desk) as console:
        wait_for_list(console, quiet_s=1.0)
        begun = len(console.raw)
        for key in ("j" * 25 + "k" * 25) * 3:
            console.press(key)
            console.wait_until_quiet(0.03)
        console.wait_until_quiet(QUIET_S)
        assert len(console.raw) - begun < MOST_HELD_BYTES
        caught_up = console.cells
        console.press("\x0c")
        console.wait_until_quiet(QUIET_S)
        assert console.cells == caught_up
        console.press("q")
        assert console.wait_for_end() == 0


def test_keys_typed_ahead_do_what_they_were_typed_for(front_desk: SshHost) -> None:
    with slow_console(front_desk) as console:
        wait_for_list(console, quiet_s=1.0)
        console.press(f"{ENTER}:reply{ENTER}half a sentence")
        console.wait_for("PUBLIC reply", "half a sentence")
        console.press(ESC)
        console.wait_without("PUBLIC reply")
        console.press("qq")
        console.wait_until_quiet(1.0)
        console.press("y")
        assert console.wait_for_end() == 0


def test_a_line_that_breaks_leaves_no_console_behind(front_desk: SshHost) -> None:
    with slow_console(front_desk) as console:
        wait_for_list(console, quiet_s=1.0)
        console.press("G:")
        for proxy in console.children():
            os.kill(proxy, signal.SIGKILL)
        assert console.wait_for_end() != 0
    assert until(lambda: front_desk.consoles() == [])
