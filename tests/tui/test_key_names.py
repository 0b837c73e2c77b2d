"""What people call keys, what Textual calls them, and which of them arrive."""

from __future__ import annotations

import re

import pytest
from textual.binding import Binding

from deskero_tui.tui.keys.names import (
    BadKey,
    arrived_key,
    doubt_about,
    read_key,
    textual_key,
    writes_text,
)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("r", "r"),
        ("R", "R"),
        (" ? ", "?"),
        ("к", "к"),
        (",", ","),
        ("comma", ","),
        ("question_mark", "?"),
        ("plus", "+"),
        ("+", "+"),
        ("Esc", "escape"),
        ("PgDn", "pagedown"),
        ("Space", "space"),
        ("F5", "f5"),
        ("Ctrl+S", "ctrl+s"),
        ("shift+a", "A"),
        ("Shift+Tab", "shift+tab"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("alt++", "alt++"),
        ("ctrl+m", "enter"),
        ("ctrl+i", "tab"),
        ("ctrl+[", "escape"),
        ("ctrl+space", "ctrl+@"),
    ],
)
def test_a_key_goes_by_the_names_people_give_it(said: str, key: str) -> None:
    assert read_key(said) == key


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("", "Keys are r, R"),
        ("entr", "Did you mean enter?"),
        ("pagedwon", "Did you mean pagedown?"),
        ("super+a", "There is no key “super+a”"),
        ("ctrl+ctrl+a", "There is no key"),
        ("ctrl+", "There is no key"),
        ("+a", "There is no key"),
        ("gg", "There is no key “gg”"),
    ],
)
def test_a_name_that_no_key_has_is_refused_with_one_that_some_has(said: str, says: str) -> None:
    with pytest.raises(BadKey, match=re.escape(says)):
        read_key(said)


@pytest.mark.parametrize("key", [*"rR?,.:/>*-_=#[]{}|\\'\"~^$%&@!+;", "enter", "ctrl+s", "space"])
def test_our_name_and_that_of_textual_are_the_same_key(key: str) -> None:
    [bound] = Binding.make_bindings([Binding("comma" if key == "," else key, "act")])
    assert textual_key(key) == bound.key
    assert arrived_key(bound.key, key if len(key) == 1 else None) == key


def test_a_modified_letter_is_no_letter() -> None:
    assert arrived_key("alt+a", "a") == "alt+a"
    assert arrived_key("space", " ") == "space"
    assert arrived_key("ctrl+s", "\x13") == "ctrl+s"


@pytest.mark.parametrize("key", ["f5", "alt+r", "ctrl+enter", "ctrl+1", "shift+enter", "ctrl+b"])
def test_a_key_that_may_never_arrive_is_doubted(key: str) -> None:
    assert doubt_about(key)


@pytest.mark.parametrize(
    "key", ["r", "+", "к", "enter", "shift+tab", "ctrl+s", "ctrl+@", "ctrl+left", "pagedown"]
)
def test_a_key_that_every_terminal_sends_is_not_doubted(key: str) -> None:
    assert not doubt_about(key)


def test_a_text_field_takes_letters_and_what_corrects_them() -> None:
    assert all(map(writes_text, ("r", "?", "enter", "tab", "shift+tab", "backspace", "left")))
    assert not any(map(writes_text, ("escape", "ctrl+s", "f5", "alt+r", "ctrl+left")))
