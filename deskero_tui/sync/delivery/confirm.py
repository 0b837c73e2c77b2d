"""Finds out what became of a write that may have arrived (product.md §6).

The desk is looked at. One that honours idempotency keys then gets the stored request once more, any
other one is looked at several times. A message that no look has found is left to the agent; a
change or a deletion that the desk has not made goes again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import DeskeroError, Throttled, Unreachable
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.delivery_check import Finding, Found, ServerState, find, news_for
from deskero_tui.domain.outbox.items import Happening, OutboxItem
from deskero_tui.domain.outbox.merge import Hold
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import outbox, sent_requests
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import Attempt, Outcome
from deskero_tui.store.sent_requests import SentRequest
from deskero_tui.sync.delivery.absence import number_of
from deskero_tui.sync.delivery.capabilities import KnownCapabilities
from deskero_tui.sync.delivery.ledger import Ledger
from deskero_tui.sync.events import CopiesFound
from deskero_tui.sync.fresh import FreshReads
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

KEY_KEPT: Final = timedelta(hours=48)
"""A request is repeated with its key for this time after it first left."""
MORE_LOOKS: Final = 3
"""Further looks before the agent is asked, if the desk may honour keys but cannot say so now."""
MOST_RESENT: Final = 3
"""The number of times that a change or a deletion is repeated without asking."""

GONE: Final = "The ticket has been deleted meanwhile. Your text is kept."
STALE: Final = "The ticket changed while you were writing."
CONFLICT: Final = "Somebody else changed this meanwhile. Decide which value stays."
STILL_LOOKING: Final = "No answer came, and it is not on the desk yet. Looking again."
WITHOUT_FILES: Final = "It is on the desk without all of its files. Looking again."
NOT_MADE: Final = "No answer came, and the desk has not made this change. Trying again."
NO_PROOF: Final = (
    "No answer came, and it did not show up on the desk. "
    "Look at the ticket, then send it again, keep looking, or drop it."
)
FILES_MISSING: Final = (
    "It is on the desk without all of its files. "
    "Look at the ticket, then send it again, mark it as sent, or drop it."
)
CANNOT_TELL: Final = (
    "No answer came, and this desk cannot be asked whether it arrived. "
    "Look for it, then send it again, mark it as sent, or drop it."
)


class Confirmer:
    """Finds out about one unsure item at a time. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        client: DeskeroClient,
        capabilities: KnownCapabilities,
        fresh: FreshReads,
        ledger: Ledger,
        clock: Clock,
        profile: Profile,
    ) -> None:
        self._database = database
        self._client = client
        self._capabilities = capabilities
        self._fresh = fresh
        self._ledger = ledger
        self._clock = clock
        self._profile = profile

    async def confirm(self, item: OutboxItem) -> OutboxItem:
        """Look for an item once, or repeat its request with its key; the item as it is then.

        The wait between two looks is the caller's.

        Raises:
            DeskeroError: The desk could not be asked; nothing was moved.
        """
        sent = await self._database.read(lambda c: sent_requests.request_of(c, item.id))
        may_repeat = False if sent is None else await self._may_repeat(item, sent)
        state = await self._fresh.state_of(item)
        found = await self.find_in(state, item)
        if sent is None or not may_repeat or found.finding is Finding.GONE:
            looks = item.looks - len(self._profile.look_gaps_s)
            may_help_yet = may_repeat is None and looks < MORE_LOOKS
            return await self._note(item, found, asks_at_last=not may_help_yet)
        if found.finding is Finding.ABSENT and (hold := news_for(item, state)) is not None:
            return await self._hold(item, hold, STALE)
        try:
            new_id = await self._client.send(sent.request, key=sent.key)
        except DeskeroError as error:
            if not error.has_left or isinstance(error, Throttled):
                raise
            # No answer to a repeat proves anything: a right may have been withdrawn, or a
            # gateway may have answered. The next look at the ticket can prove it.
            return await self._note(item, found, asks_at_last=not error.may_be_done)
        if new_id is None:
            return await self._note(item, found, asks_at_last=False)
        return await self._confirmed(item, new_id)

    async def _may_repeat(self, item: OutboxItem, sent: SentRequest) -> bool | None:
        """Tell whether a second request cannot become a second message.

        `None` where the desk, which once had a name, does not say so just now.
        """
        age = self._clock.now() - sent.claimed_at
        if not item.is_message or not sent.scope or not timedelta() <= age < KEY_KEPT:
            return False
        try:
            capabilities = await self._capabilities.fresh()
        except Unreachable:
            raise
        except DeskeroError:
            return None
        if not capabilities.desk_id:
            return None
        is_same = self._capabilities.scope_of(capabilities) == sent.scope
        return is_same and capabilities.honours_key(sent.request.path)

    async def _confirmed(self, item: OutboxItem, new_id: str) -> OutboxItem:
        found = await self.read_back(item)
        if found is not None and found.finding is Finding.WITHOUT_FILES:
            return await self._ask_agent(item, FILES_MISSING)
        at = self._fresh.moment()
        return await self._ledger.move(
            item.id,
            Happening.CONFIRMED,
            at,
            attempt=Attempt(at, Outcome.SENT),
            ticket_id=item.ticket_id or TicketId(new_id),
        )

    async def read_back(self, item: OutboxItem) -> Found | None:
        """Look what a repeat has done, and tell the agent if it is on the desk twice.

        `None` where the desk cannot be asked just now.
        """
        try:
            found = await self.find_in(await self._fresh.state_of(item), item)
        except DeskeroError:
            return None
        await self._tell_of(item, found)
        return found

    async def _tell_of(self, item: OutboxItem, found: Found) -> None:
        if item.is_message and found.copies > 1 and found.ticket_id is not None:
            number = await number_of(self._database, found.ticket_id)
            self._ledger.tell(CopiesFound(item.id, number, found.copies))

    async def _note(self, item: OutboxItem, found: Found, *, asks_at_last: bool) -> OutboxItem:
        """Store what a look has shown.

        After the last look without a proof, ask the agent, unless a repeat may still help.
        """
        match found.finding:
            case Finding.THERE:
                after = await self._move(
                    item, Happening.FOUND_DONE, Outcome.FOUND, ticket_id=found.ticket_id
                )
                await self._tell_of(item, found)
                return after
            case Finding.GONE:
                return await self._move(item, Happening.REFUSED, Outcome.REFUSED, reason=GONE)
            case Finding.UNKNOWABLE:
                return await self._ask_agent(item, CANNOT_TELL)
            case Finding.NOT_APPLIED:
                return await self._not_applied(item, found)
            case Finding.ABSENT:
                last_reason = NO_PROOF if asks_at_last else None
                return await self._absent(item, STILL_LOOKING, last_reason)
            case Finding.WITHOUT_FILES:
                return await self._absent(item, WITHOUT_FILES, FILES_MISSING)
            case never:
                assert_never(never)

    async def _not_applied(self, item: OutboxItem, found: Found) -> OutboxItem:
        if found.hold is not None:
            return await self._hold(item, found.hold, CONFLICT)
        if item.resent >= MOST_RESENT:
            return await self._absent(item, STILL_LOOKING, NO_PROOF)
        return await self._move(
            item,
            Happening.STILL_ABSENT,
            Outcome.ABSENT,
            reason=NOT_MADE,
            looks=0,
            absent_since_ms=None,
            resent=item.resent + 1,
        )

    async def _hold(self, item: OutboxItem, what: Hold, reason: str) -> OutboxItem:
        now = self._clock.now()
        [held] = await self._ledger.change(
            lambda c: [outbox.hold(c, item.id, what, at=now, reason=reason)]
        )
        return held

    async def _absent(self, item: OutboxItem, reason: str, last_reason: str | None) -> OutboxItem:
        """Note a look in vain; after the last one ask the agent, giving `last_reason` if any."""
        if last_reason is not None and item.looks >= len(self._profile.look_gaps_s):
            return await self._ask_agent(item, last_reason)
        return await self._move(
            item,
            Happening.FOUND_ABSENT,
            Outcome.ABSENT,
            reason=reason,
            looks=item.looks + 1,
            absent_since_ms=to_ms(self._clock.now()),
        )

    async def _ask_agent(self, item: OutboxItem, reason: str) -> OutboxItem:
        return await self._move(
            item,
            Happening.UNDECIDABLE,
            Outcome.ABSENT,
            reason=reason,
            looks=item.looks + 1,
            needs_agent=True,
        )

    async def find_in(self, state: ServerState, item: OutboxItem) -> Found:
        """Tell whether an item that has left is among what the desk has shown."""
        file_names = await self._database.read(lambda c: outbox.file_names_of(c, item.id))
        others = await self._database.read(lambda c: outbox.sent_beside(c, item, state.ticket_ids))
        found = find(item, state, file_names)
        if not found.copies or not others:
            return found
        near = [one for one in others if await self._may_stand_on(state, one)]
        return find(item, state, file_names, near)

    async def _may_stand_on(self, state: ServerState, other: OutboxItem) -> bool:
        """Tell whether the message of another item could be on the ticket that was looked at.

        One to another ticket could where that has become part of this one.
        """
        if other.ticket_id is None or not state.ticket_ids or other.ticket_id in state.ticket_ids:
            return True
        try:
            return await self._fresh.ticket(other.ticket_id) is None
        except DeskeroError:
            return True

    async def _move(
        self,
        item: OutboxItem,
        happening: Happening,
        outcome: Outcome,
        reason: str = "",
        **columns: str | int | None,
    ) -> OutboxItem:
        attempt = Attempt(self._clock.now(), outcome)
        return await self._ledger.move(
            item.id, happening, reason=reason, attempt=attempt, **columns
        )
