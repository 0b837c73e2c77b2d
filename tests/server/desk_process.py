"""A desk in a process of its own, which a test may kill."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx

from tests.server.calling import TOKEN_QUERY
from tests.support.running_desk import CLIENT_ID

API_TOKEN = "dG9rZW4="
SERVE = """
import sys
from deskero_tui.server.run import serve
from deskero_tui.server.settings import DeskSettings
settings = DeskSettings(
    database_url=sys.argv[1], client_id=sys.argv[2], api_token=sys.argv[3], port=0
)
sys.exit(serve(settings, announce=lambda base_url: print(base_url, flush=True)))
"""
SERVE_UNTIL_A_KEY = """
import asyncio, os, signal, sys
from deskero_tui.server.run import DeskServer, open_socket
from deskero_tui.server.settings import DeskSettings
settings = DeskSettings(
    database_url=sys.argv[1], client_id=sys.argv[2], api_token=sys.argv[3], port=0
)

class DiesBeforeTheAnswer:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def die_or_send(message):
            if any(name == b"idempotency-key" for name, _ in scope["headers"]):
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)

        is_http = scope["type"] == "http"
        await self.app(scope, receive, die_or_send if is_http else send)

listening, base_url = open_socket(settings)
server = DeskServer(settings)
server.config.app.add_middleware(DiesBeforeTheAnswer)
asyncio.run(server.run_on(listening, lambda: print(base_url, flush=True)))
"""


class DeskProcess:
    """A desk in a process of its own."""

    def __init__(self, database_url: str, *, dies_before_keyed_answer: bool = False) -> None:
        """Start it, and wait until it answers.

        Args:
            database_url: What it serves.
            dies_before_keyed_answer: Kill it when the first answer to a request with an
                `Idempotency-Key` would leave, after the commit.
        """
        script = SERVE_UNTIL_A_KEY if dies_before_keyed_answer else SERVE
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, database_url, CLIENT_ID, API_TOKEN],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()
        token = httpx.get(
            f"{self.base_url}/oauth/token",
            params=TOKEN_QUERY,
            headers={"Authorization": f"Basic {API_TOKEN}"},
        ).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "clientId": CLIENT_ID}

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait; answers the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; answers the exit code."""
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code
