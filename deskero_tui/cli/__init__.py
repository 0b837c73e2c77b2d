"""The program: reads arguments, builds every object, starts a front end; knows all parts."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `deskero-tui` and return the exit code. Never raises a `DeskeroError`.

    Only what is needed is imported.
    """
    from deskero_tui.cli.streams import prepare_streams, run_to_end

    given = sys.argv[1:] if arguments is None else arguments
    prepare_streams()
    return run_to_end(lambda: _run(given))


def _run(given: Sequence[str]) -> int:
    from deskero_tui.cli.program import run_program

    return run_program(given)
