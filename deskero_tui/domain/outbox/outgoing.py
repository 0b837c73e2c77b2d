"""What an agent sends to a desk: replies, notes, new tickets, changes of fields, files.

Plain values; `api/encode.py` knows how they are spelled on the wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from typing import Final

from deskero_tui.domain.ids import AgentId, AreaId, CustomerId, GroupId, TypeId


class Unset(Enum):
    """The type of `UNSET`, which means "leave this member alone"; `None` means "clear it"."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class UploadFile:
    """A file on its way to the desk, whole in memory."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """One message to the customer, its body spelled as the desk expects it (HTML or text)."""

    body: str = field(repr=False)
    from_agent: AgentId
    files: tuple[UploadFile, ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingNote:
    """One internal remark; with `remind_at` also a reminder for `assignee`."""

    text: str = field(repr=False)
    author: AgentId
    assignee: AgentId
    inserted_at: datetime
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket that the desk has not seen yet."""

    subject: str = field(repr=False)
    description: str = field(repr=False)
    customer: CustomerId
    type: TypeId
    area: AreaId | None = None
    group: GroupId | None = None
    status: str | None = None
    assignee: AgentId | None = None
    is_priority: bool = False
    tags: tuple[str, ...] = ()
    files: tuple[UploadFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPatch:
    """The members of a ticket that change: `UNSET` leaves one alone, `None` clears it.

    Never replies or attachments: a desk may replace or append them (API sheet §4.1).
    """

    subject: str | Unset = UNSET
    status: str | Unset = UNSET
    assignee: AgentId | Unset | None = UNSET
    is_priority: bool | Unset = UNSET
    type: TypeId | Unset = UNSET
    area: AreaId | Unset | None = UNSET
    group: GroupId | Unset | None = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    cc: tuple[AgentId, ...] | Unset = UNSET
    memo: str | Unset | None = UNSET
    custom_fields: Mapping[str, str | None] | Unset = UNSET

    @property
    def changed(self) -> frozenset[str]:
        """The names of the fields (ours) that this patch sets or clears."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) is not UNSET)
