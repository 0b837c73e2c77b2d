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
PASTE_SILENCE_S: Final = 1.0
"""Seconds without input after which an unfinished paste is delivered as it is. The end mark may be
lost for good: SSH breaks, and tmux and Windows Terminal are known to drop it."""
BURST_S: Final = 0.05
"""Seconds to wait behind one key that follows an unfinished paste. More input within that time
makes it part of the paste; a person does not press two keys that fast."""
LATE_END_S: Final = 10.0
"""Seconds without input after which no late end mark of a paste is expected any more."""
INTERRUPT: Final = "\x03"
"""Ctrl+C. Behind an unfinished paste it only ends the paste: it is what people press when a program
does not react, and it must not quit then."""
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
_REPORT: Final = "\x1b[0n"
"""The terminal's answer to DSR 5, which may arrive in the middle of a large paste."""
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


class _Paste(Enum):
    """How far a bracketed paste has come."""

    NONE = auto()
    """No paste is open."""
    OPEN = auto()
    """Between the begin mark and the end mark."""
    SILENT = auto()
    """The begin mark came and then silence: what follows is either a key or the rest."""
    ABANDONED = auto()
    """A key was pressed instead. For a while text in one piece with a late end mark is still paste.
    """


class KeyStream:
    """Input that has arrived and is not complete yet. For one thread at a time.

    The same input gives the same pieces wherever the line cuts it. The exception is a paste whose
    end mark does not arrive: there silence and bursts decide what is text and what is a key.
    """

    def __init__(self, *, lone_escape_s: float = LONE_ESCAPE_S) -> None:
        self._lone_escape_s = lone_escape_s
        self._held = ""
        self._paste = _Paste.NONE

    @property
    def patience_s(self) -> float | None:
        """Seconds without input after which `pause` is to be called; `None`: never."""
        if self._paste is _Paste.OPEN:
            return PASTE_SILENCE_S
        if not self._held:
            return LATE_END_S if self._paste is _Paste.ABANDONED else None
        if self._held == "\x1b":
            return self._lone_escape_s
        if self._paste is _Paste.SILENT and not _BEGUN.fullmatch(self._held):
            return BURST_S
        return SEQUENCE_S

    def feed(self, text: str) -> list[Piece]:
        """Take input and return the pieces that are complete now, in order."""
        # An end mark may be cut in two; what lies before that was searched already.
        searched = max(len(self._held) - len(PASTE_ENDS) + 1, 0)
        self._held += text
        pieces: list[Piece] = []
        if self._paste in {_Paste.SILENT, _Paste.ABANDONED}:
            searched = 0
            self._follow_silence(pieces)
        while self._held and self._paste is not _Paste.SILENT:
            if self._paste is _Paste.OPEN:
                if not self._end_paste(pieces, searched):
                    break
            elif not self._take(pieces):
                break
            searched = 0
        if len(self._held) > MOST_HELD and self._paste is not _Paste.OPEN:
            self._held = ""
        return pieces

    def pause(self) -> list[Piece]:
        """Return what silence of `patience_s` makes of the input that is held."""
        if self._paste is _Paste.OPEN:
            text, self._held = _without_begun_end(self._held)
            self._paste = _Paste.SILENT
            return _pasted(text)
        held, self._held = self._held, ""
        if self._paste is _Paste.SILENT:
            self._paste = _Paste.NONE if held == INTERRUPT else _Paste.ABANDONED
            if held and not held.startswith("\x1b"):
                return [] if held == INTERRUPT else [Piece(Kind.TYPED, held)]
        elif self._paste is _Paste.ABANDONED and not held:
            self._paste = _Paste.NONE
        if held == "\x1b":
            return [Piece(Kind.ESCAPE, held)]
        if held in {"\x1bO", "\x1b]", "\x1bP", "\x1b_"}:
            return [Piece(Kind.ESCAPE, "\x1b"), Piece(Kind.TYPED, held[1:])]
        # The rest of a sequence that the line has lost: its letters are no keys.
        return []

    def cut_off(self) -> str:
        """Return the text of a paste that is still open, and forget it: no more input comes."""
        if self._paste is not _Paste.OPEN:
            return ""
        text, _ = _without_begun_end(self._held)
        self._held, self._paste = "", _Paste.NONE
        return "".join(piece.text for piece in _pasted(text))

    def _follow_silence(self, pieces: list[Piece]) -> None:
        """Decide whether input behind an unfinished paste is the rest of it or a key."""
        before, begin, _ = self._held.partition(PASTE_BEGINS)
        rest, end, behind = self._held.partition(PASTE_ENDS)
        if begin and len(before) < len(rest):
            if self._paste is _Paste.SILENT and len(before) > 1:
                pieces += _pasted(before)
                self._held = self._held[len(before) :]
            self._paste = _Paste.NONE
        elif end:
            pieces += _pasted(rest)
            self._held, self._paste = behind, _Paste.NONE
        elif self._paste is _Paste.ABANDONED:
            if self._held.startswith(INTERRUPT):
                self._held, self._paste = self._held[1:], _Paste.NONE
        else:
            if self._held.startswith(_REPORT):
                pieces.append(Piece(Kind.SEQUENCE, _REPORT))
                self._held = self._held[len(_REPORT) :]
                self._follow_silence(pieces)
            elif self._held.startswith("\x1b"):
                # A paste holds no escape sequence, so this is a key, such as an arrow.
                if not _BEGUN.fullmatch(self._held):
                    self._paste = _Paste.ABANDONED
            elif len(self._held) > 1:
                self._paste = _Paste.OPEN

    def _end_paste(self, pieces: list[Piece], searched: int) -> bool:
        """Take reports out of an open paste, and the paste once its end mark is there."""
        start = max(searched - len(_REPORT), 0)
        while True:
            end = self._held.find(PASTE_ENDS, start)
            report = self._held.find(_REPORT, start)
            if report < 0 or 0 <= end < report:
                break
            pieces.append(Piece(Kind.SEQUENCE, _REPORT))
            self._held = self._held[:report] + self._held[report + len(_REPORT) :]
        if end < 0:
            return False
        pieces += _pasted(self._held[:end])
        self._held = self._held[end + len(PASTE_ENDS) :]
        self._paste = _Paste.NONE
        return True

    def _take(self, pieces: list[Piece]) -> bool:
        """Take one piece from what is held; return False when it is not complete."""
        typed, escape, _ = self._held.partition("\x1b")
        if typed:
            pieces.append(Piece(Kind.TYPED, typed))
            self._held = self._held[len(typed) :]
            return bool(escape)
        if whole := _WHOLE.match(self._held):
            self._held = self._held[whole.end() :]
            if whole[0] == PASTE_BEGINS:
                self._paste = _Paste.OPEN
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


def _pasted(text: str) -> list[Piece]:
    """Return pasted text without control characters and marks; nothing where none is left."""
    clean = _CANNOT_BE_PASTED.sub("", text.replace(PASTE_BEGINS, ""))
    return [Piece(Kind.PASTED, clean)] if clean else []


def _without_begun_end(text: str) -> tuple[str, str]:
    """Split off an end mark at the end of `text` of which only the beginning has arrived."""
    for length in range(len(PASTE_ENDS) - 1, 0, -1):
        if text.endswith(PASTE_ENDS[:length]):
            return text[:-length], text[-length:]
    return text, ""
