"""What an answer means: status and body to a value or to one of our errors (API sheet §3.1, §7).

Pure. Nothing here keeps a body: `detail` names the request, the status and the kind of content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final

import httpx
from pydantic_core import from_json

from deskero_tui.api.hosts import shown_host, shown_origin
from deskero_tui.api.retry import read_retry_after
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NoSuchCall,
    NotAllowed,
    Refused,
    ServerFault,
    Throttled,
    Unclear,
    Unreachable,
)
from deskero_tui.domain.text.safe_text import safe_line

_CHECK: Final = "check the address"
NOT_A_DESK: Final = f"This address does not answer like a Deskero desk; {_CHECK}."
BAD_TOKEN: Final = (
    "The desk does not accept the API token. Get a fresh one from its settings and log in again."
)
BAD_ACCOUNT: Final = (
    "The desk does not let this account do that. Check the client id, or ask its administrator."
)
_MAYBE_DONE: Final = "The desk answered in a way that leaves open whether it was done."
_MESSAGE_MEMBERS: Final = ("error_description", "message", "error", "data")
_MOST_MESSAGE_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the desk, whole."""

    method: str
    path: str
    """As asked, without the query: a query may hold what somebody searched for."""
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    origin: str = "The desk"
    """Who was asked, as shown to people: scheme, host and port."""
    proxy: str = ""
    """The proxy that passed a plain http request on, as shown to people; empty when none did."""

    @property
    def is_page(self) -> bool:
        """Whether a web page came, which no desk sends: a proxy, a gateway or a sign-in page."""
        start = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
            start.startswith(b"<") and "html" in self.headers.get("content-type", "").lower()
        )

    @property
    def is_empty(self) -> bool:
        """Nothing was found or nothing is said: 204, or no body (API sheet §4.3)."""
        return self.status == 204 or not self.body.strip()

    @property
    def detail(self) -> str:
        """For the log."""
        kind = self.headers.get("content-type", "nothing")
        return f"{self.method} {self.path}: {self.status}, {len(self.body)} bytes of {kind}"


class StaleBearer(NotAllowed):
    """A 401 to a bearer, which may merely have lapsed: the request was not carried out."""


def error_of(answer: Answer, now: datetime, secrets: Iterable[str] = ()) -> DeskeroError | None:
    """The error that the status of `answer` stands for, `None` for a success.

    `secrets` are taken out of the desk's own message, should it repeat them.
    """
    wait_s = read_retry_after(answer.headers.get("retry-after"), now)
    detail = answer.detail
    match answer.status:
        case status if 200 <= status < 300:
            return None
        case status if status < 400:
            target = _redirect_target(answer)
            words = (
                f"{_sender(answer)} redirects to {target}. Correct its address with `deskero-tui "
            )
            moved = Refused(f"{words}login`.", status=status, detail=detail)
            moved.short_reason = f"redirects to {target}"
            return moved
        case 401:
            return StaleBearer(_page_of(answer) or BAD_TOKEN, detail=detail)
        case 403 if answer.is_page and answer.proxy:
            return Unreachable(_page_of(answer), detail=detail)
        case 403:
            return NotAllowed(_page_of(answer) or BAD_ACCOUNT, detail=detail)
        case 404:
            return _not_found(answer)
        case 407:
            return Unreachable(
                f"{_proxy(answer)} asks for a valid user name and password (407).",
                detail=detail,
                is_lasting=True,
            )
        case 429:
            return Throttled("The desk asks for patience.", wait_s=wait_s, detail=detail)
        case 503 if wait_s is not None:
            return Throttled("The desk is not ready yet.", wait_s=wait_s, detail=detail)
        case status if status < 500:
            return Refused(_refusal(answer, secrets), status=status, detail=detail)
        case 502 | 504 | 503 if answer.status != 503 or answer.is_page:
            return ServerFault(
                f"{_proxy(answer)} answered {_status(answer)} in place of the desk.", detail=detail
            )
        case _:
            return ServerFault("The desk failed on its side; try again later.", detail=detail)


_CERTAIN_REFUSALS: Final = frozenset({400, 403, 405, 406, 410, 411, 413, 414, 415, 422, 431})


def is_certain_refusal(answer: Answer) -> bool:
    """Tell whether an answer proves that a write was not carried out.

    A 404 proves nothing: a gateway answers it, too. Neither does a web page, except for a body
    that was too long to be passed on.
    """
    if answer.status in (411, 413, 414, 431):
        return True
    return answer.status in _CERTAIN_REFUSALS and not answer.is_page


def _not_found(answer: Answer) -> DeskeroError:
    """Return the error of a 404: only the desk itself knows that something is not there."""
    if answer.is_empty or _is_json(answer):
        return Missing("The desk does not have this, or has it no longer.", detail=answer.detail)
    kind = NoSuchCall if answer.method == "GET" else Unclear
    words = f"{_sender(answer)} answered {_status(answer)}, not like a Deskero desk; {_CHECK}."
    return kind(words, detail=answer.detail)


def _redirect_target(answer: Answer) -> str:
    """Name where a redirect leads. No query: it may hold a secret."""
    location = answer.headers.get("location", "")
    try:
        url = httpx.URL(location)
    except httpx.InvalidURL:
        url = httpx.URL("")
    path = safe_line(url.path, max_chars=100)
    if not url.host:
        return path if location else "no address"
    named = shown_origin(url) if url.scheme else f"//{shown_host(url)}"
    return named + path if named == answer.origin else named


def _page_of(answer: Answer) -> str:
    """Return a sentence for a web page in place of an answer; empty for anything else."""
    if not answer.is_page:
        return ""
    return f"{_proxy(answer)} answered {_status(answer)} with a web page, in place of the desk."


def _proxy(answer: Answer) -> str:
    return f"The proxy {answer.proxy}" if answer.proxy else "A proxy or gateway"


def _sender(answer: Answer) -> str:
    """Name who answered: an http proxy may answer itself, and nothing in its answer shows that."""
    return f"{answer.origin}, or the proxy {answer.proxy}," if answer.proxy else answer.origin


def _status(answer: Answer) -> str:
    try:
        return f"{answer.status} {HTTPStatus(answer.status).phrase}"
    except ValueError:
        return str(answer.status)


def _is_json(answer: Answer) -> bool:
    try:
        _read_json(answer.body)
    except ValueError:
        return False
    return True


def decode(answer: Answer) -> object:
    """The JSON of an answer that is not empty.

    Bytes that are no UTF-8 are replaced, JSON that is none is not (API sheet §7).

    Raises:
        BadAnswer: It is HTML, or cut, or holds what JSON cannot (half a surrogate pair).
    """
    try:
        return _read_json(answer.body)
    except ValueError as error:
        raise BadAnswer(not_a_desk(answer), detail=answer.detail) from error


def not_a_desk(answer: Answer) -> str:
    """Return a sentence about an answer that no desk gives."""
    if answer.is_page:
        return f"{_sender(answer)} answered with a web page, not like a Deskero desk; {_CHECK}."
    return NOT_A_DESK


def _read_json(body: bytes) -> object:
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError:
        text = body.decode("utf-8", errors="replace")
        return from_json(text.removeprefix("\ufeff"), allow_inf_nan=False)


def written_id(answer: Answer, secrets: Iterable[str] = ()) -> str | None:
    """The id in the answer to a write; `None` when it was done but no id was given.

    Raises:
        Refused: An object without an id says why nothing was done (API sheet §0.3 point 12).
        Unclear: The answer is a success that cannot be read: it was done or it was not.
    """
    if answer.is_empty:
        return None
    try:
        data = decode(answer)
    except BadAnswer as error:
        raise Unclear(_MAYBE_DONE, detail=answer.detail) from error
    match data:
        case {"id": str(text)} if text:
            return text
        case {"id": int(number)} if not isinstance(number, bool):
            return str(number)
        case _ if refusal := refusal_in(data, answer, secrets):
            raise refusal
        case _:
            raise Unclear(_MAYBE_DONE, detail=answer.detail)


def refusal_in(data: object, answer: Answer, secrets: Iterable[str] = ()) -> Refused | None:
    """The refusal that a success can carry in its body, as a message where a value should be."""
    message = _message_in(data)
    if not message:
        return None
    return Refused(_worded(message, secrets), status=answer.status, detail=answer.detail)


def says_refusal(answer: Answer) -> bool:
    """Tell whether a success is the documented way to refuse: 200 with a sentence in `data`.

    Any other success without an id, such as 202 with a message, may have been carried out.
    """
    if answer.status != 200:
        return False
    try:
        data = decode(answer)
    except BadAnswer:
        return False
    return isinstance(data, dict) and isinstance(data.get("data"), str) and "id" not in data


def _refusal(answer: Answer, secrets: Iterable[str]) -> str:
    try:
        message = _message_in(_read_json(answer.body))
    except ValueError:
        text = answer.body[: 4 * _MOST_MESSAGE_CHARS].decode("utf-8", errors="replace").strip()
        message = "" if text.startswith("<") else text
    return _worded(message, secrets)


def _worded(message: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        message = message.replace(secret, "…")
    line = safe_line(message, max_chars=_MOST_MESSAGE_CHARS).strip()
    return f"The desk refused this: {line}" if line else "The desk refused this and gave no reason."


def _message_in(data: object) -> str:
    """The first text among the members that desks put a message in; empty when there is none."""
    match data:
        case Mapping():
            texts = [data.get(member) for member in _MESSAGE_MEMBERS]
            match data.get("errors"):
                case [first, *_]:
                    texts.append(first if isinstance(first, str) else _message_in(first))
        case _:
            texts = []
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")
