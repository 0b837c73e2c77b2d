"""The thin side of a console that the warm helper forks: it stands for it before the shell.

The console has our terminal, folder and environment, but is no member of our session; so what the
kernel tells a terminal's foreground group, it tells us, and we hand it on. Imports nothing heavy.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from deskero_tui.cli.warm_place import (
    CODE,
    GO,
    GO_ON,
    MOST_BYTES,
    STOP,
    YES,
    connected,
    folder_of,
    is_possible,
    stamp,
)

OTHERWISE = frozenset(
    {
        *("login", "serve", "doctor", "keys", "view", "host-setup", "completion", "ticket"),
        *("macro", "outbox", "drafts", "warm", "--restricted", "--help", "-h", "--version"),
    }
)
"""What is no console, or one that takes nothing from anybody: with any of them as an argument, the
program starts as always."""
HANDED_ON = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGTSTP,
    signal.SIGCONT,
    signal.SIGWINCH,
)
LOST_CODE = 1
"""What the shell is told of a console that was killed."""


def through_helper(arguments: Sequence[str]) -> int | None:
    """Opens the console by the helper, and answers its exit code when it has ended.

    `None` when it is to be started as always: there is no helper, it is not of our kind, or this is
    no console. Nothing has been touched then.
    """
    if OTHERWISE.intersection(arguments) or not is_possible() or not _has_terminal():
        return None
    connection = connected(folder_of(os.environ))
    if connection is None:
        return None
    with connection:
        try:
            is_agreed = _ask(connection, arguments)
        except OSError:
            return None
        return _Caller(connection).run() if is_agreed else None


def _has_terminal() -> bool:
    """Whether we have one, and may use it: in the background the shell would be disturbed."""
    try:
        is_ours = os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
    return is_ours and os.isatty(1) and os.isatty(2)


def _is_in_background() -> bool:
    """Whether the terminal is somebody else's turn; False when it is gone."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False


def _ask(connection: socket.socket, arguments: Sequence[str]) -> bool:
    """Hands over what a console is started with; whether there is one now, waiting for `GO`.

    Raises:
        OSError: The helper is gone, busy, or the request too large.
    """
    request = {
        "want": "console",
        "stamp": stamp(),
        "arguments": [sys.argv[0], *arguments],
        "environment": dict(os.environ),
        "umask": _umask(),
        "ignored": [n for n in signal.valid_signals() if signal.getsignal(n) is signal.SIG_IGN],
        "blocked": list(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    }
    folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        socket.send_fds(connection, [json.dumps(request).encode()], [0, 1, 2, folder])
    finally:
        os.close(folder)
    return connection.recv(MOST_BYTES) == YES


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


class _Caller:
    """From the helper's yes to the end of the console."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._is_stopped = False

    def run(self) -> int:
        """Lets the console begin, hands on what is told to us; its exit code."""
        import termios

        restore = partial(termios.tcsetattr, 0, termios.TCSADRAIN, termios.tcgetattr(0))
        self._connection.settimeout(None)
        for number in HANDED_ON:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hand_on)
        self._send(GO)
        while True:
            try:
                said = self._connection.recv(MOST_BYTES)
            except OSError:
                said = b""
            if said.startswith(CODE):
                return int(said.removeprefix(CODE))
            if said == STOP:
                self._stop(is_asked=True)
                self._send(GO_ON)
            elif not said:
                return _end_after_a_loss(restore)

    def _stop(self, *, is_asked: bool) -> None:
        """Stops our process group, once if it is asked for, and again while the terminal is not
        ours: `bg` would not bring back a console of its own, either.
        """
        from deskero_tui.tui.terminal import jobs

        self._is_stopped = True
        try:
            while (is_asked or _is_in_background()) and jobs.has_shell():
                is_asked = False
                jobs.stop()
        finally:
            self._is_stopped = False

    def _hand_on(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGCONT:
            if self._is_stopped:
                return
            self._stop(is_asked=False)
        self._send(bytes([number]))

    def _send(self, message: bytes) -> None:
        try:
            self._connection.send(message)
        except OSError:
            # The console has ended; what it had to say can still be read.
            return


def _end_after_a_loss(restore: Callable[[], None]) -> int:
    """Makes the terminal usable behind a console that was killed; the exit code."""
    import termios

    from deskero_tui.tui.terminal import modes
    from deskero_tui.tui.terminal.session import USUAL_SIZE, measured_size

    try:
        columns, _ = measured_size(2, USUAL_SIZE)
        os.write(2, modes.giving_back(os.environ.get("TERM", ""), columns).encode())
        restore()
        os.write(2, b"deskero-tui: the console was killed.\n")
    except (OSError, termios.error):
        # The terminal has gone as well.
        return LOST_CODE
    return LOST_CODE
