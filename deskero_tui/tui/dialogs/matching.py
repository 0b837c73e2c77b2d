"""Narrows lists of choices by typed words, and says how well each fits. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from deskero_tui.domain.records.choice import Choice

_WORD: Final = re.compile(r"\w+")
_START: Final = "\n"


def fold(text: str) -> str:
    """Text for comparing only: no capitals, no accents (`É` is `e`)."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()


class Narrowing:
    """Choices that can be narrowed to those that hold what was typed."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        """The order of `choices` is the order of every answer."""
        self._choices = tuple(choices)
        self._words = [_words_of(choice) for choice in self._choices]

    def narrowed(self, typed: str) -> tuple[Choice, ...]:
        """The choices of which every typed word begins some word of label or hint.

        All of them when nothing is typed. A word of an address counts from each of its parts on.
        """
        wanted = [_START + word for word in fold(typed).split()]
        return tuple(
            choice
            for choice, words in zip(self._choices, self._words, strict=True)
            if all(word in words for word in wanted)
        )


class Closeness(IntEnum):
    """How well a choice fits what was typed, the best first."""

    LABEL_BEGINS = 0
    """The label begins as typed."""
    IN_LABEL = 1
    """Every typed word begins a word of the label."""
    IN_HINT = 2


def closeness(choice: Choice, typed: str) -> Closeness:
    """How well a choice fits that `Narrowing` has let through; with nothing typed all are equal."""
    wanted = fold(typed).split()
    label = fold(choice.label)
    if label.startswith(" ".join(wanted)):
        return Closeness.LABEL_BEGINS
    in_label = all(any(word.startswith(part) for word in label.split()) for part in wanted)
    return Closeness.IN_LABEL if in_label else Closeness.IN_HINT


def _words_of(choice: Choice) -> str:
    """Every word that may be typed, folded, each behind a line feed.

    `lund@example.com` counts from each of its parts on: it is also `example.com` and `com`.
    """
    words = fold(f"{choice.label} {choice.hint}").split()
    begun = [word[part.start() :] for word in words for part in _WORD.finditer(word)]
    return _START + _START.join([*words, *begun])
