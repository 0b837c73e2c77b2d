"""What every test stands on: one calm profile for hypothesis, and no setting of the machine's."""

from __future__ import annotations

import gc
import os
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import HealthCheck, settings

from tests.support.watched_loop import WatchedLoop

settings.register_profile(
    "calm",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    # Where a red run stops others, the same examples each time; elsewhere it goes on looking.
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("calm")

_FOREIGN = ("DESKERO_", "TEXTUAL", "NO_COLOR", "COLUMNS", "LINES")


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """The loop of every asynchronous test tells when it is idle."""
    return {"watched": WatchedLoop}


def pytest_collection_finish() -> None:
    """What was loaded until now stays: nobody need look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees an account or a terminal setting of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) and not name.startswith("TEXTUAL_SNAPSHOT"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_failure_in_the_background() -> Iterator[None]:
    """What fails on the loop with nobody waiting for it fails the test."""
    WatchedLoop.failures.clear()
    yield
    assert WatchedLoop.failures == []
