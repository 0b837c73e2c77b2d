"""The warm helper: a process that has the console imported, and forks one for each caller.

It has one thread, as a fork takes no other along, no event loop, no store and no connection to a
desk; it holds no file of a console once that is forked. `warm` starts it, see `run_helper`.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

from deskero_tui.cli.doing_without import do_without
from deskero_tui.cli.late import LATE
from deskero_tui.cli.warm_place import (
    PATIENCE_S,
    code_stamp,
    is_our_peer,
    is_private,
    socket_in,
    stamp,
)
from deskero_tui.cli.warm_request import Request, become, receive
from deskero_tui.domain.clock import SYSTEM_CLOCK

UNUSED_S: Final = 8 * 3_600
LOOK_EVERY_S: Final = 10.0
"""How often the helper looks whether it is still of use."""
LOADED: Final = (
    "deskero_tui.api.address",
    "deskero_tui.api.client",
    "deskero_tui.cli.arguments",
    "deskero_tui.cli.console",
    "deskero_tui.cli.program",
    "deskero_tui.cli.start",
    "deskero_tui.cli.warm_console",
    "deskero_tui.sync.refresh.pull",
    "deskero_tui.tui.app",
    "deskero_tui.tui.appearance",
    "deskero_tui.tui.list_view.column_config",
    "deskero_tui.tui.keys.keymap",
    "deskero_tui.tui.terminal.notice",
    "anyio._backends._asyncio",
    "certifi",
    "ctypes",
    "httpcore",
    "logging.handlers",
    "tzlocal",
    "textual.layouts.factory",
    "textual.layouts.horizontal",
    "textual.layouts.stream",
    "textual.pilot",
    "textual.scrollbar",
    *LATE,
)
"""What a console imports sooner or later; none of it reads files or environment of the agent."""


class Helper:
    """One helper on a socket that listens already, for one user, from `serve` to its end."""

    def __init__(self, listening: socket.socket, folder: str, inode: int) -> None:
        """`inode` is that of the socket in `folder`: another one there is another helper's."""
        self._listening = listening
        self._folder = folder
        self._inode = inode
        self._stamp = stamp()
        self._code = code_stamp()
        self._started_at = self._used_at = SYSTEM_CLOCK.now()
        self._opened = 0
        self._is_leaving = False

    def serve(self) -> Callable[[], int] | None:
        """Waits for callers until the helper is of no use any more, then answers `None`.

        In a fork it answers what the fork has to do from then on; that answers its exit code.
        """
        self._listening.settimeout(LOOK_EVERY_S)
        while self._is_of_use():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            connection.settimeout(PATIENCE_S)
            with connection:
                try:
                    task = self._attend(connection)
                except OSError:
                    # A caller that has gone, or says nothing, is its own affair.
                    continue
                if task is not None:
                    return task
        return None

    def _is_of_use(self) -> bool:
        unused_s = (SYSTEM_CLOCK.now() - self._used_at).total_seconds()
        return not self._is_leaving and unused_s < UNUSED_S and self._is_current()

    def _is_current(self) -> bool:
        """Whether we can be found, and would do what the program on the disk does."""
        try:
            return (
                is_private(self._folder, stat.S_IFDIR)
                and is_private(socket_in(self._folder), stat.S_IFSOCK)
                and os.lstat(socket_in(self._folder)).st_ino == self._inode
                and code_stamp() == self._code
            )
        except OSError:
            return False

    def _attend(self, connection: socket.socket) -> Callable[[], int] | None:
        if not is_our_peer(connection):
            return None
        request = receive(connection)
        if request is None:
            return None
        try:
            task = self._answer(connection, request)
        except OSError:
            request.close()
            raise
        if task is None:
            request.close()
        return task

    def _answer(self, connection: socket.socket, request: Request) -> Callable[[], int] | None:
        match request.want:
            case "console" if request.stamp == self._stamp and self._is_current():
                return self._fork(connection, request)
            case "stop":
                self._is_leaving = True
                connection.send(b"leaving")
            case "status":
                connection.send(json.dumps(self._status()).encode())
            case _:
                connection.send(b"no")
        return None

    def _status(self) -> dict[str, object]:
        return {
            "pid": os.getpid(),
            "started": self._started_at.isoformat(),
            "opened": self._opened,
        }

    def _fork(self, connection: socket.socket, request: Request) -> Callable[[], int] | None:
        self._used_at = SYSTEM_CLOCK.now()
        self._opened += 1
        if os.fork():
            return None
        try:
            line = connection.dup()
            become(request, keep=line.fileno())
        except OSError:
            # Neither a helper nor a console: the caller hears of the end, and starts its own.
            os._exit(1)
        # They are closed already, with everything else; their numbers may be another file's soon.
        connection.detach()
        self._listening.detach()
        return lambda: _be_a_console(line, request.arguments[1:])


def _be_a_console(line: socket.socket, arguments: Sequence[str]) -> int:
    """In a fork, with the connection to its caller; imported by now."""
    from deskero_tui.cli.warm_console import WarmConsole

    return WarmConsole(line).run(arguments)


def run_helper(folder: str, listening: socket.socket, inode: int) -> int:
    """Imports, says so on standard output, serves; the exit code of the helper, or of a fork."""
    do_without()
    for name in LOADED:
        importlib.import_module(name)
    _make_ready()
    if len(os.listdir("/proc/self/task")) > 1:
        # A fork would have the locks of the others, and nobody to open them.
        return 1
    # What is loaded is not looked through again in any fork, so its pages stay shared.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    helper = Helper(listening, folder, inode)
    own = os.getpid()
    os.write(1, b"ready\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    try:
        task = helper.serve()
    finally:
        if os.getpid() == own:
            _take_away(folder, inode)
    return task() if task is not None else 0


def _make_ready() -> None:
    """Has made what is made at its first use, so that consoles share that, too: Rich's table of
    widths, and what OpenSSL knows before any connection.
    """
    import ssl

    from rich.cells import cell_len

    cell_len("\N{CJK UNIFIED IDEOGRAPH-4E00}")
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _take_away(folder: str, inode: int) -> None:
    """Removes the socket, unless another helper has put its own there."""
    path = socket_in(folder)
    try:
        if os.lstat(path).st_ino == inode:
            os.unlink(path)
    except OSError:
        # It has gone before us, with its folder perhaps.
        return


if __name__ == "__main__":
    where, handle, number = sys.argv[1:]
    sys.exit(run_helper(where, socket.socket(fileno=int(handle)), int(number)))
