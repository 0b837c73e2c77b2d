"""Hosts in addresses: this machine or another one, and how they are spelled for people."""

from __future__ import annotations

import ipaddress

import httpx

from deskero_tui.domain.text.safe_text import safe_line


def is_loopback(host: str) -> bool:
    """Tell whether `host` means this machine, without asking a name server."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def port_of(url: httpx.URL) -> int | None:
    """Return the port that a request to `url` goes to; `None` for an unknown scheme."""
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def is_port(port: int | None) -> bool:
    """Tell whether a connection can be made to `port`; `None` is the port of the scheme."""
    return port is None or 0 < port < 65_536


def is_same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether scheme, host and port are the same."""
    return _origin(one) == _origin(other)


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, port_of(url)


def shown_host(url: httpx.URL) -> str:
    """Spell the host of `url` for people, an IPv6 address in brackets."""
    host = safe_line(url.host, max_chars=100)
    return f"[{host}]" if ":" in host else host


def shown_origin(url: httpx.URL) -> str:
    """Spell scheme, host and port of `url` for people, without credentials."""
    port = f":{url.port}" if url.port else ""
    return f"{safe_line(url.scheme, max_chars=20)}://{shown_host(url)}{port}"
