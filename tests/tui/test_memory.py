"""What was opened and left again is let go of: a console runs for a whole day."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from deskero_tui.tui.compose.writing_screen import WritingScreen
from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=12, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path) as opened:
        await opened.press("9")
        yield opened


OPENED = 12
MOST_LEFT = 8
"""A deadline of the HTTP client that was met keeps the context it was set in for a minute, and so
the dialog that asked. That has an end; what is never let go of would be all that were opened."""


@pytest.mark.parametrize("key", ["?", ":", "a", "r", "n", "c", "d", "i", "s", "o", "Y", "/"])
async def test_dialogs_that_were_left_are_let_go_of(console: Console, key: str) -> None:
    for _ in range(OPENED):
        await console.press(key, "escape", "escape")
    assert console.app.screen_stack[-1] is console.inbox
    gc.collect()
    alive = Counter(
        kind.__name__
        for found in gc.get_objects()
        for kind in (ModalScreen, WritingScreen, Input, TextArea)
        if isinstance(found, kind)
    )
    assert all(count <= MOST_LEFT for count in alive.values()), alive


async def test_tickets_that_were_read_are_let_go_of(console: Console) -> None:
    await console.press("enter", "J", "J", "escape")
    before = len(gc.get_objects())
    for _ in range(3):
        await console.press("g", "enter", *("J" for _ in range(11)), "escape")
    gc.collect()
    assert len(gc.get_objects()) < before * 1.05


SHEETS = ("?", ":", "a", "s", "i", "Y", "r", "c")
MOST_GROWN_BYTES = 4_000_000
"""What caches of bounded size take. Lines that stay with every sheet take more than twice this."""


async def test_sheets_that_were_painted_leave_no_lines_behind(console: Console) -> None:
    async def open_all(times: int) -> None:
        for key in SHEETS * times:
            for step in (key, "escape", "escape"):
                await console.press(step)
                # Without a terminal nothing is painted unless somebody looks.
                assert console.picture
        gc.collect()

    await open_all(1)
    tracemalloc.start()
    try:
        await open_all(4)
        assert tracemalloc.get_traced_memory()[0] < MOST_GROWN_BYTES
    finally:
        tracemalloc.stop()
