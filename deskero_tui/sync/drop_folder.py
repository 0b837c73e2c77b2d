"""The drop folder of a restricted login: plain files by name in one folder, and nothing else.

Every file is opened through the folder's own handle and never through a link, so that whatever is
put in place of a name between two looks, nothing outside is read or written. Blocks: not for the
event loop but for what is small.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from deskero_tui.domain.drop_names import flaw_of_drop_name
from deskero_tui.domain.errors import BadInput, Missing, StoreBroken
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.private_files import create_private, make_private_folder

MOST_FILE_BYTES: Final = 25_000_000
"""Of one file that is put here."""
MOST_FOLDER_BYTES: Final = 250_000_000
"""Of all files together, so that no agent fills a disk that all share."""
MOST_FILES: Final = 500
_PART_BYTES: Final = 64 * 1024
_LOOK_BYTES: Final = 1_000_000
"""Of a file that comes, between two looks whether there is still room for all that do."""
_FULL: Final = "Your drop folder is full. `ssh … drop NAME` makes room."
_NO_PLAIN_FILE: Final = frozenset({errno.ELOOP, errno.ENXIO, errno.EISDIR})
"""What opening or deleting a link, a socket and a folder come to (open(2), unlink(2))."""
_UNFINISHED: Final = ".part-"
"""What a file is called until it has come as a whole; no name of an agent's begins with a dot."""


@dataclass(frozen=True, slots=True)
class DropFile:
    """A file that lies in the folder."""

    name: str
    size_bytes: int
    changed_at: datetime


class DropFolder:
    """One folder and the plain files in it; made, private, when it is first used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def name_of(self, path: Path) -> str:
        """The name of a file of this folder.

        Raises:
            BadInput: It lies elsewhere, or has no name that a file may have here.
        """
        if path.parent != self.path:
            shown = safe_line(str(path), max_chars=200)
            raise BadInput(f"{shown} is not in your drop folder, and no other file is open to you.")
        return _sound(path.name)

    def files(self) -> list[DropFile]:
        """What lies here, by name. Links, folders and names that nobody can ask for are left out.

        Raises:
            StoreBroken: The folder cannot be read.
        """
        with self._handle() as folder:
            found = [file for file in _files_of(folder) if flaw_of_drop_name(file.name) is None]
        return sorted(found, key=lambda file: file.name)

    def room_bytes(self, *, beside: str = "") -> int:
        """How large the next file may be; `beside` is the name of one whose place it takes.

        Raises:
            BadInput: There is room for no file at all.
            StoreBroken: The folder cannot be read.
        """
        with self._handle() as folder:
            with _alone(folder):
                _clear_up(folder)
            return _room_bytes(folder, beside=beside)

    def open(self, name: str) -> BinaryIO:
        """Opens a file for reading.

        Raises:
            BadInput: The name is none, or what has it is a link, a folder or the like.
            Missing: There is no such file.
            StoreBroken: It cannot be read.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with self._handle() as folder, _using(name):
            handle = os.open(_sound(name), flags, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise _no_plain_file(name)
        return os.fdopen(handle, "rb")

    @contextmanager
    def receiving(self, name: str, source: BinaryIO, *, replaces: bool) -> Iterator[int]:
        """Takes all of `source` in; gives its size, and the file its name when the body is left.

        Whatever goes wrong before that leaves the folder as it was.

        Raises:
            BadInput: The name is none, it is a folder's, it is taken and not to be replaced,
                nothing came, or there is no room for so much.
            StoreBroken: It cannot be written.
        """
        with self._handle() as folder, _using(name):
            _look_at_place(folder, _sound(name), replaces=replaces)
        room_bytes = self.room_bytes(beside=name)
        with self._handle() as folder:

            def look() -> None:
                if sum(_sizes_bytes(folder, beside=name)) > MOST_FOLDER_BYTES:
                    raise BadInput(_FULL)

            unfinished = _UNFINISHED + secrets.token_hex(8)
            try:
                with _using(name):
                    file = _begun(folder, unfinished)
                with file:
                    with _using(name):
                        size_bytes = _written(file, source, room_bytes=room_bytes, look=look)
                    yield size_bytes
                    with _using(name):
                        _named(folder, unfinished, name, replaces=replaces)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(unfinished, dir_fd=folder)

    def remove(self, name: str) -> None:
        """Deletes a file.

        Raises:
            BadInput: The name is none, or what has it is a folder.
            Missing: There is no such file.
            StoreBroken: It cannot be deleted.
        """
        with self._handle() as folder, _using(name):
            os.unlink(_sound(name), dir_fd=folder)

    @contextmanager
    def _handle(self) -> Iterator[int]:
        try:
            make_private_folder(self.path)
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise StoreBroken(f"Your drop folder cannot be used: {error.strerror}.") from error
        try:
            yield handle
        finally:
            os.close(handle)


def _files_of(folder: int) -> Iterator[DropFile]:
    """Every plain file, also what is still coming and what nobody can ask for."""
    for name in os.listdir(folder):
        # Another console of the agent's may just have dropped it.
        with suppress(FileNotFoundError):
            about = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(about.st_mode):
                yield DropFile(name, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))


@contextmanager
def _using(name: str) -> Iterator[None]:
    """Makes a sentence of what the system says of a file."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing(
            f"There is no file {name} in your drop folder. `ssh … files` lists them."
        ) from error
    except OSError as error:
        if error.errno in _NO_PLAIN_FILE:
            raise _no_plain_file(name) from error
        raise StoreBroken(f"{name} cannot be used: {error.strerror}.") from error


def _sizes_bytes(folder: int, *, beside: str) -> list[int]:
    """Of all files but one. What is still coming counts, or many at once would have no end."""
    return [file.size_bytes for file in _files_of(folder) if file.name != beside]


def _room_bytes(folder: int, *, beside: str) -> int:
    sizes_bytes = _sizes_bytes(folder, beside=beside)
    room_bytes = min(MOST_FILE_BYTES, MOST_FOLDER_BYTES - sum(sizes_bytes))
    if len(sizes_bytes) >= MOST_FILES or room_bytes <= 0:
        raise BadInput(_FULL)
    return room_bytes


@contextmanager
def _alone(folder: int) -> Iterator[None]:
    """Nobody else begins a file or clears up meanwhile."""
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(folder, fcntl.LOCK_UN)


def _clear_up(folder: int) -> None:
    """Deletes what somebody who was killed has begun; who still writes holds a lock on it."""
    for name in os.listdir(folder):
        if name.startswith(_UNFINISHED):
            with suppress(OSError):
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(name, dir_fd=folder)


def _look_at_place(folder: int, name: str, *, replaces: bool) -> None:
    """Says at once what would come out only when all of a file is here."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise _no_plain_file(name)
    if not replaces:
        raise _taken(name)


def _begun(folder: int, name: str) -> BinaryIO:
    """A new file, locked for as long as it is open."""
    with _alone(folder):
        file = os.fdopen(create_private(name, dir_fd=folder), "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _written(file: BinaryIO, source: BinaryIO, *, room_bytes: int, look: Callable[[], None]) -> int:
    """Takes all of `source` in; `look` raises where what comes beside it has used the room up."""
    size_bytes = 0
    looked_bytes = 0
    while part := source.read(_PART_BYTES):
        size_bytes += len(part)
        if size_bytes > room_bytes:
            raise BadInput(f"It is too large: there is room for {size_in_words(room_bytes)}.")
        file.write(part)
        if size_bytes - looked_bytes >= _LOOK_BYTES:
            looked_bytes = size_bytes
            look()
    file.flush()
    os.fsync(file.fileno())
    look()
    if not size_bytes:
        raise BadInput("Nothing came. Send the file along: ssh … put NAME < FILE")
    return size_bytes


def _named(folder: int, unfinished: str, name: str, *, replaces: bool) -> None:
    if replaces:
        os.rename(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    try:
        os.link(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as error:
        raise _taken(name) from error


def _sound(name: str) -> str:
    flaw = flaw_of_drop_name(name)
    if flaw is not None:
        raise BadInput(flaw)
    return name


def _taken(name: str) -> BadInput:
    return BadInput(f"There is a file {name} already. `put -f {name}` takes its place.")


def _no_plain_file(name: str) -> BadInput:
    return BadInput(f"{name} is no plain file, and nothing else is open to you.")
