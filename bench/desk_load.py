"""How much a desk of ours reads and writes in a second, on one core."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from bench.desks import CLIENT_ID, agent_id, served, ticket_id
from bench.figures import Figure, Results, Where
from bench.library import LOADED, Library
from bench.programs import DESK_NAME

PAGE: Final = 25
_CONNECTIONS: Final = 8
_UNMEASURED_S: Final = 0.5


class Request(NamedTuple):
    """A request but for its number, which says what is asked for."""

    spelled: Callable[[int], bytes]
    figure: Figure


def measure_desk(
    library: Library, scratch: Path, results: Results, seconds: float, *, round_number: int = 0
) -> None:
    """Pages read, then replies written, over some connections at a time, from a desk of its own."""
    database = scratch / "desk.sqlite"
    shutil.copyfile(library.desk_database(LOADED), database)
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        with _on_cores(cores[:1]):
            desk = stack.enter_context(served(database))
        stack.enter_context(_on_cores(cores[1:] or cores))
        address = urlsplit(desk.url)
        assert address.hostname is not None
        assert address.port is not None
        place = (address.hostname, address.port)
        bearer = asyncio.run(_bearer(place, desk.token))
        head = f"Host: desk\r\nAuthorization: Bearer {bearer}\r\nclientId: {CLIENT_ID}\r\n"
        for request in (_page(head), _reply(head)):
            rate = asyncio.run(_rate(place, request.spelled, seconds))
            where = Where(DESK_NAME, LOADED)
            results.note(request.figure, where, rate, round_number=round_number)


@contextmanager
def _on_cores(cores: Sequence[int]) -> Iterator[None]:
    """We, and what is started in here for good, run on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _page(head: str) -> Request:
    def spelled(number: int) -> bytes:
        page = number % (LOADED // PAGE) + 1
        path = f"/ticket/list?page={page}&limit={PAGE}&sort=managedDate_DESC"
        return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()

    return Request(spelled, Figure.DESK_PAGES)


def _reply(head: str) -> Request:
    text = "Hello,\n\nthe parcel is on its way.\n\nKind regards"

    def spelled(number: int) -> bytes:
        body = json.dumps({"text": text, "replyFromOperator": {"id": agent_id(0)}})
        path = f"/ticket/reply/{ticket_id(number % LOADED + 1)}"
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"PUT {path} HTTP/1.1\r\n{head}{kind}\r\n{body}".encode()

    return Request(spelled, Figure.DESK_REPLIES)


async def _bearer(place: tuple[str, int], token: str) -> str:
    reader, writer = await asyncio.open_connection(*place)
    path = "/oauth/token?grant_type=client_credentials"
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: Basic {token}\r\n\r\n".encode()
    )
    answer = await _answer(reader)
    writer.close()
    await writer.wait_closed()
    return str(json.loads(answer)["access_token"])


async def _rate(place: tuple[str, int], spelled: Callable[[int], bytes], seconds: float) -> float:
    """Answers in a second, once the first of them have come."""
    numbers = count()
    moments: list[float] = []
    end_s = time.perf_counter() + _UNMEASURED_S + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(*place)
        while time.perf_counter() < end_s:
            writer.write(spelled(next(numbers)))
            await _answer(reader)
            moments.append(time.perf_counter())
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(ask() for _ in range(_CONNECTIONS)))
    return sum(end_s - seconds <= moment < end_s for moment in moments) / seconds


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The body of one answer. RuntimeError when it is no success."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *lines = head.lower().splitlines()
    lengths = [line.split(":")[1] for line in lines if line.startswith("content-length:")]
    body = await reader.readexactly(int(lengths[0]))
    if status.split()[1] not in {"200", "201"}:
        raise RuntimeError(f"the desk answered {status}: {body[:200]!r}")
    return body
