"""Answers what programs ask their terminal, as a common one would.

A program that waits for an answer that never comes would be measured as slow, so the questions of
all programs here are known: modes (DECRQM), cursor and state (DSR), attributes (DA1 to DA3), name
(XTVERSION), size, colours (OSC 10, 11) and terminfo (XTGETTCAP).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

SYNCHRONISED: Final = b"2026"
"""The mode in which a frame is shown as a whole; the only private one this terminal knows."""
_LONGEST: Final = 256
"""No question is longer; so much of what has no end yet is kept."""

Answer = Callable[[re.Match[bytes], tuple[int, int]], bytes]


def _mode(match: re.Match[bytes], size: tuple[int, int]) -> bytes:
    is_known = match[1] == SYNCHRONISED
    return b"\x1b[?%s;%d$y" % (match[1], 2 if is_known else 0)


def _stop(match: re.Match[bytes], size: tuple[int, int]) -> bytes:
    """A tab goes to the stop that was set."""
    return b"\x1b[%s;%sR" % (match[1], match[2])


def _size(match: re.Match[bytes], size: tuple[int, int]) -> bytes:
    return b"\x1b[8;%d;%dt" % (size[1], size[0])


def _colour(match: re.Match[bytes], size: tuple[int, int]) -> bytes:
    """Light on dark."""
    level = b"ffff" if match[1] == b"10" else b"0000"
    return b"\x1b]%s;rgb:%s\x1b\\" % (match[1], b"/".join([level] * 3))


def _always(answer: bytes) -> Answer:
    return lambda match, size: answer


_QUESTIONS: Final[tuple[tuple[bytes, Answer], ...]] = (
    (rb"\x1b\[\?(\d+)\$p", _mode),
    (rb"\x1b\[(\d+);(\d+)H\x1b\[3g\x1bH\r\t\x1b\[6n", _stop),
    (rb"\x1b\[6n", _always(b"\x1b[1;1R")),
    (rb"\x1b\[5n", _always(b"\x1b[0n")),
    (rb"\x1b\[0?c", _always(b"\x1b[?62;22c")),
    (rb"\x1b\[>0?c", _always(b"\x1b[>1;4000;0c")),
    (rb"\x1b\[=0?c", _always(b"\x1bP!|00000000\x1b\\")),
    (rb"\x1b\[>0?q", _always(b"\x1bP>|XTerm(380)\x1b\\")),
    (rb"\x1b\[18t", _size),
    (rb"\x1b\](1[01]);\?(?:\x07|\x1b\\)", _colour),
    (rb"\x1bP\+q[0-9A-Fa-f;]*\x1b\\", _always(b"\x1bP0+r\x1b\\")),
)
_ANY: Final = re.compile(
    b"|".join(b"(?:%s)" % re.sub(rb"\((?!\?)", b"(?:", q) for q, _ in _QUESTIONS)
)


class Answerer:
    """The answering side of one terminal of `size` (columns, lines)."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._rest = b""
        """The end of what came, as far as a question may have begun there."""

    def answers_to(self, came: bytes) -> bytes:
        """What to send back for what came, in the order asked; empty when nothing was asked."""
        text = self._rest + came
        answers, end = [], 0
        for found in _ANY.finditer(text):
            answers.append(self._answer(found[0]))
            end = found.end()
        begun = text.rfind(b"\x1b", max(end, len(text) - _LONGEST))
        # An ESC \ that ends a string is no beginning; what it ends may be cut off before it.
        string = max(text.rfind(start, end) for start in (b"\x1bP", b"\x1b]"))
        if string >= 0 and text.find(b"\x1b\\", string) < 0:
            begun = string
        self._rest = text[begun:][:_LONGEST] if begun >= 0 else b""
        return b"".join(answers)

    def _answer(self, question: bytes) -> bytes:
        for pattern, answer in _QUESTIONS:
            match = re.fullmatch(pattern, question)
            if match:
                return answer(match, self._size)
        raise AssertionError(question)
