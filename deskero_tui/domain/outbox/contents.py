"""What a waiting write wants: one value for each kind, and its spelling in the store (JSON).

Light to import: a front end lists the outbox before anything else is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from typing import Any, Final, assert_never

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.time.epoch import from_ms, to_ms


class Kind(Enum):
    """What is done to a ticket."""

    REPLY = "reply"
    NOTE = "note"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class ReplyContent:
    """A message to the customer, as the agent wrote it."""

    text: str = field(repr=False)
    author: AgentId


@dataclass(frozen=True, slots=True)
class NoteContent:
    """An internal remark; with `remind_at` a reminder for `assignee`."""

    text: str = field(repr=False)
    author: AgentId
    assignee: AgentId
    written_at: datetime
    """Goes along as the date of the note, so that a second sending is the same note."""
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CreateContent:
    """A new ticket, without its files: those lie beside it."""

    ticket: NewTicket


@dataclass(frozen=True, slots=True)
class UpdateContent:
    """Fields that change."""

    patch: TicketPatch


@dataclass(frozen=True, slots=True)
class DeleteContent:
    """The ticket goes, for good."""


Content = ReplyContent | NoteContent | CreateContent | UpdateContent | DeleteContent

_KINDS: Final[Mapping[type[Content], Kind]] = {
    ReplyContent: Kind.REPLY,
    NoteContent: Kind.NOTE,
    CreateContent: Kind.CREATE,
    UpdateContent: Kind.UPDATE,
    DeleteContent: Kind.DELETE,
}


def kind_of(content: Content) -> Kind:
    """Which kind of write `content` is."""
    return _KINDS[type(content)]


def content_json(content: Content) -> str:
    """`content` as JSON; `read_content` makes an equal one of it, files aside."""
    return json.dumps(_members(content), ensure_ascii=False)


def read_content(kind: Kind, text: str) -> Content:
    """The content that `content_json` wrote."""
    return _READERS[kind](json.loads(text))


def _members(content: Content) -> dict[str, Any]:
    match content:
        case ReplyContent(text, author):
            return {"text": text, "author": author}
        case NoteContent(text, author, assignee, written_at, remind_at):
            return {
                "text": text,
                "author": author,
                "assignee": assignee,
                "written_ms": to_ms(written_at),
                "remind_ms": None if remind_at is None else to_ms(remind_at),
            }
        case CreateContent(ticket):
            return {f.name: getattr(ticket, f.name) for f in fields(ticket) if f.name != "files"}
        case UpdateContent(patch):
            return {name: getattr(patch, name) for name in sorted(patch.changed)}
        case DeleteContent():
            return {}
        case _:
            assert_never(content)


def _read_note(members: Any) -> NoteContent:
    remind_ms = members["remind_ms"]
    return NoteContent(
        text=members["text"],
        author=members["author"],
        assignee=members["assignee"],
        written_at=from_ms(members["written_ms"]),
        remind_at=None if remind_ms is None else from_ms(remind_ms),
    )


def _with_tuples(members: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; our values hold tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in members.items()
    }


_READERS: Final[Mapping[Kind, Callable[[Any], Content]]] = {
    Kind.REPLY: lambda members: ReplyContent(**members),
    Kind.NOTE: _read_note,
    Kind.CREATE: lambda members: CreateContent(NewTicket(**_with_tuples(members))),
    Kind.UPDATE: lambda members: UpdateContent(TicketPatch(**_with_tuples(members))),
    Kind.DELETE: lambda members: DeleteContent(),
}
