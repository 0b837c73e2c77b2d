"""The folder of a local desk, as both the console and the desk process know it.

Nothing heavy is imported. `users.lock` is held shared by each console and wanted exclusively by the
desk process, which ends when it gets it: a lock dies with its holder, however that ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from deskero_tui.private_files import (
    make_private_folder,
    open_private,
    private_temporary_folder,
    write_private,
)

SOCKET_BASE_URL = "http://desk.local"
"""Base URL of a desk on a Unix socket; the name is never looked up."""
MAX_SOCKET_PATH_BYTES = 100
"""What fits into a socket address everywhere (104 on some systems, with its end mark)."""


@dataclass(frozen=True)
class LocalFolder:
    """The paths in one folder; the folder is private to its user."""

    path: Path

    @property
    def plan_file(self) -> Path:
        """Holds the `LocalPlan`, mode 0600."""
        return self.path / "desk.json"

    @property
    def database_file(self) -> Path:
        """The desk's SQLite database."""
        return self.path / "desk.db"

    @property
    def log_file(self) -> Path:
        """What the desk process had to say since it was started."""
        return self.path / "desk.log"

    @property
    def pid_file(self) -> Path:
        """The process id of the running desk."""
        return self.path / "desk.pid"

    @property
    def users_lock(self) -> Path:
        """Held while the desk is used."""
        return self.path / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held while a console looks for the desk, and until one that is started answers."""
        return self.path / "start.lock"

    def make(self) -> None:
        """Make the folder, and keep others out of it."""
        make_private_folder(self.path)
        self.path.chmod(0o700)


@dataclass(frozen=True, kw_only=True)
class LocalPlan:
    """What a console tells the desk process; kept in a file, as it holds the credentials."""

    client_id: str
    api_token: str
    socket_path: str
    demo_tickets: int
    first_agent: str
    throw_away: bool

    def write(self, folder: LocalFolder) -> None:
        """Replace the plan of a folder in one step."""
        write_private(folder.plan_file, json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: LocalFolder) -> LocalPlan | None:
        """The plan of a folder; None when there is none that can be read."""
        try:
            return cls(**json.loads(folder.plan_file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None


class FileLock:
    """An open lock file; closing it, or dying, lets go of the lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = open_private(path, os.O_RDWR)

    @property
    def handle(self) -> int:
        """A process that inherits it holds the lock as well, until both have closed it."""
        return self._handle

    def try_take(self, *, shared: bool) -> bool:
        """Take the lock if nobody else holds it, at once."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_current(self) -> bool:
        """False when the file was deleted while waiting: the lock then guards nothing."""
        try:
            return os.path.samestat(os.fstat(self._handle), self._path.stat())
        except FileNotFoundError:
            return False

    def close(self) -> None:
        """Let go; a second call does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def choose_socket_path(folder: LocalFolder, known: str | None) -> Path:
    """`desk.sock` in the folder, or in a private temporary one where that path is too long.

    `known` is the path of an earlier run, used again while its folder is there.
    """
    path = folder.path / "desk.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    if known is not None and Path(known).parent.is_dir():
        return Path(known)
    return private_temporary_folder("desk-") / "desk.sock"


def is_answering(path: Path) -> bool:
    """True when a process listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trying:
        try:
            trying.connect(str(path))
        except OSError:
            return False
    return True


def clean_up(place: LocalFolder, plan: LocalPlan) -> None:
    """Take away what a desk leaves that is no data, or all of it."""
    socket_path = Path(plan.socket_path)
    socket_path.unlink(missing_ok=True)
    place.pid_file.unlink(missing_ok=True)
    if socket_path.parent != place.path:
        with suppress(OSError):
            socket_path.parent.rmdir()
    if plan.throw_away:
        shutil.rmtree(place.path, ignore_errors=True)
