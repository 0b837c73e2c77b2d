"""Every request goes through here: headers, time-outs, the cap on requests at a time, errors of
the network as our own, the loop of tries. The last stage before httpx.

Queries, bodies and credentials are never logged.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Final, TypeVar
from urllib.parse import quote

import httpx

from deskero_tui.api.address import (
    ClientOptions,
    DeskAddress,
    checked_base_url,
)
from deskero_tui.api.answers import Answer, StaleBearer, error_of, is_certain_refusal
from deskero_tui.api.auth import ApiToken, Bearer, BearerKeeper
from deskero_tui.api.desk_clock import DeskClock
from deskero_tui.api.files import MOST_REDIRECTS, REDIRECTS, checked_file, file_url, followed
from deskero_tui.api.gate import Gate, Urgency
from deskero_tui.api.hosts import shown_origin
from deskero_tui.api.reasons import Attempt, network_error
from deskero_tui.api.retry import MOST_TRIES, decide
from deskero_tui.api.routes import Routes, is_on_socket, proxy_of
from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import (
    BadAnswer,
    BadInput,
    DeskeroError,
    Missing,
    Throttled,
    Unclear,
    Unreachable,
)
from deskero_tui.domain.records.ticket import Attachment

log = logging.getLogger("deskero_tui.api")

A = TypeVar("A")

Query = Sequence[tuple[str, str]]
"""Parameters in their order; one with an empty value is sent as a flag, without `=`."""

DOWNLOADS_AT_A_TIME: Final = 2
IDLE_CONNECTION_S: Final = 4.0
"""Shorter than desks commonly keep a silent connection, so that a write does not meet its end."""
SLOWEST_UPLOAD_BYTES_PER_S: Final = 16 * 1024


def open_http(
    address: DeskAddress, options: ClientOptions, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    """Return the HTTP client behind a `Transport`.

    It reads nothing from the environment, follows no redirect and keeps no cookies.
    """
    # httpx logs whole addresses, and their query may hold what somebody searched for.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    limits = httpx.Limits(
        max_connections=options.concurrency + DOWNLOADS_AT_A_TIME,
        max_keepalive_connections=options.concurrency,
        keepalive_expiry=IDLE_CONNECTION_S,
    )
    return httpx.AsyncClient(
        transport=transport or Routes(address, options, limits),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(options.read_s, connect=options.connect_s),
        headers={"User-Agent": "deskero-tui", "Accept-Encoding": "gzip, deflate"},
    )


class Transport:
    """The way to one account of one desk. One event loop; `aclose` when done."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        address: DeskAddress,
        options: ClientOptions,
        clock: Clock,
        reread_token: Callable[[], str | None] | None = None,
    ) -> None:
        self._http = http
        self._address = address
        self._options = options
        self._clock = clock
        self._rng = Random()
        self._base_url = checked_base_url(address, options)
        self._has_answered = False
        self._token = ApiToken(address.api_token, reread_token)
        self._bearers = BearerKeeper(self._fetch_bearer, clock)
        self._gate = Gate(clock, concurrency=options.concurrency)
        self._urgency = Urgency.AGENT
        self.desk_clock = DeskClock(clock)
        """The desk's own time, for both lanes."""
        self._download_slots = asyncio.Semaphore(DOWNLOADS_AT_A_TIME)

    def in_background(self) -> Transport:
        """The same way to the same desk, for requests that nobody waits for.

        They give way to all others, and are not made again after the desk has asked for patience.
        """
        lane = copy.copy(self)
        lane._urgency = Urgency.BACKGROUND
        return lane

    @property
    def token_mark(self) -> str:
        """A mark that differs for every API token and tells nothing of it (SHA-256)."""
        return hashlib.sha256(self._token.value.encode()).hexdigest()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, should the desk repeat it in a message."""
        return (self._token.value, *self._bearers.secrets)

    @property
    def has_new_token(self) -> bool:
        """Whether another API token lies ready than the one last used."""
        return self._token.is_replaced

    async def aclose(self) -> None:
        """Ends what is under way and closes all connections."""
        await self._bearers.aclose()
        await self._http.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        content: bytes | None = None,
        key: str | None = None,
        most_tries: int = MOST_TRIES,
    ) -> Answer:
        """Send one API call and return the whole answer, whose status is 2xx.

        `path` is percent-encoded already, `key` goes along as `Idempotency-Key`. GET goes again as
        `retry.decide` says, at most `most_tries` times in all, and once more with a fresh bearer
        after a 401. A write goes once: its error tells whether it left, and whether it may have
        been carried out.

        Raises:
            DeskeroError: One of the tree, by what happened (`answers.error_of`).
        """

        async def ask(bearer: Bearer) -> Answer:
            headers = self._headers(bearer)
            if content is not None:
                headers["Content-Type"] = "application/json"
            if key is not None:
                headers["Idempotency-Key"] = key
            return await self._exchange(method, path, headers, query, content)

        return await self._repeat(method, ask, most_tries)

    @asynccontextmanager
    async def stream(self, file: Attachment) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Fetch a file; the body arrives piece by piece while the context is open.

        Raises:
            BadAnswer: Its address or a redirect leads elsewhere; the bearer was not sent there.
                While the pieces are read: it is not the file that was announced.
            Unclear: While the pieces are read: the file is not complete.
            DeskeroError: As `send`, on entering.
        """
        url = file_url(file.url, self._base_url, self._options)
        async with self._download_slots:
            response = await self._repeat("GET", lambda bearer: self._open_file(url, bearer))
            try:
                media_type = response.headers.get("content-type", "")
                yield checked_file(self._pieces(response), file, media_type)
            finally:
                await response.aclose()

    async def _repeat(
        self, method: str, ask: Callable[[Bearer], Awaitable[A]], most_tries: int = MOST_TRIES
    ) -> A:
        """Asks until there is an answer, or an error that another try would not mend."""
        attempt = 1
        may_renew = True
        while True:
            try:
                bearer = await self._bearers.current()
                try:
                    return await ask(bearer)
                except StaleBearer:
                    self._bearers.drop(bearer)
                    if not may_renew or method != "GET":
                        raise
                    may_renew = False
            except DeskeroError as error:
                is_background = self._urgency is Urgency.BACKGROUND
                if is_background and isinstance(error, Throttled):
                    raise
                wait_s = decide(method, error, attempt, self._rng)
                if wait_s is None or attempt >= most_tries:
                    raise
                log.info("%s again in %.1f s: %s", method, wait_s, type(error).__name__)
                await self._clock.sleep(wait_s)
                attempt += 1

    async def _fetch_bearer(self) -> Answer:
        headers = {
            "Authorization": f"Basic {self._token.newest()}",
            "Accept": "application/json",
        }
        query = [("grant_type", "client_credentials")]
        return await self._exchange("GET", "/oauth/token", headers, query, None)

    async def _exchange(
        self, method: str, path: str, headers: dict[str, str], query: Query, content: bytes | None
    ) -> Answer:
        """One request and its whole answer, once."""
        url = f"{str(self._base_url).rstrip('/')}{path}"
        if query:
            url = f"{url}?{'&'.join(_parameter(name, value) for name, value in query)}"
        try:
            request = self._http.build_request(method, url, headers=headers, content=content)
        except httpx.InvalidURL as error:
            raise BadInput("This search is too long to be sent.") from error
        limit_s = self._options.whole_s + len(content or b"") / SLOWEST_UPLOAD_BYTES_PER_S
        async with self._gate.passed(self._urgency):
            began_s = self._clock.monotonic()
            try:
                async with asyncio.timeout(limit_s):
                    response = await self._http.send(request, stream=True)
                    try:
                        answer = await self._read(method, path, response)
                    finally:
                        await response.aclose()
            except (httpx.RequestError, TimeoutError) as error:
                failure = network_error(error, self._attempt(method, request.url))
                _note_fate(failure, method, may_be_done=not isinstance(failure, Unreachable))
                raise failure from error
            except Unclear as error:
                _note_fate(error, method, may_be_done=True)
                raise
        self._log(method, path, response.status_code, began_s)
        self._has_answered = True
        if refusal := error_of(answer, self._clock.now(), self.secrets):
            _note_fate(refusal, method, may_be_done=not is_certain_refusal(answer), has_left=True)
            if isinstance(refusal, Throttled):
                self._gate.was_throttled(refusal.wait_s)
            raise refusal
        self._gate.went_well(self._urgency)
        self.desk_clock.note(answer.headers)
        return answer

    async def _read(self, method: str, path: str, response: httpx.Response) -> Answer:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._options.most_answer_bytes:
                kind = Unclear if method != "GET" else BadAnswer
                raise kind(
                    "The answer of the desk is too large to be read.",
                    detail=f"{method} {path}: beyond {self._options.most_answer_bytes} bytes",
                )
        attempt = self._attempt(method, response.request.url)
        is_passed_on = attempt.proxy is not None and attempt.url.scheme == "http"
        return Answer(
            method,
            path,
            response.status_code,
            response.headers,
            bytes(body),
            origin=shown_origin(attempt.url),
            proxy=str(attempt.proxy) if is_passed_on else "",
        )

    async def _open_file(self, url: httpx.URL, bearer: Bearer) -> httpx.Response:
        """Return the answer to a request for a file, its body still to come; the caller closes it.

        Redirects are followed as far as the bearer may go.
        """
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._ask_for_file(url, bearer)
            if response.status_code not in REDIRECTS:
                return response
            await response.aclose()
            url = followed(response, self._base_url, self._options)
        raise BadAnswer("The desk redirects this file in a circle.")

    async def _ask_for_file(self, url: httpx.URL, bearer: Bearer) -> httpx.Response:
        """Return the answer to one request: a file or a redirect; anything else is an error."""
        headers = self._headers(bearer) | {"Accept": "*/*", "Accept-Encoding": "identity"}
        request = self._http.build_request("GET", url, headers=headers)
        path = _logged_path(url)
        began_s = self._clock.monotonic()
        try:
            response = await self._http.send(request, stream=True)
        except httpx.RequestError as error:
            raise network_error(error, self._attempt("GET", url)) from error
        self._log("GET", path, response.status_code, began_s)
        is_file = response.is_success and response.status_code != 204
        if is_file or response.status_code in REDIRECTS:
            return response
        try:
            async with asyncio.timeout(self._options.whole_s):
                answer = await self._read("GET", path, response)
        except (httpx.RequestError, TimeoutError) as error:
            raise network_error(error, self._attempt("GET", url)) from error
        finally:
            await response.aclose()
        raise error_of(answer, self._clock.now(), self.secrets) or _missing_file(answer)

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[bytes]:
        try:
            async for piece in response.aiter_bytes():
                yield piece
        except httpx.RequestError as error:
            raise Unclear(
                "The connection broke off before the file was complete. Fetch it again.",
                detail=f"GET {_logged_path(response.url)}: {type(error).__name__}",
            ) from error

    def _headers(self, bearer: Bearer) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {bearer.value}",
            "clientId": self._address.client_id,
            "Accept": "application/json",
        }

    def _attempt(self, method: str, url: httpx.URL) -> Attempt:
        is_local = is_on_socket(url, self._address)
        return Attempt(
            method=method,
            url=url,
            path=_logged_path(url),
            proxy=proxy_of(url, self._address, self._options),
            socket_path=self._address.socket_path if is_local else None,
            connect_s=self._options.connect_s,
            read_s=self._options.read_s,
            whole_s=self._options.whole_s,
            has_answered=self._has_answered,
        )

    def _log(self, method: str, path: str, status: int, began_s: float) -> None:
        took_ms = (self._clock.monotonic() - began_s) * 1000
        log.info("%s %s %d %.0f ms", method, path, status, took_ms)


def _note_fate(
    error: DeskeroError, method: str, *, may_be_done: bool, has_left: bool = False
) -> None:
    """Note on the error of a write whether it left, and whether it may have been carried out."""
    if method != "GET":
        error.has_left, error.may_be_done = has_left or may_be_done, may_be_done


def _parameter(name: str, value: str) -> str:
    spelled = quote(name, safe="")
    return f"{spelled}={quote(value, safe='')}" if value else spelled


def _logged_path(url: httpx.URL) -> str:
    """The path as it is sent, percent-encoded: whoever chose it cannot write lines of the log."""
    return url.raw_path.partition(b"?")[0].decode("ascii")


def _missing_file(answer: Answer) -> Missing:
    return Missing("The desk has this file no longer.", detail=answer.detail)
