"""Lines of the list, made up: all that matters to a test is said there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import RowKey, TicketRow
from deskero_tui.domain.text.safe_text import SafeText

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(key: int, **changes: object) -> TicketRow:
    """An opened ticket of Tom Arden's without anything particular, but for `changes`."""
    values: dict[str, object] = {
        "key": RowKey(key),
        "id": TicketId(f"t{key}"),
        "number": SafeText(f"{key}/2026"),
        "subject": SafeText(f"Subject of {key}"),
        "customer": SafeText("Tom Arden"),
        "company": SafeText(""),
        "assignee": SafeText(""),
        "assignee_id": None,
        "status": "opened",
        "status_label": SafeText("opened"),
        "is_priority": False,
        "awaits_agent": False,
        "awaits_customer": False,
        "inserted_at": NOW,
        "managed_at": NOW,
        "waiting_since": None,
        "reply_count": 0,
        "note_count": 0,
        "has_attachment": False,
        "remind_at": None,
        "has_draft": False,
        "is_unread": False,
    }
    return TicketRow(**{**values, **changes})  # type: ignore[arg-type]  # each value is typed
