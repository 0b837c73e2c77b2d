"""Copies of a SQLite database, beside it in the same folder."""

from __future__ import annotations

import filecmp
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from deskero_tui.private_files import create_private


def write_backup(database: Path, version: int, now: datetime) -> Path:
    """Copy a database while others use it; return the path of the copy.

    The copy holds what is committed, in one file with mode 0600. Its name has the version and the
    time in UTC, as in `desk.db.v1-20261130T071900Z.backup`; no file is ever replaced. Where an
    earlier copy has the same bytes, that one is returned and no second one stays: a desk that is
    started again and again, and fails each time, would fill the disk.

    Raises:
        OSError: The file cannot be created.
        sqlite3.Error: The database cannot be copied; no part of a copy stays.
    """
    stem = f"{database.name}.v{version}-"
    earlier = [file for file in database.parent.iterdir() if _is_backup(file, stem)]
    path = _create_file(database, f"{stem}{now:%Y%m%dT%H%M%SZ}")
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
            # In WAL mode, which it inherits, a copy would need further files to be read.
            copy.execute("PRAGMA journal_mode = DELETE")
        for file in earlier:
            if filecmp.cmp(file, path, shallow=False):
                path.unlink()
                return file
        _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return path


def _is_backup(file: Path, stem: str) -> bool:
    return file.name.startswith(stem) and file.name.endswith(".backup")


def _create_file(database: Path, stem: str) -> Path:
    for name in _names(stem):
        path = database.parent / name
        with suppress(FileExistsError):
            os.close(create_private(path))
            return path
    raise AssertionError("the names never end")


def _names(stem: str) -> Iterator[str]:
    yield f"{stem}.backup"
    yield from (f"{stem}-{number}.backup" for number in count(2))


def _sync_folder(folder: Path) -> None:
    """Write the entries of a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
