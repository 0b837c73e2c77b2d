"""Brings the store up to date before a command reads it."""

from __future__ import annotations

from deskero_tui.cli.streams import say
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.sync.desk import Desk


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
