"""What an agent sends, spelled for the wire: the only place that writes members of requests
(API sheet §3.6, §4.1, §5).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pydantic_core import PydanticSerializationError, to_json

from deskero_tui.api.address import ClientOptions, CustomFieldsSpelling, FileSpelling
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.outbox.outgoing import (
    UNSET,
    NewTicket,
    OutgoingNote,
    OutgoingReply,
    TicketPatch,
    UploadFile,
)
from deskero_tui.domain.time.epoch import to_ms

Wire = dict[str, Any]
"""One JSON object with wire names."""


def reply_wire(reply: OutgoingReply, options: ClientOptions) -> Wire:
    """The body of `/ticket/reply/{id}`."""
    wire: Wire = {"text": reply.body, "replyFromOperator": {"id": reply.from_agent}}
    return wire | _files(reply.files, options)


def note_wire(note: OutgoingNote) -> Wire:
    """The body of `/ticket/addNote/{id}`; the only place with plain ids for agents."""
    wire: Wire = {
        "note": note.text,
        "insertBy": note.author,
        "assignedTo": note.assignee,
        "date": to_ms(note.inserted_at),
    }
    if note.remind_at is not None:
        wire["remindMe"] = to_ms(note.remind_at)
    return wire


def new_ticket_wire(ticket: NewTicket, options: ClientOptions) -> Wire:
    """The body of `/ticket/insert`; what was not chosen is left to the desk."""
    wire: Wire = {
        "subject": ticket.subject,
        "description": ticket.description,
        "openedBy": {"id": ticket.customer},
        "type": {"id": ticket.type},
        "priority": int(ticket.is_priority),
    }
    if ticket.status is not None:
        wire["status"] = {"status": ticket.status}
    for member, chosen in (
        ("area", ticket.area),
        ("group", ticket.group),
        ("assignedTo", ticket.assignee),
    ):
        if chosen is not None:
            wire[member] = {"id": chosen}
    if ticket.tags:
        wire["tags"] = list(ticket.tags)
    return wire | _files(ticket.files, options)


def patch_wire(patch: TicketPatch, options: ClientOptions) -> Wire:
    """The body of `/ticket/update/{id}`: changed members only, null for one that is cleared."""
    wire: Wire = {}
    for member, text in (("subject", patch.subject), ("memo", patch.memo)):
        if text is not UNSET:
            wire[member] = text
    if patch.status is not UNSET:
        wire["status"] = {"status": patch.status}
    if patch.is_priority is not UNSET:
        wire["priority"] = int(patch.is_priority)
    for member, chosen in (
        ("assignedTo", patch.assignee),
        ("type", patch.type),
        ("area", patch.area),
        ("group", patch.group),
    ):
        if chosen is not UNSET:
            wire[member] = None if chosen is None else {"id": chosen}
    if patch.tags is not UNSET:
        wire["tags"] = list(patch.tags)
    if patch.cc is not UNSET:
        wire["cc"] = [{"id": agent} for agent in patch.cc]
    if patch.custom_fields is not UNSET:
        wire["customFields"] = _CUSTOM_FIELDS_WRITERS[options.custom_fields_spelling](
            patch.custom_fields
        )
    return wire


def customer_wire(name: str, email: str) -> Wire:
    """The body of `/customer/insert`."""
    return {"name": name, "email": email}


def json_bytes(wire: Wire) -> bytes:
    """`wire` as UTF-8 JSON.

    Raises:
        BadInput: A text holds half a surrogate pair, which no JSON can carry.
    """
    try:
        return to_json(wire)
    except PydanticSerializationError as error:
        raise BadInput(
            "The text holds a broken character that cannot be sent; type it again."
        ) from error


def _files(files: Iterable[UploadFile], options: ClientOptions) -> Wire:
    write = _FILE_WRITERS[options.file_spelling]
    documents = [
        {
            "documentName": file.name,
            "documentType": file.media_type,
            options.file_spelling.value: write(file.content),
        }
        for file in files
    ]
    return {"attachedDocuments": documents} if documents else {}


def _in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


_FILE_WRITERS: Final[Mapping[FileSpelling, Callable[[bytes], str]]] = {
    FileSpelling.HEX: bytes.hex,
    FileSpelling.BASE64: _in_base64,
}

_CUSTOM_FIELDS_WRITERS: Final[
    Mapping[CustomFieldsSpelling, Callable[[Mapping[str, str | None]], object]]
] = {
    CustomFieldsSpelling.OBJECT: dict,
    CustomFieldsSpelling.LIST: lambda values: [{name: text} for name, text in values.items()],
}
