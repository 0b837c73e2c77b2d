"""The local desk, seen from the console: a child process on a private Unix socket.

The first console starts it, further ones join it, and it ends with the last. Standard library
only, as the console imports this before its first screen.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deskero_tui.private_files import open_private
from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.local.files import (
    SOCKET_BASE_URL,
    FileLock,
    LocalFolder,
    LocalPlan,
    choose_socket_path,
    clean_up,
    is_answering,
)
from deskero_tui.server.settings import new_api_token

CLIENT_ID: Final = "local"
KEPT_FROM_CHILD: Final = ("TEXTUAL", "PYTHON", "DESKERO_")
"""Environment names that begin so are the console's own affair."""
LOCK_POLL_S: Final = 0.02
KILLED_WAIT_S: Final = 0.5
"""What is killed is gone much sooner."""


class LocalDesk:
    """The desk of a folder, used by this console until `release` or the end of the process.

    To make it joins the desk or starts it, as far as that goes without waiting; `opened` waits.
    """

    base_url: Final = SOCKET_BASE_URL

    def __init__(
        self,
        folder: Path,
        *,
        demo_tickets: int = 0,
        first_agent: str = "",
        throw_away: bool = False,
        python: str = sys.executable,
    ) -> None:
        """`demo_tickets`, `first_agent` (who answers on a desk that has no agent yet) and
        `throw_away` count for a desk that is started, not for one that is joined.

        A desk to be thrown away removes the folder when it ends, however its consoles end.
        """
        self._place = LocalFolder(folder.resolve())
        self._demo_tickets = demo_tickets
        self._first_agent = first_agent
        self._throw_away = throw_away
        self._python = python
        self._woken, self._wake = os.pipe()
        self._use: FileLock | None = None
        self._plan = LocalPlan.read(self._place)
        self._birth: _Birth | None = None
        with suppress(DeskStartError):  # `opened` tries again, and says why not
            self._join_or_start()

    @property
    def client_id(self) -> str:
        """Known before the desk answers."""
        return self._plan.client_id if self._plan else CLIENT_ID

    def opened(self, *, wait_s: float = 20) -> LocalAccess:
        """Wait until the desk answers; one that has been killed is started again. On any thread,
        one at a time.

        Raises:
            DeskStartError: The desk ended while starting, did not answer within `wait_s`, or
                nobody waits for it any more.
        """
        ends_s = time.monotonic() + wait_s
        while not (self._has_desk() or self._join_or_start()):
            if time.monotonic() > ends_s:
                raise DeskStartError(_late(wait_s))
            self._rest(LOCK_POLL_S)
        if self._birth is not None:
            try:
                self._see_born(self._birth, ends_s, wait_s)
            except DeskStartError:
                self._abandon()
                raise
        assert self._plan is not None
        return LocalAccess(Path(self._plan.socket_path), self._plan.api_token)

    def give_up(self) -> None:
        """Have `opened` fail at once, on whatever thread it waits. Once is enough."""
        if self._wake >= 0:
            os.close(self._wake)
            self._wake = -1

    def release(self) -> None:
        """Stop using the desk; it ends about a second after its last user, and at once when it
        has not answered yet. Once is enough, and not while `opened` waits.
        """
        self.give_up()
        if self._birth is not None:
            self._abandon()
        if self._use is not None:
            self._use.close()
        if self._woken >= 0:
            os.close(self._woken)
            self._woken = -1

    # -- private -------------------------------------------------------------------------------

    def _has_desk(self) -> bool:
        """Whether we use a desk that answers, or one that has yet to."""
        if self._use is None or self._plan is None:
            return False
        return self._birth is not None or is_answering(Path(self._plan.socket_path))

    def _join_or_start(self) -> bool:
        """Whether that was possible: not while another console looks for the desk or starts it,
        nor while one that ends is not gone yet.

        Raises:
            DeskStartError: The desk cannot be started.
        """
        starting = _try_lock(self._place, self._place.start_lock, shared=False)
        if starting is None:
            return False
        use = _try_lock(self._place, self._place.users_lock, shared=True)
        try:
            if use is None:
                return False
            known = LocalPlan.read(self._place)
            if known is not None and is_answering(Path(known.socket_path)):
                self._plan = known
            else:
                self._plan = self._new_plan(known)
                self._plan.write(self._place)
                self._birth = _begun(self._place, self._python, starting)
            # Where there is one that we used already, nobody may find it without users meanwhile.
            self._use, use = use, self._use
            return True
        finally:
            if use is not None:
                use.close()
            if self._birth is None:
                starting.close()

    def _new_plan(self, old: LocalPlan | None) -> LocalPlan:
        """The same credentials as last time, where there was one."""
        return LocalPlan(
            client_id=old.client_id if old else CLIENT_ID,
            api_token=old.api_token if old else new_api_token(CLIENT_ID),
            socket_path=str(choose_socket_path(self._place, old.socket_path if old else None)),
            demo_tickets=self._demo_tickets,
            first_agent=self._first_agent,
            throw_away=self._throw_away,
        )

    def _see_born(self, birth: _Birth, ends_s: float, wait_s: float) -> None:
        """Wait for the line that the desk writes when it answers."""
        if not self._rest(max(0.0, ends_s - time.monotonic()), birth.announcement):
            raise DeskStartError(_late(wait_s))
        if not os.read(birth.announcement, 1):
            raise DeskStartError(f"The desk did not start: {_last_line(self._place.log_file)}")
        birth.close()
        self._birth = None

    def _rest(self, rest_s: float, *handles: int) -> bool:
        """Wait for one of `handles`; whether there is something to read.

        Raises:
            DeskStartError: We were told to give up.
        """
        readable, _, _ = select.select([self._woken, *handles], [], [], rest_s)
        if self._woken in readable:
            raise DeskStartError("The console was left before the desk answered.")
        return bool(readable)

    def _abandon(self) -> None:
        """See to it that a desk that has not answered is gone. One that has ends by itself."""
        birth, self._birth = self._birth, None
        use, self._use = self._use, None
        assert birth is not None
        assert use is not None
        assert self._plan is not None
        # Nobody can have joined it: we hold the lock that others would need for that.
        if not birth.has_answered():
            birth.kill()
            clean_up(self._place, self._plan)
        birth.close()
        use.close()


@dataclass(frozen=True, slots=True)
class LocalAccess:
    """What leads to a desk that answers."""

    socket_path: Path
    api_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Birth:
    """A desk that we have started and that has not answered yet, as far as we know."""

    process: subprocess.Popen[bytes]
    """Its parent half, which ends at once; the desk itself stays in its process group."""
    announcement: int
    """What the desk writes its line to when it answers. It ends when the desk does."""
    starting: FileLock

    def has_answered(self) -> bool:
        readable, _, _ = select.select([self.announcement], [], [], 0)
        return bool(readable) and bool(os.read(self.announcement, 1))

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        select.select([self.announcement], [], [], KILLED_WAIT_S)

    def close(self) -> None:
        self.process.wait()
        os.close(self.announcement)
        self.starting.close()


def _begun(place: LocalFolder, python: str, starting: FileLock) -> _Birth:
    """Start the desk process, which keeps `starting` until it answers, should we be gone by then.

    The process turns itself into one without a parent, so nothing is left to be waited for.
    """
    log_handle = open_private(place.log_file, os.O_TRUNC | os.O_WRONLY)
    announcement, told = os.pipe()
    try:
        process = subprocess.Popen(
            [
                *(python, "-P", "-m", "deskero_tui.server"),
                *("--folder", str(place.path), "--starting", str(starting.handle)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=log_handle,
            cwd="/",
            env={
                name: value
                for name, value in os.environ.items()
                if not name.startswith(KEPT_FROM_CHILD)
            },
            start_new_session=True,
            pass_fds=[starting.handle],
        )
    except OSError as error:
        os.close(announcement)
        raise DeskStartError(f"The desk cannot be started: {error.strerror}.") from error
    finally:
        os.close(log_handle)
        os.close(told)
    return _Birth(process, announcement, starting)


def _try_lock(place: LocalFolder, path: Path, *, shared: bool) -> FileLock | None:
    """A lock on a file that still exists; `None` while somebody else has it.

    A desk that ends holds `users.lock` until it is gone, and may take the folder with it.
    """
    while True:
        place.make()
        try:
            lock = FileLock(path)
        except FileNotFoundError:
            continue
        has_it = lock.try_take(shared=shared)
        if has_it and lock.is_current():
            return lock
        lock.close()
        if not has_it:
            return None


def _late(wait_s: float) -> str:
    return f"The desk did not answer within {wait_s:g} seconds."


def _last_line(log_file: Path) -> str:
    lines = log_file.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else "it ended without a word."
