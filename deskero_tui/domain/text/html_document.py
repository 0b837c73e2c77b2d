"""The state of an HTML document while it is read: open elements and active formatting.

The operations are those that the tree construction of the HTML standard is written in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from deskero_tui.domain.text.html_elements import (
    BUTTON_SCOPE,
    CELLS,
    IMPLIED_ENDS,
    LEVELS,
    PARTS_WITHOUT_TEXT,
    Element,
    OpenElements,
    tags,
)
from deskero_tui.domain.text.html_formatting import ActiveFormatting, move_out
from deskero_tui.domain.text.html_layout import HtmlLayout
from deskero_tui.domain.text.html_sheets import StyleSheets

_MOST_DEPTH: Final = 512
STEPS_PER_TAG: Final = 10
"""Steps in the stack that take as long as a tag."""

_MOST_MOVES: Final = 8
_END_MARKERS: Final = CELLS | {"template"}
_P: Final = tags("p")


class OpenDocument:
    """The open elements of a document; opening and closing one tells the layout."""

    def __init__(self, layout: HtmlLayout) -> None:
        self.layout = layout
        root = Element("html", {}, None)
        root.flow = layout.page
        self.stack = OpenElements(root)
        self.items = self.stack.items
        self.formatting = ActiveFormatting()
        self.sheets = StyleSheets()
        self._too_deep: Counter[str] = Counter()

    @property
    def current(self) -> Element:
        """The innermost open element."""
        return self.items[-1]

    def ends_too_deep(self, tag: str) -> bool:
        """Tell whether an end tag belongs to an element that was too deep to be opened."""
        if self._too_deep[tag] <= 0:
            return False
        self._too_deep[tag] -= 1
        self.layout.void(self.parent_for_content(), tag, {})
        return True

    def level(self) -> int | None:
        """Return how deep in its table the current element is a part; None where it is none."""
        current = self.items[-1]
        return None if current.namespace else LEVELS.get(current.tag)

    def insert(
        self, tag: str, attributes: Mapping[str, str], namespace: str = ""
    ) -> Element | None:
        """Open an element; None where the document is too deep, which only breaks the line."""
        above = self.items[-1]
        parent = above if tag in LEVELS and tag != "table" else self.parent_for_content()
        if len(self.items) >= _MOST_DEPTH:
            self._too_deep[tag] += 1
            self.layout.void(parent, tag, attributes)
            return None
        level = above.level
        if not namespace:
            level = None if tag == "template" else LEVELS.get(tag, level)
        element = Element(tag, attributes, level, namespace)
        if self.sheets and not namespace:
            self._select(element)
        element.inherit(parent)
        if tag == "table":
            element.parent = parent
        self.stack.push(element)
        self.layout.begin(element)
        return element

    def _select(self, element: Element) -> None:
        """Apply the style sheets to an element; its own declarations win."""
        if element.declared.white_space is None:
            white_space = self.sheets.white_space(element.tag, element.attributes)
            if white_space is not None:
                element.declared = element.declared._replace(white_space=white_space)

    def parent_for_content(self) -> Element:
        """Return where content goes: beside the table where it stands between its cells."""
        current = self.items[-1]
        if current.namespace or current.tag not in PARTS_WITHOUT_TEXT:
            return current
        return self.before_table(len(self.items))

    def before_table(self, end: int) -> Element:
        """Return the element that holds the table in which the first `end` elements stand."""
        items = self.items
        for index in range(end - 1, 0, -1):
            self.stack.steps += 1
            if items[index].tag == "table":
                return items[index].parent or items[index - 1]
        return items[0]

    def inherit_from(self, begin: int) -> None:
        """Compute anew what the elements from `begin` on take from those around them."""
        for index in range(begin, len(self.items)):
            parent = self.items[index - 1]
            if parent.tag in PARTS_WITHOUT_TEXT and not parent.namespace:
                parent = self.before_table(index)
            self.items[index].inherit(parent)

    def reopen_formatting(self) -> None:
        if len(self.items) >= _MOST_DEPTH:
            return
        for closed in self.formatting.to_reopen():
            self.stack.steps += STEPS_PER_TAG
            reopened = self.insert(closed.tag, closed.attributes)
            if reopened is None:
                return
            self.formatting.replace(closed, reopened)

    def pop(self) -> Element:
        element = self.stack.pop()
        self.layout.leave(element)
        if element.tag in _END_MARKERS and not element.namespace:
            self.formatting.clear_to_marker()
        if self._too_deep:
            self._too_deep.clear()
        return element

    def pop_up_to(self, tag: str) -> None:
        """Close elements up to and with the innermost of that name."""
        while True:
            element = self.pop()
            if element.tag == tag and not element.namespace:
                return

    def close_inside(self, element: Element) -> None:
        """Close an open element and everything in it."""
        while element.is_open:
            self.pop()

    def take_out(self, element: Element) -> None:
        """Close an element if it is open, but nothing in it."""
        if element.is_open:
            self.items.remove(element)
            self.stack.forget(element)
            self.layout.leave(element)

    def close_implied(self, but: str = "") -> None:
        while (tag := self.items[-1].tag) in IMPLIED_ENDS and tag != but:
            self.pop()

    def close_p(self) -> None:
        if self.stack.is_in_scope(_P, BUTTON_SCOPE):
            self.close_implied(but="p")
            self.pop_up_to("p")

    def close_item(self, names: tuple[str, ...]) -> None:
        """Close the list item or definition that a new one follows."""
        if not any(self.stack.has(name) for name in names):
            return
        for element in reversed(self.items):
            self.stack.steps += 1
            if element.tag in names and not element.namespace:
                self.close_implied(but=element.tag)
                self.pop_up_to(element.tag)
                return
            if element.is_special and element.tag not in ("address", "div", "p"):
                return

    def end_other(self, tag: str) -> None:
        """Close the innermost such element, unless a block was opened in it."""
        if not self.stack.has(tag):
            return
        for element in reversed(self.items):
            self.stack.steps += 1
            if element.tag == tag and not element.namespace:
                self.close_inside(element)
                return
            if element.is_special:
                return

    def end_formatting(self, tag: str) -> None:
        """Run the adoption agency algorithm for the end tag of a formatting element."""
        current = self.items[-1]
        if current.tag == tag and not current.namespace and current not in self.formatting:
            self.pop()
            return
        for _ in range(_MOST_MOVES):
            ended = self.formatting.last(tag)
            if ended is None:
                self.end_other(tag)
                return
            if not ended.is_open:
                self.formatting.remove(ended)
                return
            begin = self.items.index(ended)
            inside = self.items[begin + 1 :]
            self.stack.steps += len(inside)
            if any(element.is_boundary for element in inside):
                return
            block = next((i for i, element in enumerate(inside) if element.is_special), None)
            if block is None:
                self.close_inside(ended)
                self.formatting.remove(ended)
                return
            dropped = move_out(self.stack, self.formatting, ended, begin + 1 + block)
            for element in dropped:
                self.layout.leave(element)
            if any(element.attributes for element in (ended, *dropped)):
                self.inherit_from(begin)
