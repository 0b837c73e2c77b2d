"""The rules of the desk for writing tickets, one transaction each (API sheet §4.1, §5.1).

`managedDate` grows with every write, also when the clock stands still or steps back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    RowMapping,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from deskero_tui.server.errors import bad_request, not_found
from deskero_tui.server.ids import new_id
from deskero_tui.server.records.fixed_lists import CLOSED, SOURCES, STATUSES
from deskero_tui.server.records.tickets.wire import NewTicket, NoteBody, ReplyBody, TicketPatch
from deskero_tui.server.records.wire import Ref, Upload
from deskero_tui.server.storage.tables import (
    CHANNEL_MEMBERS,
    agents,
    customers,
    document_contents,
    documents,
    notes,
    replies,
    ticket_areas,
    ticket_cc,
    ticket_counters,
    ticket_custom_fields,
    ticket_groups,
    ticket_tags,
    ticket_types,
    tickets,
)

Values = dict[str, Any]

_REFERENCES = (
    ("assignedTo", agents, "agent"),
    ("openedBy", customers, "customer"),
    ("type", ticket_types, "ticket type"),
    ("area", ticket_areas, "ticket area"),
    ("group", ticket_groups, "ticket group"),
)
_NEVER_NULL = ("subject", "description", "openedBy", "type", "status", "source", "priority")
_SCALARS = ("subject", "description", "priority", "memo", *CHANNEL_MEMBERS, "customPortalId")


# Made once, as replies are the writes that come in numbers.
_TICKET_BY_ID = select(tickets).where(tickets.c.id == bindparam("ticket_id"))
_INSERT_REPLY = insert(replies)
_COUNT_REPLY = (
    update(tickets)
    .where(tickets.c.id == bindparam("ticket_id"))
    .values(
        numberOfReplies=tickets.c.numberOfReplies + 1,
        toReply=bindparam("by_customer"),
        toReplyCustomer=bindparam("by_agent"),
        managedDate=bindparam("managed_ms"),
    )
)


def insert_ticket(connection: Connection, body: NewTicket, now_ms: int) -> str:
    """Create a ticket with everything in it; answers its id.

    Raises:
        ApiError: 400, naming the member that refers to nothing.
    """
    ticket_id = new_id(now_ms)
    year = datetime.fromtimestamp(now_ms / 1000, UTC).year
    body.cannot_be_null("priority", "status", "source")
    values: Values = {
        "priority": 0,
        "status": "opened",
        "source": "web",
        **_values(connection, body, None, now_ms),
    }
    connection.execute(
        insert(tickets).values(
            id=ticket_id,
            year=year,
            counter=_next_counter(connection, year),
            insertDate=now_ms,
            managedDate=now_ms,
            # The description is the customer's, and waits for an answer.
            toReply=True,
            toReplyCustomer=False,
            numberOfReplies=0,
            **values,
        )
    )
    _save_parts(connection, ticket_id, body, now_ms)
    return ticket_id


def update_ticket(connection: Connection, ticket_id: str, body: TicketPatch, now_ms: int) -> str:
    """Change the members that were sent; answers the id.

    `tags`, `cc` and `customFields` are replaced; replies, notes and files are added unless the
    ticket has them already, so that a record can be sent back whole.

    Raises:
        ApiError: 404 for an unknown ticket, 400 for a reference to nothing.
    """
    old = _existing(connection, ticket_id)
    body.cannot_be_null(*_NEVER_NULL)
    values = _values(connection, body, old, now_ms)
    values["managedDate"] = _later(old, now_ms)
    connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(**values))
    _save_parts(connection, ticket_id, body, now_ms)
    return ticket_id


def delete_ticket(connection: Connection, ticket_id: str) -> str:
    """Delete a ticket and all its parts for good; answers the id.

    Raises:
        ApiError: 404 for an unknown ticket.
    """
    _existing(connection, ticket_id)
    connection.execute(delete(tickets).where(tickets.c.id == ticket_id))
    return ticket_id


def add_reply(connection: Connection, ticket_id: str, body: ReplyBody, now_ms: int) -> str:
    """Add a reply; answers the reply's id.

    Raises:
        ApiError: 404 for an unknown ticket, 400 for an unknown person.
    """
    return _insert_reply(connection, _existing(connection, ticket_id), body, now_ms)


def add_note(connection: Connection, ticket_id: str, body: NoteBody, now_ms: int) -> str:
    """Add a note; answers the note's id.

    Raises:
        ApiError: 404 for an unknown ticket, 400 for an unknown agent.
    """
    _touch(connection, _existing(connection, ticket_id), now_ms)
    return _insert_note(connection, ticket_id, body, now_ms)


def delete_document(connection: Connection, ticket_id: str, document_id: str, now_ms: int) -> str:
    """Delete a file of a ticket or of one of its replies; answers the file's id.

    Raises:
        ApiError: 404 when the ticket has no such file.
    """
    old = _existing(connection, ticket_id)
    its_file = (documents.c.ticketId == ticket_id, documents.c.id == document_id)
    if connection.execute(delete(documents).where(*its_file)).rowcount == 0:
        raise not_found(f"Ticket {ticket_id} has no document {document_id}")
    _touch(connection, old, now_ms)
    return document_id


def _existing(connection: Connection, ticket_id: str) -> RowMapping:
    row = connection.execute(_TICKET_BY_ID, {"ticket_id": ticket_id}).mappings().one_or_none()
    if row is None:
        raise not_found(f"There is no ticket {ticket_id}")
    return row


def _later(old: RowMapping, now_ms: int) -> int:
    return int(max(now_ms, old["managedDate"] + 1))


def _touch(connection: Connection, old: RowMapping, now_ms: int) -> None:
    its_row = tickets.c.id == old["id"]
    connection.execute(update(tickets).where(its_row).values(managedDate=_later(old, now_ms)))


def _next_counter(connection: Connection, year: int) -> int:
    this_year = ticket_counters.c.year == year
    counted = update(ticket_counters).where(this_year).values(last=ticket_counters.c.last + 1)
    if connection.execute(counted).rowcount == 0:
        connection.execute(insert(ticket_counters).values(year=year, last=1))
    return int(connection.execute(select(ticket_counters.c.last).where(this_year)).scalar_one())


def _values(
    connection: Connection, body: TicketPatch, old: RowMapping | None, now_ms: int
) -> Values:
    """The columns of the ticket itself that a body changes."""
    values: Values = body.given(*_SCALARS)
    for member, table, noun in _REFERENCES:
        if member in body.model_fields_set:
            reference = getattr(body, member)
            values[member] = _known(connection, table, noun, member, reference)
    if body.source is not None:
        values["source"] = _named(body.source.source, "source", SOURCES)
    if body.status is not None:
        values["status"] = _named(body.status.status, "status", STATUSES)
        was_closed = old is not None and old["status"] == CLOSED
        if values["status"] != CLOSED:
            values["closedDate"] = None
        elif not was_closed:
            values["closedDate"] = now_ms
    return values


def _named(name: str, member: str, known: Iterable[str]) -> str:
    if name not in known:
        raise bad_request(f"{member}.{member}: there is no {member} {name}")
    return name


def _known(
    connection: Connection, table: Table, noun: str, member: str, reference: Ref | None
) -> str | None:
    """The id of a reference that leads somewhere; None for a cleared one."""
    if reference is None:
        return None
    return _known_id(connection, table, noun, f"{member}.id", reference.id)


def _known_id(connection: Connection, table: Table, noun: str, field: str, record_id: str) -> str:
    if connection.scalar(select(table.c.id).where(table.c.id == record_id)) is None:
        raise bad_request(f"{field}: there is no {noun} {record_id}")
    return record_id


def _save_parts(connection: Connection, ticket_id: str, body: TicketPatch, now_ms: int) -> None:
    given = body.model_fields_set
    if "cc" in given:
        agent_ids = dict.fromkeys(agent.id for agent in body.cc or [])
        rows: list[Values] = [
            {"agentId": _known_id(connection, agents, "agent", "cc.id", agent_id)}
            for agent_id in agent_ids
        ]
        _replace(connection, ticket_cc.c.ticketId, ticket_id, rows)
    if "tags" in given:
        rows = [{"tag": tag} for tag in body.tags or []]
        _replace(connection, ticket_tags.c.ticketId, ticket_id, rows)
    if "customFields" in given:
        texts = body.customFields or {}
        rows = [{"name": name, "value": value} for name, value in texts.items()]
        _replace(connection, ticket_custom_fields.c.ticketId, ticket_id, rows)
    _insert_documents(connection, ticket_id, None, body.attachedDocuments, now_ms)
    for reply in body.replies or []:
        if not _has_reply(connection, ticket_id, reply):
            _insert_reply(connection, _existing(connection, ticket_id), reply, now_ms)
    for note in body.ticketNotes or []:
        if note.id is None or not _has_note(connection, ticket_id, note.id):
            _insert_note(connection, ticket_id, note, now_ms)


def _replace(
    connection: Connection, owner: Column[str], ticket_id: str, rows: Sequence[Values]
) -> None:
    table = owner.table
    assert isinstance(table, Table)
    connection.execute(delete(table).where(owner == ticket_id))
    if rows:
        connection.execute(insert(table), [{"ticketId": ticket_id, **row} for row in rows])


def _has_reply(connection: Connection, ticket_id: str, body: ReplyBody) -> bool:
    """Replies are read without an id: one is known again by moment, author and text."""
    author, by_column = (
        (body.replyFromCustomer, replies.c.replyFromCustomer)
        if body.replyFromCustomer is not None
        else (body.replyFromOperator, replies.c.replyFromOperator)
    )
    assert author is not None
    same = select(replies.c.id).where(
        replies.c.ticketId == ticket_id,
        replies.c.replyDate == body.replyDate,
        replies.c.text == body.text,
        by_column == author.id,
    )
    return connection.scalar(same.limit(1)) is not None


def _has_note(connection: Connection, ticket_id: str, note_id: str) -> bool:
    same = select(notes.c.id).where(notes.c.ticketId == ticket_id, notes.c.id == note_id)
    return connection.scalar(same) is not None


def _insert_reply(connection: Connection, ticket: RowMapping, body: ReplyBody, now_ms: int) -> str:
    """Write a reply and what follows from it: who has to answer now, and the count."""
    reply_id = new_id(now_ms)
    people = {
        member: _known(connection, table, noun, member, getattr(body, member))
        for member, table, noun in (
            ("replyFromCustomer", customers, "customer"),
            ("replyToCustomer", customers, "customer"),
            ("replyFromOperator", agents, "agent"),
            ("replyToOperator", agents, "agent"),
        )
    }
    by_customer = people["replyFromCustomer"] is not None
    if people["replyToCustomer"] is None and people["replyToOperator"] is None:
        # Without an addressee it goes to the other side of the ticket.
        other = (
            ("replyToOperator", "assignedTo") if by_customer else ("replyToCustomer", "openedBy")
        )
        people[other[0]] = ticket[other[1]]
    channels = {
        name: value for name, value in body.given(*CHANNEL_MEMBERS).items() if value is not None
    }
    connection.execute(
        _INSERT_REPLY,
        {
            "id": reply_id,
            "ticketId": ticket["id"],
            "text": body.text,
            "replyDate": now_ms if body.replyDate is None else body.replyDate,
            "channelIds": channels or None,
            **people,
        },
    )
    connection.execute(
        _COUNT_REPLY,
        {
            "ticket_id": ticket["id"],
            "by_customer": by_customer,
            "by_agent": not by_customer,
            "managed_ms": _later(ticket, now_ms),
        },
    )
    _insert_documents(connection, ticket["id"], reply_id, body.attachedDocuments, now_ms)
    return reply_id


def _insert_note(connection: Connection, ticket_id: str, body: NoteBody, now_ms: int) -> str:
    note_id = new_id(now_ms)
    author = _known_id(connection, agents, "agent", "insertBy", body.insertBy)
    reader = author
    if body.assignedTo is not None:
        reader = _known_id(connection, agents, "agent", "assignedTo", body.assignedTo)
    connection.execute(
        insert(notes).values(
            id=note_id,
            ticketId=ticket_id,
            note=body.note,
            insertBy=author,
            assignedTo=reader,
            date=now_ms if body.date is None else body.date,
            remindMe=body.remindMe,
        )
    )
    return note_id


def _insert_documents(
    connection: Connection,
    ticket_id: str,
    reply_id: str | None,
    uploads: Sequence[Upload] | None,
    now_ms: int,
) -> None:
    """Store files with their bytes; one without bytes must be one this ticket has already."""
    for upload in uploads or []:
        if upload.content is None:
            _check_known_file(connection, ticket_id, upload)
            continue
        document_id = new_id(now_ms)
        connection.execute(
            insert(documents).values(
                id=document_id,
                ticketId=ticket_id,
                replyId=reply_id,
                documentName=upload.documentName,
                documentType=upload.documentType or "application/octet-stream",
                documentSize=len(upload.content),
                attachedDate=now_ms,
            )
        )
        connection.execute(
            insert(document_contents).values(documentId=document_id, content=upload.content)
        )


def _check_known_file(connection: Connection, ticket_id: str, upload: Upload) -> None:
    its_file = (documents.c.ticketId == ticket_id, documents.c.id == upload.known_id)
    if connection.scalar(select(documents.c.id).where(*its_file)) is None:
        raise bad_request(
            f"attachedDocuments: {upload.documentName} comes without documentBlob or documentBase64"
        )
