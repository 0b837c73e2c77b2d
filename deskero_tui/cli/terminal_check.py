"""What `doctor` says of the terminal: can the console be opened, how will it look, and how fast is
the line to it.
"""

from __future__ import annotations

import locale
import os
import shutil
import sqlite3
import sys
import termios
from collections.abc import Iterator, Mapping

from deskero_tui.cli.console import is_usable_terminal
from deskero_tui.cli.finding import Finding
from deskero_tui.config import Settings
from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.tui.terminal.abilities import Abilities
from deskero_tui.tui.terminal.line_speed import LineSpeed, measured


def terminal_findings(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Three findings at most. The line is measured only where there is a terminal to ask."""
    yield _terminal_finding(environment)
    yield Finding("looks", True, looks_in_words(settings, environment))
    if is_usable_terminal() and sys.stdout.isatty() and _is_in_foreground():
        yield _line_finding(settings)


def _terminal_finding(environment: Mapping[str, str]) -> Finding:
    size = shutil.get_terminal_size()
    kind = environment.get("TERM", "")
    says = (
        f"TERM {kind or 'unset'}, {size.columns}x{size.lines}, {multiplexer(environment)}, "
        f"{locale.getpreferredencoding()}, "
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )
    if not is_usable_terminal():
        return Finding("terminal", False, says + ": the console cannot be opened here")
    return Finding("terminal", True, says)


def multiplexer(environment: Mapping[str, str]) -> str:
    """Which program the terminal runs in, if any."""
    if "TMUX" in environment:
        return "in tmux"
    return "in GNU screen" if "STY" in environment else "not in tmux or screen"


def looks_in_words(settings: Settings, environment: Mapping[str, str]) -> str:
    """How the console will look here."""
    abilities = Abilities.of(environment, colours=settings.colors, glyphs=settings.glyphs)
    modes = {"slow": settings.slow, "for a screen reader": settings.screen_reader}
    return ", ".join(
        [
            f"colours: {abilities.colours.value}",
            abilities.characters.value,
            f"theme {settings.theme}",
            *(words for words, is_on in modes.items() if is_on),
        ]
    )


def _is_in_foreground() -> bool:
    """In the background a program that changes the terminal's modes is stopped."""
    return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


def _line_finding(settings: Settings) -> Finding:
    sys.stdout.flush()
    try:
        speed = measured(sys.stdin.fileno(), sys.stdout.fileno(), SYSTEM_CLOCK)
    except (OSError, termios.error) as error:
        return Finding("line", True, f"cannot be measured: {error}")
    return Finding("line", True, line_in_words(speed, is_told=settings.slow))


def line_in_words(speed: LineSpeed, *, is_told: bool) -> str:
    """What was measured. `is_told`: the agent has asked for `slow` already."""
    if speed.round_trip_s is None:
        return "the terminal answers no questions, so its line cannot be measured"
    says = f"answers in {speed.round_trip_s * 1_000:.0f} ms"
    if speed.bytes_per_s is not None:
        most = "at most " if speed.is_at_most else ""
        says += f", {most}{size_in_words(round(speed.bytes_per_s))} per second"
    if speed.is_slow and not is_told:
        says += ": `--slow`, or slow = true in the config, is made for such a line"
    return says
