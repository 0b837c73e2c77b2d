"""The sentence of each network fault, over real sockets where this machine can make the fault."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deskero_tui.api.client import DeskAddress, DeskeroClient
from deskero_tui.api.proxies import read_proxy
from deskero_tui.api.reasons import Attempt, Cause, network_error, reason_of
from deskero_tui.api.trust import Trust
from deskero_tui.domain.errors import BadAnswer, DeskeroError, Unclear, Unreachable
from deskero_tui.domain.ids import TicketId
from tests.api.conftest import QUICK
from tests.support.authority import Authority
from tests.support.scripted_desk import TOKEN_PATH, Answer, ScriptedDesk, says
from tests.support.still_clock import StillClock

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HINT = "(setting ca_file)"
CLOSED_EARLY = "the connection was closed without an answer"


async def trouble(url: str, trust: Trust | None = None) -> str:
    """The sentence for a read of a ticket at `url`."""
    options = replace(QUICK, allow_http=True, connect_s=0.5, trust=trust or Trust())
    address = DeskAddress(base_url=url, client_id="c", api_token="t")
    with pytest.raises(DeskeroError) as raised:
        async with DeskeroClient(address, options=options, clock=StillClock()) as client:
            await client.ticket(TicketId("64b0"))
    return raised.value.user_message


@asynccontextmanager
async def server(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.close()


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3)


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await asyncio.sleep(1)


async def alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"\x15\x03\x01\x00\x02\x02\x46")  # What a TLS server sends for plain http.
    await asyncio.sleep(0.2)


async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{")
    await writer.drain()
    writer.close()


async def test_a_closed_port() -> None:
    assert await trouble("http://127.0.0.1:1") == (
        "Cannot reach http://127.0.0.1:1: connection refused."
    )
    assert await trouble("https://localhost:1") == (
        "Cannot reach https://localhost:1: connection refused."
    )


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
async def test_an_address_of_ipv6_is_in_brackets() -> None:
    message = await trouble("http://[::1]:1")
    assert message.startswith("Cannot reach http://[::1]:1: ")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("no-such-desk.invalid", "no-such-desk.invalid"),
        ("bücher.invalid", "bücher.invalid"),
        ("xn--bcher-kva.invalid", "bücher.invalid"),
        ("a..invalid", "a..invalid"),
        ("a" * 70 + ".invalid", "a" * 70 + ".invalid"),
    ],
)
async def test_a_name_that_is_not_found_is_named(host: str, shown: str) -> None:
    message = await trouble(f"https://{host}")
    assert message.startswith(f"Cannot reach https://{shown}: name not found: {shown}")


@pytest.mark.parametrize(
    ("talk", "scheme", "words"),
    [
        (hang_up, "http", f"{CLOSED_EARLY}; if it speaks TLS, write https://"),
        (hang_up, "https", "the connection was closed when TLS began"),
        (say_nothing, "http", "no answer within 0.3 s"),
        (say_nothing, "https", "no connection within 0.5 s"),
        (greet, "http", "what answers there is no HTTP server"),
        (greet, "https", "it does not speak TLS; write http://"),
        (alert, "http", "if it speaks TLS, write https://"),
        (break_off, "http", "the connection was closed before the answer was complete"),
    ],
)
async def test_a_server_that_does_not_keep_to_http(talk: Talk, scheme: str, words: str) -> None:
    async with server(talk) as port:
        message = await trouble(f"{scheme}://127.0.0.1:{port}")
    assert message.startswith(f"Cannot reach {scheme}://127.0.0.1:{port}: ")
    assert words in message


async def test_https_to_a_desk_on_plain_http_and_the_reverse(tmp_path: Path) -> None:
    async with ScriptedDesk() as desk:
        message = await trouble(f"https://127.0.0.1:{desk.port}")
        assert "does it speak plain http?" in message
    async with ScriptedDesk(tls=Authority(tmp_path).server("127.0.0.1")) as desk:
        assert "write https://" in await trouble(f"http://127.0.0.1:{desk.port}")


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server that shows the certificate of an authority as its own."""
    import trustme

    ca = trustme.CA()
    both = folder / "both.pem"
    both.write_bytes(ca.private_key_pem.bytes() + ca.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


async def test_each_fault_of_a_certificate_is_told_apart(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    known = Trust(authority.file)
    cases = [
        (
            authority.server("127.0.0.1"),
            Trust(),
            f"the certificate is not trusted, its authority is unknown {HINT}",
        ),
        (
            self_signed(tmp_path),
            Trust(),
            f"the certificate is self-signed and not trusted {HINT}",
        ),
        (authority.server("127.0.0.1", expired=True), known, "the certificate has expired"),
        (authority.server("127.0.0.1", early=True), known, "the certificate is not valid yet"),
        (authority.server("desk.example"), known, "the certificate is for another address"),
    ]
    for tls, trust, words in cases:
        async with ScriptedDesk(tls=tls) as desk:
            assert await trouble(desk.base_url, trust) == f"Cannot reach {desk.base_url}: {words}."
    async with ScriptedDesk(tls=authority.server("desk.example")) as desk:
        message = await trouble(f"https://localhost:{desk.port}", known)
        assert "the certificate is for another host name" in message


def html(status: int) -> Answer:
    return says(status, b"<!DOCTYPE html><html><body>Sign in</body></html>")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (html(200), "answered with a web page, not like a Deskero desk; check the address."),
        (html(404), "answered 404 Not Found, not like a Deskero desk; check the address."),
        (says(404, b"404 page not found"), "answered 404 Not Found, not like a Deskero desk"),
        (html(502), "A proxy or gateway answered 502 Bad Gateway in place of the desk."),
        (says(504), "A proxy or gateway answered 504 Gateway Timeout in place of the desk."),
        (html(503), "A proxy or gateway answered 503 Service Unavailable in place of the desk."),
        (says(407), "A proxy or gateway asks for a valid user name and password (407)."),
        (says(500, {"error": "x"}), "The desk failed on its side; try again later."),
    ],
)
@pytest.mark.parametrize("path", [TOKEN_PATH, "/ticket/64b0"])
async def test_an_answer_that_came_from_something_else(
    path: str, answer: Answer, words: str
) -> None:
    async with ScriptedDesk() as desk:
        desk.script(path, answer)
        message = await trouble(desk.base_url)
    assert words in message


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://new-desk.example/oauth/token?secret=1", "https://new-desk.example."),
        ("https://user:secret@new.example:8443/x", "https://new.example:8443."),
        ("//other.example/x", "//other.example."),
        ("/login?secret=1", "/login."),
        ("", "no address."),
        ("http://[broken", "http://%5Bbroken."),
        ("https://xn--bcher-kva.example/", "https://bücher.example."),
    ],
)
@pytest.mark.parametrize("path", [TOKEN_PATH, "/ticket/64b0"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_names_where_it_leads(
    path: str, status: int, location: str, named: str
) -> None:
    async with ScriptedDesk() as desk:
        desk.script(path, says(status, b"", {"Location": location}))
        message = await trouble(desk.base_url)
        assert f"{desk.base_url} redirects to {named} Correct its address" in message
    assert "secret" not in message


ATTEMPT = Attempt(
    method="GET",
    url=httpx.URL("https://desk.example/api/x?q=secret"),
    path="/api/x",
    proxy=None,
    socket_path=None,
    connect_s=10.0,
    read_s=60.0,
    whole_s=180.0,
)


def caused(error: httpx.HTTPError, cause: BaseException) -> httpx.HTTPError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("number", "cause", "words"),
    [
        (errno.ENETUNREACH, Cause.NETWORK, "network unreachable"),
        (errno.EHOSTUNREACH, Cause.NETWORK, "no route to the host"),
        (errno.ETIMEDOUT, Cause.TIMEOUT, "time-out while connecting"),
        (errno.ECONNRESET, Cause.CLOSED, "the connection was reset"),
        (errno.EACCES, Cause.NETWORK, "this machine does not allow the connection"),
        (errno.ENOBUFS, Cause.OTHER, "no buffer space available"),
    ],
)
def test_errors_of_the_system(number: int, cause: Cause, words: str) -> None:
    error = caused(httpx.ConnectError("x"), OSError(number, "No buffer space available"))
    reason = reason_of(error, ATTEMPT)
    assert (reason.cause, reason.words) == (cause, words)


def test_a_reset_on_plain_http_may_be_a_port_that_speaks_tls() -> None:
    error = caused(httpx.ReadError("x"), ConnectionResetError(errno.ECONNRESET, "x"))
    plain = replace(ATTEMPT, url=httpx.URL("http://desk.example:443/api"))
    assert reason_of(error, plain).words.startswith("the connection was reset; if it speaks TLS")


def test_of_several_addresses_the_one_that_answered_gives_the_reason() -> None:
    group = ExceptionGroup(
        "x", [OSError(errno.ENETUNREACH, "x"), ConnectionRefusedError(errno.ECONNREFUSED, "x")]
    )
    error = caused(httpx.ConnectError("x"), caused(OSError("all failed"), group))  # type: ignore[arg-type]
    assert reason_of(error, ATTEMPT).cause is Cause.REFUSED


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "it asks for a client certificate"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "TLS failed (tlsv1 alert protocol version)"),
        ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
        (None, "TLS failed"),
    ],
)
def test_errors_of_tls(reason: str | None, words: str) -> None:
    error = ssl.SSLError(1, "x")
    error.reason = reason  # type: ignore[assignment]  # Python itself leaves it empty
    found = reason_of(caused(httpx.ReadError(""), error), ATTEMPT)
    assert found.cause is Cause.TLS
    assert words in found.words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectTimeout("x"), "no connection within 10 s"),
        (httpx.ReadTimeout("x"), "no answer within 60 s"),
        (httpx.WriteTimeout("x"), "nothing could be sent for 60 s"),
        (httpx.PoolTimeout("x"), "all connections are in use"),
        (TimeoutError(), "the answer took longer than 180 s"),
        (httpx.ReadError(""), "the connection was closed early"),
        (httpx.WriteError(""), "the connection was closed early"),
    ],
)
def test_times_and_breaks(error: Exception, words: str) -> None:
    assert reason_of(error, ATTEMPT).words == words


@pytest.mark.parametrize(
    ("error", "method", "kind"),
    [
        (httpx.ConnectError(""), "PUT", Unreachable),
        (httpx.ConnectTimeout(""), "PUT", Unreachable),
        (httpx.ProxyError("403 Forbidden"), "PUT", Unreachable),
        (httpx.ReadTimeout(""), "PUT", Unclear),
        (httpx.ReadError(""), "PUT", Unclear),
        (httpx.WriteError(""), "PUT", Unclear),
        (httpx.RemoteProtocolError(""), "PUT", Unclear),
        (httpx.DecodingError(""), "PUT", Unclear),
        (httpx.DecodingError(""), "GET", BadAnswer),
        (TimeoutError(), "PUT", Unclear),
    ],
)
def test_only_what_cannot_have_left_is_unreachable(
    error: Exception, method: str, kind: type[DeskeroError]
) -> None:
    told = network_error(error, replace(ATTEMPT, method=method))
    assert type(told) is kind
    assert "secret" not in told.user_message + told.detail


def test_a_proxy_is_named_by_its_address_alone() -> None:
    proxy = read_proxy("http://user:secret@proxy.example:3128", "HTTPS_PROXY")
    attempt = replace(ATTEMPT, proxy=proxy)
    refused = caused(httpx.ConnectError(""), OSError(errno.ECONNREFUSED, ""))
    told = network_error(refused, attempt).user_message
    assert told == "Cannot reach the proxy http://proxy.example:3128: connection refused."
    short = network_error(refused, attempt).short_reason
    assert short == "connection refused (proxy http://proxy.example:3128)"
    direct = network_error(refused, ATTEMPT).short_reason
    assert direct == "connection refused (https://desk.example)"
    told = network_error(httpx.ReadTimeout(""), attempt).user_message
    assert told.startswith(
        "Cannot reach https://desk.example through the proxy http://proxy.example:3128: no answer"
    )
