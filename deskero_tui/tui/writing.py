"""What an agent is writing: values that the compose screens fill and the app keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.text import SafeText


class ComposeKind(Enum):
    """A reply is read by the customer, a note only by agents."""

    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class DraftKey:
    """There is one draft for each ticket and kind."""

    ticket_id: TicketId
    kind: ComposeKind


@dataclass(frozen=True, slots=True)
class ComposeWhat:
    """What is written, and to whom."""

    kind: ComposeKind
    ticket_id: TicketId
    number: SafeText
    subject: SafeText
    to: SafeText
    """The customer's name and address for a reply; empty for a note."""


@dataclass(slots=True)
class Draft:
    """A reply or a note as far as it is written. Changed with every key, on the event loop."""

    text: str = ""
    files: list[Path] = field(default_factory=list)
    status_after: str | None = None
    """The status to set once the reply is sent, by machine name; `None` leaves it."""
    remind: str = ""
    """The reminder of a note as it is typed."""
    remind_whom: str | None = None
    """Whose reminder it is, by agent id; `None` is the agent who writes."""

    @property
    def says_anything(self) -> bool:
        """Whether something would be lost with it."""
        return bool(self.text.strip() or self.files or self.remind.strip())


@dataclass(slots=True)
class NewTicketDraft:
    """A ticket as far as it is written. Changed with every key, on the event loop."""

    subject: str = ""
    description: str = ""
    customer: Choice | None = None
    new_customer_name: str = ""
    new_customer_email: str = ""
    type: str | None = None
    """By id; `None` until one is chosen."""
    assignee: str | None = None
    """By agent id; `None` is nobody."""
    is_priority: bool = False
    files: list[Path] = field(default_factory=list)

    @property
    def says_anything(self) -> bool:
        """Whether something would be lost with it."""
        return bool(self.subject.strip() or self.description.strip() or self.files)
