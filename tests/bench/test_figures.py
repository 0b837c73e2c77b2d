from __future__ import annotations

import pytest

from bench.figures import Figure, Results, Spread, Unit, Where, quantile, spread_of

OURS = Where("console", 1_000)
PEER = Where("mutt", 1_000)


def test_a_spread_is_the_median_and_what_it_lies_between() -> None:
    assert spread_of([3.0, 1.0, 2.0, 9.0]) == Spread(1.0, 2.5, 9.0)


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 10.0), (0.5, 20.0), (0.75, 25.0), (0.99, 29.8), (1.0, 30.0)]
)
def test_a_quantile_lies_between_the_two_nearest_values(share: float, value: float) -> None:
    assert quantile([30.0, 10.0, 20.0], share) == pytest.approx(value)


def test_ratios_are_taken_round_by_round() -> None:
    results = Results()
    for number, (ours, theirs) in enumerate([(100, 50), (900, 300), (80, 80)]):
        results.note(Figure.INSIDE_SIZE, OURS, ours, round_number=number)
        results.note(Figure.INSIDE_SIZE, PEER, theirs, round_number=number)
    # The ratio of the medians would be 100 / 80.
    assert results.ratio(Figure.INSIDE_SIZE, OURS, PEER) == Spread(1.0, 2.0, 3.0)


def test_a_round_without_the_peer_has_no_part_in_the_ratio() -> None:
    results = Results()
    results.note(Figure.OPEN_SIZE, OURS, 100, round_number=0)
    results.note(Figure.OPEN_SIZE, OURS, 300, round_number=1)
    results.note(Figure.OPEN_SIZE, PEER, 100, round_number=1)
    assert results.ratio(Figure.OPEN_SIZE, OURS, PEER) == Spread(3.0, 3.0, 3.0)


def test_what_was_not_measured_has_neither_spread_nor_ratio() -> None:
    results = Results()
    results.note(Figure.IDLE_SIZE, OURS, 10)
    results.note(Figure.IDLE_SIZE, PEER, 0)
    with pytest.raises(KeyError):
        results.spread(Figure.MEMORY, OURS)
    with pytest.raises(KeyError):
        results.ratio(Figure.IDLE_SIZE, OURS, PEER)
    assert not results.has(Figure.MEMORY, OURS)


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.SECONDS, 1.234, "1.23 s"),
        (Unit.MILLISECONDS, 0.000_16, "0.16 ms"),
        (Unit.MILLISECONDS, 0.0333, "33.3 ms"),
        (Unit.BYTES, 2341, "2,341 B"),
        (Unit.KILOBYTES, 8_700, "8.7 KB"),
        (Unit.MEGABYTES, 117_000_000, "117 MB"),
        (Unit.PER_SECOND, 1296.7, "1,297 /s"),
        (Unit.TIMES, 0.4, "0.40 x"),
    ],
)
def test_values_are_spelled_with_their_unit(unit: Unit, value: float, text: str) -> None:
    assert unit.spelled(value) == text
