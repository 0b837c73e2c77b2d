"""Who may ask the desk when: what the agent asked for goes first, all else as fast as it bears.

A desk says nothing of its limits beforehand (API sheet §7), so they are learned: each time it asks
for patience, background requests become fewer and further apart, and only slowly more again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import Enum
from typing import Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import Throttled

KEPT_FREE: Final = 2
"""So many places are never taken by the background: the agent need not wait for one."""
FIRST_GAP_S: Final = 0.05
MOST_GAP_S: Final = 5.0
GAP_GROWS: Final = 2.0
GAP_SHRINKS: Final = 0.7
TRUSTED_AFTER: Final = 10
"""Background requests in a row without a complaint, until we dare a little more."""
USUAL_PATIENCE_S: Final = 2.0
"""How long the background keeps still when the desk asks for patience without saying how long."""


class Urgency(Enum):
    """For whom a request is made."""

    AGENT = "agent"
    """Somebody waits for it, or wrote it."""
    BACKGROUND = "background"


class Gate:
    """Lets requests to one desk through. One event loop."""

    def __init__(self, clock: Clock, *, concurrency: int) -> None:
        """`concurrency`, from 1, is how many requests may be under way in all."""
        self._clock = clock
        self._concurrency = concurrency
        self._most_background = max(1, concurrency - KEPT_FREE)
        self._background_share = self._most_background
        self._gap_s = 0.0
        self._next_start_s = 0.0
        self._open_at_s = 0.0
        self._under_way = dict.fromkeys(Urgency, 0)
        self._agents_waiting = 0
        self._good_in_row = 0
        self._turn = asyncio.Lock()
        """Held by the background request that is next, so that the others keep their order."""
        self._moved = asyncio.Event()

    @property
    def gap_s(self) -> float:
        """Seconds between the starts of two background requests; 0 while nothing was learned."""
        return self._gap_s

    @asynccontextmanager
    async def passed(self, urgency: Urgency) -> AsyncGenerator[None, None]:
        """A place among the requests under way, waited for if need be.

        Raises:
            Throttled: The desk asked for patience and this is a background request: it was not
                made, and its `wait_s` says how long the desk wants to be left alone.
        """
        await (self._enter_first() if urgency is Urgency.AGENT else self._enter_later())
        self._under_way[urgency] += 1
        try:
            yield
        finally:
            self._under_way[urgency] -= 1
            self._move()

    def went_well(self, urgency: Urgency) -> None:
        """The desk answered: after a while of that the background dares a little more."""
        if urgency is Urgency.AGENT:
            return
        self._good_in_row += 1
        if self._good_in_row < TRUSTED_AFTER:
            return
        self._good_in_row = 0
        self._background_share = min(self._background_share + 1, self._most_background)
        shorter_s = self._gap_s * GAP_SHRINKS
        self._gap_s = shorter_s if shorter_s > FIRST_GAP_S / 2 else 0.0

    def was_throttled(self, wait_s: float | None) -> None:
        """The desk asked for patience, whoever it was that asked too much."""
        self._good_in_row = 0
        self._background_share = max(1, self._background_share // 2)
        self._gap_s = min(max(FIRST_GAP_S, self._gap_s * GAP_GROWS), MOST_GAP_S)
        patience_s = USUAL_PATIENCE_S if wait_s is None else wait_s
        self._open_at_s = max(self._open_at_s, self._clock.monotonic() + patience_s)

    async def _enter_first(self) -> None:
        self._agents_waiting += 1
        try:
            while sum(self._under_way.values()) >= self._concurrency:
                await self._moved.wait()
        finally:
            self._agents_waiting -= 1
            self._move()

    async def _enter_later(self) -> None:
        async with self._turn:
            while True:
                now_s = self._clock.monotonic()
                if now_s < self._open_at_s:
                    raise Throttled("The desk asks for patience.", wait_s=self._open_at_s - now_s)
                if now_s < self._next_start_s:
                    await self._clock.sleep(self._next_start_s - now_s)
                elif self._has_room_for_background():
                    self._next_start_s = now_s + self._gap_s
                    return
                else:
                    await self._moved.wait()

    def _has_room_for_background(self) -> bool:
        """While the agent asks for something, the background makes one request at a time."""
        under_way = self._under_way
        share = 1 if under_way[Urgency.AGENT] else self._background_share
        return (
            not self._agents_waiting
            and sum(under_way.values()) < self._concurrency
            and under_way[Urgency.BACKGROUND] < share
        )

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
