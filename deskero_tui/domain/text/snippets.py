"""The piece of a text in which searched words stand, for one line of a list. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from deskero_tui.domain.query.query import Phrase, Words
from deskero_tui.domain.text.folding import folded
from deskero_tui.domain.text.safe_text import SafeText, safe_line

MOST_SEARCHED_CHARS: Final = 20_000
"""What stands after it is found by the index, but not shown."""
_BEFORE_CHARS: Final = 12
_SHOWN_CHARS: Final = 60
_WORD: Final = re.compile(r"\w+")


def pattern_of(words: Iterable[Words | Phrase]) -> re.Pattern[str] | None:
    """What finds the first of `words` in a text that `one_for_one` has folded; `None` for none."""
    found = []
    for wanted in words:
        parts = [re.escape(one_for_one(word)) for word in _WORD.findall(wanted.text)]
        match wanted:
            case Words():
                found += parts
            case Phrase():
                found += [r"\W+".join(parts) + r"\b"] if parts else []
    return re.compile(r"\b(?:" + "|".join(found) + ")") if found else None


def snippet(text: str, pattern: re.Pattern[str]) -> SafeText:
    """The hit with a little of what stands around it; empty where there is none."""
    searched = text[:MOST_SEARCHED_CHARS]
    hit = pattern.search(one_for_one(searched))
    if hit is None:
        return SafeText("")
    first = max(0, hit.start() - _BEFORE_CHARS)
    if first:
        # From the beginning of a word on, where there is one.
        space = re.search(r"\s", searched[first : hit.start()])
        first = first + space.end() if space else hit.start()
    piece = " ".join(searched[first : first + _SHOWN_CHARS].split())
    return safe_line(("…" if first else "") + piece, max_chars=_SHOWN_CHARS)


def one_for_one(text: str) -> str:
    """`text` without case and accents, each character for one, so that places stay the same."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _OneForOne(dict[int, int]):
    """What each character is folded to, worked out when it is first met."""

    def __missing__(self, code: int) -> int:
        plain = folded(chr(code))
        self[code] = ord(plain) if len(plain) == 1 else code
        return self[code]


_FOLDED: Final = _OneForOne()
