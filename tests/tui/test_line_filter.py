"""The last gate: whatever road a text took, only what can be drawn goes on to the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.tui.line_filter import ControlFilter
from tests.support.modal_host import shown

BLACK = Color(0, 0, 0)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def filtered(*segments: Segment) -> list[Segment]:
    return ControlFilter().apply(list(segments), BLACK)


@given(st.text(st.characters(), max_size=60))
def test_no_control_bidi_or_surrogate_is_left_and_nothing_else_is_taken(text: str) -> None:
    (segment,) = filtered(Segment(text))
    left = set(segment.text)
    assert not left & set(BIDI)
    assert not {c for c in left if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
    taken = [c for c in text if c not in left]
    assert {unicodedata.category(c) for c in taken} <= {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}
    assert "".join(c for c in text if c in left) == segment.text


@pytest.mark.parametrize(
    "payload",
    ["\x1b[2J", "\x1b]52;c;eA==\x07", "\x9b31m", "\x00", "\x7f", "\u202e", "\u200d", "\ud800"],
)
def test_what_would_command_a_terminal_becomes_letters(payload: str) -> None:
    (segment,) = filtered(Segment(f"a{payload}b"))
    assert not set(payload) & set("\x00\x1b\x7f\x9b\x07\u202e\u200d\ud800") & set(segment.text)
    assert segment.text.startswith("a")
    assert segment.text.endswith("b")


def test_a_link_that_a_terminal_would_follow_is_taken_off_and_the_look_stays() -> None:
    style = Style(bold=True, link="https://evil.test")
    (segment,) = filtered(Segment("text", style))
    assert segment.style is not None
    assert segment.style.link is None
    assert segment.style.bold


def test_what_is_clean_goes_through_as_it_is() -> None:
    style = Style(color="red")
    clean = [Segment("Grüße, 茶碗 ─│", style), Segment("", None)]
    assert filtered(*clean) == clean


def test_control_segments_of_textual_itself_are_left_alone() -> None:
    control = Segment("\x1b[1;1H", None, [(ControlType.CURSOR_MOVE_TO, 1, 1)])
    assert filtered(control) == [control]


class Careless(App[None]):
    """Shows a stranger's text as it came."""

    @override
    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]

    @override
    def compose(self) -> ComposeResult:
        yield Static("safe \x1b[2J\u202eknil\x9b text", markup=False)


async def test_a_widget_that_forgot_to_clean_its_text_is_still_behind_the_gate() -> None:
    app = Careless()
    async with app.run_test():
        assert "safe [2Jknil text" in shown(app)
