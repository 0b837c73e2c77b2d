"""HTML read as a flat run of tokens, in time that grows with its length alone.

There is no tree: tree builders repair bad nesting, and that repair is quadratic (one megabyte of
`<ul><li>` keeps a fast one busy for over a minute). Words in reading order need no tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

_TEXT: Final = re.compile(r"[^<]+|<(?![a-zA-Z/!?])")
_TAG_NAME: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE: Final = re.compile(
    r"[\s/]*(?:(?P<end>>)|(?P<name>[^\s/>][^\s/>=]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"'][^\s>]*)?))?)"
)
_KEPT_ATTRIBUTES: Final = frozenset({"alt", "height", "hidden", "href", "start", "style", "width"})
_NEVER_TEXT: Final = ("script", "style", "title", "iframe", "noembed", "noframes", "textarea")
_END_OF: Final = {name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE) for name in _NEVER_TEXT}


@dataclass(frozen=True, slots=True)
class Words:
    """Text between tags, entities resolved; may hold any character."""

    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag; `attributes` holds only those that matter for reading, the first of each."""

    tag: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class End:
    """An end tag, whether or not something with that name is open."""

    tag: str


Token = Words | Start | End


def tokens(source: str) -> Iterator[Token]:
    """Read HTML in order, without comments, declarations and the insides of scripts and styles.

    Broken markup ends as browsers end it: an unclosed comment or tag swallows the rest.
    """
    place, end = 0, len(source)
    while place < end:
        if words := _TEXT.match(source, place):
            place = words.end()
            yield Words(unescape(words[0]))
        elif opened := _TAG_NAME.match(source, place):
            name = opened[2].lower()
            attributes, place = _attributes(source, opened.end())
            if place < 0:
                return
            if opened[1]:
                yield End(name)
                continue
            yield Start(name, attributes)
            if name in _END_OF:
                closed = _END_OF[name].search(source, place)
                if closed is None:
                    return
                place = closed.start()
        else:
            place = _end_of_comment(source, place)
            if place < 0:
                return


def _attributes(source: str, place: int) -> tuple[dict[str, str], int]:
    """Read attributes up to the end of the tag; the place behind it is -1 where there is none."""
    kept: dict[str, str] = {}
    while found := _ATTRIBUTE.match(source, place):
        place = found.end()
        if found["end"]:
            return kept, place
        name = found["name"].lower()
        if name in _KEPT_ATTRIBUTES and name not in kept:
            value = found["double"] or found["single"] or found["bare"] or ""
            kept[name] = unescape(value)
    return kept, -1


def _end_of_comment(source: str, place: int) -> int:
    """Find the place behind a comment, declaration or stray end tag; -1 where it never ends."""
    mark = "-->" if source.startswith("<!--", place) else ">"
    found = source.find(mark, place + 2)
    return found if found < 0 else found + len(mark)
