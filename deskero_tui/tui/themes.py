"""The themes: what the style sheets' colour variables stand for. Rules are in `styles/` alone.

Names are those of the config (`THEMES` there). `tests/tui/test_themes.py` holds every pair of
colours that text is shown in to the contrast that WCAG 2 asks for (4.5, and 7 for high contrast).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from deskero_tui.tui.appearance import DEFAULT, TERMINAL

_ALL: Final = (
    # The framework's dark theme, whose bars and hints in empty fields are too faint; its panels are
    # kept, which it would mix anew of the other blue.
    replace(
        BUILTIN_THEMES["textual-dark"],
        name=DEFAULT,
        primary="#0172ca",
        panel="#242f38",
        variables={"text": "auto 100%", "text-disabled": "#949494"},
    ),
    Theme(
        name="high-contrast",
        primary="#005f87",
        secondary="#9ecbff",
        warning="#ffd75f",
        error="#ff9d9d",
        success="#87ff9b",
        accent="#5fe7ff",
        foreground="#ffffff",
        background="#000000",
        surface="#0a0a0a",
        panel="#1c1c1c",
        variables={
            "text": "auto 100%",
            "text-muted": "#e4e4e4",
            "text-disabled": "#c6c6c6",
            "text-primary": "#9ecbff",
            "text-warning": "#ffd75f",
            "text-error": "#ff9d9d",
            "text-success": "#87ff9b",
            "text-accent": "#5fe7ff",
            "surface-lighten-2": "#303030",
        },
    ),
    # Light blue, yellow and orange stay apart for people who do not tell red from green.
    Theme(
        name="colour-blind",
        primary="#2a5fb0",
        secondary="#85c0f9",
        warning="#f0e442",
        error="#ff8a3d",
        success="#6db6ff",
        accent="#e8b84a",
        foreground="#e6e6e6",
        background="#121212",
        surface="#1c1c1c",
        panel="#26292e",
        variables={
            "text": "auto 100%",
            "text-muted": "#b4b4b4",
            "text-disabled": "#a0a0a0",
            "text-primary": "#c3dcff",
            "text-warning": "#f0e442",
            "text-error": "#ff8a3d",
            "text-success": "#6db6ff",
            "text-accent": "#e8b84a",
        },
    ),
    Theme(
        name="light",
        primary="#0b5cad",
        secondary="#35607f",
        warning="#7a4a00",
        error="#b3261e",
        success="#17632f",
        accent="#842a7d",
        foreground="#1b1b1b",
        background="#ffffff",
        surface="#f2f2f2",
        panel="#e8e8e8",
        dark=False,
        variables={
            "text": "auto 100%",
            "text-muted": "#4a4a4a",
            "text-disabled": "#5c5c5c",
            "text-primary": "#0b5cad",
            "text-warning": "#7a4a00",
            "text-error": "#b3261e",
            "text-success": "#17632f",
            "text-accent": "#842a7d",
            "surface-lighten-2": "#dcdcdc",
        },
    ),
    # The palette is the terminal's own; only where we set the background we set the text, too.
    replace(
        BUILTIN_THEMES["ansi-dark"],
        name=TERMINAL,
        accent="ansi_cyan",
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables,
            "text": "ansi_bright_white",
            "text-muted": "ansi_default",
            "text-disabled": "ansi_default",
            "input-cursor-text-style": "reverse",
            "input-cursor-foreground": "ansi_default",
            "input-cursor-background": "ansi_default",
        },
    ),
)
ABOUT: Final[Mapping[str, str]] = {
    DEFAULT: "dark; the terminal's own on 16 colours and slow lines",
    "high-contrast": "white and strong colours on black",
    "colour-blind": "blue, yellow and orange instead of green and red",
    "light": "dark text on white",
    TERMINAL: "the terminal's own 16 colours and background",
}
"""What each is like, in a few words."""
THEMES: Final[Mapping[str, Theme]] = {theme.name: theme for theme in _ALL}
"""All of them by name, the usual one first."""
