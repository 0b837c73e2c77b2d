"""Decides how much of a long message is shown at first, and says how much is left. Pure.

Quotes are folded before anything is cut, and new text is cut last: a quote never takes the room of
what somebody wrote now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.text.safe_text import SafeText

if TYPE_CHECKING:
    from deskero_tui.domain.text.quotes import Part

MOST_LINES: Final = 2_000
MOST_CHARS: Final = 65_536
MOST_VALUE_CHARS: Final = 300
"""Maximum length of one value in the head of a ticket, in characters."""
MOST_SUBJECT_CHARS: Final = 500
_LONG_LINE_CHARS: Final = 400
"""Mean length of a line from which the announcement gives the characters too."""
_SEARCHED_FOR_SPACE: Final = 200


@dataclass(frozen=True, slots=True)
class Left:
    """The part of a text that is not shown."""

    lines: int = 0
    """Lines of the text, the rest of one that is cut included; not lines of the screen."""
    chars: int = 0

    def __bool__(self) -> bool:
        return self.lines > 0

    def __add__(self, other: Left) -> Left:
        return Left(self.lines + other.lines, self.chars + other.chars)

    def in_words(self, kind: str = "") -> str:
        """Say how much is left: `312 more lines`, `1 more quoted line, 80,000 characters`."""
        noun = f"{kind} line".lstrip() + ("" if self.lines == 1 else "s")
        words = f"{self.lines:,} more {noun}"
        is_long = self.chars > _LONG_LINE_CHARS * self.lines
        return f"{words}, {self.chars:,} characters" if is_long else words


@dataclass(frozen=True, slots=True)
class Shown:
    """The beginning of one part of a message, as it is shown."""

    part: Part
    text: SafeText
    left: Left


def shortened(
    parts: Sequence[Part],
    *,
    folds_quotes: bool,
    most_lines: int = MOST_LINES,
    most_chars: int = MOST_CHARS,
) -> list[Shown]:
    """Tell how much is shown of each part; folded quotes need no room and come whole.

    New text takes the room in its order, quotes take what that leaves.
    """
    texts: dict[int, tuple[SafeText, Left]] = {}
    room = _Room(most_lines, most_chars)
    order = sorted(range(len(parts)), key=lambda index: parts[index].is_quote)
    for index in order:
        part = parts[index]
        is_folded = part.is_quote and folds_quotes
        texts[index] = (part.text, Left()) if is_folded else room.take(part.text)
    return [Shown(part, *texts[index]) for index, part in enumerate(parts)]


@dataclass(slots=True)
class _Room:
    """The lines and characters that a message may still take."""

    lines: int
    chars: int

    def take(self, text: SafeText) -> tuple[SafeText, Left]:
        """Return the beginning of a text that has room, and how much is left of it."""
        end = _end_of(text, self.lines, self.chars)
        kept, rest = text[:end], text[end:]
        self.lines -= kept.count("\n") + (not kept.endswith("\n") and bool(kept))
        self.chars -= len(kept)
        if not rest.strip():
            return text, Left()
        # Later text gets no room either: its lines would seem to follow these.
        self.lines = self.chars = 0
        return SafeText(kept), Left(len(rest.strip("\n").split("\n")), len(rest))


def _end_of(text: str, lines: int, chars: int) -> int:
    """Return where a text ends that has room for some lines and characters.

    A line is broken only where it is longer than half of the room for characters.
    """
    if lines <= 0 or chars <= 0:
        return 0
    end = len(text)
    if text.count("\n") >= lines:
        end = len("\n".join(text.split("\n", lines)[:lines])) + 1
    if end <= chars:
        return end
    line_end = text.rfind("\n", 0, chars) + 1
    if line_end > chars // 2:
        return line_end
    space = text.rfind(" ", chars - _SEARCHED_FOR_SPACE, chars) + 1
    return space or chars


def shortened_value(value: SafeText, items: Sequence[SafeText]) -> tuple[SafeText, str]:
    """Return the beginning of a value of the head, and what is left in words; empty for nothing."""
    if len(value) <= MOST_VALUE_CHARS:
        return value, ""
    if items:
        kept = _items_within(items, MOST_VALUE_CHARS)
        if kept:
            left = len(items) - kept
            return SafeText(", ".join(items[:kept])), f"{left:,} more" if left else ""
    left = len(value) - MOST_VALUE_CHARS
    return SafeText(value[:MOST_VALUE_CHARS]), f"{left:,} more characters"


def _items_within(items: Sequence[SafeText], chars: int) -> int:
    """Count the items that fit whole into a number of characters."""
    used = 0
    for index, item in enumerate(items):
        used += len(item) + (2 if index else 0)
        if used > chars:
            return index
    return len(items)
