"""A terminal while it is the console's: its keys come one by one, its screen is ours to paint."""

from __future__ import annotations

import logging
import os
import termios
from collections.abc import Callable
from typing import Final

from deskero_tui.tui.terminal import modes
from deskero_tui.tui.terminal.output import Output, opened_anew

_log = logging.getLogger(__name__)

DRAIN_S: Final = 0.5
"""How long a terminal may take for the last picture and its restoring when it is given back."""

USUAL_SIZE: Final = (80, 24)
"""Columns and lines where the terminal names none."""


class TakenTerminal:
    """One terminal from its taking to `give_back`."""

    def __init__(self, keys_handle: int, picture_handle: int, term: str) -> None:
        """Takes it: keys come from one open file, pictures go to the other, `term` is its TERM.

        In the background this stops the process until the shell brings it to the front.

        Raises:
            termios.error: The terminal is gone.
        """
        self._keys_handle = keys_handle
        self._picture_handle = picture_handle
        self._term = term
        self.before: Final = modes.take_keys(keys_handle)
        """How it was set."""
        self._is_lost = False
        self._on_lost: Callable[[], None] | None = None
        self._is_given_back = False
        self.written_chars = 0
        self.output: Final = Output(opened_anew(picture_handle), on_lost=self._lose)
        self.write(modes.taking(term))

    def write(self, text: str) -> None:
        """Adds to what is written; comes back at once."""
        self.written_chars += len(text)
        self.output.write(text)

    def tell_when_lost(self, on_lost: Callable[[], None]) -> None:
        """Calls `on_lost` when the terminal goes: from a thread, or at once if it has gone."""
        self._on_lost = on_lost
        if self._is_lost:
            on_lost()

    def _lose(self) -> None:
        self._is_lost = True
        if self._on_lost is not None:
            self._on_lost()

    def give_back(self) -> bool:
        """Gives it back as it was, in whatever state it is, within a second; whether it has taken
        all that was written. Only the first call does anything.
        """
        if self._is_given_back:
            return True
        self._is_given_back = True
        columns, _ = measured_size(self._picture_handle, USUAL_SIZE)
        is_clean = self.output.close(modes.giving_back(self._term, columns), within_s=DRAIN_S)
        try:
            modes.give_keys_back(self._keys_handle, self.before)
        except termios.error as error:
            _log.info("the terminal cannot be restored: %s", error)
        return is_clean


def measured_size(handle: int, otherwise: tuple[int, int]) -> tuple[int, int]:
    """Columns and lines of a terminal; `otherwise` where it says 0 of either, or has gone."""
    try:
        columns, lines = os.get_terminal_size(handle)
    except OSError:
        return otherwise
    return (columns, lines) if columns and lines else otherwise


def silence_standard_output() -> None:
    """Sends what is still to be said to nowhere: a terminal that takes nothing would keep us."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for handle in (1, 2):
        os.dup2(nowhere, handle)
    os.close(nowhere)
