"""A terminal with a picture on it before there is an app, which goes on from what it shows."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from types import FrameType
from typing import Any, Final

from deskero_tui.tui.terminal import modes
from deskero_tui.tui.terminal.painter import Painter, Patch
from deskero_tui.tui.terminal.session import TakenTerminal, measured_size, silence_standard_output

TERMINAL_SIGNALS: Final = (signal.SIGWINCH, signal.SIGCONT, signal.SIGTSTP)
"""What the terminal, or the shell behind it, tells whoever has it."""


class Opening:
    """From the first picture until the app's driver has the terminal, or until `close`.

    What the terminal tells meanwhile waits for the driver. Made on the main thread.
    """

    def __init__(self, keys_handle: int, picture_handle: int, term: str) -> None:
        """Takes the terminal, see `TakenTerminal`.

        Raises:
            termios.error: The terminal is gone.
        """
        self.heard: Final[list[int]] = []
        """The signals of the terminal that have come, in their order."""
        self._handlers: dict[int, Any] = {
            number: signal.signal(number, self._hear) for number in TERMINAL_SIGNALS
        }
        try:
            self.taken: Final = TakenTerminal(keys_handle, picture_handle, term)
        except BaseException:
            self._give_signals_back()
            raise
        self._picture_handle = picture_handle
        self.painter: Final = painter_for(term)
        """Knows what the terminal shows."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines; 0 where the terminal names none."""
        return measured_size(self._picture_handle, (0, 0))

    def paint(self, patches: Iterable[Patch], size: tuple[int, int]) -> None:
        """Shows these parts of a picture, and nothing else."""
        self.taken.write(self.painter.paint(patches, size))

    def close(self) -> None:
        """Gives the terminal back, unless whoever had it afterwards has done that."""
        self._give_signals_back()
        if not self.taken.give_back():
            silence_standard_output()

    def _give_signals_back(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.heard.append(number)


def painter_for(term: str) -> Painter:
    """A painter for a terminal that calls itself `term`."""
    return Painter(erases_in_colour=erases_in_colour(term), knows_columns=not modes.is_simple(term))


def erases_in_colour(term: str) -> bool:
    """Whether erased cells take the background of the moment: not in `screen` without `-bce`.

    Measured in tmux 3.3a and xterm; a terminal that is not known is taken to do what xterm does.
    """
    return not (term.startswith(("screen", "vt1", "vt2", "ansi")) and "bce" not in term)
