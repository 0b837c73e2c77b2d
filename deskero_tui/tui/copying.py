"""How a text is copied: on its way to the clipboard, or else shown for the terminal to select."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final, TypeVar

from textual.geometry import Size
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, safe_block, safe_line
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.tui.terminal.clipboard import Clipboard
from deskero_tui.tui.terminal.compositor import Frame
from deskero_tui.tui.terminal.driver import TerminalDriver
from deskero_tui.tui.terminal.looks import PLAIN, way
from deskero_tui.tui.terminal.painting import PaintingApp
from deskero_tui.tui.terminal.segments import look_of

if TYPE_CHECKING:
    from deskero_tui.tui.widgets.select_view import SelectView

T = TypeVar("T")

MOST_SAID_CHARS: Final = 100
"""Of what is copied; longer is named."""
MOST_SHOWN_CHARS: Final = 2_000_000
"""Of what is shown to select: more than any ticket has."""

SAVE_CURSOR: Final = "\x1b7"
RESTORE_CURSOR: Final = "\x1b8"
"""Both with the look in which is written."""
PLAIN_LOOK: Final = "\x1b[m"
WRAP: Final = "\x1b[?7h"
NO_WRAP: Final = "\x1b[?7l"


class Copying(PaintingApp[T]):
    """An app that copies by the one way that leads from its terminal, and says which that was."""

    def __init__(self, *, copies_by: Clipboard, **options: Any) -> None:
        super().__init__(**options)
        self._copies_by = copies_by
        self._last_copied = ""
        self._select_view: SelectView | None = None
        """The last one."""
        self._joined = ""
        """What was written last to join rows of it, as far as the terminal still knows of that."""
        self._joined_at = Size(0, 0)
        """Of a terminal of that size; one of another size is cleared before it is painted."""

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
        from deskero_tui.tui.widgets.select_view import SelectView

        shown = safe_block(text, max_chars=MOST_SHOWN_CHARS, max_lines=MOST_SHOWN_CHARS)
        self._select_view = SelectView(shown)
        self.push_screen(self._select_view)

    @override
    def paint_anew(self) -> None:
        self._joined = ""
        super().paint_anew()

    @override
    def move_picture(self, lines: int) -> bool:
        # Rows keep on their way that they go on in the next, but tmux's first one on its way down.
        self._joined = ""
        return super().move_picture(lines)

    @override
    def _write(self, driver: TerminalDriver, frame: Frame) -> None:
        super()._write(driver, frame)
        view = self._select_view
        if view is None or self.screen is not view:
            return
        written = self._joining(view)
        if written and (written, self.size) != (self._joined, self._joined_at):
            driver.write(f"{SAVE_CURSOR}{PLAIN_LOOK}{WRAP}{written}{NO_WRAP}{RESTORE_CURSOR}")
        self._joined, self._joined_at = written, self.size

    def _joining(self, view: SelectView) -> str:
        """Writes the rows of one line together, where the painter has written each by itself."""
        out = []
        for place, (text, style, _) in view.joints():
            look = look_of(style, self.colour_system)
            at = f"\x1b[{place.y + 1};{place.x + 1}H"
            out.append(f"{at}{way(PLAIN, look)}{text}{way(look, PLAIN)}")
        return "".join(out)

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
