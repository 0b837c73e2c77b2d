"""Our desk takes the documented bodies and answers with the documented members and types."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.contract import examples
from tests.contract.examples import Example
from tests.server.calling import TOKEN_QUERY, Caller, Office
from tests.support.running_desk import RunningDesk


def shortcomings(answer: Any, example: Any, where: str = "") -> Iterator[str]:
    """Members and types of an example that an answer lacks.

    A null on either side says nothing about the type. More members than in the example are fine:
    embedded records are abridged there.
    """
    if answer is None or example is None:
        return
    if isinstance(example, dict):
        if not isinstance(answer, dict):
            yield f"{where} is no object"
            return
        for name, value in example.items():
            if name not in answer:
                yield f"{where}.{name} is missing"
            else:
                yield from shortcomings(answer[name], value, f"{where}.{name}")
    elif isinstance(example, list):
        if not isinstance(answer, list):
            yield f"{where} is no list"
        elif answer and example:
            yield from shortcomings(answer[0], example[0], f"{where}[0]")
    elif type(answer) is not type(example):
        yield f"{where} is {answer!r}, not like {example!r}"


def with_ids_of(office: Office, example: Example) -> Any:
    """The body of an example with ids that this desk knows."""
    known = {
        examples.AGENT_ID: office.agent,
        examples.CUSTOMER_ID: office.customer,
        examples.TYPE_ID: office.type,
    }

    def known_ids(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: known_ids(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [known_ids(inner) for inner in value]
        return known.get(value, value) if isinstance(value, str) else value

    return known_ids(example.body)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        yield Office(caller)


def full_ticket(office: Office) -> str:
    """A ticket with something in every member of the documented one."""
    ticket_id = office.caller.done(
        "POST", "/ticket/insert", with_ids_of(office, examples.CREATE_TICKET)
    )
    for path, example in (("reply", examples.REPLY), ("addNote", examples.NOTE)):
        office.caller.done("PUT", f"/ticket/{path}/{ticket_id}", with_ids_of(office, example))
    changes = {
        "assignedTo": {"id": office.agent},
        "tags": ["delivery"],
        "customFields": examples.TICKET_DETAIL.body["customFields"],
        "cc": [{"id": office.agent}],
    }
    office.caller.done("PUT", f"/ticket/update/{ticket_id}", changes)
    return ticket_id


def test_token(office: Office) -> None:
    desk = office.caller.desk
    answer = office.caller.http.get(
        "/oauth/token", params=TOKEN_QUERY, headers={"Authorization": f"Basic {desk.api_token}"}
    )
    assert answer.json().keys() == examples.TOKEN.body.keys()
    assert not list(shortcomings(answer.json(), examples.TOKEN.body))


def test_ticket_detail_has_exactly_the_documented_members(office: Office) -> None:
    ticket = office.caller.ticket(full_ticket(office))
    example = examples.TICKET_DETAIL.body
    assert ticket.keys() == example.keys()
    for part in ("replies", "attachedDocuments", "ticketNotes"):
        assert ticket[part][0].keys() == example[part][0].keys()
    assert not list(shortcomings(ticket, example))


def test_ticket_pages(office: Office) -> None:
    for _ in range(26):
        office.new_ticket()
    first = office.caller.get("/ticket/list").json()
    last = office.caller.get("/ticket/list", page=2).json()
    for answer, example in (
        (first, examples.TICKET_LIST_FIRST),
        (last, examples.TICKET_LIST_LAST),
    ):
        assert answer.keys() == example.body.keys()
        assert answer["ticket"].keys() == example.body["ticket"].keys()
        assert not list(shortcomings(answer, example.body))
        for name in ("totalRecords", "recordsPerPage"):
            assert answer["ticket"][name] == example.body["ticket"][name]
        for name in ("previousQuery", "nextQuery"):
            address = example.body["ticket"][name]
            wanted = address and address.replace(
                "https://api.example.test", office.caller.desk.base_url
            )
            assert answer["ticket"][name] == wanted


@pytest.mark.parametrize(
    "path", ["/ticket/list", "/ticket/list?text=x", "/ticket/64b0", "/agent/x"]
)
def test_nothing_found_is_an_empty_204(tmp_path: Path, path: str) -> None:
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        answer = caller.http.get(path)
    assert answer.status_code == examples.NOTHING.status
    assert answer.content == b""


def test_writes_answer_with_an_id(office: Office) -> None:
    created = office.caller.send(
        "POST", "/ticket/insert", with_ids_of(office, examples.CREATE_TICKET)
    )
    assert created.status_code == examples.CREATED.status
    assert created.json().keys() == examples.CREATED.body.keys()
    ticket_id = created.json()["id"]
    for path, example in (
        ("update", examples.UPDATE_TICKET),
        ("reply", examples.REPLY),
        ("addNote", examples.NOTE),
    ):
        body = with_ids_of(office, example)
        answer = office.caller.send("PUT", f"/ticket/{path}/{ticket_id}", body)
        assert answer.status_code == example.status
        assert answer.json().keys() == examples.CREATED.body.keys()
    answer = office.caller.send("DELETE", f"/ticket/delete/{ticket_id}", None)
    assert (answer.status_code, answer.json()) == (200, {"id": ticket_id})


def test_update_keeps_every_other_member(office: Office) -> None:
    ticket_id = full_ticket(office)
    before = office.caller.ticket(ticket_id)
    office.caller.done("PUT", f"/ticket/update/{ticket_id}", examples.UPDATE_TICKET.body)
    after = office.caller.ticket(ticket_id)
    assert {name for name in after if after[name] != before[name]} == {"status", "managedDate"}


def test_list_keys(tmp_path: Path) -> None:
    for documented, example in (
        (False, examples.TYPE_LIST_AS_READ),
        (True, examples.TYPE_LIST_DOCUMENTED),
    ):
        folder = tmp_path / str(documented)
        with RunningDesk(folder, documented_list_keys=documented) as desk, Caller(desk) as caller:
            Office(caller)
            answer = caller.get("/ticketType/list").json()
        assert answer.keys() == example.body.keys()
        assert not list(shortcomings(answer, example.body))


def test_customer_search(office: Office) -> None:
    record = deepcopy(examples.CUSTOMER_SEARCH.body["customer"]["records"][0])
    del record["account"]["id"], record["id"]
    office.caller.done("PUT", f"/customer/update/{office.customer}", record)
    answer = office.caller.get("/customer/list", name="Tom Arden").json()
    assert answer.keys() == examples.CUSTOMER_SEARCH.body.keys()
    assert not list(shortcomings(answer, examples.CUSTOMER_SEARCH.body))


def test_company(office: Office) -> None:
    company_id = office.caller.done("POST", "/company/insert", examples.COMPANY.body)
    company = office.caller.get(f"/company/{company_id}").json()
    assert company.keys() == examples.COMPANY.body.keys()
    own = {"id", "insertDate"}
    for name in company.keys() - own:
        assert company[name] == examples.COMPANY.body[name]
    assert not list(shortcomings(company, examples.COMPANY.body))


def test_agent_group(office: Office) -> None:
    body = with_ids_of(office, examples.AGENT_GROUP)
    group_id = office.caller.done("POST", "/agentGroup/insert", body)
    group = office.caller.get(f"/agentGroup/{group_id}").json()
    assert group.keys() == examples.AGENT_GROUP.body.keys()
    assert not list(shortcomings(group, examples.AGENT_GROUP.body))


def test_odd_values_of_clients_are_taken(office: Office) -> None:
    ticket_id = office.new_ticket()
    known_to_us = office.caller.ticket(ticket_id).keys()
    body = {name: value for name, value in examples.TOLERANCE.body.items() if name in known_to_us}
    office.caller.done("PUT", f"/ticket/update/{ticket_id}", body)
    ticket = office.caller.ticket(ticket_id)
    assert (ticket["tags"], ticket["priority"]) == (["delivery", "vip"], 1)
    assert ticket["customFields"] == [{"Order No": "A-1009"}]
    assert ticket["status"]["status"] == "onhold"


def test_expired_bearer(tmp_path: Path) -> None:
    with RunningDesk(tmp_path, bearer_life_s=0) as desk, Caller(desk) as caller:
        answer = caller.get("/ticket/list")
    assert (answer.status_code, answer.json()) == (
        examples.EXPIRED_BEARER.status,
        examples.EXPIRED_BEARER.body,
    )


def test_validation_failure(office: Office) -> None:
    body = {**examples.CREATE_TICKET.body, "subjct": "x"}
    answer = office.caller.send("POST", "/ticket/insert", body)
    assert (answer.status_code, answer.json()) == (
        examples.VALIDATION_FAILURE.status,
        examples.VALIDATION_FAILURE.body,
    )


def test_hex_and_base64_stand_for_the_same_bytes(office: Office) -> None:
    ticket_id = office.new_ticket(attachedDocuments=examples.SAME_FILE_TWICE.body)
    files = office.caller.ticket(ticket_id)["attachedDocuments"]
    contents = [office.caller.http.get(file["documentURL"]).content for file in files]
    assert contents == [b"hi", b"hi"]
