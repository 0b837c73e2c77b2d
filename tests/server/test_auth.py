"""Who is let in, and with which headers (API sheet §2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from deskero_tui.server.errors import ApiError
from deskero_tui.server.http.auth import Bearers
from deskero_tui.server.settings import DeskSettings, new_api_token
from tests.server.calling import TOKEN_QUERY, Caller, Office
from tests.support.running_desk import RunningDesk


def basic(token: str) -> dict[str, str]:
    return {"Authorization": f"Basic {token}"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_token_has_the_documented_members(open_office: Office, method: str) -> None:
    answer = open_office.caller.http.request(
        method, "/oauth/token", params=TOKEN_QUERY, headers=basic(open_office.caller.desk.api_token)
    )
    assert answer.status_code == 200
    token = answer.json()
    assert token.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (token["token_type"], token["scope"]) == ("bearer", "trust write read")
    assert 3590 <= token["expires_in"] <= 3600


def test_grant_may_come_in_a_form(open_office: Office) -> None:
    answer = open_office.caller.http.post(
        "/oauth/token", data=TOKEN_QUERY, headers=basic(open_office.caller.desk.api_token)
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("query", [{}, {"grant_type": "password"}])
def test_another_grant_is_refused(open_office: Office, query: dict[str, str]) -> None:
    answer = open_office.caller.http.get(
        "/oauth/token", params=query, headers=basic(open_office.caller.desk.api_token)
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "unsupported_grant_type"
    assert "grant_type" in answer.json()["message"]


@pytest.mark.parametrize("header", ["", "Basic", "Basic d3Jvbmc=", "Bearer x", "Basic é"])
def test_wrong_api_token_is_a_401(open_office: Office, header: str) -> None:
    headers = httpx.Headers({"Authorization": header} if header else {}, encoding="latin-1")
    answer = httpx.get(
        f"{open_office.caller.desk.base_url}/oauth/token", params=TOKEN_QUERY, headers=headers
    )
    assert answer.status_code == 401
    assert answer.json().keys() == {"error", "error_description"}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer made-up", "Bearer ffffffffffff-00", "Basic x"]
)
def test_call_without_a_good_bearer_is_a_401(open_office: Office, header: str) -> None:
    answer = httpx.get(
        f"{open_office.caller.desk.base_url}/ticket/list",
        headers={"Authorization": header, "clientId": open_office.caller.desk.client_id},
    )
    assert answer.status_code == 401
    assert answer.json().keys() == {"error", "error_description"}


@pytest.mark.parametrize("client_id", ["", "someone-else"])
def test_wrong_client_id_is_a_403(open_office: Office, client_id: str) -> None:
    answer = open_office.caller.http.get("/ticket/list", headers={"clientId": client_id})
    assert answer.status_code == 403


def test_header_names_and_scheme_words_may_have_any_case(open_office: Office) -> None:
    bearer = open_office.caller.http.headers["Authorization"].removeprefix("Bearer ")
    answer = httpx.get(
        f"{open_office.caller.desk.base_url}/ticket/list",
        headers={
            "AUTHORIZATION": f"bearer {bearer}",
            "CLIENTID": open_office.caller.desk.client_id,
        },
    )
    assert answer.status_code == 204


def test_bearer_survives_a_restart_of_the_desk(tmp_path: Path) -> None:
    token = new_api_token("c")
    with RunningDesk(tmp_path, api_token=token) as desk, Caller(desk) as caller:
        headers = caller.http.headers
    with RunningDesk(tmp_path, api_token=token) as desk:
        answer = httpx.get(f"{desk.base_url}/ticket/list", headers=headers)
        assert answer.status_code == 204
    with RunningDesk(tmp_path) as desk:
        answer = httpx.get(f"{desk.base_url}/ticket/list", headers=headers)
        assert answer.status_code == 401, "another API token ends the bearers of the old one"


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bearers(clock: Clock) -> Bearers:
    settings = DeskSettings(database_url="sqlite://", client_id="c", api_token="dG9rZW4=")
    return Bearers(settings, clock)


def test_same_bearer_is_handed_out_with_its_remaining_life(bearers: Bearers, clock: Clock) -> None:
    first = bearers.issue("Basic dG9rZW4=")
    clock.moment += timedelta(minutes=40)
    second = bearers.issue("Basic dG9rZW4=")
    assert second["access_token"] == first["access_token"]
    assert (first["expires_in"], second["expires_in"]) == (3600, 1200)
    clock.moment += timedelta(minutes=20)
    third = bearers.issue("Basic dG9rZW4=")
    assert third["access_token"] != first["access_token"]
    assert third["expires_in"] == 3600


def test_bearer_opens_calls_until_its_last_moment(bearers: Bearers, clock: Clock) -> None:
    bearer = f"Bearer {bearers.issue('Basic dG9rZW4=')['access_token']}"
    clock.moment += timedelta(seconds=3599)
    bearers.check(bearer, "c")
    clock.moment += timedelta(seconds=1)
    with pytest.raises(ApiError, match="expired"):
        bearers.check(bearer, "c")


def test_expired_bearer_says_so(tmp_path: Path) -> None:
    with RunningDesk(tmp_path, bearer_life_s=0) as desk, Caller(desk) as caller:
        answer = caller.get("/ticket/list")
        assert answer.status_code == 401
        assert answer.json() == {
            "error": "invalid_token",
            "error_description": "Access token expired",
        }


def test_settings_hide_the_api_token() -> None:
    settings = DeskSettings(database_url="sqlite://", client_id="c", api_token="dG9rZW4=")
    assert "dG9rZW4=" not in repr(settings)
