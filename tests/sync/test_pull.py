"""What the desk has comes into the store, and what it no longer has leaves it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.api.paging import Page
from deskero_tui.domain.errors import Missing, NotAllowed
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.outgoing import NewTicket, OutgoingReply, TicketPatch
from deskero_tui.domain.query.query import Query
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.server.settings import new_api_token
from deskero_tui.store import pins
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import MERGE_S, Desk
from deskero_tui.sync.events import (
    LinkChanged,
    LinkState,
    PullMoved,
    RecordsUnreadable,
    TicketsChanged,
)
from deskero_tui.sync.profile import Profile
from deskero_tui.sync.refresh.pull import SLOW_PAGE_S
from deskero_tui.sync.refresh.unreadable import Unreadable
from tests.support.running_desk import RunningDesk
from tests.support.scripted_desk import Line, Request, ScriptedDesk, says
from tests.support.still_clock import StillClock
from tests.support.tickets import ticket
from tests.sync.conftest import ME, SAMPLES, Bench, DeskMaker, address_of


async def ids_of(desk: Desk) -> list[TicketId]:
    return [row.id for row in await desk.rows(await desk.order(Query()))]


async def merged() -> None:
    """Until changes that were merged are told."""
    await asyncio.sleep(2 * MERGE_S)


async def test_the_first_refresh_brings_every_ticket_and_who_i_am(bench: Bench) -> None:
    assert len(await ids_of(bench.desk)) == SAMPLES
    assert bench.desk.me is not None
    assert (await bench.desk.agents())[0].label == "Ines Marchetti"
    assert bench.desk.link.state is LinkState.ONLINE


async def test_a_walk_tells_how_far_it_is_and_that_it_has_ended(bench: Bench) -> None:
    moves = bench.told_of(PullMoved)
    assert PullMoved(SAMPLES, SAMPLES) in moves
    assert moves[-1] == PullMoved(SAMPLES, None)


async def test_statuses_are_named_in_the_agents_language(bench: Bench) -> None:
    statuses = await bench.desk.terms(TermKind.STATUS)
    assert {choice.id for choice in statuses} >= {"opened", "onhold", "solved", "closed"}


async def test_a_later_refresh_brings_a_colleagues_change_and_tells_only_that(
    bench: Bench,
) -> None:
    oldest = (await ids_of(bench.desk))[-1]
    await bench.colleague.update_ticket(oldest, TicketPatch(subject="Found at last"))
    await merged()
    bench.told.clear()
    await bench.desk.refresh_now()
    assert (await ids_of(bench.desk))[0] == oldest
    await merged()
    assert bench.told_of(TicketsChanged) == [TicketsChanged(frozenset([oldest]))]
    assert bench.told_of(PullMoved) == []


async def test_nothing_new_tells_of_no_ticket(bench: Bench) -> None:
    await merged()
    bench.told.clear()
    await bench.desk.refresh_now()
    await merged()
    assert bench.told_of(TicketsChanged) == []


async def test_a_ticket_deleted_on_the_desk_disappears(bench: Bench) -> None:
    gone = (await ids_of(bench.desk))[7]
    await bench.colleague.delete_ticket(gone)
    await bench.desk.refresh_now()
    assert gone not in await ids_of(bench.desk)
    with pytest.raises(Missing):
        await bench.desk.conversation(gone)


async def test_the_last_ticket_of_a_desk_goes_as_well(make_desk: DeskMaker) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(wire(1), total=1)))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/list", says(204))
        scripted.script("/ticket/t1", says(204))
        await desk.refresh_now()
        assert await ids_of(desk) == []


async def test_as_many_new_tickets_as_deleted_ones_are_noticed_as_well(bench: Bench) -> None:
    ids = await ids_of(bench.desk)
    record = await bench.desk.ticket(ids[0])
    assert record.customer is not None
    assert record.type is not None
    await bench.colleague.delete_ticket(ids[3])
    await bench.colleague.insert_ticket(
        NewTicket(
            subject="New", description="One", customer=record.customer.id, type=record.type.id
        )
    )
    await bench.desk.refresh_now()
    await bench.desk.refresh_now(thoroughly=True)
    assert ids[3] not in await ids_of(bench.desk)
    assert len(await ids_of(bench.desk)) == SAMPLES


async def test_a_restart_shows_the_store_at_once_and_then_what_is_new(
    bench: Bench, make_desk: DeskMaker
) -> None:
    before = await ids_of(bench.desk)
    await bench.colleague.reply(before[-1], OutgoingReply("Hello", AgentId(str(bench.desk.me))))
    second = make_desk(address_of(bench.running))
    assert [row.id for row in second.rows_now(second.order_now(Query()))] == before
    assert second.me == bench.desk.me
    assert second.link.refreshed_at is not None
    await second.start(in_background=False)
    await second.refresh_now()
    assert (await ids_of(second))[0] == before[-1]


async def test_with_the_desk_gone_reading_goes_on_and_it_is_said(
    running: RunningDesk, make_desk: DeskMaker
) -> None:
    desk = make_desk(address_of(running))
    await desk.start(in_background=False)
    await desk.refresh_now()
    known = await ids_of(desk)
    await desk.close()
    nowhere = make_desk(DeskAddress(base_url="http://127.0.0.1:9", client_id="x", api_token="eA=="))
    links: list[LinkChanged] = []
    heard = asyncio.Event()

    def hear(event: object) -> None:
        if isinstance(event, LinkChanged):
            links.append(event)
            heard.set()

    nowhere.subscribe(hear)
    await nowhere.start()
    await asyncio.wait_for(heard.wait(), 20)
    assert links[0].link.state is LinkState.OFFLINE
    assert links[0].link.reason
    assert links[0].link.refreshed_at is not None
    assert await ids_of(nowhere) == known


async def test_a_wrong_token_is_said_as_signed_out(
    running: RunningDesk, make_desk: DeskMaker
) -> None:
    desk = make_desk(address_of(running, api_token=new_api_token("somebody")))
    heard = asyncio.Event()
    desk.subscribe(lambda event: heard.set() if isinstance(event, LinkChanged) else None)
    await desk.start()
    await asyncio.wait_for(heard.wait(), 20)
    assert desk.link.state is LinkState.SIGNED_OUT
    with pytest.raises(NotAllowed):
        await desk.refresh_now()


# -- desks that are not ours -----------------------------------------------------------------------


def listing(*tickets: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(tickets) if total is None else total
    envelope = {"totalRecords": count, "recordsPerPage": 25, "nextQuery": None}
    return {"ticket": {**envelope, "previousQuery": None, "records": list(tickets)}}


def wire(number: int, **members: Any) -> dict[str, Any]:
    return {
        **ticket(number).model_dump(by_alias=True, mode="json", exclude_defaults=True),
        **members,
    }


LOOK_UPS = (
    "/agent/list", "/ticketStatus/getAllForCombo", "/ticketSource/getAllForCombo",
    "/ticketType/list", "/ticketArea/list", "/ticketGroup/list",
    "/ticketType/getAllForCombo", "/ticketArea/getAllForCombo", "/ticketGroup/getAllForCombo",
)  # fmt: skip


def bare_desk() -> ScriptedDesk:
    """A desk with tickets and nothing else."""
    desk = ScriptedDesk()
    for path in LOOK_UPS:
        desk.script(path, says(404))
    return desk


def address(scripted: ScriptedDesk) -> DeskAddress:
    return DeskAddress(base_url=scripted.base_url, client_id="c", api_token="eA==")


async def refreshed(make_desk: DeskMaker, scripted: ScriptedDesk) -> Desk:
    desk = make_desk(address(scripted))
    await desk.start(in_background=False)
    await desk.refresh_now()
    return desk


async def test_a_desk_without_look_up_lists_still_works(make_desk: DeskMaker) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(wire(1, type={"id": "y", "type": "q"}))))
        desk = await refreshed(make_desk, scripted)
        assert await ids_of(desk) == ["t1"]
        assert {c.id for c in await desk.terms(TermKind.STATUS)} >= {"opened", "solved"}
        assert [c.id for c in await desk.terms(TermKind.TYPE)] == ["y"]


@pytest.mark.parametrize("page", [b"<html>404</html>", b"404 page not found", b""])
async def test_a_desk_that_answers_unknown_calls_with_a_page_still_works(
    page: bytes, make_desk: DeskMaker
) -> None:
    async with bare_desk() as scripted:
        for path in LOOK_UPS:
            scripted.script(path, says(404, page))
        scripted.script("/ticket/list", says(200, listing(wire(1))))
        desk = await refreshed(make_desk, scripted)
        assert await ids_of(desk) == ["t1"]


async def test_a_desk_that_cannot_sort_is_walked_plainly(make_desk: DeskMaker) -> None:
    async def only_plain(request: Request, line: Line) -> None:
        if "sort" in request.query or "limit" in request.query:
            await line.answer(400, {"message": "Unknown field: sort"})
        else:
            await line.answer(200, listing(wire(1), wire(2)))

    async with bare_desk() as scripted:
        scripted.script("/ticket/list", only_plain)
        desk = await refreshed(make_desk, scripted)
        await desk.refresh_now()
        assert sorted(await ids_of(desk)) == ["t1", "t2"]


async def test_a_desk_that_ignores_sort_is_not_trusted_to_have(make_desk: DeskMaker) -> None:
    async with bare_desk() as scripted:
        old, new = wire(1), wire(2)
        scripted.script("/ticket/list", says(200, listing(old, new)))
        desk = await refreshed(make_desk, scripted)
        changed = {**new, "subject": "Changed", "managedDate": new["managedDate"] + 1}
        scripted.script("/ticket/list", says(200, listing(old, changed)))
        await desk.refresh_now()
        assert (await desk.ticket(TicketId("t2"))).subject == "Changed"


NEVER_MS, UNSET_MS = 253_402_300_799_999, -62_135_596_800_000


async def test_unreal_dates_of_change_cost_no_walk_and_hide_no_change(make_desk: DeskMaker) -> None:
    """A desk sorts year 9999 first and year 1 last."""
    async with bare_desk() as scripted:
        records = [wire(1, managedDate=NEVER_MS), wire(3), wire(2), wire(4, managedDate=UNSET_MS)]
        scripted.script("/ticket/list", says(200, listing(*records)))
        desk = await refreshed(make_desk, scripted)
        assert sorted(await ids_of(desk)) == ["t1", "t2", "t3", "t4"]
        asked = len(scripted.asked("/ticket/list"))
        records[0] = {**records[0], "subject": "Changed"}
        scripted.script("/ticket/list", says(200, listing(*records)))
        await desk.refresh_now()
        assert (await desk.ticket(TicketId("t1"))).subject == "Changed"
        assert len(scripted.asked("/ticket/list")) == asked + 1


async def test_a_desk_that_sends_seconds_is_not_read_in_full_each_time(
    make_desk: DeskMaker,
) -> None:
    seconds = {"insertDate": 1_795_392_000, "managedDate": 1_795_392_000}
    pages = [[wire(10 * page + item, **seconds) for item in range(3)] for page in (1, 2, 3)]

    async def paged(request: Request, line: Line) -> None:
        page = int(request.query.get("page", "1"))
        answer = listing(*pages[page - 1], total=9)
        answer["ticket"]["nextQuery"] = f"/ticket/list?page={page + 1}" if page < 3 else None
        await line.answer(200, answer)

    async with bare_desk() as scripted:
        scripted.script("/ticket/list", paged)
        desk = await refreshed(make_desk, scripted)
        assert len(await ids_of(desk)) == 9
        asked = len(scripted.asked("/ticket/list"))
        await desk.refresh_now()
        assert len(scripted.asked("/ticket/list")) == asked + 1


async def test_a_record_with_a_broken_member_is_shown_and_counted(make_desk: DeskMaker) -> None:
    async with bare_desk() as scripted:
        broken = wire(1, managedDate="yesterday")
        scripted.script("/ticket/list", says(200, listing(broken, wire(2))))
        desk = make_desk(address(scripted))
        told: list[object] = []
        desk.subscribe(told.append)
        await desk.start(in_background=False)
        await desk.refresh_now()
        assert sorted(await ids_of(desk)) == ["t1", "t2"]
        assert told.count(RecordsUnreadable(partial=("1/2026",))) == 1


async def test_a_ticket_read_in_part_still_counts_after_it_was_opened(
    make_desk: DeskMaker, database: Database
) -> None:
    async with bare_desk() as scripted:
        broken = wire(1, managedDate="yesterday")
        scripted.script("/ticket/list", says(200, listing(broken, wire(2))))
        scripted.script("/ticket/t1", says(200, broken))
        desk = await refreshed(make_desk, scripted)
        await desk.open_ticket(TicketId("t1"))
        assert Unreadable(database).event.partial == ("1/2026",)
        scripted.script("/ticket/list", says(200, listing(wire(1), wire(2))))
        await desk.refresh_now()
        assert Unreadable(database).event.partial == ()


async def test_a_record_without_an_id_costs_only_itself(make_desk: DeskMaker) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing({"subject": "?"}, wire(2), total=2)))
        desk = await refreshed(make_desk, scripted)
        assert await ids_of(desk) == ["t2"]
        await desk.refresh_now()
        asked = len(scripted.asked("/ticket/list"))
        await desk.refresh_now()
        assert len(scripted.asked("/ticket/list")) - asked == 1, "no third walk for nothing"


async def test_html_instead_of_json_is_said_and_nothing_is_lost(
    make_desk: DeskMaker, database: Database
) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(wire(1))))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/list", says(200, b"<html>maintenance</html>"))
        with pytest.raises(Exception, match="desk"):
            await desk.refresh_now()
        assert await ids_of(desk) == ["t1"]


async def test_a_ticket_that_a_walk_missed_is_looked_up_before_it_is_forgotten(
    make_desk: DeskMaker,
) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(wire(1), wire(2), wire(3))))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/list", says(200, listing(wire(3))))
        scripted.script("/ticket/t1", says(204))
        scripted.script("/ticket/t2", says(200, wire(2)))
        await desk.refresh_now()
        assert sorted(await ids_of(desk)) == ["t2", "t3"]


async def test_an_answer_overtaken_by_a_newer_one_is_dropped(make_desk: DeskMaker) -> None:
    may_answer = asyncio.Event()
    was_asked = asyncio.Event()

    async def late(request: Request, line: Line) -> None:
        was_asked.set()
        await may_answer.wait()
        await line.answer(200, wire(1, subject="Old"))

    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(wire(1))))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/t1", late, says(200, wire(1, subject="New")))
        first = asyncio.create_task(desk.read_afresh(TicketId("t1")))
        await was_asked.wait()
        await desk.read_afresh(TicketId("t1"))
        may_answer.set()
        await first
        assert (await desk.ticket(TicketId("t1"))).subject == "New"


async def test_a_desk_that_takes_long_for_a_page_is_said_to_be_slow(
    running: RunningDesk, database: Database
) -> None:
    clock = StillClock()

    class SlowClient(DeskeroClient):
        """The real client on a line where every page takes some seconds."""

        async def list_tickets(self, *given: Any, **named: Any) -> Page[Ticket]:
            clock.pass_by(SLOW_PAGE_S + 1)
            return await super().list_tickets(*given, **named)

    desk = Desk(
        database,
        open_client=lambda: SlowClient(address_of(running)),
        profile=Profile(agent=ME),
        clock=clock,
    )
    await desk.start(in_background=False)
    await desk.refresh_now()
    await desk.refresh_now()
    assert desk.link.state is LinkState.SLOW
    assert desk.link.is_up
    await desk.close()


async def test_what_another_program_does_to_the_store_is_told_here_as_well(
    bench: Bench, database: Database
) -> None:
    await asyncio.sleep(2 * MERGE_S)
    bench.told.clear()
    await bench.desk.refresh_now()
    await asyncio.sleep(2 * MERGE_S)
    assert bench.told_of(TicketsChanged) == []
    other = Database(database.path)
    try:
        # Nothing that the desk could tell of: whoever looks here learns it from the file alone.
        row = (await bench.desk.rows((await bench.desk.order(Query()))[:1]))[0]
        other.write_now(lambda c: pins.toggle_pin(c, row.id, at_ms=1))
    finally:
        other.close()
    await bench.desk.refresh_now()
    await asyncio.sleep(2 * MERGE_S)
    assert bench.told_of(TicketsChanged) != []


async def test_a_second_program_on_a_fresh_store_learns_who_it_is_as_well(
    running: RunningDesk, make_desk: DeskMaker
) -> None:
    first, second = make_desk(address_of(running)), make_desk(address_of(running))
    await first.start(in_background=False)
    await first.refresh_now()
    assert second.me is None, "it was made before anything was known"
    await second.start(in_background=False)
    await second.refresh_now()
    assert second.me == first.me
    assert second.me is not None
