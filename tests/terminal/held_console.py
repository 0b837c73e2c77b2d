"""The console, held up where it begins to load Textual.

Run as a program with two files as the first arguments: it writes into the first that it is held,
and goes on, or fails, when the second says so (`go`, `fail`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from typing_extensions import override


class Gate(MetaPathFinder):
    """Finds nothing, and keeps whoever looks for Textual waiting."""

    def __init__(self, told_to: Path, word_from: Path) -> None:
        self._told_to = told_to
        self._word_from = word_from

    @override
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "textual":
            self._told_to.touch()
            while not self._word_from.exists():
                time.sleep(0.01)
            sys.meta_path.remove(self)
            if self._word_from.read_text("utf-8") == "fail":
                raise ImportError("there is no Textual here")
        return None


if __name__ == "__main__":
    told_to, word_from, *arguments = sys.argv[1:]
    sys.meta_path.insert(0, Gate(Path(told_to), Path(word_from)))
    from deskero_tui.cli.program import run_program

    sys.exit(run_program(arguments))
