"""A reminder that falls due rings in a real terminal, once for all consoles of an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pty_console import PtyConsole

DUE = "due"
"""Stands in the status line once the sample's reminders, all of the past, have been counted."""
NOTICE = b"\x1b]9;Reminder: "


def config(home: Path, text: str) -> None:
    folder = home / "deskero"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(text)


def opened_and_left(home: Path, environment: dict[str, str]) -> bytes:
    """What the terminal is sent by a console from its start to its end."""
    with PtyConsole(home=home, environment=environment, size=(120, 36)) as console:
        console.wait_for(f" {DUE}", "online")
        console.wait_until_quiet(0.5)
        console.press("q")
        assert console.wait_for_end() == 0
    return bytes(console.raw)


def test_what_is_due_rings_and_is_told_once(home: Path, account: dict[str, str]) -> None:
    first = opened_and_left(home, account)
    assert b"\x07" + NOTICE in first
    second = opened_and_left(home, account)
    assert b"\x07" not in second
    assert NOTICE not in second


@pytest.mark.parametrize(
    ("text", "rings", "notice"),
    [("bell = false\n", False, True), ('notice = "off"\n', True, False)],
)
def test_each_can_be_turned_off(
    home: Path, account: dict[str, str], text: str, rings: bool, notice: bool
) -> None:
    config(home, text)
    raw = opened_and_left(home, account)
    assert (b"\x07" in raw) is rings
    assert (NOTICE in raw) is notice


def test_in_tmux_the_notice_is_wrapped_up(home: Path, account: dict[str, str]) -> None:
    raw = opened_and_left(home, account | {"TERM": "tmux-256color"})
    assert b"\x1bPtmux;\x1b\x1b]9;Reminder: " in raw
