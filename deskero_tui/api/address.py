"""Where a desk is, what opens it and how it likes to be spoken to.

What cannot work, or would send the secret in clear text over a network, is refused before any
connection is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import httpx

from deskero_tui.api.hosts import is_loopback, is_port, is_same_origin
from deskero_tui.api.proxies import ProxyRules
from deskero_tui.api.trust import Trust
from deskero_tui.domain.errors import BadConfig


class FileSpelling(Enum):
    """How the bytes of a file are spelled in JSON (API sheet §5.6)."""

    HEX = "documentBlob"
    BASE64 = "documentBase64"


class CustomFieldsSpelling(Enum):
    """How custom fields are written: one object, or a list of objects (API sheet §5.10)."""

    OBJECT = "object"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAddress:
    """One account at one desk."""

    base_url: str
    """May hold a path (`https://help.example/api`); calls are appended to it."""
    client_id: str
    api_token: str = field(repr=False)
    """As the desk handed it out: base64 already, never encoded again (API sheet §2.1)."""
    socket_path: str | None = None
    """The Unix socket of a local desk; `base_url` then only names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """Limits and habits of the client; the defaults are those of API sheet §7."""

    connect_s: float = 10.0
    read_s: float = 60.0
    """The longest silence of the desk inside one answer, and of the network inside a request."""
    whole_s: float = 180.0
    """The longest one exchange may last, a second more per 16 KiB sent; downloads are exempt."""
    concurrency: int = 8
    pages_in_flight: int = 4
    most_answer_bytes: int = 64 * 1024 * 1024
    """Answers beyond this are not read to their end; downloads are exempt."""
    file_spelling: FileSpelling = FileSpelling.HEX
    custom_fields_spelling: CustomFieldsSpelling = CustomFieldsSpelling.OBJECT
    allow_http: bool = False
    """Plain http to other machines, too."""
    file_hosts: frozenset[str] = frozenset()
    """Hosts besides the desk's own that may see the bearer when a file is fetched, as `host` or
    `host:port`. Reached by https alone unless `allow_http`."""
    trust: Trust = field(default_factory=Trust)
    """The authorities of TLS connections; by default those of the system."""
    proxies: ProxyRules = field(default_factory=ProxyRules, repr=False)
    """By default no proxy is used, whatever the environment says."""


def checked_base_url(address: DeskAddress, options: ClientOptions) -> httpx.URL:
    """The base of all calls, its path without a slash at the end.

    Raises:
        BadConfig: The address is no http(s) address, would send the secret in clear text, or a
            credential cannot stand in a header.
    """
    for name, secret in (("client id", address.client_id), ("API token", address.api_token)):
        if not is_header_text(secret):
            raise BadConfig(f"The {name} is empty or holds characters that it cannot have.")
    try:
        url = httpx.URL(address.base_url)
    except httpx.InvalidURL as error:
        raise BadConfig("The address of the desk cannot be understood.") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise BadConfig("The address of the desk must begin with https:// and name a host.")
    if not is_port(url.port):
        raise BadConfig("The port in the address of the desk must be between 1 and 65535.")
    if url.userinfo or url.query or url.fragment:
        raise BadConfig("The address of the desk must not hold a password, a “?” or a “#”.")
    is_safe = url.scheme == "https" or address.socket_path or is_loopback(url.host)
    if not (is_safe or options.allow_http):
        raise BadConfig(
            "Plain http would send the API token readable over the network: use https://, "
            "or allow http on purpose."
        )
    return url.copy_with(path=url.path.rstrip("/"))


def is_header_text(text: str) -> bool:
    """May `text` stand as a header value: visible ASCII, not empty, no blank at either end."""
    return bool(text) and text.isascii() and text.isprintable() and text == text.strip()


def may_see_bearer(url: httpx.URL, base_url: httpx.URL, options: ClientOptions) -> bool:
    """May the bearer go to `url`, an address that came out of an answer?

    Only to the desk itself (same scheme, host and port) and to the hosts named in the options.
    """
    if url.userinfo or url.scheme not in {"http", "https"}:
        return False
    if is_same_origin(url, base_url):
        return True
    is_named = url.netloc.decode("ascii").lower() in {host.lower() for host in options.file_hosts}
    return is_named and (url.scheme == "https" or options.allow_http)
