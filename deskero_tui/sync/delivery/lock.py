"""Decides which program on this machine sends for an account: who holds the lock of its store."""

from __future__ import annotations

from pathlib import Path

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.store.file_lock import FileLock


class DrainLock:
    """One program's hand on the lock. Several may be made for one store, in one process or many."""

    def __init__(self, store_file: Path) -> None:
        self._lock = FileLock(store_file.with_name(store_file.name + ".drain"))

    @property
    def is_held(self) -> bool:
        """Whether we are the one that sends."""
        return self._lock.is_held

    def try_take(self) -> bool:
        """Takes the lock if nobody else holds it; whether we hold it then. Never waits.

        Raises:
            StoreBroken: The file cannot be made, or its place knows no locks.
        """
        try:
            return self._lock.try_take()
        except OSError as error:
            raise StoreBroken(
                f"Nothing can be sent, because {self._lock.path} cannot be locked: "
                f"{error.strerror or error}. Set DESKERO_HOME to a folder you can write to.",
                detail=repr(error),
            ) from error

    def release(self) -> None:
        """Lets another program send. May be called without holding it."""
        self._lock.release()
