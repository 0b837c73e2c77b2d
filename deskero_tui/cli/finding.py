"""What `doctor` found out about one thing."""

from __future__ import annotations

from dataclasses import dataclass

from deskero_tui.cli.exits import Exit


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_well: bool
    says: str
    exit_code: int = Exit.DONE
