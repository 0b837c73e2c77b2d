"""Tells which words of a quoted passage stand in an earlier message of the same ticket. Pure.

Mail programs break quoted lines anew, so lines cannot be compared. Runs of words can: every three
words in a row of the earlier messages are kept as one hash, and a passage is known where its own
runs are found among them. Time and memory grow with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

_RUN_WORDS: Final = 3
_LEAST_KNOWN_WORDS: Final = 6
"""Shorter runs may be new text that repeats a phrase: "thank you very much"."""
_MOST_RUNS: Final = 60_000
"""Runs in one generation; two are kept, about 8 MB. The newest messages are quoted most."""
_WORD: Final = re.compile(r"[^\W_]+")
_LABEL: Final = re.compile(r"\[\d{1,3}(?:: [^\]\s]{1,255})?\]")
"""The number of a link: each message counts its own."""
BEGINS: Final = "^"
ENDS: Final = "$"
"""Stand for the edges of a message: a message of two words has no run of three otherwise."""


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, no signs, no numbers of links."""
    return _WORD.findall(_LABEL.sub(" ", text).lower())


class EarlierText:
    """The words of the messages so far; `add` each message once it has been compared."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        """Texts that no comparison has needed yet."""
        self._recent: set[int] = set()
        self._older: set[int] = set()
        self._has_words = False

    def add(self, text: str) -> None:
        """Take in the text of a message."""
        self._waiting.append(text)

    @property
    def is_empty(self) -> bool:
        """True while no earlier message has a word."""
        self._read_waiting()
        return not self._has_words

    def known(self, words: Sequence[str]) -> bytearray:
        """Mark every word of a passage that stands in an earlier message: 1 for known, else 0.

        The passage has `BEGINS` and `ENDS` where a message begins and ends. Only runs of at least
        six words count, and those that begin at the edge of a message.
        """
        self._read_waiting()
        marks = bytearray(len(words))
        recent, older = self._recent, self._older
        start = end = 0
        for place, run in enumerate(_runs(words)):
            if run not in recent and run not in older:
                continue
            if place >= end - _RUN_WORDS + 2:
                self._mark(words, start, end, marks)
                start = place
            end = place + _RUN_WORDS
        self._mark(words, start, end, marks)
        return marks

    @staticmethod
    def _mark(words: Sequence[str], start: int, end: int, marks: bytearray) -> None:
        if end - start >= _LEAST_KNOWN_WORDS or (end > start and words[start] == BEGINS):
            marks[start:end] = b"\1" * (end - start)

    def _read_waiting(self) -> None:
        for text in self._waiting:
            words = words_of(text)
            if words:
                self._has_words = True
                self._keep(_runs([BEGINS, *words, ENDS]))
        self._waiting.clear()

    def _keep(self, runs: Iterator[int]) -> None:
        while True:
            before = len(self._recent)
            some = list(islice(runs, _MOST_RUNS - before))
            self._recent.update(some)
            if not some:
                return
            if len(self._recent) >= _MOST_RUNS:
                self._older, self._recent = self._recent, set()


def _runs(words: Sequence[str]) -> Iterator[int]:
    """Hash every three words in a row."""
    return map(hash, zip(words, words[1:], words[2:], strict=False))
