"""Sends one item of the outbox, and notes what came of it.

Before the first byte of a write leaves, the ticket was read afresh and `sending` is on the disk,
with the request, its key and what stood on the ticket; so whatever ends this program, the next one
knows what may have arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, assert_never

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import (
    BadInput,
    DeskeroError,
    NotAllowed,
    Refused,
    Throttled,
    Unreachable,
)
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.contents import (
    CreateContent,
    DeleteContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.delivery_check import (
    Done,
    Gone,
    Merged,
    Proceed,
    ServerState,
    check,
    has_left,
)
from deskero_tui.domain.outbox.items import Happening, ItemId, MoveRefused, OutboxItem, State
from deskero_tui.domain.outbox.merge import Hold
from deskero_tui.domain.outbox.outgoing import OutgoingNote, OutgoingReply, UploadFile
from deskero_tui.domain.outbox.write_request import WriteRequest
from deskero_tui.domain.text.html import text_to_html
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import outbox, sent_requests
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import Attempt, Outcome
from deskero_tui.store.sent_requests import SentRequest
from deskero_tui.sync.delivery.absence import merged_words, number_of
from deskero_tui.sync.delivery.backoff import Patience
from deskero_tui.sync.delivery.capabilities import KnownCapabilities
from deskero_tui.sync.delivery.confirm import CONFLICT, GONE, STALE, Confirmer
from deskero_tui.sync.delivery.ledger import Ledger
from deskero_tui.sync.fresh import FreshReads
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

_log = logging.getLogger(__name__)

NO_ANSWER: Final = "The desk did not say whether it took this. Looking whether it arrived."


class Delivery:
    """Sends, and finds out about, one item at a time. Lives on the event loop."""

    def __init__(
        self,
        database: Database,
        client: DeskeroClient,
        fresh: FreshReads,
        ledger: Ledger,
        clock: Clock,
        profile: Profile,
        patience: Patience,
        on_unreachable: Callable[[], None],
    ) -> None:
        """`on_unreachable` is called when something could not be sent because nobody answered."""
        self._database = database
        self._client = client
        self._fresh = fresh
        self._ledger = ledger
        self._clock = clock
        self._profile = profile
        self._patience = patience
        self._on_unreachable = on_unreachable
        self._capabilities = KnownCapabilities(database, client, clock)
        self._confirmer = Confirmer(
            database, client, self._capabilities, fresh, ledger, clock, profile
        )
        self.leaving: set[ItemId] = set()
        """Items with a request that may be under way. They are given time to end."""

    async def confirm(self, item: OutboxItem) -> None:
        """Find out about an item that may have arrived.

        Raises:
            MoveRefused: It was moved meanwhile.
        """
        self.leaving.add(item.id)
        try:
            await self._confirmer.confirm(item)
        except MoveRefused:
            raise
        except DeskeroError as error:
            await self._not_now(item, error)
        else:
            self._patience.went_well(item.id)

    async def send(self, item: OutboxItem) -> None:
        """Read the ticket afresh, and send the item if nothing speaks against it.

        Raises:
            MoveRefused: It was moved meanwhile.
            StoreBroken: The store cannot be used.
        """
        kept = await self._database.read(lambda c: outbox.files_of(c, item.id))
        files = tuple(file.upload for file in kept)
        try:
            state = await self._fresh.state_of(item)
        except DeskeroError as error:
            await self._not_now(item, error)
            return
        now = self._clock.now()
        found = await self._confirmer.find_in(state, item) if has_left(item) else None
        match check(item, state, now, found):
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
        scope = self._capabilities.scope_of(await self._capabilities.kept())
        try:
            request = self._request(item, proceed, files)
        except (BadInput, Refused) as error:
            await self._refused(item, error)
            return
        now = self._clock.now()
        self.leaving.add(item.id)
        sent: list[SentRequest] = []

        def claim(connection: Connection) -> list[OutboxItem]:
            claimed, as_sent = sent_requests.claim(
                connection, item.id, request, proceed.seen, at=now, scope=scope
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
        if record_id is None and item.is_message:
            # A desk names what it has stored; an empty success can be that of a gateway.
            await self._unclear(claimed, "no id")
            return
        new_id = TicketId(record_id) if item.ticket_id is None and record_id else None
        await self._sent(claimed, new_id or item.ticket_id)

    async def _sent(self, item: OutboxItem, ticket_id: TicketId | None) -> None:
        # Earlier readings of the ticket do not have the message yet.
        at = self._fresh.moment()
        await self._ledger.move(
            item.id,
            Happening.CONFIRMED,
            at,
            attempt=Attempt(at, Outcome.SENT),
            ticket_id=ticket_id,
        )
        self.leaving.discard(item.id)
        self._patience.went_well(item.id)
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
                self._patience.pause_as_asked(error)
            await self._unclear(item, type(error).__name__)
        elif error.has_left or isinstance(error, Refused | BadInput):
            await self._refused(item, error)
        else:
            await self._not_now(item, error, **_seen_again(item))

    async def _unclear(self, item: OutboxItem, detail: str) -> None:
        await self._ledger.move(
            item.id,
            Happening.UNCLEAR,
            reason=NO_ANSWER,
            attempt=Attempt(self._clock.now(), Outcome.UNCLEAR, detail),
            looks=0,
            absent_since_ms=None,
        )

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
        """Let an item wait, alone or with all others, after nothing was done or found out."""
        now = self._clock.now()
        try_after_ms: int | None = None
        if isinstance(error, Unreachable):
            self._on_unreachable()
        match error:
            case Throttled():
                wait_s = self._patience.pause_as_asked(error)
                try_after_ms = to_ms(now + timedelta(seconds=wait_s))
            case Unreachable() | NotAllowed():
                wait_s = self._patience.next_wait_s(None)
                self._patience.pause(wait_s, is_asked=False)
                if item.state is State.UNSURE:
                    try_after_ms = to_ms(now + timedelta(seconds=wait_s))
            case _:
                try_after_ms = to_ms(now + timedelta(seconds=self._patience.next_wait_s(item.id)))
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


def _seen_again(item: OutboxItem) -> dict[str, str | int | None]:
    """Return columns that make the next claim note the ticket again, after nothing was done.

    An item that was sent before keeps its first note, because that sending may still arrive.
    """
    return {} if item.resent else {"seen": None, "matches_before": None}


def _note(content: NoteContent) -> OutgoingNote:
    return OutgoingNote(
        content.text, content.author, content.assignee, content.written_at, content.remind_at
    )
