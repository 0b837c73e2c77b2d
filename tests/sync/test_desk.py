"""The way to a desk is opened beside everything else."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from deskero_tui.api.address import ClientOptions, DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import BadConfig, Unreachable
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.query.query import Query
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import Event, LinkChanged, LinkState, OutboxChanged
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.refresh.pull import DOUBT_EVERY_S
from tests.support.desk_double import DeskDouble, MovableClock

PATIENCE_S = 10.0
NOWHERE = DeskAddress(base_url="http://127.0.0.1:9", client_id="x", api_token="eDp5")


async def test_the_loop_goes_on_while_a_client_is_made(tmp_path: Path) -> None:
    may_open = threading.Event()

    def open_client() -> DeskeroClient:
        assert may_open.wait(PATIENCE_S), "the loop waits for it"
        return DeskeroClient(NOWHERE, options=ClientOptions(allow_http=True))

    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = Desk(database, open_client=open_client, profile=Profile())
        starting = asyncio.create_task(desk.start(in_background=False))
        await asyncio.sleep(0)
        assert not starting.done()
        may_open.set()
        await starting
        await desk.close()


async def test_what_is_asked_of_the_desk_before_the_way_is_open_waits_for_that(
    tmp_path: Path,
) -> None:
    may_open = threading.Event()

    def open_client() -> DeskeroClient:
        assert may_open.wait(PATIENCE_S), "nobody waits"
        return DeskeroClient(NOWHERE, options=ClientOptions(allow_http=True))

    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = Desk(database, open_client=open_client, profile=Profile())
        asked = asyncio.create_task(desk.read_afresh(TicketId("4" * 24)))
        starting = asyncio.create_task(desk.start(in_background=False))
        await asyncio.sleep(0.05)
        assert not asked.done()
        may_open.set()
        await starting
        with pytest.raises(Unreachable) as raised:
            await asked
        assert "not connected" not in raised.value.user_message
        await desk.close()


async def test_what_waits_is_told_when_the_way_cannot_be_opened(tmp_path: Path) -> None:
    def open_client() -> DeskeroClient:
        raise BadConfig("There is no such address.")

    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = Desk(database, open_client=open_client, profile=Profile())
        asked = asyncio.create_task(desk.read_afresh(TicketId("4" * 24)))
        with pytest.raises(BadConfig):
            await desk.start(in_background=False)
        with pytest.raises(Unreachable, match="no such address"):
            await asyncio.wait_for(asked, PATIENCE_S / 10)
        await desk.close()


async def test_a_start_that_has_failed_may_be_tried_again_and_twice_at_once_is_once(
    tmp_path: Path,
) -> None:
    opened: list[str] = []

    def open_client() -> DeskeroClient:
        opened.append("asked")
        if len(opened) == 1:
            raise Unreachable("The local desk could not be started.")
        return DeskeroClient(NOWHERE, options=ClientOptions(allow_http=True))

    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = Desk(database, open_client=open_client, profile=Profile())
        links: list[LinkState] = []
        desk.subscribe(
            lambda event: links.append(event.link.state) if isinstance(event, LinkChanged) else None
        )
        assert not desk.has_failed_to_start
        with pytest.raises(Unreachable):
            await desk.start(in_background=False)
        assert desk.has_failed_to_start
        again = [desk.start(in_background=False), desk.start(in_background=False)]
        await asyncio.gather(*again)
        assert not desk.has_failed_to_start
        assert len(opened) == 2
        assert links == [LinkState.OFFLINE, LinkState.CONNECTING]
        await desk.close()


async def test_why_a_desk_of_our_own_does_not_answer_is_said_as_long_as_it_does_not(
    tmp_path: Path,
) -> None:
    reason = "The local desk could not be started."

    def wake_desk() -> None:
        raise Unreachable(reason)

    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = Desk(
            database,
            open_client=lambda: DeskeroClient(NOWHERE, options=ClientOptions(allow_http=True)),
            wake_desk=wake_desk,
            profile=Profile(),
        )
        reasons: list[str] = []
        told = asyncio.Event()

        def hear(event: Event) -> None:
            if isinstance(event, LinkChanged):
                reasons.append(event.link.reason)
                told.set()

        desk.subscribe(hear)
        await desk.start()
        async with asyncio.timeout(PATIENCE_S):
            while reasons[-1:] != [reason]:
                told.clear()
                await told.wait()
            count = len(reasons)
            # Both those who pull and those who wake tell what has come of it.
            desk.refresh()
            while len(reasons) < count + 2:
                told.clear()
                await told.wait()
        assert set(reasons[count:]) == {reason}
        assert desk.link.reason == reason
        await desk.close()


class ListedDesk(DeskDouble):
    """Lists its tickets, the same on any page and never an end, and does not answer who asks for
    one alone.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/ticket/list":
            return httpx.Response(200, json={"ticket": {"records": [*self.tickets.values()]}})
        if request.url.path == "/ticket/t1":
            raise httpx.ConnectError("refused", request=request)
        return await super().handle_async_request(request)


def on_double(double: DeskDouble, database: Database) -> Desk:
    address = DeskAddress(base_url="http://127.0.0.1", client_id="a1", api_token="eA==")
    return Desk(
        database,
        open_client=lambda: DeskeroClient(address, clock=double.clock, transport=double),
        profile=Profile(agent="a1", refresh_s=3_600, undo_s=0),
        clock=double.clock,
    )


async def test_a_desk_that_heeds_no_page_and_names_no_end_is_not_read_for_ever(
    tmp_path: Path,
) -> None:
    double = ListedDesk(MovableClock())
    double.add_ticket("t1")
    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = on_double(double, database)
        await desk.start(in_background=False)
        for _ in ("all", "what is new"):
            await asyncio.wait_for(desk.refresh_now(), PATIENCE_S)
        assert len(await desk.order(Query())) == 1
        await desk.close()


class PagedDesk(DeskDouble):
    """Its first page holds nothing that can be read, the second its tickets, and no more follow."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/ticket/list":
            return await super().handle_async_request(request)
        pages = {"1": [{"id": []}], "2": [*self.tickets.values()]}
        records = pages.get(request.url.params["page"], [])
        return httpx.Response(200, json={"ticket": {"records": records}})


async def test_a_page_that_cannot_be_read_does_not_hide_the_next(tmp_path: Path) -> None:
    double = PagedDesk(MovableClock())
    double.add_ticket("t1")
    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = on_double(double, database)
        await desk.start(in_background=False)
        await asyncio.wait_for(desk.refresh_now(), PATIENCE_S)
        double.tickets["t1"]["subject"] = "Found"
        double.tickets["t1"]["managedDate"] += 1
        await asyncio.wait_for(desk.refresh_now(), PATIENCE_S)
        assert [row.subject for row in await desk.rows(await desk.order(Query()))] == ["Found"]
        await desk.close()


@pytest.mark.parametrize("road", ["reading", "sending"])
async def test_whoever_meets_no_answer_has_the_desk_looked_at_but_not_again_and_again(
    tmp_path: Path, road: str
) -> None:
    clock = MovableClock()
    double = ListedDesk(clock)
    double.add_ticket("t1")
    with closing(Database(tmp_path / "store.sqlite")) as database:
        desk = on_double(double, database)
        refreshed, kept = asyncio.Event(), asyncio.Event()
        refreshes: list[LinkState] = []

        def hear(event: Event) -> None:
            match event:
                case LinkChanged(link):
                    refreshes.append(link.state)
                    refreshed.set()
                case OutboxChanged(reason=reason) if reason:
                    kept.set()

        async def meet_no_answer() -> None:
            if road == "reading":
                with pytest.raises(Unreachable):
                    await desk.read_afresh(TicketId("t1"))
            else:
                await desk.outbox.queue_change([TicketId("t1")], TicketPatch(is_priority=True))
                await asyncio.wait_for(kept.wait(), PATIENCE_S)
                kept.clear()

        async def looked() -> None:
            await asyncio.wait_for(refreshed.wait(), PATIENCE_S)
            refreshed.clear()

        desk.subscribe(hear)
        await desk.start()
        await looked()
        await meet_no_answer()
        await looked()
        await meet_no_answer()
        clock.pass_by(DOUBT_EVERY_S)
        await meet_no_answer()
        await looked()
        assert refreshes == [LinkState.ONLINE] * 3
        await desk.close()
