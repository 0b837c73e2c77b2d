"""Small tickets for tests, made from wire members so that nothing of ours is assumed."""

from __future__ import annotations

from typing import Any

from deskero_tui.domain.records.ticket import Ticket

DAY_MS = 86_400_000
MONDAY_MS = 1_795_392_000_000
"""2026-11-23T00:00:00Z."""


def ticket(number: int, /, **members: Any) -> Ticket:
    """Ticket `number`, changed that many minutes after Monday midnight unless told else."""
    wire: dict[str, Any] = {
        "id": f"t{number}",
        "number": f"{number}/2026",
        "subject": f"Parcel {number}",
        "insertDate": MONDAY_MS,
        "managedDate": MONDAY_MS + number * 60_000,
        "status": {"status": "opened"},
        "openedBy": {"id": "c1", "name": "Tom Arden", "email": "tom@example.test"},
    }
    return Ticket.model_validate({**wire, **members})
