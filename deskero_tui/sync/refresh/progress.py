"""How far a walk through all tickets has come, kept so that the next program can go on with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from sqlite3 import Connection
from typing import Final

from deskero_tui.store import lookups

MARK: Final = "walk"
KEPT: Final = timedelta(days=1)
"""After that too much has moved: a walk begins anew."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A walk under way. Pages are counted from 1, newest first."""

    began_ms: int
    next_page: int
    newest_ms: int
    """The latest change among the tickets read so far."""
    page_limit: int

    def is_of_use(self, *, now_ms: int, page_limit: int) -> bool:
        """Whether its pages are still about where they were."""
        age = timedelta(milliseconds=now_ms - self.began_ms)
        return timedelta() <= age < KEPT and page_limit == self.page_limit


def read_progress(connection: Connection) -> Progress | None:
    """The walk that was broken off; `None` when none was, or it was noted by another version."""
    noted = lookups.read_mark(connection, MARK)
    if noted is None:
        return None
    try:
        return Progress(**json.loads(noted))
    except (ValueError, TypeError):
        return None


def note_progress(connection: Connection, progress: Progress | None) -> None:
    """Keeps how far a walk has come; `None` when it has come to its end."""
    spelled = None if progress is None else json.dumps(asdict(progress))
    lookups.write_mark(connection, MARK, spelled)
