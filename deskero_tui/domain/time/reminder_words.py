"""What a reminder says beside its time: whether it counts when the customer answers, and why.

The wire has a text and a time for a note and nothing else (API sheet §5.3). So a reminder that only
counts as long as the customer stays silent says so in the first line of its note, where every
desk keeps it, every console reads it back, and colleagues in a browser understand it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

MARK: Final = "[remind unless answered]"
"""The first line of a note whose reminder ends when the customer writes."""
SIGN: Final = "?"
"""Typed behind a time: only if the customer stays silent."""
BARE: Final = "Reminder"
"""What a note says that has a reminder and no words: a desk takes no empty one."""


def split_sign(typed: str) -> tuple[str, bool]:
    """The time as it was typed, and whether it ends with `SIGN`: `3d?`, `fri 10:30 ?`.

    Places in what is left are those in `typed`.
    """
    kept = typed.rstrip()
    if not kept.endswith(SIGN):
        return typed, False
    return kept.removesuffix(SIGN).rstrip(), True


def in_words(moment: str, *, unless_answered: bool) -> str:
    """A reminder's time as it is read back, with what it depends on."""
    return f"{moment}, unless the customer writes before" if unless_answered else moment


def note_text(text: str, *, remind_at: datetime | None, unless_answered: bool) -> str:
    """A note as it leaves, `text` being what the agent has written."""
    if remind_at is None:
        return text
    if not text.strip():
        text = BARE
    return f"{MARK}\n{text}" if unless_answered and not ends_when_answered(text) else text


def ends_when_answered(text: str) -> bool:
    """Whether a note says that its reminder ends when the customer writes."""
    first_line, _, _ = text.lstrip().partition("\n")
    return first_line.strip() == MARK
