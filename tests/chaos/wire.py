"""HTTP/1.1 read just well enough to pass messages on, or to break them at a chosen byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "content-length"})


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer, whole."""

    first_line: str
    """Without the line end."""
    headers: Mapping[str, str]
    """Names in lower case; those of the connection are left out when it is sent on."""
    body: bytes

    @property
    def method(self) -> str:
        """Of a request."""
        return self.first_line.split(" ")[0]

    @property
    def path(self) -> str:
        """Of a request, without its query."""
        return self.first_line.split(" ")[1].partition("?")[0]

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.first_line.split(" ")[1])

    def spelled(self, *, keep_alive: bool) -> bytes:
        """As bytes for a connection that stays or does not."""
        lines = [self.first_line]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body or "content-length" in self.headers or self.first_line.startswith("HTTP/"):
            lines.append(f"content-length: {len(self.body)}")
        if not keep_alive:
            lines.append("connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


class NotUnderstood(ValueError):
    """A message of a kind that never travels between console and desk."""


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """The next message of a connection; `None` when the other side has hung up before it.

    Raises:
        IncompleteReadError: It broke off in the middle.
        NotUnderstood: Its length is not told beforehand.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise
    first_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if "transfer-encoding" in headers:
        raise NotUnderstood(f"{first_line}: sent in chunks")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    kept = {name: value for name, value in headers.items() if name not in _HOP_BY_HOP}
    return Message(first_line, kept, body)


def answer(status: int, body: bytes | Any, headers: Mapping[str, str] | None = None) -> Message:
    """An answer made up on the way; a `body` that is no bytes is spelled as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if content.startswith(b"<") else "application/json"
    return Message(
        f"HTTP/1.1 {status} Made up", {"content-type": kind} | dict(headers or {}), content
    )


def without_prefix(request: Message, prefix: str) -> tuple[str, Message]:
    """What a path has between `prefix` and the next slash, and the request without either.

    Empty, and the request as it is, when its path begins otherwise.
    """
    method, target, version = request.first_line.split(" ", 2)
    if not target.startswith(prefix):
        return "", request
    name, slash, rest = target.removeprefix(prefix).partition("/")
    first_line = f"{method} {slash}{rest} {version}"
    return name, Message(first_line, request.headers, request.body)


def with_body(message: Message, body: bytes) -> Message:
    """The same message around another body."""
    return Message(message.first_line, message.headers, body)


def without_header(message: Message, name: str) -> Message:
    """The same message without one of its headers."""
    kept = {header: value for header, value in message.headers.items() if header != name}
    return Message(message.first_line, kept, message.body)
