"""What an agent does to tickets: checked, kept durably, and sent when its turn has come.

Nothing here waits for the network. What was queued is sent by this program or another one, now or
after a restart (`push.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING
from uuid import uuid4

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import BadInput, Missing
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.contents import (
    Content,
    CreateContent,
    DeleteContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.drafts import Draft, DraftKey
from deskero_tui.domain.outbox.items import (
    Decision,
    Happening,
    ItemId,
    MoveRefused,
    OutboxCounts,
    OutboxItem,
    State,
)
from deskero_tui.domain.outbox.merge import Baseline, base_values, baseline_of
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.store import drafts, outbox, tickets, turns
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import KeptFile, NewItem
from deskero_tui.sync.delivery import restore_draft
from deskero_tui.sync.delivery.ledger import Ledger
from deskero_tui.sync.events import DraftsChanged, Event
from deskero_tui.sync.files import read_file, write_file
from deskero_tui.sync.profile import Profile, require_known

if TYPE_CHECKING:
    from deskero_tui.domain.records.ticket import Ticket

STILL_LOOKED_FOR = "It is still being found out whether this arrived. Wait a moment."
LOOKING_AGAIN = "Looking on the desk again."

TAKEN_BACK = "taken-back"
"""The folder beside the store for files whose own place is gone."""


class Outbox:
    """The writing half of a `Desk`. Lives on the event loop and works without a connection.

    Where the profile asks for an agent whom the desk knows and there is none, everything that
    queues raises `NotAllowed`.
    """

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        clock: Clock,
        profile: Profile,
        tell: Callable[[Event], None],
        me: Callable[[], AgentId | None],
        drain: Callable[[], None],
    ) -> None:
        """`drain` is called whenever something may be due to be sent."""
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._profile = profile
        self._tell = tell
        self._me = me
        self._drain = drain

    # -- queueing ------------------------------------------------------------------------------

    async def queue_reply(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        files: Sequence[Path] = (),
        status_after: str | None = None,
        baseline: Baseline | None = None,
        draft: DraftKey | None = None,
        batch: str | None = None,
    ) -> ItemId:
        """Queues a message to the customer, and behind it the status if one is given.

        What is queued for the same ticket as the same `batch` behind it goes where it goes.

        It is held when others did something to the ticket since `baseline`; that of the draft, if
        it has one, goes before, and without either it is the ticket as the store has it.

        Raises:
            BadInput: Nothing is written, a file cannot be read, it is not known who we are, or the
                draft is in the outbox already. Nothing was queued.
            StoreBroken: It could not be kept.
        """
        author = self._author()
        _require(text, "The reply is empty. Write something to the customer first.")
        kept = await self._read_files(files)
        now, batch = self._clock.now(), batch or uuid4().hex
        written = Draft(text=text, files=tuple(files), status_after=status_after, baseline=baseline)

        def queue(connection: Connection) -> list[OutboxItem]:
            ticket = _known_ticket(connection, ticket_id)
            known = baseline or (baseline_of(ticket) if ticket else None)
            if draft is not None:
                known = drafts.baseline_of(connection, draft) or known
            content = ReplyContent(text, author)
            new = self._new(ticket_id, content, now, baseline=known, batch=batch)
            items = [self._add(connection, new, kept, draft, written)]
            if status_after is not None:
                patch = TicketPatch(status=status_after)
                base = base_values(patch, ticket) if ticket else {}
                if known is not None:
                    base["status"] = known.status
                follow = self._new(ticket_id, UpdateContent(patch), now, base=base, batch=batch)
                items.append(self._add(connection, follow))
            return items

        return (await self._queue(queue, draft))[0]

    async def queue_note(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        assignee: AgentId | None = None,
        remind_at: datetime | None = None,
        draft: DraftKey | None = None,
        batch: str | None = None,
    ) -> ItemId:
        """Queues an internal remark; with `remind_at` a reminder for `assignee` (else for us).

        Raises:
            BadInput: Nothing is written, the reminder is in the past, we are nobody, or the draft
                is in the outbox already. Nothing was queued.
            StoreBroken: It could not be kept.
        """
        author = self._author()
        _require(text, "The note is empty. Write something first.")
        now = self._clock.now()
        if remind_at is not None and remind_at <= now:
            raise BadInput("The reminder is in the past. Choose a later time.")
        content = NoteContent(text, author, assignee or author, now, remind_at)
        written = Draft(
            text=text, remind_whom=assignee, fields=restore_draft.remind_field(remind_at)
        )
        new = self._new(ticket_id, content, now, batch=batch or uuid4().hex)
        return (await self._queue(lambda c: [self._add(c, new, (), draft, written)], draft))[0]

    async def queue_change(
        self, ticket_ids: Sequence[TicketId], patch: TicketPatch, *, batch: str | None = None
    ) -> list[ItemId]:
        """Queues a change of the same fields for every ticket, as one batch; ids in that order.

        What the fields are now, as the store has it, is what they are compared with before they
        are sent: one that somebody else changed meanwhile is held.

        Raises:
            BadInput: The patch changes nothing.
            Missing: A ticket is not in the store. Nothing was queued.
            StoreBroken: It could not be kept.
        """
        if not patch.changed:
            raise BadInput("There is nothing to change.")
        now, batch_id = self._clock.now(), batch or uuid4().hex

        def queue(connection: Connection) -> list[OutboxItem]:
            return [
                self._add(connection, self._change_of(connection, one, patch, now, batch_id))
                for one in dict.fromkeys(ticket_ids)
            ]

        return await self._queue(queue)

    async def queue_patches(
        self, patches: Sequence[tuple[TicketId, TicketPatch]], *, batch: str
    ) -> list[ItemId]:
        """As `queue_change`, with a patch of its own for each ticket, as a part of `batch`.

        A ticket that is not in the store any more is left out.

        Raises:
            BadInput: A patch changes nothing. Nothing was queued.
            StoreBroken: It could not be kept.
        """
        if not all(patch.changed for _, patch in patches):
            raise BadInput("There is nothing to change.")
        now = self._clock.now()

        def queue(connection: Connection) -> list[OutboxItem]:
            added = []
            for ticket_id, patch in patches:
                with suppress(Missing):
                    new = self._change_of(connection, ticket_id, patch, now, batch)
                    added.append(self._add(connection, new))
            return added

        return await self._queue(queue)

    async def queue_create(
        self,
        ticket: NewTicket,
        *,
        files: Sequence[Path] = (),
        draft: DraftKey | None = None,
    ) -> ItemId:
        """Queues a new ticket; once it is sent the item has its id.

        Raises:
            BadInput: Subject or description is empty, a file cannot be read, or the draft is in
                the outbox already. Nothing was queued.
            StoreBroken: It could not be kept.
        """
        _require(ticket.subject, "The ticket has no subject. Write one first.")
        _require(ticket.description, "The ticket has no description. Write one first.")
        kept = [KeptFile(Path(file.name), file) for file in ticket.files]
        kept += await self._read_files(files)
        new = self._new(None, CreateContent(ticket), self._clock.now())
        written = restore_draft.draft_of_ticket(ticket, files)
        return (await self._queue(lambda c: [self._add(c, new, kept, draft, written)], draft))[0]

    async def queue_delete(self, ticket_id: TicketId, *, batch: str | None = None) -> ItemId:
        """Queues the deletion of a ticket for everybody, for good.

        Raises:
            StoreBroken: It could not be kept.
        """
        new = self._new(ticket_id, DeleteContent(), self._clock.now(), batch=batch)
        return (await self._queue(lambda c: [self._add(c, new)]))[0]

    # -- looking -------------------------------------------------------------------------------

    @property
    def counts(self) -> OutboxCounts:
        """How many writes have not ended, as of the last look or move."""
        return self._ledger.counts

    async def items(self, *, ticket_id: TicketId | None = None) -> list[OutboxItem]:
        """What has not ended and what was sent in the last day, oldest first."""
        now = self._clock.now()
        return await self._database.read(lambda c: outbox.listed(c, ticket_id=ticket_id, now=now))

    async def behind(self) -> dict[ItemId, ItemId]:
        """What waits until the agent has decided, or a look has shown, about another item of its
        ticket: that other.
        """
        return await self._database.read(turns.behind)

    async def items_of_batch(self, batch: str) -> list[OutboxItem]:
        """Everything that was queued as one batch, as it is now, in the order it was queued."""
        return await self._database.read(lambda c: outbox.of_batch(c, batch))

    async def batch_of(self, item_id: ItemId) -> str | None:
        """The batch as part of which an item was queued.

        Raises:
            BadInput: There is no such item.
        """
        return (await self._database.read(lambda c: outbox.item_of(c, item_id))).batch

    async def settled(self, item_ids: Sequence[ItemId], *, wait_s: float) -> list[OutboxItem]:
        """The items once none of them moves just now, or as they are after `wait_s` seconds.

        One that waits for the agent does not, nor what waits behind it, nor one for which the first
        look was in vain.
        """
        try:
            async with asyncio.timeout(wait_s):
                while True:
                    next_move = self._ledger.next_move
                    if not await self._database.read(lambda c: _can_move(c, item_ids)):
                        break
                    self._drain()
                    # What another program queued and sent between two looks moves nothing here.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._profile.drain_retry_s):
                            await next_move.wait()
        except TimeoutError:
            pass
        return await self._database.read(lambda c: outbox.items_of(c, item_ids))

    # -- deciding ------------------------------------------------------------------------------

    async def take_back(self, item_id: ItemId) -> None:
        """Takes back what has not left, and what was queued with it for its ticket.

        The words are in their draft again, before whatever was begun there meanwhile.

        Raises:
            MoveRefused: It has left already, or may have.
        """
        await self._to_draft(item_id, Happening.TAKEN_BACK)

    async def decide(self, item_id: ItemId, decision: Decision) -> None:
        """What the agent says about an item that does not go on by itself.

        `SEND` lets one that waits leave at once.

        Raises:
            MoveRefused: Its state does not allow that, or it is not known yet whether it arrived.
        """
        now = self._clock.now()
        match decision:
            case Decision.SEND:

                def again(connection: Connection) -> list[OutboxItem]:
                    item = outbox.item_of(connection, item_id)
                    if item.state is State.QUEUED:
                        return [outbox.send_now(connection, item_id)]
                    if item.state is State.UNSURE and not item.needs_agent:
                        raise MoveRefused(STILL_LOOKED_FOR)
                    return [outbox.send_again(connection, item_id, at=now)]

                await self._ledger.change(again)
            case Decision.EDIT:
                await self._to_draft(item_id, Happening.EDITED)
            case Decision.DROP:
                elsewhere = await self._keep_vanished(item_id)
                await self._ledger.change(
                    lambda c: restore_draft.give_up(c, item_id, at=now, elsewhere=elsewhere)
                )
                self._tell(DraftsChanged())
            case Decision.LOOK:
                await self._ledger.move(
                    item_id,
                    Happening.LOOK_AGAIN,
                    reason=LOOKING_AGAIN,
                    looks=0,
                    absent_since_ms=None,
                    needs_agent=False,
                )
            case Decision.MARK_SENT:
                await self._ledger.change(lambda c: [restore_draft.mark_sent(c, item_id, at=now)])
        self._drain()

    async def hurry(self) -> None:
        """Ends every undo window now: for leaving the program with "send now"."""
        await self._database.write(outbox.end_undo_windows, durable=True)
        self._drain()

    # -- private -------------------------------------------------------------------------------

    async def _queue(
        self,
        queue: Callable[[Connection], list[OutboxItem]],
        draft: DraftKey | None = None,
    ) -> list[ItemId]:
        require_known(self._profile, self._me())
        items = await self._ledger.change(queue)
        if draft is not None:
            self._tell(DraftsChanged())
        self._drain()
        return [item.id for item in items]

    def _new(
        self,
        ticket_id: TicketId | None,
        content: Content,
        at: datetime,
        *,
        baseline: Baseline | None = None,
        base: dict[str, str | bool | tuple[str, ...] | None] | None = None,
        batch: str | None = None,
    ) -> NewItem:
        """Changes of fields leave at once: they show at once, and can be changed back."""
        undo_s = 0.0 if isinstance(content, UpdateContent) else self._profile.undo_s
        return NewItem(
            ticket_id=ticket_id,
            content=content,
            at=at,
            undo=timedelta(seconds=undo_s),
            baseline=baseline,
            base=base or {},
            batch=batch,
        )

    def _add(
        self,
        connection: Connection,
        new: NewItem,
        files: Sequence[KeptFile] = (),
        draft: DraftKey | None = None,
        written: Draft | None = None,
    ) -> OutboxItem:
        item_id = outbox.add(connection, new, files)
        if draft is not None and written is not None:
            drafts.send(connection, draft, item_id, written, at=new.at)
        return outbox.item_of(connection, item_id)

    def _change_of(
        self,
        connection: Connection,
        ticket_id: TicketId,
        patch: TicketPatch,
        now: datetime,
        batch: str,
    ) -> NewItem:
        ticket = _known_ticket(connection, ticket_id)
        if ticket is None:
            raise Missing("The ticket is no longer there. Somebody has deleted it.")
        base = base_values(patch, ticket)
        return self._new(ticket_id, UpdateContent(patch), now, base=base, batch=batch)

    async def _to_draft(self, item_id: ItemId, happening: Happening) -> None:
        now = self._clock.now()
        elsewhere = await self._keep_vanished(item_id)
        await self._ledger.change(
            lambda c: restore_draft.to_draft(c, item_id, happening, at=now, elsewhere=elsewhere)
        )
        self._tell(DraftsChanged())
        self._drain()

    async def _keep_vanished(self, item_id: ItemId) -> dict[Path, Path]:
        """Writes files of an item out that are no longer what they were; old to new place.

        One that cannot be written keeps its old place, and its draft says that it is not there.
        """
        kept = await self._database.read(lambda c: outbox.files_of(c, item_id))
        folder = self._profile.file_root or self._database.path.parent / TAKEN_BACK
        places: dict[Path, Path] = {}
        for file in kept:
            if not await asyncio.to_thread(_is_as_attached, file):
                with suppress(BadInput):
                    content = _in_one_piece(file.upload.content)
                    places[file.path] = await write_file(folder, file.upload.name, content)
        return places

    def _author(self) -> AgentId:
        author = self._me()
        require_known(self._profile, author)
        if author is None:
            raise BadInput(
                "It is not known which agent you are. "
                "Run `deskero-tui login`, or set DESKERO_AGENT to your name or address."
            )
        return author

    async def _read_files(self, files: Sequence[Path]) -> list[KeptFile]:
        most_bytes, root = self._profile.most_upload_bytes, self._profile.file_root
        return [
            KeptFile(
                path, await asyncio.to_thread(read_file, path, most_bytes=most_bytes, root=root)
            )
            for path in files
        ]


def _is_as_attached(file: KeptFile) -> bool:
    path, content = file.path.expanduser(), file.upload.content
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


async def _in_one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _known_ticket(connection: Connection, ticket_id: TicketId) -> Ticket | None:
    from deskero_tui.domain.records.ticket import Ticket

    record = tickets.record_of(connection, ticket_id)
    return None if record is None else Ticket.model_validate_json(record)


def _can_move(connection: Connection, item_ids: Sequence[ItemId]) -> bool:
    """Whether one of the items may still go on now, without the agent."""
    behind = turns.behind(connection)
    return any(
        item.moves_by_itself and not item.is_looked_for and item.id not in behind
        for item in outbox.items_of(connection, item_ids)
    )


def _require(text: str, sentence: str) -> None:
    if not text.strip():
        raise BadInput(sentence)
