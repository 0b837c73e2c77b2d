"""Decides which program on this machine sends for an account: whoever holds the lock of its store.

The lock is the kernel's and dies with its holder, however that ends; the file itself stays empty.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.private_files import open_private


class DrainLock:
    """One program's hand on the lock. Several may be made for one store, in one process or many."""

    def __init__(self, store_file: Path) -> None:
        self._path = store_file.with_name(store_file.name + ".drain")
        self._handle: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether we are the one that sends."""
        return self._handle is not None

    def try_take(self) -> bool:
        """Takes the lock if nobody else holds it; whether we hold it then. Never waits.

        Raises:
            StoreBroken: The file cannot be made, or its place knows no locks.
        """
        if self._handle is not None:
            return True
        try:
            handle = open_private(self._path, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            except BaseException:
                os.close(handle)
                raise
        except OSError as error:
            raise StoreBroken(
                f"Nothing can be sent, because {self._path} cannot be locked: "
                f"{error.strerror or error}. Set DESKERO_HOME to a folder you can write to.",
                detail=repr(error),
            ) from error
        self._handle = handle
        return True

    def release(self) -> None:
        """Lets another program send. May be called without holding it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
