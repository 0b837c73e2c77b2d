"""What an agent does to tickets, sent to the desk at once.

Each write runs to its end as a task of its own: closing the screen that asked for it does not
cancel it. After it the ticket is read afresh, so that the store shows what the desk made of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import BadInput, DeskeroError, PartlyDone, Unclear
from deskero_tui.domain.html import text_to_html
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId
from deskero_tui.domain.outgoing import (
    NewTicket,
    OutgoingNote,
    OutgoingReply,
    TicketPatch,
    UploadFile,
)
from deskero_tui.sync.files import read_file
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.sync.pull import Pull

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Writes:
    """The writing half of a `Desk`. Lives on the event loop."""

    def __init__(
        self,
        client: DeskeroClient,
        pull: Pull,
        clock: Clock,
        profile: Profile,
        me: Callable[[], AgentId | None],
    ) -> None:
        self._client = client
        self._pull = pull
        self._clock = clock
        self._profile = profile
        self._me = me
        self._running: set[asyncio.Task[Any]] = set()

    async def reply(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        files: Sequence[Path] = (),
        status_after: str | None = None,
    ) -> None:
        """Sends a message to the customer, then sets the status if one is given.

        Raises:
            BadInput: Nothing is written, a file cannot be read, or it is not known who we are.
            PartlyDone: The reply was sent, the status not set.
            Unclear: The reply may have been sent or not.
            DeskeroError: The reply was not sent.
        """
        author = self._author()
        _require(text, "The reply is empty. Write something to the customer first.")
        uploads = await self._uploads(files)
        body = text_to_html(text) if self._profile.reply_as_html else text

        async def send() -> None:
            try:
                await self._client.reply(ticket_id, OutgoingReply(body, author, uploads))
                if status_after is not None:
                    await self._set_status_after(ticket_id, status_after)
            finally:
                await self._read_back(ticket_id)

        await self._to_its_end(send())

    async def add_note(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        assignee: AgentId | None = None,
        remind_at: datetime | None = None,
    ) -> None:
        """Adds an internal remark; with `remind_at` a reminder for `assignee` (else for us).

        Raises:
            BadInput: Nothing is written, the reminder is in the past, or we are nobody.
            DeskeroError: The note was not added, or (`Unclear`) perhaps not.
        """
        author = self._author()
        _require(text, "The note is empty. Write something first.")
        now = self._clock.now()
        if remind_at is not None and remind_at <= now:
            raise BadInput("The reminder is in the past. Choose a later time.")
        note = OutgoingNote(text, author, assignee or author, now, remind_at)
        await self._to_its_end(self._then_read(self._client.add_note(ticket_id, note), ticket_id))

    async def change(self, ticket_id: TicketId, patch: TicketPatch) -> None:
        """Changes fields of a ticket; only those that `patch` sets.

        Raises:
            DeskeroError: Nothing was changed, or (`Unclear`) perhaps.
        """
        await self._to_its_end(
            self._then_read(self._client.update_ticket(ticket_id, patch), ticket_id)
        )

    async def create(self, ticket: NewTicket, *, files: Sequence[Path] = ()) -> TicketId:
        """Opens a ticket; its id.

        Raises:
            BadInput: Subject or description is empty, or a file cannot be read.
            DeskeroError: It was not opened, or (`Unclear`) perhaps.
        """
        _require(ticket.subject, "The ticket has no subject. Write one first.")
        _require(ticket.description, "The ticket has no description. Write one first.")
        uploads = await self._uploads(files)

        async def send() -> TicketId:
            ticket_id = await self._client.insert_ticket(_with_files(ticket, uploads))
            await self._read_back(ticket_id)
            return ticket_id

        return await self._to_its_end(send())

    async def delete(self, ticket_id: TicketId) -> None:
        """Deletes a ticket for everybody, for good.

        Raises:
            DeskeroError: It is still there, or (`Unclear`) perhaps.
        """
        await self._to_its_end(self._then_read(self._client.delete_ticket(ticket_id), ticket_id))

    async def create_customer(self, name: str, email: str) -> CustomerId:
        """Adds a customer; their id.

        Raises:
            BadInput: The name or the address is missing.
            DeskeroError: They were not added, or (`Unclear`) perhaps.
        """
        _require(name, "The customer needs a name.")
        _require(email, "The customer needs an address.")
        return await self._to_its_end(self._client.insert_customer(name, email))

    async def finish(self) -> None:
        """Waits until every write that was begun has ended, well or not."""
        while self._running:
            await asyncio.wait(self._running)

    def _author(self) -> AgentId:
        author = self._me()
        if author is None:
            raise BadInput(
                "It is not known which agent you are. "
                "Run `deskero-tui login`, or set DESKERO_AGENT to your name or address."
            )
        return author

    async def _uploads(self, files: Sequence[Path]) -> tuple[UploadFile, ...]:
        most_bytes = self._profile.most_upload_bytes
        return tuple(
            [await asyncio.to_thread(read_file, path, most_bytes=most_bytes) for path in files]
        )

    async def _set_status_after(self, ticket_id: TicketId, status: str) -> None:
        try:
            await self._client.update_ticket(ticket_id, TicketPatch(status=status))
        except DeskeroError as error:
            raise PartlyDone(
                "The reply was sent, but the status was not changed: " + error.user_message,
                detail=error.detail,
            ) from error

    async def _then_read(self, write: Coroutine[Any, Any, object], ticket_id: TicketId) -> None:
        try:
            await write
        finally:
            await self._read_back(ticket_id)

    async def _read_back(self, ticket_id: TicketId) -> None:
        """Shows what the desk made of it; when it cannot be read now, a refresh will."""
        try:
            await self._pull.take(ticket_id)
        except DeskeroError as error:
            _log.warning("could not read back %s: %s", ticket_id, error.detail)
            self._pull.ask_for_refresh()

    async def _to_its_end(self, write: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(write)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except Unclear as error:
            raise Unclear(
                "The line broke while sending, so it may have arrived. "
                "Look at the ticket before you send it again; your text is kept.",
                detail=error.detail,
            ) from error


def _require(text: str, sentence: str) -> None:
    if not text.strip():
        raise BadInput(sentence)


def _with_files(ticket: NewTicket, files: tuple[UploadFile, ...]) -> NewTicket:
    return replace(ticket, files=(*ticket.files, *files))
