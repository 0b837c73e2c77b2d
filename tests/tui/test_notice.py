"""What draws an agent's attention, byte by byte."""

from __future__ import annotations

import pytest

from deskero_tui.tui.terminal.notice import Alarm, Notice

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "notice", "in_tmux"),
    [
        (XTERM, Notice.OSC_9, False),
        (XTERM | {"VTE_VERSION": "7600"}, Notice.OSC_777, False),
        ({"TERM": "rxvt-unicode-256color"}, Notice.OSC_777, False),
        ({"TERM": "foot"}, Notice.OSC_777, False),
        ({"TERM": "tmux-256color"}, Notice.OSC_9, True),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux,1,0"}, Notice.OSC_9, True),
        ({"TERM": "screen-256color"}, Notice.NONE, False),
        ({"TERM": "linux"}, Notice.NONE, False),
        ({"TERM": "vt100"}, Notice.NONE, False),
        ({}, Notice.NONE, False),
    ],
)
def test_each_terminal_is_sent_what_it_is_known_to_take(
    environment: dict[str, str], notice: Notice, in_tmux: bool
) -> None:
    assert Alarm.of(environment, notice="auto") == Alarm(True, notice, in_tmux)


def test_what_the_agent_asks_for_goes_before_what_is_known() -> None:
    assert Alarm.of({"TERM": "linux"}, notice="osc777").notice is Notice.OSC_777
    assert Alarm.of(XTERM, bell=False, notice="off") == Alarm(False, Notice.NONE)


@pytest.mark.parametrize(
    ("alarm", "sequence"),
    [
        (Alarm(True, Notice.NONE), "\x07"),
        (Alarm(False, Notice.NONE), ""),
        (Alarm(True, Notice.OSC_9), "\x07\x1b]9;Due; 7/2026\x1b\\"),
        (Alarm(False, Notice.OSC_777), "\x1b]777;notify;deskero-tui;Due, 7/2026\x1b\\"),
        (
            Alarm(True, Notice.OSC_9, is_in_tmux=True),
            "\x07\x1bPtmux;\x1b\x1b]9;Due; 7/2026\x1b\x1b\\\x1b\\",
        ),
    ],
)
def test_the_bytes_of_an_alarm(alarm: Alarm, sequence: str) -> None:
    assert alarm.sequence("Due; 7/2026") == sequence


@pytest.mark.parametrize("notice", [Notice.OSC_9, Notice.OSC_777])
@pytest.mark.parametrize(
    "payload", ["\x1b\\\x1b]0;x\x07", "\x07", "\x9c\x9d0;x", "\x18", "\n\r", "\u202e", "\x00"]
)
def test_what_strangers_wrote_ends_no_notice_and_begins_nothing(
    notice: Notice, payload: str
) -> None:
    plain = Alarm(False, notice).sequence("")
    head, tail = plain.removesuffix("\x1b\\"), "\x1b\\"
    sent = Alarm(False, notice).sequence(payload)
    inner = sent.removeprefix(head).removesuffix(tail)
    assert sent == head + inner + tail
    assert all(character.isprintable() for character in inner)


def test_a_notice_is_short() -> None:
    assert len(Alarm(False, Notice.OSC_9).sequence("x" * 10_000)) < 200
