"""The last gate before the terminal: whatever a widget painted, no control character leaves.

Text is cleaned where it comes in (`domain/text/safe_text.py`); this filter catches text that
took another road. The first frame has no widgets, and the same filter (`control_filter.py`).
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override

from deskero_tui.tui.control_filter import harmless


class ControlFilter(LineFilter):
    """Takes out control and bidi characters, surrogates, and links that a terminal would obey."""

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [_harmless(segment) for segment in segments]


def _harmless(segment: Segment) -> Segment:
    text, style, control = segment
    if control is None:
        text = harmless(text)
    if style is not None and style.link:
        style = style.update_link(None)
    return Segment(text, style, control)
