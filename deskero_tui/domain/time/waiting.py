"""When a customer has waited long, and when too long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final


class Wait(Enum):
    """How long a customer has waited; the value is the sign that says so beside the age."""

    SHORT = ""
    LONG = ":"
    TOO_LONG = "!"


@dataclass(frozen=True, slots=True)
class WaitLimits:
    """From when on waiting is long, and too long; `None` is never."""

    warn: timedelta | None = timedelta(hours=4)
    late: timedelta | None = timedelta(days=1)

    def of(self, since: datetime | None, now: datetime) -> Wait:
        """How long somebody has waited since that moment; `None` waits for nothing."""
        if since is None:
            return Wait.SHORT
        if self.late is not None and now - since >= self.late:
            return Wait.TOO_LONG
        if self.warn is not None and now - since >= self.warn:
            return Wait.LONG
        return Wait.SHORT

    def next_change(self, since: datetime | None, now: datetime) -> datetime | None:
        """Return the first moment after `now` at which `of` changes, in the zone of `since`."""
        if since is None:
            return None
        moments = [since + limit for limit in (self.warn, self.late) if limit is not None]
        return min((moment for moment in moments if moment > now), default=None)


_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(r"([0-9]{1,4})([mhdw])")


def read_limit(text: str) -> timedelta | None:
    """A limit as it is written in the config: `30m`, `4h`, `2d`, `1w`; empty is `None`: never.

    Raises:
        ValueError: It is none of these.
    """
    if not text:
        return None
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no span such as 30m, 4h, 2d or 1w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
