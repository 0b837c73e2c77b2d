"""`deskero-tui warm`: starts, ends and asks the helper that opens consoles at once."""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import socket
import stat
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any, Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.warm_place import (
    MOST_BYTES,
    connected,
    folder_of,
    is_possible,
    is_private,
    socket_in,
)
from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.private_files import make_private_folder, open_private

START_S: Final = 20.0
MOST_PATH_BYTES: Final = 107
"""What a socket's address has room for (unix(7))."""
NOT_FOR_HELPER: Final = re.compile(r"TEXTUAL|COLUMNS$|LINES$|UNICODE_VERSION$|NO_COLOR$|DESKERO_")
"""Variables that would act on what is imported, or are the business of one console."""


def run_warm(given: Namespace) -> int:
    """Does what is asked for and says what came of it.

    Raises:
        DeskeroError: There is no helper on this system, or it cannot be started.
    """
    if not is_possible():
        raise BadInput("There is no warm helper on this system: it needs Linux.")
    folder = folder_of(os.environ)
    if given.status:
        return _say_status(folder)
    if given.stop:
        return _stop(folder)
    return _start(folder)


def _asked(folder: str, want: str) -> bytes | None:
    """What the helper answers; `None` where there is none."""
    connection = connected(folder)
    if connection is None:
        return None
    with connection:
        try:
            connection.send(json.dumps({"want": want, "environment": {}}).encode())
            return connection.recv(MOST_BYTES) or None
        except OSError:
            return None


def _say_status(folder: str) -> int:
    answer = _asked(folder, "status")
    if answer is None:
        print("There is no warm helper.")
        return Exit.FAILED
    status: dict[str, Any] = json.loads(answer)
    print(
        f"The helper is warm: process {status['pid']}, since {status['started'][:16]}, "
        f"{status['opened']} consoles opened."
    )
    return Exit.DONE


def _stop(folder: str) -> int:
    is_told = _asked(folder, "stop") is not None
    print("The helper has left; open consoles stay." if is_told else "There is no warm helper.")
    return Exit.DONE


def _start(folder: str) -> int:
    lock = _take_folder(folder)
    try:
        if _asked(folder, "status") is not None:
            print("The helper is warm already.")
            return Exit.DONE
        listening = _listen(folder)
        with listening:
            _run(folder, listening)
    finally:
        os.close(lock)
    print("The helper is warm: `deskero-tui` opens at once now. `deskero-tui warm --stop` ends it.")
    return Exit.DONE


def _take_folder(folder: str) -> int:
    """Makes the folder private, and holds its lock while a helper is looked for or started."""
    if len(os.fsencode(socket_in(folder))) > MOST_PATH_BYTES:
        raise BadInput(f"The path {folder} is too long for a socket.")
    try:
        make_private_folder(Path(folder))
        if not is_private(folder, stat.S_IFDIR):
            raise DeskeroError(f"{folder} is open to others, or not yours: chmod 700 would do.")
        lock = open_private(os.path.join(folder, "lock"), os.O_RDWR)
    except OSError as error:
        raise DeskeroError(f"{folder} cannot be used: {error.strerror}.") from error
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _listen(folder: str) -> socket.socket:
    """A new socket in place of one that nobody listens on."""
    path = socket_in(folder)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o177)
    try:
        if os.path.lexists(path):
            os.unlink(path)
        listening.bind(path)
    except OSError as error:
        listening.close()
        raise DeskeroError(f"{path} cannot be made: {error.strerror}.") from error
    finally:
        os.umask(before)
    listening.listen()
    return listening


def _run(folder: str, listening: socket.socket) -> None:
    """Starts the helper in a session of its own, and waits until it has imported everything."""
    number = os.lstat(socket_in(folder)).st_ino
    handle = listening.fileno()
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "deskero_tui.cli.warm_helper",
            folder,
            str(handle),
            f"{number}",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(handle,),
        cwd="/",
        env={k: value for k, value in os.environ.items() if not NOT_FOR_HELPER.match(k)},
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as announcement:
        readable, _, _ = select.select([announcement], [], [], START_S)
        if readable and announcement.readline():
            # It stays behind: nobody waits for it any more.
            process.returncode = 0
            return
    process.kill()
    process.wait()
    os.unlink(socket_in(folder))
    raise DeskeroError("The helper did not start.")
