"""What was done stays a moment in its place, what was skipped goes last for a while."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.records.row import KEY_CODE
from deskero_tui.tui.inbox.work_queue import DONE, LINGER_S, SKIP_S, SKIPPED, WorkQueue

SHOWN = (1, 2, 3, 4)
KEYS = st.lists(st.integers(0, 20), unique=True)


def arranged(
    queue: WorkQueue, order: Iterable[int], shown: Iterable[int] = SHOWN, now_s: float = 0.0
) -> list[int]:
    return list(queue.arranged(array(KEY_CODE, order), array(KEY_CODE, shown), now_s=now_s))


def test_without_anything_done_the_order_is_what_it_is() -> None:
    queue = WorkQueue()
    assert arranged(queue, [3, 1, 5]) == [3, 1, 5]
    assert queue.fading == {}
    assert queue.next_change_s(now_s=0) is None


@pytest.mark.parametrize(
    ("done", "left", "stands"),
    [
        ([1], [2, 3, 4], [1, 2, 3, 4]),
        ([2], [1, 3, 4], [1, 2, 3, 4]),
        ([4], [1, 2, 3], [1, 2, 3, 4]),
        ([2, 3], [1, 4], [1, 2, 3, 4]),
        ([2, 1], [3, 4], [1, 2, 3, 4]),
        ([2], [3, 4], [2, 3, 4]),
        ([2], [], [2]),
    ],
)
def test_what_was_done_stays_where_it_was(
    done: list[int], left: list[int], stands: list[int]
) -> None:
    queue = WorkQueue()
    for key in done:
        queue.touch(key, SHOWN)
    assert arranged(queue, left) == stands
    assert queue.fading == dict.fromkeys(done, DONE)
    assert queue.next_change_s(now_s=1) == LINGER_S - 1
    assert arranged(queue, left, stands, LINGER_S) == left
    assert queue.fading == {}


def test_it_stays_from_when_it_leaves_and_not_from_when_it_was_done() -> None:
    queue = WorkQueue()
    queue.touch(2, SHOWN)
    assert arranged(queue, SHOWN, now_s=100) == [*SHOWN]
    assert arranged(queue, [1, 3, 4], now_s=200) == [*SHOWN]
    assert arranged(queue, [1, 3, 4], now_s=200 + LINGER_S - 1) == [*SHOWN]
    assert arranged(queue, [1, 3, 4], now_s=200 + LINGER_S) == [1, 3, 4]


def test_what_others_did_leaves_at_once() -> None:
    queue = WorkQueue()
    queue.touch(2, SHOWN)
    assert arranged(queue, [1, 4]) == [1, 2, 4]


def test_what_comes_back_is_done_no_more() -> None:
    queue = WorkQueue()
    queue.touch(2, SHOWN)
    arranged(queue, [1, 3, 4])
    assert arranged(queue, [2, 1, 3, 4], now_s=1) == [2, 1, 3, 4]
    assert queue.fading == {}


def test_what_is_skipped_stays_a_moment_and_then_goes_last_for_a_while() -> None:
    queue = WorkQueue()
    queue.skip(2, SHOWN, now_s=0)
    assert arranged(queue, SHOWN) == [*SHOWN]
    assert queue.fading == {2: SKIPPED}
    assert arranged(queue, SHOWN, now_s=LINGER_S) == [1, 3, 4, 2]
    assert queue.fading == {}
    assert queue.next_change_s(now_s=LINGER_S) == SKIP_S - LINGER_S
    assert arranged(queue, SHOWN, now_s=SKIP_S - 1) == [1, 3, 4, 2]
    assert arranged(queue, SHOWN, now_s=SKIP_S) == [*SHOWN]


def test_several_that_are_skipped_keep_their_order() -> None:
    queue = WorkQueue(linger_s=0)
    for key in (3, 1):
        queue.skip(key, SHOWN, now_s=0)
    assert arranged(queue, SHOWN) == [2, 4, 1, 3]


def test_somewhere_else_nothing_lingers_and_what_was_skipped_stays_last() -> None:
    queue = WorkQueue()
    queue.touch(1, SHOWN)
    queue.skip(2, SHOWN, now_s=0)
    arranged(queue, [2, 3, 4])
    queue.forget_touched()
    assert arranged(queue, [2, 3, 4]) == [3, 4, 2]


def test_without_lingering_all_leaves_at_once() -> None:
    queue = WorkQueue(linger_s=0)
    queue.touch(2, SHOWN)
    assert arranged(queue, [1, 3, 4]) == [1, 3, 4]


@given(order=KEYS, shown=KEYS, touched=KEYS, skipped=KEYS, now_s=st.sampled_from([0.0, 6.0, 1e5]))
def test_nothing_is_lost_nothing_is_shown_twice_and_the_rest_keeps_its_order(
    order: list[int], shown: list[int], touched: list[int], skipped: list[int], now_s: float
) -> None:
    queue = WorkQueue()
    for key in touched:
        queue.touch(key, SHOWN)
    for key in skipped:
        queue.skip(key, SHOWN, now_s=0)
    stands = arranged(queue, order, shown, now_s)
    assert len(stands) == len(set(stands))
    waiting = set(order) - set(stands)
    assert len(waiting) == queue.waiting_count
    assert not waiting & {*SHOWN, *touched, *skipped}
    assert set(stands) <= set(order) | set(queue.fading)
    moved = set(skipped) | set(queue.fading) | waiting
    assert [k for k in stands if k not in moved] == [k for k in order if k not in moved]


def test_what_comes_in_while_a_queue_is_worked_waits_until_it_is_asked_for() -> None:
    queue = WorkQueue(linger_s=0)
    assert arranged(queue, [9, *SHOWN]) == [9, *SHOWN]
    queue.touch(2, SHOWN)
    assert arranged(queue, [9, 1, 3, 8, 4]) == [1, 3, 4]
    assert queue.waiting_count == 2
    assert arranged(queue, [1, 2, 3, 8, 4]) == [1, 2, 3, 4], "what was there may come back"
    assert queue.waiting_count == 1
    queue.admit()
    assert queue.waiting_count == 0
    assert arranged(queue, [9, 1, 3, 8, 4]) == [9, 1, 3, 8, 4]


def test_when_nothing_else_is_left_what_came_in_is_shown() -> None:
    queue = WorkQueue(linger_s=0)
    queue.touch(1, [1])
    assert arranged(queue, [8, 9], [1]) == [8, 9]
    assert queue.waiting_count == 0


@given(st.sets(st.integers(0, 59)))
def test_however_many_were_done_each_stays_where_it_was(done: set[int]) -> None:
    shown, queue = [*range(60)], WorkQueue()
    for key in done:
        queue.touch(key, shown)
    left = [key for key in shown if key not in done]
    assert arranged(queue, left, shown) == shown
    assert queue.fading == dict.fromkeys(done, DONE)
    assert arranged(queue, left, shown, LINGER_S) == left


@given(st.sets(st.integers(0, 59)), st.permutations(range(60)))
def test_however_many_were_skipped_they_stand_last_in_the_order_of_the_view(
    skipped: set[int], order: list[int]
) -> None:
    queue = WorkQueue()
    for key in skipped:
        queue.skip(key, order, now_s=0)
    first = [key for key in order if key not in skipped]
    last = [key for key in order if key in skipped]
    assert arranged(queue, order, order, LINGER_S) == first + last


@given(st.sets(st.integers(0, 40), min_size=1), st.sets(st.integers(41, 80)))
def test_however_many_come_in_they_wait(known: set[int], came: set[int]) -> None:
    shown, queue = sorted(known), WorkQueue()
    queue.touch(shown[0], shown)
    order = sorted(known | came, key=lambda key: (key % 7, key))
    assert arranged(queue, order, shown) == [key for key in order if key in known]
    assert queue.waiting_count == len(came)
