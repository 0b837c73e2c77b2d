"""What each single character becomes before it may reach a terminal.

Every character that leaves here has one width, the same alone and beside any neighbour, and Rich,
tmux, xterm and the C library agree on it. Text that is only shown goes through; originals are kept
elsewhere for sending, searching and copying.

Rich measures clusters (and newer Unicode tables than most terminals have); tmux and xterm add up
characters. Where the two disagree a stranger could push text out of its cell, so per class:

- *Joiners, variation selectors, skin tones, keycap rings, tags, bidi controls, every other format
  character, Hangul and Khmer fillers*: dropped. They draw nothing of their own, but they change
  the width or the order of what stands beside them.
- *Controls*: shown as control pictures, so that an agent sees something was there. C1 controls,
  surrogates, private use and unassigned code points become U+FFFD.
- *Regional indicators*: become the letters A to Z. A flag is two cells here and one or two
  there, a lone half anything; "IT" is two everywhere and says the same.
- *Conjoining Hangul jamo*: modern syllables are composed by NFC first; what is left (archaic,
  orphaned) becomes the stand-alone letter of the same name, because a vowel or final is zero
  cells in some tables and drawn with two in others.
- *Spacing marks (Mc)*: zero cells in Rich, one in the C library, xterm and VTE. A vowel sign
  becomes the independent vowel letter of the same name (ी → ई): one cell everywhere, and the
  word can still be read aloud. Visarga becomes a colon, the rest U+FFFD.
- *Symbols whose width Unicode 16 changed* (trigrams, counting rods, Tai Xuan Jing) and the
  numbers on black squares: U+FFFD, since tables of both kinds are in use.
- *Nonspacing marks*: kept, zero cells everywhere; how many may stand on one base is a matter for
  the whole string (`safe_text.py`).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def _code_points(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(point for first, last in ranges for point in range(first, last + 1))


_ZERO_WIDTH_OR_JOINING: Final = _code_points(
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors and separator
    (0x20E3, 0x20E3),  # keycap ring
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0x1F3FB, 0x1F3FF),  # skin tones
)
_TAGS_AND_SELECTORS: Final = range(0xE0000, 0xE1000)
_WIDTH_DISPUTED: Final = _code_points(
    (0x2630, 0x2637),
    (0x268A, 0x268F),
    (0x3248, 0x324F),
    (0x1D300, 0x1D356),
    (0x1D360, 0x1D378),
)
_REGIONAL_INDICATORS: Final = range(0x1F1E6, 0x1F200)
_CONJOINING_JAMO: Final = _code_points((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))
_JAMO_KINDS: Final = ("CHOSEONG", "JUNGSEONG", "JONGSEONG")


@lru_cache(maxsize=4_096)
def shown(character: str) -> str:
    """Give what stands for one character on the screen: itself, another text, or nothing.

    To be used before composing (NFC); `shown_composed` does the rest after it. A line feed stays.
    """
    code_point = ord(character)
    if character == "\n":
        return character
    if code_point < 0x20:
        return chr(0x2400 + code_point)
    if code_point == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if code_point in _ZERO_WIDTH_OR_JOINING or code_point in _TAGS_AND_SELECTORS:
        return ""
    if code_point in _REGIONAL_INDICATORS:
        return chr(code_point - _REGIONAL_INDICATORS.start + ord("A"))
    if code_point in _WIDTH_DISPUTED:
        return REPLACEMENT
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Cc" | "Cs" | "Co" | "Cn" | "Zl" | "Zp":
            return REPLACEMENT
        case _:
            return character


@lru_cache(maxsize=4_096)
def shown_composed(character: str) -> str:
    """Give what stands for one character of composed text: jamo and spacing marks go here.

    Only after NFC, which turns jamo into syllables and split vowel signs into one.
    """
    if ord(character) in _CONJOINING_JAMO:
        return _named_like(character, _JAMO_KINDS, "LETTER")
    if unicodedata.category(character) != "Mc":
        return character
    if unicodedata.name(character).endswith("SIGN VISARGA"):
        return ":"
    return _named_like(character, ("VOWEL SIGN",), "LETTER")


def is_mark(character: str) -> bool:
    """Tell whether a character is drawn on the one before it."""
    return unicodedata.category(character).startswith("M")


def _named_like(character: str, kinds: tuple[str, ...], kind: str) -> str:
    """Find the character whose Unicode name differs only in its kind, or U+FFFD."""
    name = unicodedata.name(character, "")
    for candidate in kinds:
        if f" {candidate} " not in name:
            continue
        try:
            found = unicodedata.lookup(name.replace(candidate, kind, 1))
        except KeyError:
            return REPLACEMENT
        return found if unicodedata.category(found) == "Lo" else REPLACEMENT
    return REPLACEMENT
