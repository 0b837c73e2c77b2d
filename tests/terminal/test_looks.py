"""How the console looks on terminals that show less, byte by byte in a real pseudo-terminal."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from tests.support.pty_console import PtyConsole

COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
WIDE = (120, 36)


def test_without_colours_only_attributes_are_sent_and_the_cursor_is_still_seen(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account | {"NO_COLOR": "1"}, size=WIDE) as console:
        console.wait_for("tickets · online", "Reply")
        console.wait_until_quiet(0.3)
        rows = [line for line in console.cells if all(cell[5] for cell in line[:40])]
        assert len(rows) == 1, "one line, that of the cursor, is in reverse"
        console.kill(signal.SIGTERM)
        console.wait_for_end()
    assert not COLOUR.search(console.raw)
    assert b"\x1b[7m" in console.raw


def test_the_flag_goes_before_no_color(home: Path, account: dict[str, str]) -> None:
    environment = account | {"NO_COLOR": "1"}
    with PtyConsole("--colors", "16", home=home, environment=environment, size=WIDE) as console:
        console.wait_for("tickets · online", "Reply")
        console.kill(signal.SIGTERM)
        console.wait_for_end()
    assert COLOUR.search(console.raw)
    assert not re.search(rb"[34]8;[25];", console.raw), "one of 16 colours needs no long form"
