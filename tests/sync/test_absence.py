"""A ticket leaves the store on proof only, and nothing is sent to a ticket that became another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadAnswer, DeskeroError, Missing, Replaced
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import Decision, State
from deskero_tui.domain.outbox.merge import NewsKind
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.query.query import Query
from tests.support.desk_double import DeskDouble, Fault, MovableClock
from tests.support.scripted_desk import Answer, Line, Request, says
from tests.sync.conftest import DeskMaker
from tests.sync.console import T1, T2, Console, opened, two_tickets
from tests.sync.test_pull import bare_desk, ids_of, listing, refreshed, wire

CUSTOMER = {"id": "c1", "name": "Tom Arden"}
PAGE = b"<!DOCTYPE html><html>Not here</html>"


def by_customer(*found: dict[str, object], otherwise: Answer | None = None) -> Answer:
    """A list call that answers a search for a customer with `found`."""
    all_of_them = says(200, listing(*found))

    async def answer(request: Request, line: Line) -> None:
        is_search = "openedBy._id" in request.query
        await (otherwise if otherwise and is_search else all_of_them)(request, line)

    return answer


def two() -> tuple[dict[str, object], dict[str, object]]:
    return wire(1, openedBy=CUSTOMER), wire(2, openedBy=CUSTOMER)


@pytest.mark.parametrize(
    ("detail", "search"),
    [
        (says(404, {"error": "not_found"}), None),
        (says(404), None),
        (says(204), None),
        (says(404, {"error": "not_found"}), says(400, {"error": "unknown field"})),
        (says(404, {"error": "not_found"}), says(404, {"error": "x"})),
        (says(404, {"error": "not_found"}), says(200, PAGE)),
        (says(404, PAGE), says(204)),
        (says(404, b"404 page not found"), says(204)),
        (says(404, {"error": "not_found"}), says(200, listing({"number": "no id"}))),
    ],
)
async def test_one_answer_does_not_remove_a_ticket(
    detail: Answer, search: Answer | None, make_desk: DeskMaker
) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", by_customer(*two(), otherwise=search))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/t1", detail)
        with pytest.raises(BadAnswer):
            await desk.open_ticket(TicketId("t1"))
        assert (await desk.ticket(TicketId("t1"))).subject
        scripted.script("/ticket/t1", says(200, {**two()[0], "subject": "Back again"}))
        await desk.open_ticket(TicketId("t1"))
        assert (await desk.ticket(TicketId("t1"))).subject == "Back again"


@pytest.mark.parametrize("detail", [says(404, {"error": "not_found"}), says(404), says(204)])
@pytest.mark.parametrize("search", [says(204), says(200, listing(wire(2, openedBy=CUSTOMER)))])
async def test_two_answers_that_agree_remove_a_ticket(
    detail: Answer, search: Answer, make_desk: DeskMaker
) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", by_customer(*two(), otherwise=search))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/t1", detail)
        await desk.open_ticket(TicketId("t1"))
        with pytest.raises(Missing):
            await desk.ticket(TicketId("t1"))


async def test_a_desk_that_does_not_know_the_search_is_not_walked_to_its_end(
    make_desk: DeskMaker,
) -> None:
    async def everything(request: Request, line: Line) -> None:
        number = int(request.query.get("page", "1"))
        tickets = [wire(n, openedBy=CUSTOMER) for n in range(2 + number * 10, 12 + number * 10)]
        body = listing(*tickets, total=5000)
        body["ticket"]["nextQuery"] = "more"
        await line.answer(200, body)

    async with bare_desk() as scripted:
        scripted.script("/ticket/list", by_customer(*two(), otherwise=everything))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/t1", says(404, {"error": "x"}))
        asked = len(scripted.asked("/ticket/list"))
        with pytest.raises(BadAnswer, match="did not show ticket 1/2026 just now"):
            await desk.open_ticket(TicketId("t1"))
        assert len(scripted.asked("/ticket/list")) - asked <= 12
        assert "t1" in await ids_of(desk)


async def test_a_refused_page_of_the_search_is_no_proof(make_desk: DeskMaker) -> None:
    async def second_page_refused(request: Request, line: Line) -> None:
        if request.query.get("page", "1") != "1":
            await line.answer(404, {"error": "x"})
            return
        body = listing(wire(2, openedBy=CUSTOMER), total=2)
        body["ticket"]["nextQuery"] = "more"
        await line.answer(200, body)

    async with bare_desk() as scripted:
        scripted.script("/ticket/list", by_customer(*two(), otherwise=second_page_refused))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/t1", says(404, {"error": "x"}))
        with pytest.raises(BadAnswer):
            await desk.open_ticket(TicketId("t1"))
        assert "t1" in await ids_of(desk)


# -- merged ----------------------------------------------------------------------------------------


async def test_the_text_of_another_ticket_is_never_kept_under_this_ones_name(
    make_desk: DeskMaker,
) -> None:
    one, other = two()
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(one, other)))
        desk = await refreshed(make_desk, scripted)
        scripted.script("/ticket/t1", says(200, {**other, "subject": "Merged"}))
        with pytest.raises(Replaced, match=r"Ticket 1/2026 has become 2/2026 on the desk"):
            await desk.open_ticket(TicketId("t1"))
        assert (await desk.ticket(TicketId("t1"))).subject == one["subject"]
        assert (await desk.ticket(TicketId("t2"))).subject == "Merged"
        # The list has it no longer either: now it is gone.
        scripted.script("/ticket/list", says(200, listing(other)))
        await desk.refresh_now()
        assert [row.id for row in await desk.rows(await desk.order(Query()))] == ["t2"]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def desk(clock: MovableClock) -> DeskDouble:
    return two_tickets(clock)


@pytest.fixture
async def console(tmp_path: Path, desk: DeskDouble, clock: MovableClock) -> AsyncIterator[Console]:
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        yield console


def merge(desk: DeskDouble) -> None:
    """From now on the desk answers for t1 with t2, and takes what is written to it there."""
    desk.tickets["t1"] = desk.tickets["t2"]


@pytest.mark.parametrize("kind", ["reply", "note"])
async def test_a_message_to_a_merged_ticket_is_held_until_the_agent_decides(
    kind: str, console: Console, desk: DeskDouble
) -> None:
    queue = console.outbox.queue_reply if kind == "reply" else console.outbox.queue_note
    item_id = await queue(T1, "Words to keep")
    merge(desk)
    await console.drain()
    item = await console.item(item_id)
    assert item.state is State.HELD
    assert item.reason.startswith("Ticket 1/2026 has become 2/2026 on the desk")
    assert item.hold is not None
    assert [(news.kind, news.now) for news in item.hold.news] == [(NewsKind.MERGED, "2/2026")]
    assert desk.texts("t2") == []
    await console.restart()
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert desk.texts("t2") == ["Words to keep"]
    assert await console.state(item_id) is State.SENT


async def test_a_second_merge_holds_it_again(console: Console, desk: DeskDouble) -> None:
    desk.add_ticket("t3")
    item_id = await console.outbox.queue_reply(T1, "x")
    merge(desk)
    await console.drain()
    desk.tickets["t1"] = desk.tickets["t3"]
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert await console.state(item_id) is State.HELD
    assert "3/2026" in (await console.item(item_id)).reason


async def test_no_other_ticket_is_changed_or_deleted(console: Console, desk: DeskDouble) -> None:
    change = (await console.outbox.queue_change([T1], TicketPatch(subject="Mine")))[0]
    merge(desk)
    await console.drain()
    assert await console.state(change) is State.REFUSED
    assert desk.tickets["t2"]["subject"] == "Late parcel"
    await console.outbox.decide(change, Decision.DROP)
    deletion = await console.outbox.queue_delete(T1)
    await console.drain()
    assert await console.state(deletion) is State.REFUSED
    assert "has become 2/2026" in (await console.item(deletion)).reason
    assert "t2" in desk.tickets
    assert not [path for method, path in desk.written if method in ("PUT", "DELETE")]


async def test_a_reply_that_was_cut_off_is_found_on_the_ticket_it_was_merged_into(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    desk.write_faults.append(Fault.CUT_AFTER)
    await console.step()
    desk.tickets["t2"]["replies"] += desk.tickets["t1"]["replies"]
    merge(desk)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t2") == ["It is on its way."]


async def test_a_deletion_of_what_is_gone_already_is_done(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_delete(T1)
    del desk.tickets["t1"]
    await console.drain()
    assert await console.state(item_id) is State.SENT
    with pytest.raises(DeskeroError):
        await console.client.ticket(T1)
    assert T2 in desk.tickets
