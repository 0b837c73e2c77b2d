"""How the console looks, as one value that screens and widgets ask. Light to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, runtime_checkable

from deskero_tui.tui.terminal.abilities import Abilities

if TYPE_CHECKING:
    from textual.app import App

    from deskero_tui.config import Settings

DEFAULT: Final = "default"
TERMINAL: Final = "terminal"
"""Themes by their names; the others are in `themes.py` alone."""
WIDE_CELLS: Final = 100
"""From this width on the ticket stands beside the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What suits one terminal, and what its agent wants of it; the same while the console runs."""

    abilities: Abilities = field(default_factory=Abilities)
    """What the terminal can show."""
    theme: str = DEFAULT
    """The name of the theme to begin with."""
    is_slow: bool = False
    """The line is slow: every byte counts."""
    is_spoken: bool = False
    """The screen is heard: words for signs, lines that stand alone, a cursor that can be followed.
    """

    @property
    def has_one_pane(self) -> bool:
        """Whether the ticket is shown only when it is opened, over the whole screen."""
        return self.is_slow or self.is_spoken

    def has_one_pane_in(self, width_cells: int) -> bool:
        """Whether that is so on a screen of this width."""
        return self.has_one_pane or width_cells < WIDE_CELLS

    @property
    def is_calm(self) -> bool:
        """Whether nothing is painted that nobody asked for and that changes nothing for anybody."""
        return self.is_slow or self.is_spoken

    @property
    def is_bare(self) -> bool:
        """Whether there are no boxes, no scroll bars, and no bar where the cursor is."""
        return self.is_slow or self.is_spoken

    @property
    def classes(self) -> frozenset[str]:
        """The style classes of the app, for `styles/bare.tcss`."""
        classes = {"-bare": self.is_bare, "-spoken": self.is_spoken}
        return frozenset(name for name, is_on in classes.items() if is_on)

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str]) -> Self:
        """What the settings want on the terminal that `environment` tells of."""
        abilities = Abilities.of(environment, colours=settings.colors, glyphs=settings.glyphs)
        return cls(
            abilities=abilities,
            theme=theme_for(settings.theme, abilities, is_slow=settings.slow),
            is_slow=settings.slow,
            is_spoken=settings.screen_reader,
        )


USUAL: Final = Appearance()


@runtime_checkable
class Dressed(Protocol):
    """An app that has an appearance."""

    appearance: Appearance


def appearance_of(app: App[Any]) -> Appearance:
    """How an app looks; as usual where it does not say."""
    return app.appearance if isinstance(app, Dressed) else USUAL


def theme_for(name: str, abilities: Abilities, *, is_slow: bool = False) -> str:
    """The theme to show: the one asked for, or, instead of the usual one, the terminal's own.

    That is so where shades mean nothing, and over a slow line: text in the terminal's own colours
    needs no bytes that say so.
    """
    return TERMINAL if name == DEFAULT and (abilities.is_own_palette or is_slow) else name
