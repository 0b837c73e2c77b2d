"""A desk over real TCP that does exactly what a test tells it, faults of the network included.

It knows HTTP just well enough to read a request and to break an answer at any byte.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

TOKEN_PATH = "/oauth/token"


THE_END: Final = (
    ConnectionError,
    asyncio.IncompleteReadError,
    asyncio.CancelledError,
    UnicodeDecodeError,
)
"""Of a connection: its client has gone away in the middle, we have, or its client speaks TLS."""


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)


class Line:
    """The desk's end of one connection, for one answer."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def cut(self) -> None:
        """Breaks the connection off, with a reset."""
        self._writer.transport.abort()

    async def hang_up(self) -> None:
        """Ends the connection properly."""
        self._writer.close()

    async def answer(
        self, status: int, body: object = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        """Answers whole; a `body` that is no bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = "text/html" if content.startswith(b"<") else "application/json"
        lines = {"Content-Type": kind, "Content-Length": str(len(content))} | dict(headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        await self.send(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content)


Answer = Callable[[Request, Line], Awaitable[None]]


def says(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """An answer that is always the same."""

    async def answer(request: Request, line: Line) -> None:
        await line.answer(status, body, headers)

    return answer


class ScriptedDesk:
    """Answers each path from a script; the last answer of a path is given again and again.

    Bearers are answered by themselves (`bearer-1`, `bearer-2`, …) unless the script says
    otherwise. Use as an async context manager; leaving it ends every connection.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.requests: list[Request] = []
        self.bearers_given = 0
        self.most_at_once = 0
        """The most requests that were being answered at the same time, bearers included."""
        self._at_once = 0
        self._script: dict[str, list[Answer]] = {TOKEN_PATH: [self._give_bearer]}
        self._handlers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def script(self, path: str, *answers: Answer) -> None:
        """What comes for `path`, one answer per request."""
        self._script[path] = list(answers)

    def asked(self, path: str) -> list[Request]:
        """The requests for `path` so far, in order."""
        return [request for request in self.requests if request.path == path]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends every connection and takes no new one."""
        assert self._server is not None
        self._server.close()
        handlers = list(self._handlers)
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)

    async def _give_bearer(self, request: Request, line: Line) -> None:
        self.bearers_given += 1
        await line.answer(200, {"access_token": f"bearer-{self.bearers_given}", "expires_in": 3600})

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            with suppress(*THE_END):
                while request := await _read_request(reader):
                    await self._answer(request, Line(writer))
        finally:
            self._handlers.discard(task)
            writer.transport.abort()

    async def _answer(self, request: Request, line: Line) -> None:
        self.requests.append(request)
        answers = self._script[request.path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await answer(request, line)
        finally:
            self._at_once -= 1


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request on a connection; `None` when the client has hung up."""
    first = await reader.readline()
    if not first:
        return None
    method, target, _ = first.decode("ascii").split(" ", 2)
    headers = {}
    while (line := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, parts.path, query, headers, body)
