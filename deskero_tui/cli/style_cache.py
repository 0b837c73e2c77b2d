"""The styles of the list, kept from one console to the next.

With them the tickets are painted before the style sheets are read. Without them, or on another kind
of terminal than before, the tickets appear a moment later.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deskero_tui.private_files import write_private
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.list_view.first_frame import ListLooks
from deskero_tui.tui.styles import style_paths
from deskero_tui.tui.terminal.looks import OFF_CODES, Look
from deskero_tui.tui.widgets.ticket_lines import LOOKS

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 400_000
MOST_KINDS: Final = 8
"""Maximum number of terminals and themes; the oldest are dropped."""
_COLOUR: Final = re.compile("[0-9;]{0,20}", re.ASCII)


class StyleCache:
    """The cached styles of one kind of terminal with one theme."""

    def __init__(self, path: Path, appearance: Appearance) -> None:
        """Read the cache; `path` holds all kinds."""
        self._path = path
        self._kind = _kind_of(appearance)
        self.looks: Final = _looks_in(_read(path).get(self._kind))
        """`None` if this kind is not in the cache."""

    def keep(self, looks: ListLooks) -> None:
        """Write the styles for the next console; log it if the disk refuses them. On any thread."""
        kept = _read(self._path)
        kept.pop(self._kind, None)
        kept[self._kind] = {"plain": _told(looks.plain), "under_cursor": _told(looks.under_cursor)}
        try:
            write_private(self._path, json.dumps(dict(list(kept.items())[-MOST_KINDS:])))
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._path, error)


def _kind_of(appearance: Appearance) -> str:
    """Return what the styles depend on: colours, theme, and the times of the style files."""
    themes = Path(__file__).parents[1] / "tui" / "themes.py"
    stamps = [path.stat().st_mtime_ns for path in (*style_paths(), themes)]
    classes = sorted(appearance.classes)
    return json.dumps([appearance.abilities.colours.value, appearance.theme, *classes, *stamps])


def _looks_in(told: object) -> ListLooks | None:
    if not isinstance(told, dict):
        return None
    plain, under_cursor = (_looks(told.get(name)) for name in ("plain", "under_cursor"))
    return ListLooks(plain, under_cursor) if plain and under_cursor else None


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            read = json.loads(file.read(MOST_BYTES))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s cannot be read: %s", path, error)
        return {}
    return read if isinstance(read, dict) else {}


def _told(looks: Mapping[str, Look]) -> dict[str, list[str]]:
    return {
        name: [look.foreground, look.background, *sorted(look.attributes)]
        for name, look in looks.items()
    }


def _looks(told: object) -> dict[str, Look] | None:
    """Return the styles of all names; `None` if one is missing or not valid."""
    if not isinstance(told, dict):
        return None
    looks = {name: look for name in LOOKS if (look := _look(told.get(name))) is not None}
    return looks if len(looks) == len(LOOKS) else None


def _look(told: object) -> Look | None:
    match told:
        case [str(foreground), str(background), *more]:
            attributes = frozenset(one for one in more if one in OFF_CODES)
            is_sound = _COLOUR.fullmatch(foreground) and _COLOUR.fullmatch(background)
            return Look(foreground, background, attributes) if is_sound else None
    return None
