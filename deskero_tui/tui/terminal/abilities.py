"""What a terminal can show, as one value: how many colours, and which characters.

Judged by what the environment says, for a terminal that is asked may answer late, never, or
wrongly; and by what the agent says, which goes before it. Light to import: `doctor` uses it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Self

from deskero_tui.tui.terminal.modes import is_simple


class Colours(Enum):
    """How many colours; the value is what the setting calls it."""

    NONE = "none"
    SIXTEEN = "16"
    MANY = "256"
    TRUE = "truecolor"


class Characters(Enum):
    """What may be drawn; the value says it to the agent."""

    ALL = "all characters"
    ASCII_SIGNS = "signs in ASCII, texts as they are"
    """Our own lines and signs are ASCII: the font of such a terminal knows letters alone."""
    ASCII_ONLY = "ASCII only"
    """What is not ASCII in a text becomes a question mark."""


COLOURLESS_TERMINALS: Final = ("vt1", "vt2", "vt3", "vt4")
"""Beginnings of TERM without colours (terminfo: no `colors`); their characters are ASCII."""
TRUE_TERMINALS: Final = ("alacritty", "foot", "xterm-kitty", "xterm-ghostty", "wezterm")
"""Beginnings of TERM whose terminals have all colours, said by COLORTERM or not: ssh does not pass
that on by itself."""
_TRUE_WORDS: Final = frozenset({"truecolor", "24bit"})


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one terminal can show; the same for as long as the console has it."""

    colours: Colours = Colours.TRUE
    characters: Characters = Characters.ALL

    @classmethod
    def of(
        cls, environment: Mapping[str, str], *, colours: str = "auto", glyphs: str = "auto"
    ) -> Self:
        """What suits the terminal that `environment` tells of.

        `colours` is the value of a `Colours`, `glyphs` is `unicode` or `ascii`; anything else
        leaves it to us.
        """
        asked = next((kind for kind in Colours if kind.value == colours), None)
        return cls(
            known_colours(environment) if asked is None else asked,
            _characters(environment, glyphs),
        )

    @property
    def is_ascii(self) -> bool:
        """Whether our own lines and signs are ASCII."""
        return self.characters is not Characters.ALL

    @property
    def is_own_palette(self) -> bool:
        """Whether a colour is one of the terminal's own, whatever shade was meant."""
        return self.colours in (Colours.NONE, Colours.SIXTEEN)


def known_colours(environment: Mapping[str, str]) -> Colours:
    """How many colours the environment lets expect.

    `NO_COLOR` counts when it is not empty (no-color.org). GNU screen hands `COLORTERM` on from
    outside and yet shows no 24-bit colours; tmux converts them itself.
    """
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term.startswith(COLOURLESS_TERMINALS):
        return Colours.NONE
    if is_simple(term):
        return Colours.SIXTEEN
    is_in_screen = term.startswith("screen") and "TMUX" not in environment
    is_true = environment.get("COLORTERM", "").strip().lower() in _TRUE_WORDS
    if (is_true and not is_in_screen) or term.startswith(TRUE_TERMINALS) or "-direct" in term:
        return Colours.TRUE
    return Colours.MANY if "256color" in term else Colours.SIXTEEN


def _characters(environment: Mapping[str, str], glyphs: str) -> Characters:
    if glyphs == "unicode":
        return Characters.ALL
    term = environment.get("TERM", "")
    if not is_utf8(environment) or term.startswith(COLOURLESS_TERMINALS):
        return Characters.ASCII_ONLY
    if glyphs == "ascii" or is_simple(term):
        return Characters.ASCII_SIGNS
    return Characters.ALL


def is_utf8(environment: Mapping[str, str]) -> bool:
    """Whether the locale's characters are those of UTF-8; also when nothing is said of them.

    Python sets `LC_CTYPE` to `C.UTF-8` in its own environment where the locale is C (PEP 538): that
    says nothing about the terminal, so that `LANG` behind it counts.
    """
    said = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG")
    language = environment.get("LANG", "")
    is_coerced = said == environment.get("LC_CTYPE") and said in ("C.UTF-8", "C.utf8", "UTF-8")
    if is_coerced and language in ("C", "POSIX"):
        said = language
    if not said:
        return True
    charset = said.partition("@")[0].rpartition(".")[2] if "." in said else said
    return charset.lower().replace("-", "") == "utf8"
