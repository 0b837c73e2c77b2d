"""What is half written: one draft for each ticket and kind, and one for a new ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NewType

from deskero_tui.domain.ids import AgentId, TicketId

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.merge import Baseline

VersionId = NewType("VersionId", int)


class DraftKind(Enum):
    """What it will be once it is sent; the words are those of the outbox."""

    REPLY = "reply"
    NOTE = "note"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Where a draft belongs."""

    ticket_id: TicketId | None
    """`None` for a new ticket."""
    kind: DraftKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an agent has written so far."""

    text: str = field(default="", repr=False)
    files: tuple[Path, ...] = ()
    status_after: str | None = None
    """The status to set once a reply is sent, by machine name; `None` leaves it."""
    remind: str = ""
    """The reminder of a note as it is typed."""
    remind_whom: AgentId | None = None
    """`None` is the agent who writes."""
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """What else a front end asks for, such as subject and customer of a new ticket."""
    baseline: Baseline | None = None
    """The ticket as it was when writing began; kept from the first saving on."""

    @property
    def says_anything(self) -> bool:
        """Whether something would be lost with it."""
        return bool(
            self.text.strip()
            or self.files
            or self.remind.strip()
            or any(value.strip() for value in self.fields.values())
        )


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it lies in the store."""

    key: DraftKey
    draft: Draft
    changed_at: datetime
    revision: int
    """Counts the savings. Whoever saves names the one they know, so that two consoles that write
    the same draft notice each other."""


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """An earlier text of a draft, kept for a day."""

    id: VersionId
    key: DraftKey
    draft: Draft
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving a draft."""

    revision: int
    displaced: bool
    """Another program had changed the draft meanwhile; its text is now the latest version."""
