"""Style sheets of an HTML document, as far as they keep the lines of a text.

Only `white-space` is read, and only where it keeps line ends: nothing that a sheet hides is hidden
here. Of a selector the last part counts (`td.plain` of `#mail > td.plain`), with its tag, classes
and id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from deskero_tui.domain.text.html_style import WhiteSpace, declared

_MOST_CHARS: Final = 200_000
_MOST_RULES: Final = 200
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE: Final = re.compile(r"([^{};]+)\{([^{}]*)(?:\}|\Z)")
_COMBINATOR: Final = re.compile(r"[\s>+~]+")
_PART: Final = re.compile(r"([a-z][a-z0-9-]*|\*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_NAME: Final = re.compile(r"([.#])([\w-]+)")


class _Rule(NamedTuple):
    """What an element must have, and what becomes of its spaces."""

    tag: str
    """Empty for any."""
    classes: frozenset[str]
    id: str
    """Empty for any."""
    white_space: WhiteSpace


class StyleSheets:
    """The rules that keep lines; empty for nearly every document."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, source: str) -> None:
        """Read the text of a `style` element."""
        source = source[:_MOST_CHARS]
        if "white-space" not in source.lower():
            return
        for found in _RULE.finditer(_COMMENT.sub(" ", source)):
            white_space = declared(found[2].strip()).white_space
            if white_space is None or white_space is WhiteSpace.COLLAPSE:
                continue
            for selector in found[1].split(","):
                if len(self._rules) < _MOST_RULES:
                    self._rules += _rules(selector, white_space)

    def white_space(self, tag: str, attributes: Mapping[str, str]) -> WhiteSpace | None:
        """Return what the sheets say of an element; `None` where they say nothing."""
        classes = attributes.get("class", "").split()
        own_id = attributes.get("id", "")
        for rule in reversed(self._rules):
            is_tag = not rule.tag or rule.tag == tag
            if is_tag and rule.id in ("", own_id) and rule.classes.issubset(classes):
                return rule.white_space
        return None


def _rules(selector: str, white_space: WhiteSpace) -> Iterator[_Rule]:
    parts = _COMBINATOR.split(selector.strip())
    found = _PART.fullmatch(parts[-1])
    if not parts[-1] or found is None:
        return
    names = _NAME.findall(found[2])
    ids = [name for sign, name in names if sign == "#"]
    yield _Rule(
        (found[1] or "").strip("*").lower(),
        frozenset(name for sign, name in names if sign == "."),
        ids[-1] if ids else "",
        white_space,
    )
