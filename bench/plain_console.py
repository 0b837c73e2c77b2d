"""The console without its byte layer: Textual's own compositor and its own writing.

Run as `python -m bench.plain_console`, with the command line of `deskero-tui`.
"""

from __future__ import annotations

import sys
from typing import Any

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen
from typing_extensions import override

import deskero_tui.tui.app as app_module
from deskero_tui.cli.program import run_program


class PlainConsole(app_module.DeskeroApp):
    """Paints as Textual does."""

    @override
    def _frugal(self, screen: Screen[Any]) -> Screen[Any]:
        return screen

    @override
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        App._display(self, screen, renderable)


if __name__ == "__main__":
    # What opens the console takes the application from its module.
    app_module.DeskeroApp = PlainConsole  # type: ignore[misc]
    sys.exit(run_program(sys.argv[1:]))
