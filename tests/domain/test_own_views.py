"""Views of an agent's own: where they stand, what they show when, what is said of wrong ones."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.query.own_views import TabKey, Tabs, arranged, as_of
from deskero_tui.domain.query.query import (
    BUILT_IN_VIEWS,
    AnyOf,
    MomentField,
    MomentIn,
    Order,
    Tagged,
    View,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BUILT_IN = [view.id for view in BUILT_IN_VIEWS]


def tabs(text: str = "", hidden: Sequence[str] = ()) -> Tabs:
    return arranged(tomllib.loads(text).get("views", []), hidden, now=NOW)


def ids(found: Tabs) -> list[str]:
    return [view.id for view in found.views]


def said(found: Tabs) -> list[str]:
    return [str(mistake) for mistake in found.mistakes]


def named(found: Tabs, view_id: str) -> View:
    return next(view for view in found.views if view.id == view_id)


LATE = '[[views]]\nid = "late"\ntitle = "Late"\nquery = "age>2d -tag:vip"\n'
TODAY = '[[views]]\nid = "today"\nquery = "opened:today"\nsort = "opened"\n'


def test_without_a_config_the_tabs_are_the_built_in_views() -> None:
    assert tabs().views == BUILT_IN_VIEWS
    assert not tabs().mistakes


def test_own_views_come_last_in_their_order_or_before_the_one_they_name() -> None:
    assert ids(tabs(LATE + TODAY)) == [*BUILT_IN, "late", "today"]
    assert ids(tabs(LATE + 'before = "mine"\n' + TODAY + 'before = "late"'))[:4] == [
        "to-reply",
        "today",
        "late",
        "mine",
    ]


def test_a_view_has_its_title_else_its_id_and_its_order() -> None:
    found = tabs(LATE + TODAY)
    assert named(found, "late").title == "Late"
    assert named(found, "today").title == "today"
    assert named(found, "late").query.order is Order.CHANGED
    assert named(found, "today").query.order is Order.OPENED


def test_keys_are_told_by_the_place_among_the_tabs() -> None:
    found = tabs(LATE + 'key = "W"\nbefore = "mine"\n' + TODAY)
    assert found.keys == (TabKey(2, "late", "W"),)


def test_words_mean_what_they_mean_when_they_are_used() -> None:
    view = named(tabs(TODAY), "today")
    for day in range(3):
        now = NOW + timedelta(days=day)
        midnight = now.replace(hour=0)
        seen = as_of(view, now).query
        assert seen.condition == _all_and(
            MomentIn(MomentField.OPENED, midnight, midnight + timedelta(days=1))
        )
        assert seen.order is Order.OPENED


def _all_and(condition: Any) -> Any:
    """How a query without a condition of its own is narrowed."""
    return View("x", "x", query=BUILT_IN_VIEWS[-1].query).query.narrowed(condition).condition


def test_a_built_in_view_is_the_same_at_any_time() -> None:
    assert all(as_of(view, NOW) is view for view in BUILT_IN_VIEWS)


def test_a_hidden_view_has_no_tab() -> None:
    assert ids(tabs(hidden=["solved", "all"])) == BUILT_IN[:-2]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ('from:\\"Tom', 'Its query cannot be read at “"Tom”: This quote is not closed.'),
        ("colour:red", "Its query cannot be read at “colour:red”: There is no word colour: here."),
        ("", "This view has no query."),
        ("age>9999y", "A date here lies beyond the calendar."),
        ("opened>9999-12-31", "A date here lies beyond the calendar."),
    ],
)
def test_a_view_that_cannot_be_read_stays_and_shows_nothing(query: str, says: str) -> None:
    found = tabs(f'[[views]]\nid = "odd"\nquery = "{query}"\nsort = "waiting"')
    view = named(found, "odd")
    assert says in view.mistake
    assert [line.startswith('[[views]] "odd": ') for line in said(found)] == [True]
    assert as_of(view, NOW).query.condition == AnyOf(())


@pytest.mark.parametrize(
    ("text", "says", "stays"),
    [
        ('query = "tag:a"', "[[views]] 1: a view needs an id of small letters", False),
        ('id = "Odd one"\nquery = "tag:a"', "a view needs an id", False),
        ('id = "mine"\nquery = "tag:a"', '[[views]] "mine": this id is another view\'s', True),
        ('id = "odd"\nquery = 3', "[[views]] 1: query must be a text.", True),
        ('id = "odd"\nqery = "tag:a"', "qery is not known. Did you mean query?", True),
        ('id = "odd"\nquery = "tag:a"\nsort = "age"', "there is no order age; known are", True),
        (
            'id = "odd"\nquery = "tag:a"\nbefore = "solvd"',
            "there is no view solvd to stand before. Did you mean solved?",
            True,
        ),
    ],
)
def test_a_mistake_says_where_it_is(text: str, says: str, stays: bool) -> None:
    found = tabs(f"[[views]]\n{text}")
    assert any(says in line for line in said(found)), said(found)
    assert len(found.views) == len(BUILT_IN) + (stays and '"mine"' not in text)


def test_what_cannot_be_hidden_is_said() -> None:
    found = tabs(hidden=["solvd", "reminders", "all"])
    assert ids(found) == [id for id in BUILT_IN if id != "all"]
    assert said(found) == [
        "hidden_views: there is no view solvd. Did you mean solved?",
        "hidden_views: reminders stays: it has a key of its own.",
    ]


def test_two_views_of_one_id_are_one() -> None:
    found = tabs(LATE + LATE.replace("-tag:vip", "tag:vip"))
    assert ids(found) == [*BUILT_IN, "late"]
    assert as_of(named(found, "late"), NOW).query.condition != Tagged("vip")
    assert "this id is another view's; this one is left out." in said(found)[0]


def test_an_id_of_a_hidden_view_is_still_taken() -> None:
    found = tabs('[[views]]\nid = "solved"\nquery = "tag:a"', hidden=["solved"])
    assert "solved" not in ids(found)


def test_nothing_in_a_title_reaches_the_terminal() -> None:
    view = named(tabs('[[views]]\nid = "odd"\ntitle = "a\\u001b[2Jb\\nc"\nquery = "a"'), "odd")
    assert view.title.isprintable()


MEMBERS = st.sampled_from(["id", "title", "query", "key", "sort", "before", "other"])
VALUES: st.SearchStrategy[object] = st.one_of(
    st.text(max_size=20), st.integers(), st.sampled_from(["mine", "late", "age>2d", 'tag:"a'])
)


@given(st.lists(st.dictionaries(MEMBERS, VALUES, max_size=6), max_size=5), st.lists(st.text()))
def test_whatever_the_config_says_there_are_tabs_and_they_can_be_used(
    tables: list[dict[str, object]], hidden: list[str]
) -> None:
    found = arranged(tables, hidden, now=NOW)
    assert len(set(ids(found))) == len(found.views) >= len(BUILT_IN_VIEWS) - len(set(hidden))
    assert all(found.views[key.number - 1].id == key.view_id for key in found.keys)
    for view in found.views:
        as_of(view, NOW)


def test_a_view_can_have_its_order_turned_round() -> None:
    view = named(tabs('[[views]]\nid = "odd"\nquery = "tag:a"\nsort = "-number"'), "odd")
    assert (view.query.order, view.query.is_reversed) == (Order.NUMBER, True)
    assert as_of(view, NOW).query.is_reversed
