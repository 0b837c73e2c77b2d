"""The console with a fault built in, to see what a crash shows: `X` raises an error nobody expects.

Run as a program, with the environment of an account.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from datetime import UTC

from deskero_tui.cli.wiring import open_desk, workplace
from deskero_tui.tui.app import ConsoleSettings, DeskeroApp


class CrashingApp(DeskeroApp):
    """As ever, but for one command."""

    def on_mount(self) -> None:
        super().on_mount()
        self.bind("X", "crash")

    def action_crash(self) -> None:
        token = os.environ["DESKERO_API_TOKEN"]
        text = "a local of the failing action"
        raise RuntimeError(f"failed on purpose, {len(token) + len(text)} letters in hand")


def main() -> int:
    with workplace(Namespace()) as at, open_desk(at) as desk:
        app = CrashingApp(
            desk,
            ConsoleSettings(
                zone=UTC,
                download_folder=at.places.data_folder,
                log_file=at.places.log_file,
                rescue_folders=(at.places.data_folder,),
            ),
        )
        app.run(mouse=False)
        return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
