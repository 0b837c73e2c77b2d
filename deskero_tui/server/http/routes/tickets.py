"""The ticket calls (API sheet §4.1)."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response

from deskero_tui.server.desk import desk_of
from deskero_tui.server.errors import bad_request
from deskero_tui.server.http.auth import require_bearer
from deskero_tui.server.http.http_io import (
    envelope,
    id_answer,
    list_query,
    read_body,
    record_or_nothing,
)
from deskero_tui.server.http.write_once import write_once
from deskero_tui.server.records.tickets import reads as ticket_reads
from deskero_tui.server.records.tickets import writes as ticket_writes
from deskero_tui.server.records.tickets.search import TICKETS
from deskero_tui.server.records.tickets.wire import NewTicket, NoteBody, ReplyBody, TicketPatch

router = APIRouter(prefix="/ticket", dependencies=[Depends(require_bearer)])


@router.get("/list")
async def list_tickets(request: Request) -> Response:
    """One page, searched by the other parameters."""
    desk = desk_of(request)
    query = list_query(request, TICKETS)
    page = await desk.database.read(
        partial(ticket_reads.read_page, query=query, rendering=desk.rendering(request))
    )
    return envelope(request, "ticket", page, query)


@router.post("/insert")
async def insert_ticket(request: Request) -> Response:
    """Create a ticket."""
    return await write_once(request, NewTicket, ticket_writes.insert_ticket, status=201)


@router.put("/update/{ticket_id}")
async def update_ticket(request: Request, ticket_id: str) -> Response:
    """Change the members that are sent."""
    desk = desk_of(request)
    body = await read_body(request, TicketPatch)
    return id_answer(
        await desk.database.write(
            partial(
                ticket_writes.update_ticket,
                ticket_id=ticket_id,
                body=body,
                now_ms=desk.now_ms(),
            )
        )
    )


@router.delete("/delete/{ticket_id}")
async def delete_ticket(request: Request, ticket_id: str) -> Response:
    """Delete a ticket for good."""
    deleting = partial(ticket_writes.delete_ticket, ticket_id=ticket_id)
    return id_answer(await desk_of(request).database.write(deleting))


@router.put("/reply/{ticket_id}")
@router.post("/postReply/{ticket_id}")
async def reply(request: Request, ticket_id: str) -> Response:
    """Add a reply; the second address is the one an app uses."""
    change = partial(ticket_writes.add_reply, ticket_id=ticket_id)
    return await write_once(request, ReplyBody, change)


@router.put("/addNote/{ticket_id}")
async def add_note(request: Request, ticket_id: str) -> Response:
    """Add a note."""
    change = partial(ticket_writes.add_note, ticket_id=ticket_id)
    return await write_once(request, NoteBody, change)


@router.delete("/attachedDocument/delete")
async def delete_document(request: Request, ticketId: str = "", documentId: str = "") -> Response:
    """Delete one attached file."""
    for name, value in (("ticketId", ticketId), ("documentId", documentId)):
        if not value:
            raise bad_request(f"Missing field: {name}")
    desk = desk_of(request)
    return id_answer(
        await desk.database.write(
            partial(
                ticket_writes.delete_document,
                ticket_id=ticketId,
                document_id=documentId,
                now_ms=desk.now_ms(),
            )
        )
    )


# Last of the readings: it would take every other one-word address for an id.
@router.get("/{ticket_id}")
async def show_ticket(request: Request, ticket_id: str) -> Response:
    """One ticket, bare."""
    desk = desk_of(request)
    return record_or_nothing(
        await desk.database.read(
            partial(ticket_reads.read_one, ticket_id=ticket_id, rendering=desk.rendering(request))
        )
    )
