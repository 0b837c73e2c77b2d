"""What a caller hands to the helper for one console, and becoming a process just like the caller's.

Everything here is about the process; of the console it knows nothing.
"""

from __future__ import annotations

import json
import locale
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from deskero_tui.cli.warm_place import MOST_BYTES

HANDLES: Final = 4
"""Standard input, output and error, and the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants; all but `want` is empty unless that is a console."""

    want: str
    stamp: Sequence[str] = ()
    arguments: Sequence[str] = ()
    """With the name of the program in front."""
    environment: Mapping[str, str]
    umask: int = 0o077
    ignored: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()
    handles: Sequence[int] = ()
    """Open files of ours, to be closed by us: the caller's of `HANDLES`."""

    def close(self) -> None:
        """Lets go of the caller's files."""
        for handle in self.handles:
            os.close(handle)


def receive(connection: socket.socket) -> Request | None:
    """Reads what is asked for; `None` when it cannot be understood, with nothing left open.

    Raises:
        OSError: The caller says nothing for too long.
    """
    message, handles, _, _ = socket.recv_fds(connection, MOST_BYTES, HANDLES)
    request: Request | None = None
    try:
        said: dict[str, Any] = json.loads(message)
        request = Request(
            want=str(said["want"]),
            stamp=[*map(str, said.get("stamp", ()))],
            arguments=[*map(str, said.get("arguments", ()))],
            environment={str(name): str(value) for name, value in said["environment"].items()},
            umask=int(said.get("umask", 0o077)),
            ignored=frozenset(map(int, said.get("ignored", ()))),
            blocked=frozenset(map(int, said.get("blocked", ()))),
            handles=handles,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    finally:
        if request is None:
            for handle in handles:
                os.close(handle)
    return request


def become(request: Request, keep: int) -> None:
    """Makes this fresh fork what the caller's process is, in a process group of its own.

    Every open file is closed but the caller's three and `keep`, which no program inherits.
    """
    os.setpgid(0, 0)
    *standard, folder = request.handles
    os.fchdir(folder)
    for number, handle in enumerate(standard):
        os.dup2(handle, number)
    os.closerange(3, keep)
    os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
    os.umask(request.umask)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    with suppress(locale.Error):
        # As Python at its start: one that this machine has not counts for nothing.
        locale.setlocale(locale.LC_CTYPE, "")
    _take_signals(request)
    sys.argv = [*request.arguments]
    if sys.__stdout__ is not None:
        # Made for what is no terminal; what it says to one is to be seen line by line.
        sys.__stdout__.reconfigure(line_buffering=True)


def _take_signals(request: Request) -> None:
    unchangeable = {signal.SIGKILL, signal.SIGSTOP}
    for number in signal.valid_signals() - unchangeable:
        if number in request.ignored:
            signal.signal(number, signal.SIG_IGN)
        elif number == signal.SIGINT:
            signal.signal(number, signal.default_int_handler)
        else:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, request.blocked)
