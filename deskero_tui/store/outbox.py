"""Writes that wait, their files and their attempts. Light to import.

Every change of state goes through `move`, and so through the table in `domain/outbox/items.py`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.contents import (
    Content,
    CreateContent,
    Kind,
    UpdateContent,
    content_json,
    kind_of,
    read_content,
)
from deskero_tui.domain.outbox.items import (
    ENDED,
    Happening,
    ItemId,
    OutboxItem,
    State,
    moved,
)
from deskero_tui.domain.outbox.merge import (
    Baseline,
    FieldValue,
    Hold,
    baseline_json,
    hold_json,
    read_baseline,
    read_hold,
    read_values,
    values_json,
    wanted_value,
)
from deskero_tui.domain.outbox.outgoing import UploadFile
from deskero_tui.domain.outbox.seen import read_seen
from deskero_tui.domain.time.epoch import from_ms, to_ms
from deskero_tui.store import drafts

KEPT: Final = timedelta(hours=24)
"""How long items that have ended can still be looked at."""

OPEN: Final = "state NOT IN ('sent', 'dropped')"
"""As in the index `outbox_open`, letter by letter, or it would not be used."""
COLUMNS: Final = (
    "id, ticket_id, kind, state, payload, baseline, hold, not_before_ms, created_ms, changed_ms,"
    " try_after_ms, reason, resent, absent_since_ms, needs_agent, matches_before, batch, seen,"
    " looks"
)


class Outcome(Enum):
    """What came of one attempt, for the record."""

    SENT = "sent"
    REFUSED = "refused"
    NOTHING_DONE = "nothing done"
    UNCLEAR = "unclear"
    FOUND = "found on the desk"
    ABSENT = "not on the desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A write about to be queued."""

    ticket_id: TicketId | None
    content: Content
    at: datetime
    undo: timedelta = timedelta()
    """How long it can be taken back before it leaves."""
    baseline: Baseline | None = None
    base: Mapping[str, FieldValue] = field(default_factory=lambda: MappingProxyType({}))
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of an item: its bytes as they were when it was queued, and where it lay then."""

    path: Path
    upload: UploadFile


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, or one look for what became of it."""

    at: datetime
    outcome: Outcome
    detail: str = ""
    """For the record: no text of a message and no secret."""


def add(connection: sqlite3.Connection, new: NewItem, files: Sequence[KeptFile] = ()) -> ItemId:
    """Queues a write behind all others; its id."""
    kind = kind_of(new.content)
    at_ms = to_ms(new.at)
    cursor = connection.execute(
        "INSERT INTO outbox (ticket_id, lane, kind, state, payload, baseline, not_before_ms,"
        " created_ms, changed_ms, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.ticket_id,
            _lane(new),
            kind.value,
            State.QUEUED.value,
            content_json(new.content),
            _measured_by(kind, new.baseline, new.base),
            to_ms(new.at + new.undo),
            at_ms,
            at_ms,
            new.batch,
        ),
    )
    assert cursor.lastrowid is not None
    connection.executemany(
        "INSERT INTO outbox_files VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                cursor.lastrowid,
                place,
                str(kept.path),
                upload.name,
                upload.media_type,
                upload.content,
            )
            for place, kept in enumerate(files)
            for upload in (kept.upload,)
        ],
    )
    return ItemId(cursor.lastrowid)


def item_of(connection: sqlite3.Connection, item_id: ItemId) -> OutboxItem:
    """One item.

    Raises:
        BadInput: There is none of that id.
    """
    found = connection.execute(f"SELECT {COLUMNS} FROM outbox WHERE id = ?", (item_id,)).fetchone()
    if found is None:
        raise BadInput("There is no such item in the outbox.")
    return _item(found)


def items_of(connection: sqlite3.Connection, ids: Sequence[ItemId]) -> list[OutboxItem]:
    """The items of `ids` that there are, oldest first."""
    marks = ", ".join("?" * len(ids))
    return items_in(
        connection.execute(f"SELECT {COLUMNS} FROM outbox WHERE id IN ({marks}) ORDER BY id", ids)
    )


def of_batch(connection: sqlite3.Connection, batch: str) -> list[OutboxItem]:
    """All items that were queued as one batch, oldest first, ended ones included."""
    return items_in(
        connection.execute(f"SELECT {COLUMNS} FROM outbox WHERE batch = ? ORDER BY id", (batch,))
    )


def listed(
    connection: sqlite3.Connection, *, ticket_id: TicketId | None, now: datetime
) -> list[OutboxItem]:
    """What has not ended, and what was sent in the last day; oldest first."""
    return items_in(
        connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE ({OPEN} OR (state = 'sent' AND changed_ms >= ?))"
            " AND (? IS NULL OR ticket_id = ?) ORDER BY id",
            (to_ms(now - KEPT), ticket_id, ticket_id),
        )
    )


def sent_beside(
    connection: sqlite3.Connection, item: OutboxItem, ticket_ids: Sequence[TicketId]
) -> list[OutboxItem]:
    """Return what has left in the last day and must not be taken for `item` on the desk.

    These are messages of its kind to these tickets, or to others of their customer, since tickets
    can be merged; of a new ticket those for the same customer. Dropped ones may still arrive.
    """
    return items_in(
        connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE kind = :kind AND id <> :id"
            " AND (state = 'sent' OR (state = 'dropped' AND seen IS NOT NULL))"
            " AND (lane = (SELECT lane FROM outbox WHERE id = :id)"
            " OR ticket_id IN (SELECT value FROM json_each(:tickets))"
            " OR ticket_id IN (SELECT id FROM tickets WHERE customer_id IN"
            " (SELECT customer_id FROM tickets WHERE customer_id <> ''"
            " AND id IN (SELECT value FROM json_each(:tickets))))) ORDER BY id",
            {"kind": item.kind.value, "id": item.id, "tickets": json.dumps(ticket_ids)},
        )
    )


def companions(connection: sqlite3.Connection, item: OutboxItem) -> list[OutboxItem]:
    """What was queued for the same ticket together with `item` and behind it: a reply's status."""
    return items_in(
        connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE batch = ? AND ticket_id = ? AND id > ?"
            f" AND {OPEN} ORDER BY id",
            (item.batch, item.ticket_id, item.id),
        )
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """As little of an open item as tells that something happened to it."""

    ticket_id: TicketId | None
    state: State
    needs_agent: bool
    changed_ms: int


def standings(connection: sqlite3.Connection) -> dict[ItemId, Standing]:
    """Every item that has not ended."""
    found = connection.execute(
        f"SELECT id, ticket_id, state, needs_agent, changed_ms FROM outbox WHERE {OPEN}"
    )
    return {
        ItemId(item_id): Standing(ticket_id, State(state), bool(needs_agent), changed_ms)
        for item_id, ticket_id, state, needs_agent, changed_ms in found
    }


def files_of(connection: sqlite3.Connection, item_id: ItemId) -> list[KeptFile]:
    """The files of an item, in their order."""
    found = connection.execute(
        "SELECT path, name, media_type, content FROM outbox_files WHERE item = ? ORDER BY place",
        (item_id,),
    )
    return [KeptFile(Path(path), UploadFile(*upload)) for path, *upload in found]


def file_names_of(connection: sqlite3.Connection, item_id: ItemId) -> list[str]:
    """Return the names of the files of an item, in their order."""
    found = connection.execute(
        "SELECT name FROM outbox_files WHERE item = ? ORDER BY place", (item_id,)
    )
    return [name for (name,) in found]


def attempts_of(connection: sqlite3.Connection, item_id: ItemId) -> list[Attempt]:
    """What was tried, oldest first."""
    found = connection.execute(
        "SELECT at_ms, outcome, detail FROM attempts WHERE item = ? ORDER BY id", (item_id,)
    )
    return [Attempt(from_ms(at_ms), Outcome(outcome), detail) for at_ms, outcome, detail in found]


def move(
    connection: sqlite3.Connection,
    item_id: ItemId,
    happening: Happening,
    *,
    at: datetime,
    reason: str = "",
    attempt: Attempt | None = None,
    **columns: str | int | None,
) -> OutboxItem:
    """Lets `happening` befall an item and sets further columns; the item as it is then.

    A wait after a failure and what was new end with every move unless `columns` set them.

    Raises:
        MoveRefused: Its state does not allow that; nothing was changed.
    """
    before = item_of(connection, item_id)
    state = moved(before.state, happening)
    values: dict[str, object] = {
        "try_after_ms": None,
        "hold": None,
        **columns,
        "state": state.value,
        "reason": reason,
        "changed_ms": to_ms(at),
    }
    connection.execute(
        f"UPDATE outbox SET {', '.join(f'{name} = :{name}' for name in values)} WHERE id = :id",
        {**values, "id": item_id},
    )
    if attempt is not None:
        connection.execute(
            "INSERT INTO attempts (item, at_ms, outcome, detail) VALUES (?, ?, ?, ?)",
            (item_id, to_ms(attempt.at), attempt.outcome.value, attempt.detail),
        )
    after = item_of(connection, item_id)
    if state is State.SENT:
        _settle_sent(connection, after)
    if state in ENDED:
        connection.execute("DELETE FROM outbox_files WHERE item = ?", (item_id,))
        connection.execute("DELETE FROM outbox_requests WHERE item = ?", (item_id,))
    return after


def hold(
    connection: sqlite3.Connection, item_id: ItemId, what: Hold, *, at: datetime, reason: str
) -> OutboxItem:
    """Holds an item because of what is new on its ticket."""
    return move(
        connection, item_id, Happening.FOUND_STALE, at=at, reason=reason, hold=hold_json(what)
    )


def send_again(connection: sqlite3.Connection, item_id: ItemId, *, at: datetime) -> OutboxItem:
    """The agent wants it to go: what was new is known now, and measured against from here on.

    What was queued with it for the same ticket is measured by the same.
    """
    before = item_of(connection, item_id)
    for one in (before, *companions(connection, before)):
        _accept(connection, one, before.hold)
    return move(
        connection,
        item_id,
        Happening.SENT_AGAIN,
        at=at,
        not_before_ms=to_ms(before.created_at),
        # One that was held after it had left may still arrive, too.
        resent=before.resent + (before.state is State.UNSURE or before.seen is not None),
        looks=0,
        absent_since_ms=None,
        needs_agent=False,
    )


def send_now(connection: sqlite3.Connection, item_id: ItemId) -> OutboxItem:
    """Let a queued item leave at once: its undo window ends, and its wait after a failure."""
    connection.execute(
        "UPDATE outbox SET not_before_ms = created_ms, try_after_ms = NULL, reason = ''"
        " WHERE id = ? AND state = 'queued'",
        (item_id,),
    )
    return item_of(connection, item_id)


def end_undo_windows(connection: sqlite3.Connection) -> None:
    """Lets everything leave that only waits for its undo window."""
    connection.execute("UPDATE outbox SET not_before_ms = created_ms WHERE state = 'queued'")


def forget_ended(connection: sqlite3.Connection, *, now: datetime) -> None:
    """Lets go of items that ended long ago."""
    connection.execute(
        f"DELETE FROM outbox WHERE NOT ({OPEN}) AND changed_ms < ?", (to_ms(now - KEPT),)
    )


# -- private ---------------------------------------------------------------------------------------


def _lane(new: NewItem) -> str:
    """What goes one after the other: the writes to a ticket, and a customer's new tickets, which
    could not be told apart when two were sent at a time."""
    match new.content:
        case CreateContent(ticket):
            return f"new:{ticket.customer}"
        case _:
            return f"ticket:{new.ticket_id}"


def _measured_by(
    kind: Kind, baseline: Baseline | None, base: Mapping[str, FieldValue]
) -> str | None:
    if kind is Kind.UPDATE:
        return values_json(base)
    return None if baseline is None else baseline_json(baseline)


def _settle_sent(connection: sqlite3.Connection, item: OutboxItem) -> None:
    """Its draft has done its work, and what it changed is no news to later writes."""
    drafts.sent_well(connection, item.id)
    if not isinstance(item.content, UpdateContent) or item.ticket_id is None:
        return
    patch = item.content.patch
    values = {name: wanted_value(patch, name) for name in patch.changed}
    marks: dict[str, Any] = {n: values[n] for n in ("status", "assignee") if n in values}
    later = items_in(
        connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE ticket_id = ? AND {OPEN}", (item.ticket_id,)
        )
    )
    for one in later:
        _measure_anew(connection, one, values, marks)
    drafts.rebase(connection, item.ticket_id, marks)


def _measure_anew(
    connection: sqlite3.Connection,
    item: OutboxItem,
    values: Mapping[str, FieldValue],
    marks: Mapping[str, Any],
) -> None:
    if item.kind is Kind.UPDATE:
        base = {name: values.get(name, was) for name, was in item.base.items()}
        _set_measure(connection, item.id, values_json(base))
    elif item.baseline is not None:
        _set_measure(connection, item.id, baseline_json(replace(item.baseline, **marks)))


def _accept(connection: sqlite3.Connection, item: OutboxItem, known: Hold | None) -> None:
    if known is None:
        return
    now: dict[str, FieldValue] = {one.name: one.theirs for one in known.conflicts}
    if known.baseline is not None:
        now |= {"status": known.baseline.status, "assignee": known.baseline.assignee}
    if item.kind is Kind.UPDATE:
        base = {name: now.get(name, was) for name, was in item.base.items()}
        _set_measure(connection, item.id, values_json(base))
    elif known.baseline is not None:
        _set_measure(connection, item.id, baseline_json(known.baseline))


def _set_measure(connection: sqlite3.Connection, item_id: ItemId, text: str) -> None:
    connection.execute("UPDATE outbox SET baseline = ? WHERE id = ?", (text, item_id))


def items_in(cursor: sqlite3.Cursor) -> list[OutboxItem]:
    """Read the items in rows of `COLUMNS`."""
    return [_item(row) for row in cursor.fetchall()]


def _item(row: Any) -> OutboxItem:
    (
        item_id, ticket_id, kind_word, state, payload, measure, held, not_before_ms, created_ms,
        changed_ms, try_after_ms, reason, resent, looked_ms, needs_agent, matches_before, batch,
        seen, looks,
    ) = row  # fmt: skip
    kind = Kind(kind_word)
    is_update = kind is Kind.UPDATE
    return OutboxItem(
        id=item_id,
        ticket_id=ticket_id,
        state=State(state),
        content=read_content(kind, payload),
        created_at=from_ms(created_ms),
        changed_at=from_ms(changed_ms),
        not_before=from_ms(not_before_ms),
        try_after=None if try_after_ms is None else from_ms(try_after_ms),
        reason=reason,
        hold=None if held is None else read_hold(held),
        baseline=None if is_update or measure is None else read_baseline(measure),
        base=MappingProxyType(read_values(measure) if is_update and measure else {}),
        matches_before=matches_before,
        seen=None if seen is None else read_seen(seen),
        resent=resent,
        looks=looks,
        looked_at=None if looked_ms is None else from_ms(looked_ms),
        needs_agent=bool(needs_agent),
        batch=batch,
    )
