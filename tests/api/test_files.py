from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.api.files import followed
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NotAllowed,
    Refused,
    Unclear,
    Unreachable,
)
from deskero_tui.domain.records.ticket import Attachment
from deskero_tui.domain.records.wire_types import read_record
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
        (says(302, headers={"Location": "http://evil.test/"}), BadAnswer),
        (says(304), Refused),
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


# -- redirects -------------------------------------------------------------------------------------


def leads_to(location: str, status: int = 302) -> Answer:
    return says(status, b"", {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/files/real", "{desk}/files/real", "../files/real?a=b"])
async def test_a_redirect_on_the_same_host_is_followed(
    status: int, location: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, leads_to(location.format(desk=desk.base_url), status))
    desk.script("/files/real", says(200, b"hello"))
    assert await fetched(client, PATH) == b"hello"
    (request,) = desk.asked("/files/real")
    assert request.headers["authorization"] == "Bearer bearer-1"


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("{other}/x", "{other}"),
        ("https://user:secret@new.example/x?secret", "https://new.example"),
        ("//new.example/x", "http://new.example"),
        ("ftp://new.example/x", "ftp://new.example"),
        ("https://127.0.0.1:9/x", "https://127.0.0.1:9"),
        ("https://xn--bcher-kva.example/x", "https://bücher.example"),
    ],
)
async def test_a_redirect_to_another_host_is_refused_and_named(
    location: str, named: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    async with ScriptedDesk() as other:
        desk.script(PATH, leads_to(location.format(other=other.base_url)))
        with pytest.raises(BadAnswer) as raised:
            await fetched(client, PATH)
        told = raised.value.user_message
        assert f"redirects this file to {named.format(other=other.base_url)}, so it is" in told
        assert "secret" not in told
        assert other.requests == []


@pytest.mark.parametrize("location", ["", "http://a:b/"])
async def test_a_redirect_without_an_address(
    location: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, leads_to(location))
    with pytest.raises(DeskeroError, match=r"without naming an address|cannot be understood"):
        await fetched(client, PATH)


async def test_redirects_in_a_circle_come_to_an_end(
    desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, leads_to("/other"))
    desk.script("/other", leads_to(PATH))
    with pytest.raises(BadAnswer, match="in a circle"):
        await fetched(client, PATH)
    assert len(desk.requests) < 10


@pytest.mark.parametrize(
    ("here", "there", "is_followed"),
    [
        ("http://desk.example/a", "https://desk.example/b", True),
        ("http://desk.example:81/a", "https://desk.example:81/b", True),
        ("http://desk.example:81/a", "https://desk.example:82/b", False),
        ("http://desk.example/a", "https://desk.example:8443/b", False),
        ("https://desk.example/a", "http://desk.example/b", False),
        ("https://desk.example/a", "https://DESK.example:443/b", True),
        ("https://desk.example/a", "https://desk.example.evil.test/b", False),
        ("https://desk.example/a", "https://desk.example@evil.test/b", False),
        ("https://desk.example/a", "https://user@desk.example/b", False),
        ("https://files.example/a", "https://files.example/b", True),
        ("https://files.example/a", "https://desk.example/b", True),
        ("https://desk.example/a", "https://files.example/b", True),
        ("https://desk.example/a", "https://other.files.example/b", False),
    ],
)
def test_where_the_token_may_go(here: str, there: str, is_followed: bool) -> None:
    scheme = "http" if here.startswith("http:") else "https"
    port = ":81" if ":81" in here else ""
    base = httpx.URL(f"{scheme}://desk.example{port}")
    response = httpx.Response(302, headers={"Location": there}, request=httpx.Request("GET", here))
    options = replace(QUICK, file_hosts=frozenset({"files.example"}))
    if is_followed:
        assert followed(response, base, options) == httpx.URL(there)
    else:
        with pytest.raises(BadAnswer):
            followed(response, base, options)


# -- is it the file? -------------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"


def typed(content: bytes, kind: str) -> Answer:
    return says(200, content, {"Content-Type": kind})


@pytest.mark.parametrize(
    ("answer", "file", "words"),
    [
        (typed(PAGE, "text/html"), Attachment(name="a.pdf"), "a web page"),
        (typed(PAGE, "text/html"), Attachment(name="a.pdf", size_bytes=500), "a web page"),
        (typed(PAGE, "application/pdf"), Attachment(name="a.pdf"), "a web page"),
        (typed(b"\xef\xbb\xbf\n <HTML>", "x/y"), Attachment(name="a.png"), "a web page"),
        (typed(PAGE, "text/html; charset=utf-8"), Attachment(name="a.eml"), "a web page"),
        (typed(b"x" * 9000, "x/y"), Attachment(size_bytes=3), "3 bytes were announced, more than"),
        (typed(b"xy", "x/y"), Attachment(size_bytes=3), "3 bytes were announced, 2 bytes came"),
        (typed(b"", "x/y"), Attachment(size_bytes=3), "3 bytes were announced, 0 bytes came"),
    ],
)
async def test_what_is_not_the_file_is_refused(
    answer: Answer, file: Attachment, words: str, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, answer)
    with pytest.raises(BadAnswer, match=words):
        async with client.download(file.model_copy(update={"url": PATH})) as pieces:
            [piece async for piece in pieces]


@pytest.mark.parametrize(
    ("answer", "file"),
    [
        (typed(PAGE, "text/html"), Attachment(name="page.html")),
        (typed(PAGE, "text/html"), Attachment(name="page", media_type="text/html")),
        (typed(PAGE, "text/html"), Attachment(name="page", size_bytes=len(PAGE))),
        (typed(PAGE, "text/plain"), Attachment(name="source.txt")),
        (typed(b"<svg/>", "image/svg+xml"), Attachment(name="a.svg")),
        (typed(b"", "text/plain"), Attachment(name="empty.txt")),
    ],
)
async def test_a_page_that_was_sent_as_a_file_is_one(
    answer: Answer, file: Attachment, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, answer)
    async with client.download(file.model_copy(update={"url": PATH})) as pieces:
        assert b"".join([piece async for piece in pieces]) in (PAGE, b"<svg/>", b"")


@pytest.mark.parametrize(
    ("members", "content"),
    [
        ({"documentBlob": "6869"}, b"hi"),
        ({"documentBlob": "6869", "documentSize": 2}, b"hi"),
        ({"documentBlob": "6869", "documentSize": 3}, b"\xeb\xce\xbd"),
        ({"documentBlob": "aGk="}, b"hi"),
        ({"documentBlob": "aGk"}, b"hi"),
        ({"documentBlob": "aG\r\nk=", "documentSize": 2}, b"hi"),
        ({"documentBase64": "aGk=", "documentURL": "/elsewhere"}, b"hi"),
        ({"documentBlob": "6869", "documentSize": 9, "documentURL": PATH}, b"from afar"),
        ({"documentBlob": "!!", "documentURL": PATH}, b"from afar"),
        ({"documentBlob": None, "documentURL": PATH}, b"from afar"),
        ({"documentBlob": {"a": 1}, "documentURL": PATH}, b"from afar"),
    ],
)
async def test_a_file_inside_the_record_needs_no_request(
    members: dict[str, object], content: bytes, desk: ScriptedDesk, client: DeskeroClient
) -> None:
    desk.script(PATH, says(200, b"from afar"))
    file, _ = read_record(Attachment, members)
    kept = Attachment.model_validate_json(file.wire_json())  # As the store has it.
    async with client.download(kept) as pieces:
        assert b"".join([piece async for piece in pieces]) == content
    assert bool(desk.requests) is (content == b"from afar")
