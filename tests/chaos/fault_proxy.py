"""A proxy in front of a real desk that breaks what passes through it, as a seed says.

It answers on loopback over real TCP. Every request is logged with its number, what befell it, and
what became of it on the desk.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from types import TracebackType
from typing import Final, Self

from tests.chaos.faults import WRITING, Decision, Fault, Mix, decide
from tests.chaos.wire import (
    Message,
    answer,
    read_message,
    with_body,
    without_header,
    without_prefix,
)

HOST: Final = "127.0.0.1"
NAMED: Final = "/by-"
"""A client whose base URL ends with this and a name is known by it in the log."""
_RETRY_AFTER_S: Final = 1
_DROPS: Final = 12
_WAIT: Final = {"retry-after": str(_RETRY_AFTER_S)}
_NOT_FOUND_PAGE: Final = b"<!doctype html><title>404</title><p>Not found.</p>"
_SIGN_IN_PAGE: Final = b"<!doctype html><title>Welcome</title><p>Sign in to this network.</p>"


@dataclass(slots=True)
class Exchange:
    """One request and what became of it. Moments are those of `time.monotonic`."""

    number: int
    """From 1, in the order in which requests were read to their end."""
    method: str
    path: str
    body: bytes = field(repr=False)
    decision: Decision
    arrived_s: float
    by: str = ""
    """Whose request it was; empty when that was not said."""
    forwarded_s: float | None = None
    """When it went to the desk; `None` when it did not."""
    answered_s: float | None = None
    """When the desk had answered, that is, had done what it did."""
    status: int | None = None
    """What the desk answered; `None` when it did not."""

    @property
    def is_write(self) -> bool:
        return self.method in WRITING

    @property
    def is_applied(self) -> bool:
        """Whether the desk said that it did this."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_unknown(self) -> bool:
        """Whether the desk had it and died over it."""
        return self.forwarded_s is not None and self.status is None


class Stage(Enum):
    """A moment in the life of a write at which somebody may want to interfere."""

    ARRIVED = "arrived at the proxy"
    APPLIED = "done by the desk, not answered yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the faults take, in seconds; to be chosen by the patience of the client."""

    late_at_most_s: float = 0.5
    """After the client has hung up: how much later a late request is applied at most."""
    late_beyond_s: float = 5.0
    """The same for one that comes after all looking."""
    hold_at_most_s: float = 30.0
    """How long a client is waited for that never hangs up."""
    shut_s: float = 0.2
    drip_s: float = 0.3
    """How long an answer takes that comes drop by drop."""


class FaultProxy:
    """One proxy, used as an async context manager; lives on one event loop.

    `mix` may be changed at any time and holds for requests from then on.
    """

    def __init__(
        self,
        desk_port: int,
        *,
        seed: int = 0,
        mix: Mix = (),
        timing: Timing | None = None,
        shows_extensions: bool = True,
    ) -> None:
        """Without `shows_extensions` there is nothing below `/desk/`, and no key is passed on."""
        self.mix = mix
        self.exchanges: list[Exchange] = []
        """All so far, by number."""
        self._desk_port = desk_port
        self._seed = seed
        self.shows_extensions = shows_extensions
        self._timing = timing or Timing()
        self._port = 0
        self._listening: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        """Connections on which nothing is asked just now."""
        self._opening: asyncio.Task[None] | None = None
        self._watchers: dict[Stage, list[asyncio.Future[Exchange]]] = {s: [] for s in Stage}
        self._under_way = 0
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._breakers: Mapping[Fault, Callable[[_Call], Awaitable[bool]]] = {
            Fault.NONE: self._pass,
            Fault.SHUT: self._pass_and_shut,
            Fault.CUT_BEFORE: self._cut,
            Fault.CUT_AFTER: self._apply_and_cut,
            Fault.LATE: self._apply_late,
            Fault.LATE_BEYOND_GAP: self._apply_late,
            Fault.FAIL_BEFORE: self._fail,
            Fault.FAIL_AFTER: self._apply_and_fail,
            Fault.THROTTLE: self._throttle,
            Fault.THROTTLE_WITH_WAIT: self._throttle,
            Fault.THROTTLE_AFTER: self._apply_and_throttle,
            Fault.BUSY_AFTER: self._apply_and_be_busy,
            Fault.SIGN_OUT: self._sign_out,
            Fault.SIGN_OUT_AFTER: self._apply_and_sign_out,
            Fault.TIME_OUT_AFTER: self._apply_and_time_out,
            Fault.REDIRECT_AFTER: self._apply_and_redirect,
            Fault.NOT_FOUND: self._not_found,
            Fault.NOT_FOUND_AFTER: self._apply_and_not_found,
            Fault.SIGNED: self._sign_and_fail,
            Fault.SPACED: self._space_and_be_busy,
            Fault.NO_AUTHOR: self._drop_author_and_cut,
            Fault.TRUNCATE: self._truncate,
            Fault.HTML: self._show_sign_in_page,
            Fault.DRIP: self._drip,
            Fault.DUPLICATE_RECORD: self._change_page,
            Fault.SHIFT_PAGE: self._change_page,
        }

    # -- life ----------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shut()
        handlers = list(self._handlers)
        for handler in handlers:
            handler.cancel()
        if handlers:
            await asyncio.wait(handlers)

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def open(self) -> None:
        """Lets connections in; after `shut`, on the same port."""
        if self._listening is None:
            self._listening = await asyncio.start_server(self._accept, HOST, self._port)
            self._port = self._listening.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Refuses new connections, and ends those there are once they are silent."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for writer in tuple(self._silent):
            writer.close()

    async def rest(self) -> None:
        """Waits until no request is on its way to the desk, late ones included."""
        await self._at_rest.wait()

    async def next_write(self, stage: Stage) -> Exchange:
        """Waits for the next write to come to `stage`; nothing else happens before this returns
        to the loop."""
        watcher: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()
        self._watchers[stage].append(watcher)
        return await watcher

    # -- connections ---------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler = asyncio.create_task(self._serve(reader, writer))
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # Whoever is on the other side may go at any moment: that is what this is for.
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._converse(reader, writer)
        finally:
            self._silent.discard(writer)
            writer.close()
            # The loop closes the socket one turn later.
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_kept = True
        while is_kept and self._listening is not None:
            self._silent.add(writer)
            request = await read_message(reader)
            self._silent.discard(writer)
            if request is None:
                return
            by, request = without_prefix(request, NAMED)
            if not self.shows_extensions:
                request = without_header(request, "idempotency-key")
            self._under_way += 1
            self._at_rest.clear()
            try:
                is_kept = await self._handle(
                    _Call(self._note(request, by), request, reader, writer)
                )
            finally:
                self._under_way -= 1
                if not self._under_way:
                    self._at_rest.set()

    async def _handle(self, call: _Call) -> bool:
        """Does what was decided; whether the connection is kept."""
        self._tell(Stage.ARRIVED, call.exchange)
        await asyncio.sleep(0)
        if not self.shows_extensions and call.request.path.startswith("/desk/"):
            return await self._not_found(call)
        try:
            return await self._breakers[call.exchange.decision.fault](call)
        except (ConnectionError, asyncio.IncompleteReadError):
            # The desk is gone, or the client is; an end without an answer says either.
            return await self._cut(call)

    def _note(self, request: Message, by: str) -> Exchange:
        number = len(self.exchanges) + 1
        decision = decide(self._seed, number, request.method, request.path, self.mix)
        exchange = Exchange(
            number, request.method, request.path, request.body, decision, time.monotonic(), by
        )
        self.exchanges.append(exchange)
        return exchange

    def _tell(self, stage: Stage, exchange: Exchange) -> None:
        if exchange.is_write:
            watchers, self._watchers[stage] = self._watchers[stage], []
            for watcher in watchers:
                if not watcher.done():
                    watcher.set_result(exchange)

    async def _forward(self, call: _Call) -> Message:
        """Has the desk do it; what it answered.

        Raises:
            ConnectionError: There is no desk.
            IncompleteReadError: It died over it.
        """
        exchange = call.exchange
        reader, writer = await asyncio.open_connection(HOST, self._desk_port)
        try:
            exchange.forwarded_s = time.monotonic()
            writer.write(call.request.spelled(keep_alive=False))
            await writer.drain()
            answered = await read_message(reader)
            if answered is None:
                raise ConnectionResetError("the desk hung up")
        finally:
            writer.close()
        exchange.answered_s = time.monotonic()
        exchange.status = answered.status
        if exchange.is_applied:
            self._tell(Stage.APPLIED, exchange)
            await asyncio.sleep(0)
        return answered

    # -- what befalls a request ----------------------------------------------------------------

    async def _pass(self, call: _Call) -> bool:
        return await call.send(await self._forward(call))

    async def _pass_and_shut(self, call: _Call) -> bool:
        await call.send(await self._forward(call), keep_alive=False)
        if self._listening is not None:
            self.shut()
            self._opening = asyncio.create_task(self._open_again())
        return False

    async def _open_again(self) -> None:
        await asyncio.sleep(self._timing.shut_s)
        await self.open()

    async def _cut(self, call: _Call) -> bool:
        call.writer.transport.abort()
        return False

    async def _apply_and_cut(self, call: _Call) -> bool:
        await self._forward(call)
        return await self._cut(call)

    async def _apply_late(self, call: _Call) -> bool:
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(self._timing.hold_at_most_s):
                await call.reader.read(1)
        is_beyond = call.exchange.decision.fault is Fault.LATE_BEYOND_GAP
        timing, amount = self._timing, call.exchange.decision.amount
        await asyncio.sleep(timing.late_beyond_s if is_beyond else amount * timing.late_at_most_s)
        return await self._apply_and_cut(call)

    async def _fail(self, call: _Call) -> bool:
        return await call.send(answer(500, {"error": "internal", "message": "It broke"}))

    async def _apply_and_fail(self, call: _Call) -> bool:
        await self._forward(call)
        return await self._fail(call)

    async def _throttle(self, call: _Call) -> bool:
        says_when = call.exchange.decision.fault is Fault.THROTTLE_WITH_WAIT
        headers = {"retry-after": str(_RETRY_AFTER_S)} if says_when else None
        return await call.send(answer(429, {"message": "Too many requests"}, headers))

    async def _sign_out(self, call: _Call) -> bool:
        return await call.send(answer(401, {"error": "invalid_token"}))

    async def _apply_and_throttle(self, call: _Call) -> bool:
        await self._forward(call)
        return await call.send(answer(429, {"message": "Too many requests"}, _WAIT))

    async def _apply_and_be_busy(self, call: _Call) -> bool:
        await self._forward(call)
        return await call.send(answer(503, {"message": "Busy"}, _WAIT))

    async def _apply_and_sign_out(self, call: _Call) -> bool:
        await self._forward(call)
        return await self._sign_out(call)

    async def _apply_and_time_out(self, call: _Call) -> bool:
        await self._forward(call)
        return await call.send(answer(408, {"message": "Request timeout"}))

    async def _apply_and_redirect(self, call: _Call) -> bool:
        await self._forward(call)
        return await call.send(answer(302, b"", {"location": "/login"}))

    async def _not_found(self, call: _Call) -> bool:
        return await call.send(answer(404, _NOT_FOUND_PAGE))

    async def _apply_and_not_found(self, call: _Call) -> bool:
        await self._forward(call)
        return await self._not_found(call)

    async def _sign_and_fail(self, call: _Call) -> bool:
        await self._forward(call.changed(lambda text: f"{text}<br><br>--<br>The Acme team"))
        return await self._fail(call)

    async def _space_and_be_busy(self, call: _Call) -> bool:
        await self._forward(call.changed(lambda text: text.replace(" ", "\u00a0")))
        return await call.send(answer(503, {"message": "Busy"}, _WAIT))

    async def _drop_author_and_cut(self, call: _Call) -> bool:
        await self._forward(call.changed(str, dropping="insertBy"))
        return await self._cut(call)

    async def _truncate(self, call: _Call) -> bool:
        whole = await self._forward(call)
        # An empty answer would be a whole one, with a meaning of its own (API sheet §3.1).
        kept = 1 + int(call.exchange.decision.amount * (len(whole.body) - 2))
        return await call.send(with_body(whole, whole.body[:kept]))

    async def _show_sign_in_page(self, call: _Call) -> bool:
        return await call.send(answer(200, _SIGN_IN_PAGE))

    async def _drip(self, call: _Call) -> bool:
        spelled = (await self._forward(call)).spelled(keep_alive=True)
        size = -(-len(spelled) // _DROPS)
        for start in range(0, len(spelled), size):
            call.writer.write(spelled[start : start + size])
            await call.writer.drain()
            await asyncio.sleep(self._timing.drip_s / _DROPS)
        return True

    async def _change_page(self, call: _Call) -> bool:
        return await call.send(changed_page(await self._forward(call), call.exchange.decision))


@dataclass(frozen=True, slots=True)
class _Call:
    """A request on its connection."""

    exchange: Exchange
    request: Message
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def changed(self, change: Callable[[str], str], *, dropping: str = "") -> _Call:
        """The same with another text in its body, and without one of its members."""
        members = json.loads(self.request.body)
        for name in ("text", "note", "description"):
            if name in members:
                members[name] = change(members[name])
        members.pop(dropping, None)
        request = with_body(self.request, json.dumps(members).encode())
        return replace(self, request=request)

    async def send(self, message: Message, *, keep_alive: bool = True) -> bool:
        """Answers whole; whether the connection is kept."""
        self.writer.write(message.spelled(keep_alive=keep_alive))
        await self.writer.drain()
        return keep_alive


def changed_page(page: Message, decision: Decision) -> Message:
    """A page of a list with a record twice, or without its first: that slid to the page before.

    What is no page, or an empty one, stays as it is (API sheet §3.4).
    """
    if page.status != 200:
        return page
    members = json.loads(page.body)
    envelope = next((m for m in members.values() if isinstance(m, dict) and m.get("records")), None)
    if envelope is None:
        return page
    records = envelope["records"]
    if decision.fault is Fault.DUPLICATE_RECORD:
        place = int(decision.amount * len(records))
        records.insert(place, records[place])
    else:
        del records[0]
    return with_body(page, json.dumps(members).encode())
