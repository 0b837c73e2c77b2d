"""How the console looks, as one value that screens and widgets ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from deskero_tui.config import Settings
from deskero_tui.tui.terminal.abilities import Abilities
from deskero_tui.tui.themes import DEFAULT, theme_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What suits one terminal, and what its agent wants of it; the same while the console runs."""

    abilities: Abilities = field(default_factory=Abilities)
    """What the terminal can show."""
    theme: str = DEFAULT
    """The name of the theme to begin with."""

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str]) -> Self:
        """What the settings want on the terminal that `environment` tells of."""
        abilities = Abilities.of(environment, colours=settings.colors, glyphs=settings.glyphs)
        return cls(abilities=abilities, theme=theme_for(settings.theme, abilities))
