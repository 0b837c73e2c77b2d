"""Moments as the wire and the store count them: whole milliseconds since 1970 (API sheet §3.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def from_ms(epoch_ms: int) -> datetime:
    """The moment `epoch_ms` milliseconds after 1970 in UTC, exact to the millisecond.

    Raises:
        ValueError: The year would not be in 1..9999.
    """
    try:
        return EPOCH + timedelta(milliseconds=epoch_ms)
    except OverflowError as error:
        raise ValueError("the moment is outside the years 1 to 9999") from error


def to_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970; parts of a millisecond are dropped."""
    return (moment - EPOCH) // timedelta(milliseconds=1)
