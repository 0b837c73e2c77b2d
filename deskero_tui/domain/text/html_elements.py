"""The open elements of an HTML document: what is inside what, and which end tags reach what.

Names and rules are those of the tree construction of the HTML standard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.text.html_style import (
    NOTHING_DECLARED,
    SHOWN,
    STYLED_TAGS,
    Declared,
    Style,
    declared,
    style_of,
)

if TYPE_CHECKING:
    from deskero_tui.domain.text.html_flow import Flow, Table
    from deskero_tui.domain.text.html_layout import OpenLink


def tags(names: str) -> frozenset[str]:
    """Split a list of tag names at its spaces."""
    return frozenset(names.split())


SVG: Final = "svg"
MATH: Final = "math"

CELLS: Final = tags("td th caption")
LEVELS: Final = {
    "table": 0,
    "thead": 1,
    "tbody": 1,
    "tfoot": 1,
    "tr": 2,
    "td": 3,
    "th": 3,
    "caption": 3,
}
"""How deep in its table each part of a table stands."""

PARTS_WITHOUT_TEXT: Final = tags("table thead tbody tfoot tr")
IMPLIED_ENDS: Final = tags("dd dt li optgroup option p rb rp rt rtc")
FORMATTING: Final = tags("a b big code em font i nobr s small strike strong tt u")
MARKERS: Final = tags("td th caption applet marquee object template")
"""Elements that formatting from outside does not enter."""

_MATH_TEXT: Final = tags("mi mo mn ms mtext")
_BOUNDARIES: Final = tags("applet caption html marquee object select table td template th")
_BOUNDARIES_OF: Final = {
    SVG: tags("foreignobject desc title"),
    MATH: _MATH_TEXT | {"annotation-xml"},
}
_SPECIAL: Final = tags(
    "address applet area article aside base basefont bgsound blockquote body br button caption"
    " center col colgroup dd details dir div dl dt embed fieldset figcaption figure footer form"
    " frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link"
    " listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre"
    " script search section select source style summary table tbody td template textarea tfoot th"
    " thead title tr track ul wbr xmp"
)
_NO_TEXT_IN_SVG: Final = tags("title desc metadata defs symbol style script")
_NO_TEXT_IN_MATH: Final = tags("annotation annotation-xml")

LIST_SCOPE: Final = tags("ol ul")
BUTTON_SCOPE: Final = tags("button")
NOTHING_MORE: Final[frozenset[str]] = frozenset()


class Element:
    """One element that is, or was, open; `namespace` is empty for HTML."""

    __slots__ = (
        "attributes",
        "declared",
        "flow",
        "is_open",
        "level",
        "link",
        "namespace",
        "parent",
        "style",
        "table",
        "tag",
    )

    def __init__(
        self, tag: str, attributes: Mapping[str, str], level: int | None, namespace: str = ""
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.level = level
        """How deep in the innermost table; None outside of tables."""
        self.namespace = namespace
        self.declared: Declared = (
            declared(attributes["style"]) if "style" in attributes else NOTHING_DECLARED
        )
        self.is_open = False
        self.style = SHOWN
        self.flow: Flow | None = None
        """Where the text of the element goes."""
        self.table: Table | None = None
        """The table that the element is, or is a part of."""
        self.parent: Element | None = None
        """The parent of a table: words between its cells belong there."""
        self.link: OpenLink | None = None

    def inherit(self, parent: Element) -> None:
        """Take from the parent what children inherit."""
        self.flow = parent.flow
        self.table = parent.table
        style = parent.style
        if self.attributes or self.tag in STYLED_TAGS or self.declared is not NOTHING_DECLARED:
            style = style_of(style, self.tag, self.attributes, self.declared)
        if self.namespace:
            style = self._foreign_style(style)
        self.style = style

    @property
    def is_special(self) -> bool:
        """Tell whether an unmatched end tag stops here."""
        return self.tag in (_BOUNDARIES_OF[self.namespace] if self.namespace else _SPECIAL)

    @property
    def is_boundary(self) -> bool:
        """Tell whether the element hides those around it from an end tag inside."""
        return self.tag in (_BOUNDARIES_OF[self.namespace] if self.namespace else _BOUNDARIES)

    def takes_html(self, tag: str) -> bool:
        """Tell whether a start tag inside follows the rules of HTML."""
        match self.namespace:
            case "":
                return True
            case "svg":
                return self.tag in ("foreignobject", "desc", "title")
            case _ if self.tag in _MATH_TEXT:
                return tag not in ("mglyph", "malignmark")
            case _ if self.tag == "annotation-xml":
                encoding = self.attributes.get("encoding", "").lower()
                return tag == "svg" or encoding in ("text/html", "application/xhtml+xml")
            case _:
                return False

    def _foreign_style(self, style: Style) -> Style:
        if self.namespace == MATH:
            is_removed = style.is_removed or self.tag in _NO_TEXT_IN_MATH
            return style._replace(is_removed=is_removed, is_drawing=False)
        is_removed = style.is_removed or self.tag in _NO_TEXT_IN_SVG
        is_drawing = self.tag not in ("text", "foreignobject") and (
            style.is_drawing or self.tag == "svg"
        )
        return style._replace(is_removed=is_removed, is_drawing=is_drawing)


class OpenElements:
    """The stack of open elements; `steps` counts how far searches in it have walked."""

    def __init__(self, root: Element) -> None:
        self.items: list[Element] = []
        self._counts: Counter[str] = Counter()
        self.steps = 0
        self.push(root)

    def push(self, element: Element) -> None:
        """Open an element inside the current one."""
        element.is_open = True
        self.items.append(element)
        self._counts[element.tag] += 1

    def pop(self) -> Element:
        """Close the current element."""
        element = self.items.pop()
        self.forget(element)
        return element

    def forget(self, element: Element) -> None:
        """Count an element as closed that was taken out of `items`."""
        element.is_open = False
        self._counts[element.tag] -= 1

    def has(self, tag: str) -> bool:
        """Tell whether any element of that name is open."""
        return self._counts[tag] > 0

    def is_in_scope(self, names: frozenset[str], more: frozenset[str] = NOTHING_MORE) -> bool:
        """Tell whether an end tag here reaches an element with one of these names.

        `more` names boundaries besides the usual ones.
        """
        counts = self._counts
        if not any(counts[name] > 0 for name in names):
            return False
        for element in reversed(self.items):
            self.steps += 1
            if not element.namespace and element.tag in names:
                return True
            if element.is_boundary or (not element.namespace and element.tag in more):
                return False
        return False

    def is_in_table_scope(self, name: str) -> bool:
        """Tell whether the innermost table is, or holds, an open element of that name."""
        if self._counts[name] <= 0:
            return False
        for element in reversed(self.items):
            self.steps += 1
            if element.namespace:
                continue
            if element.tag == name:
                return True
            if element.tag in ("table", "template", "html"):
                return False
        return False
