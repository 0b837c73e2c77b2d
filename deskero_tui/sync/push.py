"""Sends what waits in the outbox: one program per account, one item per ticket at a time.

Before the first byte of a write leaves, the ticket was read afresh and `sending` is on the disk; so
whatever ends this program, the next one knows what may have arrived.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, assert_never

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.comparing import Hold
from deskero_tui.domain.contents import (
    CreateContent,
    DeleteContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.delivery_check import Done, Gone, Merged, Proceed, ServerState, check
from deskero_tui.domain.epoch import to_ms
from deskero_tui.domain.errors import (
    BadInput,
    DeskeroError,
    NotAllowed,
    Refused,
    Throttled,
    Unreachable,
)
from deskero_tui.domain.html import text_to_html
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox import Happening, ItemId, MoveRefused, OutboxItem, State, remaining_s
from deskero_tui.domain.outgoing import OutgoingNote, OutgoingReply, UploadFile
from deskero_tui.domain.write_request import WriteRequest
from deskero_tui.store import drafts, outbox, sent_requests
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import Attempt, Outcome
from deskero_tui.store.sent_requests import SentRequest
from deskero_tui.sync.absence import merged_words, number_of
from deskero_tui.sync.capabilities import KnownCapabilities
from deskero_tui.sync.confirm import CONFLICT, GONE, Confirmer
from deskero_tui.sync.drain_lock import DrainLock
from deskero_tui.sync.fresh import FreshReads
from deskero_tui.sync.ledger import Ledger
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

_log = logging.getLogger(__name__)

AT_ONCE: Final = 4
"""Tickets that are written to at the same time."""
LOOKED_AT: Final = 64
"""Items that are considered in one round; with a bulk change thousands may wait."""
FIRST_WAIT_S: Final = 1.0
MOST_WAIT_S: Final = 60.0
LEAVE_S: Final = 5.0
"""How long a request under way may take to end when the program does; then it is cut off, and what
became of it is found out at the next start."""

STALE: Final = "The ticket changed while you were writing."
NO_ANSWER: Final = "The desk did not say whether it took this. Looking whether it arrived."


class Push:
    """The drainer of one account in this program. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        client: DeskeroClient,
        fresh: FreshReads,
        ledger: Ledger,
        clock: Clock,
        profile: Profile,
        *,
        on_unreachable: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_unreachable` is called when something could not be sent because nobody answered."""
        self._database = database
        self._client = client
        self._fresh = fresh
        self._ledger = ledger
        self._clock = clock
        self._profile = profile
        self._on_unreachable = on_unreachable
        self._capabilities = KnownCapabilities(database, client, clock)
        self._confirmer = Confirmer(
            database, client, self._capabilities, fresh, ledger, clock, profile
        )
        self._look_gaps = [timedelta(seconds=gap_s) for gap_s in profile.look_gaps_s]
        self._lock = DrainLock(database.path)
        self._random = Random()
        self._wake = asyncio.Event()
        self._running: dict[ItemId, asyncio.Task[None]] = {}
        self._leaving: set[ItemId] = set()
        """Whose request may be under way: not cut off lightly."""
        self._ends: dict[tuple[ItemId, int], float] = {}
        """When a span is over on the monotonic clock, by item and by when it should be over on the
        wall clock: measured from when it was first seen, so that neither jump matters."""
        self._failures: dict[ItemId | None, int] = {}
        """In a row, by item; `None` for those that concern the whole desk."""
        self._next_look_s = 0.0
        self._pause_ends_s = 0.0
        self._pause_is_asked = False
        """Whether the desk itself asked for the pause: then the link coming back does not end it.
        """

    # -- life ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Sends for ever. No trouble with desk or store ends it."""
        while True:
            try:
                wait_s = await self.round()
            except DeskeroError as error:
                _log.error("cannot look into the outbox: %s", error.detail or error.user_message)
                wait_s = self._profile.drain_retry_s
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    def wake(self) -> None:
        """Makes the drainer look now: something was queued or decided."""
        self._wake.set()

    def link_is_back(self) -> None:
        """The desk answers again: what only waited for that need not wait longer."""
        if not self._pause_is_asked and self._pause_ends_s:
            self._end_pause()
            self._wake.set()

    async def stop(self) -> None:
        """Lets requests under way end, at most for `LEAVE_S`; then gives the lock to others."""
        for item_id, task in self._running.items():
            if item_id not in self._leaving:
                task.cancel()
        if self._running:
            await asyncio.wait(self._running.values(), timeout=LEAVE_S)
        for task in self._running.values():
            task.cancel()
        if self._running:
            await asyncio.wait(self._running.values())
        self._lock.release()

    async def at_rest(self) -> None:
        """Waits until every item under way has come to its end."""
        while self._running:
            await asyncio.wait(self._running.values())
            self._reap()

    # -- what is due ---------------------------------------------------------------------------

    async def round(self) -> float:
        """Starts every item that is due; seconds until another could be.

        Raises:
            StoreBroken: The store cannot be used just now.
        """
        self._reap()
        self._look()
        if not self._ledger.counts.waiting:
            if not self._running:
                self._lock.release()
            return self._profile.drain_retry_s
        if not self._lock.is_held and not await self._take_lock():
            return self._profile.drain_retry_s
        if len(self._running) >= AT_ONCE:
            return self._profile.drain_retry_s
        heads = await self._database.read(lambda c: outbox.heads(c, most=LOOKED_AT))
        self._forget_spans({item.id for item in heads})
        wait_s = self._profile.drain_retry_s
        for item in heads:
            if item.id in self._running:
                continue
            item_wait_s = self._wait_s(item)
            if item_wait_s > 0:
                wait_s = min(wait_s, item_wait_s)
            elif len(self._running) < AT_ONCE:
                self._running[item.id] = asyncio.create_task(
                    self._go_on(item), name=f"push-{item.id}"
                )
        return wait_s

    def _look(self) -> None:
        """Notices from time to time what other programs did; own moves are known anyway."""
        now_s = self._clock.monotonic()
        if now_s >= self._next_look_s:
            self._ledger.look()
            self._next_look_s = now_s + self._profile.drain_retry_s

    async def _take_lock(self) -> bool:
        if not self._lock.try_take():
            return False
        now = self._clock.now()

        def clean(connection: Connection) -> None:
            outbox.forget_ended(connection, now=now)
            drafts.forget_old_versions(connection, now=now)

        await self._database.write(clean)
        return True

    def _wait_s(self, item: OutboxItem) -> float:
        """Real seconds until it may move; 0 when it may."""
        now_s, now = self._clock.monotonic(), self._clock.now()
        ends_s = self._pause_ends_s
        for began, ends in item.waits(self._look_gaps):
            span = (item.id, to_ms(ends))
            if span not in self._ends:
                self._ends[span] = now_s + remaining_s(began, ends, now)
            ends_s = max(ends_s, self._ends[span])
        return max(ends_s - now_s, 0.0)

    def _forget_spans(self, heads: set[ItemId]) -> None:
        self._ends = {span: end for span, end in self._ends.items() if span[0] in heads}

    def _reap(self) -> None:
        """Takes the tasks that have ended; what none of them expected is raised here."""
        for item_id, task in list(self._running.items()):
            if task.done():
                del self._running[item_id]
                if not task.cancelled():
                    task.result()

    # -- one item ------------------------------------------------------------------------------

    async def _go_on(self, item: OutboxItem) -> None:
        """Moves one item as far as it goes now."""
        try:
            match item.state:
                case State.QUEUED:
                    await self._send(item)
                case State.UNSURE:
                    await self._confirm(item)
                case State.SENDING:
                    # We hold the lock and have not begun it: whoever did is gone.
                    await self._ledger.move(item.id, Happening.FOUND_SENDING, reason=NO_ANSWER)
                case State.HELD | State.REFUSED | State.SENT | State.DROPPED:
                    pass
                case never:
                    assert_never(never)
        except MoveRefused as error:
            _log.info("item %d was moved meanwhile: %s", item.id, error.detail)
        except DeskeroError as error:
            _log.error("item %d: %s", item.id, error.detail or error.user_message)
            self._pause(self._next_wait_s(None), is_asked=False)
        finally:
            self._leaving.discard(item.id)
            self._wake.set()

    async def _confirm(self, item: OutboxItem) -> None:
        self._leaving.add(item.id)
        try:
            await self._confirmer.confirm(item)
        except MoveRefused:
            raise
        except DeskeroError as error:
            await self._not_now(item, error)
        else:
            self._went_well(item.id)

    async def _send(self, item: OutboxItem) -> None:
        """Read the ticket afresh, and send the item if nothing speaks against it."""
        kept = await self._database.read(lambda c: outbox.files_of(c, item.id))
        files = tuple(file.upload for file in kept)
        try:
            state = await self._fresh.state_of(item)
        except DeskeroError as error:
            await self._not_now(item, error)
            return
        now = self._clock.now()
        match check(item, state, now, [file.name for file in files]):
            case Proceed() as proceed:
                await self._deliver(item, proceed, files)
            case Done(ticket_id):
                await self._ledger.move(
                    item.id,
                    Happening.FOUND_DONE,
                    attempt=Attempt(now, Outcome.FOUND),
                    ticket_id=ticket_id or item.ticket_id,
                )
            case Gone():
                await self._ledger.move(
                    item.id, Happening.REFUSED, reason=GONE, attempt=Attempt(now, Outcome.REFUSED)
                )
            case Merged():
                await self._ledger.move(
                    item.id,
                    Happening.REFUSED,
                    reason=await self._merged(item, state),
                    attempt=Attempt(now, Outcome.REFUSED),
                )
            case Hold() as what:
                reason = CONFLICT if what.conflicts else STALE
                if state.became is not None:
                    reason = await self._merged(item, state)
                await self._ledger.change(
                    lambda c: [outbox.hold(c, item.id, what, at=now, reason=reason)]
                )
            case never:
                assert_never(never)

    async def _merged(self, item: OutboxItem, state: ServerState) -> str:
        assert item.ticket_id is not None
        return merged_words(await number_of(self._database, item.ticket_id), state.became)

    async def _deliver(
        self, item: OutboxItem, proceed: Proceed, files: tuple[UploadFile, ...]
    ) -> None:
        capabilities = await self._capabilities.kept()
        try:
            request = self._request(item, proceed, files)
        except (BadInput, Refused) as error:
            await self._refused(item, error)
            return
        now = self._clock.now()
        self._leaving.add(item.id)
        sent: list[SentRequest] = []

        def claim(connection: Connection) -> list[OutboxItem]:
            claimed, as_sent = sent_requests.claim(
                connection, item.id, request, proceed.seen, at=now, desk_id=capabilities.desk_id
            )
            sent[:] = [as_sent]
            return [claimed]

        [claimed] = await self._ledger.change(claim)
        key = sent[0].key if item.is_message else None
        try:
            record_id = await self._client.send(request, key=key)
        except DeskeroError as error:
            await self._note_failure(claimed, error)
            return
        new_id = TicketId(record_id) if item.ticket_id is None and record_id else None
        await self._sent(claimed, new_id or item.ticket_id)

    async def _sent(self, item: OutboxItem, ticket_id: TicketId | None) -> None:
        # What was read of the ticket before does not have it yet.
        at = self._fresh.moment()
        await self._ledger.move(
            item.id,
            Happening.CONFIRMED,
            at,
            attempt=Attempt(at, Outcome.SENT),
            ticket_id=ticket_id,
        )
        self._leaving.discard(item.id)
        self._went_well(item.id)
        if item.resent and item.is_message:
            await self._confirmer.read_back(item)
        elif ticket_id is not None:
            try:
                await self._fresh.ticket(ticket_id)
            except DeskeroError as error:
                _log.info("could not read back %s: %s", ticket_id, error.detail)

    async def _note_failure(self, item: OutboxItem, error: DeskeroError) -> None:
        """Note what an error means for a write that was claimed (API sheet §3.1, §7)."""
        if error.may_be_done:
            if isinstance(error, Throttled):
                self._pause_as_asked(error)
            now = self._clock.now()
            await self._ledger.move(
                item.id,
                Happening.UNCLEAR,
                reason=NO_ANSWER,
                attempt=Attempt(now, Outcome.UNCLEAR, type(error).__name__),
                looks=0,
                absent_since_ms=None,
            )
        elif error.has_left or isinstance(error, Refused | BadInput):
            await self._refused(item, error)
        else:
            await self._not_now(item, error, **_seen_again(item))

    async def _refused(self, item: OutboxItem, error: DeskeroError) -> None:
        await self._ledger.move(
            item.id,
            Happening.REFUSED,
            reason=error.user_message,
            attempt=Attempt(self._clock.now(), Outcome.REFUSED, type(error).__name__),
            **_seen_again(item),
        )

    async def _not_now(
        self, item: OutboxItem, error: DeskeroError, **columns: str | int | None
    ) -> None:
        """Nothing was done, or nothing found out: the item waits, alone or with all others."""
        now = self._clock.now()
        try_after_ms: int | None = None
        if isinstance(error, Unreachable):
            self._on_unreachable()
        match error:
            case Throttled():
                wait_s = self._pause_as_asked(error)
                try_after_ms = to_ms(now + timedelta(seconds=wait_s))
            case Unreachable() | NotAllowed():
                wait_s = self._next_wait_s(None)
                self._pause(wait_s, is_asked=False)
                if item.state is State.UNSURE:
                    try_after_ms = to_ms(now + timedelta(seconds=wait_s))
            case _:
                try_after_ms = to_ms(now + timedelta(seconds=self._next_wait_s(item.id)))
        await self._ledger.move(
            item.id,
            Happening.NOTHING_DONE,
            reason=error.user_message,
            attempt=Attempt(now, Outcome.NOTHING_DONE, type(error).__name__),
            try_after_ms=try_after_ms,
            **columns,
        )

    def _request(
        self, item: OutboxItem, proceed: Proceed, files: tuple[UploadFile, ...]
    ) -> WriteRequest:
        """Spell the request of an item.

        Raises:
            BadInput: It cannot be spelled.
        """
        client, ticket_id, content = self._client, item.ticket_id, item.content
        match content:
            case CreateContent(ticket):
                return client.insert_request(replace(ticket, files=files))
            case _ if ticket_id is None:
                raise AssertionError("only a new ticket has no id")
            case ReplyContent():
                return client.reply_request(ticket_id, self._reply(content, files))
            case NoteContent():
                return client.note_request(ticket_id, _note(content))
            case UpdateContent(patch):
                return client.update_request(ticket_id, proceed.patch or patch)
            case DeleteContent():
                return client.delete_request(ticket_id)
            case never:
                assert_never(never)

    def _reply(self, content: ReplyContent, files: tuple[UploadFile, ...]) -> OutgoingReply:
        text = content.text
        body = text_to_html(text) if self._profile.reply_as_html else text
        return OutgoingReply(body, content.author, files)

    # -- patience ------------------------------------------------------------------------------

    def _next_wait_s(self, of: ItemId | None) -> float:
        """Doubles with every failure in a row, spread by chance."""
        count = self._failures[of] = self._failures.get(of, 0) + 1
        return min(FIRST_WAIT_S * 2.0 ** min(count - 1, 10), MOST_WAIT_S) * self._random.uniform(
            0.5, 1.0
        )

    def _pause(self, wait_s: float, *, is_asked: bool) -> None:
        """Lets nothing leave for a while: what went wrong would go wrong for every ticket."""
        ends_s = self._clock.monotonic() + wait_s
        if ends_s > self._pause_ends_s:
            self._pause_ends_s, self._pause_is_asked = ends_s, is_asked

    def _pause_as_asked(self, error: Throttled) -> float:
        """Let nothing leave for as long as the desk asked; the seconds."""
        wait_s = self._next_wait_s(None) if error.wait_s is None else error.wait_s
        self._pause(wait_s, is_asked=True)
        return wait_s

    def _end_pause(self) -> None:
        self._pause_ends_s, self._pause_is_asked = 0.0, False

    def _went_well(self, item_id: ItemId) -> None:
        self._failures.pop(item_id, None)
        self._failures.pop(None, None)


def _seen_again(item: OutboxItem) -> dict[str, str | int | None]:
    """What was seen before a sending that did nothing is seen anew the next time, unless an earlier
    sending may still arrive.
    """
    return {} if item.resent else {"seen": None, "matches_before": None}


def _note(content: NoteContent) -> OutgoingNote:
    return OutgoingNote(
        content.text, content.author, content.assignee, content.written_at, content.remind_at
    )
