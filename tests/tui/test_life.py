"""What fails on the loop with nobody waiting for it: the log names it, and so do tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deskero_tui.tui.terminal.lifecycle import BACKGROUND_FAILURE
from tests.support.console import address_of, console_on
from tests.support.pty_console import failures_under
from tests.support.running_desk import RunningDesk
from tests.support.watched_loop import WatchedLoop, idle

TYPED = "half a sentence"


def fail(given: str) -> None:
    raise LookupError(f"{len(given)} letters and no app")


async def test_a_failure_is_named_without_what_was_given(
    running: RunningDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with console_on(address_of(running), tmp_path):
        asyncio.get_running_loop().call_soon(fail, TYPED)
        await idle()
    told = [record.getMessage() for record in caplog.records]
    assert told.count(f"{BACKGROUND_FAILURE}: {len(TYPED)} letters and no app") == 1
    assert TYPED not in caplog.text
    assert "in fail" in caplog.text, "where it was"
    assert len(WatchedLoop.failures) == 1, "the test would fail of it"
    WatchedLoop.failures.clear()


def test_a_console_in_a_terminal_is_looked_after_by_its_log(tmp_path: Path) -> None:
    log = tmp_path / "deskero" / "state" / "deskero-tui.log"
    log.parent.mkdir(parents=True)
    log.write_text(f"INFO all is well\nERROR {BACKGROUND_FAILURE}: no app\n", "utf-8")
    assert failures_under(tmp_path) == [f"ERROR {BACKGROUND_FAILURE}: no app"]
