"""A program that sends what waits in a store, until all that is left asks the agent; to be killed
at any moment.

Arguments: the store, the desk's address, the client id, the API token, who we are.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outbox.items import OutboxItem
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.profile import Profile


def quick_profile(agent: str) -> Profile:
    """Waits short enough for a test."""
    return Profile(agent=agent, undo_s=0.0, look_gaps_s=(0.3, 0.3, 0.3), drain_retry_s=0.05)


async def drain(store: str, base_url: str, client_id: str, api_token: str, agent: str) -> None:
    address = DeskAddress(base_url=base_url, client_id=client_id, api_token=api_token)
    database = Database(Path(store))
    desk = Desk(database, open_client=lambda: DeskeroClient(address), profile=quick_profile(agent))
    await desk.start(in_background=False)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    await desk.outbox.hurry()
    items = [item.id for item in await desk.outbox.items()]
    while any(_is_looked_for(item) for item in await desk.outbox.settled(items, wait_s=60)):
        await desk.clock.sleep(0.05)
    await desk.close()
    database.close()


def _is_looked_for(item: OutboxItem) -> bool:
    return item.is_looked_for and item.moves_by_itself


if __name__ == "__main__":
    asyncio.run(drain(*sys.argv[1:]))
