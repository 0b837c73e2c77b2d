"""What `doctor` finds out about real terminals, at once and behind slow lines."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from tests.support.pty_console import CONSOLE, PATIENCE_S, PtyConsole
from tests.support.slow_line import SlowLine


def test_a_slow_line_is_measured_and_told_what_is_made_for_it(
    home: Path, account: dict[str, str]
) -> None:
    with SlowLine("doctor", home=home, environment=account, size=(160, 24)) as console:
        console.bytes_per_s = 4_000
        console.wait_for("ok  line", "is made for such a line")
        found = console.wait_for_match(r"answers in \d+ ms, (?:at most )?(\d+) KB per second")
        assert 2 <= int(found) <= 8
        assert console.wait_for_end() == 0
    assert "0m" not in console.text, "what was written to measure is not seen"


def test_a_fast_line_is_left_in_peace(home: Path, account: dict[str, str]) -> None:
    with SlowLine("doctor", home=home, environment=account, size=(160, 24)) as console:
        console.wait_for_match(r"ok  line +(answers in \d+ ms, [0-9.]+ [KM]B per second)")
        assert "--slow" not in console.text
        console.wait_for("TERM xterm-256color, 160x24, not in tmux or screen", "colours: 256")
        assert console.wait_for_end() == 0


def test_a_terminal_that_never_answers_is_not_waited_for(
    home: Path, account: dict[str, str]
) -> None:
    began = time.monotonic()
    with PtyConsole(
        "doctor", home=home, environment=account, size=(160, 24), answers=False
    ) as console:
        console.wait_for("the terminal answers no questions")
        assert console.wait_for_end() == 0
    assert time.monotonic() - began < PATIENCE_S


def test_nothing_is_asked_when_somebody_reads_along(home: Path, account: dict[str, str]) -> None:
    ran = subprocess.run(
        [*CONSOLE, "doctor", "--json"], env=account, capture_output=True, timeout=PATIENCE_S
    )
    assert not re.search(rb"\x1b", ran.stdout + ran.stderr)
    assert b'"what": "line"' not in ran.stdout
    assert b'"what": "looks"' in ran.stdout
