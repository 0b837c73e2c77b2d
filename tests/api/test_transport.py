from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deskero_tui.api.client import ClientOptions, DeskAddress, DeskeroClient
from deskero_tui.domain.errors import (
    BadAnswer,
    BadInput,
    DeskeroError,
    NotAllowed,
    Refused,
    ServerFault,
    Throttled,
    Unclear,
    Unreachable,
)
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.outgoing import OutgoingReply
from tests.api.conftest import QUICK, address_of
from tests.support.scripted_desk import TOKEN_PATH, Answer, Line, Request, ScriptedDesk, says
from tests.support.still_clock import StillClock

TICKET = {"id": "64b0", "subject": "Late parcel"}
ID = TicketId("64b0")
REPLY = OutgoingReply("secret words", AgentId("64a0"))
EXPIRED = {"error": "invalid_token", "error_description": "Access token expired"}


async def cut_at_once(request: Request, line: Line) -> None:
    line.cut()


async def hang_up_at_once(request: Request, line: Line) -> None:
    await line.hang_up()


async def cut_in_the_body(request: Request, line: Line) -> None:
    await line.send(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": "64b0", "subj')
    await line.hang_up()


async def say_nothing(request: Request, line: Line) -> None:
    await asyncio.sleep(3600)


async def stop_in_the_body(request: Request, line: Line) -> None:
    await line.send(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": ')
    await asyncio.sleep(3600)


async def drip(request: Request, line: Line) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await line.send(b" ")
        await asyncio.sleep(0.05)


async def talk_nonsense(request: Request, line: Line) -> None:
    await line.send(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")


BREAKS: list[Answer] = [
    cut_at_once,
    hang_up_at_once,
    cut_in_the_body,
    say_nothing,
    stop_in_the_body,
    talk_nonsense,
]


@pytest.mark.parametrize("broken", BREAKS, ids=lambda answer: answer.__name__)
async def test_a_read_that_is_cut_goes_again(
    broken: Answer, desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    desk.script("/ticket/64b0", broken, says(200, TICKET))
    assert (await client.ticket(ID)).subject == "Late parcel"
    assert len(clock.sleeps) == 1


@pytest.mark.parametrize("broken", BREAKS, ids=lambda answer: answer.__name__)
async def test_a_reply_that_is_cut_after_it_left_is_unclear_and_not_sent_again(
    broken: Answer, desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    desk.script("/ticket/reply/64b0", broken)
    with pytest.raises(Unclear) as raised:
        await client.reply(ID, REPLY)
    assert len(desk.asked("/ticket/reply/64b0")) == 1
    assert clock.sleeps == []
    assert "secret words" not in raised.value.user_message + raised.value.detail


async def test_a_read_is_given_up_after_four_tries(
    desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    desk.script("/ticket/64b0", says(500))
    with pytest.raises(ServerFault):
        await client.ticket(ID)
    assert len(desk.asked("/ticket/64b0")) == 4
    assert len(clock.sleeps) == 3


async def test_an_answer_that_drips_is_cut_off(desk: ScriptedDesk, clock: StillClock) -> None:
    desk.script("/ticket/reply/64b0", drip)
    options = replace(QUICK, whole_s=0.3)
    async with DeskeroClient(address_of(desk), options=options, clock=clock) as client:
        with pytest.raises(Unclear):
            await client.reply(ID, REPLY)


@pytest.mark.parametrize(("is_write", "kind"), [(False, BadAnswer), (True, Unclear)])
async def test_an_answer_without_measure_is_not_read_to_its_end(
    is_write: bool, kind: type[DeskeroError], desk: ScriptedDesk, clock: StillClock
) -> None:
    desk.script("/ticket/64b0", says(200, b" " * 5000))
    desk.script("/ticket/reply/64b0", says(200, b" " * 5000))
    options = replace(QUICK, most_answer_bytes=1000)
    async with DeskeroClient(address_of(desk), options=options, clock=clock) as client:
        with pytest.raises(kind):
            await (client.reply(ID, REPLY) if is_write else client.ticket(ID))


@pytest.mark.parametrize(("is_write", "kind"), [(False, BadAnswer), (True, Unclear)])
async def test_an_answer_that_does_not_unpack(
    is_write: bool, kind: type[DeskeroError], desk: ScriptedDesk, client: DeskeroClient
) -> None:
    packed = says(200, b"no gzip", {"Content-Encoding": "gzip"})
    desk.script("/ticket/64b0", packed)
    desk.script("/ticket/reply/64b0", packed)
    with pytest.raises(kind):
        await (client.reply(ID, REPLY) if is_write else client.ticket(ID))


async def test_a_packed_answer_is_unpacked(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script(
        "/ticket/64b0", says(200, gzip.compress(b'{"id": "64b0"}'), {"Content-Encoding": "gzip"})
    )
    assert (await client.ticket(ID)).id == ID


@pytest.mark.parametrize("body", [b"<html>Log in to the hotel</html>", b'{"id": "64b0", "sub'])
async def test_what_is_no_desk_is_told_apart_by_reads_and_unclear_to_writes(
    body: bytes, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", says(200, body))
    desk.script("/ticket/reply/64b0", says(200, body))
    with pytest.raises(BadAnswer, match="check the address"):
        await client.ticket(ID)
    with pytest.raises(Unclear):
        await client.reply(ID, REPLY)


def nobody_listens(folder: Path) -> DeskAddress:
    return DeskAddress(base_url="http://127.0.0.1:1", client_id="c", api_token="t")


def no_socket(folder: Path) -> DeskAddress:
    path = str(folder / "desk.sock")
    return DeskAddress(base_url="http://desk.local", client_id="c", api_token="t", socket_path=path)


def no_tls(folder: Path) -> DeskAddress:
    return DeskAddress(base_url="https://127.0.0.1:1", client_id="c", api_token="t")


@pytest.mark.parametrize("address", [nobody_listens, no_socket, no_tls])
async def test_without_a_connection_nothing_left_this_machine(
    address: Callable[[Path], DeskAddress], tmp_path: Path, clock: StillClock
) -> None:
    async with DeskeroClient(address(tmp_path), options=QUICK, clock=clock) as client:
        with pytest.raises(Unreachable):
            await client.reply(ID, REPLY)
        assert clock.sleeps == []
        with pytest.raises(Unreachable):
            await client.ticket(ID)
        assert len(clock.sleeps) == 3


async def test_a_desk_without_tls_is_unreachable_over_tls(
    desk: ScriptedDesk, clock: StillClock
) -> None:
    address = replace(address_of(desk), base_url=desk.base_url.replace("http:", "https:"))
    async with DeskeroClient(address, options=QUICK, clock=clock) as client:
        with pytest.raises(Unreachable):
            await client.reply(ID, REPLY)


async def test_a_wait_that_the_desk_asks_for_is_kept(
    desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    patience = says(429, headers={"Retry-After": "20"})
    date = says(503, headers={"Retry-After": "Sun, 22 Nov 2026 09:01:00 GMT"})
    desk.script("/ticket/64b0", patience, date, says(200, TICKET))
    await client.ticket(ID)
    assert 20 <= clock.sleeps[0] <= 21
    assert 39 <= clock.sleeps[1] + clock.sleeps[0] - 20 <= 42


async def test_a_throttled_write_tells_how_long_to_wait_and_does_not_go_again(
    desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    desk.script("/ticket/reply/64b0", says(429, headers={"Retry-After": "20"}))
    with pytest.raises(Throttled) as raised:
        await client.reply(ID, REPLY)
    assert raised.value.wait_s == 20
    assert clock.sleeps == []


async def test_every_call_carries_bearer_and_client_id(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", says(200, TICKET))
    desk.script("/ticket/reply/64b0", says(200, {"id": "r"}))
    await client.ticket(ID)
    await client.reply(ID, REPLY)
    token, read, write = desk.requests
    assert token.method == "GET"
    assert token.query == {"grant_type": "client_credentials"}
    assert token.headers["authorization"] == "Basic dG9rZW4="
    assert "clientid" not in token.headers
    for request in (read, write):
        assert request.headers["authorization"] == "Bearer bearer-1"
        assert request.headers["clientid"] == "client-1"
        assert request.headers["accept"] == "application/json"
        assert request.headers["user-agent"] == "deskero-tui"
    assert "content-type" not in read.headers
    assert write.headers["content-type"] == "application/json"


async def test_a_write_goes_once_and_says_that_it_may_be_done(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    """A 401 proves nothing: it can come after the desk has done what was asked."""
    desk.script("/ticket/reply/64b0", says(401, EXPIRED), says(200, {"id": "r"}))
    with pytest.raises(NotAllowed) as raised:
        await client.reply(ID, REPLY)
    assert (raised.value.has_left, raised.value.may_be_done) == (True, True)
    assert len(desk.asked("/ticket/reply/64b0")) == 1
    assert await client.reply(ID, REPLY) == "r"
    assert desk.bearers_given == 2


PAGE = b"<html>Sign in</html>"


@pytest.mark.parametrize(
    ("status", "body", "may_be_done"),
    [
        *((status, {"message": "no"}, False) for status in (400, 403, 413, 422)),
        (413, PAGE, False),
        *((status, PAGE, True) for status in (400, 403, 404, 200, 422)),
        *((status, {"message": "?"}, True) for status in (401, 404, 408, 409, 429, 500, 502, 503)),
        (302, {}, True),
    ],
)
async def test_an_error_of_a_write_tells_whether_it_may_be_done(
    desk: ScriptedDesk, client: DeskeroClient, status: int, body: object, may_be_done: bool
) -> None:
    desk.script("/ticket/reply/64b0", says(status, body))
    with pytest.raises(DeskeroError) as raised:
        await client.reply(ID, REPLY)
    assert raised.value.has_left
    assert raised.value.may_be_done is may_be_done


async def test_a_key_goes_along_with_a_write(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script("/ticket/reply/64b0", says(200, {"id": "r"}))
    request = client.reply_request(ID, REPLY)
    await client.send(request, key="k1")
    await client.send(request)
    keys = [asked.headers.get("idempotency-key") for asked in desk.asked("/ticket/reply/64b0")]
    assert keys == ["k1", None]
    assert {asked.body for asked in desk.asked("/ticket/reply/64b0")} == {request.content}


KEYS = {"paths": ["ticket/reply", "ticket/insert"], "hours": 72}


@pytest.mark.parametrize(
    ("answer", "desk_id", "honours_reply"),
    [
        (says(200, {"desk_id": "d1", "idempotency_key": KEYS}), "d1", True),
        (says(200, {"desk_id": "d1", "idempotency_key": {**KEYS, "hours": 1}}), "d1", False),
        (says(200, {"desk_id": "d1"}), "d1", False),
        (says(200, {"desk_id": "", "idempotency_key": KEYS}), "", False),
        (says(200, [1]), "", False),
        (says(200, PAGE), "", False),
        (says(404, PAGE), "", False),
        (says(404, {}), "", False),
        (says(401, {}), "", False),
        (says(403, {}), "", False),
    ],
)
async def test_capabilities_are_what_the_desk_says_and_none_where_it_says_nothing(
    desk: ScriptedDesk, client: DeskeroClient, answer: Answer, desk_id: str, honours_reply: bool
) -> None:
    desk.script("/desk/capabilities", answer)
    found = await client.capabilities()
    assert found.desk_id == desk_id
    assert found.honours_key("/ticket/reply/64b0") is honours_reply
    assert not found.honours_key("/ticket/addNote/64b0")


async def test_capabilities_that_cannot_be_asked_for_are_not_known(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/desk/capabilities", says(500, {}))
    with pytest.raises(ServerFault):
        await client.capabilities()


async def test_a_second_401_means_not_allowed(desk: ScriptedDesk, client: DeskeroClient) -> None:
    desk.script("/ticket/64b0", says(401, EXPIRED))
    with pytest.raises(NotAllowed, match="does not accept the API token"):
        await client.ticket(ID)
    assert desk.bearers_given == 2
    assert len(desk.asked("/ticket/64b0")) == 2


async def test_many_calls_that_meet_a_401_share_one_fresh_bearer(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    async def only_the_second(request: Request, line: Line) -> None:
        is_fresh = request.headers["authorization"] == "Bearer bearer-2"
        await line.answer(*((200, TICKET) if is_fresh else (401, EXPIRED)))

    desk.script("/ticket/64b0", only_the_second)
    await asyncio.gather(*(client.ticket(ID) for _ in range(6)))
    assert desk.bearers_given == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says(401, {"error": "invalid_client"}), NotAllowed),
        (says(400, {"error": "invalid_grant"}), NotAllowed),
        (says(403), NotAllowed),
        (says(404, b"<html>nothing here</html>"), BadAnswer),
        (says(200, b"<html>welcome</html>"), BadAnswer),
        (says(302, headers={"Location": "https://elsewhere.test"}), BadAnswer),
        (says(500), Unreachable),
        (cut_at_once, Unreachable),
        (say_nothing, Unreachable),
        (says(429), Throttled),
    ],
)
async def test_a_write_that_gets_no_bearer_was_not_done(
    answer: Answer, kind: type[DeskeroError], desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(TOKEN_PATH, answer)
    with pytest.raises(kind) as raised:
        await client.reply(ID, REPLY)
    assert type(raised.value) is kind
    assert desk.asked("/ticket/reply/64b0") == []


async def test_a_read_waits_for_a_desk_that_is_starting(
    desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    bearer = says(200, {"access_token": "late", "expires_in": 3600})
    desk.script(TOKEN_PATH, says(503), cut_at_once, bearer)
    desk.script("/ticket/64b0", says(200, TICKET))
    await client.ticket(ID)
    assert len(clock.sleeps) == 2


async def test_a_redirect_is_not_followed(desk: ScriptedDesk, client: DeskeroClient) -> None:
    async with ScriptedDesk() as other:
        desk.script("/ticket/64b0", says(302, headers={"Location": f"{other.base_url}/x"}))
        with pytest.raises(Refused, match="redirects to http"):
            await client.ticket(ID)
        assert other.requests == []


async def test_a_desk_that_repeats_our_secrets_does_not_bring_them_on_screen(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    message = "bad headers: Bearer bearer-1, Basic dG9rZW4="
    desk.script("/ticket/64b0", says(400, {"message": message}))
    with pytest.raises(Refused, match="bad headers: Bearer …, Basic …"):
        await client.ticket(ID)


async def test_only_so_many_requests_run_at_once(desk: ScriptedDesk, clock: StillClock) -> None:
    async def slow(request: Request, line: Line) -> None:
        await asyncio.sleep(0.02)
        await line.answer(200, TICKET)

    desk.script("/ticket/64b0", slow)
    options = replace(QUICK, concurrency=3)
    async with DeskeroClient(address_of(desk), options=options, clock=clock) as client:
        await asyncio.gather(*(client.ticket(ID) for _ in range(12)))
    assert desk.most_at_once == 3


async def test_a_cancelled_call_ends_at_once_and_frees_its_place(
    desk: ScriptedDesk, clock: StillClock
) -> None:
    has_arrived = asyncio.Event()

    async def keep_waiting(request: Request, line: Line) -> None:
        has_arrived.set()
        await say_nothing(request, line)

    desk.script("/ticket/64b0", keep_waiting, says(200, TICKET))
    options = replace(QUICK, concurrency=1, read_s=30.0, whole_s=30.0)
    async with DeskeroClient(address_of(desk), options=options, clock=clock) as client:
        call = asyncio.create_task(client.ticket(ID))
        await has_arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await client.ticket(ID)


async def test_a_search_too_long_for_an_address_is_bad_input(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    with pytest.raises(BadInput, match="too long"):
        await client.list_tickets(fields={"text": "x" * 70_000})


async def test_no_secret_no_search_and_no_text_reaches_the_log(
    desk: ScriptedDesk, client: DeskeroClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.script("/ticket/list", says(500), says(200, {"ticket": {"records": [{"id": []}]}}))
    desk.script("/ticket/reply/64b0", says(400, {"message": "secret words"}))
    await client.list_tickets(fields={"text": "hidden search"})
    with pytest.raises(Refused):
        await client.reply(ID, REPLY)
    assert "GET /ticket/list 200" in caplog.text
    assert "PUT /ticket/reply/64b0 400" in caplog.text
    for hidden in ("hidden", "bearer-1", "dG9rZW4=", "secret words"):
        assert hidden not in caplog.text


async def test_the_environment_names_no_proxy_unless_the_options_say_so(
    desk: ScriptedDesk, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    desk.script("/ticket/64b0", says(200, TICKET))
    async with DeskeroClient(address_of(desk), options=QUICK, clock=clock) as client:
        await client.ticket(ID)


async def test_a_transport_can_be_put_in_place_of_the_network(clock: StillClock) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/oauth/token":
            return httpx.Response(200, json={"access_token": "b"})
        assert request.url.path == "/api/ticket/64b0"
        return httpx.Response(200, json=TICKET)

    address = DeskAddress(base_url="https://help.test/api/", client_id="c", api_token="t")
    transport = httpx.MockTransport(answer)
    async with DeskeroClient(
        address, options=ClientOptions(), clock=clock, transport=transport
    ) as client:
        assert (await client.ticket(ID)).subject == "Late parcel"


async def test_a_desk_that_has_answered_is_not_suspected_of_speaking_tls(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script("/ticket/64b0", says(200, TICKET), hang_up_at_once)
    await client.ticket(ID)
    with pytest.raises(DeskeroError) as raised:
        await client.ticket(ID)
    assert "TLS" not in raised.value.user_message
