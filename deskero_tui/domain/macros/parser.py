"""Reads a macro from the text of its file: lines of `name: value`, a blank line, then the text.

A file whose first line is no such line is all text. Every mistake is named with its line and, where
something known is near, a suggestion. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from deskero_tui.domain.macros.library import (
    MOST_TEXT_CHARS,
    BrokenFile,
    Changes,
    Macro,
    MacroFile,
    MacroId,
    MacroKind,
    Mistake,
    suggestion,
)
from deskero_tui.domain.macros.placeholders import flaws_in
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.moments import BadMoment, read_moment
from deskero_tui.domain.time.reminder_words import split_sign

MOST_NAMED_CHARS: Final = 60
"""Of a title, a tag, or anything else of the header."""

_HEADER: Final = re.compile(r"([^\W\d][\w-]*)[ \t]*:(.*)")
_ID: Final = re.compile(r"\w[\w.-]{0,59}")
_KEY: Final = re.compile(r"\S|ctrl\+[a-z]")
_YES: Final = ("yes", "true", "on", "high")
_NO: Final = ("no", "false", "off", "normal")
_ANY_LINE_END: Final = re.compile("\r\n?|[\x85\u2028\u2029]")


class _Flaw(ValueError):
    """A value that its header does not take; the sentence for it."""


def flaw_of_id(name: str) -> str:
    """What is wrong with a file's name (without its ending) as an id; empty when nothing is."""
    if _ID.fullmatch(name) and safe_line(name) == name:
        return ""
    return "The name of the file must be up to 60 letters, digits, dots, dashes and underscores."


def read_macro(
    macro_id: MacroId, said: str, *, place: str, now: datetime, lang: str = "en"
) -> MacroFile | BrokenFile:
    """Reads one file. Never raises: what is wrong is named in a `BrokenFile`.

    `place` is the file as people are told. A reminder is read once to see that it can be, counted
    from `now` (in the agent's zone); a date that has passed is a mistake, too.
    """
    text = _ANY_LINE_END.sub("\n", said.removeprefix("\ufeff"))
    mistakes = [Mistake(place, line, sentence) for line, sentence in _foreign_signs(text)]
    header, body, body_line = _parted(text)
    reading = _Reading(place, now, lang)
    for line, entry in header:
        reading.take(line, entry)
    mistakes += reading.mistakes
    mistakes += [Mistake(place, body_line + line, flaw) for line, flaw in flaws_in(body)]
    if len(body) > MOST_TEXT_CHARS:
        mistakes.append(
            Mistake(place, body_line + 1, f"The text has more than {MOST_TEXT_CHARS} characters.")
        )
    if mistakes:
        return BrokenFile(macro_id, tuple(sorted(mistakes, key=lambda mistake: mistake.line)))
    return reading.macro(macro_id, body.strip("\n").rstrip())


def _foreign_signs(text: str) -> list[tuple[int, str]]:
    """Control and format characters: they would reach the customer, or hide something."""
    return [
        (number, f"There is a control character (U+{ord(sign):04X}).")
        for number, line in enumerate(text.split("\n"), 1)
        for sign in dict.fromkeys(line)
        if (unicodedata.category(sign) in ("Cc", "Cs") and sign != "\t")
        or unicodedata.bidirectional(sign) in _DIRECTIONS
    ]


_DIRECTIONS: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _parted(text: str) -> tuple[list[tuple[int, str]], str, int]:
    """The lines of the header with their numbers, the text, and how many lines lie before it."""
    lines = text.split("\n")
    if not _HEADER.match(lines[0]):
        return [], text, 0
    end = next((place for place, line in enumerate(lines) if not line.strip()), len(lines))
    return list(enumerate(lines[:end], 1)), "\n".join(lines[end + 1 :]), end + 1


class _Reading:
    """A header as far as it is read."""

    def __init__(self, place: str, now: datetime, lang: str) -> None:
        self.mistakes: list[Mistake] = []
        self._place = place
        self._now = now
        self._lang = lang
        self._values: dict[str, Any] = {}
        self._lines: dict[str, int] = {}
        self._readers: Mapping[str, Callable[[str], object]] = {
            "title": _title,
            "kind": _kind,
            "status": _named,
            "priority": _priority,
            "tags": _tags,
            "assign": _named,
            "remind": self._remind,
            "key": _key,
            "include": _includes,
        }

    def take(self, line: int, entry: str) -> None:
        """Reads a line of the header."""
        found = _HEADER.fullmatch(entry)
        if found is None:
            self._note(line, "A line of the header is `name: value`; a blank line ends it.")
            return
        name, value = found[1].casefold(), found[2].strip()
        reader = self._readers.get(name)
        if reader is None:
            near = suggestion(name, list(self._readers))
            hint = near or " A text without a header begins with a blank line."
            self._note(line, f"There is no header {safe_line(found[1], max_chars=40)}.{hint}")
        elif name in self._values:
            self._note(line, f"{name} was given in line {self._lines[name]} already.")
        else:
            self._lines[name] = line
            try:
                self._values[name] = reader(value)
            except _Flaw as flaw:
                self._note(line, str(flaw))

    def macro(self, macro_id: MacroId, text: str) -> MacroFile:
        """What was read; only when there was no mistake."""
        values, (added, removed) = self._values, self._values.get("tags", ((), ()))
        kind = values.get("kind", MacroKind.REPLY if text else MacroKind.NONE)
        macro = Macro(
            id=macro_id,
            title=values.get("title", safe_line(macro_id)),
            kind=kind,
            text=text,
            changes=Changes(
                status=values.get("status", ""),
                is_priority=values.get("priority"),
                added_tags=added,
                removed_tags=removed,
                assign=values.get("assign", ""),
                remind=values.get("remind", ""),
            ),
            key=values.get("key", ""),
            place=self._place,
        )
        return MacroFile(
            macro,
            values.get("include", ()),
            self._lines.get("include", 0),
            self._lines.get("key", 0),
        )

    def _note(self, line: int, sentence: str) -> None:
        self.mistakes.append(Mistake(self._place, line, sentence))

    def _remind(self, value: str) -> str:
        _named(value)
        try:
            typed, _ = split_sign(value)
            read_moment(typed, now=self._now, lang=self._lang)
        except BadMoment as error:
            raise _Flaw(str(error)) from error
        return value


def _named(value: str) -> str:
    if not value:
        raise _Flaw("The value is missing.")
    if len(value) > MOST_NAMED_CHARS:
        raise _Flaw(f"The value has more than {MOST_NAMED_CHARS} characters.")
    return value


def _title(value: str) -> str:
    return safe_line(_named(value))


def _kind(value: str) -> MacroKind:
    kinds = {"reply": MacroKind.REPLY, "note": MacroKind.NOTE}
    kind = kinds.get(value.casefold())
    if kind is None:
        near = suggestion(value.casefold(), list(kinds))
        raise _Flaw(f"A kind is reply or note, not {_shown(value)}.{near}")
    return kind


def _priority(value: str) -> bool:
    word = value.casefold()
    if word not in _YES + _NO:
        near = suggestion(word, _YES + _NO)
        raise _Flaw(f"A priority is yes or no, not {_shown(value)}.{near}")
    return word in _YES


def _tags(value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags to add and those to take away."""
    added: dict[str, None] = {}
    removed: dict[str, None] = {}
    for word in value.replace(",", " ").split():
        sign, tag = word[0], _named(word[1:])
        if sign not in "+-":
            name = _shown(word)
            raise _Flaw(f"A tag needs a sign: +{name} adds it, -{name} takes it away.")
        (added if sign == "+" else removed)[tag] = None
    if both := added.keys() & removed.keys():
        raise _Flaw(f"The tag {_shown(min(both))} is both added and taken away.")
    if not added and not removed:
        raise _Flaw("The value is missing.")
    return tuple(added), tuple(removed)


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise _Flaw(f"A key is one sign, or ctrl+ and a letter, not {_shown(value)}.")
    return value


def _includes(value: str) -> tuple[MacroId, ...]:
    names = tuple(MacroId(name) for name in value.replace(",", " ").split())
    if not names:
        raise _Flaw("The value is missing.")
    return names


def _shown(value: str) -> str:
    return safe_line(value, max_chars=40)
