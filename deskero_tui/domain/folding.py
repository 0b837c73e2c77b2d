"""Text made comparable for people: without case and without accents."""

from __future__ import annotations

import unicodedata
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
