"""Asks the desk for the extensions that sending uses, and remembers the answer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.outbox.write_request import NO_CAPABILITIES, Capabilities
from deskero_tui.domain.time.epoch import from_ms, to_ms
from deskero_tui.store import lookups
from deskero_tui.store.database import Database

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

KEPT: Final = timedelta(days=1)
NONE_KEPT: Final = timedelta(seconds=30)
"""An answer that names no extension is kept for this time. A gateway may have given it in place of
the desk, and another small request costs little beside those that a message needs anyway.
"""
LEAST_WAIT_S: Final = 5.0
MOST_WAIT_S: Final = 600.0
PATIENCE: Final = 6
"""After a failed question, the console waits this many times as long as the question took."""
_LONG_AGO: Final = from_ms(0)
_MARK: Final = "capabilities"


class KnownCapabilities:
    """Asks the desk, and keeps the answer in the store for a day. Lives on the event loop."""

    def __init__(self, database: Database, client: DeskeroClient, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._ask_again_s = 0.0
        self._failures = 0

    def scope_of(self, capabilities: Capabilities) -> str:
        """Return where an idempotency key counts: this desk, and the API token in use.

        Empty where the desk has no name of its own.
        """
        desk_id = capabilities.desk_id
        return f"{desk_id} {self._client.token_mark}" if desk_id else ""

    async def kept(self) -> Capabilities:
        """Return what is known, asking only where the answer is too old.

        What a desk says about its extensions must never keep a message from leaving: one that
        cannot be asked just now has those it had last.

        Raises:
            StoreBroken: The store cannot be used.
        """
        known, at = await self._stored()
        age = self._clock.now() - at
        if timedelta() <= age < (KEPT if known.desk_id else NONE_KEPT):
            return known
        began_s = self._clock.monotonic()
        if began_s < self._ask_again_s:
            return known
        try:
            asked = await self.fresh()
        except DeskeroError:
            self._failures += 1
            took_s = self._clock.monotonic() - began_s
            wait_s = max(LEAST_WAIT_S, PATIENCE * took_s) * 2 ** (self._failures - 1)
            self._ask_again_s = self._clock.monotonic() + min(wait_s, MOST_WAIT_S)
            return known
        self._failures = 0
        return asked if asked.desk_id else known

    async def fresh(self) -> Capabilities:
        """Ask the desk.

        Raises:
            DeskeroError: The desk cannot be asked just now, or the store not be written.
        """
        asked = await self._client.capabilities()
        known, _ = await self._stored()
        # A gateway says "nothing here", too: that a desk has a name is not forgotten for it.
        text = _text(asked if asked.desk_id else known, to_ms(self._clock.now()))

        def keep(connection: Connection) -> None:
            lookups.write_mark(connection, _MARK, text)

        await self._database.write(keep)
        return asked

    async def _stored(self) -> tuple[Capabilities, datetime]:
        text = await self._database.read(lambda c: lookups.read_mark(c, _MARK))
        return (NO_CAPABILITIES, _LONG_AGO) if text is None else _read(text)


def _text(capabilities: Capabilities, at_ms: int) -> str:
    return json.dumps([capabilities.desk_id, sorted(capabilities.key_paths), at_ms])


def _read(text: str) -> tuple[Capabilities, datetime]:
    desk_id, key_paths, at_ms = json.loads(text)
    return Capabilities(desk_id, frozenset(key_paths)), from_ms(at_ms)
