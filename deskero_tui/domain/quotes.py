"""Tells quoted text from what somebody wrote now, and quotes a text for a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from deskero_tui.domain.text import SafeText

_ATTRIBUTION_ENDS: Final = ("wrote", "ha scritto", "escribió", "a écrit")
_ATTRIBUTION_BEGINS: Final = re.compile(r"(?:On|Il|El|Le)\b")
_ATTRIBUTION_LINES: Final = 3
"""Mail programs break "On … wrote:" at about 76 characters; a long name takes three lines."""

_ORIGINAL: Final = re.compile(
    r"-{3,} ?(?:Original Message|Messaggio originale|Mensaje original|Message d['’]origine"
    r"|Message original) ?-{3,}",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\*?(?:From|Da|De) ?:", re.IGNORECASE)
_SENT: Final = re.compile(
    r"\*?(?:Sent|Date|Inviato|Data|Enviado(?: el)?|Fecha|Envoyé) ?:", re.IGNORECASE
)
_HEADER_LINES: Final = 4
_RULE: Final = re.compile(r"[_-]{5,}")


@dataclass(frozen=True, slots=True)
class Part:
    """Some whole lines of a message, all quoted or all new, line ends included."""

    text: SafeText
    is_quote: bool


def split_quotes(text: SafeText) -> tuple[Part, ...]:
    """Part a message into new and quoted text, in order; joined they are the message again.

    Quoted is: lines with ">", the "On … wrote:" above them, and everything from an "Original
    Message" line or a From/Sent head to the end (English, Italian, Spanish, French). Without ">"
    lines below, "… wrote:" proves nothing and stays. Signatures belong to what they stand in.
    Empty for an empty text.
    """
    lines = text.splitlines(keepends=True)
    is_quote = _marked(lines)
    parts = groupby(zip(lines, is_quote, strict=True), key=lambda pair: pair[1])
    return tuple(Part(SafeText("".join(line for line, _ in pairs)), key) for key, pairs in parts)


def quoted(text: str, *, author: str, when: str) -> str:
    """Quote a text for a reply: who wrote it when, then every line with ">".

    Blank lines around the text and spaces at line ends are left out; ends with a line feed.
    """
    head = f"On {' '.join(when.split())}, {' '.join(author.split())} wrote:"
    lines = [line.rstrip() for line in text.strip("\r\n").splitlines()]
    return "\n".join([head, *map(_quote_line, lines)]).rstrip("\n> ") + "\n"


def _quote_line(line: str) -> str:
    if not line:
        return ">"
    return f">{line}" if line.startswith(">") else f"> {line}"


def _marked(lines: list[str]) -> list[bool]:
    """Tell for every line whether it is quoted."""
    is_quote = [line.lstrip(" ").startswith(">") for line in lines]
    below_is_quote = False
    for index in range(len(lines) - 1, -1, -1):
        if not is_quote[index] and lines[index].strip():
            first = _attribution(lines, index) if below_is_quote else None
            below_is_quote = first is not None
            if first is not None:
                is_quote[first : index + 1] = [True] * (index + 1 - first)
        below_is_quote = below_is_quote or is_quote[index]
    _join_over_blank_lines(lines, is_quote)
    for index in range(len(lines)):
        if _begins_original(lines, index):
            is_quote[index:] = [True] * (len(lines) - index)
            break
    return is_quote


def _join_over_blank_lines(lines: list[str], is_quote: list[bool]) -> None:
    """Count blank lines between two quoted ones as quoted, in place."""
    last_quoted = -1
    only_blank_since = False
    for index, line in enumerate(lines):
        if is_quote[index]:
            if only_blank_since:
                is_quote[last_quoted:index] = [True] * (index - last_quoted)
            last_quoted, only_blank_since = index, True
        elif line.strip():
            only_blank_since = False


def _attribution(lines: list[str], last: int) -> int | None:
    """Find the first line of an attribution that ends on line `last`."""
    end = lines[last].rstrip()
    if not end.endswith(":") or not end[:-1].rstrip().endswith(_ATTRIBUTION_ENDS):
        return None
    for first in range(last, max(-1, last - _ATTRIBUTION_LINES), -1):
        if _ATTRIBUTION_BEGINS.match(lines[first]):
            return first
        if not lines[first].strip():
            return None
    return None


def _begins_original(lines: list[str], index: int) -> bool:
    """Tell whether an earlier message follows from here to the end."""
    line = lines[index].strip()
    if _ORIGINAL.fullmatch(line):
        return True
    if _RULE.fullmatch(line):
        return index + 1 < len(lines) and _is_head(lines, index + 1)
    return _is_head(lines, index)


def _is_head(lines: list[str], index: int) -> bool:
    following = lines[index + 1 : index + _HEADER_LINES]
    return bool(_FROM.match(lines[index].strip())) and any(
        _SENT.match(line.strip()) for line in following
    )
