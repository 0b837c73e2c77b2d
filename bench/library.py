"""Made-up data of each size, made once and kept in a folder for the next run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.desks import ServedDesk, make_desk_database, make_store
from bench.mailboxes import make_maildir
from bench.repository import make_repository

EDITION: Final = "1"
"""Another one where the items change: what was made for an earlier one is not used."""


LOADED: Final = 10_000
"""How many tickets a desk has that is measured by itself or loaded from."""


@dataclass(frozen=True, slots=True)
class Library:
    """The kept data; each part is made when it is first asked for."""

    root: Path

    def peer(self, name: str) -> Path:
        """A program from PyPI, in the venv of its own that `make bench-peers` made."""
        return self.root / name / "bin" / name

    def folder(self, size: int) -> Path:
        """Where the data of so many items lie."""
        folder = self.root / f"items-{EDITION}" / str(size)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def maildir(self, size: int) -> Path:
        """A Maildir in a folder of its own, as `aerc` wants it."""
        return self._made(size, "mails/inbox", make_maildir)

    def repository(self, size: int) -> Path:
        return self._made(size, "repository", make_repository)

    def desk_database(self, size: int) -> Path:
        return self._made(size, "desk.sqlite", make_desk_database)

    def store(self, size: int, desk: ServedDesk) -> Path:
        """The console's store of `desk`, which serves the database of that size."""
        return self._made(size, "store.sqlite", lambda file, _: make_store(file, desk))

    def _made(self, size: int, name: str, make: Callable[[Path, int], None]) -> Path:
        place = self.folder(size) / name
        if not place.exists():
            with _put_in_place(place) as unfinished:
                make(unfinished, size)
        return place


@contextmanager
def _put_in_place(place: Path) -> Iterator[Path]:
    """A place to make something at; it is moved to its own when it is whole."""
    unfinished = place.with_name(f"unfinished-{place.name}")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    if unfinished.is_dir():
        shutil.rmtree(unfinished)
    unfinished.unlink(missing_ok=True)
    yield unfinished
    unfinished.rename(place)
