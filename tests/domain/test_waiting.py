"""When waiting is long, and how that is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deskero_tui.domain.time.waiting import Wait, WaitLimits, read_limit

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("limits", "waited", "wait"),
    [
        (WaitLimits(), timedelta(), Wait.SHORT),
        (WaitLimits(), 4 * HOURS - MOMENT, Wait.SHORT),
        (WaitLimits(), 4 * HOURS, Wait.LONG),
        (WaitLimits(), 24 * HOURS - MOMENT, Wait.LONG),
        (WaitLimits(), 24 * HOURS, Wait.TOO_LONG),
        (WaitLimits(), -4 * HOURS, Wait.SHORT),
        (WaitLimits(warn=None), 5 * HOURS, Wait.SHORT),
        (WaitLimits(warn=None), 25 * HOURS, Wait.TOO_LONG),
        (WaitLimits(late=None), 25 * HOURS, Wait.LONG),
    ],
)
def test_waiting_is_judged_by_the_limits(limits: WaitLimits, waited: timedelta, wait: Wait) -> None:
    assert limits.of(NOW - waited, NOW) is wait


def test_who_waits_for_nothing_does_not_wait_long() -> None:
    assert WaitLimits().of(None, NOW) is Wait.SHORT


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("", None),
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        ("0m", timedelta()),
    ],
)
def test_a_limit_is_read(text: str, limit: timedelta | None) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize("text", ["4", "h", "4 h", "4h ", "-4h", "4y", "12345h", "²h", "soon"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no span"):
        read_limit(text)
