"""A real desk for tests: uvicorn on a thread, a real socket, a SQLite file."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from deskero_tui.server.run import DeskServer, open_socket
from deskero_tui.server.settings import DeskSettings, new_api_token

FIXED_ANCHOR = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""The moment sample dates are relative to, unless a test says otherwise."""
CLIENT_ID = "64a0c11e47"
PATIENCE_S = 20


class RunningDesk:
    """One desk from `with` to its end; its database stays in the folder, for a next one."""

    def __init__(
        self,
        folder: Path,
        *,
        demo_tickets: int = 0,
        demo_anchor: datetime = FIXED_ANCHOR,
        **settings_overrides: Any,
    ) -> None:
        known: dict[str, Any] = {
            "database_url": f"sqlite:///{folder / 'desk.db'}",
            "client_id": CLIENT_ID,
            "api_token": new_api_token(CLIENT_ID),
            "port": 0,
            "demo_tickets": demo_tickets,
            "demo_anchor": demo_anchor,
        }
        self.settings = DeskSettings(**(known | settings_overrides))
        self.client_id = self.settings.client_id
        self.api_token = self.settings.api_token
        self.base_url = ""
        """Where it answers; known inside `with`."""

    def __enter__(self) -> RunningDesk:
        self._listening, self.base_url = open_socket(self.settings)
        try:
            self._server = DeskServer(self.settings)
        except BaseException:
            self._listening.close()
            raise
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="running-desk")
        self._thread.start()
        assert started.wait(PATIENCE_S), "the desk did not start"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the desk did not end"
        self._listening.close()
        if self.settings.socket_path is not None:
            self.settings.socket_path.unlink(missing_ok=True)

    def _run(self, started: threading.Event) -> None:
        asyncio.run(self._server.run_on(self._listening, started.set))
