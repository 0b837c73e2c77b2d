"""The one place that creates files and folders: for their owner only, and never through a link.

The mode of a new file or folder does not depend on the umask. Standard library only, because every
part of the program may import this.
"""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def make_private_folder(path: Path) -> None:
    """Create a folder and its missing parents, each with mode 0700; existing ones stay as they are.

    Raises:
        OSError: It cannot be created, or something else has its name.
    """
    missing: list[Path] = []
    folder = path
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = folder.parent
    if not missing and not os.path.isdir(path):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    for folder in reversed(missing):
        try:
            os.mkdir(folder, FOLDER_MODE)
        except FileExistsError:
            # Another process was faster, or it is no folder.
            if not os.path.isdir(folder):
                raise
        else:
            _set_folder_mode(folder)


def private_temporary_folder(prefix: str) -> Path:
    """Create a new folder in the system's folder for temporary files.

    Raises:
        OSError: It cannot be created.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    _set_folder_mode(folder)
    return folder


def open_private(path: str | Path, flags: int, *, dir_fd: int | None = None) -> int:
    """Open a file, creating it with mode 0600 if it is missing; return the descriptor.

    Raises:
        OSError: It cannot be opened, or is a symbolic link.
    """
    while True:
        try:
            return create_private(path, flags, dir_fd=dir_fd)
        except FileExistsError:
            # Deleted in between: create it after all.
            with suppress(FileNotFoundError):
                return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=dir_fd)


def create_private(path: str | Path, flags: int = os.O_WRONLY, *, dir_fd: int | None = None) -> int:
    """Create a file with mode 0600 and open it; return the descriptor.

    Raises:
        OSError: It cannot be created.
        FileExistsError: Something has that name already.
    """
    new = flags | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, new, FILE_MODE, dir_fd=dir_fd)
    _set_file_mode(handle)
    return handle


def create_private_temporary(folder: Path, *, prefix: str, suffix: str) -> tuple[int, Path]:
    """Create a file with a name that nobody can guess; return its descriptor and path.

    Raises:
        OSError: It cannot be created.
    """
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=folder)
    _set_file_mode(handle)
    return handle, Path(name)


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, or leave it as it was; its folder is created if it is missing.

    Raises:
        OSError: It cannot be written.
    """
    make_private_folder(path.parent)
    handle, fresh = create_private_temporary(path.parent, prefix=f".{path.name}.", suffix="")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise


def _set_file_mode(handle: int) -> None:
    if os.fstat(handle).st_mode & 0o777 != FILE_MODE:
        os.fchmod(handle, FILE_MODE)


def _set_folder_mode(folder: Path) -> None:
    if os.stat(folder).st_mode & 0o777 != FOLDER_MODE:
        os.chmod(folder, FOLDER_MODE)
