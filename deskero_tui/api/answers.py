"""What an answer means: status and body to a value or to one of our errors (API sheet §3.1, §7).

Pure. Nothing here keeps a body: `detail` names the request, the status and the kind of content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic_core import from_json

from deskero_tui.api.retry import read_retry_after
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NotAllowed,
    Refused,
    ServerFault,
    Throttled,
    Unclear,
)
from deskero_tui.domain.text import safe_line

NOT_A_DESK: Final = "This address does not answer like a Deskero desk; check the address."
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
            return Refused(
                "The desk sends us on to another address; check the address.",
                status=status,
                detail=detail,
            )
        case 401:
            return StaleBearer(BAD_TOKEN, detail=detail)
        case 403:
            return NotAllowed(BAD_ACCOUNT, detail=detail)
        case 404:
            return Missing("The desk does not have this, or has it no longer.", detail=detail)
        case 429:
            return Throttled("The desk asks for patience.", wait_s=wait_s, detail=detail)
        case 503 if wait_s is not None:
            return Throttled("The desk is not ready yet.", wait_s=wait_s, detail=detail)
        case status if status < 500:
            return Refused(_refusal(answer, secrets), status=status, detail=detail)
        case _:
            return ServerFault("The desk failed on its side; try again later.", detail=detail)


def decode(answer: Answer) -> object:
    """The JSON of an answer that is not empty.

    Bytes that are no UTF-8 are replaced, JSON that is none is not (API sheet §7).

    Raises:
        BadAnswer: It is HTML, or cut, or holds what JSON cannot (half a surrogate pair).
    """
    try:
        return _read_json(answer.body)
    except ValueError as error:
        raise BadAnswer(NOT_A_DESK, detail=answer.detail) from error


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
