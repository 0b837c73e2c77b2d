"""What everything that opens over the main screen has in common: a frame that knows how to shrink.

Below 60 columns or 16 lines a sheet fills the screen; the rules are in `styles/modals.tcss`.
"""

from __future__ import annotations

from typing import Final, Generic

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType

from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.terminal.frame_timing import PromptScreen

WIDTHS: Final[list[tuple[int, str]]] = [(0, "-narrow"), (60, "-wide")]
HEIGHTS: Final[list[tuple[int, str]]] = [(0, "-low"), (16, "-high")]


class Sheet(
    ModalScreen[ScreenResultType], PromptScreen[ScreenResultType], Generic[ScreenResultType]
):
    """A screen over the main one; Esc leaves it by `action_leave`."""

    # Textual declares these two on the instance, so they cannot be class variables here.
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = WIDTHS
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = HEIGHTS


class Frame(Vertical):
    """The box of a sheet."""


def framed(title: SafeText, keys: str) -> Frame:
    """A box with its title above and the keys that matter below; `keys` is our own text."""
    frame = Frame()
    frame.border_title = Content(title or " ")
    frame.border_subtitle = Content(keys)
    return frame
