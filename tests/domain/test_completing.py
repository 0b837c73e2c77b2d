"""How a half written query can go on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.query.completion import (
    Begun,
    begun_in,
    completions_of,
    fixed_values,
    valued,
)
from deskero_tui.domain.query.parser import spans_of


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("", None),
        ("late ", None),
        ("sta", Begun("", "", "sta")),
        ("late -sta", Begun("late -", "", "sta")),
        ("late status:", Begun("late status:", "status", "")),
        ("-Status:on", Begun("-Status:", "status", "on")),
        ('from:"Tom Ar', Begun("from:", "from", "Tom Ar")),
        ('from:"Tom Arden"', None),
        ('"late par', None),
        ("closed<las", Begun("closed<", "closed", "las")),
    ],
)
def test_the_part_at_the_end_is_what_goes_on(text: str, begun: Begun | None) -> None:
    assert begun_in(text) == begun


def texts(text: str, *values: str) -> list[str]:
    begun = begun_in(text)
    assert begun is not None
    return [found.text for found in completions_of(begun, valued(values))]


def test_words_of_the_language_go_on_with_their_sign() -> None:
    assert texts("late sta") == ["late status:"]
    assert texts("-ag") == ["-age>"]
    assert texts("late") == []


def test_values_that_begin_so_go_before_those_that_hold_it() -> None:
    people = ("Owen Arden", "Arden Smith", "Marden Li", "Ines")
    assert texts("from:ARD", *people) == [
        'from:"Arden Smith" ',
        'from:"Owen Arden" ',
        'from:"Marden Li" ',
    ]
    assert texts("from:in", *people) == ["from:Ines "]


def test_what_is_there_already_and_what_cannot_be_written_is_not_offered() -> None:
    assert texts("tag:vip", "vip", "viper") == ["tag:viper "]
    assert texts("tag:", 'a"b') == []


def test_no_more_are_offered_than_a_small_list_holds() -> None:
    assert len(texts("tag:", *map(str, range(50)))) == 6


@pytest.mark.parametrize(
    ("name", "one"),
    [("is", "reply-due"), ("has", "note"), ("opened", "last-week"), ("assigned", "me")],
)
def test_some_values_are_the_same_everywhere(name: str, one: str) -> None:
    assert one in [choice.id for choice in fixed_values(name)]
    assert fixed_values("tag") == []


@given(st.text())
def test_parts_follow_each_other_and_only_spaces_stand_between(text: str) -> None:
    place = 0
    for start, end in spans_of(text):
        assert place <= start < end
        assert not text[place:start].strip()
        place = end
    assert not text[place:].strip()
    begun_in(text)
