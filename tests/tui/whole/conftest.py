"""A desk with forty tickets, and the whole console as an agent opens it there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

SAMPLES: Final = 40
LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The newest sample is older than anything a test does."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path) as opened:
        yield opened
