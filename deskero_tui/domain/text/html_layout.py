"""The text of an HTML document: elements become lines, marks and numbered links.

`HtmlTree` calls `begin`, `leave`, `void` and `text` in the order of the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from deskero_tui.domain.text.html_elements import Element, tags
from deskero_tui.domain.text.html_flow import MOST_NESTED, Cell, Flow, NumberedList, Room, Table
from deskero_tui.domain.text.html_style import NOTHING_DECLARED, WhiteSpace, declared, style_of
from deskero_tui.domain.text.html_tokens import RAW, HtmlTokens, Start, Words
from deskero_tui.domain.text.links import LinkList

PARAGRAPHS: Final = tags(
    "p h1 h2 h3 h4 h5 h6 blockquote pre listing xmp plaintext dl fieldset figure"
)
BLOCKS: Final = tags(
    "address article aside body center dd details dialog dir div dt figcaption footer form header"
    " hgroup html legend li main menu nav ol optgroup option search section summary table tbody"
    " tfoot thead tr ul caption"
)
_BOXES: Final = tags("button input meter progress select textarea object video audio canvas")
"""Elements that stand apart from the words around them, in the same line."""

_SPACES: Final = re.compile(r"[ \t\n\f\r]+")
_NUMBER: Final = re.compile(r"[ \t\n\f]*(-?\d{1,6})")
_NO_VALUE: Final = tags("hidden password checkbox radio file image color range")
_MOST_VISIBLE: Final = 2_000


@dataclass(slots=True)
class OpenLink:
    """A link being read, with the words it is shown by."""

    address: str
    visible: list[str] = field(default_factory=list)
    chars: int = 0


class HtmlLayout:
    """One message being laid out."""

    def __init__(self, links: LinkList, *, most_chars: int, most_lines: int) -> None:
        self._links = links
        self._room = Room(most_chars, most_lines)
        self._open_links: list[OpenLink] = []
        self.page = Flow(self._room)

    @property
    def is_full(self) -> bool:
        """True once there is more text than was asked for."""
        return self._room.is_used_up

    def begin(self, element: Element) -> None:
        """Begin an element whose flow and style come from its parent."""
        if element.style.is_removed:
            return
        flow = self._flow(element)
        tag = element.tag
        if tag in ("td", "th", "caption") and element.table is not None:
            self._begin_cell(element, element.table)
            return
        self._ask_break(element)
        match tag:
            case "a":
                if "href" in element.attributes:
                    element.link = OpenLink(element.attributes["href"])
                    self._open_links.append(element.link)
            case "blockquote":
                flow.quotes += 1
            case "ul" | "ol" | "menu" | "dir":
                first = _number(element.attributes.get("start", "1"), 1)
                flow.lists.append(NumberedList(first if tag == "ol" else None))
            case "li":
                flow.marker = _marker(flow.lists, element.attributes.get("value", ""))
            case "table":
                is_layout = element.attributes.get("role", "").lower() in ("presentation", "none")
                element.table = Table(is_layout=is_layout)
            case "tr" if element.table is not None:
                element.table.begin_row()
            case "q":
                self._add("\N{LEFT DOUBLE QUOTATION MARK}", element)
            case _ if tag in _BOXES:
                flow.ask_space()

    def leave(self, element: Element) -> None:
        """End an element."""
        if element.style.is_removed:
            return
        flow = self._flow(element)
        match element.tag:
            case "a":
                self._close_link(element)
            case "blockquote":
                flow.quotes = max(0, flow.quotes - 1)
            case "ul" | "ol" | "menu" | "dir":
                if flow.lists:
                    flow.lists.pop()
            case "li":
                flow.marker = ""
            case "table" if element.table is not None:
                flow.add_block(element.table.draw())
                element.table = None
            case "q":
                self._add("\N{RIGHT DOUBLE QUOTATION MARK}", element)
            case _ if element.tag in _BOXES:
                flow.ask_space()
        if element.tag not in ("td", "th", "caption"):
            self._ask_break(element)

    def void(self, parent: Element, tag: str, attributes: Mapping[str, str]) -> None:
        """Draw an element that has nothing inside, or is too deep to be more than a break."""
        style = parent.style
        pixel = False
        if attributes:
            own = declared(attributes["style"]) if "style" in attributes else NOTHING_DECLARED
            style = style_of(style, tag, attributes, own)
            pixel = own.is_pixel
        if style.is_removed:
            return
        flow = self._flow(parent)
        if tag == "br":
            flow.break_line()
            self._part_visible()
        elif tag == "hr":
            flow.ask_break(1)
            self._add("-" * 10, parent)
            flow.ask_break(1)
        elif not style.is_seen:
            return
        elif tag == "img":
            self._image(parent, attributes, is_pixel=pixel)
        elif tag == "input":
            self._field(parent, attributes)
        elif tag in PARAGRAPHS or tag in BLOCKS:
            flow.ask_break(1)

    def text(self, element: Element, text: str) -> None:
        """Add the text of an element, with its entities resolved."""
        style = element.style
        if not style.is_seen:
            return
        if style.white_space is WhiteSpace.COLLAPSE:
            self._add_collapsed(_SPACES.sub(" ", text), element)
            return
        flow = self._flow(element)
        for number, line in enumerate(text.split("\n")):
            if number:
                flow.break_line()
                if self.is_full:
                    return
            if style.white_space is WhiteSpace.KEEP_LINES:
                self._add_collapsed(_SPACES.sub(" ", line), element)
            elif line:
                self._add(line, element)

    def finish(self) -> list[str]:
        """Return the lines of the page. They are not yet safe to show."""
        return self.page.finish()

    # Parts of these

    def _begin_cell(self, element: Element, table: Table) -> None:
        outside = self._flow(element)
        element.flow = Flow(self._room, quotes_outside=outside.quotes_drawn)
        attributes = element.attributes
        columns = _number(attributes.get("colspan", "1"), 1)
        if element.tag == "caption":
            table.begin_row()
        table.add_cell(Cell(element.flow, columns, _number(attributes.get("rowspan", "1"), 1)))
        if element.tag == "caption":
            table.begin_row()
        element.table = None

    def _ask_break(self, element: Element) -> None:
        """Ask for a break before or behind an element that has lines of its own."""
        is_block = element.declared.is_block
        is_paragraph = element.tag in PARAGRAPHS
        if is_block is None:
            is_block = (is_paragraph or element.tag in BLOCKS) and not element.namespace
        if is_block:
            flow = self._flow(element)
            flow.ask_break(2 if is_paragraph and not flow.lists else 1)
            self._part_visible()

    def _image(self, parent: Element, attributes: Mapping[str, str], *, is_pixel: bool) -> None:
        """Name a picture; an empty `alt` or a size of one pixel says it shows nothing."""
        is_pixel = is_pixel or bool({attributes.get("width"), attributes.get("height")} & _PIXELS)
        description = " ".join(attributes.get("alt", "").split())
        if description:
            self._add(f"[image: {description}]", parent)
        elif "alt" not in attributes and not is_pixel:
            self._add("[image]", parent)

    def _field(self, parent: Element, attributes: Mapping[str, str]) -> None:
        """Show what an input field holds, and what stands on a button."""
        flow = self._flow(parent)
        flow.ask_space()
        kind = attributes.get("type", "text").lower()
        value = attributes.get("alt" if kind == "image" else "value", "")
        value = " ".join(value.split())
        if value and (kind == "image" or kind not in _NO_VALUE):
            self._add(f"[{value}]", parent)
            flow.ask_space()

    def _add_collapsed(self, text: str, element: Element) -> None:
        if not text:
            return
        flow = self._flow(element)
        if self._open_links:
            self._show_by(text)
        else:
            text = self._links.labelled(text)
        flow.add_collapsed(text)

    def _add(self, text: str, element: Element) -> None:
        if self._open_links:
            self._show_by(text)
        else:
            text = self._links.labelled(text)
        self._flow(element).add_words(text)

    def _show_by(self, text: str) -> None:
        """Note words that the innermost link is shown by."""
        link = self._open_links[-1]
        if link.chars < _MOST_VISIBLE:
            link.visible.append(text)
            link.chars += len(text)

    def _part_visible(self) -> None:
        if self._open_links:
            self._show_by(" ")

    def _close_link(self, element: Element) -> None:
        link, element.link = element.link, None
        if link is None:
            return
        self._open_links.remove(link)
        visible = "".join(link.visible).strip()
        if visible:
            label = self._links.label(link.address, visible)
            if label:
                self._flow(element).add_behind(label)

    def _flow(self, element: Element) -> Flow:
        return element.flow or self.page


def flat_text(source: str) -> str:
    """Return the text of HTML whose tags are too many to be looked at one by one."""
    if not source:
        return ""
    tokens = HtmlTokens(source)
    parts: list[str] = []
    while (token := tokens.read()) is not None:
        if isinstance(token, Words):
            parts.append(_SPACES.sub(" ", token.text))
        elif token.tag in PARAGRAPHS or token.tag in BLOCKS or token.tag == "br":
            parts.append("\n")
        elif token.tag in RAW and isinstance(token, Start):
            tokens.raw_text(token.tag)
    return "".join(parts)


_PIXELS: Final = {"0", "1"}


def _number(text: str, otherwise: int) -> int:
    found = _NUMBER.match(text)
    return int(found[1]) if found else otherwise


def _marker(lists: list[NumberedList], value: str) -> str:
    """Return the dash or number of a list item, and count it."""
    if not lists:
        return "- "
    innermost = lists[-1]
    indent = "  " * min(len(lists) - 1, MOST_NESTED)
    if innermost.next_number is None:
        return f"{indent}- "
    number = _number(value, innermost.next_number)
    innermost.next_number = number + 1
    return f"{indent}{number}. "
