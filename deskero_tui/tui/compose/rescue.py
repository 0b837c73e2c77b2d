"""Words that the store cannot take are put into files of their own, and their places are named.

A program locks its files as long as it lives, so that the next one finds those that it left behind.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.text.safe_text import safe_file_name
from deskero_tui.private_files import create_private_temporary, make_private_folder

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.drafts import Draft, DraftKey

MOST_BYTES: Final = 16 * 1024 * 1024
"""Larger files that were left behind stay where they are."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Words of a program that has ended without putting them anywhere else."""

    key: DraftKey
    text: str
    place: Path


class Rescue:
    """The last resort of everything that is being written in this console."""

    def __init__(self, folders: Sequence[Path], *, account: str = "") -> None:
        """`folders` are tried in their order: another one may lie on another disk.

        `account` is a word of letters and digits that tells the files of one account from those of
        others.
        """
        self._folders = tuple(folders)
        self._stem = f"draft-{account}-" if account else "draft-"
        self._places: dict[DraftKey, Path] = {}
        self._texts: dict[DraftKey, str] = {}
        self._locked: dict[Path, int] = {}
        """Descriptors that hold the locks of our files."""

    @property
    def places(self) -> list[Path]:
        """Where words lie by now, the first rescued first."""
        return list(self._places.values())

    def settle(self, key: DraftKey) -> None:
        """The words lie elsewhere by now: takes their file away."""
        place = self._places.pop(key, None)
        if place is not None:
            self._unlock(place)
            with suppress(OSError):
                place.unlink()

    def left_behind(self) -> Iterator[LeftBehind]:
        """Yield the words in files that no living program has locked.

        What `forget` is not told of stays where it is. Blocks while files are read.
        """
        for folder in self._folders:
            try:
                names = sorted(os.listdir(folder))
            except OSError:
                continue
            for name in names:
                key = self._key_in(name)
                if key is not None and folder / name not in self._locked:
                    text = _text_left_in(folder / name)
                    if text is not None:
                        yield LeftBehind(key, text, folder / name)

    def forget(self, left: LeftBehind) -> None:
        """Take the file away: its words lie elsewhere by now."""
        with suppress(OSError):
            left.place.unlink()

    def _key_in(self, name: str) -> DraftKey | None:
        """Read the key of a draft from the name of its file."""
        from deskero_tui.domain.ids import TicketId
        from deskero_tui.domain.outbox.drafts import DraftKey, DraftKind

        kinds = "|".join(kind.value for kind in DraftKind)
        found = re.fullmatch(rf"{re.escape(self._stem)}({kinds})-(.+)-[a-z0-9_]+\.txt", name)
        if found is None:
            return None
        kind, ticket = DraftKind(found[1]), found[2]
        if kind is DraftKind.CREATE:
            return DraftKey(None, kind)
        return DraftKey(TicketId(ticket), kind)

    def _lock(self, place: Path) -> None:
        """Try to lock a file that this program wrote, until it is settled or the program ends."""
        with suppress(OSError):
            handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            self._locked[place] = handle
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _unlock(self, place: Path) -> None:
        handle = self._locked.pop(place, None)
        if handle is not None:
            os.close(handle)

    def keep(self, key: DraftKey, draft: Draft) -> Path:
        """Writes the text into a file readable by its owner only; where it lies.

        The same piece of writing stays in the same file, which is replaced as a whole. No file that
        was there before is touched.

        Raises:
            OSError: It cannot be written anywhere.
        """
        subject = draft.fields.get("subject", "")
        text = f"{subject}\n\n{draft.text}" if subject else draft.text
        known = self._places.get(key)
        if known is not None and self._texts[key] == text and known.exists():
            return known
        self._texts[key] = text
        if known is not None:
            try:
                place = _replaced(known, text)
            except OSError:
                # Its disk is full by now: the older words stay there, all of them go elsewhere.
                del self._places[key]
            else:
                self._unlock(place)
                self._lock(place)
                return place
        trouble: OSError | None = None
        for folder in self._folders:
            try:
                place = _written(folder, self._stem, key, text)
            except OSError as error:
                trouble = error
            else:
                self._places[key] = place
                self._lock(place)
                return place
        raise trouble or FileNotFoundError("there is no folder to write to")


def _text_left_in(place: Path) -> str | None:
    """Read a file of this user that no living program has locked."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        facts = os.fstat(handle)
        is_ours = stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid()
        if not is_ours or facts.st_size > MOST_BYTES:
            return None
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return None
    finally:
        os.close(handle)


def _written(folder: Path, begin: str, key: DraftKey, text: str) -> Path:
    make_private_folder(folder)
    stem = safe_file_name(f"{begin}{key.kind.value}-{key.ticket_id or 'new'}")
    handle, place = create_private_temporary(folder, prefix=f"{stem}-", suffix=".txt")
    return _filled(handle, place, text)


def _replaced(place: Path, text: str) -> Path:
    handle, fresh = create_private_temporary(place.parent, prefix=".", suffix=".txt")
    return _filled(handle, fresh, text).replace(place)


def _filled(handle: int, place: Path, text: str) -> Path:
    """Writes all of `text` to the disk, or leaves no file behind."""
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            place.unlink()
        raise
    return place
