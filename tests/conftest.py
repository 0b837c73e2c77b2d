"""What every test stands on: the profiles of Hypothesis, and no setting of the machine.

`make test` runs the same examples each time; `make fuzz` selects the profile with random seeds.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import HealthCheck, settings

import deskero_tui
from tests.support.watched_loop import WatchedLoop

_CALM = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=True,
    database=None,
)
settings.register_profile("calm", _CALM)
settings.register_profile(
    "fuzz", _CALM, derandomize=False, max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500"))
)
settings.load_profile("calm")

_FOREIGN = ("DESKERO_", "TEXTUAL", "NO_COLOR", "COLUMNS", "LINES")


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """The loop of every asynchronous test tells when it is idle."""
    return {"watched": WatchedLoop}


def pytest_collection_finish() -> None:
    """Load the whole package, and exempt what is loaded from garbage collection.

    Hypothesis draws constants from every loaded module of the project, so its examples would depend
    on which tests ran before.
    """
    for module in pkgutil.walk_packages(deskero_tui.__path__, "deskero_tui."):
        # Alembic alone can run its `env`.
        if not module.name.endswith((".__main__", ".migrations.env")):
            importlib.import_module(module.name)
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
