"""`deskero-tui warm`: says that the helper was removed, and ends one of an earlier version."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.streams import say

REMOVED: Final = "The warm helper was removed: the console starts fast enough without it."
ENDED: Final = "The helper of an earlier version was ended. Open consoles are not affected."
NO_ANSWER: Final = "A helper of an earlier version does not answer. It ends after 8 hours unused."
ANSWER_WAIT_S: Final = 1.0
_STOP: Final = b'{"want": "stop", "environment": {}}'
_LEAVING: Final = b"leaving"
"""What the helper answers before it ends."""


def run_warm() -> int:
    """Print that there is no helper any more; end one that is left over."""
    print(REMOVED)
    folder = _folder_of(os.environ)
    if sys.platform == "linux" and _is_private(folder, stat.S_IFDIR):
        _end_helper(folder)
    return Exit.DONE


def _end_helper(folder: Path) -> None:
    """Ask the helper to end and remove its files; no process is ever signalled.

    A socket that is not only ours, or whose owner does not answer as the helper did, stays.
    """
    path = folder / "socket"
    if not _is_private(path, stat.S_IFSOCK):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(ANSWER_WAIT_S)
        try:
            connection.connect(os.fspath(path))
        except ConnectionRefusedError:
            _remove_files(folder)
            return
        except OSError:
            return
        try:
            connection.send(_STOP)
            has_ended = connection.recv(len(_LEAVING) + 1) == _LEAVING
        except OSError:
            has_ended = False
    if not has_ended:
        say(NO_ANSWER)
        return
    _remove_files(folder)
    print(ENDED)


def _remove_files(folder: Path) -> None:
    with suppress(OSError):
        (folder / "socket").unlink(missing_ok=True)
        (folder / "lock").unlink(missing_ok=True)
        folder.rmdir()


def _folder_of(environment: Mapping[str, str]) -> Path:
    """Return where an earlier version kept the socket: one folder per user or `DESKERO_HOME`."""
    if home := environment.get("DESKERO_HOME"):
        return Path(home).expanduser().absolute() / "warm"
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        return Path(runtime) / "deskero-tui"
    cache = environment.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "deskero-tui" / "warm"


def _is_private(path: Path, kind: int) -> bool:
    """Return whether `path` is of that kind (`stat.S_IFDIR`…), ours, and closed to all others."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return (
        stat.S_IFMT(found.st_mode) == kind
        and found.st_uid == os.geteuid()
        and not stat.S_IMODE(found.st_mode) & 0o077
    )
