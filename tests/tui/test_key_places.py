"""Letters of other layouts stand where the Latin ones stand."""

from __future__ import annotations

import re

import pytest

from deskero_tui.tui.commands.table import COMMANDS
from deskero_tui.tui.keys.layouts import LATIN


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("кй", "rq"),
        ("Ф", "A"),
        ("Ж", ":"),
        ("ю", "."),
        ("і", "s"),
        ("ς", "w"),
        ("ξ", "j"),
        ("ΑΩ", "AV"),
        ("ר", "r"),
        ("ךף", "l;"),
    ],
)
def test_a_letter_is_that_of_its_key(written: str, latin: str) -> None:
    assert "".join(LATIN[letter] for letter in written) == latin


def test_what_a_latin_keyboard_writes_is_left_alone() -> None:
    assert not any(letter.isascii() for letter in LATIN)
    assert all(letter.isascii() for letter in LATIN.values())


@pytest.mark.parametrize("alphabet", ["абвгдежзийклмнопрстуфхцчшщъыьэюя", "אבגדהוזחטיכלמנסעפצקרשת"])
def test_every_letter_of_an_alphabet_has_its_place(alphabet: str) -> None:
    assert set(alphabet) <= set(LATIN)


@pytest.mark.parametrize(
    ("first", "last", "out_of_reach"),
    [("\u0400", "\u04ff", ""), ("\u0370", "\u03ff", "qQW"), ("\u0590", "\u05ff", "qw")],
)
def test_letter_commands_can_be_given_in_their_layout(
    first: str, last: str, out_of_reach: str
) -> None:
    """Greek and Hebrew write ASCII signs where `q` and `w` are; Hebrew has no capitals."""
    letters = {key for command in COMMANDS for key in command.keys if re.fullmatch("[A-Za-z]", key)}
    reached = {LATIN[letter] for letter in LATIN if first <= letter <= last}
    has_capitals = any(latin.isupper() for latin in reached)
    wanted = {letter for letter in letters if has_capitals or letter.islower()}
    assert wanted - reached <= set(out_of_reach)
