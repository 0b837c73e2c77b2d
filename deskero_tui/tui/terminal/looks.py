"""How a cell looks, as a terminal is told: and the shortest way from one look to another.

Sequences are those of ECMA-48 (SGR); the colour forms `38;5;n` and `38;2;r;g;b` are xterm's.
"""

from __future__ import annotations

from typing import Final, NamedTuple

OFF_CODES: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "7": "27",
    "9": "29",
}
"""What ends each attribute; bold and dim end together."""


class Look(NamedTuple):
    """Foreground, background and attributes as SGR parameters; empty is the terminal's own."""

    foreground: str = ""
    background: str = ""
    attributes: frozenset[str] = frozenset()

    @property
    def is_blank_look(self) -> bool:
        """Whether a space in this look shows nothing but its background."""
        return not self.attributes & {"4", "7", "9"}

    @property
    def as_blank(self) -> Look:
        """This look as far as a space shows it."""
        if not self.is_blank_look or not (self.foreground or self.attributes):
            return self
        return Look(background=self.background)


PLAIN: Final = Look()


def way(old: Look, new: Look) -> str:
    """The shortest sequence that makes a terminal in look `old` write in look `new`."""
    if old == new:
        return ""
    stepwise, anew = _changes(old, new), _anew(new)
    return min(f"\x1b[{';'.join(stepwise)}m", f"\x1b[{';'.join(anew)}m", key=len)


def _anew(new: Look) -> list[str]:
    parts = sorted(new.attributes) + [part for part in (new.foreground, new.background) if part]
    return ["0", *parts] if parts else []


def _changes(old: Look, new: Look) -> list[str]:
    parts: list[str] = []
    kept = old.attributes
    ending = {OFF_CODES[code] for code in old.attributes - new.attributes}
    for code in sorted(ending):
        parts.append(code)
        kept = frozenset(one for one in kept if OFF_CODES[one] != code)
    parts += sorted(new.attributes - kept)
    if new.foreground != old.foreground:
        parts.append(new.foreground or "39")
    if new.background != old.background:
        parts.append(new.background or "49")
    return parts
