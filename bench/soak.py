"""Hours of work in short: two worked consoles while others write and delete on the same desk.

Run as `python -m bench.soak [--minutes 30] [--tickets 20000]`. Each minute prints memory and
processor of a console, list calls, how late changes by others came into its store, and how late the
first byte came after a key.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from bench.desks import (
    AGENT,
    CLIENT_ID,
    CONSOLE,
    ServedDesk,
    agent_id,
    furnish_home,
    make_desk_database,
    make_store,
    served,
    store_file,
    ticket_id,
)
from bench.figures import quantile
from bench.measures import open_session, wait_for_row
from bench.programs import Start
from bench.session import Session

CONSOLES: Final = 2
WRITES_PER_S: Final = 2.0
DELETED_EVERY_S: Final = 20.0
"""Between two deletions by others."""
_MOST_LATE_S: Final = 60.0
"""A change that is in no store after this many seconds counts as that late."""
_POLL_S: Final = 0.1
_MB: Final = 1_000_000
_HEAD: Final = (
    "minute   MB each          processor   list calls   all calls   late med / worst"
    "   key med / p99"
)
_WORK: Final = (
    *("j", "j", "\r", "j", "K", "J", "J", "\x1b", "k", "j"),
    *("r", "Thank you, we look into it.", "\x1b", "n", "Called.", "\x1b"),
    *("/", "late", "\x1b", "\x1b", "7", "j", "\r", "\x1b", "1", "j", "d", "\x1b"),
    *("a", "\x1b", "?", "\x1b", ":", "so", "\x1b", "i", "\x1b", " ", "j", " ", "\x1b"),
)
"""Keys and texts, pressed one after the other and then again; none of them sends anything."""


@dataclass(slots=True)
class Calls:
    """Requests that passed a proxy, counted on its own thread."""

    lists: int = 0
    all: int = 0


@dataclass(slots=True)
class Minute:
    """What was measured during a minute."""

    memory_mb: list[float] = field(default_factory=list)
    processor_s: float = 0.0
    """Of all consoles together."""
    calls: Calls = field(default_factory=Calls)
    late_s: list[float] = field(default_factory=list)
    key_s: list[float] = field(default_factory=list)


class Console(threading.Thread):
    """One console that is worked with until `stop`."""

    def __init__(self, session: Session, seed: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.key_s: list[float] = []
        self._random = random.Random(seed)
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set() and not self.session.has_ended:
            for keys in _WORK:
                if self._stopping.is_set() or self.session.has_ended:
                    return
                press = self.session.press(keys, quiet_s=0.15)
                if press.first_s is not None:
                    self.key_s.append(press.first_s)
                self.session.read_for(self._random.uniform(0.2, 0.9))
                self.session.chunks.clear()

    def stop(self) -> None:
        """End the work and wait for it."""
        self._stopping.set()
        self.join()


class Others(threading.Thread):
    """Colleagues who write and delete; watches how late the stores have their writes."""

    def __init__(self, desk: ServedDesk, stores: Sequence[Path], count: int) -> None:
        super().__init__(daemon=True)
        self.late_s: list[float] = []
        self.writes = self.deletions = 0
        self._desk = desk
        self._stores = stores
        self._random = random.Random(7)
        self._alive = list(range(1, count + 1))
        self._waiting: list[tuple[float, str, str, set[Path]]] = []
        self._stopping = threading.Event()

    def run(self) -> None:
        address = urlsplit(self._desk.url)
        with closing(http.client.HTTPConnection(address.hostname or "", address.port)) as line:
            self._headers = {
                "Authorization": f"Bearer {_bearer(line, self._desk.token)}",
                "clientId": CLIENT_ID,
                "Content-Type": "application/json",
            }
            next_write_s = next_deletion_s = time.monotonic()
            while not self._stopping.is_set():
                now_s = time.monotonic()
                if now_s >= next_write_s:
                    next_write_s = now_s + 1 / WRITES_PER_S
                    self._write(line)
                if now_s >= next_deletion_s:
                    next_deletion_s = now_s + DELETED_EVERY_S
                    self._remove_one(line)
                self._look()
                self._stopping.wait(_POLL_S)

    def stop(self) -> None:
        """End the writing and wait for it."""
        self._stopping.set()
        self.join()

    def _write(self, line: http.client.HTTPConnection) -> None:
        number = self._random.choice(self._alive)
        subject = f"Changed {self.writes}"
        _ask(
            line, "PUT", f"/ticket/update/{ticket_id(number)}", {"subject": subject}, self._headers
        )
        if self.writes % 3 == 0:
            body = {"text": "It is dark.", "replyFromOperator": {"id": agent_id(1)}}
            _ask(line, "PUT", f"/ticket/reply/{ticket_id(number)}", body, self._headers)
        self.writes += 1
        self._waiting.append((time.monotonic(), ticket_id(number), subject, set(self._stores)))

    def _remove_one(self, line: http.client.HTTPConnection) -> None:
        number = self._alive.pop(self._random.randrange(len(self._alive)))
        _ask(line, "DELETE", f"/ticket/delete/{ticket_id(number)}", None, self._headers)
        self.deletions += 1

    def _look(self) -> None:
        """Look into the stores for the writes that they do not have yet."""
        now_s = time.monotonic()
        for store in self._stores:
            subjects = _subjects(store, {waiting[1] for waiting in self._waiting})
            for written_s, ticket, subject, missing in self._waiting:
                if store not in missing:
                    continue
                is_there = subjects.get(ticket, subject) == subject
                if is_there or now_s - written_s > _MOST_LATE_S:
                    missing.discard(store)
                    self.late_s.append(now_s - written_s)
        newer: set[str] = set()
        kept = []
        for waiting in reversed(self._waiting):
            # A later change of the same ticket takes the place of an earlier one.
            if waiting[3] and waiting[1] not in newer:
                kept.append(waiting)
            newer.add(waiting[1])
        self._waiting = kept[::-1]


def _subjects(store: Path, tickets: set[str]) -> dict[str, str]:
    if not tickets:
        return {}
    marks = ", ".join("?" * len(tickets))
    query = f"SELECT id, subject FROM tickets WHERE id IN ({marks})"
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5.0)) as connection:
        return dict(connection.execute(query, list(tickets)).fetchall())


def _bearer(line: http.client.HTTPConnection, token: str) -> str:
    path = "/oauth/token?grant_type=client_credentials"
    return str(_ask(line, "GET", path, None, {"Authorization": f"Basic {token}"})["access_token"])


def _ask(
    line: http.client.HTTPConnection, method: str, path: str, body: object, headers: dict[str, str]
) -> Any:
    line.request(method, path, None if body is None else json.dumps(body), headers)
    with line.getresponse() as answer:
        data = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:200]!r}")
    return json.loads(data) if data else None


class CountingProxy(threading.Thread):
    """Passes bytes on to a desk and counts the requests for lists among them."""

    def __init__(self, desk: ServedDesk) -> None:
        super().__init__(daemon=True)
        self._target = urlsplit(desk.url)
        self._loop = asyncio.new_event_loop()
        self._is_open = threading.Event()
        self.calls = Calls()
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        self._is_open.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join()

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._pass, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._is_open.set()
        self._loop.run_forever()
        server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = await asyncio.open_connection(self._target.hostname, self._target.port)
        try:
            await asyncio.gather(self._copy(reader, target[1]), self._copy(target[0], writer))
        except OSError:
            pass
        finally:
            writer.close()
            target[1].close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            self.calls.lists += data.count(b"GET /ticket/list")
            self.calls.all += data.count(b" HTTP/1.1\r\n")
            writer.write(data)
            await writer.drain()
        writer.close()


@contextmanager
def worked_consoles(
    desk: ServedDesk, folder: Path, store: Path
) -> Iterator[tuple[list[Console], list[Path]]]:
    """Open the consoles, each with a home of its own, and end them."""
    with ExitStack() as stack:
        consoles, stores = [], []
        for number in range(CONSOLES):
            home = folder / f"agent-{number}"
            environment = furnish_home(home, desk, store, settings="")
            # The usual time between two refreshes, not the calm one of other measurements.
            (home / "deskero" / "config.toml").write_text('timezone = "UTC"\n', "utf-8")
            session = stack.enter_context(open_session(Start(CONSOLE, home, environment)))
            if wait_for_row(session) is None:
                raise RuntimeError("the console shows no row")
            consoles.append(Console(session, number))
            stores.append(store_file(home, desk))
        yield consoles, stores


def main() -> None:
    """Work for some minutes and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--tickets", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deskero-soak-") as scratch:
        folder = Path(scratch)
        make_desk_database(folder / "desk.sqlite", given.tickets)
        with served(folder / "desk.sqlite") as desk, CountingProxy(desk) as proxy:
            passed = replace(desk, url=f"http://127.0.0.1:{proxy.port}")
            make_store(folder / "store.sqlite", passed)
            with worked_consoles(passed, folder, folder / "store.sqlite") as (consoles, stores):
                others = Others(desk, stores, given.tickets)
                minutes = list(_minutes(given.minutes, consoles, others, proxy))
    _sum_up(minutes, others)


def _minutes(
    count: int, consoles: Sequence[Console], others: Others, proxy: CountingProxy
) -> Iterator[Minute]:
    _say(_HEAD)
    threads: list[Console | Others] = [*consoles, others]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, count + 1):
            calls, used_s = replace(proxy.calls), _processor_s(consoles)
            late, keys = len(others.late_s), [len(console.key_s) for console in consoles]
            # Each line of the table is one minute of work.
            time.sleep(60.0)
            minute = Minute(
                [console.session.memory.shared_out / _MB for console in consoles],
                _processor_s(consoles) - used_s,
                Calls(proxy.calls.lists - calls.lists, proxy.calls.all - calls.all),
                others.late_s[late:],
                [
                    s
                    for console, known in zip(consoles, keys, strict=True)
                    for s in console.key_s[known:]
                ],
            )
            _say(f"{number:6}   {_line(minute)}")
            yield minute
            if any(console.session.has_ended for console in consoles):
                raise RuntimeError("a console has ended")
    finally:
        for thread in threads:
            thread.stop()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _processor_s(consoles: Sequence[Console]) -> float:
    return sum(console.session.processor_s for console in consoles)


def _line(minute: Minute) -> str:
    memory = " ".join(f"{size:5.1f}" for size in minute.memory_mb)
    late = keys = "-"
    if minute.late_s:
        late = f"{statistics.median(minute.late_s):.1f} / {max(minute.late_s):.1f} s"
    if minute.key_s:
        median_ms, p99_ms = (1_000 * quantile(minute.key_s, part) for part in (0.5, 0.99))
        keys = f"{median_ms:.1f} / {p99_ms:.1f} ms"
    calls = f"{minute.calls.lists:10}   {minute.calls.all:9}"
    return f"{memory:<14}   {minute.processor_s:6.2f} s   {calls}   {late:>16}   {keys:>16}"


def _sum_up(minutes: Sequence[Minute], others: Others) -> None:
    settled = minutes[min(5, len(minutes) - 1)]
    sizes = zip(settled.memory_mb, minutes[-1].memory_mb, strict=True)
    grown = [last - first for first, last in sizes]
    whole = Minute(
        minutes[-1].memory_mb,
        sum(minute.processor_s for minute in minutes) / len(minutes),
        Calls(
            sum(minute.calls.lists for minute in minutes) // len(minutes),
            sum(minute.calls.all for minute in minutes) // len(minutes),
        ),
        [late for minute in minutes for late in minute.late_s],
        [key for minute in minutes for key in minute.key_s],
    )
    _say(f"{'each':>6}   {_line(whole)}")
    _say(
        f"{others.writes} writes and {others.deletions} deletions by others; memory grew since "
        f"minute 6 by {' and '.join(f'{size:.1f}' for size in grown)} MB. Agent {AGENT}."
    )


if __name__ == "__main__":
    main()
