"""What whoever is logged in may do on the machine that the console runs on.

One value, made where the command line is read; screens and rules ask it and nothing else. At home
everything is allowed. In a restricted login the machine belongs to somebody else, and an agent has
one folder on it: the drop folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """What one login may do beside talking to the desk."""

    file_root: Path | None = None
    """The one folder whose files may be read and written by name; `None`: files anywhere."""
    may_run_programs: bool = True
    """Whether an editor, a pager or whatever opens a link may be started."""
    may_pause: bool = True
    """Whether Ctrl+Z may give the terminal to a shell."""

    may_be_unknown: bool = True
    """Whether somebody may write of whom the desk has no agent, or more than one."""

    def place_in_words(self, place: Path) -> str:
        """Where a file that was written lies, as the agent gets at it."""
        if self.file_root is None or place.parent != self.file_root:
            return f"in {place}"
        return f"in your drop folder: `ssh … get {place.name}` brings it to you"


ANYTHING: Final = Allowances()
"""What people may do who are at home."""


def restricted_to(folder: Path) -> Allowances:
    """What a restricted login may do: nothing but to use the files of its drop folder."""
    return Allowances(
        file_root=folder, may_run_programs=False, may_pause=False, may_be_unknown=False
    )
