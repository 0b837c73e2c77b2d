"""What of a long message is shown at first, and what is said of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.text.quotes import Part
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.domain.text.shortening import (
    MOST_CHARS,
    MOST_LINES,
    MOST_VALUE_CHARS,
    Left,
    shortened,
    shortened_value,
)


def part(text: str, *, is_quote: bool = False) -> Part:
    return Part(SafeText(text), is_quote=is_quote)


def lines(count: int, word: str = "word") -> str:
    return "".join(f"{word} {number}\n" for number in range(count))


def test_a_long_text_ends_at_a_line_and_says_how_many_are_left() -> None:
    [shown] = shortened([part(lines(MOST_LINES + 312))], folds_quotes=True)
    assert shown.text == lines(MOST_LINES)
    assert shown.left.in_words() == "312 more lines"


@pytest.mark.parametrize("count", [1, MOST_LINES - 1, MOST_LINES])
def test_what_has_room_is_whole(count: int) -> None:
    [shown] = shortened([part(lines(count))], folds_quotes=True)
    assert (shown.text, bool(shown.left)) == (lines(count), False)


def test_blank_lines_at_the_end_are_no_rest() -> None:
    [shown] = shortened([part(lines(MOST_LINES) + "\n \n")], folds_quotes=True)
    assert not shown.left


def test_a_single_long_line_says_its_characters_too() -> None:
    [shown] = shortened([part("word " * 20_000)], folds_quotes=True)
    assert len(shown.text) <= MOST_CHARS
    assert shown.text.endswith("word ")
    assert shown.left.in_words() == f"1 more line, {100_000 - len(shown.text):,} characters"


def test_folded_quotes_take_no_room() -> None:
    quote, new = part(lines(5_000), is_quote=True), part(lines(MOST_LINES, "new"))
    assert [bool(one.left) for one in shortened([quote, new], folds_quotes=True)] == [False, False]


def test_a_quote_never_takes_the_room_of_new_text() -> None:
    parts = [part(lines(5_000), is_quote=True), part(lines(1_500, "new"))]
    quote, new = shortened(parts, folds_quotes=False)
    assert (new.text, bool(new.left)) == (parts[1].text, False)
    assert quote.text == lines(500)
    assert quote.left.in_words("quoted") == "4,500 more quoted lines"


def test_behind_a_cut_nothing_goes_on() -> None:
    parts = [part(lines(MOST_LINES + 1)), part("> q\n", is_quote=True), part("last\n")]
    first, _, last = shortened(parts, folds_quotes=True)
    assert (last.text, last.left) == ("", Left(1, 5))
    assert (first.left + last.left).in_words() == "2 more lines"


@given(
    st.lists(st.tuples(st.sampled_from(["a\n", "b " * 30_000, "\n", "c\n" * 1_500]), st.booleans()))
)
def test_shown_and_left_are_the_whole(given_parts: list[tuple[str, bool]]) -> None:
    parts = [part(text, is_quote=is_quote) for text, is_quote in given_parts]
    for shown in shortened(parts, folds_quotes=False):
        assert shown.part.text.startswith(shown.text)
        rest = shown.part.text[len(shown.text) :]
        assert shown.left.chars == len(rest)
        assert bool(shown.left) == bool(rest.strip())


def test_a_list_is_cut_between_its_items() -> None:
    items = tuple(SafeText(f"tag-{number:03}") for number in range(100))
    value, more = shortened_value(SafeText(", ".join(items)), items)
    kept = value.split(", ")
    assert kept == list(items[: len(kept)])
    assert MOST_VALUE_CHARS - 10 < len(value) <= MOST_VALUE_CHARS
    assert more == f"{100 - len(kept)} more"


def test_a_value_that_is_no_list_says_its_characters() -> None:
    value, more = shortened_value(SafeText("x" * 1_300), ())
    assert (len(value), more) == (MOST_VALUE_CHARS, "1,000 more characters")
    assert shortened_value(SafeText("x" * MOST_VALUE_CHARS), ()) == ("x" * MOST_VALUE_CHARS, "")
