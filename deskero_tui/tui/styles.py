"""Finds the style files: in the installed package, else beside it in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import deskero_tui

SHEETS: Final = (
    "base.tcss",
    "inbox.tcss",
    "modals.tcss",
    "compose.tcss",
    "plain.tcss",
    "bare.tcss",
)


def style_paths() -> list[Path]:
    """The style sheets in the order they are read.

    Raises:
        FileNotFoundError: The installation is broken: there are none.
    """
    package = Path(deskero_tui.__file__).parent
    for folder in (package / "styles", package.parent / "styles"):
        if (folder / SHEETS[0]).is_file():
            return [folder / name for name in SHEETS]
    raise FileNotFoundError("the style sheets of deskero_tui are not installed")
