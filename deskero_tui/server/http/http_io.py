"""Bodies in, JSON out: reading within a limit, envelopes, the empty 204."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import Response

from deskero_tui.server.desk import Desk, desk_of
from deskero_tui.server.errors import bad_request, too_large
from deskero_tui.server.http.json_text import json_text
from deskero_tui.server.http.list_params import ListQuery, Searchable, read_list_query
from deskero_tui.server.records.directory.records import Page
from deskero_tui.server.records.wire import WireModel, parse

Model = TypeVar("Model", bound=WireModel)

JSON_TYPE = "application/json;charset=UTF-8"
PATIENCE = 4
"""A body that is too large is read on, up to so many times the limit, and forgotten, so that its
sender hears the answer instead of a cut line."""


def json_answer(value: object, status: int = 200) -> Response:
    """An answer with a JSON body."""
    return written_answer(json_text(value).encode(), status)


def written_answer(text: bytes, status: int = 200) -> Response:
    """An answer with a body that is JSON already."""
    return Response(text, status, media_type=JSON_TYPE)


def id_answer(record_id: str, status: int = 200) -> Response:
    """What every write answers (API sheet §0.3)."""
    return json_answer({"id": record_id}, status)


def record_or_nothing(record: bytes | None) -> Response:
    """A bare record in JSON, or the 204 of API sheet §3.1."""
    return Response(status_code=204) if record is None else written_answer(record)


async def read_body(request: Request, model: type[Model]) -> Model:
    """The body of a write, as JSON whatever its `Content-Type` says (API sheet §2.3).

    Raises:
        ApiError: 413 for too large a body, 400 for anything but JSON that fits the model.
    """
    return parse_body(request, await read_bytes(request), model)


def parse_body(request: Request, raw: bytes, model: type[Model]) -> Model:
    """Parse the body of a write as JSON.

    Raises:
        ApiError: 400 for anything but JSON that fits the model.
    """
    settings = desk_of(request).settings
    try:
        body = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise bad_request(f"The body is not JSON: {error}") from None
    return parse(model, body, strict_members=settings.strict_members)


def list_query(request: Request, searchable: Searchable) -> ListQuery:
    """Understand the query of a list call; `ApiError` 400 names a parameter that is wrong."""
    settings = desk_of(request).settings
    return read_list_query(
        request.query_params.multi_items(),
        searchable,
        size=settings.page_size,
        max_size=settings.max_page_size,
    )


def envelope(request: Request, key: str, page: Page, query: ListQuery) -> Response:
    """A page with the addresses of its neighbours, or 204 when it is empty (§3.3, §3.4)."""
    if not page.records:
        return Response(status_code=204)
    desk = desk_of(request)
    is_last = query.page * query.limit >= page.total
    head = json_text(
        {
            "totalRecords": page.total,
            "recordsPerPage": query.limit,
            "previousQuery": _page_url(desk, request, query.page - 1) if query.page > 1 else None,
            "nextQuery": None if is_last else _page_url(desk, request, query.page + 1),
        }
    )
    opening = f'{{"{key}":{head.removesuffix("}")},"records":['.encode()
    return written_answer(b"".join((opening, b",".join(page.records), b"]}}")))


def _page_url(desk: Desk, request: Request, page: int) -> str:
    """The same list call for another page; filters, limit and sort stay."""
    kept: list[tuple[str, Any]] = [
        (name, value) for name, value in request.query_params.multi_items() if name != "page"
    ]
    return f"{desk.base_url(request)}{request.url.path}?{urlencode([*kept, ('page', page)])}"


async def read_bytes(request: Request) -> bytes:
    """Read the body of a request.

    Raises:
        ApiError: 413 for too large a body.
    """
    limit = desk_of(request).settings.max_body_bytes
    chunks: list[bytes] = []
    size_bytes = 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if size_bytes > limit * PATIENCE:
            break
    if size_bytes > limit:
        raise too_large(limit)
    return b"".join(chunks)
