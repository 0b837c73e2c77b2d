"""Finds the lines of a passage that an earlier message of the same ticket has. Pure.

A long line is found by its hash. Mail programs also break quoted lines
anew, so other lines are compared by runs of words: every three words in a row of the earlier
messages are kept as one hash, and a line is known where its runs are found among them. Time and
memory grow with the new text of the messages alone.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

_RUN_WORDS: Final = 3
_LEAST_KNOWN_WORDS: Final = 6
"""Shorter runs may be new text that repeats a phrase: "thank you very much"."""
_LONG_LINE_CHARS: Final = 40
"""Minimum length of a line that two messages do not have by coincidence, in characters."""
_EDGE_LINES: Final = 3
_EDGE_CHARS: Final = 120
_EDGE_WORDS: Final = 8
"""Words taken from known lines beside unknown ones: runs of words cross the ends of lines."""
_PROBED_CHARS: Final = 3_000
"""A passage of which nothing is known so far is not compared to its end."""
_MOST_HASHES: Final = 60_000
"""In one generation; two are kept, about 8 MB. The newest messages are quoted most."""
_LABEL: Final = re.compile(r"\[\d{1,3}(?:: [^\]\s]{1,255})?\]")
"""The number of a link: each message counts its own."""
_NO_SIGNS: Final = str.maketrans(dict.fromkeys(string.punctuation + "«»„“”‘’–—…·•¿¡", " "))
BEGINS: Final = "^"
ENDS: Final = "$"
"""Stand for the edges of a message: a message of two words has no run of three otherwise."""


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, no signs, no numbers of links."""
    if "[" in text:
        text = _LABEL.sub(" ", text)
    return text.lower().translate(_NO_SIGNS).split()


class EarlierText:
    """The text of the messages so far; `add` each message once it has been compared."""

    def __init__(self) -> None:
        self.is_empty = True
        """No earlier message has any text."""
        self._waiting: list[str] = []
        """Texts that no comparison has needed yet."""
        self._lines = _Hashes()
        self._runs = _Hashes()

    def add(self, text: str) -> None:
        """Take in the text of a message."""
        if text.strip():
            self.is_empty = False
            self._waiting.append(text)

    def find(self, lines: Sequence[str], is_known: list[bool], *, is_message: bool) -> None:
        """Mark in `is_known` every line that an earlier message has, word for word.

        No line is blank. Lines without words are not marked; marks that are there stay and help to
        find others. With `is_message` the lines begin and end where a message does. A run of fewer
        than six words counts at its beginning only.
        """
        self._read_waiting()
        self._find_whole_lines(lines, is_known)
        if not any(is_known):
            end = _probe_end(lines)
            self._compare(lines, 0, end, is_known, is_message=is_message)
            if end == len(lines) or not any(is_known):
                return
        for first, end in list(_stretches(is_known)):
            self._compare(lines, first, end, is_known, is_message=is_message)

    def _find_whole_lines(self, lines: Sequence[str], is_known: list[bool]) -> None:
        """Mark the long lines that stand in an earlier message, and short ones beside the same."""
        for first, second, key in _keys(lines):
            if key in self._lines:
                is_known[first] = is_known[second] = True

    def _compare(
        self, lines: Sequence[str], first: int, end: int, is_known: list[bool], *, is_message: bool
    ) -> None:
        """Compare the words of unknown lines with the runs of the earlier messages, in place."""
        words, ends = _words_of_stretch(lines, first, end, is_message=is_message)
        marks = self._marks(words)
        for index in range(first, end):
            start, stop = ends[index - first], ends[index - first + 1]
            is_known[index] = stop > start and all(marks[start:stop])

    def _marks(self, words: Sequence[str]) -> bytearray:
        """Mark every word that belongs to a known run: 1, else 0."""
        marks = bytearray(len(words))
        start = end = 0
        for place, run in enumerate(_runs(words)):
            if run in self._runs:
                if place > end - _RUN_WORDS + 1:
                    _mark(words, start, end, marks)
                    start = place
                end = place + _RUN_WORDS
        _mark(words, start, end, marks)
        return marks

    def _read_waiting(self) -> None:
        for text in self._waiting:
            lines = list(filter(None, map(str.strip, text.split("\n"))))
            is_known = [False] * len(lines)
            self._find_whole_lines(lines, is_known)
            for first, end in _stretches(is_known):
                words, _ = _words_of_stretch(lines, first, end, is_message=True)
                self._runs.add(_runs(words))
            self._lines.add(key for _, _, key in _keys(lines))
        self._waiting.clear()


class _Hashes:
    """A set that forgets its oldest half once it is full."""

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._older: set[int] = set()

    def __contains__(self, one: int) -> bool:
        return one in self._recent or one in self._older

    def add(self, hashes: Iterator[int]) -> None:
        while some := list(islice(hashes, _MOST_HASHES - len(self._recent))):
            self._recent.update(some)
            if len(self._recent) >= _MOST_HASHES:
                self._older, self._recent = self._recent, set()


def _keys(lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Give the places and the hash of every long line, and of every two that are long together."""
    last = ""
    for place, text in enumerate(map(str.strip, lines)):
        if len(text) >= _LONG_LINE_CHARS:
            yield place, place, hash(text)
        elif last and len(text) + len(last) >= _LONG_LINE_CHARS:
            yield place - 1, place, hash((last, text))
        last = text


def _mark(words: Sequence[str], start: int, end: int, marks: bytearray) -> None:
    is_long = end - start >= _LEAST_KNOWN_WORDS
    if is_long or (end > start and words[start] == BEGINS):
        marks[start:end] = b"\1" * (end - start)


def _runs(words: Sequence[str]) -> Iterator[int]:
    """Hash every three words in a row."""
    return map(hash, zip(words, words[1:], words[2:], strict=False))


def _stretches(is_known: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give the stretches of unknown lines: the first, and where it ends."""
    first = 0
    for index, known in enumerate(is_known):
        if known:
            if index > first:
                yield first, index
            first = index + 1
    if len(is_known) > first:
        yield first, len(is_known)


def _words_of_stretch(
    lines: Sequence[str], first: int, end: int, *, is_message: bool
) -> tuple[list[str], list[int]]:
    """Return the words of some lines with those beside them, and where each line begins and ends.

    Beside them are the words of the neighbours, or the edges of the message.
    """
    before = " ".join(line[-_EDGE_CHARS:] for line in lines[max(0, first - _EDGE_LINES) : first])
    words = words_of(before)[-_EDGE_WORDS:]
    if first == 0 and is_message:
        words = [BEGINS]
    ends = [len(words)]
    for line in lines[first:end]:
        words += words_of(line)
        ends.append(len(words))
    after = " ".join(line[:_EDGE_CHARS] for line in lines[end : end + _EDGE_LINES])
    words += words_of(after)[:_EDGE_WORDS]
    if end == len(lines) and is_message:
        words.append(ENDS)
    return words, ends


def _probe_end(lines: Sequence[str]) -> int:
    """Return how many lines hold enough text to tell that nothing of it is known."""
    chars = 0
    for index, line in enumerate(lines):
        chars += len(line)
        if chars > _PROBED_CHARS:
            return index + 1
    return len(lines)
