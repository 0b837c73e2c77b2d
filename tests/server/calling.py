"""A caller of a desk for tests: plain HTTP, both headers, short names for frequent records."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import httpx

from tests.support.running_desk import RunningDesk

TOKEN_QUERY = {"grant_type": "client_credentials"}


class Caller:
    """Speaks to a running desk with a bearer of its own."""

    def __init__(self, desk: RunningDesk) -> None:
        self.desk = desk
        self.http = httpx.Client(base_url=desk.base_url, timeout=20)
        token = self.http.get(
            "/oauth/token",
            params=TOKEN_QUERY,
            headers={"Authorization": f"Basic {desk.api_token}"},
        )
        self.http.headers = httpx.Headers(
            {
                "Authorization": f"Bearer {token.json()['access_token']}",
                "clientId": desk.client_id,
            }
        )

    def __enter__(self) -> Caller:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query)

    def send(self, method: str, path: str, body: object) -> httpx.Response:
        return self.http.request(method, path, json=body)

    def done(self, method: str, path: str, body: object = None) -> str:
        """A write that must succeed; answers its id."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == (201 if method == "POST" else 200), answer.text
        assert answer.json().keys() == {"id"}
        return str(answer.json()["id"])

    def refused(self, method: str, path: str, body: object, status: int = 400) -> str:
        """A write that must be refused; answers the sentence."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        assert answer.json().keys() == {"error", "message"}
        return str(answer.json()["message"])

    def ticket(self, ticket_id: str) -> dict[str, Any]:
        answer = self.get(f"/ticket/{ticket_id}")
        assert answer.status_code == 200
        record: dict[str, Any] = answer.json()
        return record

    def found(self, path: str = "/ticket/list", **query: Any) -> list[dict[str, Any]]:
        """The records of the first page of a list; empty for 204."""
        answer = self.get(path, **query)
        assert answer.status_code in (200, 204), answer.text
        if answer.status_code == 204:
            assert answer.content == b""
            return []
        (page,) = answer.json().values()
        records: list[dict[str, Any]] = page["records"]
        return records


class Office:
    """A desk with one agent, one customer, one type, and what is added to it."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.agent = caller.done("POST", "/agent/insert", {"name": "Ines Marchetti"})
        self.customer = caller.done(
            "POST", "/customer/insert", {"name": "Tom Arden", "email": "tom@example.test"}
        )
        self.type = caller.done(
            "POST",
            "/ticketType/insert",
            {"type": "incident", "labels": {"en": "incident", "it": "incidente"}},
        )

    def new_ticket(self, **members: Any) -> str:
        body = {
            "subject": "Late parcel",
            "description": "It should have come on Monday.",
            "openedBy": {"id": self.customer},
            "type": {"id": self.type},
        }
        return self.caller.done("POST", "/ticket/insert", body | members)

    def reply(self, ticket_id: str, text: str = "On its way.", **members: Any) -> str:
        body = {"text": text, "replyFromOperator": {"id": self.agent}} | members
        return self.caller.done("PUT", f"/ticket/reply/{ticket_id}", body)
