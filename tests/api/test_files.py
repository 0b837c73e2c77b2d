from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NotAllowed,
    Refused,
    Unclear,
    Unreachable,
)
from deskero_tui.domain.ticket import Attachment
from tests.api.conftest import QUICK, address_of
from tests.support.scripted_desk import Answer, Line, Request, ScriptedDesk, says
from tests.support.still_clock import StillClock

PATH = "/document/64d0"


def file_at(url: str) -> Attachment:
    return Attachment(name="label.txt", url=url)


async def fetched(client: DeskeroClient, url: str) -> bytes:
    async with client.download(file_at(url)) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_a_file_comes_piece_by_piece(desk: ScriptedDesk, client: DeskeroClient) -> None:
    may_go_on = asyncio.Event()

    async def in_two_pieces(request: Request, line: Line) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        await may_go_on.wait()
        await line.send(b"-last")

    desk.script(PATH, in_two_pieces)
    async with client.download(file_at(desk.base_url + PATH)) as pieces:
        assert await anext(pieces) == b"first"
        may_go_on.set()
        assert [piece async for piece in pieces] == [b"-last"]
    (request,) = desk.asked(PATH)
    assert request.headers["authorization"] == "Bearer bearer-1"
    assert request.headers["clientid"] == "client-1"


async def test_an_address_may_be_relative_to_the_desk(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, says(200, b"hello"))
    assert await fetched(client, PATH) == b"hello"


@pytest.mark.parametrize(
    "url", ["{other}/document/64d0", "//127.0.0.1:9/x", "https://evil.test/x", "file:///etc/passwd"]
)
async def test_a_file_on_another_host_is_refused_without_any_request(
    url: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    async with ScriptedDesk() as other:
        with pytest.raises(BadAnswer, match="another host"):
            await fetched(client, url.format(other=other.base_url))
        assert other.requests == []
    assert desk.requests == []


async def test_a_file_on_a_named_host_is_fetched(desk: ScriptedDesk, clock: StillClock) -> None:
    async with ScriptedDesk() as other:
        other.script(PATH, says(200, b"hello"))
        host = other.base_url.removeprefix("http://")
        options = replace(QUICK, file_hosts=frozenset({host}), allow_http=True)
        async with DeskeroClient(address_of(desk), options=options, clock=clock) as client:
            assert await fetched(client, other.base_url + PATH) == b"hello"


@pytest.mark.parametrize(
    ("url", "kind"), [("", Missing), ("http://[broken/x", BadAnswer), ("http://a:b/x", BadAnswer)]
)
async def test_a_file_without_a_usable_address(
    url: str, kind: type[DeskeroError], desk: ScriptedDesk, client: DeskeroClient
) -> None:
    with pytest.raises(kind):
        await fetched(client, url)
    assert desk.requests == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says(204), Missing),
        (says(404), Missing),
        (says(403), NotAllowed),
        (says(401), NotAllowed),
        (says(302, headers={"Location": "http://evil.test/"}), Refused),
    ],
)
async def test_a_file_that_is_not_given(
    answer: Answer, kind: type[DeskeroError], desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, answer)
    with pytest.raises(kind):
        await fetched(client, PATH)


async def test_a_stale_bearer_is_renewed_for_a_file(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, says(401), says(200, b"hello"))
    assert await fetched(client, PATH) == b"hello"
    assert desk.bearers_given == 2


async def test_opening_a_file_is_tried_again(
    desk: ScriptedDesk, client: DeskeroClient, clock: StillClock
) -> None:
    async def refuse_in_pieces(request: Request, line: Line) -> None:
        await line.send(b"HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{")
        line.cut()

    async def cut(request: Request, line: Line) -> None:
        line.cut()

    desk.script(PATH, says(503), cut, refuse_in_pieces, says(200, b"hello"))
    assert await fetched(client, PATH) == b"hello"
    assert len(clock.sleeps) == 3


async def test_a_file_that_is_cut_is_never_taken_for_whole(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    async def half(request: Request, line: Line) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await line.hang_up()

    desk.script(PATH, half)
    with pytest.raises(Unclear, match="before the file was complete"):
        await fetched(client, PATH)
    assert len(desk.asked(PATH)) == 1


async def test_a_file_of_a_desk_that_is_gone_is_unreachable(clock: StillClock) -> None:
    async with ScriptedDesk() as desk:
        address = address_of(desk)
        desk.script("/ticket/list", says(204))
        client = DeskeroClient(address, options=QUICK, clock=clock)
        async with client:
            await client.verify()
            await desk.close()
            with pytest.raises(Unreachable):
                await fetched(client, PATH)


async def test_leaving_early_frees_the_place_of_a_download(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    async def endless(request: Request, line: Line) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nstart")
        await asyncio.sleep(3600)

    desk.script(PATH, endless)
    for _ in range(5):
        async with client.download(file_at(PATH)) as pieces:
            assert await anext(pieces) == b"start"
