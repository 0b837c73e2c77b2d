"""The driver that Textual runs on: a terminal behind a line that lags, stalls and breaks.

Nothing here ever waits for the terminal on the event loop. This is the one file that touches
private names of Textual for the driver: `Driver._app`, `_loop`, `_size`, and the parser of keys,
`_xterm_parser.XTermParser`, with `_timeout_time`. `tests/tui/test_driver.py` names them, so that
another version of Textual cannot change them unnoticed.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from types import FrameType
from typing import Any, Final, Protocol, runtime_checkable

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from typing_extensions import override

from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.tui.terminal import jobs, modes
from deskero_tui.tui.terminal.child_process import put_in_front
from deskero_tui.tui.terminal.input import Input
from deskero_tui.tui.terminal.key_stream import LONE_ESCAPE_S, KeyStream, Kind, Piece
from deskero_tui.tui.terminal.opening import TERMINAL_SIGNALS, Opening
from deskero_tui.tui.terminal.pacing import (
    ANSWER,
    ASK_EVERY_CHARS,
    GIVE_UP_S,
    QUESTION,
    Pacing,
)
from deskero_tui.tui.terminal.session import (
    USUAL_SIZE,
    TakenTerminal,
    measured_size,
    silence_standard_output,
)

_log = logging.getLogger(__name__)

SENT_S: Final = 0.1
"""A terminal that has not even taken a question by then will not answer it soon."""


@runtime_checkable
class Host(Protocol):
    """What the app is told of its terminal, always on the loop."""

    shows_cursor: bool
    """Whether the terminal's own cursor is to be seen."""
    opening: Opening | None
    """What has the terminal already; the driver goes on with that, and leaves `None` behind."""

    def line_lost(self) -> None:
        """The terminal is gone for good. Told at most once."""

    def line_is_free(self) -> None:
        """The terminal has taken all that was written. Told when asked for."""

    def stops_are_known(self) -> None:
        """The terminal has shown that a tab goes where a stop was set."""

    def picture_lost(self) -> None:
        """What the terminal shows is not known any more: somebody else has written to it."""

    def stop_requested(self) -> None:
        """Somebody asks the process to stop for a while, as Ctrl+Z does."""


class TerminalDriver(Driver):
    """Keys from standard input, pictures to standard error, which both must be terminals.

    Has the terminal from `start_application_mode` to `stop_application_mode`, perhaps several
    times. Lives on the event loop.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        """`app` is a `Host`, too. `debug` and `mouse` are taken and not heeded."""
        super().__init__(app, debug=False, mouse=False, size=size)
        assert isinstance(app, Host)
        self._host: Host = app
        assert sys.__stdin__ is not None
        assert sys.__stderr__ is not None
        self._context = copy_context()
        """In which Textual runs: what is painted looks its app up there."""
        self._keys_handle = sys.__stdin__.fileno()
        self._picture_handle = sys.__stderr__.fileno()
        self._term = os.environ.get("TERM", "")
        self._parser = XTermParser()
        self._taken: TakenTerminal | None = None
        self._input: Input | None = None
        self._handlers: dict[signal.Signals, Any] = {}
        """What the signals did before."""
        self._is_lost = False
        """Whether the terminal is gone for good."""
        self._is_left_clean = True
        """Whether the terminal has taken all that was written when it was given back."""
        self._is_stopped = False
        """Whether the terminal is the shell's, by our own doing."""
        self._lent_with: modes.Attributes | None = None
        """How the terminal was set when it was lent; `None` while it is ours."""
        self._is_awaited = False
        """Whether the app wants to be told when the terminal is not behind any more."""
        self._pacing = Pacing(SYSTEM_CLOCK)
        self._is_answered = threading.Event()
        """Set by the thread that reads, when the terminal answers to `Pacing`, or has gone."""
        self._size = size or measured_size(self._picture_handle, USUAL_SIZE)

    # -- what the painting asks ----------------------------------------------------------------

    @property
    def is_behind(self) -> bool:
        """Whether a picture painted now would not be shown soon, or not at all."""
        return self._taken is None or self._taken.output.is_behind or self._pacing.is_behind

    def tell_when_free(self) -> None:
        """Calls `Host.line_is_free` once as soon as the terminal is not behind any more."""
        self._is_awaited = True
        if self._taken is not None:
            self._taken.output.tell_when_drained(lambda: self._tell(self._tell_if_free))
        self._loop.call_later(GIVE_UP_S, self._tell_if_free)

    def _tell_if_free(self) -> None:
        if self._is_awaited and not self.is_behind:
            self._is_awaited = False
            self._host.line_is_free()

    @override
    def write(self, data: str) -> None:
        """Adds to what is written to the terminal; comes back at once."""
        if self._taken is not None:
            self._taken.write(data)
            self._ask_when_due(len(data))

    def _ask_when_due(self, written_chars: int) -> None:
        if (
            self._taken is not None
            and not modes.is_simple(self._term)
            and self._pacing.is_question_due(written_chars)
        ):
            self._is_answered.clear()
            self._taken.write(QUESTION)

    # -- having the terminal -------------------------------------------------------------------

    @property
    @override
    def can_suspend(self) -> bool:
        return True

    @override
    def start_application_mode(self) -> None:
        """Takes the terminal. One that is gone already is told as lost."""
        self._parser = XTermParser()
        self._pacing = Pacing(SYSTEM_CLOCK)
        opening, self._host.opening = self._host.opening, None
        try:
            self._taken = (
                TakenTerminal(self._keys_handle, self._picture_handle, self._term)
                if opening is None
                else opening.taken
            )
        except termios.error as error:
            _log.info("the terminal cannot be taken: %s", error)
            self._lose()
            return
        self._taken.tell_when_lost(self._lose)
        self.write(modes.question(self._term))
        # However little is written yet: where this has been answered, the questions before it are.
        self._ask_when_due(max(self._taken.written_chars, ASK_EVERY_CHARS))
        if self._host.shows_cursor:
            self.write(modes.SHOW_CURSOR)
        keys = KeyStream(lone_escape_s=lone_escape_s())
        self._input = Input(
            self._keys_handle,
            keys,
            on_pieces=self._hear_pieces,
            on_lost=self._lose,
        )
        for number in TERMINAL_SIGNALS:
            self._handlers.setdefault(number, signal.signal(number, self._hear))
        for heard in () if opening is None else opening.heard:
            self._hear(heard, None)

    @override
    def disable_input(self) -> None:
        if self._input is not None:
            self._input.close()
            self._input = None

    def cut_off_paste(self) -> str:
        """Return the text of a paste whose end has not arrived, to be kept before an end."""
        return self._input.cut_off() if self._input is not None else ""

    @override
    def stop_application_mode(self) -> None:
        """Gives the terminal back as it was; done within a second, whatever state it is in."""
        self._await_answer()
        self.disable_input()
        taken, self._taken = self._taken, None
        if taken is not None:
            self._is_left_clean = taken.give_back()

    def _await_answer(self) -> None:
        """Takes in an answer that is on its way: it would be typed into whoever reads next."""
        if self._taken is None or self._input is None or self._is_lost:
            return
        farewell_s = self._pacing.farewell_s
        if not self._is_answered.wait(min(farewell_s, SENT_S)) and (
            not self._taken.output.backlog_bytes
        ):
            self._is_answered.wait(max(0.0, farewell_s - SENT_S))

    @override
    def suspend_application_mode(self) -> None:
        self.stop_application_mode()

    # -- lending it ----------------------------------------------------------------------------

    @property
    def keys_handle(self) -> int:
        """The terminal that keys come from."""
        return self._keys_handle

    @property
    def is_hung_up(self) -> bool:
        """Whether the terminal has gone, to be asked while nothing is read from it."""
        looking = select.poll()
        looking.register(self._keys_handle, 0)
        return any(happened & select.POLLHUP for _, happened in looking.poll(0))

    def lend(self) -> None:
        """Gives the terminal away for another program of ours, as the shell had given it to us."""
        self._lent_with = None if self._taken is None else self._taken.before
        self.stop_application_mode()

    def take_back(self) -> None:
        """Takes the terminal again, however it was left; nothing where it is not lent.

        What it shows afterwards is not known.
        """
        before, self._lent_with = self._lent_with, None
        if before is None:
            return
        put_in_front(self._keys_handle, os.getpgrp())
        try:
            modes.give_keys_back(self._keys_handle, before)
        except termios.error as error:
            _log.info("the terminal is gone: %s", error)
        self.start_application_mode()
        self.write(modes.after_another(self._term))
        self._post_size()

    def stop_for_a_while(self) -> None:
        """Gives the terminal to the shell, stops, and takes it again when it is our turn.

        Only where `jobs.has_shell`. What the terminal shows afterwards is not known. While another
        program has the terminal (`App.suspend`), which then stops as well, it stays as it is.
        """
        if self._taken is None:
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        self._is_stopped = True
        try:
            self.stop_application_mode()
            jobs.stop()
            self.start_application_mode()
        finally:
            self._is_stopped = False
        self._post_size()

    @override
    def close(self) -> None:
        """Gives back the signals, too; lets nobody write to a terminal that would block them."""
        self.take_back()
        self.stop_application_mode()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        if self._is_lost or not self._is_left_clean:
            silence_standard_output()

    # -- what the terminal does ----------------------------------------------------------------

    def _tell(self, what: Callable[..., object], *given: object) -> None:
        """Has something called on the loop as the app's own doing, from any thread or signal
        handler; nothing when the loop has ended.
        """
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what, *given, context=self._context)

    def _lose(self) -> None:
        """From any thread, any number of times."""
        if not self._is_lost:
            self._is_lost = True
            # No answer comes any more.
            self._is_answered.set()
            self._tell(self._host.line_lost)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        match number:
            case signal.SIGWINCH:
                self._tell(self._post_size)
            case signal.SIGTSTP:
                self._tell(self._host.stop_requested)
            case signal.SIGCONT if not self._is_stopped:
                # Stopped by force: the shell has written to our screen and changed its modes.
                self._tell(self._take_again)

    def _take_again(self) -> None:
        if self._taken is not None:
            self.stop_application_mode()
            self.start_application_mode()
            self._host.picture_lost()

    def _post_size(self) -> None:
        assert self._size is not None
        size = measured_size(self._picture_handle, self._size)
        if size == self._size:
            # It may have been another one for a moment, and the picture was cut to that.
            self._host.picture_lost()
            return
        self._size = size
        self._app.post_message(events.Resize(Size(*size), Size(*size)))

    def _hear_pieces(self, pieces: Sequence[Piece]) -> None:
        """From the thread that reads."""
        if any(piece.text == ANSWER for piece in pieces):
            self._is_answered.set()
        self._tell(self._take_pieces, pieces)

    def _take_pieces(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            match piece.kind:
                case Kind.SEQUENCE if piece.text == ANSWER:
                    self._pacing.answered()
                    # Much may have followed the question, and nothing may follow that.
                    self._ask_when_due(0)
                    self._tell_if_free()
                case Kind.SEQUENCE if piece.text == modes.STOPS_ARE_KNOWN:
                    self._host.stops_are_known()
                case Kind.TYPED:
                    self._post_all(self._parser.feed(piece.text))
                case Kind.SEQUENCE:
                    self._post_all(self._parser.feed(piece.text))
                    if self._parser._timeout_time is not None:
                        # It is whole and yet not known: its letters would be taken for keys.
                        self._parser = XTermParser()
                case Kind.ESCAPE:
                    self._app.post_message(events.Key("escape", "\x1b"))
                case Kind.PASTED:
                    self._app.post_message(events.Paste(piece.text))

    def _post_all(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._app.post_message(message)


def lone_escape_s() -> float:
    """How long an escape waits for the rest of a sequence: ESCDELAY (milliseconds) where it is set,
    as for programs on ncurses.
    """
    # Textual has read it when it was imported, which may have been for somebody else.
    said = os.environ.get("ESCDELAY", "")
    return max(int(said), 1) / 1_000 if said.isdecimal() else LONE_ESCAPE_S
