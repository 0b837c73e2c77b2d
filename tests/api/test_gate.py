from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from deskero_tui.api.gate import (
    FIRST_GAP_S,
    KEPT_FREE,
    MOST_GAP_S,
    TRUSTED_AFTER,
    USUAL_PATIENCE_S,
    Gate,
    Urgency,
)
from deskero_tui.domain.errors import Throttled
from tests.support.still_clock import StillClock

AGENT, BACKGROUND = Urgency.AGENT, Urgency.BACKGROUND


class Visitors:
    """Requests that stay under way until they are told to end."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.inside: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, urgency: Urgency) -> None:
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._stay(name, urgency))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _stay(self, name: str, urgency: Urgency) -> None:
        async with self._gate.passed(urgency):
            self.inside.append(name)
            await self._ends[name].wait()
            self.inside.remove(name)

    async def go(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks.pop(name)
        for _ in range(3):
            await asyncio.sleep(0)

    async def all_go(self) -> None:
        for task in self._tasks.values():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def gate_of(concurrency: int = 4) -> tuple[Gate, StillClock]:
    clock = StillClock()
    return Gate(clock, concurrency=concurrency), clock


async def test_the_background_never_takes_the_last_places() -> None:
    gate, _ = gate_of(4)
    visitors = Visitors(gate)
    for name in "abcd":
        await visitors.come(name, BACKGROUND)
    assert visitors.inside == ["a", "b"]
    await visitors.come("agent", AGENT)
    assert visitors.inside == ["a", "b", "agent"]
    await visitors.all_go()


async def test_an_agent_who_waits_goes_before_the_background_that_came_earlier() -> None:
    gate, _ = gate_of(1)
    visitors = Visitors(gate)
    await visitors.come("first", BACKGROUND)
    await visitors.come("second", BACKGROUND)
    await visitors.come("agent", AGENT)
    assert visitors.inside == ["first"]
    await visitors.go("first")
    assert visitors.inside == ["agent"]
    await visitors.go("agent")
    assert visitors.inside == ["second"]
    await visitors.all_go()


async def test_while_the_agent_asks_the_background_makes_one_request_at_a_time() -> None:
    gate, _ = gate_of(8)
    visitors = Visitors(gate)
    await visitors.come("agent", AGENT)
    await visitors.come("a", BACKGROUND)
    await visitors.come("b", BACKGROUND)
    assert visitors.inside == ["agent", "a"]
    await visitors.go("agent")
    assert visitors.inside == ["a", "b"]
    await visitors.all_go()


async def test_background_requests_keep_their_order() -> None:
    gate, _ = gate_of(3)
    visitors = Visitors(gate)
    for name in "abc":
        await visitors.come(name, BACKGROUND)
    for name in "abc":
        assert visitors.inside == [name]
        await visitors.go(name)
    assert visitors.inside == []


@pytest.mark.parametrize(("asked_s", "wait_s"), [(30.0, 30.0), (None, USUAL_PATIENCE_S)])
async def test_the_background_keeps_still_for_as_long_as_the_desk_asks(
    asked_s: float | None, wait_s: float
) -> None:
    gate, clock = gate_of()
    gate.was_throttled(asked_s)
    with pytest.raises(Throttled) as caught:
        async with gate.passed(BACKGROUND):
            pytest.fail("it went through")
    assert caught.value.wait_s == pytest.approx(wait_s)
    async with gate.passed(AGENT):
        pass
    clock.pass_by(wait_s)
    async with gate.passed(BACKGROUND):
        pass


async def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    gate, clock = gate_of()
    gate.was_throttled(30.0)
    gate.was_throttled(1.0)
    clock.pass_by(2.0)
    with pytest.raises(Throttled):
        async with gate.passed(BACKGROUND):
            pytest.fail("it went through")


async def test_each_complaint_puts_background_requests_further_apart() -> None:
    gate, _ = gate_of()
    gaps = []
    for _ in range(20):
        gate.was_throttled(0.0)
        gaps.append(gate.gap_s)
    assert gaps[0] == FIRST_GAP_S
    assert gaps == sorted(gaps)
    assert gaps[-1] == MOST_GAP_S


async def test_the_gap_lies_between_two_starts() -> None:
    gate, clock = gate_of()
    gate.was_throttled(0.0)
    for _ in range(3):
        async with gate.passed(BACKGROUND):
            pass
    assert clock.sleeps == [pytest.approx(FIRST_GAP_S)] * 2


async def test_after_a_complaint_fewer_go_at_a_time_and_slowly_more_again() -> None:
    gate, clock = gate_of(8)
    gate.was_throttled(0.0)
    for expected in (3, 4, 5, 6, 6):
        visitors = Visitors(gate)
        for number in range(8):
            await visitors.come(str(number), BACKGROUND)
            clock.pass_by(1.0)
        assert len(visitors.inside) == expected
        await visitors.all_go()
        for _ in range(TRUSTED_AFTER):
            gate.went_well(BACKGROUND)
    assert expected == 8 - KEPT_FREE
    assert gate.gap_s == 0.0


async def test_the_gate_finds_the_rate_that_a_desk_bears() -> None:
    """A desk that takes five requests in a second: most of two thousand pass without complaint."""
    gate, clock = gate_of()
    taken: list[float] = []
    complaints = 0
    for _ in range(2000):
        try:
            async with gate.passed(BACKGROUND):
                now_s = clock.monotonic()
                clock.pass_by(0.01)
                recent = [moment for moment in taken if moment > now_s - 1.0]
                if len(recent) >= 5:
                    complaints += 1
                    gate.was_throttled(None)
                else:
                    taken = [*recent, now_s]
                    gate.went_well(BACKGROUND)
        except Throttled as error:
            await clock.sleep(error.wait_s or 0.0)
    assert 0 < complaints < 200


async def test_a_request_that_is_called_off_gives_its_place_back() -> None:
    gate, _ = gate_of(1)
    visitors = Visitors(gate)
    await visitors.come("a", AGENT)
    await visitors.come("b", AGENT)
    await visitors.come("c", BACKGROUND)
    await visitors.all_go()
    async with gate.passed(BACKGROUND):
        pass
