"""The guess whether a message is HTML or plain text that mentions tags.

The desk stores both in the same field. The structure of the whole decides: what surrounds the
tags, whether they pair, and whether line ends stand where only plain text has them. In doubt the
answer is plain text: it shows every character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from deskero_tui.domain.text.html_elements import tags


class MessageFormat(Enum):
    """How the source of a message is to be read."""

    HTML = "html"
    TEXT = "text"
    TEXT_WITH_REFERENCES = "text with character references"
    """Plain text whose letters some program has escaped, as in `caf&eacute;`."""


_MOST_TAGS: Final = 2_000
_MOST_PLAIN_TEXT_SIGNS: Final = 0.5
"""Signs of plain text for each sign of HTML, above which a message is plain text."""

_WRAPPED_LINE: Final = range(60, 101)
"""Length of a line that was broken because it was full; other line ends are meant."""

_WEIGHT_OF_LOSS: Final = 3
"""Angle brackets that HTML would swallow, such as `<ada@mail.example>`, count so many times."""

_BLOCKS: Final = tags(
    "address article aside blockquote body br center dd div dl dt fieldset footer form h1"
    " h2 h3 h4 h5 h6 head header hr html li link main meta nav ol p pre section style table"
    " tbody td tfoot th thead title tr ul"
)
_WORDS: Final = tags(
    "a abbr b bdi bdo big button cite code del details em figure figcaption font i img"
    " input ins kbd label mark nobr o:p q s samp small span strike strong sub summary sup tt"
    " u var wbr caption col colgroup"
)
_KNOWN: Final = _BLOCKS | _WORDS
_SNIPPETS: Final = tags(
    "article aside div footer form header main nav section table ul ol dl p pre"
)
_VOID: Final = tags("br hr img input link meta wbr col")
_MAY_STAY_OPEN: Final = tags("p li dt dd td th tr tbody thead tfoot")
_DOCUMENT: Final = tags("html head body meta style link")

_ANGLE: Final = re.compile(r"<(/?)([a-zA-Z][^\s<>/]*)([^<>]*)>|<")
_BOOLEANS: Final = tags("hidden nowrap noshade checked disabled selected readonly")
_ATTRIBUTE_NAME: Final = re.compile(r"[a-zA-Z_:@][\w:.@-]*")
_DOCTYPE: Final = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_START: Final = re.compile(r"(?:[\s\ufeff]+|<\?xml[^>]*>)*")
_REFERENCE: Final = re.compile(r"&(?:[a-zA-Z]\w{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_IN_WORD: Final = re.compile(
    r"(?:(?<=\w)&(?:[a-zA-Z](?:acute|grave|uml|circ|tilde|cedil|ring|caron)|[a-z]{2}lig|szlig"
    r"|[lr]squo|apos|#39|#x27|#\d{3,4});"
    r"|&(?:[a-zA-Z](?:acute|grave|uml|circ|tilde|cedil|ring|caron)|[a-z]{2}lig|szlig);(?=\w))"
)
_NEAR: Final = 80
"""Characters on either side of a tag that are looked at."""

_OPENING: Final = " \t\"'`(["
_CLOSING: Final = " \t\"'`)],.;:!?"
_QUOTES: Final = "\"'`"


class _Tag(NamedTuple):
    begin: int
    end: int
    name: str
    is_end: bool
    has_attributes: bool


def guess_format(source: str) -> MessageFormat:
    """Decide how to read a message."""
    if "<" not in source:
        return _without_tags(source)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source = _without_comments(source)
    begin = _START.match(source)
    start = begin.end() if begin else 0
    if _DOCTYPE.match(source, start):
        return MessageFormat.HTML
    survey = _Survey(source, start)
    return MessageFormat.HTML if survey.is_html() else MessageFormat.TEXT


def _without_tags(source: str) -> MessageFormat:
    if "&" in source and _IN_WORD.search(source) and "&" not in _REFERENCE.sub("", source):
        return MessageFormat.TEXT_WITH_REFERENCES
    return MessageFormat.TEXT


def _without_comments(source: str) -> str:
    """Take comments out, with the tags in them."""
    parts: list[str] = []
    place = 0
    while (begin := source.find("<!--", place)) >= 0:
        end = source.find("-->", begin + 4)
        if end < 0:
            break
        parts.append(source[place:begin])
        place = end + 3
    return "".join([*parts, source[place:]])


class _Survey:
    """What the angle brackets of a source look like."""

    def __init__(self, source: str, start: int) -> None:
        self._source = source
        self._start = start
        self._tags: list[_Tag] = []
        self._mentions = 0
        self._lost = 0
        self._stray = 0
        self._first_is_known = False
        self._end = len(source)
        self._look()

    def is_html(self) -> bool:
        """Weigh the signs."""
        if not self._tags:
            return False
        first = self._tags[0]
        starts = first.begin == self._start
        if starts and first.name in _DOCUMENT and not self._is_followed_by_word(first):
            return True
        if not self._first_is_known:
            return False
        closed = self._closed()
        inside = self._inside(closed)
        outside = list(self._texts_outside(inside))
        if starts and closed and not any(text.strip() for text in outside):
            return True
        html = unpaired = 0
        for index, tag in enumerate(self._tags):
            may_stay_open = tag.name in _VOID or (tag.name in _MAY_STAY_OPEN and not tag.is_end)
            if index not in closed and not may_stay_open:
                unpaired += 1
            elif not tag.is_end:
                html += 1 + tag.has_attributes
        plain = self._mentions + self._stray + unpaired + self._hard_line_ends(inside)
        plain += _WEIGHT_OF_LOSS * (self._lost + self._is_document_quoted())
        return html > 0 and plain <= html * _MOST_PLAIN_TEXT_SIGNS

    def _look(self) -> None:
        """Sort angle brackets into tags, mentions of tags and others."""
        source = self._source
        is_first = True
        for found in _ANGLE.finditer(source, self._start):
            name = (found[2] or "").lower()
            if not name:
                self._stray += not source.startswith(("<!", "<?", "</"), found.start())
                continue
            is_known = (name in _KNOWN or ":" in name[:4]) and _has_tag_form(found[3])
            if is_first:
                self._first_is_known = is_known
                is_first = False
            tag = _Tag(found.start(), found.end(), name, bool(found[1]), "=" in found[3])
            if not is_known:
                self._lost += name not in ("script", "iframe", "svg", "math", "video", "object")
            elif self._is_mention(tag):
                self._mentions += 1
            else:
                self._tags.append(tag)
                if len(self._tags) >= _MOST_TAGS:
                    self._end = found.end()
                    break

    def _is_mention(self, tag: _Tag) -> bool:
        """Tell whether a tag stands in a sentence like a word."""
        source = self._source
        before = source[tag.begin - 1] if tag.begin else "\n"
        after = source[tag.end : tag.end + 1] or "\n"
        if before in _QUOTES and (after in _QUOTES or tag.name in _BLOCKS):
            return True
        begin, end = max(0, tag.begin - _NEAR), min(len(source), tag.end + _NEAR)
        words_before = source[begin : tag.begin].rpartition("\n")[2]
        words_after = source[tag.end : end].partition("\n")[0].lstrip(_CLOSING)
        if tag.name in _BLOCKS and not tag.is_end and before in " \t" and tag.name != "br":
            words = words_before.rstrip()
            if words and not words.endswith(">"):
                return True
        is_used = tag.name in ("a", "img") and tag.has_attributes
        if is_used or before not in _OPENING or after not in _CLOSING:
            return False
        is_word_before = words_before.rstrip(_OPENING)[-1:] not in ("", ">")
        is_word_after = words_after[:1] not in ("", "<")
        return is_word_before and (is_word_after or after not in " \t")

    def _is_followed_by_word(self, tag: _Tag) -> bool:
        after = self._source[tag.end : tag.end + 2]
        return len(after) == 2 and after[0] in " \t" and after[1].isalpha()

    def _is_document_quoted(self) -> bool:
        """Tell whether a whole document follows on words; a mail would begin with it."""
        first = self._tags[0]
        before = self._source[self._start : first.begin]
        return first.name in _DOCUMENT and bool(before.strip())

    def _closed(self) -> dict[int, int]:
        """Give the index of the other tag for each tag of a pair."""
        pairs: dict[int, int] = {}
        open_tags: list[int] = []
        for index, tag in enumerate(self._tags):
            if not tag.is_end:
                if tag.name not in _VOID:
                    open_tags.append(index)
                continue
            depth = len(open_tags)
            while depth and self._tags[open_tags[depth - 1]].name != tag.name:
                depth -= 1
            if depth:
                begin = open_tags[depth - 1]
                del open_tags[depth - 1 :]
                pairs[begin], pairs[index] = index, begin
        return pairs

    def _inside(self, closed: dict[int, int]) -> list[tuple[int, int]]:
        """Give the ranges of the source that are tags or inside of a pair of them."""
        ranges: list[tuple[int, int]] = []
        reach = -1
        for index, tag in enumerate(self._tags):
            if tag.begin < reach:
                continue
            reach = tag.end
            if index in closed and not tag.is_end:
                reach = self._tags[closed[index]].end
            elif tag.name in _MAY_STAY_OPEN and not tag.is_end and index + 1 < len(self._tags):
                reach = self._tags[index + 1].begin
            ranges.append((tag.begin, reach))
        return ranges

    def _texts_outside(self, inside: list[tuple[int, int]]) -> Iterator[str]:
        place = self._start
        for begin, end in inside:
            yield self._source[place:begin]
            place = max(place, end)
        yield self._source[place : self._end]

    def _hard_line_ends(self, inside: list[tuple[int, int]]) -> int:
        """Count line ends outside of elements that no tag explains."""
        source = self._source
        begins = [begin for begin, _ in inside]
        by_end = {tag.end: tag for tag in self._tags}
        by_begin = {tag.begin: tag for tag in self._tags}
        count = blank = 0
        place = self._start
        before_end = before_begin = -1
        for line in source[self._start : self._end].split("\n"):
            begin = place + len(line) - len(line.lstrip())
            end = place + len(line.rstrip())
            place += len(line) + 1
            if end <= begin:
                blank += 1
                continue
            if before_end >= 0:
                index = bisect_right(begins, before_end) - 1
                is_inside = index >= 0 and before_end < inside[index][1]
                beside = (by_end.get(before_end), by_begin.get(begin))
                is_explained = any(tag and tag.name in _BLOCKS for tag in beside)
                is_wrapped = not blank and before_end - before_begin in _WRAPPED_LINE
                count += not (is_inside or is_explained or is_wrapped)
                count += not is_inside and _is_edge_of_snippet(*beside)
            before_begin, before_end, blank = begin, end, 0
        return count


def _is_edge_of_snippet(before: _Tag | None, after: _Tag | None) -> bool:
    """Tell whether a line end parts a line of words from a line that is a block of markup.

    Programs that write HTML put such words into a block, too, or set no line ends.
    """
    if before is not None and after is not None:
        return False
    tag = before or after
    return tag is not None and tag.name in _SNIPPETS and tag.is_end == (before is not None)


def _has_tag_form(attributes: str) -> bool:
    """Tell whether what stands behind the name of a tag looks like attributes."""
    if not attributes.strip(" \t\n/"):
        return True
    if not attributes[0].isspace() and attributes[0] != "/":
        return False
    if "=" in attributes:
        names = attributes.partition("=")[0].split()
        return bool(names) and _ATTRIBUTE_NAME.fullmatch(names[-1]) is not None
    return _BOOLEANS.issuperset(attributes.lower().strip(" /").split())
