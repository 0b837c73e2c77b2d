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

from deskero_tui.domain.links import Link, LinkList
from deskero_tui.domain.page import Page
from deskero_tui.domain.text import SafeText, safe_block

_MOST_SOURCE_CHARS: Final = 1_000_000
_MOST_CHARS: Final = 65_536
_MOST_LINES: Final = 2_000
_GUESS_CHARS: Final = 65_536
_TAGS_OF_MAIL: Final = (
    "a|abbr|address|article|b|big|blockquote|body|br|center|code|div|dl|em|font|h[1-6]|head|hr|html"
    "|i|img|li|meta|ol|p|pre|s|section|small|span|strong|style|sub|sup|table|tbody|td|th|tr|u|ul"
)
_LOOKS_LIKE_HTML: Final = re.compile(
    rf"</(?:{_TAGS_OF_MAIL})\s*>|<(?:{_TAGS_OF_MAIL})(?:\s[^<>=]*=[^<>]*)?\s*/?>|<!doctype html"
    r"|&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[aeiou](?:grave|acute)|#\d{1,7}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(r"<(?:[a-zA-Z](?![\u0300-\u036f])|[/!?])[^<>]*>")
"""A tag in decomposed text (NFD). A letter with an accent begins none: `<Ù>` is text."""
_NOT_COMPARED: Final = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_MOST_ESCAPINGS: Final = 32
_FROZEN: Final = str.maketrans({"<": "\uff1c", "&": "\uff06"})
"""The full-width forms, so that nothing compared again is taken for a tag or an entity."""
_LINE_END: Final = re.compile(r"\r\n|\r")
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Readable:
    """A message as it is shown; numbers in brackets in `text` are those of `links`.

    `was_cut` says that the message goes on beyond what is here.
    """

    text: SafeText
    links: tuple[Link, ...]
    was_cut: bool


def readable(source: str, *, is_html: bool | None = None) -> Readable:
    """Turn a message into text for the screen; `is_html=None` looks for tags and entities.

    HTML: blocks become lines, lists get "- " or "1. ", table rows are parted by " | ", quotes start
    with "> ", images are "[image: what they show]"; hidden parts are left out. In both kinds every
    web or mail address gets a number, and its real host where the text names another one. Takes at
    most a million characters and gives at most 64 KiB in 2,000 lines.
    """
    begun = source[:_MOST_SOURCE_CHARS]
    was_cut = len(begun) < len(source)
    links = LinkList()
    if _is_html(begun) if is_html is None else is_html:
        page = Page(links, most_chars=2 * _MOST_CHARS, most_lines=_MOST_LINES)
        text = page.read(begun)
        was_cut = was_cut or page.is_full
    else:
        # Twice the room: what cannot be shown would be cut anyway, links in it need no number.
        text = links.labelled(begun[: 2 * _MOST_CHARS])
        was_cut = was_cut or len(begun) > 2 * _MOST_CHARS
    shown = safe_block(text, max_chars=_MOST_CHARS + 1, max_lines=_MOST_LINES + 1)
    if len(shown) > _MOST_CHARS or shown.count("\n") >= _MOST_LINES:
        was_cut = True
        shown = safe_block(shown, max_chars=_MOST_CHARS, max_lines=_MOST_LINES)
    return Readable(shown, links.all(), was_cut or links.is_full)


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


def _is_html(source: str) -> bool:
    return _LOOKS_LIKE_HTML.search(source, 0, _GUESS_CHARS) is not None


def _line_to_html(line: str) -> str:
    words = line.lstrip(" \t")
    indent = line[: len(line) - len(words)].replace("\t", "    ")
    return "&nbsp;" * len(indent) + escape(words, quote=False)
