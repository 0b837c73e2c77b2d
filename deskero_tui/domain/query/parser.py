"""Reads the query language: `status:opened assigned:me -tag:vip age>2d from:"Tom Arden" parcel`.

Words with `:`, `<` or `>` behind a known name are conditions, everything else is searched for.
Conditions beside each other all hold; `OR` between two makes one of them enough and binds closer;
`-` before one negates it. Words in quotes are a phrase: they stand together, each of them whole.
A mistake says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

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
    fold_name,
)


class BadQuery(ValueError):
    """A query that cannot be read; `str()` of it is a sentence for the agent.

    `start` and `end` are the place of the mistake in the text: 0-based, end exclusive.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


def read_query(text: str, *, now: datetime, marks: frozenset[int] | None = None) -> Condition:
    """The condition that `text` states; an empty text holds for every ticket.

    `now` is aware and in the agent's zone: dates and ages are counted from it, weeks begin on
    Monday. `marks` are the keys of the marked tickets; `None` where there is nothing to mark.

    Raises:
        BadQuery: A name, a value or a date is not understood, or a quote is not closed.
    """
    return _Reader(text, now, marks).whole()


@dataclass(frozen=True, slots=True)
class _Piece:
    """One condition or word as it was written."""

    name: str
    """What stands before the sign, folded; empty for a plain word."""
    sign: str
    """`:`, `<` or `>`; empty for a plain word."""
    value: str
    is_quoted: bool
    is_negated: bool
    start: int
    end: int

    @property
    def is_or(self) -> bool:
        return self.value == "OR" and not (self.sign or self.is_quoted or self.is_negated)


_PIECE: Final = re.compile(
    r"""
    (?P<minus>-?)
    (?: (?P<name>[A-Za-z]+) (?P<sign>[:<>])(?!//) )?
    (?: "(?P<quoted>[^"]*)(?P<close>"?) | (?P<bare>[^\s"]+) )?
    """,
    re.VERBOSE,
)

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half of a character, as from an argument that is no UTF-8: no store can be asked for it."""

NAMES: Final[Mapping[str, NameField]] = {
    "assigned": NameField.ASSIGNED,
    "from": NameField.FROM,
    "company": NameField.COMPANY,
    "type": NameField.TYPE,
    "area": NameField.AREA,
    "group": NameField.GROUP,
    "source": NameField.SOURCE,
    "number": NameField.NUMBER,
}
MOMENTS: Final[Mapping[str, MomentField]] = {
    "changed": MomentField.CHANGED,
    "opened": MomentField.OPENED,
    "closed": MomentField.CLOSED,
    "reminder": MomentField.REMINDER,
}
IS: Final[Mapping[str, Trait]] = {
    "reply-due": Trait.REPLY_DUE,
    "waiting": Trait.WAITING,
    "priority": Trait.PRIORITY,
    "unassigned": Trait.UNASSIGNED,
    "mine": Trait.MINE,
    "unread": Trait.UNREAD,
    "snoozed": Trait.SNOOZED,
    "pinned": Trait.PINNED,
}
HAS: Final[Mapping[str, Trait]] = {
    "attachment": Trait.ATTACHMENT,
    "note": Trait.NOTE,
    "reminder": Trait.REMINDER,
    "draft": Trait.DRAFT,
}
MARKED: Final = "marked"
WORDS_OF_THE_LANGUAGE: Final = ("status", "tag", "is", "has", "age", *NAMES, *MOMENTS)


class _Reader:
    """Reads one text."""

    def __init__(self, text: str, now: datetime, marks: frozenset[int] | None) -> None:
        self._text = text
        self._now = now
        self._marks = marks

    def whole(self) -> Condition:
        parts: list[Condition] = []
        may_be_or = False
        wants_right: _Piece | None = None
        for piece in self._pieces():
            if piece.is_or:
                if not may_be_or or wants_right is not None:
                    raise BadQuery("OR needs something on both sides.", piece.start, piece.end)
                wants_right, may_be_or = piece, False
                continue
            condition = self._condition(piece)
            if wants_right is not None:
                left = parts.pop()
                alternatives = left.parts if isinstance(left, AnyOf) else (left,)
                parts.append(AnyOf((*alternatives, condition)))
                wants_right = None
            else:
                parts.append(condition)
            may_be_or = True
        if wants_right is not None:
            raise BadQuery("OR needs something on both sides.", wants_right.start, wants_right.end)
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _pieces(self) -> list[_Piece]:
        pieces = []
        place = 0
        while place < len(self._text):
            if self._text[place].isspace():
                place += 1
                continue
            found = _PIECE.match(self._text, place)
            if found is None or found.end() == place:
                raise BadQuery("This cannot be read here.", place, place + 1)
            if found["quoted"] is not None and not found["close"]:
                raise BadQuery("This quote is not closed.", found.start("quoted") - 1, found.end())
            is_quoted = found["quoted"] is not None
            value = found["quoted"] if is_quoted else found["bare"] or ""
            if lone := _SURROGATE.search(value):
                at = found.end() - len(value) - bool(found["close"]) + lone.start()
                raise BadQuery("This character cannot be searched for.", at, at + 1)
            name, sign = (found["name"] or "").casefold(), found["sign"] or ""
            is_negated = bool(found["minus"])
            pieces.append(_Piece(name, sign, value, is_quoted, is_negated, place, found.end()))
            place = found.end()
        return pieces

    def _condition(self, piece: _Piece) -> Condition:
        try:
            condition = self._named(piece) if piece.sign else _searched(piece)
        except OverflowError as error:
            raise BadQuery(
                "A date here lies beyond the calendar.", piece.start, piece.end
            ) from error
        return Not(condition) if piece.is_negated else condition

    def _named(self, piece: _Piece) -> Condition:
        name, value = piece.name, piece.value
        if name not in WORDS_OF_THE_LANGUAGE:
            raise BadQuery(
                f"There is no word {name}{piece.sign} here. Known: "
                + ", ".join(WORDS_OF_THE_LANGUAGE)
                + ".",
                piece.start,
                piece.end,
            )
        if not value:
            raise BadQuery(f"{name}{piece.sign} needs a value.", piece.start, piece.end)
        if name == "age":
            return self._age(piece)
        if name in MOMENTS:
            return self._moment(piece)
        if piece.sign != ":":
            raise BadQuery(
                f"{name} goes with “:”, not with “{piece.sign}”.", piece.start, piece.end
            )
        match name:
            case "status":
                return StatusIs(fold_name(value))
            case "tag":
                return Tagged(value)
            case "is" if value.casefold() == MARKED:
                return self._marked(piece)
            case "is":
                return self._one_of(IS, piece)
            case "has":
                return self._one_of(HAS, piece)
            case "assigned" if value.casefold() == "me":
                return Trait.MINE
            case "assigned" if value.casefold() in ("nobody", "none"):
                return Trait.UNASSIGNED
            case _:
                return NameHas(NAMES[name], value)

    def _marked(self, piece: _Piece) -> Marked:
        if self._marks is None:
            raise BadQuery(
                "is:marked goes only where tickets can be marked: in the console's list.",
                piece.start,
                piece.end,
            )
        return Marked(self._marks)

    def _one_of(self, traits: Mapping[str, Trait], piece: _Piece) -> Trait:
        found = traits.get(piece.value.casefold())
        if found is None:
            names = [*traits, MARKED] if traits is IS and self._marks is not None else traits
            raise BadQuery(f"{piece.name}: takes {', '.join(names)}.", piece.start, piece.end)
        return found

    # -- moments -------------------------------------------------------------------------------

    def _age(self, piece: _Piece) -> Condition:
        span = _span(piece.value)
        if span is None:
            raise BadQuery("age takes a span such as 2d, 3h or 1w.", piece.start, piece.end)
        then = self._ago(span)
        older = MomentIn(MomentField.WAITING, None, then)
        match piece.sign:
            case ">":
                return older
            case "<":
                return MomentIn(MomentField.WAITING, then, None)
            case _:
                return MomentIn(MomentField.WAITING, then - _unit(piece.value), then)

    def _ago(self, span: timedelta) -> datetime:
        """A moment in UTC: spans count as they pass, also where the wall clock is changed."""
        return self._now.astimezone(UTC) - span

    def _moment(self, piece: _Piece) -> Condition:
        span = self._stretch(piece)
        match piece.sign:
            case "<":
                return MomentIn(MOMENTS[piece.name], None, span[0])
            case ">":
                return MomentIn(MOMENTS[piece.name], span[1], None)
            case _:
                return MomentIn(MOMENTS[piece.name], *span)

    def _stretch(self, piece: _Piece) -> tuple[datetime, datetime]:
        """First moment and the one after the last of what a date, word or range stands for."""
        first, dots, last = piece.value.partition("..")
        if dots:
            return self._one_stretch(first, piece)[0], self._one_stretch(last, piece)[1]
        return self._one_stretch(first, piece)

    def _one_stretch(self, said: str, piece: _Piece) -> tuple[datetime, datetime]:
        today = datetime.combine(self._now.date(), time(), self._now.tzinfo)
        known = NAMED_STRETCHES.get(said.casefold())
        if known is not None:
            return known(today)
        if (span := _span(said)) is not None:
            return self._ago(span), self._ago(-timedelta(days=1))
        try:
            day = datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=self._now.tzinfo)
        except ValueError as error:
            raise BadQuery(
                "A date is 2026-11-01, 2d, today, yesterday, this-week, last-week, this-month, "
                "last-month, or two of them with .. between.",
                piece.start,
                piece.end,
            ) from error
        return day, day + timedelta(days=1)


def spans_of(text: str) -> list[tuple[int, int]]:
    """Where the parts of a query begin and end, as far as it is written; never raises.

    0-based, ends exclusive. A quote that is still open holds everything behind it.
    """
    spans = []
    place = 0
    while place < len(text):
        found = None if text[place].isspace() else _PIECE.match(text, place)
        end = found.end() if found is not None else place
        if end > place:
            spans.append((place, end))
        place = max(end, place + 1)
    return spans


def _searched(piece: _Piece) -> Condition:
    return Phrase(piece.value) if piece.is_quoted else Words(piece.value)


def _week(today: datetime, back: int) -> tuple[datetime, datetime]:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + timedelta(days=7)


def _month(today: datetime, back: int) -> tuple[datetime, datetime]:
    first = today.replace(day=1)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


_DAY: Final = timedelta(days=1)
NAMED_STRETCHES: Final[Mapping[str, Callable[[datetime], tuple[datetime, datetime]]]] = {
    "today": lambda today: (today, today + _DAY),
    "yesterday": lambda today: (today - _DAY, today),
    "tomorrow": lambda today: (today + _DAY, today + 2 * _DAY),
    "this-week": lambda today: _week(today, 0),
    "last-week": lambda today: _week(today, 1),
    "this-month": lambda today: _month(today, 0),
    "last-month": lambda today: _month(today, 1),
}

_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_SPAN: Final = re.compile(r"(?P<count>\d{1,4})(?P<unit>[mhdwy])", re.IGNORECASE)


def _span(said: str) -> timedelta | None:
    found = _SPAN.fullmatch(said)
    return None if found is None else int(found["count"]) * _UNITS[found["unit"].lower()]


def _unit(said: str) -> timedelta:
    return _UNITS[said[-1].lower()]
