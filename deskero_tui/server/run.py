"""Runs a desk over HTTP in this process until it is told to end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from typing_extensions import override

from deskero_tui.server.app import create_app
from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.local.files import MAX_SOCKET_PATH_BYTES, SOCKET_BASE_URL, is_answering
from deskero_tui.server.settings import DeskSettings

GRACE_S = 5
"""How long running requests may take when the desk is told to end."""
IDLE_CONNECTION_S = 120
"""Longer than a console waits between two looks, so that it need not connect anew."""
BACKLOG = 128


def serve(settings: DeskSettings, *, announce: Callable[[str], None]) -> int:
    """Answer requests until SIGTERM or SIGINT, then end with 0.

    `announce` is called once, with the base URL, when requests are answered. Main thread only,
    because of the signals.

    Raises:
        DeskStartError: The address is taken, or the database cannot be used.
    """
    listening, base_url = open_socket(settings)
    try:
        asyncio.run(_serve(settings, listening, lambda: announce(base_url)))
    finally:
        listening.close()
        if settings.socket_path is not None:
            settings.socket_path.unlink(missing_ok=True)
    return 0


async def _serve(
    settings: DeskSettings, listening: socket.socket, started: Callable[[], None]
) -> None:
    server = DeskServer(settings)
    server.stop_on_signals()
    await server.run_on(listening, started)


def open_socket(settings: DeskSettings) -> tuple[socket.socket, str]:
    """Bind the address of a desk; answers the socket and the base URL that leads to it.

    Raises:
        DeskStartError: The address cannot be had.
    """
    if settings.socket_path is not None:
        return _open_unix_socket(settings.socket_path), SOCKET_BASE_URL
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Without the protocol named, asyncio does not switch off Nagle's delay on the connections, and
    # an answer, written as head and body, waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise DeskStartError(
            f"The desk cannot listen on {settings.host} port {settings.port}: {error.strerror}."
        ) from error
    port = listening.getsockname()[1]
    host = f"[{settings.host}]" if family == socket.AF_INET6 else settings.host
    return listening, f"http://{host}:{port}"


class DeskServer(uvicorn.Server):
    """A uvicorn server with one desk in it; runs on any thread, stopped by `stop`."""

    def __init__(self, settings: DeskSettings) -> None:
        """Open the desk.

        Raises:
            DeskStartError: The database cannot be used.
        """
        super().__init__(
            uvicorn.Config(
                create_app(settings),
                access_log=False,
                log_level="warning",
                backlog=BACKLOG,
                timeout_graceful_shutdown=GRACE_S,
                timeout_keep_alive=IDLE_CONNECTION_S,
                server_header=False,
                proxy_headers=False,
            )
        )

    def stop(self) -> None:
        """Ask for the end; from any thread."""
        self.should_exit = True

    async def run_on(self, listening: socket.socket, started: Callable[[], None]) -> None:
        """Answer requests on a bound socket until `stop`; `started` is called when it does."""
        self._tell_started = started
        await self.serve(sockets=[listening])

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()

    @override
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to `stop_on_signals`: uvicorn would raise them again at its end."""
        yield

    def stop_on_signals(self) -> None:
        """Let SIGTERM and SIGINT end this server; from its own loop, on the main thread."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)


def _open_unix_socket(path: Path) -> socket.socket:
    """A socket that only this user can open; a left-over file of a dead desk is replaced."""
    if len(os.fsencode(path)) > MAX_SOCKET_PATH_BYTES:
        raise DeskStartError(
            f"The path {path} is too long for a socket; it may have {MAX_SOCKET_PATH_BYTES} bytes."
        )
    if is_answering(path):
        raise DeskStartError(f"Another desk listens on {path}.")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Between bind and chmod the file must not be open to others.
    old_mask = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise DeskStartError(f"The desk cannot listen on {path}: {error.strerror}.") from error
    finally:
        os.umask(old_mask)
    return listening
