"""Homes and desks for consoles in real terminals."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.pty_console import home_environment
from tests.support.running_desk import RunningDesk

SAMPLES = 60
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""The newest sample is older than anything a test does."""


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home with a short name: a socket's path has room for little."""
    with tempfile.TemporaryDirectory(prefix="home-") as folder:
        yield Path(folder)


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """One desk for all tests here; each looks after the tickets it changes."""
    folder = tmp_path_factory.mktemp("desk")
    with RunningDesk(folder, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def account(home: Path, running: RunningDesk) -> dict[str, str]:
    """The environment of an agent who works on the running desk."""
    return home_environment(
        home,
        DESKERO_URL=running.base_url,
        DESKERO_CLIENT_ID=running.client_id,
        DESKERO_API_TOKEN=running.api_token,
        DESKERO_AGENT="Ines Marchetti",
    )
