"""The last gate before the terminal: whatever a widget painted, no control character leaves.

Text is cleaned where it comes in (`domain/text.py`); this stands behind it for the case that some
text took another road.
"""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override

_FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


class ControlFilter(LineFilter):
    """Takes out control and bidi characters, surrogates, and links that a terminal would obey."""

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [_harmless(segment) for segment in segments]


def _harmless(segment: Segment) -> Segment:
    text, style, control = segment
    if control is None and _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    if style is not None and style.link:
        style = style.update_link(None)
    return Segment(text, style, control)
