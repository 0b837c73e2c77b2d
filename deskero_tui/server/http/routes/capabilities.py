"""What this desk can do beyond the vendor's service."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection, select

from deskero_tui.server.desk import desk_of
from deskero_tui.server.http.auth import require_bearer
from deskero_tui.server.http.http_io import json_answer
from deskero_tui.server.storage.idempotency import KEPT_HOURS, PATHS
from deskero_tui.server.storage.tables import DESK_ID, desk_facts

router = APIRouter(prefix="/desk", dependencies=[Depends(require_bearer)])


@router.get("/capabilities")
async def capabilities(request: Request) -> Response:
    """Name the database, and the paths where a write may carry an `Idempotency-Key`."""
    desk_id = await desk_of(request).database.read(_desk_id)
    keyed = {"paths": PATHS, "hours": KEPT_HOURS}
    return json_answer({"desk_id": desk_id, "idempotency_key": keyed})


def _desk_id(connection: Connection) -> str:
    named = select(desk_facts.c.value).where(desk_facts.c.name == DESK_ID)
    return str(connection.execute(named).scalar_one())
