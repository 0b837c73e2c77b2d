"""A real desk for tests: uvicorn on a thread, a real socket, a SQLite file."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

from fastapi import FastAPI
from starlette.routing import BaseRoute
from typing_extensions import override

from deskero_tui.server.app import create_app
from deskero_tui.server.run import DeskServer, open_socket
from deskero_tui.server.settings import DeskSettings, new_api_token

FIXED_ANCHOR = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""The moment sample dates are relative to, unless a test says otherwise."""
CLIENT_ID = "64a0c11e47"
PATIENCE_S = 20
HEADERS_S = 1.0
"""How often the date of answers is made anew."""


class PromptServer(DeskServer):
    """Ends when it is told to, and not at the next tick of a clock."""

    _routes: ClassVar[list[BaseRoute]] = []

    def __init__(self, settings: DeskSettings) -> None:
        super().__init__(settings)
        assert isinstance(self.config.app, FastAPI)
        routes = self.config.app.router.routes
        # A desk works its routes out from their signatures when it is first asked, each desk anew.
        # They hold nothing of it: what they need comes with the request.
        if self._routes:
            routes[:] = self._routes
        else:
            self._routes.extend(routes)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @override
    def stop(self) -> None:
        super().stop()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    @override
    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            try:
                async with asyncio.timeout(HEADERS_S):
                    await self._told.wait()
            except TimeoutError:
                continue


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
            self._bring_sample()
            self._server = PromptServer(self.settings)
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

    def _bring_sample(self) -> None:
        """Copies what the desk would make itself: a tenth of the time, for hundreds of tests."""
        file = Path(self.settings.database_url.removeprefix("sqlite:///"))
        anchor, tickets = self.settings.demo_anchor, self.settings.demo_tickets
        if tickets and anchor is not None and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_sample(tickets, anchor), file)

    def _run(self, started: threading.Event) -> None:
        asyncio.run(self._server.run_on(self._listening, started.set))


@cache
def _sample(tickets: int, anchor: datetime) -> Path:
    """The database of a desk with sample data that has ended, made once in a process."""
    folder = tempfile.mkdtemp(prefix="sample-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "desk.db"
    settings = DeskSettings(
        database_url=f"sqlite:///{file}",
        client_id=CLIENT_ID,
        api_token=new_api_token(CLIENT_ID),
        demo_tickets=tickets,
        demo_anchor=anchor,
    )
    create_app(settings).state.desk.database.close()
    return file
