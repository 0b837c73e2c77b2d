"""Another program that has the console's terminal for a while, such as an editor.

It runs as shells run a job: in a process group of its own, in the foreground, so that Ctrl+C and
the like are its alone. Waiting for it blocks nothing. What is stopped (Ctrl+Z) has nobody to come
back to but us, and is continued at once. Should we be killed, it is hung up on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

CONTINUE_PAUSE_S: Final = 0.05
"""Before a stopped program goes on: one that stops again and again must not keep us busy."""
HANG_UP_S: Final = 0.4
"""How long a program may take to keep its words when it is told to end."""
KILLED_S: Final = 0.3
_HANG_UP_ON: Final = 'read -r _ || { kill -s HUP -- "-$1"; kill -s CONT -- "-$1"; }'
"""For a shell: when its input ends without a line, a process group is hung up on."""


class _Guard:
    """A process that hangs up on a process group should ours be gone before `dismiss`.

    Not the system's own word for that (PR_SET_PDEATHSIG), which only the program itself could ask
    for before it begins, and which would not reach what it starts.
    """

    def __init__(self, group: int) -> None:
        """Raises:
        OSError: It cannot be started.
        """
        heard, self._line = os.pipe()
        try:
            self._pid = os.posix_spawn(
                "/bin/sh",
                ["sh", "-c", _HANG_UP_ON, "sh", str(group)],
                {},
                # It must not keep a terminal open that everybody else has left.
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, heard, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
                setpgroup=0,
            )
        except OSError:
            os.close(self._line)
            raise
        finally:
            os.close(heard)

    def dismiss(self) -> None:
        """Ends it, the group being none of its business any more."""
        with suppress(BrokenPipeError):
            os.write(self._line, b"\n")
        os.close(self._line)
        os.waitpid(self._pid, 0)


class Guest:
    """One run of a program, from its making to its end. Belongs to one event loop."""

    def __init__(self, command: Sequence[str], *, terminal: int) -> None:
        """Starts `command`, looked for in PATH by its first word, on our three standard handles.

        `terminal` is a handle of the terminal it shall have in the foreground.

        Raises:
            OSError: It cannot be started.
        """
        self._terminal = terminal
        self._loop = asyncio.get_running_loop()
        self._code: asyncio.Future[int] = self._loop.create_future()
        self._is_over = threading.Event()
        self._pid = os.posix_spawnp(
            command[0],
            [*command],
            os.environ,
            setpgroup=0,
            setsigdef=[signal.SIGPIPE, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU],
        )
        self._guard: _Guard | None = None
        with suppress(OSError):  # where no process is to be had it goes without
            self._guard = _Guard(self._pid)
        # It may have asked for keys before; then it is stopped, and continued by the thread.
        self._put_in_front()
        threading.Thread(target=self._run, name="terminal-guest", daemon=True).start()

    async def ended(self) -> int:
        """Waits for its end; the exit code, negative after a signal."""
        return await asyncio.shield(self._code)

    def hang_up(self) -> None:
        """Ends it as a lost line would, and by force what does not heed that; waits till then."""
        self.tell(signal.SIGHUP)
        self.tell(signal.SIGCONT)
        if not self._is_over.wait(HANG_UP_S):
            self.tell(signal.SIGKILL)
            self._is_over.wait(KILLED_S)

    def tell(self, number: signal.Signals) -> None:
        """To the program and whatever it has started in its group."""
        if not self._is_over.is_set():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, number)

    def _put_in_front(self) -> None:
        put_in_front(self._terminal, self._pid)

    # -- the threads ---------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            _, status = os.waitpid(self._pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                break
            # A program that stops again and again must not keep this thread busy.
            time.sleep(CONTINUE_PAUSE_S)
            self._put_in_front()
            self.tell(signal.SIGCONT)
        self._is_over.set()
        if self._guard is not None:
            self._guard.dismiss()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, os.waitstatus_to_exitcode(status))

    def _tell(self, code: int) -> None:
        if not self._code.done():
            self._code.set_result(code)


def put_in_front(terminal: int, group: int) -> None:
    """Makes a process group the one that has the terminal; nothing where it is not ours to give.

    That is so where it is no controlling terminal of ours, or gone, or the group has ended.
    """
    with _unstopped(), suppress(OSError):
        os.tcsetpgrp(terminal, group)


@contextmanager
def _unstopped() -> Iterator[None]:
    """Who gives the terminal away from the background would be stopped for it (POSIX)."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
