"""The local desk, seen from the console: a child process on a private Unix socket.

The first console starts it, further ones join it, and it ends with the last. Standard library
only, as the console imports this before its first screen.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .errors import DeskStartError
from .local_files import (
    SOCKET_BASE_URL,
    FileLock,
    LocalFolder,
    LocalPlan,
    choose_socket_path,
    is_answering,
)
from .settings import new_api_token

CLIENT_ID = "local"
KEPT_FROM_CHILD = ("TEXTUAL", "PYTHON", "DESKERO_")
"""Environment names that begin so are the console's own affair."""


@dataclass(frozen=True)
class LocalDesk:
    """A desk this console uses; it runs at least until `release`, or the end of the process."""

    socket_path: Path
    client_id: str
    api_token: str = field(repr=False)
    base_url: str
    _use: FileLock = field(repr=False, compare=False)

    def release(self) -> None:
        """Stop using the desk; it ends about a second after its last user. Once is enough."""
        self._use.close()


def open_local_desk(
    folder: Path,
    *,
    demo_tickets: int = 0,
    first_agent: str = "",
    throw_away: bool = False,
    python: str = sys.executable,
    wait_s: float = 20,
) -> LocalDesk:
    """Join the desk of a folder, or start it there and wait until it answers.

    `demo_tickets`, `first_agent` (who answers on a desk that has no agent yet) and `throw_away`
    count for a desk that is started, not for one that is joined.
    A desk to be thrown away removes the folder when it ends, however its consoles end.

    Raises:
        DeskStartError: The desk ended while starting, or did not answer within `wait_s`.
    """
    place = LocalFolder(folder.resolve())
    starting = _take_lock(place, place.start_lock, shared=False)
    try:
        use = _take_lock(place, place.users_lock, shared=True)
        try:
            plan = LocalPlan.read(place)
            if plan is None or not is_answering(Path(plan.socket_path)):
                plan = _new_plan(place, plan, demo_tickets, first_agent, throw_away)
                plan.write(place)
                _start(place, python, wait_s)
        except BaseException:
            use.close()
            raise
    finally:
        starting.close()
    return LocalDesk(Path(plan.socket_path), plan.client_id, plan.api_token, SOCKET_BASE_URL, use)


def _take_lock(place: LocalFolder, path: Path, *, shared: bool) -> FileLock:
    """Wait for a lock on a file that still exists.

    A desk that ends holds `users.lock` until it is gone, and may take the folder with it.
    """
    while True:
        place.make()
        try:
            lock = FileLock(path)
        except FileNotFoundError:
            continue
        lock.take(shared=shared)
        if lock.is_current():
            return lock
        lock.close()


def _new_plan(
    place: LocalFolder,
    old: LocalPlan | None,
    demo_tickets: int,
    first_agent: str,
    throw_away: bool,
) -> LocalPlan:
    """The same credentials as last time, where there was one."""
    return LocalPlan(
        client_id=old.client_id if old else CLIENT_ID,
        api_token=old.api_token if old else new_api_token(CLIENT_ID),
        socket_path=str(choose_socket_path(place, old.socket_path if old else None)),
        demo_tickets=demo_tickets,
        first_agent=first_agent,
        throw_away=throw_away,
    )


def _start(place: LocalFolder, python: str, wait_s: float) -> None:
    """Start the desk process and read the line it writes when it answers.

    The process turns itself into one without a parent, so nothing is left to be waited for.
    """
    log_handle = os.open(place.log_file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        process = subprocess.Popen(
            [python, "-P", "-m", "deskero_tui.server", "--folder", str(place.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log_handle,
            cwd="/",
            env={
                name: value
                for name, value in os.environ.items()
                if not name.startswith(KEPT_FROM_CHILD)
            },
            start_new_session=True,
        )
    except OSError as error:
        raise DeskStartError(f"The desk cannot be started: {error.strerror}.") from error
    finally:
        os.close(log_handle)
    assert process.stdout is not None
    with process, process.stdout as announcement:
        # Its parent half ends at once; the desk itself holds the other end of the pipe.
        readable, _, _ = select.select([announcement], [], [], wait_s)
        if readable and announcement.readline():
            return
    if readable:
        raise DeskStartError(f"The desk did not start: {_last_line(place.log_file)}")
    raise DeskStartError(f"The desk did not answer within {wait_s:g} seconds.")


def _last_line(log_file: Path) -> str:
    lines = log_file.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else "it ended without a word."
