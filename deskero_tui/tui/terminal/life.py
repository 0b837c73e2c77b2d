"""How an app ends and pauses on a terminal that may be gone: words first, then leave."""

from __future__ import annotations

import asyncio
import signal
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from textual import events
from textual.app import App

from deskero_tui.tui.terminal import jobs
from deskero_tui.tui.terminal.driver import TerminalDriver

T = TypeVar("T")

NO_SHELL = "There is no shell to come back to: Ctrl+Z would stop the console for ever."


class LastingApp(App[T]):
    """An app that can be told to end from anywhere at any time, and keeps what is written first."""

    def __init__(
        self, *, on_ending: Callable[[int], None] = lambda code: None, **options: Any
    ) -> None:
        """`on_ending` is called once with the exit code, when all is kept and the leaving begins
        that was asked for by `end`.
        """
        super().__init__(**options)
        self._on_ending = on_ending
        self._home_loop: asyncio.AbstractEventLoop | None = None
        self._is_ending = False

    @abstractmethod
    def save_drafts_now(self) -> None:
        """Puts everything half written on the disk, on the calling thread."""

    @abstractmethod
    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Shows one sentence."""

    def on_load(self, event: events.Load) -> None:
        self._home_loop = asyncio.get_running_loop()
        self.app_resume_signal.subscribe(self, lambda _: self.picture_lost())

    # -- ending --------------------------------------------------------------------------------

    def end(self, code: int) -> bool:
        """Leaves with `code`, what is written kept. From any thread or signal handler.

        Only the first call counts. False when the app does not run (yet, or any more).
        """
        loop = self._home_loop
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(self._end, code)
        return True

    def line_lost(self) -> None:
        """The driver's word that the terminal is gone: as by a hang-up, which may not be told."""
        self._end(128 + signal.SIGHUP)

    def _end(self, code: int) -> None:
        if self._is_ending:
            return
        self._is_ending = True
        try:
            self.save_drafts_now()
        finally:
            self.exit(return_code=code)
            self._on_ending(code)

    # -- pausing -------------------------------------------------------------------------------

    @abstractmethod
    def picture_lost(self) -> None:
        """Paints everything again, as the terminal may show anything."""

    def stop_requested(self) -> None:
        """Gives the terminal to the shell until it brings us back, or says that there is none."""
        if not isinstance(self._driver, TerminalDriver):
            return
        if not jobs.has_shell():
            self.say(NO_SHELL)
            return
        self.save_drafts_now()
        self._driver.stop_for_a_while()
        self.picture_lost()
