"""A line is behind when an answer takes much longer than the fastest one."""

from __future__ import annotations

import pytest

from deskero_tui.tui.terminal.pacing import (
    ASK_EVERY_CHARS,
    FAREWELL_S,
    FIRST_ANSWER_S,
    GIVE_UP_S,
    SLACK_S,
    WINDOW_CHARS,
    Pacing,
)
from tests.support.still_clock import StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def pacing(clock: StillClock) -> Pacing:
    return Pacing(clock)


def answer_after(seconds: float, pacing: Pacing, clock: StillClock) -> None:
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    clock.pass_by(seconds)
    pacing.answered()


def test_it_asks_every_kilobyte_and_never_twice_at_once(pacing: Pacing) -> None:
    assert not pacing.is_question_due(ASK_EVERY_CHARS - 1)
    assert pacing.is_question_due(1)
    assert not pacing.is_question_due(10 * ASK_EVERY_CHARS)
    pacing.answered()
    assert pacing.is_question_due(0)


def test_an_answer_that_takes_much_longer_than_the_fastest_says_that_the_line_is_behind(
    pacing: Pacing, clock: StillClock
) -> None:
    answer_after(0.9, pacing, clock)
    answer_after(0.1, pacing, clock)
    answer_after(0.3, pacing, clock)
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    clock.pass_by(0.1 + SLACK_S - 0.01)
    assert not pacing.is_behind
    clock.pass_by(0.02)
    assert pacing.is_behind
    pacing.answered()
    assert not pacing.is_behind


@pytest.mark.parametrize("before", [ASK_EVERY_CHARS, WINDOW_CHARS])
def test_much_that_is_on_its_way_waits_for_an_answer(
    pacing: Pacing, clock: StillClock, before: int
) -> None:
    answer_after(0.1, pacing, clock)
    assert pacing.is_question_due(before)
    assert not pacing.is_question_due(WINDOW_CHARS - before)
    assert not pacing.is_behind
    assert not pacing.is_question_due(1)
    assert pacing.is_behind
    pacing.answered()
    assert not pacing.is_behind


def test_a_terminal_that_never_answers_is_not_waited_for(pacing: Pacing, clock: StillClock) -> None:
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    clock.pass_by(1.0)
    assert not pacing.is_behind
    assert pacing.farewell_s == 0
    assert not pacing.is_question_due(ASK_EVERY_CHARS)


def test_a_terminal_that_stops_answering_is_not_waited_for_any_longer(
    pacing: Pacing, clock: StillClock
) -> None:
    answer_after(0.1, pacing, clock)
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    clock.pass_by(GIVE_UP_S - 0.1)
    assert pacing.is_behind
    clock.pass_by(0.1)
    assert not pacing.is_behind


def test_answers_that_nobody_asked_for_say_nothing(pacing: Pacing, clock: StillClock) -> None:
    pacing.answered()
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    clock.pass_by(1.0)
    assert not pacing.is_behind


def test_a_farewell_waits_for_an_answer_that_is_on_its_way(
    pacing: Pacing, clock: StillClock
) -> None:
    assert pacing.farewell_s == 0
    answer_after(0.05, pacing, clock)
    assert pacing.farewell_s == 0
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    assert pacing.farewell_s == FAREWELL_S
    clock.pass_by(GIVE_UP_S)
    assert pacing.farewell_s == 0


def test_a_farewell_waits_for_the_first_answer_as_long_as_it_may_come(
    pacing: Pacing, clock: StillClock
) -> None:
    assert pacing.is_question_due(ASK_EVERY_CHARS)
    assert pacing.farewell_s == FAREWELL_S
    clock.pass_by(FIRST_ANSWER_S)
    assert pacing.farewell_s == 0
