"""Attached files, sent in pieces (API sheet §4.7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import StreamingResponse

from deskero_tui.server.desk import desk_of
from deskero_tui.server.http.auth import require_bearer
from deskero_tui.server.records.tickets import reads as ticket_reads

PIECE_BYTES = 256 * 1024
FALLBACK_TYPE = "application/octet-stream"

router = APIRouter(dependencies=[Depends(require_bearer)])


@router.get("/document/{document_id}")
async def download(request: Request, document_id: str) -> Response:
    """The bytes of a file; 204 when there is no such file."""
    found = await desk_of(request).database.read(
        partial(ticket_reads.read_document, document_id=document_id)
    )
    if found is None:
        return Response(status_code=204)
    return StreamingResponse(
        _pieces(found.content),
        media_type=_header_safe(found.mime_type),
        headers={
            "Content-Length": str(len(found.content)),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            # A browser must neither guess a type nor run what a stranger attached.
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        },
    )


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), PIECE_BYTES):
        yield content[start : start + PIECE_BYTES]


def _header_safe(mime_type: str) -> str:
    """A type as it was given, unless it cannot stand in a header."""
    return mime_type if mime_type.isascii() and mime_type.isprintable() else FALLBACK_TYPE
