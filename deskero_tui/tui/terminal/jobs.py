"""Whether a shell is there to come back to after Ctrl+Z, and stopping for it.

A program that stops where nothing can continue it looks dead for ever: below `ForceCommand`, as the
command of a tmux window, or behind a program that knows no jobs. POSIX calls the process group
orphaned there: no parent of a member is in another group of the same session.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path


def has_shell() -> bool:
    """Whether somebody can continue us when we stop.

    Looks at our parents up to the first one outside our process group. Where the system does not
    tell (`/proc` is Linux's), True: the system itself stops no orphaned group, see `stop`.
    """
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


def stop() -> None:
    """Stops our whole process group, as the terminal does for Ctrl+Z, until it is continued.

    The whole of it, or a `make` or `sh -c` that waits for us would keep the shell waiting, too.
    Comes back at once without stopping where the group is orphaned (POSIX, default action of
    SIGTSTP). For the main thread.
    """
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
