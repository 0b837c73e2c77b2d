"""Which extensions the desk has, as far as sending needs to know."""

from __future__ import annotations

import json
from datetime import timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.epoch import from_ms, to_ms
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.write_request import NO_CAPABILITIES, Capabilities
from deskero_tui.store import terms
from deskero_tui.store.database import Database

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

KEPT: Final = timedelta(days=1)
RETRY_S: Final = 600.0
"""After the desk could not be asked, messages leave so long without another question."""
_MARK: Final = "capabilities"


class KnownCapabilities:
    """Asks the desk, and keeps the answer in the store for a day. Lives on the event loop."""

    def __init__(self, database: Database, client: DeskeroClient, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._ask_again_s = 0.0

    def scope_of(self, capabilities: Capabilities) -> str:
        """Return where an idempotency key counts: this desk, and the API token in use.

        Empty where the desk has no name of its own.
        """
        desk_id = capabilities.desk_id
        return f"{desk_id} {self._client.token_mark}" if desk_id else ""

    async def kept(self) -> Capabilities:
        """Return what is known, asking only where the answer is too old.

        A desk that cannot be asked just now counts as one without extensions: what it says about
        them must never keep a message from leaving.

        Raises:
            StoreBroken: The store cannot be used.
        """
        text = await self._database.read(lambda c: terms.read_mark(c, _MARK))
        if text is not None:
            capabilities, at_ms = _read(text)
            if timedelta() <= self._clock.now() - from_ms(at_ms) < KEPT:
                return capabilities
        if self._clock.monotonic() < self._ask_again_s:
            return NO_CAPABILITIES
        try:
            return await self.fresh()
        except DeskeroError:
            self._ask_again_s = self._clock.monotonic() + RETRY_S
            return NO_CAPABILITIES

    async def fresh(self) -> Capabilities:
        """Ask the desk.

        Raises:
            DeskeroError: The desk cannot be asked just now, or the store not be written.
        """
        capabilities = await self._client.capabilities()
        text = _text(capabilities, to_ms(self._clock.now()))

        def keep(connection: Connection) -> None:
            terms.write_mark(connection, _MARK, text)

        await self._database.write(keep)
        return capabilities


def _text(capabilities: Capabilities, at_ms: int) -> str:
    return json.dumps([capabilities.desk_id, sorted(capabilities.key_paths), at_ms])


def _read(text: str) -> tuple[Capabilities, int]:
    desk_id, key_paths, at_ms = json.loads(text)
    return Capabilities(desk_id, frozenset(key_paths)), at_ms
