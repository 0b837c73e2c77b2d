"""What a terminal is taken to show, by what the environment and the agent say."""

from __future__ import annotations

import pytest

from deskero_tui.config import COLOURS
from deskero_tui.tui.terminal.abilities import Abilities, Characters, Colours, is_utf8
from deskero_tui.tui.terminal.painting import SYSTEMS


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"TERM": "xterm"}, Colours.SIXTEEN),
        ({"TERM": "xterm-256color"}, Colours.MANY),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Colours.TRUE),
        ({"TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "24bit"}, Colours.TRUE),
        ({"TERM": "screen-256color", "TMUX": "x", "COLORTERM": "truecolor"}, Colours.TRUE),
        ({"TERM": "screen-256color", "COLORTERM": "truecolor"}, Colours.MANY),
        ({"TERM": "xterm-direct"}, Colours.TRUE),
        ({"TERM": "xterm-kitty"}, Colours.TRUE),
        ({"TERM": "linux"}, Colours.SIXTEEN),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, Colours.SIXTEEN),
        ({"TERM": "vt100"}, Colours.NONE),
        ({"TERM": "vt220"}, Colours.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Colours.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Colours.MANY),
        ({}, Colours.SIXTEEN),
    ],
)
def test_colours_follow_what_the_terminal_says(
    environment: dict[str, str], colours: Colours
) -> None:
    assert Abilities.of(environment).colours is colours


def test_what_the_agent_says_goes_before_what_the_terminal_says() -> None:
    environment = {"TERM": "linux", "NO_COLOR": "1", "LANG": "C"}
    asked = Abilities.of(environment, colours="256", glyphs="unicode")
    assert asked == Abilities(Colours.MANY, Characters.ALL)


def test_every_setting_of_colours_is_one_that_can_be_painted() -> None:
    assert [kind.value for kind in Colours] == list(COLOURS[1:])
    assert set(SYSTEMS) == set(Colours)


@pytest.mark.parametrize(
    ("environment", "characters"),
    [
        ({"TERM": "xterm", "LANG": "de_DE.UTF-8"}, Characters.ALL),
        ({"TERM": "xterm"}, Characters.ALL),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, Characters.ASCII_SIGNS),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, Characters.ASCII_ONLY),
        ({"TERM": "xterm", "LANG": "C"}, Characters.ASCII_ONLY),
        ({"TERM": "xterm", "LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, Characters.ASCII_ONLY),
    ],
)
def test_characters_follow_terminal_and_locale(
    environment: dict[str, str], characters: Characters
) -> None:
    assert Abilities.of(environment).characters is characters


def test_an_agent_can_have_ascii_signs_on_any_terminal() -> None:
    known = {"TERM": "xterm", "LANG": "C.UTF-8"}
    assert Abilities.of(known, glyphs="ascii").characters is Characters.ASCII_SIGNS
    bare = {"TERM": "xterm", "LANG": "C"}
    assert Abilities.of(bare, glyphs="ascii").characters is Characters.ASCII_ONLY


@pytest.mark.parametrize(
    ("environment", "is_one"),
    [
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "en_GB.utf8"}, True),
        ({"LANG": "ca_ES.utf8@valencia"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "de_DE"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, True),
        ({"LC_ALL": "C", "LC_CTYPE": "C.UTF-8"}, False),
    ],
)
def test_the_locale_says_whether_its_characters_are_utf_8(
    environment: dict[str, str], is_one: bool
) -> None:
    assert is_utf8(environment) is is_one
