"""A clock that moves only when somebody sleeps, and then at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

STARTED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class StillClock:
    """Time for tests. `sleeps` holds every wait asked for, in seconds and in order."""

    def __init__(self) -> None:
        self.sleeps: list[float] = []
        self._passed_s = 0.0

    def now(self) -> datetime:
        return STARTED + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    def pass_by(self, seconds: float) -> None:
        """Lets time go on without anybody sleeping."""
        self._passed_s += seconds

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self._passed_s += seconds
        await asyncio.sleep(0)
