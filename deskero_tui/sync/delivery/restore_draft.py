"""The way back from the outbox into drafts: no word of what was taken out again is lost.

Functions of one transaction; their first parameter is the connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from deskero_tui.domain.outbox.contents import (
    CreateContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.delivery_check import has_left
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.items import Happening, ItemId, MoveRefused, OutboxItem, moved
from deskero_tui.domain.outbox.outgoing import UNSET, NewTicket
from deskero_tui.store import drafts, outbox

MAY_HAVE_ARRIVED = "This may have arrived already. Send it again, keep looking, or drop it."
REMIND_AT = "remind_at"
"""The field of a draft that holds a note's reminder as a moment (ISO 8601), where nothing is known
of how it was typed."""


def to_draft(
    connection: Connection,
    item_id: ItemId,
    happening: Happening,
    *,
    at: datetime,
    elsewhere: Mapping[Path, Path],
) -> list[OutboxItem]:
    """Takes an item out, with what was queued with it for its ticket; its words become a draft.

    `elsewhere` says where files lie now that are no longer in their old place.

    Raises:
        MoveRefused: Its state does not allow that, or it has no words to edit.
    """
    item = outbox.item_of(connection, item_id)
    moved(item.state, happening)
    if has_left(item):
        raise MoveRefused(MAY_HAVE_ARRIVED)
    others = outbox.companions(connection, item)
    key = draft_key_of(item)
    if key is not None:
        paths = [kept.path for kept in outbox.files_of(connection, item_id)]
        files = [elsewhere.get(path, path) for path in paths]
        drafts.give_back(connection, key, draft_of(item, others, files), at=at)
    elif happening is Happening.EDITED:
        raise MoveRefused("There is no text to edit. Drop it and make the change anew.")
    return _out(connection, item, others, happening, at)


def give_up(
    connection: Connection,
    item_id: ItemId,
    *,
    at: datetime,
    elsewhere: Mapping[Path, Path],
) -> list[OutboxItem]:
    """Drops an item, with what was queued with it for its ticket; all words stay as versions.

    `elsewhere` as in `to_draft`.

    Raises:
        MoveRefused: Its state does not allow that.
    """
    item = outbox.item_of(connection, item_id)
    others = outbox.companions(connection, item)
    _put_aside(connection, item, others, at, elsewhere)
    return _out(connection, item, others, Happening.DROPPED, at)


def mark_sent(connection: Connection, item_id: ItemId, *, at: datetime) -> OutboxItem:
    """End an item that the agent has seen on the desk; its words stay as a version for a day.

    Raises:
        MoveRefused: Its state does not allow that.
    """
    item = outbox.item_of(connection, item_id)
    _put_aside(connection, item, outbox.companions(connection, item), at, {})
    return outbox.move(connection, item_id, Happening.MARKED_SENT, at=at)


def _put_aside(
    connection: Connection,
    item: OutboxItem,
    companions: Sequence[OutboxItem],
    at: datetime,
    elsewhere: Mapping[Path, Path],
) -> None:
    """Keep the words of an item as a version, if it has any."""
    key = draft_key_of(item)
    if key is not None and not drafts.put_aside(connection, item.id, at=at):
        paths = [kept.path for kept in outbox.files_of(connection, item.id)]
        files = [elsewhere.get(path, path) for path in paths]
        drafts.keep_as_version(connection, key, draft_of(item, companions, files), at=at)


def draft_key_of(item: OutboxItem) -> DraftKey | None:
    """Where the words of an item belong; `None` when it has none."""
    match item.content:
        case ReplyContent():
            return DraftKey(item.ticket_id, DraftKind.REPLY)
        case NoteContent():
            return DraftKey(item.ticket_id, DraftKind.NOTE)
        case CreateContent():
            return DraftKey(None, DraftKind.CREATE)
        case _:
            return None


def draft_of(item: OutboxItem, companions: Sequence[OutboxItem], files: Sequence[Path]) -> Draft:
    """What was written, as far as the item tells. A held one is measured anew from what is known.

    Of a reply that has words; of anything else than reply, note and new ticket nothing.
    """
    known = item.hold.baseline if item.hold else None
    match item.content:
        case ReplyContent(text):
            return Draft(
                text=text,
                files=tuple(files),
                status_after=_status_among(companions),
                baseline=known or item.baseline,
            )
        case NoteContent(text) as note:
            whom = None if note.assignee == note.author else note.assignee
            return Draft(text=text, remind_whom=whom, fields=remind_field(note.remind_at))
        case CreateContent(ticket):
            return draft_of_ticket(ticket, files)
        case _:
            return Draft()


def draft_of_ticket(ticket: NewTicket, files: Sequence[Path]) -> Draft:
    """A new ticket as a draft; its choices by id, under the names of `NewTicket`."""
    fields = {
        "subject": ticket.subject,
        "customer": ticket.customer,
        "type": ticket.type,
        "area": ticket.area or "",
        "group": ticket.group or "",
        "status": ticket.status or "",
        "assignee": ticket.assignee or "",
        "is_priority": "yes" if ticket.is_priority else "",
        "tags": ",".join(ticket.tags),
    }
    chosen = {name: value for name, value in fields.items() if value}
    return Draft(text=ticket.description, files=tuple(files), fields=chosen)


def remind_field(remind_at: datetime | None) -> Mapping[str, str]:
    """A reminder as a field of a draft."""
    return {} if remind_at is None else {REMIND_AT: remind_at.isoformat()}


def _status_among(companions: Sequence[OutboxItem]) -> str | None:
    for one in companions:
        if isinstance(one.content, UpdateContent) and one.content.patch.status is not UNSET:
            return one.content.patch.status
    return None


def _out(
    connection: Connection,
    item: OutboxItem,
    others: Sequence[OutboxItem],
    happening: Happening,
    at: datetime,
) -> list[OutboxItem]:
    for other in others:
        _put_aside(connection, other, (), at, {})
    return [
        outbox.move(connection, item.id, happening, at=at),
        *(outbox.move(connection, other.id, Happening.DROPPED, at=at) for other in others),
    ]
