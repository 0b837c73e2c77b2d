"""Conversion between moments and epoch milliseconds, as the wire and the store count (API §3.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

EARLIEST_KNOWN_MS: Final = 631_152_000_000
"""The start of 1990 in epoch milliseconds. No ticket is older; seconds read as milliseconds are."""
LATEST_KNOWN_MS: Final = 7_258_118_400_000
"""The start of 2200 in epoch milliseconds. Later dates stand for "never"."""


def from_ms(epoch_ms: int) -> datetime:
    """Return the moment `epoch_ms` milliseconds after 1970, in UTC, exact to the millisecond.

    Raises:
        ValueError: The year would not be in 1..9999.
    """
    try:
        return EPOCH + timedelta(milliseconds=epoch_ms)
    except OverflowError as error:
        raise ValueError("the moment is outside the years 1 to 9999") from error


def known_moment(epoch_ms: float) -> datetime | None:
    """Return the moment that a desk sent, or None where the number cannot be a real date.

    Desks send year 1 for "not set" and year 9999 for "never"; some send seconds. Such a value is
    unknown to the agent, and a local time near either end of the calendar does not exist.
    """
    if EARLIEST_KNOWN_MS <= epoch_ms < LATEST_KNOWN_MS:
        return from_ms(int(epoch_ms))
    return None


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970; parts of a millisecond are dropped."""
    return (moment - EPOCH) // timedelta(milliseconds=1)
