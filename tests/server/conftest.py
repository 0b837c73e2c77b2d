"""Desks for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.calling import Caller, Office
from tests.support.postgres import PostgresServer, lacking
from tests.support.running_desk import RunningDesk


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    """An empty desk and someone who may use it."""
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        yield caller


@pytest.fixture
def office(caller: Caller) -> Office:
    """A desk with the few records a ticket needs."""
    return Office(caller)


@pytest.fixture(scope="module")
def open_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk that a file of tests shares; each brings its own tickets and counts on no others."""
    with RunningDesk(tmp_path_factory.mktemp("office")) as desk, Caller(desk) as caller:
        yield Office(caller)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A desk with 120 sample tickets, only to be read."""
    folder = tmp_path_factory.mktemp("sample")
    with RunningDesk(folder, demo_tickets=120) as desk, Caller(desk) as caller:
        yield caller


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; a test that needs one is skipped where it cannot run."""
    if lacking():
        pytest.skip(f"there is no PostgreSQL here: no {lacking()}")
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind that a desk can have."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()
