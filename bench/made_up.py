"""The one set of made-up items that every program is given: mails, commits and tickets alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

NEWEST_AT: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BETWEEN: Final = timedelta(minutes=7)
CUSTOMERS: Final = 500
_FIRST: Final = ("Tom", "Marta", "Bruno", "Ines", "Owen", "Lena", "Paul", "Ana", "Hugo", "Nora")
_LAST: Final = ("Arden", "Moretti", "Lefevre", "Okafor", "Lind", "Prat", "Weber", "Silva")
_VOCABULARY: Final = (
    "parcel late invoice broken order refund carrier carton lamp shade address street delivery"
    " please thank week morning photo cable missing wrong colour again still waiting account"
    " number paid card received nothing since answer kindly send another new one back"
)
_SYLLABLES: Final = ("ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su")
_RARE_WORDS: Final = 10_000
_WORDS: Final = (
    *_VOCABULARY.split(),
    *("".join(_SYLLABLES[int(digit)] for digit in f"{n:04}") for n in range(_RARE_WORDS)),
)
"""Frequent words first."""
_SKEW: Final = 1.5
"""The larger, the more often the first words come: so the first is in about every fifth item."""
_WORDS_IN_SUBJECT: Final = 4
_LINES: Final = 12
_WORDS_IN_LINE: Final = 8


@dataclass(frozen=True, slots=True)
class Customer:
    """Who wrote; numbered from 0."""

    number: int

    @property
    def name(self) -> str:
        first = _FIRST[self.number % len(_FIRST)]
        return f"{first} {_LAST[self.number // len(_FIRST) % len(_LAST)]}"

    @property
    def address(self) -> str:
        return f"customer{self.number}@mail.example"


@dataclass(frozen=True, slots=True)
class Item:
    """One mail, commit or ticket; numbered from 1, the highest is the newest."""

    number: int
    customer: Customer
    written_at: datetime
    subject: str
    """Begins with the `token` of the item."""
    body: str
    """Paragraphs of lines that fit any screen."""


def token(number: int) -> str:
    """A word that stands in one subject only, and is found on a screen by it."""
    return f"R{number:06}"


def items(count: int) -> Iterator[Item]:
    """`count` items, the oldest first, the last at `NEWEST_AT`; always the same ones."""
    for number in range(1, count + 1):
        dice = random.Random(number)
        lines = [f"{_text(dice, _WORDS_IN_LINE)}." for _ in range(_LINES)]
        yield Item(
            number=number,
            customer=Customer(dice.randrange(CUSTOMERS)),
            written_at=NEWEST_AT - (count - number) * BETWEEN,
            subject=f"{token(number)} {_text(dice, _WORDS_IN_SUBJECT)}",
            body="\n\n".join("\n".join(lines[first : first + 4]) for first in range(0, _LINES, 4)),
        )


def _text(dice: random.Random, count: int) -> str:
    """Words as in any language: a few come often, most seldom."""
    places = (int(len(_WORDS) * dice.random() ** _SKEW) for _ in range(count))
    return " ".join(_WORDS[place] for place in places)
