"""Reads files for sending and writes attachments that came, without ever leaving their folder."""

from __future__ import annotations

import asyncio
import mimetypes
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from deskero_tui.domain.errors import BadInput, Missing, StoreBroken
from deskero_tui.domain.outbox.outgoing import UploadFile
from deskero_tui.domain.text.safe_text import safe_file_name, safe_line
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.private_files import create_private, make_private_folder
from deskero_tui.sync.drop_folder import DropFolder


def read_file(path: Path, *, most_bytes: int, root: Path | None = None) -> UploadFile:
    """The file at `path`, whole; `~` stands for the home folder. Blocks: not for the event loop.

    With a `root` only what lies in that drop folder is read.

    Raises:
        BadInput: It is not there, is no plain file, cannot be read, lies outside of `root`, or is
            larger than `most_bytes`.
    """
    shown = safe_line(str(_at_home(path) if root is None else path.name), max_chars=200)
    try:
        with _opened(path, root) as file:
            size_bytes = os.fstat(file.fileno()).st_size
            if size_bytes > most_bytes:
                raise BadInput(
                    f"{shown} has {size_in_words(size_bytes)}; "
                    f"at most {size_in_words(most_bytes)} can be sent."
                )
            content = file.read(most_bytes)
    except OSError as error:
        raise BadInput(f"{shown} cannot be read: {error.strerror}.") from error
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return UploadFile(path.name, media_type, content)


def flaw_of_file(path: Path, *, most_bytes: int | None, root: Path | None = None) -> str | None:
    """What is wrong with a file to be sent, in a sentence; `None` when it will do.

    Says of a file what `read_file` would, without reading it.
    """
    try:
        with _opened(path, root) as file:
            size_bytes = os.fstat(file.fileno()).st_size
    except BadInput as error:
        return error.user_message
    if most_bytes is not None and size_bytes > most_bytes:
        return (
            f"{path.name} has {size_in_words(size_bytes)}; "
            f"at most {size_in_words(most_bytes)} can be sent."
        )
    return None


def size_bytes_of(path: Path, *, root: Path | None = None) -> int:
    """The size of a file; `root` as for `read_file`. Blocks, but not for long.

    Raises:
        BadInput: It is not there, or lies outside of `root`.
    """
    try:
        if root is None:
            return path.stat().st_size
        with _opened(path, root) as file:
            return os.fstat(file.fileno()).st_size
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def _opened(path: Path, root: Path | None) -> BinaryIO:
    """Opens a plain file. Where there is a `root` it goes through the folder's own rules.

    Raises:
        BadInput: It is not there, is no plain file, cannot be opened, or is not to be read here.
    """
    if root is not None:
        folder = DropFolder(root)
        try:
            return folder.open(folder.name_of(path))
        except (Missing, StoreBroken) as error:
            raise BadInput(error.user_message) from error
    path = _at_home(path)
    shown = safe_line(str(path), max_chars=200)
    try:
        if path.is_file():
            return path.open("rb")
    except OSError as error:
        raise BadInput(f"{shown} cannot be read: {error.strerror}.") from error
    raise BadInput(f"There is no file {shown}.")


def _at_home(path: Path) -> Path:
    """The path with `~` spelled out, or as it is where nobody has that home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


async def write_file(
    folder: Path, name: str, content: AsyncIterator[bytes], *, room_bytes: int | None = None
) -> Path:
    """Writes what comes into a new file of `folder`, readable by its owner only; where it lies.

    `name` is a stranger's: it is made harmless first, and numbered when it is taken. A file that
    is cut short, or has more than `room_bytes`, is removed again.

    Raises:
        BadInput: The folder cannot be written to, or there is no room for so much.
    """
    try:
        path, handle = await asyncio.to_thread(_create, folder, safe_file_name(name))
    except OSError as error:
        raise BadInput(f"Nothing can be saved in {folder}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            async for part in content:
                if room_bytes is not None and file.tell() + len(part) > room_bytes:
                    room = size_in_words(room_bytes)
                    raise BadInput(f"It is too large: there is room for {room}.")
                file.write(part)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BadInput(f"{path} could not be written: {error.strerror}.") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _create(folder: Path, name: str) -> tuple[Path, int]:
    make_private_folder(folder)
    count = 1
    while True:
        path = folder / _numbered(name, count)
        try:
            return path, create_private(path)
        except FileExistsError:
            count += 1


def _numbered(name: str, count: int) -> str:
    """The name, from the second on with a number at its end, or before a name that is long."""
    if count == 1:
        return name
    stem, suffix = os.path.splitext(name)
    numbered = f"{stem}-{count}{suffix}"
    return numbered if safe_file_name(numbered) == numbered else safe_file_name(f"{count}-{name}")
