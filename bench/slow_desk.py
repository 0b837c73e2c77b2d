"""A desk whose every answer comes a little late, as over a long line: `python -m bench.slow_desk`.

Takes what `deskero-tui serve` takes of database, port and client id, and says as it when it is
ready.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from deskero_tui.server.run import DeskServer, open_socket
from deskero_tui.server.settings import DeskSettings

LATE_S: Final = 0.05


class Late:
    """Hands requests on to an app after `LATE_S`, many at a time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(LATE_S)
        await self._app(scope, receive, send)


def main() -> None:
    """Serves until it is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--client-id", required=True)
    given = parser.parse_args()
    settings = DeskSettings(
        database_url=given.database,
        port=given.port,
        client_id=given.client_id,
        api_token=os.environ["DESKERO_API_TOKEN"],
    )
    asyncio.run(_serve(settings))


async def _serve(settings: DeskSettings) -> None:
    listening, url = open_socket(settings)
    with listening:
        server: Any = DeskServer(settings)
        server.config.app = Late(server.config.app)
        server.stop_on_signals()
        await server.run_on(listening, lambda: _say_ready(url))


def _say_ready(url: str) -> None:
    sys.stdout.write(f"Desk ready at {url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
