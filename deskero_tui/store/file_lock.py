"""Locks between programs. They are the kernel's and die with their holder, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from deskero_tui.private_files import open_private


class FileLock:
    """One program's hand on a lock; the file stays empty. Several may exist for one file, in one
    process or in many.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def is_held(self) -> bool:
        return self._handle is not None

    def try_take(self, *, shared: bool = False) -> bool:
        """Take the lock, alone or together with others who share it; never wait.

        Returns whether it is held then.

        Raises:
            OSError: The file cannot be created, or its place knows no locks.
        """
        if self._handle is not None:
            return True
        handle = open_private(self.path, os.O_RDWR)
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def release(self) -> None:
        """Let others have it. May be called without holding it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def store_lock(store_file: Path) -> FileLock:
    """Return the lock that every program shares which has a store open; who replaces the store
    takes it alone.
    """
    return FileLock(store_file.with_name(store_file.name + ".lock"))
