"""What is written to the terminal waits here and never in the event loop.

A terminal at the far end of a stalled line takes nothing for seconds, or for ever. One thread hands
over what the terminal takes; whoever writes only adds to a queue.
"""

from __future__ import annotations

import os
import select
import termios
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

BEHIND_BYTES: Final = 1_024
"""From so many waiting bytes on a further picture would only be an old one when it is seen."""
CHUNK_BYTES: Final = 4_096
GIVE_UP_S: Final = 0.3
"""How long the thread may take to notice that it shall end."""
ABANDON: Final = b"\x18\x1b[?2026l\x1b[r\x1b[0m"
"""Ends whatever was cut in the middle: a sequence (CAN, ECMA-48), a synchronised frame, a scroll
region and a look."""


class Output:
    """The way to one terminal, from its making to `close`. All methods are for any thread."""

    def __init__(self, handle: int, *, on_lost: Callable[[], None]) -> None:
        """`handle` is a terminal's, best one of `opened_anew`, and is closed at the end.

        If the terminal goes, `on_lost` is called once, from the thread.
        """
        self._handle = handle
        self._on_lost = on_lost
        self._on_drained: Callable[[], None] | None = None
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._is_closing = False
        self._is_lost = False
        self._given_up, self._give_up = os.pipe()
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def backlog_bytes(self) -> int:
        """What has been written and not been taken by the terminal."""
        return self._backlog_bytes

    @property
    def is_behind(self) -> bool:
        """Whether pictures should wait until the terminal has taken what was written."""
        return self._is_lost or self._backlog_bytes > BEHIND_BYTES

    def write(self, text: str) -> None:
        """Adds to what is written; comes back at once. Nothing once the terminal is lost."""
        data = text.encode("utf-8", "replace")
        with self._changed:
            if data and not self._is_lost:
                self._waiting.append(data)
                self._backlog_bytes += len(data)
                self._changed.notify()

    def tell_when_drained(self, on_drained: Callable[[], None]) -> None:
        """Calls `on_drained` once, when all has been taken: from the thread, or at once."""
        with self._changed:
            if self._backlog_bytes:
                self._on_drained = on_drained
                return
        on_drained()

    def close(self, last_words: str, *, within_s: float) -> bool:
        """Writes `last_words` behind what waits; whether the terminal has taken them.

        A terminal that does not take what waits within `within_s` seconds is handed the last words
        in place of it. False also where it is gone. To be called once.
        """
        self.write(last_words)
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(within_s)
        is_clean = not self._thread.is_alive() and not self._is_lost
        os.write(self._give_up, b"!")
        self._thread.join(GIVE_UP_S)
        if self._thread.is_alive():
            # It hangs in the terminal's driver. What it holds ends with the process.
            return False
        if not is_clean and not self._is_lost:
            self._replace_with(last_words)
        for handle in (self._handle, self._given_up, self._give_up):
            os.close(handle)
        return is_clean

    def _replace_with(self, last_words: str) -> None:
        """Takes back what the system holds, which makes room, and leaves the last words there."""
        try:
            termios.tcflush(self._handle, termios.TCOFLUSH)
            if select.select([], [self._handle], [], 0)[1]:
                os.write(self._handle, ABANDON + last_words.encode())
        except (OSError, termios.error):
            self._is_lost = True

    # -- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        while (data := self._next()) is not None:
            if not self._hand_over(memoryview(data)):
                return
            self._taken(len(data))

    def _next(self) -> bytes | None:
        """What to hand over now; `None` at the end."""
        with self._changed:
            while not self._waiting and not self._is_closing:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def _hand_over(self, data: memoryview) -> bool:
        """Hands over all of `data`, however long that takes; False when it cannot be done."""
        while data:
            given_up, _, _ = select.select([self._given_up], [self._handle], [])
            if given_up:
                return False
            try:
                data = data[os.write(self._handle, data[:CHUNK_BYTES]) :]
            except BlockingIOError:
                continue
            except OSError:
                self._lose()
                return False
        return True

    def _taken(self, size_bytes: int) -> None:
        with self._changed:
            self._backlog_bytes -= size_bytes
            if self._backlog_bytes or self._on_drained is None:
                return
            on_drained, self._on_drained = self._on_drained, None
        on_drained()

    def _lose(self) -> None:
        with self._changed:
            self._is_lost = True
            self._waiting.clear()
            self._backlog_bytes = 0
        self._on_lost()


def opened_anew(handle: int) -> int:
    """Another handle of the same terminal, to be written to without blocking.

    The open file that the program was handed belongs to the shell, too, which must not find it
    changed. Where the terminal may not be opened (it is another user's, as behind `sudo -u`), a
    copy of the handle, which blocks: then what hangs in it at the end is left to the system.
    """
    try:
        return os.open(os.ttyname(handle), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return os.dup(handle)
