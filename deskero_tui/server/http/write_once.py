"""The writes that may be repeated under an `Idempotency-Key`, from request to answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from deskero_tui.server.desk import Desk, desk_of
from deskero_tui.server.errors import ApiError
from deskero_tui.server.http.http_io import parse_body, read_bytes, written_answer
from deskero_tui.server.http.json_text import json_text
from deskero_tui.server.records.wire import WireModel
from deskero_tui.server.storage.idempotency import Answer, Claim, find_answer, read_key

Model = TypeVar("Model", bound=WireModel)


async def write_once(
    request: Request, model: type[Model], change: Callable[..., str], *, status: int = 200
) -> Response:
    """Answer a write with the id it returns, and a repetition with the answer of the first one.

    Args:
        request: May have an `Idempotency-Key`; without one it is an ordinary write.
        model: What the body must fit.
        change: Called with a connection in a transaction, `body` and `now_ms`.
        status: The status of a successful write.

    Raises:
        ApiError: 400 for a wrong key or body, 413 for too large a body, 422 for a key that was
            used with another body, and what `change` raises.
    """
    desk = desk_of(request)
    key = read_key(request.headers.getlist("idempotency-key"))
    raw = await read_bytes(request)
    now_ms = desk.now_ms()
    claim = None
    if key is not None:
        body_hash = hashlib.sha256(raw).hexdigest()
        claim = Claim(desk.bearers.token_hash, request.scope["path"], key, body_hash)
    try:
        body = parse_body(request, raw, model)
    except ApiError:
        if claim is None:
            raise
        # The first time, other settings of the desk may have allowed this body.
        answer = await desk.database.read(partial(find_answer, claim=claim, now_ms=now_ms))
        if answer is None:
            raise
    else:
        writing = partial(_write, desk=desk, claim=claim, now_ms=now_ms)
        changing = partial(change, body=body, now_ms=now_ms)
        answer = await desk.database.write(partial(writing, changing=changing, status=status))
    return written_answer(answer.body.encode(), answer.status)


def _write(
    connection: Connection,
    desk: Desk,
    claim: Claim | None,
    now_ms: int,
    changing: Callable[[Connection], str],
    status: int,
) -> Answer:
    """Make the change, under its key if it has one."""

    def change(connection: Connection) -> Answer:
        return Answer(status, json_text({"id": changing(connection)}))

    if claim is None:
        answer = change(connection)
    else:
        answer = desk.answers.write_once(connection, claim, now_ms, change)
    # Last: a write that is refused would undo it.
    desk.answers.purge(connection, now_ms)
    return answer
