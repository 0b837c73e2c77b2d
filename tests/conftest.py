"""What every test stands on: one calm profile for hypothesis, and no setting of the machine's."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees an account or a terminal setting of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) and not name.startswith("TEXTUAL_SNAPSHOT"):
            monkeypatch.delenv(name)
