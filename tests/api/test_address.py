from __future__ import annotations

import httpx
import pytest

from deskero_tui.api.address import (
    ClientOptions,
    DeskAddress,
    checked_base_url,
    may_see_bearer,
)
from deskero_tui.api.hosts import is_loopback
from deskero_tui.domain.errors import BadConfig

DEFAULT = ClientOptions()


def address(base_url: str, **others: str) -> DeskAddress:
    return DeskAddress(**{"client_id": "c", "api_token": "t", "base_url": base_url} | others)


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://api.example.test/", "https://api.example.test"),
        ("https://help.example.test/api/", "https://help.example.test/api"),
        ("http://127.0.0.1:8077", "http://127.0.0.1:8077"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8077", "http://[::1]:8077"),
    ],
)
def test_a_safe_address_is_taken(base_url: str, expected: str) -> None:
    assert str(checked_base_url(address(base_url), DEFAULT)).rstrip("/") == expected


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.example.test",
        "ftp://api.example.test",
        "https://",
        "https://user:secret@api.example.test",
        "https://api.example.test/?a=1",
        "https://api.example.test/#a",
        "https://api.example.test:port",
        "http://api.example.test",
        "http://127.0.0.1.example.test",
    ],
)
def test_an_address_that_cannot_work_or_is_not_safe_is_refused(base_url: str) -> None:
    with pytest.raises(BadConfig):
        checked_base_url(address(base_url), DEFAULT)


def test_plain_http_is_taken_over_a_unix_socket_or_on_purpose() -> None:
    checked_base_url(address("http://desk.local", socket_path="/run/desk.sock"), DEFAULT)
    checked_base_url(address("http://desk.example.test"), ClientOptions(allow_http=True))


@pytest.mark.parametrize("secret", ["", " s3cret", "s3cret\n", "s3cret\r\nX: y", "s3crét"])
@pytest.mark.parametrize("name", ["client_id", "api_token"])
def test_a_credential_that_cannot_stand_in_a_header_is_refused(name: str, secret: str) -> None:
    with pytest.raises(BadConfig) as raised:
        checked_base_url(address("https://api.example.test", **{name: secret}), DEFAULT)
    assert "s3cr" not in raised.value.user_message


def test_the_token_is_not_in_the_repr() -> None:
    assert "t0ps3cret" not in repr(address("https://api.example.test", api_token="t0ps3cret"))


def test_loopback_is_told_without_a_name_server() -> None:
    assert is_loopback("127.8.9.1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost.example.test")


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://desk.example.test/document/1", True),
        ("https://desk.example.test:443/document/1", True),
        ("https://DESK.example.test/document/1", True),
        ("https://desk.example.test:8443/document/1", False),
        ("http://desk.example.test/document/1", False),
        ("https://desk.example.test.evil.test/1", False),
        ("https://desk.example.test@evil.test/1", False),
        ("https://user@desk.example.test/1", False),
        ("ftp://desk.example.test/1", False),
        ("https://files.example.test/1", True),
        ("http://files.example.test/1", False),
        ("https://files.example.test:99/1", False),
        ("https://other.example.test:99/1", True),
    ],
)
def test_the_bearer_goes_to_the_desk_and_to_named_hosts_alone(url: str, may: bool) -> None:
    options = ClientOptions(file_hosts=frozenset({"Files.example.test", "other.example.test:99"}))
    base_url = httpx.URL("https://desk.example.test/api")
    assert may_see_bearer(httpx.URL(url), base_url, options) is may


def test_a_named_host_is_reached_by_plain_http_only_on_purpose() -> None:
    options = ClientOptions(file_hosts=frozenset({"files.example.test"}), allow_http=True)
    url = httpx.URL("http://files.example.test/1")
    assert may_see_bearer(url, httpx.URL("https://desk.example.test"), options)
