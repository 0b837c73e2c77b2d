"""Our client reads and writes every example of API sheet §8 as that sheet says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deskero_tui.api import encode
from deskero_tui.api.client import ClientOptions, DeskAddress, DeskeroClient, FileSpelling
from deskero_tui.domain.errors import Missing, NotAllowed, Refused
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.outgoing import (
    NewTicket,
    OutgoingNote,
    OutgoingReply,
    TicketPatch,
    UploadFile,
)
from deskero_tui.domain.records.people import AgentGroup, Company
from deskero_tui.domain.records.ticket import Reply, Ticket
from deskero_tui.domain.records.wire_types import read_record
from deskero_tui.domain.time.epoch import from_ms
from tests.contract import examples
from tests.contract.examples import Example
from tests.support.scripted_desk import (
    TOKEN_PATH,
    Answer,
    Line,
    Request,
    ScriptedDesk,
    says,
)
from tests.support.still_clock import StillClock

TICKET_ID = TicketId(examples.TICKET_ID)
AGENT_ID = AgentId(examples.AGENT_ID)
TICKET_PATH = f"/ticket/{TICKET_ID}"
HI = UploadFile("hi.txt", "text/plain", b"hi")
DEFAULT = ClientOptions()
OPENED_AT = datetime(2024, 1, 1, 10, 0, tzinfo=UTC)


def answers(example: Example) -> Answer:
    return says(example.status, b"" if example.body is None else example.body)


@pytest.fixture
async def desk() -> AsyncIterator[ScriptedDesk]:
    async with ScriptedDesk() as desk:
        desk.script(TOKEN_PATH, answers(examples.TOKEN))
        yield desk


@pytest.fixture
async def client(desk: ScriptedDesk) -> AsyncIterator[DeskeroClient]:
    address = DeskAddress(base_url=desk.base_url, client_id="client-1", api_token="dG9rZW4=")
    async with DeskeroClient(address, clock=StillClock()) as client:
        yield client
    assert client.problem_count == 0


async def test_8_1_the_bearer_opens_the_desk(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script(TICKET_PATH, answers(examples.TICKET_DETAIL))
    await client.ticket(TICKET_ID)
    (request,) = desk.asked(TICKET_PATH)
    assert request.headers["authorization"] == "Bearer 0f6e1c2a-test-bearer"


async def test_8_2_and_8_3_two_pages_make_one_list(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    pages = {"1": examples.TICKET_LIST_FIRST, "2": examples.TICKET_LIST_LAST}

    async def by_number(request: Request, line: Line) -> None:
        await answers(pages.get(request.query["page"], examples.NOTHING))(request, line)

    desk.script("/ticket/list", by_number)
    first, last = await client.list_tickets(1), await client.list_tickets(2)
    assert (first.total, first.size, first.has_next) == (26, 25, True)
    assert (last.total, last.size, last.has_next) == (26, 25, False)
    async with aclosing(client.walk_tickets()) as walked:
        found = [
            (ticket.number, ticket.subject) async for page in walked for ticket in page.records
        ]
    assert found == [("7/2024", "Late parcel"), ("32/2024", "Refund")]


async def test_8_4_nothing_is_an_empty_page_or_a_missing_record(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    for path in ("/ticket/list", "/customer/list", TICKET_PATH):
        desk.script(path, answers(examples.NOTHING))
    assert (await client.list_tickets()).records == ()
    assert await client.customers({"name": "Nobody"}) == []
    with pytest.raises(Missing):
        await client.ticket(TICKET_ID)


async def test_8_5_a_ticket_is_read_whole(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script(TICKET_PATH, answers(examples.TICKET_DETAIL))
    ticket = await client.ticket(TICKET_ID)
    assert (ticket.id, ticket.number, ticket.subject) == (TICKET_ID, "7/2024", "Late parcel")
    assert ticket.inserted_at == OPENED_AT
    assert ticket.managed_at == from_ms(1704103260500)
    assert ticket.closed_at is None
    assert ticket.is_priority
    assert ticket.assignee is not None
    assert ticket.assignee.name == "Ines Marchetti"
    assert ticket.customer is not None
    assert ticket.customer.name == "Tom Arden"
    assert (ticket.tags, ticket.custom_fields) == (("delivery",), {"Order No": "A-1009"})
    assert ticket.status is not None
    assert ticket.status.labels["fr"] == "à traiter"
    assert (ticket.area, ticket.group, ticket.memo) == (None, None, "")
    assert (ticket.awaits_agent, ticket.awaits_customer) == (False, True)
    (reply,), (note,), (file,) = ticket.replies, ticket.notes, ticket.attachments
    assert reply.from_agent is not None
    assert (reply.from_agent.id, reply.from_customer) == (AGENT_ID, None)
    assert (note.author, note.remind_at) == (AGENT_ID, from_ms(1704189700000))
    assert (file.id, file.name, file.size_bytes) == ("64d000000000000000000001", "label.txt", 5)
    again, broken = read_record(Ticket, examples.TICKET_DETAIL.body)
    assert (again, broken) == (ticket, ())


def test_8_6_what_a_desk_accepts_is_what_we_send() -> None:
    body = examples.CREATE_TICKET.body
    new = NewTicket(
        subject=body["subject"],
        description=body["description"],
        customer=CustomerId(examples.CUSTOMER_ID),
        type=TypeId(examples.TYPE_ID),
        files=(HI,),
    )
    # Replies of the past are for imports; we never send any with a new ticket.
    expected = {member: value for member, value in body.items() if member != "replies"}
    assert encode.new_ticket_wire(new, DEFAULT) == expected | {"priority": 0}
    imported, broken = read_record(Reply, body["replies"][0])
    assert (imported.sent_at, broken) == (OPENED_AT, ())


Write = Callable[[DeskeroClient], Awaitable[object]]
NOTE_TO_SEND = OutgoingNote(
    "Ask the carrier", AGENT_ID, AGENT_ID, from_ms(1704103300000), from_ms(1704189700000)
)
WRITES: list[tuple[Write, str, Example]] = [
    (
        lambda c: c.update_ticket(TICKET_ID, TicketPatch(status="solved", is_priority=False)),
        f"/ticket/update/{TICKET_ID}",
        examples.UPDATE_TICKET,
    ),
    (
        lambda c: c.reply(TICKET_ID, OutgoingReply("Sent again today.", AGENT_ID, (HI,))),
        f"/ticket/reply/{TICKET_ID}",
        examples.REPLY,
    ),
    (
        lambda c: c.add_note(TICKET_ID, NOTE_TO_SEND),
        f"/ticket/addNote/{TICKET_ID}",
        examples.NOTE,
    ),
]


@pytest.mark.parametrize(("write", "path", "example"), WRITES, ids=["8.7", "8.8", "8.9"])
async def test_8_7_to_8_9_writes_are_spelled_as_documented(
    write: Write, path: str, example: Example, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(path, answers(replace(examples.CREATED, status=200)))
    assert await write(client) in {None, examples.CREATED.body["id"]}
    (request,) = desk.asked(path)
    assert (request.method, request.json()) == ("PUT", example.body)


async def test_8_10_the_same_list_under_two_keys_is_the_same_list(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(
        "/ticketType/list",
        answers(examples.TYPE_LIST_DOCUMENTED),
        answers(examples.TYPE_LIST_AS_READ),
    )
    documented, as_read = await client.ticket_types(), await client.ticket_types()
    assert documented == as_read
    assert [kind.name for kind in as_read] == ["incident"]


async def test_8_11_a_customer_is_found(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script("/customer/list", answers(examples.CUSTOMER_SEARCH))
    (customer,) = await client.customers({"name": "Tom Arden"})
    assert desk.asked("/customer/list")[0].query["name"] == "Tom Arden"
    assert (customer.email, customer.country_code) == ("tom@example.test", "GB")
    assert customer.custom_fields == {"Client Id": "98x"}
    assert customer.account is not None
    assert customer.account.is_enabled


def test_8_12_a_company_has_its_date_as_text() -> None:
    company, broken = read_record(Company, examples.COMPANY.body)
    assert (company.name, company.inserted_at) == ("Arden Ltd", from_ms(1704000000000))
    assert (company.email, company.note, broken) == ("", "", ())


def test_8_13_a_team_of_agents() -> None:
    group, broken = read_record(AgentGroup, examples.AGENT_GROUP.body)
    assert (group.name, broken) == ("Customer Care", ())
    assert [agent.name for agent in group.agents] == ["Ines Marchetti"]


def test_8_14_another_spelling_means_the_same() -> None:
    ticket, broken = read_record(Ticket, examples.TOLERANCE.body)
    documented, _ = read_record(Ticket, examples.TICKET_DETAIL.body)
    assert broken == ()
    for member in ("id", "inserted_at", "is_priority", "cc", "custom_fields"):
        assert getattr(ticket, member) == getattr(documented, member), member
    assert ticket.tags == (*documented.tags, "vip")
    assert (ticket.replies, ticket.assignee) == ((), None)
    assert ticket.status is not None
    assert ticket.status.name == "onhold"
    assert ticket.model_extra is not None
    assert ticket.model_extra["someFutureMember"] == {"a": [1]}


async def test_8_15_a_message_in_a_success_is_a_refusal(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(f"/ticket/delete/{TICKET_ID}", answers(examples.REFUSAL_IN_SUCCESS))
    with pytest.raises(Refused, match="This customer still has tickets"):
        await client.delete_ticket(TICKET_ID)


async def test_8_16_a_bearer_that_lapsed_is_renewed_once(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    lapsed = answers(examples.EXPIRED_BEARER)
    desk.script(TICKET_PATH, lapsed, answers(examples.TICKET_DETAIL), lapsed)
    await client.ticket(TICKET_ID)
    assert len(desk.asked(TOKEN_PATH)) == 2
    with pytest.raises(NotAllowed):
        await client.ticket(TICKET_ID)
    assert len(desk.asked(TICKET_PATH)) == 4


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (examples.VALIDATION_FAILURE.body, "Unknown field: subjct"),
        (b"", "gave no reason"),
        (b"<html><body>Bad Request</body></html>", "gave no reason"),
        ([], "gave no reason"),
    ],
)
async def test_8_17_a_refusal_gives_its_reason_if_there_is_one(
    body: object, message: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/list", says(examples.VALIDATION_FAILURE.status, body))
    with pytest.raises(Refused, match=message) as raised:
        await client.list_tickets()
    assert raised.value.status == 400


def test_8_18_a_file_is_spelled_in_hex_or_base64() -> None:
    reply = OutgoingReply("x", AGENT_ID, (HI,))
    spelled = [
        encode.reply_wire(reply, ClientOptions(file_spelling=spelling))["attachedDocuments"][0]
        for spelling in (FileSpelling.HEX, FileSpelling.BASE64)
    ]
    assert spelled == examples.SAME_FILE_TWICE.body
