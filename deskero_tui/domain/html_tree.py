"""Tree construction of HTML without a tree: what is open where, told to a layout in order.

The rules are those of the HTML standard (insertion modes, implied ends, the adoption agency,
foster parenting), without scripts. Two limits keep the time linear: elements deeper than 512, as
in browsers, and the whole work. What lies beyond is left to the caller as flat text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from deskero_tui.domain.html_elements import (
    BUTTON_SCOPE,
    CELLS,
    FORMATTING,
    IMPLIED_ENDS,
    LEVELS,
    LIST_SCOPE,
    MARKERS,
    NOTHING_MORE,
    PARTS_WITHOUT_TEXT,
    Element,
    OpenElements,
    tags,
)
from deskero_tui.domain.html_formatting import ActiveFormatting, move_out
from deskero_tui.domain.html_layout import HtmlLayout
from deskero_tui.domain.html_tokens import RAW, End, HtmlTokens, Start, Words, resolve

_MOST_DEPTH: Final = 512
_MOST_WORK: Final = 50_000
"""Tags, and a tenth of the steps in the stack; a mail of 300 KB has about ten thousand tags."""
_STEPS_PER_TAG: Final = 10
_MOST_MOVES: Final = 8

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
_END_MARKERS: Final = CELLS | {"template"}
_PARTS: Final = LEVELS.keys() - {"table"} | {"col", "colgroup"}
_P: Final = tags("p")
_SELECT: Final = tags("select")


class HtmlTree:
    """Reads one source; for a single `read`."""

    def __init__(self, layout: HtmlLayout) -> None:
        self._layout = layout
        root = Element("html", {}, None)
        root.flow = layout.page
        self._stack = OpenElements(root)
        self._items = self._stack.items
        self._formatting = ActiveFormatting()
        self._tokens = HtmlTokens("")
        self._has_body = False
        self._is_in_quirks = False
        self._form: Element | None = None
        self._too_deep: Counter[str] = Counter()

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
            if work + self._stack.steps // _STEPS_PER_TAG > _MOST_WORK:
                break
            tokens.is_foreign = bool(self._items[-1].namespace)
        while len(self._items) > 1:
            self._pop()
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
            self._reopen_formatting()
        self._layout.text(self._parent_for_content(), text)

    # Start tags

    def _start(self, token: Start) -> None:
        tag, attributes = token.tag, token.attributes
        current = self._items[-1]
        if not current.takes_html(tag) and not self._breaks_out(tag, attributes):
            self._insert(tag, attributes, current.namespace)
            if token.is_self_closing and self._items[-1] is not current:
                self._pop()
        elif tag in RAW:
            self._tokens.raw_text(tag)
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
            self._pop()
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
        self._insert("body", attributes)

    def _start_part_of_table(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open a row or cell in the innermost table, with what is missing around it."""
        if self._items[-1].level is None:
            return
        level = LEVELS.get(tag, 1)
        parent_level = 0 if tag == "caption" else level - 1
        while (own := self._level_of_current()) is None or own > parent_level:
            self._pop()
        if tag in ("col", "colgroup"):
            return  # nothing is drawn of a column, and words beside it stand before the table
        if level >= 2 and tag != "caption" and self._level_of_current() == 0:
            self._insert("tbody", {})
        if level == 3 and tag != "caption" and self._level_of_current() == 1:
            self._insert("tr", {})
        if self._insert(tag, attributes) and level == 3:
            self._formatting.add_marker()

    def _level_of_current(self) -> int | None:
        """Return how deep in its table the current element is a part; None where it is none."""
        current = self._items[-1]
        return None if current.namespace else LEVELS.get(current.tag)

    def _start_in_body(
        self, tag: str, attributes: Mapping[str, str], *, is_self_closing: bool
    ) -> None:
        if tag == "select" and self._stack.is_in_scope(_SELECT):
            self._pop_up_to("select")  # a second start tag ends the first list
            return
        self._close_before(tag)
        if tag not in _NOT_REOPENING:
            self._reopen_formatting()
        if tag in _VOID or tag in _VOID_OUTSIDE:
            self._layout.void(self._parent_for_content(), tag, attributes)
        elif tag in ("svg", "math"):
            if self._insert(tag, attributes, tag) and is_self_closing:
                self._pop()
        elif tag in _SHOWN_RAW:
            self._start_shown_raw(tag, attributes)
        elif tag == "form":
            self._start_form(attributes)
        elif element := self._insert(tag, attributes):
            if tag in FORMATTING:
                self._formatting.add(element)
            elif tag in MARKERS:
                self._formatting.add_marker()
            elif tag in ("pre", "listing"):
                self._tokens.skip_line_feed()

    def _close_before(self, tag: str) -> None:
        """Close what a start tag ends, although its end tag is missing."""
        if tag == "li":
            self._close_item(("li",))
        elif tag in ("dd", "dt"):
            self._close_item(("dd", "dt"))
        if tag in _CLOSE_P and not (tag == "form" and self._form):
            self._close_p()
        current = self._items[-1].tag
        if tag in _HEADINGS:
            if current in _HEADINGS:
                self._pop()
        elif tag == "table":
            self._close_before_table()
        elif tag in ("option", "optgroup"):
            if self._stack.is_in_scope(_SELECT):
                self._close_implied(but="optgroup" if tag == "option" else "")
            elif current == "option":
                self._pop()
        elif tag == "button":
            if self._stack.is_in_scope(frozenset({tag})):
                self._close_implied()
                self._pop_up_to(tag)
        elif tag == "input":
            if self._stack.is_in_scope(_SELECT):
                self._pop_up_to("select")
        elif tag == "a":
            if (link := self._formatting.last("a")) is not None:
                self._end_formatting("a")
                self._formatting.remove(link)
                if link.is_open:
                    self._close_inside(link)
        elif tag == "nobr":
            if self._stack.is_in_scope(frozenset({tag})):
                self._end_formatting("nobr")
        elif tag in ("rb", "rtc", "rp", "rt") and self._stack.is_in_scope(frozenset({"ruby"})):
            self._close_implied(but="rtc" if tag in ("rp", "rt") else "")

    def _close_before_table(self) -> None:
        level = self._items[-1].level
        if level is not None and level < 3:
            self._pop_up_to("table")
        elif not self._is_in_quirks:
            self._close_p()

    def _start_shown_raw(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Show a text area or example: its text is raw, and its line ends count."""
        element = self._insert(tag, attributes)
        parent = element or self._parent_for_content()
        if tag == "textarea":
            self._tokens.skip_line_feed()
        text = self._tokens.rest() if tag == "plaintext" else self._tokens.raw_text(tag)
        self._layout.text(parent, resolve(text) if tag == "textarea" else text)
        if element is not None:
            self._pop()

    def _start_form(self, attributes: Mapping[str, str]) -> None:
        level = self._items[-1].level
        if self._form is not None:
            return
        if level is not None and level < 3:
            self._form = Element("form", attributes, level)
        else:
            self._form = self._insert("form", attributes)

    # End tags

    def _end(self, tag: str) -> None:
        if self._items[-1].namespace and self._end_in_foreign(tag):
            return
        if not self._has_body and len(self._items) == 1:
            if tag == "br":
                self._begin_body({})
            else:
                return
        if self._too_deep[tag] > 0:
            self._too_deep[tag] -= 1
            self._layout.void(self._parent_for_content(), tag, {})
        elif tag in LEVELS:
            if self._stack.is_in_table_scope(tag):
                if tag in CELLS:
                    self._close_implied()
                self._pop_up_to(tag)
        elif tag not in _IGNORED:
            self._end_in_body(tag)

    def _end_in_body(self, tag: str) -> None:
        match tag:
            case "br":
                self._start_in_body("br", {}, is_self_closing=False)
            case "p":
                if not self._stack.is_in_scope(_P, BUTTON_SCOPE):
                    self._insert("p", {})
                self._close_p()
            case "form":
                self._end_form()
            case "template":
                if self._stack.has(tag):
                    self._pop_up_to(tag)
            case "li" | "dd" | "dt":
                more = LIST_SCOPE if tag == "li" else NOTHING_MORE
                if self._stack.is_in_scope(frozenset({tag}), more):
                    self._close_implied(but=tag)
                    self._pop_up_to(tag)
            case _ if tag in _HEADINGS:
                if self._stack.is_in_scope(_HEADINGS):
                    self._close_implied()
                    while self._pop().tag not in _HEADINGS:
                        pass
            case _ if tag in FORMATTING:
                self._end_formatting(tag)
            case _ if tag in _BLOCK_ENDS:
                if self._stack.is_in_scope(frozenset({tag})):
                    self._close_implied()
                    self._pop_up_to(tag)
                    if tag in MARKERS:
                        self._formatting.clear_to_marker()
            case _:
                self._end_other(tag)

    def _end_other(self, tag: str) -> None:
        """Close the innermost such element, unless a block was opened in it."""
        if not self._stack.has(tag):
            return
        for element in reversed(self._items):
            self._stack.steps += 1
            if element.tag == tag and not element.namespace:
                self._close_inside(element)
                return
            if element.is_special:
                return

    def _end_in_foreign(self, tag: str) -> bool:
        """Handle an end tag inside SVG or MathML; tell whether that is all there is to do."""
        if tag in ("br", "p"):
            while self._items[-1].namespace and not self._items[-1].takes_html("p"):
                self._pop()
            return False
        if not self._stack.has(tag):
            return False
        for element in reversed(self._items):
            self._stack.steps += 1
            if not element.namespace:
                return False
            if element.tag == tag:
                self._close_inside(element)
                return True
        return False

    def _end_form(self) -> None:
        form, self._form = self._form, None
        if form is None or not form.is_open or not self._stack.is_in_scope(frozenset({"form"})):
            return
        self._close_implied()
        self._items.remove(form)
        self._stack.forget(form)
        self._layout.leave(form)

    def _end_formatting(self, tag: str) -> None:
        """Run the adoption agency algorithm for the end tag of a formatting element."""
        current = self._items[-1]
        if current.tag == tag and not current.namespace and current not in self._formatting:
            self._pop()
            return
        for _ in range(_MOST_MOVES):
            ended = self._formatting.last(tag)
            if ended is None:
                self._end_other(tag)
                return
            if not ended.is_open:
                self._formatting.remove(ended)
                return
            begin = self._items.index(ended)
            inside = self._items[begin + 1 :]
            self._stack.steps += len(inside)
            if any(element.is_boundary for element in inside):
                return
            block = next((i for i, element in enumerate(inside) if element.is_special), None)
            if block is None:
                self._close_inside(ended)
                self._formatting.remove(ended)
                return
            dropped = move_out(self._stack, self._formatting, ended, begin + 1 + block)
            for element in dropped:
                self._layout.leave(element)
            if any(element.attributes for element in (ended, *dropped)):
                self._inherit_from(begin)

    # What these share

    def _insert(
        self, tag: str, attributes: Mapping[str, str], namespace: str = ""
    ) -> Element | None:
        """Open an element; None where the document is too deep, which only breaks the line."""
        above = self._items[-1]
        parent = above if tag in LEVELS and tag != "table" else self._parent_for_content()
        if len(self._items) >= _MOST_DEPTH:
            self._too_deep[tag] += 1
            self._layout.void(parent, tag, attributes)
            return None
        level = above.level
        if not namespace:
            level = None if tag == "template" else LEVELS.get(tag, level)
        element = Element(tag, attributes, level, namespace)
        element.inherit(parent)
        self._stack.push(element)
        self._layout.begin(element)
        return element

    def _parent_for_content(self) -> Element:
        """Return where content goes: beside the table where it stands between its cells."""
        current = self._items[-1]
        if current.namespace or current.tag not in PARTS_WITHOUT_TEXT:
            return current
        return self._before_table(len(self._items))

    def _before_table(self, end: int) -> Element:
        """Return the element that holds the table in which the first `end` elements stand."""
        items = self._items
        for index in range(end - 1, 0, -1):
            self._stack.steps += 1
            if items[index].tag == "table":
                return items[index - 1]
        return items[0]

    def _inherit_from(self, begin: int) -> None:
        """Compute anew what the elements from `begin` on take from those around them."""
        for index in range(begin, len(self._items)):
            parent = self._items[index - 1]
            if parent.tag in PARTS_WITHOUT_TEXT and not parent.namespace:
                parent = self._before_table(index)
            self._items[index].inherit(parent)

    def _reopen_formatting(self) -> None:
        if len(self._items) >= _MOST_DEPTH:
            return
        for closed in self._formatting.to_reopen():
            self._stack.steps += 1
            reopened = self._insert(closed.tag, closed.attributes)
            if reopened is None:
                return
            self._formatting.replace(closed, reopened)

    def _pop(self) -> Element:
        element = self._stack.pop()
        self._layout.leave(element)
        if element.tag in _END_MARKERS and not element.namespace:
            self._formatting.clear_to_marker()
        if self._too_deep:
            self._too_deep.clear()
        return element

    def _pop_up_to(self, tag: str) -> None:
        """Close elements up to and with the innermost of that name."""
        while True:
            element = self._pop()
            if element.tag == tag and not element.namespace:
                return

    def _close_inside(self, element: Element) -> None:
        """Close an open element and everything in it."""
        while element.is_open:
            self._pop()

    def _close_implied(self, but: str = "") -> None:
        while (tag := self._items[-1].tag) in IMPLIED_ENDS and tag != but:
            self._pop()

    def _close_p(self) -> None:
        if self._stack.is_in_scope(_P, BUTTON_SCOPE):
            self._close_implied(but="p")
            self._pop_up_to("p")

    def _close_item(self, names: tuple[str, ...]) -> None:
        """Close the list item or definition that a new one follows."""
        if not any(self._stack.has(name) for name in names):
            return
        for element in reversed(self._items):
            self._stack.steps += 1
            if element.tag in names and not element.namespace:
                self._close_implied(but=element.tag)
                self._pop_up_to(element.tag)
                return
            if element.is_special and element.tag not in ("address", "div", "p"):
                return
