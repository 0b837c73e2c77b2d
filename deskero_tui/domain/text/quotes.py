"""Tells quoted text from what somebody wrote now, and quotes a text for a reply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from deskero_tui.domain.text.earlier_text import EarlierText
from deskero_tui.domain.text.mail_phrases import (
    CLOSING,
    GREETING,
    MARKED_ANSWER,
    MOBILE_SIGNATURE,
    POINTS_BELOW,
)
from deskero_tui.domain.text.reply_heads import Head, Trust, head_at, is_rule, sentence_start
from deskero_tui.domain.text.safe_text import SafeText

_SIGNATURE_MARK: Final = re.compile(r"-- ?")
_WORD: Final = re.compile(r"[^\W_]")
_PICTURE: Final = re.compile(r"\[(?:image\b|cid:)[^\]]*\]", re.IGNORECASE)
_LONGEST_PHRASE: Final = 80
_LONGEST_TITLE: Final = 60
_SENTENCE_END: Final = re.compile(r"[.!?,;\u2026)]$")


@dataclass(frozen=True, slots=True)
class Part:
    """Some whole lines of a message, all quoted or all new, line ends included."""

    text: SafeText
    is_quote: bool


def split_quotes(
    text: SafeText, earlier: EarlierText | None = None, *, is_forward: bool = False
) -> tuple[Part, ...]:
    """Part a message into new and quoted text, in order; joined they are the message again.

    Lines with ">" are quoted, and an "On … wrote:" right above them. Below the head of a quoted
    message ("From: … Sent: …", "Original Message") the lines are quoted that `earlier` messages
    have. Without any, all of them are, unless something speaks for answers among them.
    A message in which no answer would stay visible has one part. So has a forwarded one, whose head
    is part of what it is about. Signatures belong to the text they stand in.
    """
    lines = text.splitlines(keepends=True)
    is_quote = _marked(lines, earlier or EarlierText(), is_forward)
    if not _has_answer(lines, is_quote):
        is_quote = [False] * len(lines)
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


def _marked(lines: list[str], earlier: EarlierText, is_forward: bool) -> list[bool]:
    """Tell for every line whether it is quoted."""
    is_quote = [line.lstrip(" ").startswith(">") for line in lines]
    _mark_sentences(lines, is_quote)
    _join_over_blank_lines(lines, is_quote)
    sections = list(_sections(lines, is_quote))
    if not sections:
        return is_quote
    if not earlier.is_empty:
        _mark_known(lines, is_quote, sections, earlier)
    elif not is_forward:
        _mark_below_heads(lines, is_quote, sections)
    return is_quote


def _mark_sentences(lines: list[str], is_quote: list[bool]) -> None:
    """Mark every "On … wrote:" that stands right above quoted lines, in place."""
    below_is_quote = False
    for index in range(len(lines) - 1, -1, -1):
        if not is_quote[index] and lines[index].strip():
            first = sentence_start(lines, index) if below_is_quote else None
            below_is_quote = first is not None
            if first is not None:
                is_quote[first : index + 1] = [True] * (index + 1 - first)
        below_is_quote = below_is_quote or is_quote[index]


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


# -- below the head of a quoted message ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    """The head of a quoted message and what stands below it, up to the next head."""

    head: Head
    end: int


def _sections(lines: list[str], is_quote: list[bool]) -> Iterator[_Section]:
    last: Head | None = None
    index = 0
    while index < len(lines):
        head = None if is_quote[index] else head_at(lines, index)
        if head is None:
            index += 1
            continue
        if last is not None:
            yield _Section(last, max(last.end, head.first))
        last = head
        index = max(head.end, index + 1)
    if last is not None:
        yield _Section(last, len(lines))


def _mark_known(
    lines: list[str], is_quote: list[bool], sections: Sequence[_Section], earlier: EarlierText
) -> None:
    """Mark what stands in an earlier message below the first head, in place.

    The text is compared twice: each section as one message, and all of it as the quotes within an
    earlier message. The heads themselves are quoted where something below them is.
    """
    first = sections[0].head.first
    is_known = [False] * len(lines)
    for section in sections:
        below = [index for index in range(section.head.end, section.end) if not is_quote[index]]
        _find(lines, below, is_known, earlier, is_message=True)
    if any(is_known):
        unquoted = [index for index in range(first, len(lines)) if not is_quote[index]]
        _find(lines, unquoted, is_known, earlier, is_message=False)
    _mark_heads(lines, is_quote, sections, is_known)
    for index in range(first, len(lines)):
        is_quote[index] = is_quote[index] or is_known[index]
    _join_neutral(lines, is_quote, first)


def _find(
    lines: list[str],
    places: list[int],
    is_known: list[bool],
    earlier: EarlierText,
    *,
    is_message: bool,
) -> None:
    """Mark those of the lines at `places` that stand in an earlier message, in place."""
    places = [index for index in places if lines[index].strip()]
    marks = [is_known[index] for index in places]
    earlier.find([lines[index] for index in places], marks, is_message=is_message)
    for index, mark in zip(places, marks, strict=True):
        is_known[index] = mark


def _mark_heads(
    lines: list[str], is_quote: list[bool], sections: Sequence[_Section], is_known: list[bool]
) -> None:
    """Mark the heads of those sections that hold something quoted, in place."""
    was_quote = False
    for head, end in ((section.head, section.end) for section in sections):
        below = [index for index in range(head.end, end) if not _is_neutral(lines[index])]
        if any(not is_quote[index] for index in below):
            was_quote = any(is_known[index] for index in below)
        elif below:
            was_quote = head.trust is Trust.SURE
        if was_quote:
            is_quote[head.first : head.end] = [True] * (head.end - head.first)


def _is_neutral(line: str) -> bool:
    """Tell whether a line has no words to compare: it goes with those around it."""
    text = line.strip()
    if len(text) > _LONGEST_PHRASE:
        return False
    return _PICTURE.fullmatch(text) is not None or not _WORD.search(text)


def _join_neutral(lines: list[str], is_quote: list[bool], first: int) -> None:
    """Count lines without words as quoted between two quoted ones, and at the end, in place."""
    run: list[int] = []
    was_quote = False
    for index in range(first, len(lines)):
        if not is_quote[index] and _is_neutral(lines[index]):
            run.append(index)
            continue
        if was_quote and is_quote[index]:
            for neutral in run:
                is_quote[neutral] = True
        run.clear()
        was_quote = is_quote[index]
    if was_quote:
        for neutral in run:
            is_quote[neutral] = True


def _mark_below_heads(lines: list[str], is_quote: list[bool], sections: Sequence[_Section]) -> None:
    """Mark what stands below sure heads, in place; nothing earlier is known to compare with.

    Where the text above points at answers below, or is only a title of what follows, all of it
    stays. So does what holds lines that are marked as answers.
    """
    first = sections[0].head.first
    above = [lines[index].strip() for index in range(first) if not is_quote[index]]
    if any(POINTS_BELOW.search(line, 0, 500) for line in above):
        return
    if _is_title(above, sections[0].head):
        return
    is_folding = False
    for section in sections:
        head, end = section.head, section.end
        if head.trust is Trust.SURE:
            below = [index for index in range(head.end, end) if lines[index].strip()]
            has_signs = bool(below) and is_quote[below[0]]
            is_answered = any(MARKED_ANSWER.match(lines[index]) for index in below)
            if has_signs and not is_answered:
                is_quote[head.first : head.end] = [True] * (head.end - head.first)
            is_folding = not has_signs and not is_answered
        if is_folding:
            is_quote[head.first : end] = [True] * (end - head.first)


def _is_title(above: Sequence[str], head: Head) -> bool:
    """Tell whether the lines above a head only introduce it, as in the mail of a contact form."""
    written = [line for line in above if line and not GREETING.fullmatch(line)]
    if not written:
        return False
    if written[-1].endswith((":", "\uff1a")):
        return True
    # A form has a name ("Modulo contatti"), an answer is a sentence.
    is_name = len(written[-1]) <= _LONGEST_TITLE and not _SENTENCE_END.search(written[-1])
    return head.is_like_a_form and len(written) == 1 and is_name


# -- what stays visible --------------------------------------------------------------------------


def _has_answer(lines: list[str], is_quote: list[bool]) -> bool:
    """Tell whether something beside the quotes says more than a greeting or a signature."""
    is_signed = False
    for index, line in enumerate(lines):
        if is_quote[index]:
            is_signed = False
            continue
        text = line.strip()
        if _SIGNATURE_MARK.fullmatch(line.rstrip("\n")):
            is_signed = True
        if is_signed or not text or is_rule(text):
            continue
        if len(text) > _LONGEST_PHRASE:
            return True
        if CLOSING.fullmatch(text):
            is_signed = True
        elif not GREETING.fullmatch(text) and not MOBILE_SIGNATURE.fullmatch(text):
            return True
    return False
