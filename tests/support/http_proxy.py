"""An HTTP proxy over real sockets: passes plain requests on, and makes tunnels."""

from __future__ import annotations

import asyncio
import base64
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

_BROKEN: Final = (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, OSError)


@dataclass
class HttpProxy:
    """Every host leads to the local port of its name in `hosts`. Use as async context manager."""

    hosts: dict[str, int] = field(default_factory=dict)
    """Local port by host name: no test asks a name server."""
    login: tuple[str, str] | None = None
    """User name and password that a client must send."""
    refusal: bytes = b""
    """A whole answer for every request, in place of passing it on."""
    tls: ssl.SSLContext | None = None
    asked: list[str] = field(default_factory=list)
    """Method and target of every request."""
    port: int = 0
    """Where it listens, once it does."""

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://localhost:{self.port}"

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(*_BROKEN, asyncio.CancelledError):
                await self._answer(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        self.asked.append(f"{method} {target}")
        if self.refusal:
            writer.write(self.refusal)
            await writer.drain()
            return
        if self.login and not self._lets_in(lines):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        if method == "CONNECT":
            there = await self._connected(target.rpartition(":")[0])
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            url = urlsplit(target)
            there = await self._connected(url.hostname or "")
            path = f"{url.path}?{url.query}" if url.query else url.path
            own = ("proxy-", "connection:")
            kept = [line for line in lines if not line.lower().startswith(own)]
            # One request a connection: the next one has a whole address in its first line again.
            new_head = [f"{method} {path} HTTP/1.1", "Connection: close", *kept]
            there[1].write("\r\n".join(new_head).encode("latin-1"))
        try:
            await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
        finally:
            there[1].transport.abort()

    async def _connected(self, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.hosts[host])

    def _lets_in(self, lines: list[str]) -> bool:
        assert self.login is not None
        wanted = base64.b64encode(":".join(self.login).encode()).decode()
        return any(
            line.lower().startswith("proxy-authorization:") and line.endswith(f"Basic {wanted}")
            for line in lines
        )


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*_BROKEN):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with suppress(*_BROKEN):
        writer.close()
