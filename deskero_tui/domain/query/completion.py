"""What a half written query can go on with: words of the language and their values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from deskero_tui.domain.query.parser import (
    HAS,
    IS,
    MARKED,
    MOMENTS,
    NAMED_STRETCHES,
    WORDS_OF_THE_LANGUAGE,
    spans_of,
)
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.folding import folded
from deskero_tui.domain.text.safe_text import SafeText, safe_line

MOST_COMPLETIONS: Final = 6
_BEGUN: Final = re.compile(
    r"(?P<minus>-?)(?:(?P<name>[A-Za-z]+)(?P<sign>[:<>]))?(?P<rest>.*)", re.S
)
_SIGNS: Final = {"age": ">"}
"""What usually follows a word that takes more than a colon."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The part of a query that is being written: the last one, up to the end of the text."""

    before: str
    """Everything up to its name or value, a minus included."""
    name: str
    """The word of the language whose value is written; empty while that word itself is."""
    said: str
    """What of the name or the value is there, without quotes."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on."""

    text: str
    """The whole query with it."""
    label: SafeText
    hint: SafeText


def begun_in(text: str) -> Begun | None:
    """What is being written at the end of `text`; `None` behind a space and in a phrase."""
    spans = spans_of(text)
    if not spans or spans[-1][1] < len(text):
        return None
    start, _ = spans[-1]
    found = _BEGUN.fullmatch(text, start)
    if found is None or (found["rest"].startswith('"') and not found["name"]):
        return None
    if len(found["rest"]) > 1 and found["rest"].startswith('"') and found["rest"].endswith('"'):
        return None
    before = text[: found.start("rest")]
    return Begun(before, (found["name"] or "").casefold(), found["rest"].removeprefix('"'))


def fixed_values(name: str) -> list[Choice]:
    """The values of a word that are the same on every desk."""
    if name == "is":
        values: Iterable[str] = (*IS, MARKED)
    elif name == "has":
        values = HAS
    elif name in MOMENTS:
        values = NAMED_STRETCHES
    elif name == "assigned":
        values = ("me", "nobody")
    else:
        values = ()
    return [Choice(value, SafeText(value)) for value in values]


def completions_of(begun: Begun, values: Iterable[Choice]) -> tuple[Completion, ...]:
    """How `begun` can go on, best first and at most `MOST_COMPLETIONS`; nothing that is there
    already.

    `values` are what its word can be: the id of each is what is written, label and hint what is
    shown. While the word itself is written they are not looked at.
    """
    said = folded(begun.said)
    if not begun.name:
        if not said:
            return ()
        names = [f"{name}{_SIGNS.get(name, ':')}" for name in WORDS_OF_THE_LANGUAGE]
        return tuple(
            Completion(begun.before + name, SafeText(name), SafeText(""))
            for name in names
            if name.startswith(said)
        )[:MOST_COMPLETIONS]
    fitting = [choice for choice in values if _closeness(choice, said) is not None]
    fitting.sort(key=lambda choice: _closeness(choice, said) or 0)
    return tuple(
        Completion(f"{begun.before}{_quoted(choice.id)} ", choice.label, choice.hint)
        for choice in fitting
        if '"' not in choice.id and folded(choice.id) != said
    )[:MOST_COMPLETIONS]


def _closeness(choice: Choice, said: str) -> int | None:
    """0: it begins so; 1: a word of it does; 2: it is somewhere in it; `None`: it is not."""
    text = folded(f"{choice.label} {choice.id} {choice.hint}")
    if text.startswith(said) or folded(choice.id).startswith(said):
        return 0
    if f" {said}" in text:
        return 1
    return 2 if said in text else None


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


def valued(values: Iterable[str]) -> list[Choice]:
    """Choices that are written as they are shown."""
    return [Choice(value, safe_line(value, max_chars=60)) for value in values]
