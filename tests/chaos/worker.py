"""A program on the agent's machine, small enough to be killed a hundred times.

It opens a store and a `Desk` as the console does, does what it is told on standard input, and says
on standard output what an agent would see. What it said was promised: a line is written only after
the outbox has it. One JSON object to a line both ways, each answer with the number of its question.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from deskero_tui.api.address import ClientOptions, DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.contents import (
    CreateContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.items import Decision, ItemId, OutboxItem
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.store.database import Database
from deskero_tui.sync.bulk import queue_changes
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.profile import Profile

Members = dict[str, Any]
LONGEST_RETRY_WAIT_S: Final = 0.3


class HurriedClock:
    """The machine's clock, but for the waits between two tries to read: those are cut short."""

    def now(self) -> datetime:
        return SYSTEM_CLOCK.now()

    def monotonic(self) -> float:
        return SYSTEM_CLOCK.monotonic()

    async def sleep(self, seconds: float) -> None:
        await SYSTEM_CLOCK.sleep(min(seconds, LONGEST_RETRY_WAIT_S))


class Worker:
    """Does what it is told, one thing after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._deeds: Mapping[str, Callable[[Members], Awaitable[Members]]] = {
            "refresh": self._refresh,
            "reply": self._reply,
            "note": self._note,
            "change": self._change,
            "bulk": self._bulk,
            "create": self._create,
            "delete": self._delete,
            "take_back": self._take_back,
            "decide": self._decide,
            "draft": self._draft,
            "drafts": self._drafts,
            "items": self._items,
        }

    async def obey(self, lines: asyncio.StreamReader) -> None:
        """Works until the other side hangs up."""
        while line := await lines.readline():
            told = json.loads(line)
            try:
                answer = await self._deeds[told["do"]](told)
            except DeskeroError as error:
                answer = {"refused": error.user_message}
            say({"question": told["question"], **answer})

    async def _refresh(self, told: Members) -> Members:
        await self._desk.refresh_now()
        return {}

    async def _reply(self, told: Members) -> Members:
        ticket_id = TicketId(told["ticket"])
        files = [Path(told["file"])] if "file" in told else []
        item_id = await self._desk.outbox.queue_reply(
            ticket_id, told["text"], files=files, status_after=told.get("status")
        )
        return {"item": item_id}

    async def _note(self, told: Members) -> Members:
        return {"item": await self._desk.outbox.queue_note(TicketId(told["ticket"]), told["text"])}

    async def _change(self, told: Members) -> Members:
        patch = TicketPatch(**{told["field"]: told["text"]})
        [item] = await self._desk.outbox.queue_change([TicketId(told["ticket"])], patch)
        return {"item": item}

    async def _bulk(self, told: Members) -> Members:
        patch = TicketPatch(**{told["field"]: told["text"]})
        changes = [(TicketId(ticket), patch) for ticket in told["tickets"]]
        batch = await queue_changes(self._desk, changes)
        items = await self._desk.outbox.items_of_batch(batch)
        return {"items": {item.ticket_id: item.id for item in items}}

    async def _create(self, told: Members) -> Members:
        ticket = NewTicket(
            subject=told["subject"],
            description=told["text"],
            customer=CustomerId(told["customer"]),
            type=TypeId(told["type"]),
            is_priority=True,
        )
        return {"item": await self._desk.outbox.queue_create(ticket)}

    async def _delete(self, told: Members) -> Members:
        return {"item": await self._desk.outbox.queue_delete(TicketId(told["ticket"]))}

    async def _take_back(self, told: Members) -> Members:
        await self._desk.outbox.take_back(ItemId(told["item"]))
        return {}

    async def _decide(self, told: Members) -> Members:
        await self._desk.outbox.decide(ItemId(told["item"]), Decision(told["decision"]))
        return {}

    async def _draft(self, told: Members) -> Members:
        await self._desk.drafts.save(_draft_key(told), Draft(text=told["text"]))
        return {}

    async def _drafts(self, told: Members) -> Members:
        """Every text that is kept in a draft or an earlier version of one."""
        drafts = [stored.draft.text for stored in await self._desk.drafts.list()]
        versions = [version.draft.text for version in await self._desk.drafts.versions()]
        return {"texts": drafts + versions}

    async def _items(self, told: Members) -> Members:
        items = await self._desk.outbox.items()
        return {"items": [_facts(item) for item in items if told["all"] or not item.has_ended]}


def _draft_key(told: Members) -> DraftKey:
    return DraftKey(TicketId(told["ticket"]), DraftKind.NOTE)


def _facts(item: OutboxItem) -> Members:
    """What an agent could see of an item."""
    match item.content:
        case ReplyContent(text) | NoteContent(text):
            words = text
        case UpdateContent(patch):
            words = " ".join(str(getattr(patch, name)) for name in sorted(patch.changed))
        case CreateContent(ticket):
            words = ticket.subject
        case _:
            words = ""
    return {
        "item": item.id,
        "ticket": item.ticket_id,
        "kind": item.kind.value,
        "state": item.state.value,
        "needs_agent": item.needs_agent,
        "words": words,
        "base": dict(item.base),
        "reason": item.reason,
        "resent": item.resent,
    }


def say(members: Members) -> None:
    """Writes one line, whole and at once."""
    os.write(sys.stdout.fileno(), json.dumps(members).encode() + b"\n")


async def run(given: argparse.Namespace) -> None:
    """Works until standard input ends, or until a hang-up."""
    address = DeskAddress(
        base_url=given.url,
        client_id=os.environ["DESKERO_CLIENT_ID"],
        api_token=os.environ["DESKERO_API_TOKEN"],
    )
    options = ClientOptions(connect_s=given.patience_s, read_s=given.patience_s)
    profile = Profile(
        agent=given.agent,
        refresh_s=given.refresh_s,
        page_limit=20,
        undo_s=given.undo_s,
        look_gaps_s=(given.look_gap_s, 2 * given.look_gap_s, 3 * given.look_gap_s),
        drain_retry_s=given.drain_retry_s,
    )
    database = Database(Path(given.store))
    try:
        desk = Desk(
            database,
            open_client=lambda: DeskeroClient(address, options=options, clock=HurriedClock()),
            profile=profile,
        )
        await _serve(desk)
    finally:
        database.close()


async def _serve(desk: Desk) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    source, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    # What was read is still done, then the program ends as at the end of its input.
    loop.add_signal_handler(signal.SIGHUP, source.close)
    await desk.start()
    try:
        say({"ready": os.getpid()})
        await Worker(desk).obey(lines)
    finally:
        await desk.close()


def parser() -> argparse.ArgumentParser:
    """The arguments; the credentials come by the environment alone."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--store", required=True)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--agent", required=True)
    for name in ("undo", "look-gap", "patience", "refresh", "drain-retry"):
        arguments.add_argument(f"--{name}-s", type=float, required=True)
    return arguments


if __name__ == "__main__":
    # What the network does to us is no news here; a traceback still is.
    logging.getLogger("deskero_tui").addHandler(logging.NullHandler())
    asyncio.run(run(parser().parse_args()))
