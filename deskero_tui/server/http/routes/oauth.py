"""The token call, the only one without a bearer (API sheet §2.2)."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response

from deskero_tui.server.desk import desk_of
from deskero_tui.server.errors import ApiError, bad_request
from deskero_tui.server.http.http_io import json_answer

GRANT = "client_credentials"
MAX_FORM_BYTES = 10_000

router = APIRouter()


@router.api_route("/oauth/token", methods=["GET", "POST"])
async def token(request: Request) -> Response:
    """Sell a bearer for the API token; `grant_type` comes in the query or in a form."""
    bearer = desk_of(request).bearers.issue(request.headers.get("authorization", ""))
    grant = request.query_params.get("grant_type") or await _grant_in_form(request)
    if grant != GRANT:
        raise ApiError(400, "unsupported_grant_type", f"grant_type: must be {GRANT}")
    return json_answer(bearer)


async def _grant_in_form(request: Request) -> str:
    form = b""
    async for chunk in request.stream():
        form += chunk
        if len(form) > MAX_FORM_BYTES:
            raise bad_request("The form is too large")
    try:
        return parse_qs(form.decode()).get("grant_type", [""])[0]
    except ValueError:
        raise bad_request("The form is not UTF-8") from None
