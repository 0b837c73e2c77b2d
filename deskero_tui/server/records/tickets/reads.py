"""Reads tickets as the wire shows them: whole records, references embedded (API sheet §5.1).

A page costs a fixed number of statements, whatever its size, and is put together from JSON texts:
as objects, the records embedded in it would be written out dozens of times over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, bindparam, func, select

from deskero_tui.server.http.json_text import array_of, json_text, quoted
from deskero_tui.server.http.list_params import ListQuery
from deskero_tui.server.records.directory.kinds import AGENTS, AREAS, CUSTOMERS, GROUPS, TYPES
from deskero_tui.server.records.directory.records import Page
from deskero_tui.server.records.fixed_lists import SOURCES, STATUSES
from deskero_tui.server.storage.json_cache import Embedded, WrittenTexts
from deskero_tui.server.storage.tables import (
    CHANNEL_MEMBERS,
    document_contents,
    documents,
    notes,
    replies,
    ticket_cc,
    ticket_custom_fields,
    ticket_tags,
    tickets,
)

Texts = dict[str, list[str]]
"""JSON texts by the id of what they belong to."""

AnyRow = Row[*tuple[Any, ...]]

_FIRST_CHANNEL = list(tickets.columns).index(tickets.c[CHANNEL_MEMBERS[0]])
CHANNELS_IN_ROW = slice(_FIRST_CHANNEL, _FIRST_CHANNEL + len(CHANNEL_MEMBERS))
"""Where a ticket's row holds them, all in a line and mostly empty."""
NO_CHANNELS = ",".join(f'"{name}":null' for name in CHANNEL_MEMBERS)

STATUS_TEXTS = {name: json_text(record) for name, record in STATUSES.items()}
SOURCE_TEXTS = {name: json_text(record) for name, record in SOURCES.items()}


@dataclass(frozen=True)
class Rendering:
    """How records are written out for one request."""

    base_url: str
    """Begins every address in them; no slash at its end."""
    custom_fields_as_object: bool
    texts: WrittenTexts


@dataclass(frozen=True)
class Download:
    """One attached file."""

    name: str
    mime_type: str
    content: bytes


def read_page(connection: Connection, query: ListQuery, rendering: Rendering) -> Page:
    """Read one page of tickets in the order the query asks for."""
    counting = select(func.count()).select_from(tickets).where(*query.conditions)
    total = connection.scalar(counting) or 0
    statement = (
        select(tickets)
        .where(*query.conditions)
        .order_by(*query.order)
        .limit(query.limit)
        .offset(query.offset)
    )
    rows = connection.execute(statement).all()
    return Page(_written_out(connection, rows, rendering), total)


def read_one(connection: Connection, ticket_id: str, rendering: Rendering) -> bytes | None:
    """One ticket as JSON, or None."""
    rows = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).all()
    texts = _written_out(connection, rows, rendering)
    return texts[0] if texts else None


def read_document(connection: Connection, document_id: str) -> Download | None:
    """One attached file with its bytes, or None."""
    row = connection.execute(
        select(documents.c.documentName, documents.c.documentType, document_contents.c.content)
        .join(document_contents, document_contents.c.documentId == documents.c.id)
        .where(documents.c.id == document_id)
    ).one_or_none()
    return Download(*row) if row else None


def _parts_of(*columns: Column[Any], order: Sequence[Column[Any]]) -> Select[Any]:
    """A statement for parts of the tickets in the parameter `ids`; the first column is their id."""
    belongs = columns[0].in_(bindparam("ids", expanding=True))
    return select(*columns).where(belongs).order_by(*order)


_REPLIES = _parts_of(
    *(replies.c.ticketId, replies.c.id, replies.c.text, replies.c.replyDate),
    *(replies.c.replyFromCustomer, replies.c.replyToCustomer),
    *(replies.c.replyFromOperator, replies.c.replyToOperator, replies.c.channelIds),
    order=(replies.c.replyDate, replies.c.sequence),
)
_NOTES = _parts_of(
    *(notes.c.ticketId, notes.c.id, notes.c.note, notes.c.insertBy, notes.c.assignedTo),
    *(notes.c.date, notes.c.remindMe),
    order=(notes.c.date, notes.c.sequence),
)
_DOCUMENTS = _parts_of(
    *(documents.c.ticketId, documents.c.replyId, documents.c.id, documents.c.documentName),
    *(documents.c.attachedDate, documents.c.documentSize, documents.c.documentType),
    order=(documents.c.sequence,),
)
_CC = _parts_of(ticket_cc.c.ticketId, ticket_cc.c.agentId, order=(ticket_cc.c.sequence,))
_TAGS = _parts_of(ticket_tags.c.ticketId, ticket_tags.c.tag, order=(ticket_tags.c.sequence,))
_CUSTOM_FIELDS = _parts_of(
    *(ticket_custom_fields.c.ticketId, ticket_custom_fields.c.name, ticket_custom_fields.c.value),
    order=(ticket_custom_fields.c.sequence,),
)


def _written_out(
    connection: Connection, rows: Sequence[AnyRow], rendering: Rendering
) -> list[bytes]:
    """Tickets as JSON, in the order of their rows; from what is at hand where nothing changed.

    As bytes: one emoji makes a `str` four times as large, and copying it as slow.
    """
    embedded = rendering.texts.at(connection, rendering.base_url)
    texts = {row.id: embedded.ticket(row.id, row.managedDate) for row in rows}
    changed = [row for row in rows if texts[row.id] is None]
    fresh = _write_out(connection, changed, rendering, embedded)
    for row, text in zip(changed, fresh, strict=True):
        texts[row.id] = written = text.encode()
        embedded.keep_ticket(row.id, row.managedDate, written)
    return [text for text in texts.values() if text is not None]


def _write_out(
    connection: Connection, rows: Sequence[AnyRow], rendering: Rendering, embedded: Embedded
) -> list[str]:
    if not rows:
        return []
    of_these = {"ids": [row.id for row in rows]}
    reply_rows = connection.execute(_REPLIES, of_these).all()
    cc_rows = connection.execute(_CC, of_these).all()
    _load(embedded, rows, reply_rows, cc_rows)

    documents_of = _documents(connection, of_these, rendering)
    replies_of = _replies(reply_rows, documents_of, embedded)
    notes_of = _notes(connection, of_these)
    cc_of: Texts = defaultdict(list)
    for ticket_id, agent_id in cc_rows:
        cc_of[ticket_id].append(embedded.text(AGENTS, agent_id))
    tags_of: Texts = defaultdict(list)
    for ticket_id, tag in connection.execute(_TAGS, of_these):
        tags_of[ticket_id].append(quoted(tag))
    fields_of: Texts = defaultdict(list)
    for ticket_id, name, value in connection.execute(_CUSTOM_FIELDS, of_these):
        fields_of[ticket_id].append(f"{quoted(name)}:{quoted(value)}")

    none: list[str] = []
    return [
        f'{{"id":"{row.id}","number":"{row.counter}/{row.year}",'
        f'"subject":{quoted(row.subject)},"description":{quoted(row.description)},'
        f'"insertDate":{row.insertDate},"managedDate":{row.managedDate},'
        f'"closedDate":{_number(row.closedDate)},"priority":{row.priority},'
        f'"assignedTo":{embedded.text(AGENTS, row.assignedTo)},'
        f'"cc":{array_of(cc_of.get(row.id, none))},'
        f'"openedBy":{embedded.text(CUSTOMERS, row.openedBy)},'
        f'"numberOfReplies":{row.numberOfReplies},'
        f'"replies":{array_of(replies_of.get(row.id, none))},'
        f'"tags":{array_of(tags_of.get(row.id, none))},'
        f'"attachedDocuments":{array_of(documents_of.get(row.id, none))},'
        f'"status":{STATUS_TEXTS[row.status]},'
        f'"type":{embedded.text(TYPES, row.type)},'
        f'"area":{embedded.text(AREAS, row.area)},'
        f'"group":{embedded.text(GROUPS, row.group)},'
        f'"memo":{quoted(row.memo)},"source":{SOURCE_TEXTS[row.source]},'
        f'"customFields":{_custom_fields(fields_of.get(row.id, none), rendering)},'
        f'"ticketNotes":{array_of(notes_of.get(row.id, none))},'
        f"{_channels(row[CHANNELS_IN_ROW])},"
        f'"customPortalId":{quoted(row.customPortalId)},'
        f'"toReply":{_flag(row.toReply)},"toReplyCustomer":{_flag(row.toReplyCustomer)}}}'
        for row in rows
    ]


def _load(
    embedded: Embedded,
    rows: Sequence[AnyRow],
    reply_rows: Sequence[AnyRow],
    cc_rows: Sequence[AnyRow],
) -> None:
    """Have everyone and everything that a page shows at hand, in as few statements as kinds."""
    customer_ids = {row.openedBy for row in rows}
    agent_ids = {row.assignedTo for row in rows} | {agent_id for _, agent_id in cc_rows}
    for _, _, _, _, from_customer, to_customer, from_agent, to_agent, _ in reply_rows:
        customer_ids |= {from_customer, to_customer}
        agent_ids |= {from_agent, to_agent}
    embedded.load(AGENTS, agent_ids)
    embedded.load(CUSTOMERS, customer_ids)
    embedded.load(TYPES, {row.type for row in rows})
    embedded.load(AREAS, {row.area for row in rows})
    embedded.load(GROUPS, {row.group for row in rows})


def _replies(rows: Sequence[AnyRow], documents_of: Texts, embedded: Embedded) -> Texts:
    written: Texts = defaultdict(list)
    none: list[str] = []
    for ticket_id, reply_id, text, date, by_customer, to_customer, by_agent, to_agent, ids in rows:
        written[ticket_id].append(
            f'{{"text":{quoted(text)},"replyDate":{date},'
            f'"replyFromCustomer":{embedded.text(CUSTOMERS, by_customer)},'
            f'"replyToCustomer":{embedded.text(CUSTOMERS, to_customer)},'
            f'"replyFromOperator":{embedded.text(AGENTS, by_agent)},'
            f'"replyToOperator":{embedded.text(AGENTS, to_agent)},'
            f'"attachedDocuments":{array_of(documents_of.get(reply_id, none))},'
            f"{_channels(list(map(ids.get, CHANNEL_MEMBERS))) if ids else NO_CHANNELS}}}"
        )
    return written


def _documents(connection: Connection, of_these: dict[str, Any], rendering: Rendering) -> Texts:
    """Files by the id of their reply, or of their ticket where they hang on its description."""
    written: Texts = defaultdict(list)
    rows = connection.execute(_DOCUMENTS, of_these)
    for ticket_id, reply_id, document_id, name, date, size_bytes, mime_type in rows:
        address = f"{rendering.base_url}/document/{document_id}"
        written[reply_id or ticket_id].append(
            f'{{"documentName":{quoted(name)},"documentDate":{date},"documentSize":{size_bytes},'
            f'"documentType":{quoted(mime_type)},"attachedDate":{date},'
            f'"documentURL":{quoted(address)},"documentBlob":null}}'
        )
    return written


def _notes(connection: Connection, of_these: dict[str, Any]) -> Texts:
    written: Texts = defaultdict(list)
    rows = connection.execute(_NOTES, of_these)
    for ticket_id, note_id, text, author, reader, date, remind in rows:
        written[ticket_id].append(
            f'{{"id":"{note_id}","note":{quoted(text)},"insertBy":{quoted(author)},'
            f'"assignedTo":{quoted(reader)},"date":{date},"remindMe":{_number(remind)}}}'
        )
    return written


def _custom_fields(members: list[str], rendering: Rendering) -> str:
    """One object per field as documented, or one for all (API sheet §5.10)."""
    if rendering.custom_fields_as_object:
        return f"{{{','.join(members)}}}"
    return array_of([f"{{{member}}}" for member in members])


def _channels(ids: Sequence[str | None]) -> str:
    """The members that say where a message came from, without braces; ids in their order."""
    if not any(ids):
        return NO_CHANNELS
    named = zip(CHANNEL_MEMBERS, ids, strict=True)
    return ",".join(f'"{name}":{quoted(value)}' for name, value in named)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _flag(value: bool) -> str:
    return "true" if value else "false"
