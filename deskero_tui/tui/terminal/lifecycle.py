"""How an app ends and pauses on a terminal that may be gone: words first, then leave."""

from __future__ import annotations

import asyncio
import logging
import signal
from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from textual import events
from textual.app import App

from deskero_tui.domain.errors import BadInput
from deskero_tui.tui.terminal import jobs
from deskero_tui.tui.terminal.child_process import Guest
from deskero_tui.tui.terminal.driver import TerminalDriver

T = TypeVar("T")

_log = logging.getLogger(__name__)

NO_SHELL = "There is no shell to come back to: Ctrl+Z would stop the console for ever."
TYPED: Final = {128 + number: number for number in (signal.SIGINT, signal.SIGQUIT)}
"""The signals that keys make, by the exit code that each would mean."""
BACKGROUND_FAILURE: Final = "failed in the background"
"""How the log tells of what failed on the loop with nobody waiting for it."""
LOOK_S: Final = 1.0
"""Between two looks whether a terminal that is lent is still there: nobody of us reads it then."""


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
        self._guest: Guest | None = None
        """The program that has the terminal."""
        self._on_cut: Callable[[], None] = _nothing
        self._on_back: Callable[[], None] = _nothing

    @abstractmethod
    def save_drafts_now(self) -> None:
        """Puts everything half written on the disk, on the calling thread."""

    @abstractmethod
    def keep_pasted(self, text: str) -> None:
        """Put text into the field that has the focus, on the calling thread; may be empty."""

    @abstractmethod
    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Shows one sentence."""

    def on_load(self, event: events.Load) -> None:
        self._home_loop = asyncio.get_running_loop()
        self._home_loop.set_exception_handler(_note_failure)
        self.app_resume_signal.subscribe(self, lambda _: self.picture_lost())

    # -- ending --------------------------------------------------------------------------------

    def end(self, code: int) -> bool:
        """Leaves with `code`, what is written kept. From any thread or signal handler.

        Only the first call counts. A key that was typed for the program that has the terminal is
        that program's, and not counted. False when the app does not run (yet, or any more).
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
        if self._guest is not None and code in TYPED:
            self._guest.tell(TYPED[code])
            return
        self._is_ending = True
        try:
            self._cut_guest_off()
            if isinstance(self._driver, TerminalDriver):
                self.keep_pasted(self._driver.cut_off_paste())
            self.save_drafts_now()
        finally:
            self.exit(return_code=code)
            self._on_ending(code)

    # -- lending the terminal ------------------------------------------------------------------

    async def lend_terminal(
        self, command: Sequence[str], *, on_cut: Callable[[], None]
    ) -> int | None:
        """Has another program use the terminal; its exit code, negative after a signal.

        Everything goes on meanwhile, but nothing is painted. When the console is told to end, the
        program is hung up on, then `on_cut` is called, then drafts are saved; the answer is `None`.

        Raises:
            BadInput: There is no terminal that could be lent.
            OSError: The program cannot be started.
        """
        driver = self._driver
        if not isinstance(driver, TerminalDriver) or self._guest is not None:
            raise BadInput("There is no terminal to lend to an editor.")
        self.save_drafts_now()
        driver.lend()
        try:
            self._guest = Guest(command, terminal=driver.keys_handle)
            self._on_cut = on_cut
            code = await self._end_of(self._guest, driver)
            return None if self._is_ending else code
        finally:
            if self._guest is not None:
                self._guest.hang_up()
                self._guest = None
            driver.take_back()
            on_back, self._on_back = self._on_back, _nothing
            on_back()
            self.picture_lost()

    def when_ours(self, do: Callable[[], None]) -> None:
        """Does something with the terminal: now, or once it is not lent any more.

        Of what comes meanwhile only the last is done.
        """
        if self._guest is None:
            do()
        else:
            self._on_back = do

    async def _end_of(self, guest: Guest, driver: TerminalDriver) -> int:
        """Its exit code. A hang-up is told to whoever has the terminal in front, not to us."""
        code = None
        while code is None:
            with suppress(TimeoutError):
                code = await asyncio.wait_for(guest.ended(), LOOK_S)
            if driver.is_hung_up:
                self.line_lost()
        return code

    def on_resize(self, event: events.Resize) -> None:
        """Hands the news on where the program is not told: on a terminal of another session."""
        if self._guest is not None:
            self._guest.tell(signal.SIGWINCH)

    def _cut_guest_off(self) -> None:
        """Takes the terminal back by force, and of what was done with it what is to be had."""
        if self._guest is None:
            return
        self._guest.hang_up()
        self._on_cut()
        if isinstance(self._driver, TerminalDriver):
            self._driver.take_back()

    # -- pausing -------------------------------------------------------------------------------

    @abstractmethod
    def picture_lost(self) -> None:
        """Paints everything again, as the terminal may show anything."""

    def stop_requested(self) -> None:
        """Gives the terminal to the shell until it brings us back, or says that there is none.

        Nothing while it is lent: nobody would have it when the shell comes to take it.
        """
        if not isinstance(self._driver, TerminalDriver) or self._guest is not None:
            return
        if not jobs.has_shell():
            self.say(NO_SHELL)
            return
        self.save_drafts_now()
        self._driver.stop_for_a_while()
        self.picture_lost()


def _nothing() -> None:
    """What is done where nobody has asked for anything."""


def _note_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Names a failure in the log. asyncio's words for one with an error tell what was given to what
    failed, which may be what the agent typed: they stay out.
    """
    error = context.get("exception")
    _log.error("%s: %s", BACKGROUND_FAILURE, error or context["message"], exc_info=error)
