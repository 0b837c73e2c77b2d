"""What is written never waits for the terminal, which here is a real one that is not read."""

from __future__ import annotations

import os
import pty
import select
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from deskero_tui.tui.terminal.output import ABANDON, BEHIND_BYTES, Output, opened_anew

PATIENCE_S = 5.0
MOST_HELD_BY_SYSTEM = 65_536
"""More than any system keeps of what a terminal has not read (Linux: 22 KB measured)."""


class FarEnd:
    """The end of a pseudo-terminal that people sit at."""

    def __init__(self) -> None:
        self.handle, self.program_handle = pty.openpty()
        tty.setraw(self.program_handle)
        self._is_open = True

    def read(self) -> bytes:
        """All that comes until nothing comes for a moment."""
        came = b""
        while select.select([self.handle], [], [], 0.1)[0]:
            came += os.read(self.handle, 65_536)
        return came

    def hang_up(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self.handle)


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.hang_up()
    os.close(end.program_handle)


def never() -> None:
    raise AssertionError("the terminal is said to be lost")


def test_what_is_written_arrives_in_its_order(far_end: FarEnd) -> None:
    output = Output(opened_anew(far_end.program_handle), on_lost=never)
    for letter in "été":
        output.write(letter)
    assert output.close("!", within_s=PATIENCE_S)
    assert far_end.read() == "été!".encode()


def test_a_terminal_that_takes_nothing_keeps_nobody_waiting(far_end: FarEnd) -> None:
    output = Output(opened_anew(far_end.program_handle), on_lost=never)
    drained = threading.Event()
    began = time.monotonic()
    for _ in range(100):
        output.write("x" * 10_000)
    assert time.monotonic() - began < 1
    assert output.is_behind
    assert output.backlog_bytes > 1_000_000 - MOST_HELD_BY_SYSTEM
    output.tell_when_drained(drained.set)
    assert not drained.is_set()
    while not drained.is_set():
        assert far_end.read()
    assert not output.is_behind
    assert output.backlog_bytes == 0
    assert output.close("", within_s=PATIENCE_S)


def test_what_is_taken_is_told_at_once_when_nothing_waits(far_end: FarEnd) -> None:
    output = Output(opened_anew(far_end.program_handle), on_lost=never)
    drained = threading.Event()
    output.tell_when_drained(drained.set)
    assert drained.is_set()
    output.write("x" * (BEHIND_BYTES + 1))
    output.close("", within_s=PATIENCE_S)


def test_the_last_words_take_the_place_of_what_a_stalled_terminal_never_took(
    far_end: FarEnd,
) -> None:
    output = Output(opened_anew(far_end.program_handle), on_lost=never)
    output.write("x" * 200_000)
    began = time.monotonic()
    assert not output.close("good bye", within_s=0.1)
    assert time.monotonic() - began < 1
    came = far_end.read()
    assert came.endswith(ABANDON + b"good bye")
    assert len(came) < MOST_HELD_BY_SYSTEM


def test_a_terminal_that_goes_is_told_once_and_written_to_no_more(far_end: FarEnd) -> None:
    lost = threading.Semaphore(0)
    output = Output(opened_anew(far_end.program_handle), on_lost=lost.release)
    far_end.hang_up()
    output.write("x")
    assert lost.acquire(timeout=PATIENCE_S)
    output.write("x" * 10_000)
    assert output.backlog_bytes == 0
    assert output.is_behind
    assert not output.close("good bye", within_s=PATIENCE_S)
    assert not lost.acquire(blocking=False)


def test_the_handle_of_the_shell_stays_as_it_was(far_end: FarEnd) -> None:
    output = Output(opened_anew(far_end.program_handle), on_lost=never)
    assert os.get_blocking(far_end.program_handle)
    assert output.close("", within_s=PATIENCE_S)
    os.fstat(far_end.program_handle)


def test_a_terminal_that_must_block_holds_up_only_the_thread(far_end: FarEnd) -> None:
    output = Output(os.dup(far_end.program_handle), on_lost=never)
    output.write("x" * 200_000)
    began = time.monotonic()
    assert not output.close("good bye", within_s=0.1)
    assert time.monotonic() - began < 1
    while far_end.read():
        continue


def test_what_cannot_be_opened_anew_is_copied() -> None:
    source, sink = os.pipe()
    copy = opened_anew(sink)
    os.close(sink)
    os.write(copy, b"x")
    assert os.read(source, 9) == b"x"
    os.close(copy)
    os.close(source)
