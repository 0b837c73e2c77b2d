from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from deskero_tui.api.client import DeskAddress, DeskeroClient
from deskero_tui.domain.errors import (
    BadAnswer,
    BadConfig,
    BadInput,
    Missing,
    Refused,
    Replaced,
    ServerFault,
    Unclear,
)
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.outgoing import NewTicket, OutgoingNote, OutgoingReply, TicketPatch
from tests.api.conftest import QUICK, address_of
from tests.support.scripted_desk import Answer, Line, Request, ScriptedDesk, says
from tests.support.still_clock import StillClock

ID = TicketId("64b0")
AGENT = AgentId("64a0")
REPLY = OutgoingReply("Sent again today.", AGENT)
NOTE = OutgoingNote("Ask the carrier", AGENT, AGENT, datetime(2024, 1, 1, tzinfo=UTC))
NEW = NewTicket(subject="s", description="d", customer=CustomerId("c"), type=TypeId("t"))


def pages_of(key: str, count: int, size: int = 25) -> Answer:
    """A list of `count` records that pays no heed to `limit`."""

    async def answer(request: Request, line: Line) -> None:
        number = int(request.query["page"])
        first = (number - 1) * size
        records = [{"id": f"{key}-{n}"} for n in range(count)][first : first + size]
        if not records:
            await line.answer(204)
            return
        wrap = {
            "totalRecords": count,
            "recordsPerPage": size,
            "previousQuery": None,
            "nextQuery": "http://evil.test/?page=2" if first + size < count else None,
            "records": records,
        }
        await line.answer(200, {key: wrap})

    return answer


async def test_a_page_of_tickets_is_asked_for_with_all_that_was_given(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/list", pages_of("ticket", 60))
    page = await client.list_tickets(
        2,
        limit=100,
        sort="managedDate_DESC",
        fields={"openedBy._id": "64c0", "text": "late & lost", "toReply": ""},
    )
    assert (page.number, page.total, page.size, page.has_next) == (2, 60, 25, True)
    assert [ticket.id for ticket in page.records] == [f"ticket-{n}" for n in range(25, 50)]
    (request,) = desk.asked("/ticket/list")
    assert request.query == {
        "page": "2",
        "openedBy._id": "64c0",
        "text": "late & lost",
        "toReply": "",
        "limit": "100",
        "sort": "managedDate_DESC",
    }


async def test_beyond_the_end_a_page_is_empty(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script("/ticket/list", pages_of("ticket", 60))
    page = await client.list_tickets(9)
    assert page.records == ()
    assert not page.has_next


@pytest.mark.parametrize(("page", "limit"), [(0, None), (-1, None), (1, 0)])
async def test_a_page_that_cannot_be_is_not_asked_for(
    page: int, limit: int | None, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    with pytest.raises(BadInput):
        await client.list_tickets(page, limit=limit)
    assert desk.requests == []


async def test_a_walk_brings_every_ticket_and_stays_at_the_desk(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/list", pages_of("ticket", 260))
    async with aclosing(client.walk_tickets(limit=100, fields={"text": "x"})) as pages:
        found = [ticket.id async for page in pages for ticket in page.records]
    assert found == [f"ticket-{n}" for n in range(260)]
    requests = desk.asked("/ticket/list")
    assert len(requests) == 11
    assert {request.query["text"] for request in requests} == {"x"}
    assert desk.most_at_once <= QUICK.pages_in_flight


async def test_an_error_in_the_middle_of_a_walk_reaches_the_walker(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    whole = pages_of("ticket", 260)

    async def fifth_fails(request: Request, line: Line) -> None:
        await (line.answer(500) if request.query["page"] == "5" else whole(request, line))

    desk.script("/ticket/list", fifth_fails)
    numbers: list[int] = []

    async def walk() -> None:
        async with aclosing(client.walk_tickets()) as pages:
            async for page in pages:
                numbers.append(page.number)

    with pytest.raises(ServerFault):
        await walk()
    assert numbers == [1, 2, 3, 4]


async def test_a_desk_that_pays_no_heed_to_the_page_ends_the_walk(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    page = {"nextQuery": "http://127.0.0.1/?page=2", "records": [{"id": "1"}, {"id": "2"}]}
    desk.script("/ticket/list", says(200, {"ticket": page}))
    async with aclosing(client.walk_tickets()) as pages:
        found = [ticket.id async for page in pages for ticket in page.records]
    assert found == ["1", "2"]
    assert len(desk.asked("/ticket/list")) == 2


async def test_one_ticket_is_read_and_its_broken_members_are_counted(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", says(200, {"id": "64b0", "subject": "s", "insertDate": "soon"}))
    ticket = await client.ticket(ID)
    assert (ticket.subject, ticket.inserted_at) == ("s", None)
    assert client.problem_count == 1


@pytest.mark.parametrize("answer", [says(204), says(200, b""), says(404, {"error": "x"})])
async def test_a_ticket_that_is_not_there_is_missing(
    answer: Answer, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", answer)
    with pytest.raises(Missing):
        await client.ticket(ID)


async def test_something_else_than_a_ticket_is_a_bad_answer(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", says(200, {"subject": "secret words"}))
    with pytest.raises(BadAnswer) as raised:
        await client.ticket(ID)
    assert "secret words" not in raised.value.user_message + raised.value.detail


async def test_a_message_where_a_ticket_should_be_is_a_refusal(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", says(200, {"data": "Archived"}))
    with pytest.raises(Refused, match="Archived"):
        await client.ticket(ID)


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("/ticket/64b0", lambda client: client.ticket(ID)),
        ("/agent/64b0", lambda client: client.agent(AgentId("64b0"))),
        ("/customer/64b0", lambda client: client.customer(CustomerId("64b0"))),
    ],
)
async def test_a_record_of_another_id_is_not_taken_for_the_one_asked_for(
    path: str,
    read: Callable[[DeskeroClient], Awaitable[Any]],
    desk: ScriptedDesk,
    client: DeskeroClient,
) -> None:
    desk.script(path, says(200, {"id": "64b1", "subject": "s"}))
    with pytest.raises(Replaced) as raised:
        await read(client)
    assert getattr(raised.value.record, "id", "") == "64b1"
    desk.script(path, says(200, {"id": "64b0"}))
    assert (await read(client)).id == "64b0"


async def test_an_id_is_one_part_of_the_path_whatever_it_holds(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/a%2Fb%3F%23%25%20c", says(200, {"id": "a/b?#% c"}))
    await client.ticket(TicketId("a/b?#% c"))
    for nowhere in ("", ".", ".."):
        with pytest.raises(Missing):
            await client.delete_ticket(TicketId(nowhere))
    assert len(desk.requests) == 2


Call = Callable[[DeskeroClient], Awaitable[object]]

WRITES: list[tuple[Call, str, str, dict[str, object] | None]] = [
    (lambda c: c.reply(ID, REPLY), "PUT", "/ticket/reply/64b0",
     {"text": "Sent again today.", "replyFromOperator": {"id": "64a0"}}),
    (lambda c: c.add_note(ID, NOTE), "PUT", "/ticket/addNote/64b0",
     {"note": "Ask the carrier", "insertBy": "64a0", "assignedTo": "64a0", "date": 1704067200000}),
    (lambda c: c.update_ticket(ID, TicketPatch(status="solved")), "PUT", "/ticket/update/64b0",
     {"status": {"status": "solved"}}),
    (lambda c: c.delete_ticket(ID), "DELETE", "/ticket/delete/64b0", None),
    (lambda c: c.insert_ticket(NEW), "POST", "/ticket/insert",
     {"subject": "s", "description": "d", "openedBy": {"id": "c"}, "type": {"id": "t"},
      "priority": 0}),
    (lambda c: c.insert_customer("Tom Arden", "tom@example.test"), "POST", "/customer/insert",
     {"name": "Tom Arden", "email": "tom@example.test"}),
]  # fmt: skip


@pytest.mark.parametrize(("call", "method", "path", "body"), WRITES)
async def test_a_write_says_what_it_should_and_gives_the_id(
    call: Call,
    method: str,
    path: str,
    body: dict[str, object] | None,
    desk: ScriptedDesk,
    client: DeskeroClient,
) -> None:
    desk.script(path, says(200, {"id": "new-id"}))
    answer = await call(client)
    (request,) = desk.asked(path)
    assert request.method == method
    assert (request.json() if body else request.body or None) == body
    assert answer in {None, "new-id"}


@pytest.mark.parametrize(("call", "method", "path", "body"), WRITES)
async def test_a_write_that_is_refused_inside_a_success_raises(
    call: Call, method: str, path: str, body: object, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(path, says(200, {"data": "Closed tickets stay as they are"}))
    with pytest.raises(Refused, match="Closed tickets stay as they are"):
        await call(client)


async def test_the_ids_of_new_things_are_returned(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    for path in (
        "/ticket/reply/64b0",
        "/ticket/addNote/64b0",
        "/ticket/insert",
        "/customer/insert",
    ):
        desk.script(path, says(200, {"id": "new-id"}))
    assert await client.reply(ID, REPLY) == "new-id"
    assert await client.add_note(ID, NOTE) == "new-id"
    assert await client.insert_ticket(NEW) == "new-id"
    assert await client.insert_customer("n", "e") == "new-id"


async def test_a_write_done_without_an_id_is_done(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    for path in ("reply", "addNote", "update", "delete"):
        desk.script(f"/ticket/{path}/64b0", says(204))
    assert await client.reply(ID, REPLY) is None
    assert await client.add_note(ID, NOTE) is None
    await client.update_ticket(ID, TicketPatch(memo=None))
    await client.delete_ticket(ID)


async def test_a_new_ticket_without_an_id_is_unclear(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/insert", says(204))
    with pytest.raises(Unclear, match="Look for it"):
        await client.insert_ticket(NEW)


async def test_an_empty_patch_sends_nothing(desk: ScriptedDesk, client: DeskeroClient) -> None:
    await client.update_ticket(ID, TicketPatch())
    assert desk.requests == []


Lists = Callable[[DeskeroClient], Awaitable[Sequence[object]]]

LISTS: list[tuple[Lists, str, str]] = [
    (lambda c: c.agents(), "/agent/list", "agent"),
    (lambda c: c.customers(), "/customer/list", "customer"),
    (lambda c: c.companies(), "/company/list", "company"),
    (lambda c: c.ticket_types(), "/ticketType/list", "type"),
    (lambda c: c.ticket_areas(), "/ticketArea/list", "ticket"),
    (lambda c: c.ticket_groups(), "/ticketGroup/list", "group"),
    (lambda c: c.agent_groups(), "/agentGroup/list", "agent group"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "path", "key"), LISTS)
async def test_a_list_is_read_to_its_last_page(
    call: Lists, path: str, key: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(path, pages_of(key, 60))
    assert len(await call(client)) == 60
    assert len(desk.asked(path)) == 3


async def test_customers_can_be_searched(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script("/customer/list", says(204))
    assert await client.customers({"email": "tom+1@example.test"}) == []
    assert desk.asked("/customer/list")[0].query["email"] == "tom+1@example.test"


MENUS: list[tuple[Lists, str]] = [
    (lambda c: c.statuses(), "/ticketStatus/getAllForCombo"),
    (lambda c: c.sources(), "/ticketSource/getAllForCombo"),
]  # fmt: skip


async def test_statuses_and_sources_are_bare_lists(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(
        MENUS[0][1], says(200, [{"status": "opened"}, {"labels": {}}, {"status": "onhold"}])
    )
    desk.script(MENUS[1][1], says(200, [{"source": "web", "labels": {"en": "Web"}}]))
    assert [status.name for status in await client.statuses()] == ["opened", "onhold"]
    assert [source.labels for source in await client.sources()] == [{"en": "Web"}]
    assert client.problem_count == 1


@pytest.mark.parametrize("answer", [says(204), says(400), says(404), says(405)])
@pytest.mark.parametrize(("call", "path"), [*MENUS, *((call, path) for call, path, _ in LISTS[2:])])
async def test_a_desk_without_the_call_has_nothing_to_offer(
    call: Lists, path: str, answer: Answer, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(path, answer)
    assert await call(client) == []


@pytest.mark.parametrize(("call", "path"), [MENUS[0], LISTS[3][:2]])
async def test_a_refusal_is_not_taken_for_a_desk_without_the_call(
    call: Lists, path: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(path, says(409))
    with pytest.raises(Refused):
        await call(client)


async def test_one_agent_and_one_customer(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script("/agent/64a0", says(200, {"id": "64a0", "name": "Ines Marchetti"}))
    desk.script("/customer/64c0", says(204))
    assert (await client.agent(AGENT)).name == "Ines Marchetti"
    with pytest.raises(Missing):
        await client.customer(CustomerId("64c0"))


async def test_verifying_takes_a_bearer_and_one_page(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/list", pages_of("ticket", 60))
    await client.verify()
    assert len(desk.requests) == 2


def test_an_address_that_is_not_safe_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(BadConfig):
        DeskeroClient(DeskAddress(base_url="http://far.test", client_id="c", api_token="t"))


async def test_a_client_outside_of_its_context_is_a_mistake_of_ours(desk: ScriptedDesk) -> None:
    client = DeskeroClient(address_of(desk))
    with pytest.raises(RuntimeError, match="outside of its context"):
        await client.verify()


async def test_a_client_can_be_opened_again(desk: ScriptedDesk, clock: StillClock) -> None:
    desk.script("/ticket/list", says(204))
    client = DeskeroClient(address_of(desk), options=replace(QUICK), clock=clock)
    for _ in range(2):
        async with client:
            await client.verify()
    assert desk.bearers_given == 2
