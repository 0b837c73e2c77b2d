from __future__ import annotations

from datetime import UTC

from deskero_tui.domain.clock import SYSTEM_CLOCK


async def test_the_clock_of_the_machine_goes_on() -> None:
    moment, counted_s = SYSTEM_CLOCK.now(), SYSTEM_CLOCK.monotonic()
    assert moment.tzinfo is UTC
    await SYSTEM_CLOCK.sleep(0.001)
    assert SYSTEM_CLOCK.monotonic() > counted_s
    assert SYSTEM_CLOCK.now() >= moment
