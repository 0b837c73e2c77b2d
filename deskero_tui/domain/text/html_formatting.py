"""The list of active formatting elements: what `<b>` without an end tag goes on doing.

Names and rules are those of the tree construction of the HTML standard.
"""

from __future__ import annotations

from typing import Final

from deskero_tui.domain.text.html_elements import Element, OpenElements

_MOST_ENTRIES: Final = 50
_MOST_ALIKE: Final = 3
_MOST_KEPT: Final = 3


class ActiveFormatting:
    """Formatting elements in the order of their start tags; a marker parts cells and objects."""

    def __init__(self) -> None:
        self._entries: list[Element | None] = []

    def add(self, element: Element) -> None:
        """Add an element; of four alike the first is dropped, as in browsers."""
        alike: list[int] = []
        for index in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[index]
            if entry is None:
                break
            if entry.tag == element.tag and entry.attributes == element.attributes:
                alike.append(index)
                if len(alike) == _MOST_ALIKE:
                    del self._entries[index]
                    break
        self._entries.append(element)
        if len(self._entries) > _MOST_ENTRIES:
            del self._entries[0]

    def add_marker(self) -> None:
        """Begin a part of the document that formatting from outside does not enter."""
        self._entries.append(None)

    def clear_to_marker(self) -> None:
        """Forget what was added since the last marker, and the marker."""
        while self._entries and self._entries.pop() is not None:
            pass

    def last(self, tag: str) -> Element | None:
        """Return the last element of that name behind the last marker."""
        for entry in reversed(self._entries):
            if entry is None:
                return None
            if entry.tag == tag:
                return entry
        return None

    def remove(self, element: Element) -> None:
        """Forget an element, if it is here."""
        if element in self._entries:
            self._entries.remove(element)

    def replace(self, old: Element, new: Element) -> None:
        """Put an element in the place of another."""
        self._entries[self._entries.index(old)] = new

    def __contains__(self, element: Element) -> bool:
        return element in self._entries

    def to_reopen(self) -> list[Element]:
        """Return the elements that text here is inside of, although they were closed."""
        entries = self._entries
        first = len(entries)
        while first and (entry := entries[first - 1]) is not None and not entry.is_open:
            first -= 1
        return [entry for entry in entries[first:] if entry is not None]

    def move_after(self, element: Element, other: Element) -> None:
        """Move an element behind another one."""
        self._entries.remove(element)
        self._entries.insert(self._entries.index(other) + 1, element)


def move_out(
    stack: OpenElements, formatting: ActiveFormatting, ended: Element, block: int
) -> list[Element]:
    """Let a formatting element end inside the block at index `block` that was opened in it.

    This is the inner part of the adoption agency algorithm: the block moves out of the element,
    and the element is opened once more in the block. Return what is no longer open.
    """
    items = stack.items
    begin = items.index(ended)
    kept: list[Element] = []
    dropped: list[Element] = []
    for count, element in enumerate(reversed(items[begin + 1 : block]), 1):
        if count > _MOST_KEPT:
            formatting.remove(element)
        if element in formatting:
            kept.append(element)
        else:
            dropped.append(element)
            stack.forget(element)
    if kept:
        formatting.move_after(ended, kept[0])
    items[begin : block + 1] = [*reversed(kept), items[block], ended]
    stack.steps += len(items) - begin
    return dropped
