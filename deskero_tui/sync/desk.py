"""`Desk`: the only object a front end holds. Reads come from the store, writes by the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import SYSTEM_CLOCK, Clock
from deskero_tui.domain.errors import BadInput, DeskeroError, Unreachable
from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.terms import Person
from deskero_tui.domain.time.epoch import from_ms, to_ms
from deskero_tui.store import lookups, pins, tickets
from deskero_tui.store.database import Database
from deskero_tui.sync.connection import DeskConnection, load
from deskero_tui.sync.events import (
    Event,
    Link,
    LinkChanged,
    LinkState,
    ListsChanged,
    TicketsChanged,
)
from deskero_tui.sync.profile import Profile, require_known
from deskero_tui.sync.reads import Reads, person_choice
from deskero_tui.sync.reminders import Reminders

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.domain.records.conversation import FileLine
    from deskero_tui.domain.records.people import Customer
    from deskero_tui.sync.delivery.ledger import Ledger
    from deskero_tui.sync.delivery.push import Push
    from deskero_tui.sync.drafts import Drafts
    from deskero_tui.sync.outbox import Outbox
    from deskero_tui.sync.refresh.customers import CustomerReads
    from deskero_tui.sync.refresh.pull import Pull

_log = logging.getLogger(__name__)

MERGE_S: Final = 0.05
"""Changes of tickets within so many seconds are told as one fact."""
SEARCHED_FROM_CHARS: Final = 3
"""Shorter words are looked up among the customers seen so far only."""
START_PATIENCE_S: Final = 10.0
"""How long something that needs the desk waits for the way to it to be opened."""
REFRESHED_MARK: Final = "refreshed"


class Desk(Reads):
    """One account: its store, its loops and its rules. Lives on the event loop.

    Reading works from the moment it is made; writing and refreshing from `start` on.
    """

    def __init__(
        self,
        database: Database,
        *,
        open_client: Callable[[], DeskeroClient],
        wake_desk: Callable[[], None] | None = None,
        stop_opening: Callable[[], None] = lambda: None,
        profile: Profile,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        """`open_client` makes the client, not yet entered; it is called by `start`, on a
        thread, and may wait there. So is `wake_desk`, for a desk of our own that is out of reach.
        `stop_opening` has both come to an end at once.

        Raises:
            StoreBroken: The store cannot be read.
        """
        super().__init__(database, profile, clock)
        self._way = DeskConnection(
            open_client=open_client,
            wake_desk=wake_desk,
            stop_opening=stop_opening,
            clock=clock,
            begin=self._begin,
            on_woken=self._woken,
        )
        self._listeners: list[Callable[[Event], None]] = []
        self._changed: set[TicketId] = set()
        self._merging: asyncio.TimerHandle | None = None
        self._stack = AsyncExitStack()
        self._running: _Running | None = None
        self._starting = asyncio.Lock()
        self._start_is_over = asyncio.Event()
        self._outgoing: _Outgoing | None = None
        self._loading = asyncio.Lock()
        self.reminders = Reminders(database, clock, lambda: self.me, self._hear)
        """The agent's reminders; watched from `start` on."""
        refreshed = database.read_now(lambda c: lookups.read_mark(c, REFRESHED_MARK))
        self._first_link = Link(
            LinkState.CONNECTING,
            clock.now(),
            refreshed_at=from_ms(int(refreshed)) if refreshed else None,
        )

    # -- life ---------------------------------------------------------------------------------

    async def start(self, *, in_background: bool = True) -> None:
        """Opens the client and begins to refresh. Never waits for the network, only for a desk of
        our own that is being started.

        Without `in_background` nothing is refreshed but by `refresh_now`, and the outbox is sent
        from the first time on that something is put into it or decided about it.

        Raises:
            BadConfig: The address or the credentials cannot be used as they are.
            Unreachable: A desk of our own could not be started.
        """
        async with self._starting:
            if self._running is not None:
                return
            self._start_is_over.clear()
            self._stand(LinkState.CONNECTING)
            try:
                await self._start(in_background=in_background)
            finally:
                self._start_is_over.set()

    async def _start(self, *, in_background: bool) -> None:
        await self.load_writing()
        try:
            opened = await self._way.opened()
        except DeskeroError as error:
            _log.warning("no way to the desk: %s", error.detail or error.user_message)
            self._stand(LinkState.OFFLINE, error.user_message)
            raise
        from deskero_tui.sync.delivery.push import Push
        from deskero_tui.sync.fresh import FreshReads
        from deskero_tui.sync.refresh.customers import CustomerReads
        from deskero_tui.sync.refresh.pull import Pull

        client = await self._stack.enter_async_context(opened)
        pull = Pull(self._database, client, self.clock, self.profile, self._hear, self._first_link)
        fresh = FreshReads(self._database, client, pull.next_read_ms, self._hear)
        customers = CustomerReads(self._database, client, pull.next_read_ms, self._hear)
        ledger = self._open_outgoing().ledger
        push = Push(
            self._database,
            client,
            fresh,
            ledger,
            self.clock,
            self.profile,
            on_unreachable=pull.doubt,
        )
        self._running = _Running(client, pull, push, customers)
        if in_background:
            self._running.loops = (
                self._begin(pull.run(), "desk-pull"),
                self._begin(self.reminders.run(), "desk-reminders"),
            )
            self._drain()

    async def load_writing(self) -> None:
        """Loads the writing half on a thread, where nothing has asked for it yet."""
        async with self._loading:
            if self._outgoing is None:
                await asyncio.to_thread(load, _LOADED_TO_WRITE)

    @property
    def has_failed_to_start(self) -> bool:
        """Whether there is no way to the desk, and will be none before another `start`."""
        return self._running is None and self._start_is_over.is_set()

    def _stand(self, state: LinkState, reason: str = "") -> None:
        """Says how we stand with a desk that there is no way to yet."""
        if state is not self._first_link.state:
            self._first_link = replace(
                self._first_link, state=state, since=self.clock.now(), reason=reason
            )
            self._tell(LinkChanged(self._first_link))

    async def close(self) -> None:
        """Lets requests under way come to their end, then stops the loops and closes the client.
        Nothing waits for a start any more.

        The store stays open: it belongs to whoever opened it.
        """
        self._way.close()
        if self._running is not None:
            push_task = self._running.push_task
            loops = [*self._running.loops, *([push_task] if push_task else [])]
            for task in loops:
                task.cancel()
            if loops:
                await asyncio.wait(loops)
            await self._running.push.stop()
            self._running = None
        self._start_is_over.set()
        if self._merging is not None:
            self._merging.cancel()
            self._merging = None
        await self._stack.aclose()

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Tells `listener` every fact from now on, on the loop; what is answered ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def link(self) -> Link:
        """How we stand with the desk just now."""
        link = self._running.pull.link if self._running else self._first_link
        if self._way.trouble and link.state is LinkState.OFFLINE:
            # Who pulls knows only that it cannot be reached.
            return replace(link, reason=self._way.trouble, short_reason="")
        return link

    # -- what is done --------------------------------------------------------------------------

    @property
    def outbox(self) -> Outbox:
        """What can be done to tickets, kept until it is done; works before `start`, too."""
        return self._open_outgoing().outbox

    @property
    def drafts(self) -> Drafts:
        """What is half written; works before `start`, too."""
        return self._open_outgoing().drafts

    async def create_customer(self, name: str, email: str) -> CustomerId:
        """Adds a customer at once: a ticket can only be opened for one whom the desk knows.

        Raises:
            BadInput: The name or the address is missing.
            NotAllowed: It has to be known who we are, and is not.
            DeskeroError: They were not added, or (`Unclear`, `ServerFault`) perhaps.
        """
        if not name.strip() or not email.strip():
            raise BadInput("A new customer needs a name and an address.")
        require_known(self.profile, self.me)
        running = await self._once_started()
        return await running.client.insert_customer(name.strip(), email.strip())

    async def find_customers(self, holding: str) -> list[Choice]:
        """Customers whose name or address holds `holding`: those seen so far, then the desk's.

        Raises:
            DeskeroError: Neither the store nor the desk could be asked.
        """
        seen = await self.customers(holding)
        if seen or len(holding) < SEARCHED_FROM_CHARS:
            return seen
        running = await self._once_started()
        found = await running.client.customers({"name": holding})
        return [_customer_choice(customer) for customer in found]

    def refresh(self) -> None:
        """Asks for a refresh now, and for a desk of our own that answers."""
        pull = self._started().pull
        if pull.link.state is LinkState.OFFLINE:
            self._way.wake(at_once=True)
        pull.ask_for_refresh()

    async def refresh_now(self, *, thoroughly: bool = False) -> None:
        """Makes the store as the desk is now, and comes back when it is.

        `thoroughly` reads every ticket again, not only as far as something is new.

        Raises:
            DeskeroError: It could not be done in full.
        """
        await self._started().pull.refresh(thoroughly=thoroughly)

    async def open_ticket(self, ticket_id: TicketId) -> None:
        """Notes that the agent looks at a ticket, and reads it afresh from the desk.

        Raises:
            DeskeroError: The desk could not be asked; the store has what it had.
        """
        if await self._database.write(lambda c: tickets.mark_seen(c, ticket_id)):
            self._hear(TicketsChanged(frozenset([ticket_id])))
        await self.read_afresh(ticket_id)

    async def read_afresh(self, ticket_id: TicketId) -> None:
        """Brings one ticket into the store as the desk has it now; one that is gone goes.

        Raises:
            DeskeroError: The desk could not be asked; the store has what it had.
        """
        running = await self._once_started()
        await running.pull.take(ticket_id)

    async def read_customer(self, customer_id: CustomerId) -> None:
        """Brings a customer and their tickets into the store as the desk has them now.

        Raises:
            DeskeroError: The desk could not be asked; the store has what it had.
        """
        running = await self._once_started()
        await running.customers.take(customer_id)

    async def toggle_pin(self, ticket_id: TicketId) -> bool:
        """Pins a ticket, or takes its pin away; whether it is pinned now. No desk hears of that.

        Raises:
            StoreBroken: The store cannot be written.
        """
        at_ms = to_ms(self.clock.now())
        is_pinned = await self._database.write(lambda c: pins.toggle_pin(c, ticket_id, at_ms=at_ms))
        self._hear(TicketsChanged(frozenset([ticket_id])))
        return is_pinned

    async def save_attachment(self, file: FileLine, folder: Path) -> Path:
        """Fetches an attachment into `folder`; where it lies then.

        Raises:
            DeskeroError: It could not be fetched or written; nothing is left behind.
        """
        from deskero_tui.sync.drop_folder import DropFolder
        from deskero_tui.sync.files import write_file

        root = self.profile.file_root
        room_bytes = None if root is None else await asyncio.to_thread(DropFolder(root).room_bytes)
        running = await self._once_started()
        async with running.client.download(file.source) as content:
            return await write_file(folder, file.source.file_name, content, room_bytes=room_bytes)

    # -- private -------------------------------------------------------------------------------

    async def _once_started(self) -> _Running:
        """What runs; a key may come before the way to the desk is open, and waits for it then.

        Raises:
            Unreachable: The start has failed, takes too long, or nobody has begun it.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._start_is_over.wait(), START_PATIENCE_S)
        return self._started()

    def _started(self) -> _Running:
        if self._running is None:
            raise Unreachable(
                self._first_link.reason
                or "The console is not connected to a desk yet. Try again in a moment."
            )
        return self._running

    def _open_outgoing(self) -> _Outgoing:
        """The writing half, made when it is first asked for: the first picture does without."""
        if self._outgoing is None:
            from deskero_tui.sync.delivery.ledger import Ledger
            from deskero_tui.sync.drafts import Drafts
            from deskero_tui.sync.outbox import Outbox

            ledger = Ledger(self._database, self.clock, self._hear)
            outbox = Outbox(
                self._database,
                ledger,
                self.clock,
                self.profile,
                self._hear,
                lambda: self.me,
                self._drain,
            )
            self._outgoing = _Outgoing(
                ledger, outbox, Drafts(self._database, self.clock, self._hear)
            )
        return self._outgoing

    def _drain(self) -> None:
        """Sees to it that what is due is sent, if we are started."""
        running = self._running
        if running is None:
            return
        if running.push_task is None:
            running.push_task = self._begin(running.push.run(), "desk-push")
        running.push.wake()

    def _woken(self, is_awake: bool) -> None:
        """A desk of our own was woken, or the link has another reason now."""
        if not is_awake:
            self._tell(LinkChanged(self.link))
        elif self._running is not None:
            self._running.pull.ask_for_refresh()

    def _begin(self, loop: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(loop, name=name)
        task.add_done_callback(self._loop_ended)
        return task

    def _hear(self, event: Event) -> None:
        """Passes a fact on; changes of tickets that come close together as one."""
        match event:
            case TicketsChanged(ids):
                self._changed |= ids
                if self._merging is None:
                    loop = asyncio.get_running_loop()
                    self._merging = loop.call_later(MERGE_S, self._tell_changed)
                return
            case LinkChanged(link) if link.is_up and self._running:
                self._way.trouble = ""
                self._running.push.link_is_back()
            case LinkChanged(Link(state=LinkState.OFFLINE)) if self._running:
                event = LinkChanged(self.link)
                self._way.wake()
            case ListsChanged():
                self.learn_lists()
                self.reminders.look_again()
        self._tell(event)

    def _loop_ended(self, loop_task: asyncio.Task[None]) -> None:
        """A loop never ends by itself: one that does has met a fault of ours, and that is said."""
        error = None if loop_task.cancelled() else loop_task.exception()
        if error is not None:
            _log.error("%s has ended", loop_task.get_name(), exc_info=error)
            reason = "The console has met a fault of its own. What you write is kept; start anew."
            self._tell(LinkChanged(Link(LinkState.OFFLINE, self.clock.now(), reason)))

    def _tell_changed(self) -> None:
        self._merging = None
        changed, self._changed = frozenset(self._changed), set()
        self.reminders.look_again()
        self._tell(TicketsChanged(changed))

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)


_LOADED_TO_WRITE: Final = tuple(
    f"deskero_tui.sync.{name}" for name in ("delivery.ledger", "outbox", "drafts")
)


@dataclass(slots=True)
class _Running:
    """What exists between `start` and `close`."""

    client: DeskeroClient
    pull: Pull
    push: Push
    customers: CustomerReads
    loops: tuple[asyncio.Task[None], ...] = ()
    push_task: asyncio.Task[None] | None = None
    """`None` until something has to be sent."""


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """What belongs to writing; outlives `close`, for it needs the store alone."""

    ledger: Ledger
    outbox: Outbox
    drafts: Drafts


def _customer_choice(customer: Customer) -> Choice:
    return person_choice(Person(customer.id, customer.name, customer.email))
