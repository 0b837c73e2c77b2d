"""The reason why a request failed on the network, as a kind and as a sentence.

This is the only place that reads the errors of httpx, ssl and the operating system. Sentences name
host, port and cause, and never a path, a query or credentials.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

import httpx

from deskero_tui.api.hosts import shown_host, shown_origin
from deskero_tui.api.proxies import Proxy
from deskero_tui.domain.errors import BadAnswer, DeskeroError, Unclear, Unreachable
from deskero_tui.domain.text.safe_text import safe_line


class Cause(Enum):
    """What kind of trouble it was."""

    NAME = "name not found"
    REFUSED = "connection refused"
    NETWORK = "network"
    CERTIFICATE = "certificate"
    TLS = "TLS"
    TIMEOUT = "time-out"
    CLOSED = "connection closed"
    PROXY = "refused by the proxy"
    ANSWER = "no HTTP"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a request failed."""

    cause: Cause
    words: str
    """A part of a sentence, such as `connection refused`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The request that failed."""

    method: str
    url: httpx.URL
    path: str
    """For the log."""
    proxy: Proxy | None
    socket_path: str | None
    connect_s: float
    read_s: float
    whole_s: float
    has_answered: bool = False
    """Whether a desk has answered at this address before."""


_NOTHING_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Errors after which no byte of the request can have reached the desk."""

_AT_THE_PROXY: Final = frozenset({Cause.NAME, Cause.REFUSED, Cause.NETWORK})
"""What happens on the way to a proxy where one is used, and not behind it."""

_SYSTEM_WORDS: Final[Mapping[int, tuple[Cause, str]]] = MappingProxyType(
    {
        errno.ECONNREFUSED: (Cause.REFUSED, "connection refused"),
        errno.ENETUNREACH: (Cause.NETWORK, "network unreachable"),
        errno.EHOSTUNREACH: (Cause.NETWORK, "no route to the host"),
        errno.ENETDOWN: (Cause.NETWORK, "the network is down"),
        errno.ETIMEDOUT: (Cause.TIMEOUT, "time-out while connecting"),
        errno.EPIPE: (Cause.CLOSED, "the connection was closed early"),
        errno.EACCES: (Cause.NETWORK, "this machine does not allow the connection"),
        errno.EPERM: (Cause.NETWORK, "this machine does not allow the connection"),
        errno.EADDRNOTAVAIL: (Cause.NETWORK, "network unreachable (no local address)"),
        errno.EMFILE: (Cause.OTHER, "too many open files"),
        errno.ENOENT: (Cause.REFUSED, "nobody listens"),
    }
)
_CERTIFICATE_WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        9: "the certificate is not valid yet",
        10: "the certificate has expired",
        18: "the certificate is self-signed and not trusted",
        19: "the certificate is not trusted, its authority is unknown",
        20: "the certificate is not trusted, its authority is unknown",
        21: "the certificate is not trusted, its authority is unknown",
        23: "the certificate has been revoked",
        62: "the certificate is for another host name",
        64: "the certificate is for another address",
    }
)
"""By the number that OpenSSL gives; others come with OpenSSL's own words."""
_ADD_AUTHORITY: Final = frozenset({18, 19, 20, 21})
_NOT_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"})
"""What OpenSSL finds where the other end speaks plain text."""


def network_error(error: Exception, attempt: Attempt) -> DeskeroError:
    """Return the error of ours for an error on the line."""
    reason = reason_of(error, attempt)
    made = _error_of(error, reason, attempt)
    made.short_reason = _short(reason, attempt)
    return made


def _error_of(error: Exception, reason: Reason, attempt: Attempt) -> DeskeroError:
    words = _sentence(reason, attempt)
    detail = f"{attempt.method} {attempt.path}: {type(error).__name__} ({reason.cause.value})"
    if isinstance(error, _NOTHING_LEFT):
        is_lasting = reason.cause in (Cause.CERTIFICATE, Cause.PROXY)
        return Unreachable(words, detail=detail, is_lasting=is_lasting)
    if isinstance(error, httpx.DecodingError) and attempt.method == "GET":
        return BadAnswer(words, detail=detail)
    return Unclear(words, detail=detail)


def _short(reason: Reason, attempt: Attempt) -> str:
    """Put the reason first: the end of a line may be cut."""
    if attempt.socket_path is not None or reason.cause is Cause.NAME:
        return reason.words
    if attempt.proxy is not None and reason.cause in _AT_THE_PROXY:
        return f"{reason.words} (proxy {attempt.proxy})"
    return f"{reason.words} ({shown_origin(attempt.url)})"


def _sentence(reason: Reason, attempt: Attempt) -> str:
    desk, proxy = shown_origin(attempt.url), attempt.proxy
    if attempt.socket_path is not None:
        return f"Cannot reach the local desk: {reason.words}."
    if proxy is None:
        return f"Cannot reach {desk}: {reason.words}."
    if reason.cause in _AT_THE_PROXY:
        return f"Cannot reach the proxy {proxy}: {reason.words}."
    return f"Cannot reach {desk} through the proxy {proxy}: {reason.words}."


def reason_of(error: Exception, attempt: Attempt) -> Reason:
    """Find the reason for an error of httpx, or for a `TimeoutError` of the whole exchange."""
    match error:
        case httpx.ProxyError():
            return _refused_by_proxy(str(error))
        case httpx.ConnectTimeout():
            return Reason(Cause.TIMEOUT, f"no connection within {attempt.connect_s:.3g} s")
        case httpx.PoolTimeout():
            return Reason(Cause.TIMEOUT, "all connections are in use")
        case httpx.ReadTimeout():
            return Reason(Cause.TIMEOUT, f"no answer within {attempt.read_s:.3g} s")
        case httpx.WriteTimeout():
            return Reason(Cause.TIMEOUT, f"nothing could be sent for {attempt.read_s:.3g} s")
        case TimeoutError():
            return Reason(Cause.TIMEOUT, f"the answer took longer than {attempt.whole_s:.3g} s")
        case httpx.DecodingError():
            return Reason(Cause.ANSWER, "the answer cannot be unpacked")
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return Reason(Cause.OTHER, "the request cannot be sent")
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return Reason(Cause.CERTIFICATE, _certificate_words(cause))
            case ssl.SSLError():
                return Reason(Cause.TLS, _tls_words(cause))
            case socket.gaierror():
                return _name_words(cause, attempt)
            case OSError(errno=errno.ECONNRESET):
                return Reason(Cause.CLOSED, f"the connection was reset{_tls_hint(attempt)}")
            case OSError(errno=int(number)) if number in _SYSTEM_WORDS:
                return Reason(*_SYSTEM_WORDS[number])
            case UnicodeError():
                return _name_words(None, attempt)
            case OSError(errno=int(), strerror=str(words)):
                return Reason(Cause.OTHER, safe_line(words.lower(), max_chars=80))
    return _protocol_reason(error, attempt)


def _protocol_reason(error: Exception, attempt: Attempt) -> Reason:
    """Find the reason where the other end took the connection and did not keep to HTTP."""
    hint = _tls_hint(attempt)
    match error:
        case httpx.RemoteProtocolError() if "without sending a response" in str(error):
            return Reason(Cause.CLOSED, f"the connection was closed without an answer{hint}")
        case httpx.RemoteProtocolError() if "peer closed" in str(error):
            return Reason(Cause.CLOSED, "the connection was closed before the answer was complete")
        case httpx.RemoteProtocolError() if "location header" in str(error):
            return Reason(Cause.ANSWER, "it redirects to an address that cannot be understood")
        case httpx.RemoteProtocolError():
            return Reason(Cause.ANSWER, f"what answers there is no HTTP server{hint}")
        case httpx.ConnectError():
            return Reason(Cause.CLOSED, "the connection was closed while it was being made")
        case _:
            return Reason(Cause.CLOSED, "the connection was closed early")


def _tls_hint(attempt: Attempt) -> str:
    is_plain = attempt.url.scheme == "http" and attempt.socket_path is None
    if attempt.has_answered:
        return ""
    return "; if it speaks TLS, write https:// in its address" if is_plain else ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors below `error`, the most telling first where several addresses failed."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, BaseExceptionGroup):
            # A host may have addresses of a kind that this machine has no network for.
            yield from sorted(below.exceptions, key=_says_little)
        elif not isinstance(below, httpx.HTTPError):
            yield below
        below = below.__cause__ or below.__context__


def _says_little(error: BaseException) -> bool:
    return getattr(error, "errno", None) in (errno.ENETUNREACH, errno.EADDRNOTAVAIL)


def _name_words(error: socket.gaierror | None, attempt: Attempt) -> Reason:
    host = shown_host(attempt.proxy.url if attempt.proxy else attempt.url)
    if error is not None and error.errno == socket.EAI_AGAIN:
        return Reason(Cause.NAME, f"name not found: {host} (no name server answers)")
    return Reason(Cause.NAME, f"name not found: {host}")


def _certificate_words(error: ssl.SSLCertVerificationError) -> str:
    number = error.verify_code
    own_words = safe_line(error.verify_message, max_chars=120).rstrip(".")
    words = _CERTIFICATE_WORDS.get(number, f"the certificate is not trusted ({own_words})")
    return f"{words} (setting ca_file)" if number in _ADD_AUTHORITY else words


def _tls_words(error: ssl.SSLError) -> str:
    if error.reason in _NOT_TLS:
        return "it does not speak TLS; write http:// in its address or use another port"
    words = (error.reason or "").replace("_", " ").lower()
    if "unexpected eof" in words:
        return "the connection was closed when TLS began; does it speak plain http?"
    if "certificate required" in words:
        return "it asks for a client certificate"
    return f"TLS failed ({safe_line(words, max_chars=80)})" if words else "TLS failed"


def _refused_by_proxy(message: str) -> Reason:
    """Read the status and the phrase with which a proxy declined to make the connection."""
    said = safe_line(message, max_chars=80).strip()
    if said.startswith("407"):
        return Reason(Cause.PROXY, "the proxy asks for a valid user name and password (407)")
    return Reason(Cause.PROXY, f"the proxy answered {said}")
