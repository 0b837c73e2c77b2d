"""How often each command was run from the palette, kept from one console to the next.

Of two consoles that run at the same time, the one that ends last writes the file.
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
"""A greater number in the file is not a count."""


def read_history(path: Path) -> Counter[str]:
    """Return the counts by command id; none if the file is missing or not valid."""
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
    """Write the counts, readable by their owner only; log it if the disk refuses them."""
    try:
        write_private(path, json.dumps(uses, sort_keys=True))
    except OSError as error:
        _log.warning("%s cannot be written: %s", path, error)
