"""When a failed request goes again, decided purely (API sheet §7).

Only GET repeats here. A write goes again through the outbox alone, which knows what was done.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Final

from deskero_tui.domain.errors import DeskeroError, ServerFault, Throttled, Unclear, Unreachable

MOST_TRIES: Final = 4
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 60.0
"""What a caller is kept waiting at most; a desk that asks for more gets its error handed up."""
LONGEST_RETRY_AFTER_S: Final = 3600.0
"""Beyond this a `Retry-After` is taken for a mistake of the desk and cut."""


def decide(method: str, error: DeskeroError, attempt: int, rng: Random) -> float | None:
    """Seconds to wait before the next try, or `None` to give up.

    `attempt` counts the tries made, from 1. Waits double and are spread by chance, so that many
    consoles do not come back to a desk in the same moment.
    """
    if method != "GET" or attempt >= MOST_TRIES:
        return None
    match error:
        case Unreachable(is_lasting=True):
            return None
        case Throttled(wait_s=float(wait_s)):
            return wait_s + rng.uniform(0.0, 1.0) if wait_s <= LONGEST_WAIT_S else None
        case Unreachable() | Unclear() | ServerFault() | Throttled():
            return FIRST_WAIT_S * 2.0 ** (attempt - 1) * rng.uniform(0.5, 1.0)
        case _:
            return None


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a `Retry-After` header asks for: 0 to an hour, `None` when it says nothing.

    `value` is a number of seconds or a date of HTTP; `now` is aware.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdecimal():
        # Digits without end would not even convert: beyond seven of them it is long anyway.
        return min(float(text[:7]), LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)
