"""The console, telling what was loaded when the first picture had been painted.

Run as a program, with the environment of an account; the argument is the file that the names of
the modules go into.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC
from pathlib import Path

from typing_extensions import override

from deskero_tui.cli.wiring import client_opener, profile_of, workplace
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.app import ConsoleSettings, DeskeroApp


class TellingDesk(Desk):
    """As ever; when its first picture has been painted the console asks for the writing half, and
    starts the desk.
    """

    told_to: Path
    has_told = False

    @override
    async def load_writing(self) -> None:
        self._tell_loaded()
        await super().load_writing()

    @override
    async def start(self, *, in_background: bool = True) -> None:
        self._tell_loaded()
        await super().start(in_background=in_background)

    def _tell_loaded(self) -> None:
        if not self.has_told:
            self.has_told = True
            self.told_to.write_text("\n".join(sys.modules), "utf-8")


def main() -> int:
    with workplace(Namespace()) as at:
        database = Database(at.places.store_file(at.account.store_name))
        desk = TellingDesk(
            database,
            open_client=client_opener(at.account, at.settings),
            profile=profile_of(at.settings),
        )
        desk.told_to = Path(sys.argv[1])
        settings = ConsoleSettings(
            zone=UTC,
            download_folder=at.places.data_folder,
            rescue_folders=(at.places.data_folder,),
        )
        app = DeskeroApp(desk, settings)
        app.run(mouse=False)
        database.close()
        return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
