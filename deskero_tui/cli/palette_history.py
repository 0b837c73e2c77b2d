"""Keeps what the palette was used for from one console to the next; nothing else hangs on it.

Of two consoles that run at the same time, the one that ends last is remembered.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from pathlib import Path
from typing import Final

from deskero_tui.private_files import write_private

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 100_000
MOST_USES: Final = 1_000_000
"""More than anybody gives a command; a greater number is no count."""


def read_history(path: Path) -> Counter[str]:
    """The counts by command id; none where there is no such file, or something else is in it."""
    try:
        with path.open("rb") as file:
            read = json.loads(file.read(MOST_BYTES))
    except FileNotFoundError:
        return Counter()
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s cannot be read: %s", path, error)
        return Counter()
    if not isinstance(read, dict):
        return Counter()
    return Counter(
        {id: uses for id, uses in read.items() if type(uses) is int and 0 < uses <= MOST_USES}
    )


def write_history(path: Path, uses: Counter[str]) -> None:
    """Writes the counts, readable by their owner only; a disk that does not take them is logged."""
    try:
        write_private(path, json.dumps(uses, sort_keys=True))
    except OSError as error:
        _log.warning("%s cannot be written: %s", path, error)
