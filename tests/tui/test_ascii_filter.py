"""What stands for what on a terminal that knows ASCII alone, cell for cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.tui.ascii_filter import ASCII_OF, AsciiFilter
from deskero_tui.tui.terminal.abilities import Characters


def painted(text: str, characters: Characters = Characters.ASCII_ONLY) -> str:
    segments = AsciiFilter(characters).apply([Segment(text)], Color(0, 0, 0))
    return "".join(segment.text for segment in segments)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("┌─ Keys ─┐", "+- Keys -+"),
        ("│ 18 tickets · online │", "| 18 tickets - online |"),
        ("Entretien : plaid…", "Entretien : plaid~"),
        ("“Pinned”", '"Pinned"'),
        ("▅", " "),
    ],
)
def test_our_own_signs_have_one_in_ascii(text: str, shown: str) -> None:
    assert painted(text, Characters.ASCII_SIGNS) == shown
    assert painted(text) == shown


def test_letters_stay_where_the_terminal_may_know_them() -> None:
    assert painted("Maëlle, 茶碗", Characters.ASCII_SIGNS) == "Maëlle, 茶碗"
    assert painted("Maëlle, 茶碗") == "Ma?lle, ????"


def test_each_sign_and_what_stands_for_it_take_one_cell() -> None:
    assert all(cell_len(chr(sign)) == len(ascii) == 1 for sign, ascii in ASCII_OF.items())


@given(st.text(max_size=40))
def test_any_text_takes_as_many_cells_as_before(text: str) -> None:
    shown = painted(safe_line(text))
    assert shown.isascii()
    assert len(shown) == sum(map(cell_len, safe_line(text)))
