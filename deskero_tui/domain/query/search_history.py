"""What was searched for before, to be gone through by Up and Down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MOST_SEARCHES: Final = 200


class Searches:
    """Queries in the order they were kept, each once, the last `MOST_SEARCHES` of them."""

    def __init__(self, kept: Iterable[str] = ()) -> None:
        """`kept` are those of before, oldest first."""
        self._kept: list[str] = []
        for words in kept:
            self.add(words)
        self.begin()

    @property
    def kept(self) -> tuple[str, ...]:
        """All of them, oldest first."""
        return tuple(self._kept)

    @property
    def is_back(self) -> bool:
        """Whether an earlier one is shown."""
        return self._place < len(self._kept)

    def add(self, words: str) -> None:
        """Keeps `words` as the last; an empty text is none."""
        if words:
            if words in self._kept:
                self._kept.remove(words)
            self._kept = [*self._kept, words][-MOST_SEARCHES:]

    def begin(self) -> None:
        """Starts anew behind the last."""
        self._place = len(self._kept)
        self._written = ""

    def earlier(self, written: str) -> str | None:
        """The one before; `None` at the first. `written` comes back behind the last."""
        if not self._place:
            return None
        if not self.is_back:
            self._written = written
        self._place -= 1
        return self._kept[self._place]

    def later(self) -> str:
        """The one after, and behind the last what was being written."""
        self._place = min(self._place + 1, len(self._kept))
        return self._kept[self._place] if self.is_back else self._written
