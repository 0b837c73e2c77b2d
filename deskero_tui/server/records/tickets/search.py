"""What `/ticket/list` can be asked for (API sheet §3.5); pure."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import ColumnElement, Table, and_, exists, or_, select

from deskero_tui.server.http.list_params import (
    Condition,
    Narrowing,
    Searchable,
    columns_as_fields,
    containing,
    exactly,
    flag,
    is_set,
    number,
)
from deskero_tui.server.storage.dialect import fold, folded
from deskero_tui.server.storage.tables import (
    CHANNEL_MEMBERS,
    agents,
    companies,
    customers,
    documents,
    notes,
    replies,
    ticket_areas,
    ticket_cc,
    ticket_custom_fields,
    ticket_groups,
    ticket_tags,
    ticket_types,
    tickets,
)

WAITING_STATUSES = ("opened", "onhold")
"""What `pending` asks for; a guess, no source says what it means (API sheet §3.5)."""

AGENT_TEXTS = ("name", "email", "phoneNumber", "mobileNumber", "address", "city")
CUSTOMER_TEXTS = (
    *("name", "email", "phoneNumber", "mobileNumber", "faxNumber", "company"),
    *("address", "city", "province", "postalNumber", "memo", "website"),
)


def _number(value: str) -> Condition:
    counter, slash, year = value.partition("/")
    if not (slash and _is_count(counter) and _is_count(year)):
        raise ValueError("must look like 7/2024")
    return and_(tickets.c.counter == int(counter), tickets.c.year == int(year))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _of(table: Table, reference: ColumnElement[str | None], matcher: Narrowing) -> Narrowing:
    """A condition on the record a ticket refers to."""

    def match(value: str) -> Condition:
        return reference.in_(select(table.c.id).where(matcher(value)))

    return match


def _part(table: Table, matcher: Narrowing) -> Narrowing:
    """A condition that some part of the ticket fulfils."""

    def match(value: str) -> Condition:
        return tickets.c.id.in_(select(table.c.ticketId).where(matcher(value)))

    return match


def _tags(value: str) -> Condition | None:
    wanted = {fold(tag.strip()) for tag in value.split(",") if tag.strip()}
    if not wanted:
        return None
    tagged = [
        exists().where(ticket_tags.c.ticketId == tickets.c.id, folded(ticket_tags.c.tag) == tag)
        for tag in sorted(wanted)
    ]
    return and_(*tagged)


def _custom_field(name_and_value: str) -> Condition:
    name, _, value = name_and_value.partition("\0")
    field = ticket_custom_fields.c
    wanted = [field.ticketId == tickets.c.id, folded(field.name) == fold(name)]
    if value:
        wanted.append(containing(field.value)(value))
    return exists().where(*wanted)


def _free_text(value: str) -> Condition | None:
    if not value.strip():
        return None
    holds = [
        containing(column)(value)
        for column in (tickets.c.subject, tickets.c.description, tickets.c.memo)
    ]
    with suppress(ValueError):
        holds.append(_number(value.strip()))
    return or_(
        *holds,
        *(
            _part(part.table, containing(part))(value)
            for part in (replies.c.text, notes.c.note, documents.c.documentName)
        ),
        _of(customers, tickets.c.openedBy, containing(customers.c.name))(value),
        _of(customers, tickets.c.openedBy, containing(customers.c.email))(value),
    )


def _record(name: str, table: Table, texts: tuple[str, ...]) -> dict[str, Narrowing]:
    """The dotted parameters of one reference; its bare name asks for the id."""
    reference = tickets.c[name]
    fields = {f"{name}.{text}": _of(table, reference, containing(table.c[text])) for text in texts}
    by_id = exactly(reference)
    return {name: by_id, f"{name}._id": by_id, f"{name}.id": by_id} | fields


def _classification(name: str, table: Table) -> dict[str, Narrowing]:
    """Like `_record`; the bare name asks for the machine name, as in the documented samples."""
    reference = tickets.c[name]
    by_name = _of(table, reference, exactly(table.c[name]))
    by_id = exactly(reference)
    return {name: by_name, f"{name}.{name}": by_name, f"{name}._id": by_id, f"{name}.id": by_id}


def _cc(matcher: Narrowing) -> Narrowing:
    return _part(ticket_cc, _of(agents, ticket_cc.c.agentId, matcher))


def _company(value: str) -> Condition:
    own = select(companies.c.company).where(companies.c.id == value)
    return tickets.c.openedBy.in_(select(customers.c.id).where(customers.c.company.in_(own)))


def _all(value: str) -> None:
    is_set(value)


_SCALARS = ("insertDate", "managedDate", "closedDate", "numberOfReplies")

TICKETS = Searchable(
    fields={
        "id": exactly(tickets.c.id),
        "_id": exactly(tickets.c.id),
        "number": _number,
        **columns_as_fields((tickets.c[name] for name in _SCALARS), number),
        **columns_as_fields((tickets.c.subject, tickets.c.description, tickets.c.memo), containing),
        **columns_as_fields((tickets.c[name] for name in CHANNEL_MEMBERS), exactly),
        "customPortalId": exactly(tickets.c.customPortalId),
        "status": exactly(tickets.c.status),
        "status.status": exactly(tickets.c.status),
        "source": exactly(tickets.c.source),
        "source.source": exactly(tickets.c.source),
        **_record("assignedTo", agents, AGENT_TEXTS),
        **_record("openedBy", customers, CUSTOMER_TEXTS),
        "openedBy.company._id": _company,
        "cc": _part(ticket_cc, exactly(ticket_cc.c.agentId)),
        "cc._id": _part(ticket_cc, exactly(ticket_cc.c.agentId)),
        "cc.id": _part(ticket_cc, exactly(ticket_cc.c.agentId)),
        "cc.name": _cc(containing(agents.c.name)),
        **_classification("type", ticket_types),
        **_classification("area", ticket_areas),
        **_classification("group", ticket_groups),
        "tags": _tags,
        "customFields": _custom_field,
        "text": _free_text,
        "replies.text": _part(replies, containing(replies.c.text)),
        "ticketNotes.note": _part(notes, containing(notes.c.note)),
        "ticketNotes.insertBy": _part(notes, exactly(notes.c.insertBy)),
        "ticketNotes.assignedTo": _part(notes, exactly(notes.c.assignedTo)),
        "attachedDocuments.documentName": _part(documents, containing(documents.c.documentName)),
        "priority": flag(tickets.c.priority == 1),
        "toReply": flag(tickets.c.toReply),
        "toReplyCustomer": flag(tickets.c.toReplyCustomer),
        "pending": flag(tickets.c.status.in_(WAITING_STATUSES)),
        "topClients": flag(
            tickets.c.openedBy.in_(select(customers.c.id).where(customers.c.topClient))
        ),
        "all": _all,
    },
    sortable={
        "number": (tickets.c.year, tickets.c.counter),
        **{
            name: (tickets.c[name],)
            for name in (*_SCALARS, "subject", "status", "source", "priority")
        },
    },
    default_sort="insertDate_DESC",
    tie_break=tickets.c.id,
)
