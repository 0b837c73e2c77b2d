"""Whatever is sent, the desk answers with a sentence and stays whole."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.calling import Caller, Office
from tests.support.running_desk import RunningDesk

RAW = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"1",
    b"NaN",
    b'{"subject": Infinity}',
    b"\xff\xfe",
    b'{"subject": "\xff"}',
    b'{"subject": "\\ud800"}',
    b'{"subject": "\xed\xa0\x80"}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"priority": ' + b"9" * 6_000 + b"}",
    b"<html></html>",
]


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: repr(raw[:24]))
@pytest.mark.parametrize("path", ["/ticket/insert", "/customer/insert"])
def test_body_that_is_no_json_object_is_a_400(open_office: Office, path: str, raw: bytes) -> None:
    answer = open_office.caller.http.post(path, content=raw)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_body_is_json_whatever_its_type_says(open_office: Office, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {"Content-group": "x"}
    answer = open_office.caller.http.post(
        "/customer/insert", content=b'{"name": "Tom"}', headers=headers
    )
    assert answer.status_code == 201


def test_large_body_is_a_413_and_a_fitting_one_is_taken(tmp_path: Path) -> None:
    with RunningDesk(tmp_path, max_body_bytes=1000) as desk, Caller(desk) as caller:
        message = caller.refused("POST", "/customer/insert", {"name": "x" * 1000}, 413)
        assert "1000" in message
        caller.done("POST", "/customer/insert", {"name": "x" * 400})


def test_lenient_desk_drops_unknown_members_at_any_depth(tmp_path: Path) -> None:
    with RunningDesk(tmp_path, strict_members=False) as desk, Caller(desk) as caller:
        office = Office(caller)
        file = {"documentName": "x", "documentBlob": "00", "future": 1}
        ticket_id = office.new_ticket(attachedDocuments=[file, file], future={"a": [1]}, more=2)
        assert len(caller.ticket(ticket_id)["attachedDocuments"]) == 2
        message = caller.refused("PUT", f"/ticket/update/{ticket_id}", {"future": 1, "cc": 5})
        assert message.startswith("cc")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/ticket/list/", 404),
        ("POST", "/ticket/list", 405),
        ("GET", "/ticket/insert/extra", 404),
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
        ("PUT", "/oauth/token", 405),
    ],
)
def test_unknown_address_answers_in_json(
    open_office: Office, method: str, path: str, status: int
) -> None:
    answer = open_office.caller.http.request(method, path)
    assert answer.status_code == status
    assert answer.json().keys() == {"error", "message"}


def test_every_letter_is_kept(open_office: Office) -> None:
    text = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x10FFF), 0x10FFFF])) + "\r\n\x00"
    ticket_id = open_office.new_ticket(description=text, subject="\x00\x1b[31m\u202e")
    ticket = open_office.caller.ticket(ticket_id)
    assert ticket["description"] == text
    assert ticket["subject"] == "\x00\x1b[31m\u202e"


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "status", "source", "text", "name", "value"])
            | st.text(max_size=8),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
MEMBERS = [
    *("subject", "description", "priority", "assignedTo", "cc", "openedBy", "replies", "tags"),
    *("attachedDocuments", "status", "type", "area", "memo", "source", "customFields"),
    *("ticketNotes", "tweetId", "number", "toReply", "closedDate"),
]
MANY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@MANY
@given(st.dictionaries(st.sampled_from(MEMBERS), JSON_VALUES, max_size=4))
def test_any_update_is_done_or_refused(open_office: Office, body: dict[str, object]) -> None:
    caller = open_office.caller
    ticket_id = open_office.new_ticket()
    before = caller.ticket(ticket_id)
    answer = caller.send("PUT", f"/ticket/update/{ticket_id}", body)
    assert answer.status_code in (200, 400), (body, answer.text)
    after = caller.ticket(ticket_id)
    if answer.status_code == 400:
        assert after == before


FIELDS = [
    *("page", "limit", "sort", "text", "tags", "subject", "number", "insertDate", "priority"),
    *("openedBy._id", "openedBy.name", "status.status", "customFields.name", "all"),
    *("customFields.value", "cc._id", "toReply", "type", "ticketNotes.note"),
]


@MANY
@given(
    st.lists(
        st.tuples(st.sampled_from(FIELDS), st.text(max_size=30) | st.integers().map(str)),
        max_size=4,
    )
)
def test_any_search_is_answered_or_refused(
    open_office: Office, query: list[tuple[str, str]]
) -> None:
    for path in ("/ticket/list", "/customer/list"):
        answer = open_office.caller.http.get(path, params=httpx.QueryParams(tuple(query)))
        assert answer.status_code in (200, 204, 400), (query, answer.text)
        if answer.status_code != 204:
            json.loads(answer.content)
