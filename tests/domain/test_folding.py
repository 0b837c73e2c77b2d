"""Case and accents make no difference, and places are those of the text itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.text.folding import FoldedText, folded


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        ("late Parcel, late", "LATE", ["late", "late"]),
        ("Où est le café ?", "ou est", ["Où est"]),
        ("cafe\N{COMBINING ACUTE ACCENT} noir", "é n", ["e\N{COMBINING ACUTE ACCENT} n"]),
        ("Grüße aus der Straße", "strasse", ["Straße"]),
        ("eﬃcient", "ffi", ["ﬃ"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("İstanbul", "istanbul", ["İstanbul"]),
        ("茶碗の金継ぎ", "金継", ["金継"]),
        ("parcel", "", []),
        ("parcel", "\N{COMBINING ACUTE ACCENT}", []),
        ("", "parcel", []),
    ],
)
def test_a_part_is_found_where_it_stands(text: str, part: str, found: list[str]) -> None:
    places = FoldedText(text).places_of(part)
    assert [text[first:end] for first, end in places] == found


@given(st.text(max_size=40), st.text(min_size=1, max_size=4))
def test_places_are_stretches_of_the_text_in_order(text: str, part: str) -> None:
    places = list(FoldedText(text).places_of(part))
    assert all(0 <= first < end <= len(text) for first, end in places)
    assert places == sorted(places)
    assert all(folded(part)[0] in folded(text[first:end]) for first, end in places)
