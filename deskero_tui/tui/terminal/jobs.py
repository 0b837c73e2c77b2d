"""Whether a shell is there to come back to after Ctrl+Z, and stopping for it.

A program that stops where nothing can continue it looks dead for ever: below `ForceCommand`, as the
command of a tmux window, or behind a program that knows no jobs. POSIX calls the process group
orphaned there: no parent of a member is in another group of the same session.
"""

from __future__ import annotations

import os
import signal
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final


class Shell(ABC):
    """Who stops and continues us where that is not our own process group."""

    @abstractmethod
    def is_there(self) -> bool:
        """Whether there is somebody to continue us."""

    @abstractmethod
    def stop(self) -> None:
        """Gives the terminal to the shell; comes back when it is our turn again."""

    @abstractmethod
    def is_our_turn(self) -> bool:
        """Whether the terminal is ours at this moment, and not the shell's."""


TURN_S: Final = 0.1
"""Between two looks whose turn it is, by whoever has something to read or to write."""
_stand_in: Shell | None = None


def stand_in(shell: Shell) -> None:
    """From now on asks `shell` instead of the system, for the rest of the process."""
    global _stand_in
    _stand_in = shell


def is_stood_in() -> bool:
    """Whether somebody is asked in place of the system."""
    return _stand_in is not None


def has_shell() -> bool:
    """Whether somebody can continue us when we stop.

    Looks at our parents up to the first one outside our process group. Where the system does not
    tell (`/proc` is Linux's), True: the system itself stops no orphaned group, see `stop`.
    """
    if _stand_in is not None:
        return _stand_in.is_there()
    ours = os.getpgrp()
    parent = os.getppid()
    try:
        while parent and os.getpgid(parent) == ours:
            above = _parent_of(parent)
            if above is None:
                return True
            parent = above
        return parent > 0 and os.getsid(parent) == os.getsid(0)
    except OSError:
        # The parent has just ended, or is none of our business: another session either way.
        return False


def is_our_turn() -> bool:
    """Whether the terminal may be read and written. For any thread, and often.

    The system itself keeps those from it that are stopped, but not where somebody stands in.
    """
    return _stand_in is None or _stand_in.is_our_turn()


def stop() -> None:
    """Stops our whole process group, as the terminal does for Ctrl+Z, until it is continued.

    The whole of it, or a `make` or `sh -c` that waits for us would keep the shell waiting, too.
    Comes back at once without stopping where the group is orphaned (POSIX, default action of
    SIGTSTP). For the main thread.
    """
    if _stand_in is not None:
        _stand_in.stop()
        return
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        os.killpg(0, signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, before)


def _parent_of(pid: int) -> int | None:
    """The parent of a process; `None` where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return int(status.rpartition(")")[2].split()[1])
