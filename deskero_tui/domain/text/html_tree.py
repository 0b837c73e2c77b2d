"""Tree construction of HTML without a tree: what is open where, told to a layout in order.

The rules are those of the HTML standard (insertion modes, implied ends, the adoption agency,
foster parenting), without scripts. Two limits keep the time linear: elements deeper than 512, as
in browsers, and the whole work. What lies beyond is left to the caller as flat text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from deskero_tui.domain.text.html_document import STEPS_PER_TAG, OpenDocument
from deskero_tui.domain.text.html_elements import (
    BUTTON_SCOPE,
    CELLS,
    FORMATTING,
    LEVELS,
    LIST_SCOPE,
    MARKERS,
    NOTHING_MORE,
    PARTS_WITHOUT_TEXT,
    Element,
    tags,
)
from deskero_tui.domain.text.html_layout import HtmlLayout
from deskero_tui.domain.text.html_tokens import RAW, End, HtmlTokens, Start, Words, resolve

_MOST_WORK: Final = 50_000
"""Tags, and a tenth of the steps in the stack; a mail of 300 KB has about ten thousand tags."""

_SPACES: Final = " \t\n\f"
_DOCTYPE: Final = re.compile(r"<!doctype", re.IGNORECASE)
_VOID: Final = tags("area br embed img keygen wbr input")
_VOID_OUTSIDE: Final = tags("param source track base basefont bgsound link meta frame col hr")
_SHOWN_RAW: Final = tags("textarea xmp plaintext")
_IGNORED: Final = tags("html head body frameset colgroup")
_HEADINGS: Final = tags("h1 h2 h3 h4 h5 h6")
_CLOSE_P: Final = _HEADINGS | tags(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure"
    " footer form header hgroup main menu nav ol p search section summary ul pre listing li dd dt"
    " xmp plaintext hr"
)
_BLOCK_ENDS: Final = tags(
    "address article aside blockquote button center details dialog dir div dl fieldset figcaption"
    " figure footer header hgroup listing main menu nav ol pre search section select summary ul"
    " applet marquee object"
)
_NOT_REOPENING: Final = _CLOSE_P - {"xmp"} | tags("table template rb rtc rp rt")
_BREAK_OUT: Final = tags(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li"
    " listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
_PARTS: Final = LEVELS.keys() - {"table"} | {"col", "colgroup"}
_P: Final = tags("p")
_SELECT: Final = tags("select")


class HtmlTree:
    """Reads one source; for a single `read`."""

    def __init__(self, layout: HtmlLayout) -> None:
        self._layout = layout
        self._document = OpenDocument(layout)
        self._stack = self._document.stack
        self._items = self._document.items
        self._formatting = self._document.formatting
        self._tokens = HtmlTokens("")
        self._has_body = False
        self._is_in_quirks = False
        self._form: Element | None = None

    def read(self, source: str) -> str:
        """Read a source up to its end or a limit; return what was left unread."""
        self._is_in_quirks = not _DOCTYPE.search(source, 0, 1_000)
        tokens = self._tokens = HtmlTokens(source)
        work = 0
        while not self._layout.is_full:
            token = tokens.read()
            if token is None:
                break
            if type(token) is Words:
                self._text(token.text)
            elif type(token) is Start:
                self._start(token)
            elif type(token) is End:
                self._end(token.tag)
            work += 1
            if work + self._stack.steps // STEPS_PER_TAG > _MOST_WORK:
                break
            tokens.is_foreign = bool(self._items[-1].namespace)
        while len(self._items) > 1:
            self._document.pop()
        return tokens.unread()

    # Text

    def _text(self, text: str) -> None:
        if len(self._items) == 1:
            if not text.strip(_SPACES):
                return
            self._begin_body({})
            text = text.lstrip(_SPACES)
        element = self._items[-1]
        if not element.namespace:
            if element.tag in PARTS_WITHOUT_TEXT and not text.strip(_SPACES):
                return
            self._document.reopen_formatting()
        self._layout.text(self._document.parent_for_content(), text)

    # Start tags

    def _start(self, token: Start) -> None:
        tag, attributes = token.tag, token.attributes
        current = self._items[-1]
        if not current.takes_html(tag) and not self._breaks_out(tag, attributes):
            self._document.insert(tag, attributes, current.namespace)
            if token.is_self_closing and self._items[-1] is not current:
                self._document.pop()
        elif tag in RAW:
            text = self._tokens.raw_text(tag)
            if tag == "style":
                self._document.sheets.add(text)
                self._tokens.keeps_names = bool(self._document.sheets)
        elif len(self._items) == 1 and not self._start_outside_body(tag, attributes):
            return
        elif tag in _PARTS:
            self._start_part_of_table(tag, attributes)
        elif tag not in _IGNORED:
            self._start_in_body(tag, attributes, is_self_closing=token.is_self_closing)

    def _breaks_out(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Leave foreign content for a tag of HTML that has no place in it."""
        if tag not in _BREAK_OUT and not (tag == "font" and "size" in attributes):
            return False
        while self._items[-1].namespace and not self._items[-1].takes_html("p"):
            self._document.pop()
        return True

    def _start_outside_body(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Tell whether a tag before the body belongs to the body, which it then begins."""
        if tag in ("html", "head", "frameset", "noscript") or tag in _VOID_OUTSIDE - {"hr"}:
            return False
        if tag != "template":
            self._begin_body(attributes if tag == "body" else {})
        return True

    def _begin_body(self, attributes: Mapping[str, str]) -> None:
        self._has_body = True
        self._document.insert("body", attributes)

    def _start_part_of_table(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open a row or cell in the innermost table, with what is missing around it."""
        if self._items[-1].level is None:
            return
        level = LEVELS.get(tag, 1)
        parent_level = 0 if tag == "caption" else level - 1
        while (own := self._document.level()) is None or own > parent_level:
            self._document.pop()
        if tag in ("col", "colgroup"):
            return  # nothing is drawn of a column, and words beside it stand before the table
        if level >= 2 and tag != "caption" and self._document.level() == 0:
            self._document.insert("tbody", {})
        if level == 3 and tag != "caption" and self._document.level() == 1:
            self._document.insert("tr", {})
        if self._document.insert(tag, attributes) and level == 3:
            self._formatting.add_marker()

    def _start_in_body(
        self, tag: str, attributes: Mapping[str, str], *, is_self_closing: bool
    ) -> None:
        if tag == "select" and self._stack.is_in_scope(_SELECT):
            self._document.pop_up_to("select")  # a second start tag ends the first list
            return
        self._close_before(tag)
        if tag not in _NOT_REOPENING:
            self._document.reopen_formatting()
        if tag in _VOID or tag in _VOID_OUTSIDE:
            self._layout.void(self._document.parent_for_content(), tag, attributes)
        elif tag in ("svg", "math"):
            if self._document.insert(tag, attributes, tag) and is_self_closing:
                self._document.pop()
        elif tag in _SHOWN_RAW:
            self._start_shown_raw(tag, attributes)
        elif tag == "form":
            self._start_form(attributes)
        elif element := self._document.insert(tag, attributes):
            if tag in FORMATTING:
                self._formatting.add(element)
            elif tag in MARKERS:
                self._formatting.add_marker()
            elif tag in ("pre", "listing"):
                self._tokens.skip_line_feed()

    def _close_before(self, tag: str) -> None:
        """Close what a start tag ends, although its end tag is missing."""
        if tag == "li":
            self._document.close_item(("li",))
        elif tag in ("dd", "dt"):
            self._document.close_item(("dd", "dt"))
        if tag in _CLOSE_P and not (tag == "form" and self._form):
            self._document.close_p()
        current = self._items[-1].tag
        if tag in _HEADINGS:
            if current in _HEADINGS:
                self._document.pop()
        elif tag == "table":
            self._close_before_table()
        elif tag in ("option", "optgroup"):
            if self._stack.is_in_scope(_SELECT):
                self._document.close_implied(but="optgroup" if tag == "option" else "")
            elif current == "option":
                self._document.pop()
        elif tag == "button":
            if self._stack.is_in_scope(frozenset({tag})):
                self._document.close_implied()
                self._document.pop_up_to(tag)
        elif tag == "input":
            if self._stack.is_in_scope(_SELECT):
                self._document.pop_up_to("select")
        elif tag == "a":
            if (link := self._formatting.last("a")) is not None:
                self._document.end_formatting("a")
                self._formatting.remove(link)
                self._document.take_out(link)
        elif tag == "nobr":
            if self._stack.is_in_scope(frozenset({tag})):
                self._document.end_formatting("nobr")
        elif tag in ("rb", "rtc", "rp", "rt") and self._stack.is_in_scope(frozenset({"ruby"})):
            self._document.close_implied(but="rtc" if tag in ("rp", "rt") else "")

    def _close_before_table(self) -> None:
        level = self._items[-1].level
        if level is not None and level < 3:
            self._document.pop_up_to("table")
        elif not self._is_in_quirks:
            self._document.close_p()

    def _start_shown_raw(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Show a text area or example: its text is raw, and its line ends count."""
        element = self._document.insert(tag, attributes)
        parent = element or self._document.parent_for_content()
        if tag == "textarea":
            self._tokens.skip_line_feed()
        text = self._tokens.rest() if tag == "plaintext" else self._tokens.raw_text(tag)
        self._layout.text(parent, resolve(text) if tag == "textarea" else text)
        if element is not None:
            self._document.pop()

    def _start_form(self, attributes: Mapping[str, str]) -> None:
        level = self._items[-1].level
        if self._form is not None:
            return
        if level is not None and level < 3:
            self._form = Element("form", attributes, level)
        else:
            self._form = self._document.insert("form", attributes)

    # End tags

    def _end(self, tag: str) -> None:
        if self._items[-1].namespace and self._end_in_foreign(tag):
            return
        if not self._has_body and len(self._items) == 1:
            if tag == "br":
                self._begin_body({})
            else:
                return
        if self._document.ends_too_deep(tag):
            return
        if tag in LEVELS:
            if self._stack.is_in_table_scope(tag):
                if tag in CELLS:
                    self._document.close_implied()
                self._document.pop_up_to(tag)
        elif tag not in _IGNORED:
            self._end_in_body(tag)

    def _end_in_body(self, tag: str) -> None:
        match tag:
            case "br":
                self._start_in_body("br", {}, is_self_closing=False)
            case "p":
                if not self._stack.is_in_scope(_P, BUTTON_SCOPE):
                    self._document.insert("p", {})
                self._document.close_p()
            case "form":
                self._end_form()
            case "template":
                if self._stack.has(tag):
                    self._document.pop_up_to(tag)
            case "li" | "dd" | "dt":
                more = LIST_SCOPE if tag == "li" else NOTHING_MORE
                if self._stack.is_in_scope(frozenset({tag}), more):
                    self._document.close_implied(but=tag)
                    self._document.pop_up_to(tag)
            case _ if tag in _HEADINGS:
                if self._stack.is_in_scope(_HEADINGS):
                    self._document.close_implied()
                    while self._document.pop().tag not in _HEADINGS:
                        pass
            case _ if tag in FORMATTING:
                self._document.end_formatting(tag)
            case _ if tag in _BLOCK_ENDS:
                if self._stack.is_in_scope(frozenset({tag})):
                    self._document.close_implied()
                    self._document.pop_up_to(tag)
                    if tag in MARKERS:
                        self._formatting.clear_to_marker()
            case _:
                self._document.end_other(tag)

    def _end_in_foreign(self, tag: str) -> bool:
        """Handle an end tag inside SVG or MathML; tell whether that is all there is to do."""
        if tag in ("br", "p"):
            while self._items[-1].namespace and not self._items[-1].takes_html("p"):
                self._document.pop()
            return False
        if not self._stack.has(tag):
            return False
        for element in reversed(self._items):
            self._stack.steps += 1
            if not element.namespace:
                return False
            if element.tag == tag:
                self._document.close_inside(element)
                return True
        return False

    def _end_form(self) -> None:
        form, self._form = self._form, None
        if form is None or not form.is_open or not self._stack.is_in_scope(frozenset({"form"})):
            return
        self._document.close_implied()
        self._document.take_out(form)
