"""What comes from the terminal, cut into what was typed, what was pasted and whole sequences.

A sequence may come in pieces, seconds apart on a bad line, and none of its letters may be taken for
a key. The forms are those of ECMA-48 and xterm's ctlseqs; the linux console's and rxvt's own are
named where they differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

LONE_ESCAPE_S: Final = 0.2
"""An escape with nothing behind it for so long is the key. Terminals send a sequence in one piece,
and lines keep it together far more often than not: so the key need not wait for long."""
SEQUENCE_S: Final = 1.0
"""What has begun as a sequence is waited for longer: nobody types its first letters that fast."""
MOST_HELD: Final = 65_536
"""A longer answer is none: its beginning is thrown away."""

PASTE_BEGINS: Final = "\x1b[200~"
PASTE_ENDS: Final = "\x1b[201~"
_WHOLE: Final = re.compile(
    r"""\x1b(?:
        \[(?: \[[A-E]                    # F1 to F5 of the linux console
            | \d+\$                      # keys with Shift of rxvt
            | [0-?]*[ -/]*[@-Z\\-~] )
      | O\d*[A-Za-z]
      | \]\d[^\x07\x1b]*(?:\x07|\x1b\\)
      | P[\d>!][^\x1b]*\x1b\\
      | _G[^\x1b]*\x1b\\
      | [bf\t\x7f]                       # word by word with Alt, as some terminals send it
    )""",
    re.VERBOSE,
)
_BEGUN: Final = re.compile(
    r"""\x1b(?:
        \[(?: \[ | [0-?]*[ -/]* )
      | O\d*
      | \](?:\d[^\x07\x1b]*\x1b?)?
      | P(?:[\d>!][^\x1b]*\x1b?)?
      | _(?:G[^\x1b]*\x1b?)?
    )?""",
    re.VERBOSE,
)
_STRINGS: Final = "]P_"
"""What begins OSC, DCS and APC: answers to questions of other programs, of no use to us."""
_CANNOT_BE_PASTED: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Kind(Enum):
    """What a piece of input is."""

    TYPED = auto()
    """Characters, each of them a key."""
    SEQUENCE = auto()
    """One whole escape sequence, no string: a key without a character, or an answer."""
    ESCAPE = auto()
    """The Escape key."""
    PASTED = auto()
    """Text, with line ends and tabs and no other control character."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of input that is complete."""

    kind: Kind
    text: str


class KeyStream:
    """What has come so far and is not complete yet. For one thread.

    However the same input is cut on its way, the same pieces come out.
    """

    def __init__(self, *, lone_escape_s: float = LONE_ESCAPE_S) -> None:
        self._lone_escape_s = lone_escape_s
        self._held = ""
        self._is_pasting = False

    @property
    def patience_s(self) -> float | None:
        """After so many seconds without input `pause` is to be called; `None`: never."""
        if not self._held or self._is_pasting:
            return None
        return self._lone_escape_s if self._held == "\x1b" else SEQUENCE_S

    def feed(self, text: str) -> list[Piece]:
        """Takes input in; what is complete by now, in its order."""
        # The end of a paste may be cut in two; what lies before that was looked through already.
        searched = max(len(self._held) - len(PASTE_ENDS) + 1, 0)
        self._held += text
        pieces: list[Piece] = []
        while self._held:
            if self._is_pasting:
                if not self._end_paste(pieces, searched):
                    break
            elif not self._take(pieces):
                break
            searched = 0
        if len(self._held) > MOST_HELD and not self._is_pasting:
            self._held = ""
        return pieces

    def pause(self) -> list[Piece]:
        """Nothing has come for `patience_s`: what that makes of what is held."""
        held, self._held = self._held, ""
        if held == "\x1b":
            return [Piece(Kind.ESCAPE, held)]
        if held in {"\x1bO", "\x1b]", "\x1bP", "\x1b_"}:
            return [Piece(Kind.ESCAPE, "\x1b"), Piece(Kind.TYPED, held[1:])]
        # The rest of a sequence that the line has lost: its letters are no keys.
        return []

    def _end_paste(self, pieces: list[Piece], searched: int) -> bool:
        end = self._held.find(PASTE_ENDS, searched)
        if end < 0:
            return False
        pieces.append(Piece(Kind.PASTED, _CANNOT_BE_PASTED.sub("", self._held[:end])))
        self._held = self._held[end + len(PASTE_ENDS) :]
        self._is_pasting = False
        return True

    def _take(self, pieces: list[Piece]) -> bool:
        """Takes one piece from what is held; False when it is not complete."""
        typed, escape, _ = self._held.partition("\x1b")
        if typed:
            pieces.append(Piece(Kind.TYPED, typed))
            self._held = self._held[len(typed) :]
            return bool(escape)
        if whole := _WHOLE.match(self._held):
            self._held = self._held[whole.end() :]
            if whole[0] == PASTE_BEGINS:
                self._is_pasting = True
            elif whole[0] != PASTE_ENDS and whole[0][1] not in _STRINGS:
                pieces.append(Piece(Kind.SEQUENCE, whole[0]))
            return True
        if _BEGUN.fullmatch(self._held):
            return False
        begun = _BEGUN.match(self._held)
        if self._held.startswith("\x1b[") and begun is not None:
            # Cut off by something that cannot be in it: what came of it is thrown away.
            self._held = self._held[begun.end() :]
            return True
        pieces.append(Piece(Kind.ESCAPE, "\x1b"))
        self._held = self._held[1:]
        return True
