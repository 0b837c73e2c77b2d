"""`moments`: typed times are read as meant or refused, and always shown back in full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.moment_words import MEANINGS
from deskero_tui.domain.time.moments import (
    BadMoment,
    age,
    age_in_words,
    read_back,
    read_moment,
    short_date,
)

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=ROME)  # a Wednesday


def read(text: str, now: datetime = NOW) -> str:
    return f"{read_moment(text, now=now):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3d", "2026-11-28 12:00"),
        ("in 2h", "2026-11-25 14:00"),
        ("90m", "2026-11-25 13:30"),
        ("2w", "2026-12-09 12:00"),
        ("1h30", "2026-11-25 13:30"),
        ("1h 30m", "2026-11-25 13:30"),
        ("in 17h", "2026-11-26 05:00"),
        ("5h", "2026-11-25 17:00"),
        ("today 17", "2026-11-25 17:00"),
        ("tomorrow", "2026-11-26 09:00"),
        ("Tomorrow at 9", "2026-11-26 09:00"),
        ("fri 10:30", "2026-11-27 10:30"),
        ("friday", "2026-11-27 09:00"),
        ("wed 18", "2026-11-25 18:00"),
        ("wed 9", "2026-12-02 09:00"),
        ("wed 12:00", "2026-12-02 12:00"),
        ("next fri", "2026-12-04 09:00"),
        ("next fri 8:15", "2026-12-04 08:15"),
        ("next week", "2026-11-30 09:00"),
        ("9", "2026-11-26 09:00"),
        ("9:30", "2026-11-26 09:30"),
        ("13:30", "2026-11-25 13:30"),
        ("9am", "2026-11-26 09:00"),
        ("5 pm", "2026-11-25 17:00"),
        ("12am", "2026-11-26 00:00"),
        ("17h", "2026-11-25 17:00"),
        ("17h30", "2026-11-25 17:30"),
        ("noon", "2026-11-26 12:00"),
        ("tonight", "2026-11-25 20:00"),
        ("2026-12-01", "2026-12-01 09:00"),
        ("2026-12-01 14:00", "2026-12-01 14:00"),
        ("2026-12-01T14:00", "2026-12-01 14:00"),
        ("1 dec 14:00", "2026-12-01 14:00"),
        ("dec 1", "2026-12-01 09:00"),
        ("Dec 1, 2027, 8:00", "2027-12-01 08:00"),
        ("1.12.", "2026-12-01 09:00"),
        ("1.12.2027 10", "2027-12-01 10:00"),
        ("1/12", "2026-12-01 09:00"),
        ("3/1", "2027-01-03 09:00"),
        ("29 feb", "2028-02-29 09:00"),
        ("domani alle ore 9", "2026-11-26 09:00"),
        ("dopodomani", "2026-11-27 09:00"),
        ("venerdì prossimo alle 10", "2026-12-04 10:00"),
        ("fra 2 ore", "2026-11-25 14:00"),
        ("la prossima settimana", "2026-11-30 09:00"),
        ("mezzogiorno", "2026-11-26 12:00"),
        ("mañana a las 10", "2026-11-26 10:00"),
        ("manana", "2026-11-26 09:00"),
        ("pasado mañana", "2026-11-27 09:00"),
        ("dentro de 2 horas", "2026-11-25 14:00"),
        ("esta noche", "2026-11-25 20:00"),
        ("miércoles 18", "2026-11-25 18:00"),
        ("demain 9h", "2026-11-26 09:00"),
        ("après-demain 9h30", "2026-11-27 09:30"),
        ("dans 2h", "2026-11-25 14:00"),
        ("en 3 jours", "2026-11-28 12:00"),
        ("aujourd’hui 18h", "2026-11-25 18:00"),
        ("ce soir", "2026-11-25 20:00"),
        ("1 août", "2027-08-01 09:00"),
        ("mar", "2026-12-01 09:00"),
        ("mar 9:00", "2026-12-01 09:00"),
        ("next mar", "2026-12-01 09:00"),
        ("9 mar", "2027-03-09 09:00"),
        ("mar 9 14:00", "2027-03-09 14:00"),
    ],
)
def test_typed_time_means(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "place", "part"),
    [
        ("", (0, 0), "not understood"),
        ("soonish", (0, 7), '"soonish" is not understood'),
        ("fri fortnight", (4, 13), '"fortnight" is not understood'),
        ("1.12", (0, 4), "not understood"),
        ("3d 5", (0, 4), "not understood"),
        ("9 tomorrow", (0, 10), "not understood"),
        ("٣d", (0, 1), "not understood"),
        ("x" * 500, (0, 500), "not understood"),
        ("\x1b[2J", (0, 1), '"␛" is not understood'),
        ("mar 9", (0, 5), "Tuesday or March"),
        ("30 feb", (0, 6), "no such date"),
        ("2026-13-01", (0, 10), "no such date"),
        ("0000-01-01", (0, 10), "no such date"),
        ("25:00", (0, 5), "no such date or time"),
        ("9:60", (0, 4), "no such date or time"),
        ("13pm", (0, 4), "no such date or time"),
        ("today 9", (0, 7), "in the past: Wed 25 Nov 2026 09:00 CET"),
        ("2025-01-01", (0, 10), "in the past: Wed 1 Jan 2025 09:00 CET"),
        ("25 nov", (0, 6), "in the past"),
        ("0d", (0, 2), "in the past"),
        ("99999w", (0, 6), "ten years"),
    ],
)
def test_refusal_says_why_and_where(typed: str, place: tuple[int, int], part: str) -> None:
    with pytest.raises(BadMoment) as refusal:
        read_moment(typed, now=NOW)
    assert part in str(refusal.value)
    assert (refusal.value.start, refusal.value.end) == place


@pytest.mark.parametrize(
    ("lang", "part"),
    [("it", "passato: mer 25 nov"), ("es", "pasado: mié 25 nov"), ("fr", "passé : mer 25 nov")],
)
def test_refusal_speaks_the_language_asked_for(lang: str, part: str) -> None:
    with pytest.raises(BadMoment, match=part):
        read_moment("today 9", now=NOW, lang=lang)


def test_an_unknown_language_falls_back_to_english() -> None:
    moment = read_moment("3d", now=NOW, lang="xx")
    assert read_back(moment, now=NOW, lang="xx") == "Sat 28 Nov 2026 12:00 CET (in 3 days)"


SPRING = datetime(2026, 3, 28, 2, 30, tzinfo=ROME)
AUTUMN = datetime(2026, 10, 24, 2, 30, tzinfo=ROME)


def test_days_keep_the_wall_clock_and_hours_count_as_they_pass() -> None:
    assert read("1d", datetime(2026, 3, 28, 12, 0, tzinfo=ROME)) == "2026-03-29 12:00"
    assert read("in 24h", datetime(2026, 3, 28, 12, 0, tzinfo=ROME)) == "2026-03-29 13:00"
    assert read("in 24h", datetime(2026, 10, 24, 12, 0, tzinfo=ROME)) == "2026-10-25 11:00"


def test_a_wall_time_that_does_not_exist_moves_forward_and_is_shown() -> None:
    moment = read_moment("tomorrow 2:30", now=SPRING)
    assert read_back(moment, now=SPRING) == "Sun 29 Mar 2026 03:30 CEST (in 1 day)"
    assert read("1d", SPRING) == "2026-03-29 03:30"


def test_a_wall_time_that_comes_twice_is_the_first() -> None:
    moment = read_moment("tomorrow 2:30", now=AUTUMN)
    assert moment.utcoffset() == timedelta(hours=2)
    assert moment.fold == 0
    second_time = datetime(2026, 10, 25, 2, 30, tzinfo=ROME, fold=1)
    assert read_moment("53w", now=second_time).utcoffset() == timedelta(hours=2)


def test_later_is_decided_by_time_not_by_the_wall_clock() -> None:
    second_time = datetime(2026, 10, 25, 2, 10, tzinfo=ROME, fold=1)
    assert read("2:30", second_time) == "2026-10-26 02:30"
    assert read("sun 2:30", second_time) == "2026-11-01 02:30"
    first_time = datetime(2026, 10, 25, 2, 50, tzinfo=ROME)
    in_a_while = read_moment("20m", now=first_time)
    assert (in_a_while.hour, in_a_while.minute, in_a_while.fold) == (2, 10, 1)


@pytest.mark.parametrize(
    ("moment", "lang", "written"),
    [
        (NOW + timedelta(seconds=10), "en", "Wed 25 Nov 2026 12:00 CET (now)"),
        (NOW + timedelta(minutes=1), "en", "Wed 25 Nov 2026 12:01 CET (in 1 minute)"),
        (NOW + timedelta(minutes=90), "en", "Wed 25 Nov 2026 13:30 CET (in 90 minutes)"),
        (NOW + timedelta(hours=20), "it", "gio 26 nov 2026 08:00 CET (fra 20 ore)"),
        (NOW + timedelta(days=1), "es", "jue 26 nov 2026 12:00 CET (en 1 día)"),
        (NOW + timedelta(days=2), "fr", "ven 27 nov 2026 12:00 CET (dans 2 jours)"),
        (NOW - timedelta(days=1), "en", "Tue 24 Nov 2026 12:00 CET"),
        (datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "en", "Tue 1 Dec 2026 09:00 CET (in 6 days)"),
    ],
)
def test_read_back_is_full_and_in_the_zone_of_now(
    moment: datetime, lang: str, written: str
) -> None:
    assert read_back(moment, now=NOW, lang=lang) == written


@pytest.mark.parametrize(
    ("ago", "written"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-59), "now"),
        (timedelta(minutes=5), "5m"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=13), "13d"),
        (timedelta(days=14), "2w"),
        (timedelta(days=364), "52w"),
        (timedelta(days=365), "1y"),
        (timedelta(days=365 * 200), "99y"),
        (timedelta(hours=-3), "+3h"),
        (timedelta(days=-13), "+13d"),
    ],
)
def test_age_is_short(ago: timedelta, written: str) -> None:
    assert age(NOW - ago, NOW) == written


@given(st.datetimes(timezones=st.just(UTC)))
def test_age_never_takes_more_than_four_cells(then: datetime) -> None:
    assert len(age(then, NOW)) <= 4


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 25, 9, 30, tzinfo=UTC), "10:30"),
        (datetime(2026, 11, 23, 10, 30, tzinfo=ROME), "Mon 10:30"),
        (datetime(2026, 11, 29, 10, 30, tzinfo=ROME), "Sun 10:30"),
        (datetime(2026, 11, 22, 10, 30, tzinfo=ROME), "22 Nov"),
        (datetime(2025, 11, 3, 10, 30, tzinfo=ROME), "3 Nov 25"),
    ],
)
def test_short_date_says_no_more_than_needed(moment: datetime, written: str) -> None:
    assert short_date(moment, NOW) == written


TYPED = st.one_of(
    st.text(st.characters(), max_size=30),
    st.lists(
        st.one_of(
            st.sampled_from(sorted(MEANINGS)),
            st.integers(0, 2100).map(str),
            st.sampled_from([":", ".", "/", "-", ",", "T", "2026", "12:30"]),
        ),
        max_size=6,
    ).map(" ".join),
)
NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=ROME).astimezone(UTC).astimezone(ROME)
)


def outcome(typed: str, now: datetime) -> datetime | BadMoment:
    try:
        return read_moment(typed, now=now)
    except BadMoment as refusal:
        return refusal


@given(TYPED, NOWS)
def test_any_typed_text_is_refused_safely_or_lies_ahead(typed: str, now: datetime) -> None:
    match outcome(typed, now):
        case BadMoment() as refusal:
            assert 0 <= refusal.start <= refusal.end <= len(typed)
            assert safe_line(str(refusal)) == str(refusal)
        case moment:
            assert moment.tzinfo is now.tzinfo
            assert moment.astimezone(UTC) > now.astimezone(UTC)
            assert moment.astimezone(UTC).astimezone(ROME).time() == moment.time()


@given(NOWS, st.integers(1, 3_000))
def test_a_written_iso_time_is_read_as_itself(now: datetime, minutes: int) -> None:
    wanted = (now.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ROME)
    wanted = wanted.replace(second=0, microsecond=0)
    assume(not wanted.fold and wanted.astimezone(UTC) > now.astimezone(UTC))
    assert read_moment(f"{wanted:%Y-%m-%d %H:%M}", now=now) == wanted


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(days=15), "2 weeks"),
        (timedelta(days=400), "1 year"),
        (timedelta(hours=-3), "3 hours"),
    ],
)
def test_an_age_can_be_heard(ago: timedelta, said: str) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert age_in_words(now - ago, now) == said
