"""The HTML tokenizer: tags, text and raw text, in time linear in the length of the source.

It follows the tokenizer of the HTML standard: comments, declarations and broken tags end where
they end in a browser. The tree decides when text is raw (`raw_text`, `rest`) and when a CDATA
section is text (`is_foreign`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.entities import html5
from typing import Final

_MARKUP: Final = re.compile(r"<(?:(/?)([a-zA-Z][^ \t\n\f/>]*)|!|\?|/(?=.))", re.DOTALL)
_ATTRIBUTE: Final = re.compile(
    r"(?P<before>[ \t\n\f/]*)(?:(?P<end>>)|(?P<name>[^ \t\n\f/>][^ \t\n\f/>=]*)"
    r"(?:[ \t\n\f]*=[ \t\n\f]*"
    r"(?:\"(?P<double>[^\"]*)\"?|'(?P<single>[^']*)'?|(?P<bare>[^ \t\n\f>\"'][^ \t\n\f>]*)?))?)"
)
_COMMENT_END: Final = re.compile("--!?>")
_SELECTED_BY: Final = frozenset({"class", "id"})
_KEPT_ATTRIBUTES: Final = frozenset(
    {
        "alt",
        "colspan",
        "encoding",
        "height",
        "hidden",
        "href",
        "role",
        "rowspan",
        "size",
        "start",
        "style",
        "type",
        "value",
        "width",
    }
)
_REFERENCE: Final = re.compile(r"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*;?)(=?)")
_SCRIPT_MARK: Final = re.compile(r"<!--|-->|(</?)script(?=[ \t\n\f/>])", re.IGNORECASE)
RAW: Final = frozenset({"title", "style", "script", "noframes", "iframe", "noembed"})
"""Elements whose inside is neither markup nor shown."""

_NO_ATTRIBUTES: Final[dict[str, str]] = {}


@dataclass(slots=True)
class Words:
    """Text between tags with its entities resolved; may hold any character but NUL."""

    text: str


@dataclass(slots=True)
class Start:
    """A start tag; `attributes` holds only those that matter for reading, the first of each."""

    tag: str
    attributes: dict[str, str]
    is_self_closing: bool


@dataclass(slots=True)
class End:
    """An end tag, whether or not an element of that name is open."""

    tag: str


Token = Words | Start | End


class HtmlTokens:
    """The tokens of one source, read one after the other."""

    def __init__(self, source: str) -> None:
        self._source = source.replace("\r\n", "\n").replace("\r", "\n")
        self._end = len(self._source)
        self._at = 0
        self.is_foreign = False
        """True while the innermost open element belongs to SVG or MathML."""
        self.keeps_names = False
        """Whether start tags have `class` and `id`, which only style sheets need."""

    def read(self) -> Token | None:
        """Return the next token; None at the end of the source."""
        source = self._source
        while self._at < self._end:
            found = _MARKUP.search(source, self._at)
            begin = found.start() if found else self._end
            if begin > self._at:
                text = source[self._at : begin]
                self._at = begin
                return Words(_resolved(text))
            assert found is not None
            if found[2] is None:
                if words := self._declaration(begin):
                    return words
            elif (tag := self._tag(found)) is not None:
                return tag
        return None

    def raw_text(self, tag: str) -> str:
        """Take everything up to the end tag of a raw element, and that end tag.

        Without an end tag the element reaches to the end of the source, as in a browser.
        """
        begin = self._at
        if tag == "script":
            end = self._end_of_script()
        else:
            closing = _end_tag(tag).search(self._source, begin)
            end = closing.start() if closing else self._end
        self._at = self._end if end == self._end else end
        if end < self._end and (found := _MARKUP.match(self._source, end)):
            self._tag(found)
        return self._source[begin:end].replace("\0", "\ufffd")

    def rest(self) -> str:
        """Take everything up to the end of the source, without looking for tags in it."""
        begin, self._at = self._at, self._end
        return self._source[begin:].replace("\0", "\ufffd")

    def unread(self) -> str:
        """Return the part of the source that was not read."""
        return self._source[self._at :]

    def skip_line_feed(self) -> None:
        """Pass over one line feed that follows at once: it belongs to the tag before it."""
        if self._source.startswith("\n", self._at):
            self._at += 1

    def _tag(self, found: re.Match[str]) -> Start | End | None:
        """Read a tag up to its end; None when the source ends in it, which drops it."""
        source, place = self._source, found.end()
        name = found[2].lower()
        if place < self._end and source[place] == ">":
            self._at = place + 1
            return End(name) if found[1] else Start(name, _NO_ATTRIBUTES, False)
        kept: dict[str, str] = {}
        while attribute := _ATTRIBUTE.match(source, place):
            place = attribute.end()
            if attribute["end"]:
                self._at = place
                is_self_closing = attribute["before"].endswith("/")
                return End(name) if found[1] else Start(name, kept, is_self_closing)
            key = attribute["name"].lower()
            is_kept = key in _KEPT_ATTRIBUTES or (self.keeps_names and key in _SELECTED_BY)
            if is_kept and key not in kept:
                value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
                kept[key] = _resolved_value(value)
        self._at = self._end
        return None

    def _declaration(self, begin: int) -> Words | None:
        """Pass over a comment or declaration; a CDATA section in foreign content is text."""
        source = self._source
        if source.startswith("<!--", begin):
            if source.startswith((">", "->"), begin + 4):
                self._at = source.index(">", begin) + 1
            else:
                closing = _COMMENT_END.search(source, begin + 4)
                self._at = closing.end() if closing else self._end
            return None
        if self.is_foreign and source.startswith("<![CDATA[", begin):
            end = source.find("]]>", begin)
            end = self._end if end < 0 else end
            self._at = min(self._end, end + 3)
            return Words(source[begin + 9 : end]) if end > begin + 9 else None
        end = source.find(">", begin + 2)
        self._at = self._end if end < 0 else end + 1
        return None

    def _end_of_script(self) -> int:
        """Find the end tag of a script; one inside `<!-- <script>` does not count."""
        is_escaped = is_nested = False
        place = self._at
        while found := _SCRIPT_MARK.search(self._source, place):
            place = found.end()
            if found[0] == "<!--":
                place -= 2  # "<!-->" ends what it begins
                is_escaped = True
            elif found[0] == "-->":
                is_escaped = is_nested = False
            elif found[1] == "<":
                is_nested = is_escaped
            elif is_nested:
                is_nested = False
            else:
                return found.start()
        return self._end


def resolve(text: str) -> str:
    """Resolve the entities of a text, as in RCDATA."""
    return unescape(text) if "&" in text else text


def _resolved(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "")
    return unescape(text) if "&" in text else text


def _resolved_value(value: str) -> str:
    """Resolve entities as in attributes: `?a=1&copy=2` keeps its second parameter."""
    return _REFERENCE.sub(_value_of, value) if "&" in value else value


def _value_of(found: re.Match[str]) -> str:
    name, equals = found[1], found[2]
    if name[0] == "#":
        return unescape(f"&{name}") + equals
    if name not in html5 or (equals and not name.endswith(";")):
        return found[0]
    return html5[name] + equals


@lru_cache
def _end_tag(tag: str) -> re.Pattern[str]:
    return re.compile(f"</{tag}(?=[ \t\n\f/>])", re.IGNORECASE)
