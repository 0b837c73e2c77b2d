"""A home of its own and an account on a running desk, given by the environment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the platform's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DESKERO_HOME", str(folder))
    return folder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("desk")
    with RunningDesk(folder, demo_tickets=30, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def account(home: Path, running: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> RunningDesk:
    """The environment of an agent who works on the running desk."""
    monkeypatch.setenv("DESKERO_URL", running.base_url)
    monkeypatch.setenv("DESKERO_CLIENT_ID", running.client_id)
    monkeypatch.setenv("DESKERO_API_TOKEN", running.api_token)
    monkeypatch.setenv("DESKERO_AGENT", "Ines Marchetti")
    return running
