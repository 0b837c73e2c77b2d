"""What is shown of a text in which something was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.query.query import Phrase, Words
from deskero_tui.domain.text.snippets import one_for_one, pattern_of, snippet


def shown(text: str, *words: Words | Phrase) -> str:
    pattern = pattern_of(words)
    assert pattern is not None
    return snippet(text, pattern)


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("It came late.", Words("lat"), "It came late."),
        ("It came translated.", Words("late"), ""),
        ("Hello, the parcel you sent came late\nagain", Words("late"), "…sent came late again"),
        ("Ein Päckchen", Words("packchen"), "Ein Päckchen"),
        ("late, late parcel", Phrase("late parcel"), "late, late parcel"),
        ("a late parcels", Phrase("late parcel"), ""),
        ("aaaaaaaaaaaaaaaaaaaaaa-late", Words("late"), "…late"),
    ],
)
def test_the_words_around_a_hit_are_shown(text: str, words: Words | Phrase, says: str) -> None:
    assert shown(text, words) == says


def test_what_a_stranger_wrote_is_clean() -> None:
    piece = shown("late \x1b]52;c;aGk=\x07 \u202eevil [b]x[/b]", Words("late"))
    assert "\x1b" not in piece
    assert "\u202e" not in piece
    assert "[b]x[/b]" in piece


def test_the_first_of_several_words_is_shown() -> None:
    assert shown("x parcel y", Words("late"), Words("parcel")) == "x parcel y"
    assert pattern_of([Words("!?"), Phrase("")]) is None


@given(st.text())
def test_folding_one_for_one_keeps_every_place(text: str) -> None:
    assert len(one_for_one(text)) == len(text)
