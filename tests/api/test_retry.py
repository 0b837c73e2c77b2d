from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.api.retry import (
    LONGEST_RETRY_AFTER_S,
    LONGEST_WAIT_S,
    MOST_TRIES,
    decide,
    read_retry_after,
)
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NotAllowed,
    Refused,
    ServerFault,
    Throttled,
    Unclear,
    Unreachable,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSING = [Unreachable("x"), Unclear("x"), ServerFault("x"), Throttled("x")]
LASTING = [
    Unreachable("x", is_lasting=True),
    NotAllowed("x"),
    Missing("x"),
    Refused("x", status=400),
    BadAnswer("x"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_a_read_goes_again_after_waits_that_double(error: DeskeroError) -> None:
    rng = Random(1)
    waits = [decide("GET", error, attempt, rng) for attempt in range(1, MOST_TRIES)]
    for wait_s, longest_s in zip(waits, (0.5, 1.0, 2.0), strict=True):
        assert wait_s is not None
        assert longest_s / 2 <= wait_s <= longest_s


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_a_read_is_given_up_after_the_last_try(error: DeskeroError) -> None:
    assert decide("GET", error, MOST_TRIES, Random(1)) is None


@pytest.mark.parametrize("error", LASTING, ids=lambda error: type(error).__name__)
def test_an_error_that_would_come_again_is_not_tried_again(error: DeskeroError) -> None:
    assert decide("GET", error, 1, Random(1)) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("error", PASSING + LASTING, ids=lambda error: type(error).__name__)
def test_a_write_never_goes_again_by_itself(method: str, error: DeskeroError) -> None:
    assert decide(method, error, 1, Random(1)) is None


def test_the_wait_that_the_desk_asks_for_is_kept() -> None:
    wait_s = decide("GET", Throttled("x", wait_s=7.0), 1, Random(1))
    assert wait_s is not None
    assert 7.0 <= wait_s <= 8.0


def test_a_long_wait_is_left_to_the_caller() -> None:
    assert decide("GET", Throttled("x", wait_s=LONGEST_WAIT_S + 1), 1, Random(1)) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("9" * 5000, LONGEST_RETRY_AFTER_S),
        ("Sun, 22 Nov 2026 09:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 09:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2099 08:00:00 GMT", LONGEST_RETRY_AFTER_S),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(
    value: str | None, expected: float | None
) -> None:
    assert read_retry_after(value, NOW) == expected


@given(st.text())
def test_any_retry_after_is_harmless(value: str) -> None:
    wait_s = read_retry_after(value, NOW)
    assert wait_s is None or 0 <= wait_s <= LONGEST_RETRY_AFTER_S
