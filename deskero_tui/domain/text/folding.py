"""Text made comparable for people: without case and without accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache


@lru_cache(maxsize=4_096)
def folded(text: str) -> str:
    """`text` in one case and without combining marks: `É` and `e` are the same."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def has_text(text: str | None, part: str) -> bool:
    """Whether `part` stands somewhere in `text`, both folded."""
    return text is not None and folded(part) in folded(text)


class FoldedText:
    """A text to look in again and again, folded once, that tells where in it something stands."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts: list[int] | None = None
        """For every folded letter the place of what it was made of; `None`: they are the same."""
        if text.isascii():
            self._folded = text.lower()
            return
        made_of = {letter: folded(letter) for letter in set(text)}
        self._folded = "".join(made_of[letter] for letter in text)
        self._starts = [place for place, letter in enumerate(text) for _ in made_of[letter]]

    def places_of(self, part: str) -> Iterator[tuple[int, int]]:
        """From where to where `part` stands in the text, folded; 0-based, the end exclusive.

        In order, without overlaps; marks belong to the letter before them. An empty part is
        nowhere.
        """
        wanted = folded(part)
        first = self._folded.find(wanted) if wanted else -1
        while first >= 0:
            end = first + len(wanted)
            yield self._start(first), max(self._start(first) + 1, self._start(end))
            first = self._folded.find(wanted, end)

    def _start(self, place: int) -> int:
        if self._starts is None:
            return place
        return self._starts[place] if place < len(self._starts) else self._length
