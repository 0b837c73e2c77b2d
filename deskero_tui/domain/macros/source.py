"""Where a front end gets macros from. Apart from them, as a console starts without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from deskero_tui.domain.macros.library import Library


class MacroSource(Protocol):
    """Where a front end gets the macros from."""

    @property
    def own_folder(self) -> str:
        """Where an agent's own macros lie, as people are told."""
        ...

    def library(self) -> Library:
        """All macros as they are now. Reads files: not for the event loop's thread."""
        ...


class _NoMacros:
    """For front ends without any."""

    own_folder: Final = ""

    def library(self) -> Library:
        from deskero_tui.domain.macros.library import Library

        return Library({})


NO_MACROS: Final[MacroSource] = _NoMacros()
