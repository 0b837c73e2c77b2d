"""Our client against our desk over real HTTP: by TCP and by a private Unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from deskero_tui.api.client import (
    ClientOptions,
    CustomFieldsSpelling,
    DeskAddress,
    DeskeroClient,
    FileSpelling,
)
from deskero_tui.domain.errors import BadAnswer, Missing, NotAllowed, Refused, Unreachable
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId
from deskero_tui.domain.outbox.outgoing import (
    NewTicket,
    OutgoingNote,
    OutgoingReply,
    TicketPatch,
    UploadFile,
)
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.server.settings import new_api_token
from tests.support.running_desk import FIXED_ANCHOR, RunningDesk
from tests.support.still_clock import StillClock

SAMPLES = 60
NOWHERE = "000000000000000000000000"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300


@pytest.fixture(scope="module", params=["tcp", "unix"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("desk")
    overrides: dict[str, Any] = (
        {"socket_path": folder / "desk.sock"} if request.param == "unix" else {}
    )
    with RunningDesk(folder, demo_tickets=SAMPLES, **overrides) as desk:
        yield desk


def address_of(desk: RunningDesk) -> DeskAddress:
    socket_path = desk.settings.socket_path
    return DeskAddress(
        base_url=desk.base_url,
        client_id=desk.client_id,
        api_token=desk.api_token,
        socket_path=None if socket_path is None else str(socket_path),
    )


@pytest.fixture
async def client(desk: RunningDesk) -> AsyncIterator[DeskeroClient]:
    async with DeskeroClient(address_of(desk)) as client:
        yield client


@pytest.fixture
async def agent(client: DeskeroClient) -> AgentId:
    return next(a.id for a in await client.agents() if a.name == "Ines Marchetti")


@pytest.fixture
async def customer(client: DeskeroClient) -> CustomerId:
    return (await client.customers())[0].id


@pytest.fixture
async def ticket(client: DeskeroClient, customer: CustomerId) -> Ticket:
    kinds = await client.ticket_types()
    new = NewTicket(subject="Late parcel", description="?", customer=customer, type=kinds[0].id)
    return await client.ticket(await client.insert_ticket(new))


async def test_the_address_proves_itself(client: DeskeroClient) -> None:
    await client.verify()


async def test_a_walk_finds_every_ticket_once(client: DeskeroClient) -> None:
    first = await client.list_tickets(limit=7)
    assert (first.number, len(first.records), first.size, first.has_next) == (1, 7, 7, True)
    async with aclosing(client.walk_tickets(limit=7)) as pages:
        found = [ticket.id async for page in pages for ticket in page.records]
    assert len(found) == len(set(found)) == first.total
    assert client.problem_count == 0


async def test_tickets_that_arrive_and_leave_during_a_walk_hide_no_other(
    client: DeskeroClient, ticket: Ticket, customer: CustomerId
) -> None:
    assert ticket.type is not None
    new = NewTicket(subject="New", description="?", customer=customer, type=ticket.type.id)
    before = (await client.list_tickets()).total
    found: set[TicketId] = set()
    arrived: set[TicketId] = set()
    async with aclosing(client.walk_tickets(limit=10)) as pages:
        async for page in pages:
            found |= {ticket.id for ticket in page.records}
            if page.number == 2:
                arrived.add(await client.insert_ticket(new))
            if page.number == 3:
                await client.delete_ticket(ticket.id)
    async with aclosing(client.walk_tickets(limit=10)) as pages:
        there = {ticket.id async for page in pages for ticket in page.records}
    assert before is not None
    assert len(there) >= SAMPLES
    # What arrived may have done so after the last page had been answered.
    assert there - arrived <= found


async def test_tickets_are_sorted_and_searched(client: DeskeroClient, ticket: Ticket) -> None:
    page = await client.list_tickets(limit=200, sort="insertDate_ASC")
    dates = [ticket.inserted_at for ticket in page.records if ticket.inserted_at]
    assert dates == sorted(dates)
    assert ticket.customer is not None
    mine = await client.list_tickets(limit=200, fields={"openedBy._id": ticket.customer.id})
    assert ticket.id in {found.id for found in mine.records}
    assert {found.customer and found.customer.id for found in mine.records} == {ticket.customer.id}
    assert (await client.list_tickets(fields={"subject": "no such & subject? #1"})).records == ()
    with pytest.raises(Refused, match="subjct"):
        await client.list_tickets(fields={"subjct": "x"})


async def test_beyond_the_end_there_is_nothing(client: DeskeroClient) -> None:
    assert (await client.list_tickets(1000)).records == ()


async def test_a_new_ticket_reads_back_as_it_was_sent(
    client: DeskeroClient, agent: AgentId, customer: CustomerId
) -> None:
    kinds, areas, groups = await asyncio.gather(
        client.ticket_types(), client.ticket_areas(), client.ticket_groups()
    )
    new = NewTicket(
        subject="Zoë wrote: 東京 <b>&amp;",
        description="It should have come on Monday.",
        customer=customer,
        type=kinds[0].id,
        area=areas[0].id,
        group=groups[0].id,
        status="onhold",
        assignee=agent,
        is_priority=True,
        tags=("delivery", "vip"),
        files=(UploadFile("hi.txt", "text/plain", b"hi"),),
    )
    ticket = await client.ticket(await client.insert_ticket(new))
    assert (ticket.subject, ticket.description) == (new.subject, new.description)
    assert ticket.status is not None
    assert ticket.status.name == "onhold"
    assert (ticket.customer and ticket.customer.id) == customer
    assert (ticket.assignee and ticket.assignee.id) == agent
    assert (ticket.type, ticket.area, ticket.group) == (kinds[0], areas[0], groups[0])
    assert ticket.is_priority
    assert ticket.tags == ("delivery", "vip")
    assert [(file.name, file.size_bytes) for file in ticket.attachments] == [("hi.txt", 2)]
    assert ticket.number.count("/") == 1


async def test_a_reply_and_its_file_arrive(
    client: DeskeroClient, ticket: Ticket, agent: AgentId
) -> None:
    file = UploadFile("label.png", "image/png", PNG)
    reply = OutgoingReply("<p>Sent again today.</p>", agent, (file,))
    assert await client.reply(ticket.id, reply)
    after = await client.ticket(ticket.id)
    assert [found.text for found in after.replies] == [reply.body]
    assert (after.replies[0].from_agent and after.replies[0].from_agent.id) == agent
    assert (after.awaits_agent, after.awaits_customer) == (False, True)
    async with client.download(after.replies[0].attachments[0]) as pieces:
        assert b"".join([piece async for piece in pieces]) == PNG


async def test_a_message_with_a_known_key_is_there_once_and_answered_alike(
    client: DeskeroClient, ticket: Ticket, agent: AgentId
) -> None:
    capabilities = await client.capabilities()
    assert capabilities.desk_id
    note = OutgoingNote("Called them.", agent, agent, FIXED_ANCHOR)
    requests = [
        client.reply_request(ticket.id, OutgoingReply("It is on its way.", agent)),
        client.note_request(ticket.id, note),
    ]
    for number, request in enumerate(requests):
        assert capabilities.honours_key(request.path)
        first = await client.send(request, key=f"{ticket.id}-{number}")
        assert await client.send(request, key=f"{ticket.id}-{number}") == first
    after = await client.ticket(ticket.id)
    assert (len(after.replies), len(after.notes)) == (
        len(ticket.replies) + 1,
        len(ticket.notes) + 1,
    )
    other = client.reply_request(ticket.id, OutgoingReply("Another one.", agent))
    with pytest.raises(Refused):
        await client.send(other, key=f"{ticket.id}-0")


async def test_files_may_travel_as_base64(
    desk: RunningDesk, ticket: Ticket, agent: AgentId
) -> None:
    options = ClientOptions(file_spelling=FileSpelling.BASE64)
    async with DeskeroClient(address_of(desk), options=options) as client:
        file = UploadFile("label.png", "image/png", PNG)
        await client.reply(ticket.id, OutgoingReply("x", agent, (file,)))
        after = await client.ticket(ticket.id)
        async with client.download(after.replies[0].attachments[0]) as pieces:
            assert b"".join([piece async for piece in pieces]) == PNG


async def test_a_note_and_its_reminder_arrive(
    client: DeskeroClient, ticket: Ticket, agent: AgentId
) -> None:
    remind_at = FIXED_ANCHOR + timedelta(days=3, milliseconds=7)
    note = OutgoingNote("Ask the carrier", agent, agent, FIXED_ANCHOR, remind_at)
    note_id = await client.add_note(ticket.id, note)
    (found,) = (await client.ticket(ticket.id)).notes
    assert (found.id, found.text) == (note_id, "Ask the carrier")
    assert (found.author, found.assignee) == (agent, agent)
    assert (found.inserted_at, found.remind_at) == (FIXED_ANCHOR, remind_at)


@pytest.mark.parametrize("spelling", list(CustomFieldsSpelling))
async def test_a_patch_changes_what_it_names_and_nothing_else(
    spelling: CustomFieldsSpelling, desk: RunningDesk, ticket: Ticket, agent: AgentId
) -> None:
    options = ClientOptions(custom_fields_spelling=spelling)
    async with DeskeroClient(address_of(desk), options=options) as client:
        patch = TicketPatch(
            status="solved",
            assignee=agent,
            is_priority=True,
            tags=("vip",),
            cc=(agent,),
            memo="call first",
            custom_fields={"Order No": "A-1009"},
        )
        await client.update_ticket(ticket.id, patch)
        after = await client.ticket(ticket.id)
        assert (after.status and after.status.name) == "solved"
        assert (after.assignee and after.assignee.id) == agent
        assert after.is_priority
        assert after.tags == ("vip",)
        assert [found.id for found in after.cc] == [agent]
        assert after.memo == "call first"
        assert after.custom_fields == {"Order No": "A-1009"}
        assert (after.subject, after.customer) == (ticket.subject, ticket.customer)
        await client.update_ticket(ticket.id, TicketPatch(assignee=None, memo=None, cc=(), tags=()))
        cleared = await client.ticket(ticket.id)
        assert (cleared.assignee, cleared.memo, cleared.cc, cleared.tags) == (None, "", (), ())
        assert (cleared.status, cleared.is_priority) == (after.status, True)


async def test_a_deleted_ticket_is_missing_everywhere(
    client: DeskeroClient, ticket: Ticket, agent: AgentId
) -> None:
    await client.delete_ticket(ticket.id)
    with pytest.raises(Missing):
        await client.ticket(ticket.id)
    with pytest.raises(Missing):
        await client.reply(ticket.id, OutgoingReply("x", agent))
    with pytest.raises(Missing):
        await client.update_ticket(ticket.id, TicketPatch(memo="x"))
    with pytest.raises(Missing):
        await client.delete_ticket(ticket.id)


async def test_what_the_desk_refuses_names_the_member(
    client: DeskeroClient, ticket: Ticket, agent: AgentId
) -> None:
    with pytest.raises(Refused, match="text"):
        await client.reply(ticket.id, OutgoingReply("", agent))
    with pytest.raises(Refused, match="replyFromOperator"):
        await client.reply(ticket.id, OutgoingReply("x", AgentId(NOWHERE)))
    assert (await client.ticket(ticket.id)).replies == ()


async def test_people(client: DeskeroClient, agent: AgentId, customer: CustomerId) -> None:
    assert (await client.agent(agent)).name == "Ines Marchetti"
    assert (await client.customer(customer)).id == customer
    with pytest.raises(Missing):
        await client.agent(AgentId(NOWHERE))
    with pytest.raises(Missing):
        await client.customer(CustomerId(NOWHERE))
    assert await client.companies()
    groups = await client.agent_groups()
    assert agent in {member.id for group in groups for member in group.agents}


async def test_a_new_customer_can_be_found(client: DeskeroClient, desk: RunningDesk) -> None:
    kind = "unix" if desk.settings.socket_path else "tcp"
    customer_id = await client.insert_customer("Zoë & Sons", f"zoe+{kind}@example.test")
    found = await client.customers({"email": f"zoe+{kind}@example.test"})
    assert [customer.id for customer in found] == [customer_id]
    assert found[0].name == "Zoë & Sons"


async def test_the_lists_to_choose_from(client: DeskeroClient) -> None:
    types = {kind.name for kind in await client.ticket_types()}
    assert types >= {"incident", "request", "task"}
    assert await client.ticket_areas()
    assert await client.ticket_groups()
    statuses = {status.name: status for status in await client.statuses()}
    assert set(statuses) >= {"opened", "onhold", "solved", "closed"}
    assert statuses["opened"].labels["it"] == "aperto"
    assert {source.name for source in await client.sources()} >= {"web", "email"}


async def test_a_wrong_token_and_a_wrong_client_id_are_not_allowed(desk: RunningDesk) -> None:
    right = address_of(desk)
    for wrong in (
        replace(right, api_token=new_api_token(desk.client_id)),
        replace(right, client_id="someone-else"),
    ):
        async with DeskeroClient(wrong) as client:
            with pytest.raises(NotAllowed):
                await client.verify()


async def test_an_address_beside_the_desk_is_told_apart(desk: RunningDesk) -> None:
    wrong = replace(address_of(desk), base_url=f"{desk.base_url}/elsewhere")
    async with DeskeroClient(wrong) as client:
        with pytest.raises(BadAnswer, match="check the address"):
            await client.verify()


async def test_many_calls_at_a_time_share_one_account(client: DeskeroClient) -> None:
    pages = await asyncio.gather(*(client.list_tickets(limit=5) for _ in range(30)))
    assert {len(page.records) for page in pages} == {5}


async def test_a_desk_that_has_ended_is_out_of_reach(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with RunningDesk(tmp_path_factory.mktemp("brief")) as desk:
        client = DeskeroClient(address_of(desk), clock=StillClock())
        async with client:
            await client.verify()
    async with client:
        with pytest.raises(Unreachable):
            await client.verify()


async def test_a_bearer_that_lapsed_is_renewed_unseen(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with RunningDesk(tmp_path_factory.mktemp("short"), bearer_life_s=1) as desk:
        async with DeskeroClient(address_of(desk), clock=StillClock()) as client:
            await client.verify()
            await asyncio.sleep(1.1)  # The desk asks the clock of the machine.
            await client.verify()


async def test_the_token_is_never_in_the_address(desk: RunningDesk) -> None:
    seen: list[str] = []

    class Watching(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            seen.append(str(request.url))
            return await super().handle_async_request(request)

    address = address_of(desk)
    watching = Watching(uds=address.socket_path)
    async with DeskeroClient(address, transport=watching) as client:
        await client.verify()
    assert len(seen) == 2
    assert not any(desk.api_token in url for url in seen)
