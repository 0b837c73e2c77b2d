"""How fast the line to a terminal is: asks it, writes what nobody sees, and asks again.

The question is that of `pacing` (DSR 5, ECMA-48): a terminal answers it once it has shown all that
came before. What is written between is "plain look" again and again, which every terminal takes and
none shows.
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from deskero_tui.domain.clock import Clock
from deskero_tui.tui.terminal import modes
from deskero_tui.tui.terminal.output import opened_anew
from deskero_tui.tui.terminal.pacing import ANSWER, QUESTION

WITHIN_S: Final = 2.0
"""All of it takes no longer than that."""
ROUNDS: Final = 3
PADDING: Final = b"\x1b[0m"
FIRST_BYTES: Final = 512
MOST_BYTES: Final = 131_072
GROWTH: Final = 8
CHUNK_BYTES: Final = 512
LONG_ENOUGH_S: Final = 0.1
"""What took so long longer than the question alone tells the speed well enough."""
SLOW_BYTES_PER_S: Final = 20_000
"""Slower lines are better off with `--slow`: a screen takes some 10 KB, a ticket 3."""
LONG_ROUND_TRIP_S: Final = 0.4


@dataclass(frozen=True, slots=True)
class LineSpeed:
    """What was found out; `None` where nothing came back."""

    round_trip_s: float | None = None
    bytes_per_s: float | None = None
    is_at_most: bool = False
    """The answer did not come in time: the line may be slower still."""

    @property
    def is_slow(self) -> bool:
        """Whether `--slow` is to be recommended."""
        is_narrow = self.bytes_per_s is not None and self.bytes_per_s < SLOW_BYTES_PER_S
        return is_narrow or (
            self.round_trip_s is not None and self.round_trip_s > LONG_ROUND_TRIP_S
        )


def measured(keys_handle: int, picture_handle: int, clock: Clock) -> LineSpeed:
    """Measures the line of a terminal that we are in the foreground of, on the calling thread.

    Both handles are of the same terminal. What is typed meanwhile is lost; the terminal is left as
    it was. An answer that comes after `WITHIN_S` is typed to whoever reads next.

    Raises:
        termios.error: The terminal is gone.
        OSError: So it is.
    """
    before = modes.take_keys(keys_handle)
    out = opened_anew(picture_handle)
    try:
        return _Measuring(keys_handle, out, clock).speed()
    finally:
        os.close(out)
        modes.give_keys_back(keys_handle, before)


class _Measuring:
    """One measurement, from its making on."""

    def __init__(self, keys_handle: int, out: int, clock: Clock) -> None:
        self._keys_handle = keys_handle
        self._out = out
        self._clock = clock
        self._end = clock.monotonic() + WITHIN_S

    def speed(self) -> LineSpeed:
        trips: list[float] = []
        for _ in range(ROUNDS):
            trip_s, is_answered = self._ask(0)
            if not is_answered:
                return LineSpeed(min(trips, default=None))
            trips.append(trip_s)
        fastest_s = min(trips)
        count = FIRST_BYTES
        while True:
            took_s, is_answered = self._ask(count)
            longer_s = max(took_s - fastest_s, 1e-4)
            if not is_answered or longer_s >= LONG_ENOUGH_S or count >= MOST_BYTES:
                return LineSpeed(fastest_s, count / longer_s, is_at_most=not is_answered)
            count *= GROWTH

    def _ask(self, padding_bytes: int) -> tuple[float, bool]:
        """Writes so many bytes and the question; how long that took, and whether it was answered.

        Gives up at the end of the time that all of it may take.
        """
        began = self._clock.monotonic()
        waiting = memoryview(PADDING * (padding_bytes // len(PADDING)) + QUESTION.encode())
        came = b""
        while ANSWER.encode() not in came:
            left_s = self._end - self._clock.monotonic()
            writers = [self._out] if waiting else []
            readable, writable, _ = select.select(
                [self._keys_handle], writers, [], max(0.0, left_s)
            )
            if not readable and not writable:
                return self._clock.monotonic() - began, False
            if writable:
                with suppress(BlockingIOError):
                    waiting = waiting[os.write(self._out, waiting[:CHUNK_BYTES]) :]
            if readable:
                answered = os.read(self._keys_handle, CHUNK_BYTES)
                if not answered:
                    return self._clock.monotonic() - began, False
                came += answered
        return self._clock.monotonic() - began, True
