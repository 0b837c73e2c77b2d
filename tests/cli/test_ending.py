"""A process that is told to end does so once, with the first code it was told, and for certain."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PATIENCE_S = 10
BEGIN = """
import os, signal, sys, threading, time
from deskero_tui.cli.ending import Ending
ending = Ending(last_resort_s=0.2)
ending.begin()
"""
READY = "print('ready', flush=True)\n"


@contextmanager
def running(script: str) -> Iterator[subprocess.Popen[str]]:
    """A Python that has said that it is ready."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN + script], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


# The scripts sleep until a signal comes, and 0.3 s for a second one to come while they clear up.


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_without_a_screen_it_clears_up_and_leaves(number: signal.Signals) -> None:
    script = """
try:
    print('ready', flush=True)
    time.sleep(60)
finally:
    print('cleared up')
"""
    with running(script) as process:
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 128 + number
        assert process.stdout is not None
        assert process.stdout.read() == "cleared up\n"


def test_what_is_told_later_disturbs_no_clearing_up() -> None:
    script = """
try:
    print('ready', flush=True)
    time.sleep(60)
finally:
    print('clearing up', flush=True)
    time.sleep(0.3)
    print('cleared up')
"""
    with running(script) as process:
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.readline() == "clearing up\n"
        process.send_signal(signal.SIGHUP)
        assert process.wait(PATIENCE_S) == 128 + signal.SIGTERM
        assert process.stdout.read() == "cleared up\n"


def test_a_screen_is_asked_and_nothing_comes_after_it() -> None:
    script = (
        """
told = threading.Event()
codes = []
def screen(code):
    codes.append(code)
    told.set()
    return True
with ending.asking(screen):
"""
        + "    "
        + READY
        + """
    while not told.wait(0.01): pass
os.kill(os.getpid(), signal.SIGTERM)
sys.exit(codes == [129])
"""
    )
    with running(script) as process:
        process.send_signal(signal.SIGHUP)
        assert process.wait(PATIENCE_S) == 1


def test_a_screen_that_does_not_run_cannot_be_asked() -> None:
    script = "with ending.asking(lambda code: False):\n    " + READY + "    time.sleep(60)"
    with running(script) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 128 + signal.SIGTERM


def test_a_hang_up_that_was_to_be_ignored_stays_so() -> None:
    ignoring = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nending.begin()\n"
    script = BEGIN.replace("ending.begin()\n", ignoring) + READY + "time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 128 + signal.SIGTERM


def test_what_holds_an_ending_up_is_cut_off() -> None:
    script = READY + "ending.arm_last_resort(129)\ntime.sleep(60)"
    with running(script) as process:
        assert process.wait(PATIENCE_S) == 129
