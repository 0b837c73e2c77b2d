"""How the console's process ends when it is told to: in order, once, and for certain."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

ENDING_SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
LAST_RESORT_S: Final = 6.0
"""An ending takes about a tenth of a second, and five at most where a request is under way that
the desk does not answer. Whatever else holds it up must not leave a process behind."""


class Ending:
    """What this process does when it is told to end, from `begin` on until it is gone.

    Before there is a screen, and in the clearing up behind it, that is `SystemExit`; a screen is
    asked to leave by itself. Once an ending goes on, nothing that is told later changes it.
    """

    def __init__(self, *, last_resort_s: float = LAST_RESORT_S) -> None:
        self._last_resort_s = last_resort_s
        self._ask_screen: Callable[[int], bool] | None = None
        self._is_ending = False

    def begin(self) -> None:
        """Hears the signals from now on. A hang-up that was to be ignored (`nohup`) stays so."""
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    @contextmanager
    def asking(self, screen: Callable[[int], bool]) -> Iterator[None]:
        """Asks a screen to leave for as long as this lasts; it answers whether it will.

        What comes after it is the end.
        """
        self._ask_screen = screen
        try:
            yield
        finally:
            self._ask_screen = None
            self._hear_no_more()

    def arm_last_resort(self, code: int) -> None:
        """Sees to it that the process is gone soon, with that exit code, whatever holds it up.

        Everything that must not be lost has to be on the disk by now.
        """
        self._is_ending = True
        timer = threading.Timer(self._last_resort_s, os._exit, [code])
        timer.daemon = True
        timer.start()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._is_ending:
            return
        code = 128 + number
        if self._ask_screen is None or not self._ask_screen(code):
            self._hear_no_more()
            raise SystemExit(code)

    def _hear_no_more(self) -> None:
        """From now on to the end of the process: Python takes handlers away before that, and then
        a signal would end it with another code.
        """
        self._is_ending = True
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
