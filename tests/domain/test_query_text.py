"""The query language: what it understands, and where it says that it does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.query.parser import (
    HAS,
    IS,
    NAMES,
    WORDS_OF_THE_LANGUAGE,
    BadQuery,
    read_query,
)
from deskero_tui.domain.query.query import (
    AllOf,
    AnyOf,
    Condition,
    Marked,
    MomentField,
    MomentIn,
    NameField,
    NameHas,
    Not,
    Phrase,
    StatusIs,
    Tagged,
    Trait,
    Words,
)

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 25, 15, 30, tzinfo=ROME)
"""A Wednesday."""


def test_marks_are_those_of_the_list_and_only_where_there_is_one() -> None:
    marks = frozenset({3, 7})
    assert read_query("is:marked", now=NOW, marks=marks) == Marked(marks)
    assert read_query("-IS:Marked", now=NOW, marks=marks) == Not(Marked(marks))
    with pytest.raises(BadQuery, match=r"snoozed, pinned, marked\.$"):
        read_query("is:maked", now=NOW, marks=marks)
    with pytest.raises(BadQuery, match=r"snoozed, pinned\.$"):
        read_query("is:maked", now=NOW)
    with pytest.raises(BadQuery, match="console's list") as told:
        read_query("late is:marked", now=NOW)
    assert (told.value.start, told.value.end) == (5, 14)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=ROME)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", AllOf()),
        ("   ", AllOf()),
        ("parcel", Words("parcel")),
        ("late parcel", AllOf((Words("late"), Words("parcel")))),
        ('"late parcel"', Phrase("late parcel")),
        ('a "OR" b', AllOf((Words("a"), Phrase("OR"), Words("b")))),
        ("-parcel", Not(Words("parcel"))),
        ("status:opened", StatusIs("opened")),
        ('status:"On Hold"', StatusIs("onhold")),
        ("STATUS:opened", StatusIs("opened")),
        ("tag:vip", Tagged("vip")),
        ("-tag:vip", Not(Tagged("vip"))),
        ("assigned:me", Trait.MINE),
        ("assigned:nobody", Trait.UNASSIGNED),
        ("assigned:ines", NameHas(NameField.ASSIGNED, "ines")),
        ('from:"Tom Arden"', NameHas(NameField.FROM, "Tom Arden")),
        ("is:pinned", Trait.PINNED),
        ("is:reply-due has:note", AllOf((Trait.REPLY_DUE, Trait.NOTE))),
        ("a OR b", AnyOf((Words("a"), Words("b")))),
        ("a OR b OR -c", AnyOf((Words("a"), Words("b"), Not(Words("c"))))),
        ("x a OR b", AllOf((Words("x"), AnyOf((Words("a"), Words("b")))))),
        ("http://x.y/z", Words("http://x.y/z")),
        ("age>2d", MomentIn(MomentField.WAITING, None, NOW - timedelta(days=2))),
        ("age<3h", MomentIn(MomentField.WAITING, NOW - timedelta(hours=3), None)),
        ("changed:today", MomentIn(MomentField.CHANGED, day(11, 25), day(11, 26))),
        ("opened:last-week", MomentIn(MomentField.OPENED, day(11, 16), day(11, 23))),
        ("opened:last-month", MomentIn(MomentField.OPENED, day(10, 1), day(11, 1))),
        ("closed:2026-11-01", MomentIn(MomentField.CLOSED, day(11, 1), day(11, 2))),
        (
            "opened:2026-10-01..2026-11-01",
            MomentIn(MomentField.OPENED, day(10, 1), day(11, 2)),
        ),
        ("changed<2026-11-01", MomentIn(MomentField.CHANGED, None, day(11, 1))),
        ("changed>2026-11-01", MomentIn(MomentField.CHANGED, day(11, 2), None)),
        (
            'status:opened assigned:me -tag:vip age>2d from:"Tom Arden" late parcel',
            AllOf(
                (
                    StatusIs("opened"),
                    Trait.MINE,
                    Not(Tagged("vip")),
                    MomentIn(MomentField.WAITING, None, NOW - timedelta(days=2)),
                    NameHas(NameField.FROM, "Tom Arden"),
                    Words("late"),
                    Words("parcel"),
                )
            ),
        ),
    ],
)
def test_a_query_is_read_as_it_is_meant(text: str, condition: Condition) -> None:
    assert read_query(text, now=NOW) == condition


@pytest.mark.parametrize(
    ("text", "start", "end", "says"),
    [
        ("late stauts:opened", 5, 18, "no word stauts:"),
        ("status:", 0, 7, "needs a value"),
        ('late "parcel', 5, 12, "quote is not closed"),
        ("OR a", 0, 2, "both sides"),
        ("a OR", 2, 4, "both sides"),
        ("a OR OR b", 5, 7, "both sides"),
        ("status>opened", 0, 13, "goes with"),
        ("is:purple", 0, 9, "reply-due"),
        ("has:cat", 0, 7, "attachment"),
        ("age>soon", 0, 8, "2d"),
        ("changed:2026-13-01", 0, 18, "A date is"),
        ("opened:2026-01-01..soon", 0, 23, "A date is"),
        ("late age>9999y", 5, 14, "beyond the calendar"),
        ("age:9999y", 0, 9, "beyond the calendar"),
        ("opened>9999-12-31", 0, 17, "beyond the calendar"),
        ("closed:0001-01-01..9999-12-31", 0, 29, "beyond the calendar"),
        ('tag:"a\udcffb"', 6, 7, "cannot be searched"),
        ("late \udcff", 5, 6, "cannot be searched"),
    ],
)
def test_a_mistake_is_said_with_its_place(text: str, start: int, end: int, says: str) -> None:
    with pytest.raises(BadQuery, match=says) as caught:
        read_query(text, now=NOW)
    assert (caught.value.start, caught.value.end) == (start, end)


def test_a_day_across_the_change_to_winter_time_has_twenty_five_hours() -> None:
    condition = read_query("changed:2026-10-25", now=NOW)
    assert isinstance(condition, MomentIn)
    assert condition.first is not None
    assert condition.before is not None
    assert condition.before.timestamp() - condition.first.timestamp() == 25 * 3600


def test_every_name_of_the_language_is_understood() -> None:
    for name in NAMES:
        read_query(f"{name}:x", now=NOW)
    for name in IS:
        read_query(f"is:{name}", now=NOW)
    for name in HAS:
        read_query(f"has:{name}", now=NOW)


VALUES = st.one_of(
    st.text(st.characters(), max_size=5),
    st.from_regex(r"[0-9]{1,4}[mhdwy]", fullmatch=True),
    st.from_regex(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9](\.\.[0-9]{4}-[01][0-9]-[0-3][0-9])?", fullmatch=True
    ),
    st.sampled_from(["today", "last-month", "me", "nobody", '"two words"', "OR", *IS, *HAS]),
)
PIECES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "-"]),
        st.sampled_from(["", *WORDS_OF_THE_LANGUAGE]),
        st.sampled_from(["", ":", "<", ">"]),
        VALUES,
    ),
)
TEXTS = st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=4).map(" ".join))
"""Anything at all, and what looks like a query."""
YEARS_END = datetime(9999, 12, 31, 23, 59, tzinfo=ROME)
YEARS_BEGIN = datetime(1, 1, 1, 0, 1, tzinfo=ROME)


@given(TEXTS, st.sampled_from([NOW, YEARS_END, YEARS_BEGIN]))
def test_any_text_is_a_query_or_a_mistake_inside_it(text: str, now: datetime) -> None:
    mistakes = []
    try:
        read_query(text, now=now)
    except BadQuery as mistake:
        mistakes.append((mistake.start, mistake.end))
    assert all(0 <= start < end <= len(text) for start, end in mistakes)
