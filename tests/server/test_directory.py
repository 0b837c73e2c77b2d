"""Agents, customers, companies, groups and classifications (API sheet §4.2 to §4.7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.calling import Caller, Office
from tests.support.running_desk import RunningDesk

UNKNOWN_ID = "0" * 24
PNG_HEX = "89504e470d0a1a0a00"
CREATED: dict[str, tuple[dict[str, Any], str]] = {
    "agent": ({"name": "Zed"}, "name"),
    "customer": ({"name": "Zed", "email": "z@example.test"}, "name"),
    "company": ({"company": "Zed Ltd"}, "company"),
    "agentGroup": ({"name": "Zeds"}, "name"),
    "ticketType": ({"type": "zed", "labels": {"en": "Zed"}}, "type"),
    "ticketArea": ({"area": "zed"}, "area"),
    "ticketGroup": ({"group": "zed"}, "group"),
}
LIST_KEYS = {"ticketType": "type", "ticketArea": "area", "ticketGroup": "group"}


@pytest.mark.parametrize("resource", CREATED)
def test_record_is_created_read_changed_and_deleted(caller: Caller, resource: str) -> None:
    body, title = CREATED[resource]
    assert caller.get(f"/{resource}/list").status_code == 204
    record_id = caller.done("POST", f"/{resource}/insert", body)
    record = caller.get(f"/{resource}/{record_id}").json()
    assert record["id"] == record_id
    assert body.items() <= record.items()
    envelope = caller.get(f"/{resource}/list").json()
    assert list(envelope) == [LIST_KEYS.get(resource, resource)]
    assert caller.found(f"/{resource}/list", **{title: body[title]}) == [record]
    assert caller.found(f"/{resource}/list", **{title: "nobody"}) == []

    record[title] = "Changed"
    assert caller.done("PUT", f"/{resource}/update/{record_id}", record) == record_id
    assert caller.get(f"/{resource}/{record_id}").json() == record
    assert caller.done("DELETE", f"/{resource}/delete/{record_id}") == record_id
    gone = caller.get(f"/{resource}/{record_id}")
    assert (gone.status_code, gone.content) == (204, b"")


@pytest.mark.parametrize("resource", CREATED)
def test_mistakes_are_named(caller: Caller, resource: str) -> None:
    body, title = CREATED[resource]
    assert caller.refused("POST", f"/{resource}/insert", {}) == f"Missing field: {title}"
    unknown = caller.refused("POST", f"/{resource}/insert", body | {"nope": 1})
    assert unknown == "Unknown field: nope"
    record_id = caller.done("POST", f"/{resource}/insert", body)
    assert title in caller.refused("PUT", f"/{resource}/update/{record_id}", {title: None})
    caller.refused("PUT", f"/{resource}/update/{UNKNOWN_ID}", {}, 404)
    caller.refused("DELETE", f"/{resource}/delete/{UNKNOWN_ID}", None, 404)
    for query in ({"nope": "1"}, {"sort": "nope_ASC"}, {"page": "0"}):
        assert caller.get(f"/{resource}/list", **query).status_code == 400


@pytest.mark.parametrize("resource", ["company", "ticketType", "ticketArea", "ticketGroup"])
def test_names_that_others_go_by_are_unique(caller: Caller, resource: str) -> None:
    body, title = CREATED[resource]
    record_id = caller.done("POST", f"/{resource}/insert", body)
    assert title in caller.refused("POST", f"/{resource}/insert", body)
    caller.done("PUT", f"/{resource}/update/{record_id}", body)


def test_record_in_use_is_kept(office: Office, caller: Caller) -> None:
    ticket_id = office.new_ticket(assignedTo={"id": office.agent})
    for path, record_id in (
        ("customer", office.customer),
        ("agent", office.agent),
        ("ticketType", office.type),
    ):
        message = caller.refused("DELETE", f"/{path}/delete/{record_id}", None)
        assert message.endswith("still has tickets")
    caller.done("DELETE", f"/ticket/delete/{ticket_id}")
    caller.done("DELETE", f"/customer/delete/{office.customer}")


def test_company_and_its_customers_go_by_one_name(caller: Caller) -> None:
    company_id = caller.done("POST", "/company/insert", {"company": "Arden Ltd"})
    customer = {"name": "Tom", "company": "Arden Ltd"}
    customer_id = caller.done("POST", "/customer/insert", customer)
    caller.done("POST", "/customer/insert", {"name": "Una"})
    found = caller.found("/customer/list", **{"company._id": company_id})
    assert [record["id"] for record in found] == [customer_id]
    assert "customers" in caller.refused("DELETE", f"/company/delete/{company_id}", None)
    caller.done("PUT", f"/company/update/{company_id}", {"company": "Arden plc"})
    assert caller.get(f"/customer/{customer_id}").json()["company"] == "Arden plc"


def test_agent_group_embeds_its_agents_in_order(caller: Caller) -> None:
    ids = [caller.done("POST", "/agent/insert", {"name": name}) for name in ("B", "A")]
    body = {"name": "Care", "agents": [{"id": agent_id} for agent_id in ids]}
    group_id = caller.done("POST", "/agentGroup/insert", body)
    group = caller.get(f"/agentGroup/{group_id}").json()
    assert [agent["name"] for agent in group["agents"]] == ["B", "A"]
    assert "agents" in caller.refused(
        "PUT", f"/agentGroup/update/{group_id}", {"agents": [{"id": UNKNOWN_ID}]}
    )
    found = caller.found("/agentGroup/list", **{"agents._id": ids[0]})
    assert [record["id"] for record in found] == [group_id]
    caller.done("DELETE", f"/agent/delete/{ids[0]}")
    assert len(caller.get(f"/agentGroup/{group_id}").json()["agents"]) == 1


def test_menus_are_bare_arrays(sample: Caller) -> None:
    statuses = sample.get("/ticketStatus/getAllForCombo").json()
    assert [record["status"] for record in statuses] == ["opened", "onhold", "solved", "closed"]
    sources = sample.get("/ticketSource/getAllForCombo").json()
    assert {"web", "email", "chat"} <= {record["source"] for record in sources}
    for resource, member in LIST_KEYS.items():
        records = sample.get(f"/{resource}/getAllForCombo").json()
        assert records
        assert all(record.keys() == {"id", member, "labels"} for record in records)
    agents = sample.get("/agent/assignToList").json()
    assert "Ines Marchetti" in {agent["name"] for agent in agents}


def test_autocomplete_finds_parts_of_names(sample: Caller) -> None:
    (customer,) = sample.get("/customer/autocomplete", query="garnIer").json()
    assert customer.keys() == {"id", "name", "email"}
    assert customer["name"] == "Élodie Garnier"
    (company,) = sample.get("/company/autocomplete", query="fougere").json()
    assert company.keys() == {"id", "name"}
    assert len(sample.get("/customer/autocomplete").json()) == 20
    assert sample.get("/customer/autocomplete", query="nobody at all").json() == []


def test_customers_are_found_by_initials(sample: Caller) -> None:
    found = sample.found("/customer/list", range="d-f", limit=200)
    assert found
    assert {record["name"][0] for record in found} <= set("DEFdefÈÉ")
    assert sample.get("/customer/list", range="abc").status_code == 400


def test_picture_is_shown_under_its_address(caller: Caller) -> None:
    customer_id = caller.done(
        "POST", "/customer/insert", {"name": "Tom", "profilePhotoBlob": PNG_HEX}
    )
    address = caller.get(f"/customer/{customer_id}").json()["profilePhotoUrl"]
    assert address == f"{caller.desk.base_url}/customer/photo/{customer_id}"
    answer = caller.http.get(address)
    assert (answer.headers["content-type"], answer.content) == (
        "image/png",
        bytes.fromhex(PNG_HEX),
    )
    assert caller.get(f"/customer/photo/{UNKNOWN_ID}").status_code == 204
    message = caller.refused("PUT", f"/customer/update/{customer_id}", {"profilePhotoBlob": "6869"})
    assert message.startswith("profilePhotoBlob")


def test_account_keeps_its_own_id(caller: Caller) -> None:
    agent_id = caller.done("POST", "/agent/insert", {"name": "A", "account": {"username": "a"}})
    account = caller.get(f"/agent/{agent_id}").json()["account"]
    assert account["id"] not in (None, agent_id)
    assert (account["username"], account["enabled"]) == ("a", True)
    caller.done("PUT", f"/agent/update/{agent_id}", {"account": {"id": "x", "enabled": False}})
    assert caller.get(f"/agent/{agent_id}").json()["account"] == account | {"enabled": False}


@pytest.fixture
def documented(tmp_path: Path) -> Iterator[Caller]:
    desk = RunningDesk(
        tmp_path,
        public_url="https://desk.example.test/",
        documented_list_keys=True,
        custom_fields_as_object=True,
    )
    with desk, Caller(desk) as caller:
        yield caller


def test_switches_change_keys_fields_and_addresses(documented: Caller) -> None:
    office = Office(documented)
    assert list(documented.get("/ticketType/list").json()) == ["ticket"]
    assert list(documented.get("/customer/list").json()) == ["customer"]
    ticket_id = office.new_ticket(
        customFields=[{"a": "1"}, {"b": None}],
        attachedDocuments=[{"documentName": "x", "documentBlob": ""}],
    )
    ticket = documented.ticket(ticket_id)
    assert ticket["customFields"] == {"a": "1", "b": None}
    assert ticket["attachedDocuments"][0]["documentURL"].startswith(
        "https://desk.example.test/document/"
    )
    office.new_ticket()
    page = documented.get("/ticket/list", limit=1).json()["ticket"]
    assert page["nextQuery"] == "https://desk.example.test/ticket/list?limit=1&page=2"
