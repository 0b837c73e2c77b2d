"""Puts a desk together: settings, database, routes, error answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from deskero_tui.server.desk import Desk
from deskero_tui.server.errors import ApiError
from deskero_tui.server.http.auth import Bearers
from deskero_tui.server.http.http_io import json_answer
from deskero_tui.server.http.routes import capabilities, directory, documents, oauth, tickets
from deskero_tui.server.ids import epoch_ms, utc_now
from deskero_tui.server.records.directory.first_agent import furnish_when_empty
from deskero_tui.server.sample.data import fill_when_empty
from deskero_tui.server.settings import DeskSettings
from deskero_tui.server.storage.engine import Database


def create_app(settings: DeskSettings, *, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """Open the desk's database, fill it when sample data is asked for, and make its routes.

    The database stays open until the application's lifespan ends.

    Raises:
        DeskStartError: The database cannot be used.
    """
    database = Database(settings.database_url)
    if settings.demo_tickets:
        anchor = settings.demo_anchor or now()
        database.write_now(
            lambda connection: fill_when_empty(connection, settings.demo_tickets, anchor)
        )
    if settings.first_agent:
        now_ms = epoch_ms(now())
        database.write_now(
            lambda connection: furnish_when_empty(connection, settings.first_agent, now_ms)
        )
    desk = Desk(settings, database, Bearers(settings, now), now)
    return _application(desk)


def _application(desk: Desk) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(desk.database.close)

    # No documentation pages: the desk has the vendor's addresses, and its own below `/desk`.
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.desk = desk
    for routes in (oauth, capabilities, tickets, documents, directory):
        app.include_router(routes.router)
    app.add_exception_handler(ApiError, _refusal)
    app.add_exception_handler(HTTPException, _routing_refusal)
    app.add_exception_handler(Exception, _fault)
    return app


async def _refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return json_answer(error.body(), error.status)


async def _routing_refusal(request: Request, error: Exception) -> Response:
    """No such address, or not with this method."""
    assert isinstance(error, HTTPException)
    word = "not_found" if error.status_code == 404 else "not_allowed"
    message = f"There is no {request.method} {request.url.path}"
    answer = json_answer({"error": word, "message": message}, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _fault(_request: Request, _error: Exception) -> Response:
    """A mistake of the desk itself; uvicorn logs it with its trace."""
    message = "The desk made a mistake; its log says which"
    answer = json_answer({"error": "internal_error", "message": message}, 500)
    # uvicorn cuts the line after such an answer; the caller must not send its next call into it.
    answer.headers["Connection"] = "close"
    return answer
