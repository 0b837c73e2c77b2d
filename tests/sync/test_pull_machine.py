"""A desk that changes under our hands and fails in the middle: in the end the store has all of it.

Tickets come, go and change between two pages of one walk, pages fail, repeat or come torn, the
program ends and begins anew. Once the desk is left in peace, the store is as the desk within three
refreshes, some minutes apart.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from deskero_tui.api.address import ClientOptions, DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.query.query import Query
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store.database import Database
from deskero_tui.sync.events import Link, LinkState
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.reads import Reads
from deskero_tui.sync.refresh.full_sync import WALKED_AFTER_A_SHIFT
from deskero_tui.sync.refresh.pull import Pull
from tests.support.desk_double import MovableClock

T = TypeVar("T")

LIMIT = 3
PEACEFUL_REFRESHES = 3


class Trouble(Enum):
    """What happens at one request for a page or a ticket."""

    CUT = "cut"
    FAILED = "500"
    HTML = "a page of a proxy"
    TORN = "half an answer"
    REPEATED = "the page before once more"
    SOMEBODY_ADDS = "a ticket comes before the answer"
    SOMEBODY_DELETES = "a ticket goes before the answer"
    SOMEBODY_CHANGES = "the oldest ticket changes before the answer"


@dataclass
class Shelf(httpx.AsyncBaseTransport):
    """Tickets of a desk behind the real client."""

    clock: MovableClock
    troubles: deque[Trouble | None] = field(default_factory=deque)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0

    def add(self) -> None:
        self.made += 1
        ticket_id = f"t{self.made}"
        self.tickets[ticket_id] = {
            "id": ticket_id,
            "number": f"{self.made}/2026",
            "subject": "Parcel",
            "status": {"status": "opened"},
            "insertDate": self._moment(),
            "managedDate": self._moment(),
        }

    def delete(self, place: int) -> None:
        if self.tickets:
            del self.tickets[self._newest_first()[place % len(self.tickets)]["id"]]

    def change(self, place: int) -> None:
        if self.tickets:
            ticket = self._newest_first()[place % len(self.tickets)]
            ticket["managedDate"] = self._moment()
            ticket["subject"] = f"Parcel at {ticket['managedDate']}"

    def _moment(self) -> int:
        """Later than every moment before."""
        self.clock.pass_by(0.001)
        return to_ms(self.clock.now())

    def _newest_first(self) -> list[dict[str, Any]]:
        return sorted(
            self.tickets.values(), key=lambda one: (-one["managedDate"], one["id"]), reverse=False
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "b", "expires_in": 10**9})
        if not path.startswith("/ticket/"):
            return httpx.Response(404)
        trouble = self.troubles.popleft() if self.troubles else None
        page = int(request.url.params.get("page", "1"))
        match trouble:
            case Trouble.CUT:
                raise httpx.ReadError("cut", request=request)
            case Trouble.FAILED:
                return httpx.Response(500)
            case Trouble.HTML:
                return httpx.Response(200, html="<html>Maintenance</html>")
            case Trouble.TORN:
                return httpx.Response(200, content=b'{"ticket": {"records": [{"id"')
            case Trouble.REPEATED:
                page = max(1, page - 1)
            case Trouble.SOMEBODY_ADDS:
                self.add()
            case Trouble.SOMEBODY_DELETES:
                self.delete(page)
            case Trouble.SOMEBODY_CHANGES:
                self.change(len(self.tickets) - 1)
            case None:
                pass
        if path == "/ticket/list":
            return httpx.Response(200, json={"ticket": self._page(page)})
        found = self.tickets.get(path.removeprefix("/ticket/"))
        return httpx.Response(204) if found is None else httpx.Response(200, json=found)

    def _page(self, page: int) -> dict[str, Any]:
        records = self._newest_first()[(page - 1) * LIMIT : page * LIMIT]
        has_next = page * LIMIT < len(self.tickets)
        return {
            "totalRecords": len(self.tickets),
            "recordsPerPage": LIMIT,
            "nextQuery": f"/ticket/list?page={page + 1}" if has_next else None,
            "previousQuery": None,
            "records": records,
        }


TROUBLES = st.lists(st.sampled_from([None, None, *Trouble]), max_size=12)


class PullMachine(RuleBasedStateMachine):
    """One reader with its store, and the desk it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = MovableClock()
        self.shelf = Shelf(self.clock)
        self._run(self._open)

    @initialize(count=st.integers(0, 20))
    def some_tickets(self, count: int) -> None:
        for _ in range(count):
            self.shelf.add()

    @rule()
    def one_comes(self) -> None:
        self.shelf.add()

    @rule(place=st.integers(0, 20))
    def one_goes(self, place: int) -> None:
        self.shelf.delete(place)

    @rule(place=st.integers(0, 20))
    def one_changes(self, place: int) -> None:
        self.shelf.change(place)

    @rule(troubles=TROUBLES, thoroughly=st.booleans())
    def refresh(self, troubles: list[Trouble | None], thoroughly: bool) -> None:
        self.shelf.troubles.extend(troubles)
        self._run(lambda: self._refresh(thoroughly))

    @rule()
    def the_program_begins_anew(self) -> None:
        self._run(self._close)
        self._run(self._open)

    @rule(seconds=st.sampled_from([1.0, 60.0, 90_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    def teardown(self) -> None:
        self.shelf.troubles.clear()
        for _ in range(PEACEFUL_REFRESHES):
            self.clock.pass_by(WALKED_AFTER_A_SHIFT.total_seconds())
            self._run(lambda: self._refresh(False))
        stored = self._run(self._stored)
        self._run(self._close)
        self.runner.close()
        self.folder.cleanup()
        there = {one["id"]: one["subject"] for one in self.shelf.tickets.values()}
        assert stored == there

    # -- private -------------------------------------------------------------------------------

    def _run(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return self.runner.run(make())

    async def _open(self) -> None:
        self.database = Database(Path(self.folder.name) / "store.sqlite")
        self.client = await DeskeroClient(
            DeskAddress(base_url="http://127.0.0.1", client_id="c", api_token="eA=="),
            options=ClientOptions(pages_in_flight=2),
            clock=self.clock,
            transport=self.shelf,
        ).__aenter__()
        self.profile = Profile(agent="a1", page_limit=LIMIT)
        link = Link(LinkState.CONNECTING, self.clock.now())
        self.pull = Pull(
            self.database, self.client, self.clock, self.profile, lambda event: None, link
        )

    async def _close(self) -> None:
        await self.client.__aexit__(None, None, None)
        self.database.close()

    async def _refresh(self, thoroughly: bool) -> None:
        self.clock.pass_by(1.0)
        try:
            await self.pull.refresh(thoroughly=thoroughly, in_background=True)
        except DeskeroError:
            assert self.shelf is not None

    async def _stored(self) -> dict[str, str]:
        reads = Reads(self.database, self.profile, self.clock)
        return {row.id: row.subject for row in await reads.rows(await reads.order(Query()))}


TestPull = PullMachine.TestCase
TestPull.settings = settings(max_examples=40, stateful_step_count=10, deadline=None)
