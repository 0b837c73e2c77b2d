"""What takes the store of this version back to the one before."""

from __future__ import annotations

from typing import Final

UNDO_REQUESTS: Final = (
    "DROP TABLE outbox_requests",
    "DROP INDEX outbox_stuck",
    "ALTER TABLE outbox DROP COLUMN seen",
    "ALTER TABLE outbox DROP COLUMN looks",
)
