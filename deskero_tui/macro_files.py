"""Reads macros from folders: the agent's own first, then those that a team shares.

Only what has changed since the last look is read again. Whatever is wrong with a file or a folder
is said in a sentence and leaves the others alone.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.domain.text.utf8 import NotText, decode_text

if TYPE_CHECKING:
    from deskero_tui.domain.macros.library import BrokenFile, Library, MacroFile, Mistake

ENDINGS: Final = (".md", ".txt")
MOST_BYTES: Final = 64_000
MOST_FILES: Final = 2_000
"""Of one folder: more than anybody chooses from, and quick to look at."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """By what a file that has changed is told from one that has not."""

    inode: int
    size_bytes: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A file as it was when it was read last."""

    mark: _Mark
    file: MacroFile | BrokenFile


class _Refused(Exception):
    """A file that is not read; the sentence for it."""


class MacroFiles:
    """The macros of some folders. May be asked by any thread."""

    def __init__(
        self,
        own_folder: Path,
        team_folders: Sequence[Path] = (),
        *,
        now: Callable[[], datetime],
        lang: str = "en",
    ) -> None:
        """`own_folder` goes first and may be missing; `now` is the moment in the agent's zone."""
        self._own_folder = own_folder
        self._team_folders = tuple(team_folders)
        self._now = now
        self._lang = lang
        self._known: dict[Path, _Known] = {}
        self._lock = threading.Lock()

    @property
    def own_folder(self) -> str:
        """Where an agent's own macros lie, as people are told."""
        return safe_line(str(self._own_folder))

    def library(self) -> Library:
        """All macros as they are now: looks at every file, reads those that have changed."""
        from deskero_tui.domain.macros.library import library_of

        files: list[MacroFile | BrokenFile] = []
        mistakes: list[Mistake] = []
        with self._lock:
            known, self._known = self._known, {}
            for folder in dict.fromkeys((self._own_folder, *self._team_folders)):
                try:
                    paths = _macro_files(folder)
                except FileNotFoundError:
                    if folder != self._own_folder:
                        mistakes.append(_mistake(folder, "There is no such folder."))
                    continue
                except OSError as error:
                    sentence = f"The folder cannot be read: {error.strerror}."
                    mistakes.append(_mistake(folder, sentence))
                    continue
                if len(paths) > MOST_FILES:
                    sentence = f"It holds more than {MOST_FILES} files; the rest is left out."
                    mistakes.append(_mistake(folder, sentence))
                files += [self._file(path, folder, known) for path in paths[:MOST_FILES]]
        return library_of(files, mistakes=mistakes)

    def _file(
        self, path: Path, folder: Path, known: Mapping[Path, _Known]
    ) -> MacroFile | BrokenFile:
        """What the file says, from memory when it is as it was."""
        from deskero_tui.domain.macros.library import BrokenFile, MacroId

        try:
            mark = _mark_of(path, folder)
            before = known.get(path)
            if before is None or before.mark != mark:
                before = _Known(mark, self._read(path))
        except _Refused as refused:
            return BrokenFile(MacroId(path.stem), (_mistake(path, str(refused)),))
        except OSError as error:
            sentence = f"It cannot be read: {error.strerror}."
            return BrokenFile(MacroId(path.stem), (_mistake(path, sentence),))
        self._known[path] = before
        return before.file

    def _read(self, path: Path) -> MacroFile | BrokenFile:
        from deskero_tui.domain.macros.library import BrokenFile, MacroId
        from deskero_tui.domain.macros.parser import read_macro

        macro_id, content = MacroId(path.stem), _content_of(path)
        try:
            text = decode_text(content)
        except NotText as error:
            return BrokenFile(macro_id, (_mistake(path, f"It {error}", error.line),))
        place = safe_line(str(path))
        return read_macro(macro_id, text, place=place, now=self._now(), lang=self._lang)


def _macro_files(folder: Path) -> list[Path]:
    """The files of a folder that may be macros, by name. What lies deeper does not count.

    Raises:
        OSError: The folder cannot be read.
    """
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in ENDINGS and not path.name.startswith(".")
    )


def _mark_of(path: Path, folder: Path) -> _Mark:
    """By what the file is known again.

    Raises:
        _Refused: It is nothing to read, or lies elsewhere.
        OSError: It cannot be looked at.
    """
    from deskero_tui.domain.macros.parser import flaw_of_id

    if flaw := flaw_of_id(path.stem):
        raise _Refused(flaw)
    about = path.stat()
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise _Refused("It is a link to something outside of its folder.")
    if not stat.S_ISREG(about.st_mode):
        raise _Refused("It is not a file of text.")
    if about.st_size > MOST_BYTES:
        raise _Refused(f"It has more than {size_in_words(MOST_BYTES)}.")
    return _Mark(about.st_ino, about.st_size, about.st_mtime_ns)


def _content_of(path: Path) -> bytes:
    """The bytes of a file, which may have become something else since it was looked at.

    Raises:
        _Refused: It has grown too large.
        OSError: It cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # does not wait for who writes to a pipe
    with os.fdopen(handle, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _Refused(f"It has more than {size_in_words(MOST_BYTES)}.")
    return content


def _mistake(path: Path, sentence: str, line: int = 0) -> Mistake:
    from deskero_tui.domain.macros.library import Mistake

    return Mistake(safe_line(str(path)), line, sentence)
