"""Calls for everything outside tickets: one set per `directory.Resource` (§4.2 to §4.7)."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response

from deskero_tui.server.desk import desk_of
from deskero_tui.server.http.auth import require_bearer
from deskero_tui.server.http.http_io import (
    envelope,
    id_answer,
    json_answer,
    list_query,
    read_body,
    record_or_nothing,
)
from deskero_tui.server.records.directory import records
from deskero_tui.server.records.directory.kinds import (
    AGENTS,
    CLASSIFICATIONS,
    COMPANIES,
    CUSTOMERS,
    RESOURCES,
    Resource,
)
from deskero_tui.server.records.fixed_lists import SOURCES, STATUSES

router = APIRouter(dependencies=[Depends(require_bearer)])


@router.get("/ticketStatus/getAllForCombo")
async def statuses() -> Response:
    """Every status, as a bare array."""
    return json_answer(list(STATUSES.values()))


@router.get("/ticketSource/getAllForCombo")
async def sources() -> Response:
    """Every source, as a bare array."""
    return json_answer(list(SOURCES.values()))


def _add_menu(resource: Resource, path: str) -> None:
    """Every record, as a bare array."""

    @router.get(f"/{resource.path}/{path}")
    async def menu(request: Request) -> Response:
        desk = desk_of(request)
        reading = partial(records.read_all, resource=resource, base_url=desk.base_url(request))
        return json_answer(await desk.database.read(reading))


def _add_autocomplete(resource: Resource) -> None:
    @router.get(f"/{resource.path}/autocomplete")
    async def autocomplete(request: Request, query: str = "") -> Response:
        reading = partial(records.complete, resource=resource, letters=query[:100])
        return json_answer(await desk_of(request).database.read(reading))


def _add_photo(resource: Resource) -> None:
    @router.get(f"/{resource.path}/photo/{{record_id}}")
    async def photo(request: Request, record_id: str) -> Response:
        reading = partial(records.read_photo, resource=resource, record_id=record_id)
        found = await desk_of(request).database.read(reading)
        if found is None:
            return Response(status_code=204)
        mime_type, content = found
        return Response(content, media_type=mime_type)


def _add_reading(resource: Resource) -> None:
    @router.get(f"/{resource.path}/list")
    async def list_records(request: Request) -> Response:
        desk = desk_of(request)
        query = list_query(request, resource.searchable)
        page = await desk.database.read(
            partial(
                records.read_page,
                resource=resource,
                query=query,
                base_url=desk.base_url(request),
            )
        )
        documented = desk.settings.documented_list_keys
        key = resource.documented_list_key if documented else resource.list_key
        return envelope(request, key, page, query)

    # After every other reading of this resource: it takes any word for an id.
    @router.get(f"/{resource.path}/{{record_id}}")
    async def show_record(request: Request, record_id: str) -> Response:
        desk = desk_of(request)
        reading = partial(
            records.read_one,
            resource=resource,
            record_id=record_id,
            base_url=desk.base_url(request),
        )
        return record_or_nothing(await desk.database.read(reading))


def _add_writing(resource: Resource) -> None:
    @router.post(f"/{resource.path}/insert")
    async def insert_record(request: Request) -> Response:
        desk = desk_of(request)
        body = await read_body(request, resource.new)
        writing = partial(records.insert_record, resource=resource, body=body, now_ms=desk.now_ms())
        return id_answer(await desk.database.write(writing), status=201)

    @router.put(f"/{resource.path}/update/{{record_id}}")
    async def update_record(request: Request, record_id: str) -> Response:
        desk = desk_of(request)
        body = await read_body(request, resource.patch)
        writing = partial(
            records.update_record,
            resource=resource,
            record_id=record_id,
            body=body,
            now_ms=desk.now_ms(),
        )
        return id_answer(await desk.database.write(writing))

    @router.delete(f"/{resource.path}/delete/{{record_id}}")
    async def delete_record(request: Request, record_id: str) -> Response:
        writing = partial(records.delete_record, resource=resource, record_id=record_id)
        return id_answer(await desk_of(request).database.write(writing))


_add_menu(AGENTS, "assignToList")
for _classification in CLASSIFICATIONS:
    _add_menu(_classification, "getAllForCombo")
for _named in (CUSTOMERS, COMPANIES):
    _add_autocomplete(_named)
for _pictured in (AGENTS, CUSTOMERS):
    _add_photo(_pictured)
for _resource in RESOURCES:
    _add_reading(_resource)
    _add_writing(_resource)
