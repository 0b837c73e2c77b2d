from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.api.answers import Answer, StaleBearer, decode, error_of, refusal_in, written_id
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NoSuchCall,
    NotAllowed,
    Refused,
    ServerFault,
    Throttled,
    Unclear,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PAGE_OF_A_PROXY = b"<html><body>secret page</body></html>"


def answer(status: int = 200, body: object = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer("PUT", "/ticket/reply/1", status, lines, content)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_is_no_error(status: int) -> None:
    assert error_of(answer(status), NOW) is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Refused),
        (304, Refused),
        (400, Refused),
        (401, StaleBearer),
        (403, NotAllowed),
        (404, Unclear),
        (405, Refused),
        (409, Refused),
        (413, Refused),
        (429, Throttled),
        (500, ServerFault),
        (502, ServerFault),
        (503, ServerFault),
        (599, ServerFault),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[DeskeroError]) -> None:
    error = error_of(answer(status, PAGE_OF_A_PROXY), NOW)
    assert type(error) is kind
    assert (str(status) in error.user_message) is (status in {401, 403, 404, 502, 503})
    assert "secret page" not in error.user_message + error.detail
    assert f": {status}," in error.detail
    if isinstance(error, Refused):
        assert error.status == status


@pytest.mark.parametrize("body", [b"", {"error": "not_found"}, b"null", []])
def test_a_404_of_the_desk_itself_means_missing(body: object) -> None:
    assert type(error_of(answer(404, body), NOW)) is Missing


@pytest.mark.parametrize("body", [PAGE_OF_A_PROXY, b"404 page not found", b"<?xml version='1.0'?>"])
def test_a_404_of_something_else_proves_nothing(body: bytes) -> None:
    read = replace(answer(404, body), method="GET")
    assert type(error_of(read, NOW)) is NoSuchCall
    assert type(error_of(answer(404, body), NOW)) is Unclear


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_asked_for_is_passed_on(status: int) -> None:
    error = error_of(answer(status, retry_after="30"), NOW)
    assert isinstance(error, Throttled)
    assert error.wait_s == 30.0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "bad_request", "message": "Unknown field: subjct"}, "Unknown field: subjct"),
        ({"error": "invalid", "error_description": "No such grant"}, "No such grant"),
        ({"error": "bad_request"}, "bad_request"),
        ({"data": "This customer still has tickets"}, "This customer still has tickets"),
        ({"errors": ["first", "second"]}, "first"),
        ({"errors": [{"message": "inner"}]}, "inner"),
        ({"message": {"a": 1}, "data": "outer"}, "outer"),
        (b"plain reason", "plain reason"),
        ({"message": "two\r\nlines \x1b[31mred"}, "two lines"),
    ],
)
def test_a_refusal_gives_the_reason_of_the_desk(body: object, reason: str) -> None:
    error = error_of(answer(400, body), NOW)
    assert error is not None
    assert error.user_message.startswith(f"The desk refused this: {reason}")
    assert "\x1b" not in error.user_message


@pytest.mark.parametrize(
    "body", [b"", {}, [], ["x"], {"errors": []}, {"message": "  "}, 7, PAGE_OF_A_PROXY]
)
def test_a_refusal_without_a_reason_says_so(body: object) -> None:
    error = error_of(answer(400, body), NOW)
    assert isinstance(error, Refused)
    assert error.user_message == "The desk refused this and gave no reason."


def test_a_long_reason_is_cut_and_secrets_are_taken_out() -> None:
    body = {"message": "bad bearer-1 " + "x" * 5000}
    error = error_of(answer(400, body), NOW, secrets=["bearer-1"])
    assert error is not None
    assert "bearer-1" not in error.user_message
    assert len(error.user_message) < 400


@pytest.mark.parametrize(
    "body", [PAGE_OF_A_PROXY, b'{"a": ', b"", b'{"a": "\\ud800"}', b"[NaN]", b"[" * 100_000]
)
def test_what_is_no_json_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        decode(answer(200, body))


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert decode(answer(200, b'{"subject": "caf\xe9"}')) == {"subject": "caf\ufffd"}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert decode(answer(200, b"\xef\xbb\xbf[]")) == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"id": "64b0"}, "64b0"),
        (201, {"id": 7, "data": "ignored"}, "7"),
        (204, b"", None),
        (200, b"  ", None),
    ],
)
def test_a_write_gives_its_id_or_none(status: int, body: object, expected: str | None) -> None:
    assert written_id(answer(status, body)) == expected


def test_a_message_where_an_id_should_be_is_a_refusal() -> None:
    with pytest.raises(Refused, match="This customer still has tickets") as raised:
        written_id(answer(200, {"data": "This customer still has tickets"}))
    assert raised.value.status == 200


@pytest.mark.parametrize(
    "body", [PAGE_OF_A_PROXY, b'{"id": "64', {}, [], "64b0", {"id": ""}, {"id": True}, {"id": None}]
)
def test_a_success_that_cannot_be_read_leaves_a_write_unclear(body: object) -> None:
    with pytest.raises(Unclear):
        written_id(answer(200, body))


def test_a_value_carries_no_refusal() -> None:
    assert refusal_in({"id": "64b0"}, answer()) is None


def test_neither_body_nor_headers_are_in_the_repr() -> None:
    shown = repr(answer(200, b"words of a customer", set_cookie="session"))
    assert "words" not in shown
    assert "session" not in shown


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.integers(200, 599), st.binary() | json_values.map(lambda v: json.dumps(v).encode()))
def test_any_answer_to_a_write_is_an_id_or_one_of_our_errors(status: int, body: bytes) -> None:
    said = answer(status, body)
    error = error_of(said, NOW)
    assert (error is None) is (status < 300)
    if error is None:
        with suppress(Refused, Unclear):
            assert written_id(said) != ""
