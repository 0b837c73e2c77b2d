"""The harness on a real terminal, with a program of a line of shell."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

from bench.processes import end_all, has_work, is_running, tree_of
from bench.session import Session
from tests.support.pty_console import until

ENVIRONMENT = {"PATH": os.environ["PATH"], "TERM": "xterm-256color"}


def shell(line: str, folder: Path) -> Session:
    return Session(["sh", "-c", line], environment=ENVIRONMENT, folder=folder, size=(120, 40))


def test_a_program_is_seen_answered_and_ended_with_all_it_started(tmp_path: Path) -> None:
    with shell("stty raw -echo; printf 'R0'; printf '00001'; sleep 60 & cat", tmp_path) as session:
        assert session.read_until_seen(re.compile(rb"R\d{6}"), quiet_s=5, most_s=10)
        press = session.press("abc", quiet_s=0.05)
        assert press.size_bytes == 3
        assert press.first_s is not None
        assert 0 < press.first_s <= press.last_s
        pids = tree_of(session.pid)
        assert len(pids) == 3
        assert session.memory.shared_out >= session.memory.unshared > 0
    assert not any(map(is_running, pids))


def test_a_program_settles_only_when_it_has_nothing_to_do(tmp_path: Path) -> None:
    busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; printf done; exec sleep 60"
    with shell(busy, tmp_path) as session:
        assert session.settle(quiet_s=0.05, most_s=20)
        assert session.chunks[-1].data == b"done"
        assert session.processor_s > 0.02


def test_who_waits_for_its_turn_has_work_and_who_sleeps_has_none() -> None:
    with (
        subprocess.Popen(["sh", "-c", "while :; do :; done"]) as busy,
        subprocess.Popen(["sleep", "60"]) as idle,
    ):
        try:
            assert until(lambda: has_work([busy.pid]))
            assert until(lambda: not has_work([idle.pid]))
            assert has_work([idle.pid, busy.pid])
        finally:
            end_all([busy.pid, idle.pid])
    assert not has_work([busy.pid])


def test_the_terminal_has_the_size_that_is_measured(tmp_path: Path) -> None:
    with shell("stty size; exec sleep 60", tmp_path) as session:
        assert session.read_until_seen(re.compile(rb"40 120"), quiet_s=5, most_s=10)


def test_a_program_that_ends_or_is_not_there_is_noticed(tmp_path: Path) -> None:
    began_s = time.monotonic()
    missing = Session(["/no/such"], environment=ENVIRONMENT, folder=tmp_path, size=(120, 40))
    with missing as session:
        assert not session.read_until_seen(re.compile(rb"R"), quiet_s=5, most_s=10)
        assert session.has_ended
    assert time.monotonic() - began_s < 5
