"""Keeps what was searched for from one console to the next; nothing else hangs on it.

Searches name customers, so the file is readable by its owner only. Of two consoles that run at the
same time, the one that ends last is remembered.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Final

from deskero_tui.domain.query.search_history import Searches
from deskero_tui.private_files import write_private

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 400_000
MOST_CHARS: Final = 1_000
"""Of one search; a longer text is none that was typed."""


def read_searches(path: Path) -> Searches:
    """The searches of before; none where there is no such file, or something else is in it."""
    try:
        with path.open("rb") as file:
            read = json.loads(file.read(MOST_BYTES))
    except FileNotFoundError:
        return Searches()
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s cannot be read: %s", path, error)
        return Searches()
    if not isinstance(read, list):
        return Searches()
    return Searches(
        words for words in read if isinstance(words, str) and 0 < len(words) <= MOST_CHARS
    )


def keep_searches(path: Path, searches: Searches) -> None:
    """Writes them; a disk that does not take them is logged."""
    try:
        write_private(path, json.dumps(searches.kept))
    except OSError as error:
        _log.warning("%s cannot be written: %s", path, error)
