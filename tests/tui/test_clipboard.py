"""The way to the clipboard: which one an environment leaves, and what is written on it."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from deskero_tui.tui.terminal.clipboard import (
    MOST_LOADED_BYTES,
    MOST_SENT_BYTES,
    PIECE_BYTES,
    Clipboard,
    Outcome,
    Way,
    osc_52,
    plain_text,
    through_screen,
    through_tmux,
)

IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/run/tmux-1/default,77,0"}


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-256color"}, Way.TERMINAL),
        ({"TERM": "foot"}, Way.TERMINAL),
        (IN_TMUX, Way.TMUX),
        (IN_TMUX | {"TERM": "linux"}, Way.TMUX),
        ({"TERM": "tmux-256color"}, Way.FAR_TMUX),
        ({"TERM": "screen.xterm-256color", "STY": "7.pts-1.host"}, Way.SCREEN),
        ({"TERM": "screen-256color"}, Way.FAR_SCREEN),
        ({"TERM": "linux"}, Way.NONE),
        ({"TERM": "vt100"}, Way.NONE),
        ({"TERM": "dumb"}, Way.NONE),
        ({}, Way.NONE),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, Way.NONE),
    ],
)
def test_the_environment_decides_the_way(environment: Mapping[str, str], way: Way) -> None:
    assert Clipboard.of(environment, may_run_programs=True).way is way


def test_a_login_that_may_run_nothing_asks_no_tmux() -> None:
    assert Clipboard.of(IN_TMUX, may_run_programs=False) == Clipboard(Way.FAR_TMUX)


def test_what_is_copied_holds_no_control_characters_but_line_feeds() -> None:
    assert plain_text("a\x1b[31mb\r\nc\rd\te\x00\x07f\x9b\n") == "a [31mb\nc\nd e f \n"


def sent(sequence: str) -> str:
    """What a terminal that knows OSC 52 takes from what reaches it."""
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sequence)
    assert found is not None
    return base64.b64decode(found[1]).decode()


async def handed_over(way: Way, text: str) -> tuple[Outcome, str]:
    written: list[str] = []
    outcome = await Clipboard(way).hand_over(text, written.append)
    return outcome, "".join(written)


async def test_a_terminal_is_sent_the_text_and_nothing_of_it_can_end_the_sequence() -> None:
    outcome, written = await handed_over(Way.TERMINAL, "né\x07\x1b\\ 茶\n")
    assert outcome is Outcome.SENT
    assert sent(written) == "né \\ 茶\n"


async def test_screen_is_handed_pieces_that_it_takes() -> None:
    text = "long " * 2_000
    outcome, written = await handed_over(Way.SCREEN, text)
    assert outcome is Outcome.SENT_BY_SCREEN
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", written, re.DOTALL)
    assert max(map(len, pieces)) <= PIECE_BYTES
    assert through_screen("".join(pieces)) == written
    assert sent("".join(pieces)) == text


async def test_far_multiplexers_get_both_what_they_take_and_what_they_hand_on() -> None:
    plain = osc_52(b"x")
    assert await handed_over(Way.FAR_TMUX, "x") == (
        Outcome.SENT_TO_FAR_TMUX,
        plain + through_tmux(plain),
    )
    assert await handed_over(Way.FAR_SCREEN, "x") == (Outcome.SENT, plain + through_screen(plain))
    assert through_tmux(plain).count("\x1b\x1b") == plain.count("\x1b")


@pytest.mark.parametrize(
    ("way", "size_bytes", "outcome"),
    [
        (Way.TERMINAL, MOST_SENT_BYTES, Outcome.SENT),
        (Way.TERMINAL, MOST_SENT_BYTES + 1, Outcome.TOO_LONG),
        (Way.TMUX, MOST_LOADED_BYTES + 1, Outcome.TOO_LONG),
        (Way.NONE, 1, Outcome.NO_WAY),
    ],
)
async def test_what_is_too_long_is_not_sent_at_all(
    way: Way, size_bytes: int, outcome: Outcome
) -> None:
    came, written = await handed_over(way, "x" * size_bytes)
    assert came is outcome
    assert bool(written) is outcome.is_sent


TMUX_OF_OLD = """#!/bin/sh
case "$3" in
load-buffer) exit 1 ;;
show-options) echo "$PASSES" ;;
esac
"""


@pytest.mark.parametrize(
    ("script", "passes", "outcome"),
    [
        (TMUX_OF_OLD, "", Outcome.SENT_BY_TMUX),
        (TMUX_OF_OLD, "on", Outcome.SENT_BY_TMUX),
        (TMUX_OF_OLD, "off", Outcome.NO_WAY),
        ("#!/bin/sh\nexec sleep 30\n", "on", Outcome.NO_WAY),
        (None, "on", Outcome.NO_WAY),
    ],
    ids=["older than 3.3", "passes on", "passes nothing on", "hangs", "is not there"],
)
async def test_a_tmux_that_cannot_take_it_passes_it_on_or_it_is_shown(
    script: str | None,
    passes: str,
    outcome: Outcome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if script is not None:
        (tmp_path / "tmux").write_text(script, "utf-8")
        (tmp_path / "tmux").chmod(0o700)
    path = os.environ["PATH"] if script is not None else ""
    monkeypatch.setenv("PATH", f"{tmp_path}:{path}")
    monkeypatch.setenv("PASSES", passes)
    written: list[str] = []
    clipboard = Clipboard(Way.TMUX, str(tmp_path / "socket"))
    assert await clipboard.hand_over("x", written.append) is outcome
    assert "".join(written) == (through_tmux(osc_52(b"x")) if outcome.is_sent else "")
