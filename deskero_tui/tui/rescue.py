"""Words that the store cannot take are put into files of their own, and their places are named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from deskero_tui.domain.text import safe_file_name
from deskero_tui.private_files import create_private_temporary, make_private_folder

if TYPE_CHECKING:
    from deskero_tui.domain.drafts import Draft, DraftKey


class Rescue:
    """The last resort of everything that is being written in this console."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """`folders` are tried in their order: another one may lie on another disk."""
        self._folders = tuple(folders)
        self._places: dict[DraftKey, Path] = {}
        self._texts: dict[DraftKey, str] = {}

    @property
    def places(self) -> list[Path]:
        """Where words lie by now, the first rescued first."""
        return list(self._places.values())

    def settle(self, key: DraftKey) -> None:
        """The words lie elsewhere by now: takes their file away."""
        place = self._places.pop(key, None)
        if place is not None:
            with suppress(OSError):
                place.unlink()

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
                return _replaced(known, text)
            except OSError:
                # Its disk is full by now: the older words stay there, all of them go elsewhere.
                del self._places[key]
        trouble: OSError | None = None
        for folder in self._folders:
            try:
                place = _written(folder, key, text)
            except OSError as error:
                trouble = error
            else:
                self._places[key] = place
                return place
        raise trouble or FileNotFoundError("there is no folder to write to")


def _written(folder: Path, key: DraftKey, text: str) -> Path:
    make_private_folder(folder)
    stem = safe_file_name(f"draft-{key.kind.value}-{key.ticket_id or 'new'}")
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
