"""A text on its way to the agent's own editor and back: which program, which file, what came of it.

The file lies in a folder that is its owner's alone, and both are gone afterwards, whatever happens.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.private_files import create_private, private_temporary_folder

MOST_BYTES: Final = 1_000_000
"""Of what is taken back."""
USUAL_EDITORS: Final = ("nano", "vi")
"""Looked for where nobody says which, the first that is there."""
_SAVED_BY_NANO: Final = ".save"
"""What nano puts behind the name of a file when it is hung up on: all of the text, as it was."""


def editor_command(
    environment: Mapping[str, str], *, find: Callable[[str], str | None] = shutil.which
) -> list[str]:
    """The agent's editor as a list of words, to which the file is added. Never asks a shell.

    Raises:
        BadInput: None is named and none is there, or what is named cannot be read.
    """
    for name in ("VISUAL", "EDITOR"):
        if said := environment.get(name, "").strip():
            try:
                return shlex.split(said)
            except ValueError as error:
                raise BadInput(f"{name} cannot be read: {error}.") from error
    for editor in USUAL_EDITORS:
        if find(editor):
            return [editor]
    raise BadInput("There is no editor here: EDITOR says which one to use.")


class EditedFile:
    """One text as a file, from `lent` on until it is deleted."""

    def __init__(self, path: Path, text: str) -> None:
        """Writes `text`, ended by a line feed as editors want it.

        Raises:
            OSError: It cannot be written.
        """
        self.path = path
        self._written = f"{text}\n".encode("utf-8", "replace")
        handle = create_private(path)
        with os.fdopen(handle, "wb") as file:
            file.write(self._written)

    def taken_back(self) -> str | None:
        """The text as it is now, without the line feed at its end; `None` when it is the same.

        Raises:
            BadInput: It is gone, too long, or no text.
        """
        return self._read(self.path)

    def rescued(self) -> str | None:
        """As `taken_back`, after the editor was cut off: also what nano has put aside then.

        Raises:
            BadInput: As `taken_back`.
        """
        aside = self.path.with_name(self.path.name + _SAVED_BY_NANO)
        return self._read(aside if aside.is_file() else self.path)

    def _read(self, path: Path) -> str | None:
        try:
            with path.open("rb") as file:
                came = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise BadInput(f"The editor left no file to read: {error.strerror}.") from error
        if came == self._written:
            return None
        if len(came) > MOST_BYTES:
            raise BadInput(f"The editor left more than {size_in_words(MOST_BYTES)}.")
        try:
            text = came.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput("What the editor left is no text in UTF-8.") from error
        if "\0" in text:
            raise BadInput("What the editor left is no text.")
        return text.removesuffix("\n")


@contextmanager
def lent(text: str, *, name: str) -> Iterator[EditedFile]:
    """`text` as a file of that name for as long as this lasts, in a private folder of its own.

    Raises:
        BadInput: It cannot be written.
    """
    try:
        folder = private_temporary_folder("deskero-tui-")
    except OSError as error:
        raise BadInput(f"There is no place for the editor's file: {error.strerror}.") from error
    try:
        try:
            file = EditedFile(folder / name, text)
        except OSError as error:
            raise BadInput(f"The editor's file cannot be written: {error.strerror}.") from error
        yield file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def failure_of(command: str, code: int) -> str:
    """Says how an editor failed that ended with `code`, negative after a signal."""
    editor = safe_line(command, max_chars=60)
    how = f"was ended by signal {-code}" if code < 0 else f"has failed ({code})"
    return f"{editor} {how}; the text is as it was."
