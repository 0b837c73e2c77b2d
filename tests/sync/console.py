"""One console's writing half on a desk double, moved step by step instead of by a loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.items import ItemId, OutboxItem, State
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import outbox as store
from deskero_tui.store import turns
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.ledger import Ledger
from deskero_tui.sync.delivery.push import Push
from deskero_tui.sync.drafts import Drafts
from deskero_tui.sync.events import Event
from deskero_tui.sync.fresh import FreshReads
from deskero_tui.sync.outbox import Outbox
from deskero_tui.sync.profile import Profile
from tests.support.desk_double import DeskDouble, Killed, MovableClock

MOST_STEPS = 2000
T1, T2 = TicketId("t1"), TicketId("t2")


class Console:
    """A store that lasts, and rules that end and begin anew with `restart`."""

    def __init__(
        self,
        store_file: Path,
        desk: DeskDouble,
        clock: MovableClock,
        *,
        me: str = "a1",
        undo_s: float = 0.0,
    ) -> None:
        self.me = AgentId(me)
        self.desk = desk
        self.clock = clock
        self.profile = Profile(agent=me, undo_s=undo_s, reply_as_html=False)
        self.told: list[Event] = []
        self._store_file = store_file
        self._last_read_ms = 0

    async def start(self) -> None:
        self._stack = AsyncExitStack()
        self.database = Database(self._store_file)
        address = DeskAddress(base_url="http://127.0.0.1", client_id=self.me, api_token="eA==")
        self.client = await self._stack.enter_async_context(
            DeskeroClient(address, clock=self.clock, transport=self.desk)
        )
        tell = self.told.append
        ledger = Ledger(self.database, self.clock, tell)
        self.fresh = FreshReads(self.database, self.client, self._next_read_ms, tell)
        self.push = Push(self.database, self.client, self.fresh, ledger, self.clock, self.profile)
        self.outbox = Outbox(
            self.database, ledger, self.clock, self.profile, tell, lambda: self.me, self.push.wake
        )
        self.drafts = Drafts(self.database, self.clock, tell)

    async def stop(self) -> None:
        await self.push.stop()
        await self._stack.aclose()
        self.database.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def step(self) -> float:
        """One round, and all that it began; seconds until another item could be due.

        A program that is killed on the way is started again.
        """
        try:
            wait_s = await self.push.round()
            await self.push.at_rest()
        except Killed:
            await self.restart()
            return 0.0
        return wait_s

    async def drain(self) -> None:
        """Steps, with time passing in between, until nothing moves by itself any more."""
        for _ in range(MOST_STEPS):
            wait_s = await self.step()
            if not await self._moves():
                return
            self.clock.pass_by(max(wait_s, 0.05))
        raise AssertionError("the outbox does not come to rest")

    async def see(self, ticket_id: str) -> None:
        """Brings a ticket into the store, as a refresh would."""
        await self.fresh.ticket(TicketId(ticket_id))

    async def item(self, item_id: ItemId) -> OutboxItem:
        return await self.database.read(lambda c: store.item_of(c, item_id))

    async def files(self, item_id: ItemId) -> list[store.KeptFile]:
        return await self.database.read(lambda c: store.files_of(c, item_id))

    async def state(self, item_id: ItemId) -> State:
        return (await self.item(item_id)).state

    async def _moves(self) -> bool:
        heads = await self.database.read(turns.heads)
        return any(item.moves_by_itself for item in heads)

    def _next_read_ms(self) -> int:
        self._last_read_ms = max(self._last_read_ms + 1, to_ms(self.clock.now()))
        return self._last_read_ms


def two_tickets(clock: MovableClock) -> DeskDouble:
    """A desk with tickets t1 and t2."""
    desk = DeskDouble(clock)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    return desk


@asynccontextmanager
async def opened(console: Console) -> AsyncIterator[Console]:
    """A started console that has both tickets in its store; stopped at the end."""
    await console.start()
    await console.see(T1)
    await console.see(T2)
    yield console
    await console.stop()
