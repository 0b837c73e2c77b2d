"""Counts failures, and decides how long one item or the whole outbox waits after them."""

from __future__ import annotations

from random import Random
from typing import Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import Throttled
from deskero_tui.domain.outbox.items import ItemId

FIRST_WAIT_S: Final = 1.0
MOST_WAIT_S: Final = 60.0


class Patience:
    """Counts failures in a row, and knows until when nothing leaves."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._random = Random()
        self._failures: dict[ItemId | None, int] = {}
        """In a row, by item; `None` for those that concern the whole desk."""
        self.pause_ends_s = 0.0
        """On the monotonic clock; 0 when there is no pause."""
        self.is_pause_asked = False
        """True if the desk asked for the pause. A link that comes back does not end that pause."""

    def next_wait_s(self, of: ItemId | None) -> float:
        """Return the seconds until the next try; they double with every failure in a row.

        `of` is the item that failed, `None` for a failure that concerns the whole desk.
        """
        count = self._failures[of] = self._failures.get(of, 0) + 1
        return min(FIRST_WAIT_S * 2.0 ** min(count - 1, 10), MOST_WAIT_S) * self._random.uniform(
            0.5, 1.0
        )

    def pause(self, wait_s: float, *, is_asked: bool) -> None:
        """Let nothing leave for `wait_s` seconds: what went wrong would go wrong for all."""
        ends_s = self._clock.monotonic() + wait_s
        if ends_s > self.pause_ends_s:
            self.pause_ends_s, self.is_pause_asked = ends_s, is_asked

    def pause_as_asked(self, error: Throttled) -> float:
        """Let nothing leave for as long as the desk asked; return the seconds."""
        wait_s = self.next_wait_s(None) if error.wait_s is None else error.wait_s
        self.pause(wait_s, is_asked=True)
        return wait_s

    def end_pause(self) -> None:
        """Let everything leave again."""
        self.pause_ends_s, self.is_pause_asked = 0.0, False

    def went_well(self, item_id: ItemId) -> None:
        """Reset the count of failures of this item and of the whole desk."""
        self._failures.pop(item_id, None)
        self._failures.pop(None, None)
