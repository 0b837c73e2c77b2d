"""Going back through tickets: each once, the latest first, around the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.ids import TicketId
from deskero_tui.tui.inbox.visit_history import MOST_KEPT, VisitHistory

A, B, C, D = (TicketId(name) for name in "abcd")


def trail(*visited: TicketId) -> VisitHistory:
    made = VisitHistory()
    for ticket_id in visited:
        made.visit(ticket_id)
    return made


def test_back_goes_through_all_of_them_and_around() -> None:
    made = trail(A, B, C)
    assert [made.back(C), made.back(B), made.back(A)] == [B, A, C]


def test_with_two_it_goes_to_and_fro() -> None:
    made = trail(A, B)
    assert [made.back(B), made.back(A), made.back(B)] == [A, B, A]


def test_from_the_list_it_goes_to_the_one_that_was_read_last() -> None:
    made = trail(A, B)
    assert made.back(None) == B
    assert made.back(B) == A


def test_from_a_ticket_that_is_none_of_them_too() -> None:
    assert trail(A, B).back(C) == B


def test_where_going_back_has_led_counts_as_read_last_once_another_is_opened() -> None:
    made = trail(A, B, C)
    made.back(C)
    made.back(B)
    made.visit(A)
    made.visit(D)
    assert made.recent == (D, A, C, B)
    assert made.back(D) == A


@pytest.mark.parametrize("visited", [(), (A,)])
def test_without_another_there_is_no_way_back(visited: tuple[TicketId, ...]) -> None:
    assert trail(*visited).back(A) is None


def test_a_ticket_that_is_gone_is_left_out() -> None:
    made = trail(A, B, C)
    assert made.back(C) == B
    made.forget(B)
    assert made.recent == (C, A)
    assert made.back(C) == A
    for ticket_id in (A, C, D):
        made.forget(ticket_id)
    assert made.back(None) is None


@given(st.lists(st.sampled_from([TicketId(str(n)) for n in range(30)]), min_size=1))
def test_each_is_kept_once_and_only_the_last_ones(visited: list[TicketId]) -> None:
    recent = trail(*visited).recent
    assert recent == tuple(dict.fromkeys(reversed(visited)))[:MOST_KEPT]
