"""What customers write becomes readable text, and what agents write becomes HTML.

Nothing is ever fetched. What comes out of `readable` went through `safe_block` after entities were
resolved, so `&#27;` is as harmless as the character itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape, unescape
from typing import Final

from deskero_tui.domain.text.html_flow import NOT_VISIBLE
from deskero_tui.domain.text.html_layout import HtmlLayout, flat_text
from deskero_tui.domain.text.html_tree import HtmlTree
from deskero_tui.domain.text.links import Link, LinkList
from deskero_tui.domain.text.markup_guess import MessageFormat, guess_format
from deskero_tui.domain.text.safe_text import SafeText, safe_block

_MOST_CHARS: Final = 1_000_000
_MOST_LINES: Final = 50_000
_ANY_TAG: Final = re.compile(r"<(?:[a-zA-Z](?![\u0300-\u036f])|[/!?])[^<>]*>")
"""A tag in decomposed text (NFD). A letter with an accent begins none: `<Ù>` is text."""
_FORMATS: Final = {True: MessageFormat.HTML, False: MessageFormat.TEXT}
_NOT_COMPARED: Final = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_MOST_ESCAPINGS: Final = 32
_FROZEN: Final = str.maketrans({"<": "\uff1c", "&": "\uff06"})
"""The full-width forms, so that nothing compared again is taken for a tag or an entity."""
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DATA_URI: Final = re.compile(
    r"(?<![\w-])(data:[\w.+-]{1,60}/[\w.+-]{1,60}(?:;[\w.+=-]{1,200}){0,5},)"
    r"([\w+/=%.~!$*-]{40,}(?:\r?\n[\w+/=%-]{40,})*(?:\r?\n[\w+/%-]{1,76}=*(?=[\s)\"'>]|\Z))?)",
    re.IGNORECASE | re.ASCII,
)
"""A picture or file inside a text, whose lines a mail program may have broken."""
_LONGEST_DATA: Final = 200
"""Characters of a data URI that are shown."""
_BLANK: Final = NOT_VISIBLE + ">"
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Readable:
    """A message as text; numbers in brackets in `text` are those of `links`.

    `text` is the whole message up to a million characters and 50,000 lines. `lines_left` counts
    the lines beyond that limit; it is 0 when `text` holds everything.
    """

    text: SafeText
    links: tuple[Link, ...]
    lines_left: int


def readable(source: str, *, is_html: bool | None = None) -> Readable:
    """Turn a message into text for the screen; `is_html=None` guesses its format.

    HTML: blocks become lines, lists get "- " or "1. ", table rows are parted by " | ", quotes start
    with "> ", images are "[image: what they show]"; hidden parts are left out. In both kinds every
    web or mail address gets a number, and its real host where the text names another one, and of a
    long data URI only the length is shown.
    """
    links = LinkList()
    lines_left = 0
    source = _without_data(source)
    match guess_format(source) if is_html is None else _FORMATS[is_html]:
        case MessageFormat.HTML:
            text, lines_left = _laid_out(source, links)
        case MessageFormat.TEXT_WITH_REFERENCES:
            text = links.labelled(unescape(source))
        case MessageFormat.TEXT:
            text = links.labelled(source)
    begun, rest = _split(squeezed(_LINE_END.sub("\n", text)))
    shown = safe_block(begun, max_chars=_MOST_CHARS, max_lines=_MOST_LINES)
    return Readable(shown, links.all(), lines_left + rest)


def _without_data(source: str) -> str:
    """Replace what long data URIs hold by its length: it is no text, and takes the room of text."""

    def shown(found: re.Match[str]) -> str:
        length = len(found[2])
        return found[0] if length <= _LONGEST_DATA else f"{found[1]}[{length:,} characters]"

    return _DATA_URI.sub(shown, source)


def _laid_out(source: str, links: LinkList) -> tuple[str, int]:
    """Return the text of HTML and the number of lines that found no room."""
    layout = HtmlLayout(links, most_chars=_MOST_CHARS, most_lines=_MOST_LINES)
    rest = flat_text(HtmlTree(layout).read(source))
    lines = layout.finish()
    if rest and layout.is_full:
        return "\n".join(lines), len(squeezed(rest).split("\n"))
    return "\n".join([*lines, rest]), 0


def squeezed(text: str) -> str:
    """Shrink runs of blank lines to one, and leave them out at both ends.

    A line is blank too when it holds nothing but quote signs and characters that are not seen.
    """
    kept: list[str] = []
    blank: str | None = None
    for line in text.split("\n"):
        if not line.strip(_BLANK):
            sign = line.strip(NOT_VISIBLE)
            blank = sign if blank is None or len(sign) < len(blank) else blank
            continue
        if blank is not None and kept:
            kept.append(blank)
        blank = None
        kept.append(line)
    return "\n".join(kept)


def _split(text: str) -> tuple[str, int]:
    """Cut a text at the limit; return its beginning and the number of lines that were cut off."""
    end = min(len(text), _MOST_CHARS)
    if text.count("\n", 0, end) >= _MOST_LINES:
        end = len("\n".join(text.split("\n", _MOST_LINES)[:_MOST_LINES]))
    rest = text[end:].removeprefix("\n").rstrip("\n")
    return text[:end], rest.count("\n") + 1 if rest else 0


def text_to_html(text: str) -> str:
    """Write an agent's text as the HTML of a reply: escaped, `<p>` per paragraph, `<br>` per line.

    Blank lines part paragraphs; spaces at the start of a line stay, as `&nbsp;` (a tab is four).
    Empty for text of nothing but white space.
    """
    lines = _LINE_END.sub("\n", text)
    paragraphs = (part.strip("\n") for part in _BLANK_LINES.split(lines))
    return "\n".join(
        "<p>" + "<br>\n".join(map(_line_to_html, paragraph.split("\n"))) + "</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )


def comparable(text_or_html: str) -> str:
    """Reduce a text or its HTML to what stays the same when a desk stores it in its own way.

    Tags and white space are removed and entities resolved until nothing changes. Equal for a text,
    its `text_to_html`, its Unicode normal forms, and its comparable form. Only for comparing: words
    run together, and `<` and `&` become full width.
    """
    # Decomposed, because a desk may compose `>` and a combining stroke into one character.
    text = unicodedata.normalize("NFD", text_or_html)
    for _ in range(_MOST_ESCAPINGS):
        plainer = unicodedata.normalize("NFD", unescape(_ANY_TAG.sub("", text)))
        if plainer == text:
            break
        text = plainer
    return unicodedata.normalize("NFC", _NOT_COMPARED.sub("", text)).translate(_FROZEN)


def _line_to_html(line: str) -> str:
    words = line.lstrip(" \t")
    indent = line[: len(line) - len(words)].replace("\t", "    ")
    return "&nbsp;" * len(indent) + escape(words, quote=False)
