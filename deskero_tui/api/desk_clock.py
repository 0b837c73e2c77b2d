"""The time of the desk's own clock, from the `Date` of its answers (RFC 9110 §6.6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from deskero_tui.domain.clock import Clock


class DeskClock:
    """Keeps the latest date that the desk has sent. Lives on one event loop.

    The clock of this machine may be wrong, while messages on the desk have dates of the desk.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._date: datetime | None = None
        self._noted_s = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Take the date of an answer; an answer without a readable date changes nothing."""
        try:
            date = parsedate_to_datetime(headers.get("date", ""))
        except ValueError:
            return
        self._date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        self._noted_s = self._clock.monotonic()

    def now(self) -> datetime | None:
        """Return the desk's time, exact to a second; `None` before an answer had a date."""
        if self._date is None:
            return None
        return self._date + timedelta(seconds=self._clock.monotonic() - self._noted_s)
