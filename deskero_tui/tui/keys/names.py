"""How keys are called: by people in the config, by Textual when they arrive, by us in between.

Our name of a key is the character it writes (`r`, `R`, `?`, `,`) or Textual's word for it (`enter`,
`ctrl+s`, `pagedown`). Pure.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from textual.keys import KEY_NAME_REPLACEMENTS, REPLACED_KEYS, key_to_character

_MODIFIERS: Final = ("ctrl", "alt", "shift")
"""In the order in which Textual names them."""
_F_KEYS: Final = tuple(f"f{number}" for number in range(1, 25))
_NAMED: Final = frozenset({
    "enter", "escape", "tab", "space", "backspace", "delete", "insert",
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", *_F_KEYS,
})  # fmt: skip
_OTHER_NAMES: Final[Mapping[str, str]] = {
    "esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete",
    "ins": "insert", "page-up": "pageup", "page-down": "pagedown",
}  # fmt: skip
_SAME_BYTE: Final[Mapping[str, str]] = {
    "ctrl+m": "enter", "ctrl+i": "tab", "ctrl+[": "escape", "ctrl+h": "backspace",
    "ctrl+space": "ctrl+@", "ctrl+\\": "ctrl+backslash", "ctrl+]": "ctrl+right_square_bracket",
    "ctrl+^": "ctrl+circumflex_accent", "ctrl+_": "ctrl+underscore",
}  # fmt: skip
"""A terminal sends one byte for both; the right one is what Textual calls it."""
_SENT_WITH_CTRL: Final = re.compile(
    r"ctrl\+([a-z@]|backslash|right_square_bracket|circumflex_accent|underscore)"
)
_SENT_BY_XTERM: Final = re.compile(
    r"((ctrl|shift|ctrl\+shift)\+)(up|down|left|right|home|end|insert|delete|pageup|pagedown)"
)


class BadKey(ValueError):
    """A name that no key has; `str()` of it is a sentence."""


def read_key(said: str) -> str:
    """Our name of the key that people call `said`: `Ctrl+S`, `pgdn`, `shift+a`, `?`.

    Raises:
        BadKey: No key has that name.
    """
    name = said.strip()
    if len(name) == 1 and name.isprintable():
        return name
    *modifiers, base = _parts(name.casefold())
    if not set(modifiers) <= set(_MODIFIERS) or len(set(modifiers)) < len(modifiers):
        raise _unknown(said)
    base = _base(base, said)
    if modifiers == ["shift"] and len(base) == 1 and base.isalpha():
        return base.upper()
    key = "+".join([*sorted(modifiers, key=_MODIFIERS.index), base])
    return _SAME_BYTE.get(key, key)


def _parts(name: str) -> list[str]:
    """`ctrl`, `s` for `ctrl+s`; the plus itself may stand last."""
    if name.endswith("++"):
        return [*name.removesuffix("++").split("+"), "+"]
    return name.split("+")


def _base(name: str, said: str) -> str:
    base = _OTHER_NAMES.get(name, name)
    if base in _NAMED or (len(base) == 1 and base.isprintable() and base != " "):
        return base
    character = key_to_character(REPLACED_KEYS.get(base, base)) if base else None
    if character is None or not character.isprintable() or character == " ":
        raise _unknown(said)
    return character


def _unknown(said: str) -> BadKey:
    known = [*_NAMED, *_OTHER_NAMES, "ctrl+s", "shift+tab"]
    near = difflib.get_close_matches(said.strip().casefold(), known, n=1)
    hint = f" Did you mean {near[0]}?" if near else " Keys are r, R, ?, enter, pgdn, ctrl+s."
    return BadKey(f"There is no key “{said}”.{hint}")


def arrived_key(key: str, character: str | None) -> str:
    """Our name of a key as Textual hands it over: its name and what it writes, if anything."""
    is_plain = "+" not in key and key != "space"
    return character if is_plain and character and character.isprintable() else key


def textual_key(key: str) -> str:
    """What Textual calls a key of ours when it arrives: `question_mark` for `?`."""
    if len(key) > 1 or key.isalnum():
        return key
    name = unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def writes_text(key: str) -> bool:
    """Whether a text field takes this key for itself: as a letter, or to move and correct."""
    is_correcting = key in _NAMED and key != "escape" and key not in _F_KEYS
    return len(key) == 1 or is_correcting or key == "shift+tab"


def doubt_about(key: str) -> str:
    """Why a key may never arrive here, as the end of a sentence; empty when it always does."""
    if key in ("ctrl+a", "ctrl+b"):
        return f"{'screen' if key == 'ctrl+a' else 'tmux'} keeps it for itself"
    if key in _F_KEYS:
        return "many terminals keep it for themselves"
    if key.startswith("alt+") and len(key) == len("alt+x"):
        return "not every terminal sends it"
    is_sent = (
        "+" not in key
        or key in ("+", "shift+tab")
        or _SENT_WITH_CTRL.fullmatch(key)
        or _SENT_BY_XTERM.fullmatch(key)
    )
    return "" if is_sent else "most terminals cannot send it"
