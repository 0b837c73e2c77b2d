"""Lines of readable text put together from HTML tokens.

Breaks are asked for and only made when words follow, so nested blocks leave no heaps of blank lines
and one-cell layout tables leave no trace.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from deskero_tui.domain.links import LinkList
from deskero_tui.domain.markup import End, Start, Words, tokens


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID: Final = _tags("area base br col embed hr img input link meta param source track wbr")
_UNSEEN: Final = _tags(
    "head template script style title iframe noembed noframes object svg audio video"
)
_PARAGRAPHS: Final = _tags("p h1 h2 h3 h4 h5 h6 blockquote pre dl fieldset figure")
_BLOCKS: Final = _tags(
    "address article aside body center dd details div dt figcaption footer form header html li main"
    " nav ol option section select summary table tbody tfoot thead tr ul"
)
_CLOSES_SAME: Final = _tags("li option p dt dd td th tr")
_NO_DISPLAY: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")

_SEPARATOR: Final = " | "
_MOST_NESTED: Final = 8
"""Deeper quotes and lists are drawn at this depth: prefixes would outgrow the words."""

_MOST_TOKENS: Final = 100_000
"""Tags and texts of one message; long mails have a few thousand."""


@dataclass(slots=True)
class _List:
    is_numbered: bool
    next_number: int


@dataclass(slots=True)
class _OpenLink:
    address: str
    visible: list[str]


class Page:
    """One message being laid out; for a single `read`."""

    def __init__(self, links: LinkList, *, most_chars: int, most_lines: int) -> None:
        self._links = links
        self._most_chars = most_chars
        self._most_lines = most_lines
        self._chars = 0
        self._tokens = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._breaks_due = 0
        self._space_due = False
        self._before_words = ""
        self._quotes = 0
        self._line_quotes = 0
        self._preformatted = 0
        self._lists: list[_List] = []
        self._row_line = -1
        self._open: list[str] = []
        self._open_count: Counter[str] = Counter()
        self._unseen_from: int | None = None
        self._link: _OpenLink | None = None

    @property
    def is_full(self) -> bool:
        """True once reading stopped for want of room."""
        return (
            self._chars > self._most_chars
            or len(self._lines) > self._most_lines
            or self._tokens > _MOST_TOKENS
        )

    def read(self, source: str) -> str:
        """Lay out a whole message; lines are parted by line feeds. Not yet safe to show."""
        for token in islice(tokens(source), _MOST_TOKENS + 1):
            self._tokens += 1
            match token:
                case Words(text):
                    if self._unseen_from is None:
                        self._words(text)
                case Start(tag, attributes):
                    self._start(tag, attributes)
                case End(tag):
                    self._end(tag)
            if self.is_full:
                break
        self._close_link()
        if self._line:
            self._end_line()
        return "\n".join(self._lines)

    # Elements

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "body":
            self._close_up_to("head")
        elif tag in _CLOSES_SAME and self._open and self._open[-1] == tag:
            self._close_up_to(tag)
        is_seen = self._unseen_from is None
        if tag not in _VOID:
            self._open.append(tag)
            self._open_count[tag] += 1
            if is_seen and (tag in _UNSEEN or _is_hidden(attributes)):
                self._unseen_from = len(self._open)
                return
        if is_seen:
            self._begin(tag, attributes)

    def _end(self, tag: str) -> None:
        if tag == "br":
            self._start("br", {})
        else:
            self._close_up_to(tag)

    def _close_up_to(self, tag: str) -> None:
        """Close the innermost such element and what is open in it; nothing when there is none."""
        if not self._open_count[tag]:
            return
        while True:
            closed = self._open.pop()
            self._open_count[closed] -= 1
            if self._unseen_from is None:
                self._leave(closed)
            elif len(self._open) < self._unseen_from:
                self._unseen_from = None
            if closed == tag:
                return

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._ask_break_for(tag)
        match tag:
            case "a":
                self._close_link()
                self._link = _OpenLink(attributes.get("href", ""), [])
            case "br":
                self._new_line()
            case "hr":
                self._ask_break(1)
                self._words("-" * 10)
                self._ask_break(1)
            case "img":
                self._image(attributes)
            case "blockquote":
                self._quotes += 1
            case "pre":
                self._preformatted += 1
            case "ul" | "ol":
                first = attributes.get("start", "1")
                number = int(first) if re.fullmatch(r"\d{1,6}", first) else 1
                self._lists.append(_List(tag == "ol", number))
            case "li":
                separator = _SEPARATOR if self._before_words == _SEPARATOR else ""
                self._before_words = separator + self._marker()
            case "tr":
                self._row_line = -1
            case "td" | "th":
                self._begin_cell()
            case _:
                pass

    def _leave(self, tag: str) -> None:
        match tag:
            case "a":
                self._close_link()
            case "blockquote":
                self._quotes -= 1
            case "pre":
                self._preformatted -= 1
            case "ul" | "ol":
                self._lists.pop()
            case "li" | "tr" | "table":
                self._before_words = ""
            case _:
                pass
        self._ask_break_for(tag)

    def _begin_cell(self) -> None:
        """Part a cell from the one before it, unless that one already broke the line."""
        if self._line and self._row_line == len(self._lines):
            self._before_words = _SEPARATOR
            self._breaks_due = 0
        else:
            self._ask_break(1)
            self._row_line = -1

    def _image(self, attributes: Mapping[str, str]) -> None:
        """Name a picture; an empty `alt` or a size of one pixel says it shows nothing."""
        is_pixel = {attributes.get("width"), attributes.get("height")} & {"0", "1"}
        description = " ".join(attributes.get("alt", "").split())
        if description:
            self._words(f"[image: {description[:200]}]")
        elif "alt" not in attributes and not is_pixel:
            self._words("[image]")

    def _marker(self) -> str:
        if not self._lists:
            return "- "
        innermost = self._lists[-1]
        indent = "  " * min(len(self._lists) - 1, _MOST_NESTED)
        number = innermost.next_number
        innermost.next_number += 1
        return f"{indent}{number}. " if innermost.is_numbered else f"{indent}- "

    # Words and lines

    def _words(self, text: str) -> None:
        if self._preformatted:
            first, *others = re.split(r"\r\n|\r|\n", text)
            if not first and others and self._breaks_due:
                first = others.pop(0)  # the line end behind <pre> is part of the tag
            self._put(first)
            for line in others:
                if self.is_full:
                    return
                self._new_line()
                self._put(line)
            return
        squeezed = _SPACES.sub(" ", text)
        words = squeezed.strip(" ")
        if squeezed.startswith(" "):
            self._space_due = True
        if words:
            self._put(words)
            self._space_due = squeezed.endswith(" ")

    def _put(self, text: str) -> None:
        """Append words to the line, after the breaks, marks and space that are due."""
        if not text:
            return
        is_apart = self._space_due or self._breaks_due > 0
        self._make_breaks()
        if not self._line:
            self._line_quotes = self._depth()
        if self._before_words:
            self._add(self._before_words)
            self._before_words = ""
        elif self._space_due and self._line:
            self._add(" ")
        self._space_due = False
        if self._row_line < 0:
            self._row_line = len(self._lines)
        if self._link is not None:
            self._link.visible.append(f" {text}" if is_apart else text)
            self._add(text)
        else:
            self._add(self._links.labelled(text))

    def _add(self, text: str) -> None:
        self._line.append(text)
        self._chars += len(text)

    def _close_link(self) -> None:
        link, self._link = self._link, None
        if link is None or not link.visible:
            return
        label = self._links.label(link.address, "".join(link.visible).strip())
        if label and self._line:
            self._add(f" {label}")
        elif label:
            self._lines[-1] += f" {label}"

    def _ask_break_for(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._ask_break(1 if self._lists else 2)
        elif tag in _BLOCKS:
            self._ask_break(1)

    def _ask_break(self, count: int) -> None:
        """Ask for a new line (1) or a blank line between (2), once words follow."""
        if not self._before_words:
            self._breaks_due = max(self._breaks_due, count)

    def _make_breaks(self) -> None:
        if self._breaks_due and self._line:
            self._end_line()
        if self._breaks_due > 1 and self._lines and self._lines[-1].strip("> "):
            self._lines.append(_quote_signs(min(self._line_quotes, self._depth())).rstrip())
        self._breaks_due = 0

    def _new_line(self) -> None:
        """Break the line here and now; twice in a row leaves a blank one."""
        self._breaks_due = 0
        self._space_due = False
        if not self._line:
            self._line_quotes = self._depth()
        self._end_line()

    def _end_line(self) -> None:
        prefix = _quote_signs(self._line_quotes)
        self._lines.append((prefix + "".join(self._line)).rstrip(" "))
        self._chars += len(prefix) + 1
        self._line.clear()

    def _depth(self) -> int:
        return min(self._quotes, _MOST_NESTED)


def _quote_signs(depth: int) -> str:
    return "> " * depth


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(_NO_DISPLAY.search(attributes.get("style", "")))
