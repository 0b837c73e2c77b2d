"""Reads files for sending and writes attachments that came, without ever leaving their folder."""

from __future__ import annotations

import asyncio
import mimetypes
import os
from collections.abc import AsyncIterator
from pathlib import Path

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.outgoing import UploadFile
from deskero_tui.domain.sizes import size_in_words
from deskero_tui.domain.text import safe_file_name, safe_line


def read_file(path: Path, *, most_bytes: int) -> UploadFile:
    """The file at `path`, whole; `~` stands for the home folder. Blocks: not for the event loop.

    Raises:
        BadInput: It is not there, is no plain file, cannot be read, or is larger than `most_bytes`.
    """
    path = path.expanduser()
    shown = safe_line(str(path), max_chars=200)
    try:
        if not path.is_file():
            raise BadInput(f"There is no file {shown}.")
        if (size_bytes := path.stat().st_size) > most_bytes:
            raise BadInput(
                f"{shown} has {size_in_words(size_bytes)}; "
                f"at most {size_in_words(most_bytes)} can be sent."
            )
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{shown} cannot be read: {error.strerror}.") from error
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return UploadFile(path.name, media_type, content)


async def write_file(folder: Path, name: str, content: AsyncIterator[bytes]) -> Path:
    """Writes what comes into a new file of `folder`, readable by its owner only; where it lies.

    `name` is a stranger's: it is made harmless first, and numbered when it is taken. A file that
    is cut short is removed again.

    Raises:
        BadInput: The folder cannot be written to.
    """
    try:
        path, handle = await asyncio.to_thread(_create, folder, safe_file_name(name))
    except OSError as error:
        raise BadInput(f"Nothing can be saved in {folder}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            async for part in content:
                file.write(part)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BadInput(f"{path} could not be written: {error.strerror}.") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _create(folder: Path, name: str) -> tuple[Path, int]:
    folder.mkdir(parents=True, exist_ok=True)
    stem, suffix = os.path.splitext(name)
    count = 1
    while True:
        path = folder / (name if count == 1 else f"{stem}-{count}{suffix}")
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            count += 1
