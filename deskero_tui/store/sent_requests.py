"""The requests with which writes have left, kept so that each can be repeated byte for byte."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from deskero_tui.domain.outbox.items import Happening, ItemId, OutboxItem
from deskero_tui.domain.outbox.seen import Seen, seen_json
from deskero_tui.domain.outbox.write_request import WriteRequest
from deskero_tui.domain.time.epoch import from_ms, to_ms
from deskero_tui.store import outbox


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A write as it left."""

    key: str
    """Its `Idempotency-Key`."""
    request: WriteRequest
    scope: str
    """The desk and the API token for which the key counts; empty when the desk was not known."""
    claimed_at: datetime
    """When it left first."""


def claim(
    connection: sqlite3.Connection,
    item_id: ItemId,
    request: WriteRequest,
    seen: Seen | None,
    *,
    at: datetime,
    scope: str,
) -> tuple[OutboxItem, SentRequest]:
    """Note that an item is about to leave, and how: all of it before its first byte does.

    A request that was sent before, byte for byte, keeps its key, so that no desk that honours keys
    carries it out twice. `scope` is empty where it is not known which desk this is.

    Raises:
        MoveRefused: It may not leave; nothing was changed.
    """
    before = request_of(connection, item_id)
    sent = (
        before
        if before is not None and (before.request, before.scope) == (request, scope)
        else SentRequest(uuid4().hex, request, scope, at)
    )
    connection.execute(
        "INSERT OR REPLACE INTO outbox_requests VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            item_id,
            sent.key,
            request.method,
            request.path,
            request.content,
            scope,
            to_ms(sent.claimed_at),
        ),
    )
    kept = None if seen is None else seen_json(seen)
    return outbox.move(connection, item_id, Happening.CLAIMED, at=at, seen=kept), sent


def request_of(connection: sqlite3.Connection, item_id: ItemId) -> SentRequest | None:
    """Return the request with which an item left last; `None` when it has not left."""
    found = connection.execute(
        "SELECT key, method, path, content, scope, claimed_ms FROM outbox_requests WHERE item = ?",
        (item_id,),
    ).fetchone()
    if found is None:
        return None
    key, method, path, content, scope, claimed_ms = found
    return SentRequest(key, WriteRequest(method, path, content), scope, from_ms(claimed_ms))
