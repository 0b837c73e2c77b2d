"""What a run does."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from tests.chaos.faults import MIXED, Mix
from tests.chaos.programs import Pace


class Kill(Enum):
    """When something is ended, and how."""

    WRITING = "SIGKILL of a program while the agent queues"
    UNDO = "SIGKILL of a program in the undo window"
    SENDING = "SIGKILL of a program while the desk does it"
    LEAVING = "SIGKILL of a program as the request leaves"
    HANG_UP = "SIGHUP of a program"
    DESK = "SIGKILL of the desk"
    COMMAND = "SIGKILL of a command"
    CONSOLE_WRITING = "SIGKILL of the console over a draft"
    CONSOLE_HANG_UP = "SIGHUP of the console over a draft"
    CONSOLE_SENT = "SIGKILL of the console in the undo window"
    CONSOLE_KEY = "SIGKILL of the console at the key that sends"


PROGRAM_KILLS = (Kill.WRITING, Kill.UNDO, Kill.SENDING, Kill.LEAVING, Kill.HANG_UP)
CONSOLE_KILLS = (
    Kill.CONSOLE_WRITING,
    Kill.CONSOLE_HANG_UP,
    Kill.CONSOLE_SENT,
    Kill.CONSOLE_KEY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The measures of one run."""

    seed: int
    replies: int
    notes: int
    changes: int
    """Of fields."""
    new_tickets: int = 0
    deletions: int = 0
    """Of tickets that nothing else touches."""
    bulk_changes: int = 0
    bulk_size: int = 5
    """How many tickets one bulk change changes."""
    kills: int
    """Of the workers; every tenth is one of the desk. Those of commands and consoles come to it."""
    console: int = 0
    """Replies and notes written in the console, in a real terminal."""
    commands: int = 0
    """Writes by `deskero-tui ticket`, new tickets and deletions among them."""
    tickets: int = 60
    """Those that are written on; the ones to be deleted come to them."""
    mix: Mix = MIXED
    pace: Pace = field(default_factory=lambda: Pace(undo_s=0.3, look_gap_s=1.0, patience_s=0.8))
    honours_keys: bool = False
    """Whether the desk shows that it honours idempotency keys."""
    drain_at_most_s: float = 180.0
    most_waiting: int = 30
    """The writers pause beyond this, so that faults and kills meet the sending as well."""
    behind_at_back: int = 30
    """How many writes wait when the desk comes back from the last outage."""

    @property
    def reserve(self) -> int:
        """Number of tickets set aside for deletions.

        Some deletions are taken back or never confirmed. The agent then deletes another ticket.
        """
        return self.deletions + self.deletions // 3 + self.commands + 5
