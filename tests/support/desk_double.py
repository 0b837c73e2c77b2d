"""A desk in memory behind the real client, which fails and dies exactly as a test tells it to."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from typing import Any, Final

import httpx

from deskero_tui.domain.time.epoch import to_ms

STARTED: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """The program ended in the middle of a request."""


class Fault(Enum):
    """What goes wrong with one request."""

    NO_CONNECTION = "refused before anything left"
    CUT_BEFORE = "cut, not applied"
    CUT_AFTER = "applied, then cut"
    LATE = "cut, and applied some seconds later"
    VERY_LATE = "cut, and applied after the last look but one"
    FAILED_BEFORE = "500, not applied"
    FAILED_AFTER = "applied, then 500"
    THROTTLED = "429, not applied"
    THROTTLED_AFTER = "applied, then 429"
    BUSY = "503 with Retry-After, not applied"
    BUSY_AFTER = "applied, then 503 with Retry-After"
    SIGNED_OUT = "401, not applied"
    SIGNED_OUT_AFTER = "applied, then 401"
    TIMED_OUT_AFTER = "applied, then 408"
    REDIRECTED_AFTER = "applied, then 302"
    NOT_FOUND = "404 of a gateway, not applied"
    NOT_FOUND_AFTER = "applied, then 404 of a gateway"
    PAGE_AFTER = "applied, then a web page"
    NOT_LET_IN = "403"
    REFUSED = "400"
    KILLED_BEFORE = "the program dies, not applied"
    KILLED_AFTER = "the program dies, applied"


LATE_S: Final = 20.0
"""After so long a late write is applied: before the second look."""
VERY_LATE_S: Final = 300.0
"""The same for a very late one: before the last look."""
APPLIED: Final = frozenset(
    {
        Fault.CUT_AFTER,
        Fault.FAILED_AFTER,
        Fault.THROTTLED_AFTER,
        Fault.BUSY_AFTER,
        Fault.SIGNED_OUT_AFTER,
        Fault.TIMED_OUT_AFTER,
        Fault.REDIRECTED_AFTER,
        Fault.NOT_FOUND_AFTER,
        Fault.PAGE_AFTER,
        Fault.KILLED_AFTER,
    }
)
"""After these the desk has done at once what was asked."""
UNANSWERED: Final = frozenset(
    {
        Fault.CUT_BEFORE,
        Fault.FAILED_BEFORE,
        Fault.THROTTLED,
        Fault.BUSY,
        Fault.SIGNED_OUT,
        Fault.NOT_FOUND,
        Fault.KILLED_BEFORE,
    }
)
"""After these it has not, and nobody can know that from the answer."""


class MovableClock:
    """Time for tests: it moves when somebody sleeps or says so, and the wall clock can jump."""

    def __init__(self) -> None:
        self._passed_s = 0.0
        self._jumped_s = 0.0

    def now(self) -> datetime:
        return STARTED + timedelta(seconds=self._passed_s + self._jumped_s)

    def desk_now(self) -> datetime:
        """Return the time of the desk's own clock, which is right and never jumps."""
        return STARTED + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    def pass_by(self, seconds: float) -> None:
        """Lets time go on without anybody sleeping."""
        self._passed_s += seconds

    def jump(self, seconds: float) -> None:
        """Sets the wall clock forward, or back."""
        self._jumped_s += seconds

    async def sleep(self, seconds: float) -> None:
        self._passed_s += seconds


@dataclass
class DeskDouble(httpx.AsyncBaseTransport):
    """Tickets as wire objects, and what goes wrong with the next writes and reads."""

    clock: MovableClock
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    write_faults: deque[Fault | None] = field(default_factory=deque)
    """For the next writes, in their order; `None` is a good one, as is every one beyond."""
    read_faults: deque[Fault | None] = field(default_factory=deque)
    written: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every write that arrived, applied or not."""
    on_update: Callable[[str, str, str, Any], None] | None = None
    """Told before a field changes: client id, ticket id, wire member, value so far."""
    late: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    is_applying_late: bool = False
    made: int = 0
    honours_keys: bool = False
    """Whether it answers a known `Idempotency-Key` again, and says so."""
    desk_id: str = "desk-1"
    keys: dict[str, tuple[bytes, httpx.Response]] = field(default_factory=dict)
    keep: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None
    """What it makes of a body before it stores it, by the verb of the call."""

    def add_ticket(self, ticket_id: str, **members: Any) -> None:
        self.tickets[ticket_id] = {
            "id": ticket_id,
            "number": f"{len(self.tickets) + 1}/2026",
            "subject": "Late parcel",
            "description": "Where is it?",
            "status": {"status": "opened"},
            "openedBy": {"id": "c1", "name": "Tom Arden"},
            "replies": [],
            "ticketNotes": [],
            "insertDate": to_ms(STARTED),
            "managedDate": to_ms(STARTED),
            **members,
        }

    def customer_writes(self, ticket_id: str, text: str) -> None:
        self._reply(ticket_id, {"text": text, "replyFromCustomer": {"id": "c1", "name": "Tom"}})

    def texts(self, ticket_id: str) -> list[str]:
        """Replies, then notes, as they arrived."""
        ticket = self.tickets[ticket_id]
        return [r["text"] for r in ticket["replies"]] + [n["note"] for n in ticket["ticketNotes"]]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._answer(request)
        answer.headers["Date"] = format_datetime(self.clock.desk_now(), usegmt=True)
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "b", "expires_in": 10**9})
        self.apply_late()
        if path == "/desk/capabilities":
            return self._capabilities()
        if request.method == "GET":
            return self._read(request, path)
        self.written.append((request.method, path))
        return self._write(request, path)

    def apply_late(self, *, all_of_them: bool = False) -> None:
        """Applies what was under way for long enough."""
        due = [one for one in self.late if all_of_them or one[0] <= self.clock.monotonic()]
        for one in due:
            self.late.remove(one)
            self.is_applying_late = True
            try:
                one[1]()
            finally:
                self.is_applying_late = False

    def _read(self, request: httpx.Request, path: str) -> httpx.Response:
        fault = self.read_faults.popleft() if self.read_faults else None
        if fault is not None:
            return _broken(fault, request)
        if path == "/ticket/list":
            customer = request.url.params.get("openedBy._id")
            found = [t for t in self.tickets.values() if t["openedBy"]["id"] == customer]
            return httpx.Response(200, json={"ticket": _envelope(found)})
        ticket = self.tickets.get(path.removeprefix("/ticket/"))
        return httpx.Response(204) if ticket is None else httpx.Response(200, json=ticket)

    def _write(self, request: httpx.Request, path: str) -> httpx.Response:
        fault = self.write_faults.popleft() if self.write_faults else None
        if fault in (Fault.LATE, Fault.VERY_LATE):
            late_s = LATE_S if fault is Fault.LATE else VERY_LATE_S
            due_s = self.clock.monotonic() + late_s
            self.late.append((due_s, lambda: _ignored(self._apply_once(request, path))))
            raise httpx.ReadTimeout("too late", request=request)
        if fault in APPLIED:
            self._apply_once(request, path)
        if fault is not None:
            return _broken(fault, request)
        return self._apply_once(request, path)

    def _capabilities(self) -> httpx.Response:
        if not self.honours_keys:
            return httpx.Response(404)
        paths = ["ticket/insert", "ticket/reply", "ticket/addNote"]
        keys = {"paths": paths, "hours": 72}
        return httpx.Response(200, json={"desk_id": self.desk_id, "idempotency_key": keys})

    def _apply_once(self, request: httpx.Request, path: str) -> httpx.Response:
        """Applies a write, but one with a known key only once."""
        key = request.headers.get("Idempotency-Key", "") if self.honours_keys else ""
        if key in self.keys:
            content, answer = self.keys[key]
            return answer if content == request.content else httpx.Response(422)
        body = json.loads(request.content) if request.content else {}
        if self.keep is not None:
            body = self.keep(path.split("/")[2], body)
        answer = self._apply(request.headers["clientId"], path, body)
        if key:
            self.keys[key] = request.content, answer
        return answer

    def _apply(self, client: str, path: str, body: dict[str, Any]) -> httpx.Response:
        _, verb, *rest = path.strip("/").split("/")
        if verb == "insert":
            self.made += 1
            ticket_id = f"made{self.made}"
            self.add_ticket(ticket_id, **body, insertDate=to_ms(self.clock.desk_now()) + self.made)
            return httpx.Response(201, json={"id": ticket_id})
        [ticket_id] = rest
        if ticket_id not in self.tickets:
            return httpx.Response(404)
        match verb:
            case "reply":
                self._reply(ticket_id, body)
            case "addNote":
                notes = self.tickets[ticket_id]["ticketNotes"]
                notes.append({"id": f"n{ticket_id}{len(notes)}", **body})
            case "update":
                self._update(client, ticket_id, body)
            case "delete":
                del self.tickets[ticket_id]
        return httpx.Response(200, json={"id": ticket_id})

    def _reply(self, ticket_id: str, body: Mapping[str, Any]) -> None:
        replies = self.tickets[ticket_id]["replies"]
        moment_ms = to_ms(self.clock.desk_now()) + len(replies)
        replies.append({"replyDate": moment_ms, **body})

    def _update(self, client: str, ticket_id: str, body: Mapping[str, Any]) -> None:
        for member, value in body.items():
            if self.on_update is not None:
                self.on_update(client, ticket_id, member, self.tickets[ticket_id].get(member))
            self.tickets[ticket_id][member] = value


def _ignored(answer: httpx.Response) -> None:
    """Nobody listens any more."""


def _broken(fault: Fault, request: httpx.Request) -> httpx.Response:
    match fault:
        case Fault.NO_CONNECTION:
            raise httpx.ConnectError("refused", request=request)
        case Fault.CUT_BEFORE | Fault.CUT_AFTER | Fault.LATE | Fault.VERY_LATE:
            raise httpx.ReadError("cut", request=request)
        case Fault.KILLED_BEFORE | Fault.KILLED_AFTER:
            raise Killed
        case Fault.FAILED_BEFORE | Fault.FAILED_AFTER:
            return httpx.Response(500)
        case Fault.THROTTLED | Fault.THROTTLED_AFTER:
            return httpx.Response(429, headers={"Retry-After": "3"})
        case Fault.BUSY | Fault.BUSY_AFTER:
            return httpx.Response(503, headers={"Retry-After": "3"})
        case Fault.SIGNED_OUT | Fault.SIGNED_OUT_AFTER:
            return httpx.Response(401)
        case Fault.TIMED_OUT_AFTER:
            return httpx.Response(408)
        case Fault.REDIRECTED_AFTER:
            return httpx.Response(302, headers={"Location": "/login"})
        case Fault.NOT_FOUND | Fault.NOT_FOUND_AFTER:
            return httpx.Response(404, html="<html>Not found</html>")
        case Fault.PAGE_AFTER:
            return httpx.Response(200, html="<html>Sign in</html>")
        case Fault.NOT_LET_IN:
            return httpx.Response(403)
        case Fault.REFUSED:
            return httpx.Response(400, json={"message": "no such agent"})


def _envelope(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "totalRecords": len(records),
        "recordsPerPage": max(len(records), 25),
        "previousQuery": None,
        "nextQuery": None,
        "records": records,
    }
