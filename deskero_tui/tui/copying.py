"""How a text is copied: on its way to the clipboard, or else shown for the terminal to select."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Final, TypeVar

from typing_extensions import override

from deskero_tui.domain.sizes import size_in_words
from deskero_tui.domain.text import SafeText, safe_block, safe_line
from deskero_tui.tui.terminal.clipboard import Clipboard
from deskero_tui.tui.terminal.painting import PaintingApp

T = TypeVar("T")

MOST_SAID_CHARS: Final = 100
"""Of what is copied; longer is named."""
MOST_SHOWN_CHARS: Final = 2_000_000
"""Of what is shown to select: more than any ticket has."""


class Copying(PaintingApp[T]):
    """An app that copies by the one way that leads from its terminal, and says which that was."""

    def __init__(self, *, copies_by: Clipboard, **options: Any) -> None:
        super().__init__(**options)
        self._copies_by = copies_by
        self._last_copied = ""

    @abstractmethod
    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Shows one sentence."""

    @property
    @override
    def clipboard(self) -> str:
        """What was copied last, in this console alone."""
        return self._last_copied

    @override
    def copy_to_clipboard(self, text: str) -> None:
        """As `copy`: this is what fields call for what is selected in them."""
        self.copy(text, name="the selection")

    def copy(self, text: str, *, name: str = "the text") -> None:
        """Sends `text` to the clipboard beside everything else, and says what became of it.

        What cannot go is shown to be selected. A text that is long is called `name`.
        """
        self._last_copied = text
        self.run_worker(
            self._copied(text, name), group="app-copying", exclusive=True, exit_on_error=False
        )

    def show_to_select(self, text: str) -> None:
        """Shows `text` and nothing else, till the agent goes back."""
        from deskero_tui.tui.screens.select_view import SelectView

        shown = safe_block(text, max_chars=MOST_SHOWN_CHARS, max_lines=MOST_SHOWN_CHARS)
        self.push_screen(SelectView(shown))

    async def _copied(self, text: str, name: str) -> None:
        outcome = await self._copies_by.hand_over(text, self.write_through)
        size = size_in_words(len(text.encode("utf-8", "replace")))
        if outcome.is_sent:
            is_short = len(text) <= MOST_SAID_CHARS and "\n" not in text
            said = SafeText(safe_line(text)) if is_short else f"{name}, {size}"
            self.say(f"{outcome.value}: {said}")
        else:
            self.say(f"{outcome.value}: {name}, {size}, was shown to select.")
            self.show_to_select(text)
