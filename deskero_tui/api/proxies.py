"""Which HTTP proxy a request goes through, by the settings and the environment."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from deskero_tui.api.hosts import is_loopback, is_port, port_of, shown_origin
from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.text.safe_text import safe_line

NO_PROXY_SETTING: Final = "none"
"""What the setting `proxy` has where no proxy is to be used."""
_SCHEMES: Final = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy. Its credentials appear in no text that this class makes."""

    url: httpx.URL
    """Without credentials."""
    source: str
    """The name of the setting or variable that names it."""
    auth: tuple[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return shown_origin(self.url)

    @property
    def is_tls(self) -> bool:
        """Whether the proxy itself is spoken to over TLS."""
        return self.url.scheme == "https"


@dataclass(frozen=True, slots=True)
class ProxyRules:
    """The setting `proxy` and the variables that name proxies and exceptions.

    The setting goes before the variables. `NO_PROXY` holds for both, and this machine itself is
    never called through a proxy.
    """

    setting: str = field(default="", repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def proxy_of(self, url: httpx.URL) -> Proxy | None:
        """Return the proxy for a request to `url`; `None` for a direct connection.

        Raises:
            BadConfig: The proxy that is named cannot be used.
        """
        is_here = is_loopback(url.host) or url.host.rstrip(".").lower().endswith(".localhost")
        if is_here or self.setting.strip().lower() == NO_PROXY_SETTING:
            return None
        if is_excepted(url, self._variable("no_proxy")[1]):
            return None
        if named := self.setting.strip():
            return read_proxy(named, "the setting proxy")
        for variable in (f"{url.scheme}_proxy", "all_proxy"):
            name, value = self._variable(variable)
            if value:
                return read_proxy(value, name)
        return None

    def _variable(self, name: str) -> tuple[str, str]:
        """Return name and value; the name in lower case goes first, even when it is empty."""
        for spelled in (name, name.upper()):
            if spelled in self.environment:
                return spelled, self.environment[spelled].strip()
        return name, ""


def read_proxy(text: str, source: str) -> Proxy:
    """Read the address of a proxy; `http://` may be left out.

    Raises:
        BadConfig: It is no address, or of a kind that cannot be used. The text is never repeated:
            it may hold a password.
    """
    try:
        url = httpx.URL(text if "://" in text else f"http://{text}")
    except httpx.InvalidURL as error:
        raise BadConfig(f"The address of the proxy in {source} cannot be understood.") from error
    if url.scheme not in _SCHEMES:
        kind = safe_line(url.scheme, max_chars=20)
        raise BadConfig(f"The proxy in {source} is {kind}://, use http:// or https://.")
    if not url.host or not is_port(url.port):
        raise BadConfig(f"The address of the proxy in {source} needs a host and a port.")
    auth = (url.username, url.password) if url.userinfo else None
    return Proxy(url.copy_with(userinfo=b"", raw_path=b"/", fragment=""), source, auth)


def is_excepted(url: httpx.URL, exceptions: str) -> bool:
    """Tell whether `NO_PROXY` names the host of `url`.

    Entries are `*`, a host name (with all below it, a leading `.` or `*.` changes nothing), an
    address or a network such as `10.0.0.0/8`, each with `:port` or without.
    """
    host = url.raw_host.decode("ascii").strip("[]").rstrip(".").lower()
    port = port_of(url)
    return any(
        _names(entry, host) and entry_port in (None, port)
        for entry, entry_port in _entries(exceptions)
    )


def _entries(exceptions: str) -> Iterator[tuple[str, int | None]]:
    for entry in exceptions.replace(",", " ").lower().split():
        host, colon, port = entry.rpartition(":")
        if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
            yield _without_brackets(host), int(port)
        else:
            yield _without_brackets(entry), None


def _without_brackets(entry: str) -> str:
    return entry.replace("[", "").replace("]", "")


def _names(entry: str, host: str) -> bool:
    if entry == "*":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = _in_ascii(entry.removeprefix("*").strip("."))
        return bool(name) and (host == name or host.endswith(f".{name}"))
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def _in_ascii(name: str) -> str:
    """Spell a host name as it is sent; one that cannot be sent stays as it is."""
    if name.isascii():
        return name
    try:
        return httpx.URL(scheme="http", host=name).raw_host.decode("ascii")
    except httpx.InvalidURL:
        return name
