"""Brings the store up to date before a command reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from deskero_tui.cli.streams import say
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import Event, RecordsUnreadable

MOST_NAMED: Final = 10
"""Tickets that a message names; of the others it gives the number."""


@contextmanager
def unreadable_told(desk: Desk) -> Iterator[None]:
    """Report on standard error, at the end, which tickets of the desk could not be read."""
    known = RecordsUnreadable()

    def hear(event: Event) -> None:
        nonlocal known
        if isinstance(event, RecordsUnreadable):
            known = event

    ends = desk.subscribe(hear)
    try:
        yield
    finally:
        ends()
        for names, what in (
            (known.lost, "could not be read"),
            (known.partial, "could be read in part only"),
        ):
            if names:
                tickets = "1 ticket" if len(names) == 1 else f"{len(names)} tickets"
                line = safe_line(f"{tickets} {what}{_listed(names)}", max_chars=300)
                say(line)


def _listed(names: Sequence[str]) -> str:
    """Return the names that are known, such as `: 7/2026, 9/2026 and 2 more`."""
    shown = [name for name in names if name][:MOST_NAMED]
    if not shown:
        return ""
    more = len(names) - len(shown)
    return f": {', '.join(shown)}{f' and {more} more' if more else ''}"


async def refresh_or_say(desk: Desk) -> None:
    """Reads what is new; with the desk out of reach, says so and goes on with what is kept.

    Raises:
        DeskeroError: The desk could not be read, and nothing is kept.
    """
    try:
        await desk.refresh_now()
    except DeskeroError as error:
        if not await desk.ticket_count():
            raise
        say(f"not up to date: {error.user_message}")
