"""What one line of the ticket list shows. Light to import: the first picture waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.text.safe_text import SafeText

RowKey = NewType("RowKey", int)
"""The store's own number of a ticket: cheap to hold by the hundred thousand, never reused."""
KEY_CODE: Final = "I"
"""How an `array` has them: in four bytes each. The search knows no greater ones, either."""


NOTHING: Final = SafeText("")


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket as the list sees it; every text is clean already."""

    key: RowKey
    id: TicketId
    number: SafeText
    subject: SafeText
    customer: SafeText
    """Name, else address; empty when the desk sent neither."""
    company: SafeText
    assignee: SafeText
    """Empty when nobody has it."""
    assignee_id: AgentId | None
    status: str
    """Folded machine name (`opened`, `onhold`, …) for choosing signs; empty when unknown."""
    status_label: SafeText
    """The status in the agent's language."""
    is_priority: bool
    awaits_agent: bool
    awaits_customer: bool
    inserted_at: datetime | None
    managed_at: datetime | None
    waiting_since: datetime | None
    """When the customer last wrote without an answer; `None` when no answer is owed."""
    reply_count: int
    note_count: int
    has_attachment: bool
    remind_at: datetime | None
    """The next reminder, or the last one that is still due."""
    has_draft: bool
    """Something is half written for it."""
    is_unread: bool
    """Changed since this agent last had it open here."""
    is_pending: bool = False
    """It shows a change of ours that the desk has not confirmed yet."""
    found: SafeText = NOTHING
    """The piece of what was written in which searched words stand, when the subject has none."""
    type_label: SafeText = NOTHING
    area_label: SafeText = NOTHING
    group_label: SafeText = NOTHING
    source_label: SafeText = NOTHING
    """These four in the agent's language; empty where the ticket has none."""
    tags: SafeText = NOTHING
    """All of them, with commas between."""
    is_pinned: bool = False
    """The agent keeps it at hand."""


@dataclass(frozen=True, slots=True)
class DueTicket:
    """A ticket with a reminder that has fallen due; its texts are clean."""

    id: TicketId
    number: SafeText
    subject: SafeText
