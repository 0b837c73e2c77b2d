"""Reads the times people type for reminders, and writes times so that they can be checked.

A closed grammar: what is not in it is refused with a sentence, never guessed. Days and dates keep
the wall clock across daylight-saving changes, hours and minutes count as they pass. A wall time
that does not exist moves forward, one that comes twice is the first. Pure: the clock is `now`,
aware and in the agent's zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.moment_words import (
    AHEAD,
    AMBIGUOUS,
    COUNTED,
    MEANINGS,
    MONTH_NAMES,
    NOW,
    PHRASES,
    SENTENCES,
    WEEKDAY_NAMES,
    Trouble,
)

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)
_YEAR: Final = timedelta(days=365)
_FIRST_HOUR: Final = time(9)
_TONIGHT: Final = time(20)
_FARTHEST: Final = timedelta(days=3_660)
_MOST_CHARS: Final = 100
_UNIT_WORDS: Final = {"m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}

_TOKEN: Final = re.compile(r"[0-9]+|[^\W\d_]+(?:['’-][^\W\d_]+)*|\s+|.", re.DOTALL)
_TIME: Final = (
    r"(?:(?P<hour>[0-9]{1,2})(?:(?::| h )(?P<minute>[0-9]{2})| h)?(?: (?P<half>[ap]m))?"
    r"|(?P<noon>noon))"
)
_DAYS: Final = (
    r"\+(?P<offset>[0-9])",
    r"(?P<next>next )?wd(?P<weekday>[0-6])(?P<following> next)?",
    r"(?P<week>next w|w next)",
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
    r"(?P<day>[0-9]{1,2}) mo(?P<month>[0-9]+)(?: (?P<year>[0-9]{4}))?",
    r"mo(?P<month>[0-9]+) (?P<day>[0-9]{1,2})(?: (?P<year>[0-9]{4}))?",
    r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?(?P<year>[0-9]{4})?",
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})(?:/(?P<year>[0-9]{4}))?",
)
_DAY_FORMS: Final = tuple(re.compile(rf"{day}(?:(?: t| h)? {_TIME})?") for day in _DAYS)
_TIME_FORM: Final = re.compile(rf"(?:h )?{_TIME}")
_DURATION_FORM: Final = re.compile(
    r"(?P<ahead>in )?(?P<count>[0-9]{1,5}) (?P<unit>[mhdw])(?: (?P<minutes>[0-9]{1,2})(?: m)?)?"
)
_HOURS_OF_DAY: Final = range(13, 24)
"""`17h` is a time of day; `5h` is a while, as `5m` and `5d` are."""

_MARCH: Final = re.compile(r"(?<=[0-9] )mar\b|\bmar(?= [0-9]{1,2} [0-9])")
_TUESDAY: Final = re.compile(
    r"(?<=next )mar\b|\bmar(?=$| next| noon| h |(?: [0-9]{1,2}(?::| h| am| pm)))"
)


class BadMoment(ValueError):
    """A typed time that cannot be taken; `str()` of it is one safe sentence for the agent.

    `start` and `end` are the place of the trouble in the typed text: 0-based, end exclusive.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class _NotTaken(Exception):
    """The whole text is in trouble; becomes a `BadMoment` where text and language are known."""

    def __init__(self, trouble: Trouble, about: str = "") -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.about = about


def read_moment(text: str, *, now: datetime, lang: str = "en") -> datetime:
    """Read a typed time and give it in the zone of `now`, always later than `now`.

    Understood: `3d` `in 2h` `90m` `2w` `1h30`; `today 17` `tomorrow` `tomorrow 9`; `fri`
    `fri 10:30` (the next one; today's when still ahead), `next fri` (that of next week from
    Monday), `next week` (its Monday);
    `9` `9:30` `9am` `17h` `noon` `tonight` (the next one); `2026-12-01 14:00`, `1 dec 14:00`,
    `dec 1`, `1.12.`, `1/12` (day first; without a year the next one). A day without a time means
    9:00. `5h` up to `12h` is five hours from now, from `13h` to `23h` the time of day; `in` always
    counts. Words of English, Italian, Spanish and French are understood together; `lang` is the
    language of the refusal.

    Raises:
        BadMoment: Not understood, ambiguous, no such date, in the past, ten years away.
    """
    sentences = SENTENCES.get(lang, SENTENCES["en"])
    try:
        moment = _moment(_signs(text, sentences), now)
        if _utc(moment) <= _utc(now):
            raise _NotTaken(Trouble.PAST, read_back(moment, now=now, lang=lang))
        if _utc(moment) - _utc(now) > _FARTHEST:
            raise _NotTaken(Trouble.TOO_FAR)
    except _NotTaken as error:
        about = error.about or safe_line(text.strip(), max_chars=_MOST_CHARS)
        raise BadMoment(sentences[error.trouble].format(about), 0, len(text)) from None
    return moment


def read_back(moment: datetime, *, now: datetime, lang: str = "en") -> str:
    """Write a moment out in full, in the zone of `now`: "Fri 27 Nov 2026 10:30 CET (in 5 days)".

    The month is a word, so an agent sees how `1/12` was read. Days are those of the calendar.
    A moment that is not ahead of `now` gets no distance.
    """
    names = lang if lang in MONTH_NAMES else "en"
    here = moment.astimezone(now.tzinfo)
    written = (
        f"{WEEKDAY_NAMES[names][here.weekday()]} {here.day} {MONTH_NAMES[names][here.month - 1]} "
        f"{here.year} {here:%H:%M} {here.tzname()}"
    )
    ahead = _utc(moment) - _utc(now)
    if ahead < timedelta():
        return written
    return f"{written} ({_distance(ahead, (here.date() - now.date()).days, names)})"


def age(then: datetime, now: datetime) -> str:
    """Say in at most four cells how long ago something was: "now", "5m", "3h", "2d", "5w", "3y".

    Days up to 13, weeks up to 52, years up to 99. What lies more than a minute ahead gets a plus
    sign ("+3h"): clocks differ, and a reminder's due time is ahead on purpose.
    """
    minutes = int((_utc(now) - _utc(then)).total_seconds() / 60)
    sign = "+" if minutes < 0 else ""
    minutes = abs(minutes)
    days = minutes // 1_440
    if minutes == 0:
        return "now"
    if minutes < 60:
        return f"{sign}{minutes}m"
    if days == 0:
        return f"{sign}{minutes // 60}h"
    if days < 14:
        return f"{sign}{days}d"
    if days < 365:
        return f"{sign}{days // 7}w"
    return f"{sign}{min(99, days // 365)}y"


def next_age(then: datetime, now: datetime) -> datetime:
    """Return a moment in UTC after `now` until which `age` reads the same."""
    passed = _utc(now) - _utc(then)
    if passed < _HOUR:
        unit = _MINUTE
    elif passed < _DAY:
        unit = _HOUR
    elif passed < 14 * _DAY:
        unit = _DAY
    elif passed < _YEAR:
        return min(_utc(then) + (passed // _WEEK + 1) * _WEEK, _utc(then) + _YEAR)
    else:
        unit = _YEAR
    return _utc(then) + (passed // unit + 1) * unit


def age_in_words(then: datetime, now: datetime) -> str:
    """The same as `age` to be heard: "2 weeks", "1 day", "less than a minute"."""
    short = age(then, now).removeprefix("+")
    if short == "now":
        return "less than a minute"
    count, unit = int(short[:-1]), _UNIT_WORDS[short[-1]]
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def short_date(moment: datetime, now: datetime) -> str:
    """Write a moment in at most nine cells, in the zone of `now`.

    "10:30" today, "Mon 10:30" in the same week (from Monday), "3 Nov" this year, else "3 Nov 25".
    """
    here = moment.astimezone(now.tzinfo)
    if here.date() == now.date():
        return f"{here:%H:%M}"
    if here.isocalendar()[:2] == now.isocalendar()[:2]:
        return f"{WEEKDAY_NAMES['en'][here.weekday()]} {here:%H:%M}"
    day = f"{here.day} {MONTH_NAMES['en'][here.month - 1]}"
    return day if here.year == now.year else f"{day} {here.year % 100:02}"


def _distance(ahead: timedelta, days: int, lang: str) -> str:
    minutes = round(ahead.total_seconds() / 60)
    if minutes == 0:
        return NOW[lang]
    if minutes < 120:
        count, unit = minutes, "m"
    elif minutes < 1_440 or days == 0:
        count, unit = round(minutes / 60), "h"
    else:
        count, unit = days, "d"
    one, many = COUNTED[lang][unit]
    return f"{AHEAD[lang]} {count} {one if count == 1 else many}"


def _signs(text: str, sentences: Mapping[Trouble, str]) -> str:
    """Write a typed text in the signs of the grammar, one space around every word."""
    if len(text) > _MOST_CHARS:
        raise _NotTaken(Trouble.UNKNOWN, safe_line(text, max_chars=20))
    signs: list[str] = []
    for token in _TOKEN.finditer(text):
        written = token[0]
        if written.isspace() or written == ",":
            signs.append(" ")
        elif (written.isascii() and written.isdigit()) or written in ":./-":
            signs.append(written)
        else:
            sign = MEANINGS.get(_plain(written))
            if sign is None:
                message = sentences[Trouble.UNKNOWN].format(safe_line(written))
                raise BadMoment(message, *token.span())
            signs.append(f" {sign} ")
    joined = " ".join("".join(signs).split())
    return _without_ambiguity(joined, text)


def _plain(word: str) -> str:
    """Take accents and capitals off a word."""
    parts = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()


def _without_ambiguity(signs: str, text: str) -> str:
    """Put two-word names together, and take "mar" for the day or the month by its neighbours."""
    for phrase, meaning in PHRASES.items():
        signs = signs.replace(phrase, meaning)
    settled = _TUESDAY.sub("wd1", _MARCH.sub("mo3", signs))
    if AMBIGUOUS in settled.split():
        raise _NotTaken(Trouble.AMBIGUOUS)
    return settled


def _moment(signs: str, now: datetime) -> datetime:
    duration = _DURATION_FORM.fullmatch(signs)
    if duration and (duration["ahead"] or not _is_time_of_day(duration)):
        return _after(duration, now)
    if signs == "tonight":
        return _on_the_wall(now.date(), _TONIGHT, now)
    if found := _TIME_FORM.fullmatch(signs):
        today = _on_the_wall(now.date(), _time(found), now)
        is_ahead = _utc(today) > _utc(now)
        return today if is_ahead else _on_the_wall(_days_on(now, 1), _time(found), now)
    for form in _DAY_FORMS:
        if found := form.fullmatch(signs):
            return _on_day(found, now)
    raise _NotTaken(Trouble.UNKNOWN)


def _is_time_of_day(duration: re.Match[str]) -> bool:
    return duration["unit"] == "h" and int(duration["count"]) in _HOURS_OF_DAY


def _after(duration: re.Match[str], now: datetime) -> datetime:
    """Count from now: hours and minutes as they pass, days and weeks by the wall clock."""
    count, minutes = int(duration["count"]), int(duration["minutes"] or 0)
    match duration["unit"]:
        case "h":
            passed = timedelta(hours=count, minutes=minutes)
        case "m" if not duration["minutes"]:
            passed = timedelta(minutes=count)
        case "d" | "w" as unit if not duration["minutes"]:
            days = count if unit == "d" else 7 * count
            return _on_the_wall(_days_on(now, days), now.time(), now)
        case _:
            raise _NotTaken(Trouble.UNKNOWN)
    return (_utc(now) + passed).astimezone(now.tzinfo)


def _on_day(found: re.Match[str], now: datetime) -> datetime:
    given = found.groupdict()
    at = _time(found)
    next_monday = 7 - now.weekday()
    if given.get("offset"):
        day = _days_on(now, int(given["offset"]))
    elif given.get("week"):
        day = _days_on(now, next_monday)
    elif given.get("weekday"):
        weekday = int(given["weekday"])
        if given["next"] or given["following"]:
            day = _days_on(now, next_monday + weekday)
        else:
            days = (weekday - now.weekday()) % 7
            is_over = days == 0 and _utc(_on_the_wall(now.date(), at, now)) <= _utc(now)
            day = _days_on(now, 7 if is_over else days)
    else:
        year = int(given["year"]) if given["year"] else None
        day = _date(year, int(given["month"]), int(given["day"]), now.date())
    return _on_the_wall(day, at, now)


def _date(year: int | None, month: int, day: int, today: date) -> date:
    """Find a date; without a year the next one, today included (29 February needs up to 8)."""
    for candidate in (year,) if year is not None else range(today.year, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None or found >= today:
            return found
    raise _NotTaken(Trouble.NO_SUCH)


def _time(found: re.Match[str]) -> time:
    """Read the time of day in a form; 9:00 where there is none."""
    if found["noon"]:
        return time(12)
    if not found["hour"]:
        return _FIRST_HOUR
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise _NotTaken(Trouble.NO_SUCH)
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise _NotTaken(Trouble.NO_SUCH)
    return time(hour, minute)


def _on_the_wall(day: date, at: time, now: datetime) -> datetime:
    """Give the moment when the clock on the agent's wall shows a time.

    By way of UTC: a time skipped in spring comes out as much later as the clock was put forward.
    """
    shown = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=now.tzinfo)
    return _utc(shown).astimezone(now.tzinfo)


def _days_on(now: datetime, days: int) -> date:
    return now.date() + timedelta(days=days)


def _utc(moment: datetime) -> datetime:
    """Moments of one zone compare by their wall clocks in Python; in UTC they compare as time."""
    return moment.astimezone(UTC)
