"""What the style of an element does to its text: whether it is seen, and which line ends count.

Only inline declarations are read, with the rules of CSS: a later declaration wins, an invalid one
is ignored, `!important` goes first. `html_sheets` adds what style sheets say of line ends; what
they hide is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


class WhiteSpace(Enum):
    """What becomes of spaces and line ends."""

    COLLAPSE = "collapse"
    KEEP_LINES = "keep lines"
    KEEP = "keep"


class Style(NamedTuple):
    """The computed style of an element, as far as it matters for its text."""

    is_removed: bool = False
    """The element or one around it is not displayed; nothing inside can be seen."""
    is_invisible: bool = False
    is_tiny: bool = False
    """The font size is zero."""
    is_drawing: bool = False
    """Inside SVG, where only `text` elements show their text."""
    white_space: WhiteSpace = WhiteSpace.COLLAPSE

    @property
    def is_seen(self) -> bool:
        return not (self.is_removed or self.is_invisible or self.is_tiny or self.is_drawing)


SHOWN: Final = Style()


class Declared(NamedTuple):
    """The declarations of one `style` attribute; None where there is no valid one."""

    is_displayed: bool | None = None
    is_block: bool | None = None
    is_visible: bool | None = None
    is_tiny: bool | None = None
    """None also for a size relative to the one around it, which stays zero when that is."""
    white_space: WhiteSpace | None = None
    is_pixel: bool = False
    """Width or height is at most one pixel."""


NOTHING_DECLARED: Final = Declared()
_MOST_CHARS: Final = 20_000
_PIECE: Final = re.compile(r"\"[^\"]*\"?|'[^']*'?|[;()]|[^;()\"']+")
_COMMENT: Final = re.compile(r"/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_DISPLAYS: Final = _words(
    "block contents flex flow flow-root grid inline inline-block inline-flex inline-grid"
    " inline-table list-item none ruby run-in table table-caption table-cell table-column"
    " table-column-group table-footer-group table-header-group table-row table-row-group"
    " -webkit-box -webkit-flex -webkit-inline-box -webkit-inline-flex"
)
_BLOCKS: Final = _words(
    "block flex flow-root grid list-item table table-caption table-cell table-footer-group"
    " table-header-group table-row table-row-group -webkit-box -webkit-flex"
)
_WHITE_SPACES: Final = {
    "normal": WhiteSpace.COLLAPSE,
    "nowrap": WhiteSpace.COLLAPSE,
    "wrap": WhiteSpace.COLLAPSE,
    "collapse": WhiteSpace.COLLAPSE,
    "initial": WhiteSpace.COLLAPSE,
    "pre": WhiteSpace.KEEP,
    "pre-wrap": WhiteSpace.KEEP,
    "-moz-pre-wrap": WhiteSpace.KEEP,
    "preserve": WhiteSpace.KEEP,
    "preserve-spaces": WhiteSpace.COLLAPSE,
    "break-spaces": WhiteSpace.KEEP,
    "pre-line": WhiteSpace.KEEP_LINES,
    "preserve-breaks": WhiteSpace.KEEP_LINES,
}
_SIZE: Final = re.compile(r"\+?(\d+\.?\d*|\.\d+)([a-z]+|%)?")
_RELATIVE: Final = frozenset({"em", "ex", "ch", "%", "cap", "ic", "lh"})
_FONT_SIZE_WORDS: Final = _words(
    "xx-small x-small small medium large x-large xx-large xxx-large initial"
)


def style_of(
    parent: Style, tag: str, attributes: Mapping[str, str], declared: Declared = NOTHING_DECLARED
) -> Style:
    """Compute the style of an element inside `parent`, from its tag and its declarations."""
    is_displayed = declared.is_displayed
    if is_displayed is None:
        is_displayed = "hidden" not in attributes
    is_removed = parent.is_removed or tag in _REMOVED
    is_removed = is_removed or not (is_displayed or tag in ("html", "body"))
    is_invisible = parent.is_invisible if declared.is_visible is None else not declared.is_visible
    is_tiny = parent.is_tiny if declared.is_tiny is None else declared.is_tiny
    if declared.is_tiny is None and (tag in _OWN_FONT or (tag == "font" and "size" in attributes)):
        is_tiny = False
    white_space = declared.white_space or _WHITE_SPACE_OF.get(tag, parent.white_space)
    return Style(is_removed, is_invisible, is_tiny, parent.is_drawing, white_space)


_OWN_FONT: Final = frozenset({"table", "button", "input", "select", "textarea"})
"""Elements whose font is not the one around them; for a table where no doctype is given."""

_WHITE_SPACE_OF: Final = dict.fromkeys(
    ("pre", "listing", "xmp", "plaintext", "textarea"), WhiteSpace.KEEP
)
_REMOVED: Final = _words("template datalist")
STYLED_TAGS: Final = _OWN_FONT | _REMOVED | _WHITE_SPACE_OF.keys() | {"font"}
"""Elements that have a style without any attribute."""


@lru_cache(maxsize=256)
def declared(style: str) -> Declared:
    """Read the value of a `style` attribute."""
    if len(style) > _MOST_CHARS:
        return NOTHING_DECLARED
    values: dict[str, str] = {}
    important: dict[str, str] = {}
    for name, value in _declarations(style):
        is_important = value.endswith("important") and "!" in value
        value = value.rpartition("!")[0].rstrip() if is_important else value
        if name == "font":
            name, value = "font-size", _size_of_font(value)
        if _is_valid(name, value):
            (important if is_important else values)[name] = value
    values |= important
    display = values.get("display")
    visibility = values.get("visibility")
    return Declared(
        is_displayed=None if display is None else display != "none",
        is_block=None if display is None else not _BLOCKS.isdisjoint(display.split()),
        is_visible=None if visibility is None else visibility in ("visible", "initial"),
        is_tiny=_is_tiny(values.get("font-size", "")),
        white_space=_white_space(values),
        is_pixel=bool({values.get("width"), values.get("height")} & {"0", "0px", "1px"}),
    )


def _declarations(style: str) -> list[tuple[str, str]]:
    """Split a style at the semicolons outside of strings and brackets."""
    style = _COMMENT.sub(" ", style).lower() if "/*" in style else style.lower()
    if not any(sign in style for sign in "\"'("):
        pieces = style.split(";")
    else:
        pieces, depth = [""], 0
        for piece in _PIECE.findall(style):
            depth = max(0, depth + (piece == "(") - (piece == ")"))
            if piece == ";" and not depth:
                pieces.append("")
            else:
                pieces[-1] += piece
    parted = (piece.partition(":") for piece in pieces)
    return [(name.strip(), value.strip()) for name, _, value in parted]


def _is_valid(name: str, value: str) -> bool:
    """Tell whether a declaration counts; one that only inherits declares nothing here."""
    match name:
        case "display":
            words = value.split()
            return bool(words) and _DISPLAYS.issuperset(words)
        case "visibility":
            return value in ("visible", "hidden", "collapse", "initial")
        case "font-size":
            size = _SIZE.fullmatch(value)
            if size is None:
                return bool(value)
            return bool(size[2]) or not float(size[1])
        case "white-space" | "white-space-collapse":
            return any(word in _WHITE_SPACES for word in value.split())
        case "width" | "height":
            return bool(value)
        case _:
            return False


def _size_of_font(value: str) -> str:
    for word in value.split():
        size = word.partition("/")[0]
        if _SIZE.fullmatch(size) or size in _FONT_SIZE_WORDS:
            return size if size == "0" or not size.isdigit() else ""
    return ""


def _is_tiny(size: str) -> bool | None:
    found = _SIZE.fullmatch(size)
    if found is None:
        return False if size in _FONT_SIZE_WORDS or "(" in size else None
    if not float(found[1]):
        return True
    return None if found[2] in _RELATIVE else False


def _white_space(values: Mapping[str, str]) -> WhiteSpace | None:
    value = values.get("white-space-collapse") or values.get("white-space", "")
    return next((_WHITE_SPACES[word] for word in value.split() if word in _WHITE_SPACES), None)
