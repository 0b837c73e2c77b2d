from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deskero_tui.api.client import ClientOptions, DeskAddress, DeskeroClient
from deskero_tui.api.proxies import ProxyRules, is_excepted, read_proxy
from deskero_tui.api.trust import Trust
from deskero_tui.domain.errors import BadConfig, DeskeroError, NotAllowed, ServerFault, Unreachable
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.outgoing import OutgoingReply
from tests.api.conftest import QUICK
from tests.support.authority import Authority
from tests.support.http_proxy import HttpProxy
from tests.support.scripted_desk import ScriptedDesk, says
from tests.support.still_clock import StillClock

ID = TicketId("64b0")
HOST = "desk.internal.example"
REPLY = OutgoingReply("words", AgentId("64a0"))


async def subject(url: str, options: ClientOptions) -> str:
    address = DeskAddress(base_url=url, client_id="c", api_token="t")
    async with DeskeroClient(address, options=options, clock=StillClock()) as client:
        return (await client.ticket(ID)).subject


def answering(desk: ScriptedDesk) -> ScriptedDesk:
    desk.script("/ticket/64b0", says(200, {"id": "64b0", "subject": "Late parcel"}))
    return desk


def through(proxy: HttpProxy, **more: object) -> ClientOptions:
    rules = ProxyRules(environment={"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url})
    return replace(QUICK, proxies=rules, allow_http=True, **more)  # type: ignore[arg-type]


async def test_a_desk_on_plain_http_is_reached_through_a_proxy() -> None:
    async with ScriptedDesk() as desk, HttpProxy({HOST: answering(desk).port}) as proxy:
        assert await subject(f"http://{HOST}", through(proxy)) == "Late parcel"
        assert proxy.asked[0].startswith(f"GET http://{HOST}/oauth/token")


@pytest.mark.parametrize("is_tls", [False, True])
async def test_a_desk_on_https_is_reached_through_a_tunnel(is_tls: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("localhost") if is_tls else None
    async with (
        ScriptedDesk(tls=authority.server(HOST)) as desk,
        HttpProxy({HOST: answering(desk).port}, tls=tls) as proxy,
    ):
        options = through(proxy, trust=Trust(authority.file))
        assert await subject(f"https://{HOST}", options) == "Late parcel"
        assert proxy.asked == [f"CONNECT {HOST}:443"]


async def test_the_password_of_a_proxy_reaches_the_proxy_and_no_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    authority = Authority(tmp_path)
    async with ScriptedDesk(tls=authority.server(HOST)) as desk:
        hosts = {HOST: answering(desk).port}
        async with HttpProxy(hosts, login=("Ann@work", "p:ss w/rd")) as proxy:
            named = proxy.url.replace("://", "://Ann%40work:p%3Ass%20w%2Frd@")
            options = through(proxy, trust=Trust(authority.file))
            options = replace(options, proxies=ProxyRules(named))
            assert await subject(f"https://{HOST}", options) == "Late parcel"
            wrong = named.replace("Ann", "Bob")
            with pytest.raises(DeskeroError) as raised:
                await subject(f"https://{HOST}", replace(options, proxies=ProxyRules(wrong)))
    told = raised.value.user_message + raised.value.detail + repr(options) + caplog.text
    assert "asks for a valid user name and password (407)" in raised.value.user_message
    assert f"the proxy http://localhost:{proxy.port}" in raised.value.user_message
    for hidden in ("p:ss", "p%3Ass", "Ann", "Bob"):
        assert hidden not in told


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "the proxy answered 403 Forb"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "the proxy answered 502 Bad"),
        (b"HTTP/1.1 407 Auth\r\nContent-Length: 0\r\n\r\n", "asks for a valid user name"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "no HTTP server"),
    ],
)
async def test_a_tunnel_that_is_refused_names_the_proxy(answer: bytes, words: str) -> None:
    async with HttpProxy(refusal=answer) as proxy:
        with pytest.raises(Unreachable) as raised:
            await subject(f"https://{HOST}", through(proxy))
    assert words in raised.value.user_message
    assert f"through the proxy {proxy.url}" in raised.value.user_message


PAGE = b"Content-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>Blocked</html>"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"HTTP/1.1 407 Auth\r\n", "asks for a valid user name and password (407)"),
        (b"HTTP/1.1 403 Forbidden\r\n", "answered 403 Forbidden with a web page"),
        (b"HTTP/1.1 502 Bad Gateway\r\n", "answered 502 Bad Gateway in place of the desk"),
        (b"HTTP/1.1 504 Gateway Timeout\r\n", "answered 504 Gateway Timeout in place"),
        (b"HTTP/1.1 503 Service Unavailable\r\n", "answered 503 Service Unavailable in place"),
    ],
)
async def test_an_answer_of_the_proxy_itself_names_the_proxy(head: bytes, words: str) -> None:
    async with HttpProxy(refusal=head + PAGE) as proxy:
        with pytest.raises(Unreachable) as raised:
            await subject(f"http://{HOST}", through(proxy))
    assert raised.value.user_message.startswith(f"The proxy {proxy.url} {words}")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + PAGE,
        b"HTTP/1.1 404 Not Found\r\n" + PAGE,
    ],
    ids=["redirect", "page", "404"],
)
async def test_an_answer_that_may_be_of_the_proxy_names_both(answer: bytes) -> None:
    async with HttpProxy(refusal=answer) as proxy:
        with pytest.raises(DeskeroError) as raised:
            await subject(f"http://{HOST}", through(proxy))
    assert f", or the proxy {proxy.url}, " in raised.value.user_message


@pytest.mark.parametrize(("status", "kind"), [(403, NotAllowed), (502, ServerFault)])
async def test_a_page_of_a_gateway_that_nobody_named_is_no_verdict_on_the_account(
    status: int, kind: type[DeskeroError]
) -> None:
    async with ScriptedDesk() as desk:
        desk.script("/ticket/64b0", says(status, b"<html>Blocked</html>"))
        with pytest.raises(kind, match=r"^A proxy or gateway answered"):
            await subject(desk.base_url, QUICK)


@pytest.mark.parametrize("setting", ["", "http://127.0.0.1:1"])
async def test_this_machine_is_never_called_through_a_proxy(setting: str) -> None:
    rules = ProxyRules(setting, {"ALL_PROXY": "http://127.0.0.1:1"})
    async with ScriptedDesk() as desk:
        url = answering(desk).base_url
        assert await subject(url, replace(QUICK, proxies=rules)) == "Late parcel"
    for host in ("localhost", "desk.localhost", "[::1]", "[::ffff:127.0.0.1]", "127.9.9.9"):
        assert rules.proxy_of(httpx.URL(f"https://{host}:1")) is None


async def test_a_proxy_that_is_not_there_is_named() -> None:
    rules = ProxyRules("http://user:secret@127.0.0.1:1")
    with pytest.raises(Unreachable) as raised:
        await subject("https://desk.internal.example", replace(QUICK, proxies=rules))
    message = "Cannot reach the proxy http://127.0.0.1:1: connection refused."
    assert raised.value.user_message == message


async def test_a_socks_proxy_is_refused_in_a_sentence() -> None:
    rules = ProxyRules("socks5://user:secret@proxy.example:1080")
    with pytest.raises(BadConfig) as raised:
        await subject("https://desk.internal.example", replace(QUICK, proxies=rules))
    assert raised.value.user_message.startswith("The proxy socks5://proxy.example:1080 needs")
    assert "secret" not in raised.value.user_message


@pytest.mark.parametrize(
    "named",
    [
        "ftp://user:secret@h",
        "http://user:secret@h:port",
        "http://",
        "//",
        "http://h:99999",
        "http://h:0",
    ],
)
def test_a_proxy_that_cannot_be_understood_is_never_repeated(named: str) -> None:
    with pytest.raises(BadConfig, match="HTTPS_PROXY") as raised:
        read_proxy(named, "HTTPS_PROXY")
    assert "secret" not in raised.value.user_message


@pytest.mark.parametrize(
    ("named", "url", "auth"),
    [
        ("proxy.example:3128", "http://proxy.example:3128", None),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128", None),
        ("HTTPS://Proxy.Example", "https://proxy.example", None),
        ("http://u:p@ss@h:1/ignored?x", "http://h:1", ("u", "p@ss")),
        ("http://%C3%A4:%25@h:1", "http://h:1", ("ä", "%")),
        ("http://only-user@h", "http://h", ("only-user", "")),
    ],
)
def test_addresses_of_proxies(named: str, url: str, auth: tuple[str, str] | None) -> None:
    proxy = read_proxy(named, "proxy")
    assert (str(proxy), proxy.auth) == (url, auth)


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"HTTPS_PROXY": "http://up:1"}, "http://up:1"),
        ({"HTTPS_PROXY": "http://up:1", "https_proxy": "http://low:1"}, "http://low:1"),
        ({"HTTPS_PROXY": "http://up:1", "https_proxy": ""}, "None"),
        ({"all_proxy": "http://all:1"}, "http://all:1"),
        ({"ALL_PROXY": "http://all:1", "https_proxy": "http://low:1"}, "http://low:1"),
        ({"HTTP_PROXY": "http://plain:1"}, "None"),
        ({"HTTPS_PROXY": "http://up:1", "NO_PROXY": "*"}, "None"),
        ({"HTTPS_PROXY": "http://up:1", "no_proxy": "other.example"}, "http://up:1"),
    ],
)
def test_variables_in_their_order(environment: dict[str, str], wanted: str) -> None:
    rules = ProxyRules(environment=environment)
    assert str(rules.proxy_of(httpx.URL("https://desk.example"))) == wanted


def test_the_setting_goes_before_the_variables() -> None:
    environment = {"HTTPS_PROXY": "http://up:1", "NO_PROXY": "near.example"}
    desk, near = httpx.URL("https://desk.example"), httpx.URL("https://near.example")
    assert str(ProxyRules("http://set:1", environment).proxy_of(desk)) == "http://set:1"
    assert ProxyRules("http://set:1", environment).proxy_of(near) is None
    assert ProxyRules("none", environment).proxy_of(desk) is None
    assert ProxyRules("None", environment).proxy_of(desk) is None


@pytest.mark.parametrize(
    ("exceptions", "url", "is_meant"),
    [
        ("*", "https://desk.example", True),
        ("desk.example", "https://desk.example", True),
        ("DESK.example.", "https://desk.EXAMPLE", True),
        ("example", "https://desk.example", True),
        (".example", "https://desk.example", True),
        ("*.desk.example", "https://a.desk.example", True),
        ("sk.example", "https://desk.example", False),
        ("a.desk.example", "https://desk.example", False),
        ("desk.example:443", "https://desk.example", True),
        ("desk.example:8443", "https://desk.example", False),
        ("desk.example:8443", "https://desk.example:8443", True),
        ("x, desk.example ,y", "https://desk.example", True),
        ("x desk.example", "https://desk.example", True),
        ("10.0.0.0/8", "https://10.20.30.40", True),
        ("10.0.0.5/8", "https://10.20.30.40", True),
        ("10.1.2.3", "https://10.1.2.3", True),
        ("10.1.2.3", "https://10.1.2.4", False),
        ("10.0.0.0/8", "https://host10.example", False),
        ("fd00::/8", "https://[fd12::1]", True),
        ("[fd12::1]", "https://[fd12::1]", True),
        ("[fd12::1]:443", "https://[fd12::1]", True),
        ("[fd12::1]:80", "https://[fd12::1]", False),
        ("fd12::1", "https://[fd12:0:0::1]", True),
        ("bücher.example", "https://xn--bcher-kva.example", True),
        ("xn--bcher-kva.example", "https://bücher.example", True),
        ("", "https://desk.example", False),
        (",,", "https://desk.example", False),
        (".", "https://desk.example", False),
    ],
)
def test_exceptions(exceptions: str, url: str, is_meant: bool) -> None:
    assert is_excepted(httpx.URL(url), exceptions) is is_meant
