"""A colleague on another machine: plain HTTP to the desk, past the proxy; also who reads the desk
for the comparison in the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tests.chaos.fault_proxy import HOST
from tests.chaos.programs import AGENT, CLIENT_ID, Access
from tests.chaos.promises import Deed, DeskFile, DeskTicket, Kind, Promise, tokens_in

_NOTHING: Final = 204
_PAGE: Final = 100
DEEDS: Final = (Kind.REPLY, Kind.NOTE, Kind.MEMO, Kind.SUBJECT)
"""What a colleague does. Nobody else creates or deletes tickets."""


class Colleague:
    """Another agent. Use as an async context manager."""

    def __init__(self, port: int, access: Access) -> None:
        self._access = access
        self._http = httpx.AsyncClient(
            base_url=f"http://{HOST}:{port}", trust_env=False, timeout=10.0
        )
        self._id = ""

    async def __aenter__(self) -> Self:
        await self._sign_in()
        agents = await self._records("/agent/list")
        self._id = next(agent["id"] for agent in agents if agent["name"] != AGENT)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def _sign_in(self) -> None:
        asked = await self._http.get(
            "/oauth/token",
            params={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {self._access.api_token}"},
        )
        bearer = asked.raise_for_status().json()["access_token"]
        self._http.headers.update({"Authorization": f"Bearer {bearer}", "clientId": CLIENT_ID})

    async def do(self, kind: Kind, ticket_id: str, token: str) -> Deed | None:
        """Does something to a ticket; `None` when the desk went away over it."""
        match kind:
            case Kind.REPLY:
                path, body = "reply", {"text": token, "replyFromOperator": {"id": self._id}}
            case Kind.NOTE:
                path, body = "addNote", {"note": token, "insertBy": self._id}
            case Kind.MEMO | Kind.SUBJECT:
                path, body = "update", {kind.value: token}
            case _:
                raise ValueError(f"a colleague does no {kind.value}")
        try:
            answered = await self._http.put(f"/ticket/{path}/{ticket_id}", json=body)
        except httpx.TransportError:
            return None
        answered.raise_for_status()
        return Deed(token, kind, ticket_id, time.monotonic())

    async def set_apart(self, ticket_id: str) -> None:
        """Gives a ticket priority. The console lists only tickets without."""
        changed = await self._http.put(f"/ticket/update/{ticket_id}", json={"priority": 1})
        changed.raise_for_status()

    async def tickets(self) -> dict[str, DeskTicket]:
        """All tickets as the desk has them now, by id."""
        return {record["id"]: _ticket(record) for record in await self._records("/ticket/list")}

    async def contents(self, tickets: Iterable[DeskTicket]) -> dict[str, bytes]:
        """The bytes of the files on some tickets, by the id of the file."""
        found = {}
        for file in (file for ticket in tickets for file in ticket.files):
            answered = await self._http.get(f"/document/{file.id}")
            found[file.id] = answered.raise_for_status().content
        return found

    async def count(self, promise: Promise) -> int | None:
        """How often the desk has a write now; `None` when there is no desk to ask."""
        kind, token = promise.kind, promise.token
        try:
            if kind is Kind.TICKET:
                return sum(one.subject == token for one in (await self.tickets()).values())
            answered = await self._http.get(f"/ticket/{promise.ticket_id}")
        except httpx.TransportError:
            return None
        is_deleted = answered.raise_for_status().status_code == _NOTHING
        if is_deleted or kind is Kind.DELETION:
            return int(is_deleted and kind is Kind.DELETION)
        ticket = _ticket(answered.json())
        if kind.field is not None:
            return int(ticket.value(kind.field) == token)
        return ticket.tokens(kind).count(token)

    async def _records(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            answered = await self._http.get(path, params={"page": page, "limit": _PAGE})
            if answered.status_code == _NOTHING:
                return found
            [envelope] = answered.raise_for_status().json().values()
            found += envelope["records"]
            if envelope["nextQuery"] is None:
                return found
            page += 1


def _ticket(record: dict[str, Any]) -> DeskTicket:
    return DeskTicket(
        id=record["id"],
        number=record["number"],
        replies=_all_tokens(reply["text"] for reply in record["replies"] or []),
        notes=_all_tokens(note["note"] for note in record["ticketNotes"] or []),
        memo="".join(tokens_in(record["memo"] or "")),
        subject="".join(tokens_in(record["subject"] or "")),
        status=record["status"]["status"],
        customer_id=record["openedBy"]["id"],
        type_id=record["type"]["id"],
        files=list(_files(record)),
    )


def _files(record: dict[str, Any]) -> Iterator[DeskFile]:
    """The files whose names have a token: those are ours."""
    holders = [("", record), *((reply["text"] or "", reply) for reply in record["replies"] or [])]
    for text, holder in holders:
        for document in holder["attachedDocuments"] or []:
            if tokens_in(document["documentName"]):
                document_id = document["documentURL"].rpartition("/")[2]
                yield DeskFile(document_id, document["documentName"], tokens_in(text))


def _all_tokens(texts: Any) -> Sequence[str]:
    return [token for text in texts for token in tokens_in(text or "")]
