"""The messages on a ticket when one was about to leave, and their spelling in the store.

Light to import: a front end lists the outbox before anything else is loaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Seen:
    """The messages and files on a ticket when a message was about to leave."""

    messages: tuple[str, ...] = ()
    """A mark for each reply and note."""
    files: tuple[str, ...] = ()
    """A mark for each attached file."""
    is_whole: bool = True
    """False if the desk says that the ticket has more replies than it showed."""
    newest_ms: int = 0
    """The latest date on the ticket, by the clock of the desk, in epoch milliseconds."""
    at_ms: int = 0
    """When that was, in epoch milliseconds."""


def seen_json(seen: Seen) -> str:
    """Spell `seen` as JSON."""
    members = [list(seen.messages), list(seen.files), seen.is_whole, seen.newest_ms, seen.at_ms]
    return json.dumps(members, ensure_ascii=False)


def read_seen(text: str) -> Seen:
    """Read what `seen_json` wrote."""
    messages, files, is_whole, newest_ms, at_ms = json.loads(text)
    members: list[Any] = [tuple(messages), tuple(files), is_whole, newest_ms, at_ms]
    return Seen(*members)
