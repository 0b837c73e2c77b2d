"""The desk's own time, as its answers tell it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deskero_tui.api.desk_clock import DeskClock
from tests.support.desk_double import MovableClock


def test_desk_time_is_unknown_before_the_first_date() -> None:
    assert DeskClock(MovableClock()).now() is None


def test_desk_time_passes_and_ignores_jumps_of_this_machine() -> None:
    clock = MovableClock()
    desk_clock = DeskClock(clock)
    desk_clock.note({"date": "Sun, 06 Nov 1994 08:49:37 GMT"})
    clock.jump(86_400.0)
    clock.pass_by(3.0)
    assert desk_clock.now() == datetime(1994, 11, 6, 8, 49, 40, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "soon", "Sun, 99 Nov 1994 08:49:37 GMT", "\udcff", "0"])
def test_an_unreadable_date_changes_nothing(date: str) -> None:
    desk_clock = DeskClock(MovableClock())
    desk_clock.note({"date": "Sun, 06 Nov 1994 08:49:37 -0000"})
    desk_clock.note({"date": date})
    assert desk_clock.now() == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
