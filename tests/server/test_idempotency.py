"""Writes with an `Idempotency-Key` happen once, and what the desk says it can do."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select, update

from deskero_tui.server.settings import new_api_token
from deskero_tui.server.storage.dialect import open_engine
from deskero_tui.server.storage.tables import idempotency_keys
from tests.server.calling import Caller, Office
from tests.server.desk_process import API_TOKEN, DeskProcess
from tests.support.running_desk import CLIENT_ID, RunningDesk

HOURS_72_MS = 72 * 3_600_000
FILE = {"documentName": "bill.txt", "documentType": "text/plain", "documentBlob": "62696c6c"}


@dataclass(frozen=True)
class Write:
    """One write that may have a key."""

    method: str
    path: str
    body: dict[str, Any]

    def send(self, caller: Caller, key: str | None = "key", **members: Any) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return caller.http.request(
            self.method, self.path, json=self.body | members, headers=headers
        )


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Caller]:
    """An empty desk on a database of each kind, and someone who may use it."""
    with RunningDesk(tmp_path, database_url=database_url) as running, Caller(running) as caller:
        yield caller


def insert_with_file(office: Office) -> Write:
    return Write(
        "POST",
        "/ticket/insert",
        {
            "subject": "Late parcel",
            "description": "It should have come on Monday.",
            "openedBy": {"id": office.customer},
            "type": {"id": office.type},
            "attachedDocuments": [FILE],
        },
    )


def reply_to(office: Office, ticket_id: str) -> Write:
    author = {"replyFromOperator": {"id": office.agent}}
    body = {"text": "On its way.", "attachedDocuments": [FILE]} | author
    return Write("PUT", f"/ticket/reply/{ticket_id}", body)


def post_reply_to(office: Office, ticket_id: str) -> Write:
    return Write("POST", f"/ticket/postReply/{ticket_id}", reply_to(office, ticket_id).body)


def note_on(office: Office, ticket_id: str) -> Write:
    body = {"note": "Call them.", "insertBy": office.agent}
    return Write("PUT", f"/ticket/addNote/{ticket_id}", body)


def everything(caller: Caller) -> list[dict[str, Any]]:
    """Return every ticket with its replies, notes and files."""
    return caller.found(limit=200)


def count_keys(url: str) -> int:
    return len(token_hashes(url))


def token_hashes(url: str) -> list[str]:
    """Return the token of each key that is stored."""
    with opened(url) as connection:
        return list(connection.execute(select(idempotency_keys.c.tokenHash)).scalars())


def age_keys(url: str, age_ms: int) -> None:
    """Make every key older than it is."""
    stored = idempotency_keys.c.storedDate
    with opened(url) as connection:
        connection.execute(update(idempotency_keys).values(storedDate=stored - age_ms))


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Open a database beside its desk."""
    engine = open_engine(url, writes=True)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_repeated_insert_answers_the_same_and_writes_once(desk: Caller) -> None:
    office = Office(desk)
    insert = insert_with_file(office)
    first = insert.send(desk)
    before = everything(desk)
    second = insert.send(desk)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert everything(desk) == before
    assert [ticket["id"] for ticket in before] == [first.json()["id"]]


@pytest.mark.parametrize("kind", [reply_to, post_reply_to, note_on])
def test_repeated_message_answers_the_same_and_writes_once(desk: Caller, kind: Any) -> None:
    office = Office(desk)
    ticket_id = office.new_ticket()
    message: Write = kind(office, ticket_id)
    first = message.send(desk)
    before = desk.ticket(ticket_id)
    answers = [message.send(desk) for _ in range(3)]
    assert first.status_code == 200
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, first.content)}
    assert desk.ticket(ticket_id) == before
    assert len(before["replies"]) + len(before["ticketNotes"]) == 1


@pytest.mark.parametrize("kind", [reply_to, note_on])
def test_message_without_a_key_is_written_each_time(desk: Caller, kind: Any) -> None:
    office = Office(desk)
    ticket_id = office.new_ticket()
    message: Write = kind(office, ticket_id)
    ids = [message.send(desk, None).json()["id"] for _ in range(2)]
    assert len(set(ids)) == 2
    ticket = desk.ticket(ticket_id)
    assert len(ticket["replies"]) + len(ticket["ticketNotes"]) == 2


def test_key_with_another_body_is_a_422_and_writes_nothing(desk: Caller) -> None:
    office = Office(desk)
    ticket_id = office.new_ticket()
    reply = reply_to(office, ticket_id)
    assert reply.send(desk).status_code == 200
    before = desk.ticket(ticket_id)
    for other in ({"text": "Something else."}, {"text": 1}):
        answer = reply.send(desk, **other)
        assert answer.status_code == 422
        assert answer.json().keys() == {"error", "message"}
    assert desk.ticket(ticket_id) == before


@pytest.mark.parametrize(
    "values",
    [[b""], [b"two words"], [b"x" * 256], [b"caf\xe9"], [b"one", b"two"]],
    ids=["empty", "space", "too long", "not ASCII", "two"],
)
def test_wrong_key_is_a_400_and_writes_nothing(open_office: Office, values: list[bytes]) -> None:
    caller = open_office.caller
    ticket_id = open_office.new_ticket()
    reply = reply_to(open_office, ticket_id)
    headers = [(b"Idempotency-Key", value) for value in values]
    answer = caller.http.request(reply.method, reply.path, json=reply.body, headers=headers)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["message"]
    assert caller.ticket(ticket_id)["replies"] == []


@pytest.mark.parametrize("key", ["!", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "~" * 255])
def test_key_may_be_any_visible_ascii(open_office: Office, key: str) -> None:
    ticket_id = open_office.new_ticket()
    reply = reply_to(open_office, ticket_id)
    assert (
        reply.send(open_office.caller, key).content == reply.send(open_office.caller, key).content
    )
    assert len(open_office.caller.ticket(ticket_id)["replies"]) == 1


def test_key_counts_for_one_path(desk: Caller) -> None:
    office = Office(desk)
    tickets = [office.new_ticket(), office.new_ticket()]
    for ticket_id in tickets:
        assert reply_to(office, ticket_id).send(desk).status_code == 200
        assert note_on(office, ticket_id).send(desk).status_code == 200
    for ticket_id in tickets:
        assert len(desk.ticket(ticket_id)["replies"]) == 1
        assert len(desk.ticket(ticket_id)["ticketNotes"]) == 1


def test_key_counts_for_one_token_and_outlives_a_restart(tmp_path: Path, database_url: str) -> None:
    tokens = [new_api_token(CLIENT_ID), new_api_token(CLIENT_ID)]
    answers: list[bytes] = []
    for token in (tokens[0], tokens[0], tokens[1]):
        settings: dict[str, Any] = {"database_url": database_url, "api_token": token}
        with RunningDesk(tmp_path, **settings) as running, Caller(running) as caller:
            if not answers:
                office = Office(caller)
                ticket_id = office.new_ticket()
            answers.append(reply_to(office, ticket_id).send(caller).content)
            replies = caller.ticket(ticket_id)["replies"]
    assert answers[0] == answers[1] != answers[2]
    assert len(replies) == 2
    stored = token_hashes(database_url)
    assert len(set(stored)) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in stored)


def test_refused_write_leaves_its_key_unused(desk: Caller) -> None:
    office = Office(desk)
    ticket_id = office.new_ticket()
    reply = reply_to(office, ticket_id)
    assert reply.send(desk, text=" ").status_code == 400
    assert reply.send(desk, replyFromOperator={"id": "0" * 24}).status_code == 400
    nowhere = reply_to(office, "0" * 24)
    assert [nowhere.send(desk).status_code for _ in range(2)] == [404, 404]
    assert reply.send(desk).status_code == 200
    assert len(desk.ticket(ticket_id)["replies"]) == 1


def test_answer_is_kept_when_the_ticket_is_not(desk: Caller) -> None:
    office = Office(desk)
    insert = insert_with_file(office)
    first = insert.send(desk)
    desk.done("DELETE", f"/ticket/delete/{first.json()['id']}")
    assert insert.send(desk).content == first.content
    assert everything(desk) == []


def test_answer_is_kept_when_the_body_would_be_refused_now(tmp_path: Path) -> None:
    token = new_api_token(CLIENT_ID)
    with (
        RunningDesk(tmp_path, api_token=token, strict_members=False) as running,
        Caller(running) as caller,
    ):
        office = Office(caller)
        reply = reply_to(office, office.new_ticket())
        first = reply.send(caller, future=1)
    with RunningDesk(tmp_path, api_token=token) as running, Caller(running) as caller:
        assert reply.send(caller, key="other", future=1).status_code == 400
        assert reply.send(caller, future=1).content == first.content


def test_key_is_kept_for_72_hours(desk: Caller, database_url: str) -> None:
    office = Office(desk)
    ticket_id = office.new_ticket()
    reply = reply_to(office, ticket_id)
    first = reply.send(desk)
    age_keys(database_url, HOURS_72_MS - 60_000)
    assert reply.send(desk).content == first.content
    age_keys(database_url, 60_000)
    second = reply.send(desk, text="Something else.")
    assert second.status_code == 200
    assert second.content != first.content
    assert reply.send(desk, text="Something else.").content == second.content
    assert len(desk.ticket(ticket_id)["replies"]) == 2


def test_expired_keys_are_deleted_by_a_later_write(tmp_path: Path, database_url: str) -> None:
    for number in range(2):
        with RunningDesk(tmp_path, database_url=database_url) as running, Caller(running) as caller:
            if number == 0:
                office = Office(caller)
                ticket_id = office.new_ticket()
                for key in ("old", "older"):
                    reply_to(office, ticket_id).send(caller, key)
                age_keys(database_url, HOURS_72_MS)
                reply_to(office, ticket_id).send(caller, "new")
                assert count_keys(database_url) == 3, "not at each write"
            else:
                reply_to(office, ticket_id).send(caller, None)
                assert count_keys(database_url) == 1


def test_parallel_requests_with_one_key_write_once(tmp_path: Path, database_url: str) -> None:
    settings: dict[str, Any] = {"database_url": database_url, "api_token": new_api_token(CLIENT_ID)}
    with (
        RunningDesk(tmp_path, **settings) as one,
        Caller(one) as first,
        RunningDesk(tmp_path, **settings) as other,
        Caller(other) as second,
        ThreadPoolExecutor(20) as threads,
    ):
        office = Office(first)
        ticket_id = office.new_ticket()
        reply = reply_to(office, ticket_id)
        sending = [threads.submit(reply.send, caller) for caller in [first, second] * 10]
        answers = [one.result() for one in sending]
        assert len(first.ticket(ticket_id)["replies"]) == 1
        assert first.ticket(ticket_id)["numberOfReplies"] == 1
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_parallel_requests_with_different_bodies_write_once(desk: Caller) -> None:
    office = Office(desk)
    ticket_id = office.new_ticket()
    reply = reply_to(office, ticket_id)
    with ThreadPoolExecutor(8) as threads:
        sending = [threads.submit(reply.send, desk, text=f"reply {n}") for n in range(8)]
        statuses = sorted(one.result().status_code for one in sending)
    assert statuses == [200] + [422] * 7
    assert len(desk.ticket(ticket_id)["replies"]) == 1


@pytest.mark.parametrize("kind", ["insert", "reply", "note"])
def test_answer_lost_by_a_kill_is_given_to_the_repetition(
    tmp_path: Path, database_url: str, kind: str
) -> None:
    settings: dict[str, Any] = {"database_url": database_url, "api_token": API_TOKEN}
    with RunningDesk(tmp_path, **settings) as running, Caller(running) as caller:
        office = Office(caller)
        ticket_id = office.new_ticket()
    write = {
        "insert": insert_with_file(office),
        "reply": reply_to(office, ticket_id),
        "note": note_on(office, ticket_id),
    }[kind]
    dying = DeskProcess(database_url, dies_before_keyed_answer=True)
    with pytest.raises(httpx.TransportError):
        httpx.request(
            write.method,
            f"{dying.base_url}{write.path}",
            json=write.body,
            headers=dying.headers | {"Idempotency-Key": "key"},
        )
    assert dying.wait() == -signal.SIGKILL
    with RunningDesk(tmp_path, **settings) as running, Caller(running) as caller:
        before = everything(caller)
        answer = write.send(caller)
        assert answer.status_code == (201 if kind == "insert" else 200)
        assert everything(caller) == before
        assert len(before) == (2 if kind == "insert" else 1)
        if kind == "insert":
            assert answer.json()["id"] in {ticket["id"] for ticket in before}
        else:
            (ticket,) = before
            assert len(ticket["replies"]) + len(ticket["ticketNotes"]) == 1


def test_change_and_its_key_are_stored_together_or_not_at_all(office: Office) -> None:
    caller = office.caller
    ticket_id = office.new_ticket()
    reply = reply_to(office, ticket_id)
    before = caller.ticket(ticket_id)
    refuse = "BEFORE INSERT ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'no room'); END"
    with opened(caller.desk.settings.database_url) as connection:
        connection.exec_driver_sql(f"CREATE TRIGGER refuse {refuse}")
    assert reply.send(caller).status_code == 500
    assert caller.ticket(ticket_id) == before
    with opened(caller.desk.settings.database_url) as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    assert reply.send(caller).status_code == 200
    assert len(caller.ticket(ticket_id)["replies"]) == 1


def test_capabilities_name_the_database_and_the_keyed_paths(
    tmp_path: Path, database_url: str
) -> None:
    said = []
    for _ in range(2):
        with RunningDesk(tmp_path, database_url=database_url) as running, Caller(running) as caller:
            answer = caller.get("/desk/capabilities")
            assert answer.status_code == 200
            said.append(answer.json())
            assert httpx.get(f"{running.base_url}/desk/capabilities").status_code == 401
    assert said[0] == said[1]
    assert said[0] == {
        "desk_id": said[0]["desk_id"],
        "idempotency_key": {
            "paths": ["ticket/insert", "ticket/reply", "ticket/addNote"],
            "hours": 72,
        },
    }
    assert re.fullmatch("[0-9a-f]{32}", said[0]["desk_id"])


def test_each_database_has_an_id_of_its_own(tmp_path: Path) -> None:
    ids = set()
    for name in ("one", "two"):
        with RunningDesk(tmp_path / name) as running, Caller(running) as caller:
            ids.add(caller.get("/desk/capabilities").json()["desk_id"])
    assert len(ids) == 2
