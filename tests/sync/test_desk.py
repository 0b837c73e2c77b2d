"""The way to a desk is opened beside everything else."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from pathlib import Path

from deskero_tui.api.address import ClientOptions, DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.profile import Profile

PATIENCE_S = 10.0
NOWHERE = DeskAddress(base_url="http://127.0.0.1:9", client_id="x", api_token="eDp5")


async def test_the_loop_goes_on_while_a_client_is_made(tmp_path: Path) -> None:
    may_open = threading.Event()

    def open_client() -> DeskeroClient:
        assert may_open.wait(PATIENCE_S), "the loop waits for it"
        return DeskeroClient(NOWHERE, options=ClientOptions(allow_http=True))

    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = Desk(database, open_client=open_client, profile=Profile())
        starting = asyncio.create_task(desk.start(in_background=False))
        await asyncio.sleep(0)
        assert not starting.done()
        may_open.set()
        await starting
        await desk.close()
