from __future__ import annotations

import json

import pytest

from deskero_tui.domain.records.people import Agent, AgentGroup, Company, Customer


@pytest.mark.parametrize("member", ["profilePhotoUrl", "profilePhotoURL"])
def test_the_photo_is_read_under_both_spellings(member: str) -> None:
    data = {"id": "1", member: "https://api.example.test/photo/1"}
    assert Agent.model_validate(data).photo_url == "https://api.example.test/photo/1"
    assert Customer.model_validate(data).photo_url == "https://api.example.test/photo/1"


def test_the_photo_is_written_as_each_record_spells_it() -> None:
    data = {"id": "1", "profilePhotoURL": "x", "profilePhotoUrl": "x"}
    agent = json.loads(Agent.model_validate(data | {}).wire_json())
    customer = json.loads(Customer.model_validate(data | {}).wire_json())
    assert agent["profilePhotoURL"] == "x"
    assert customer["profilePhotoUrl"] == "x"


def test_the_state_of_an_address_is_a_country() -> None:
    assert Customer.model_validate({"id": "1", "state": "GB"}).country_code == "GB"
    assert Company.model_validate({"id": "1", "state": "GB"}).country_code == "GB"


def test_the_account_has_an_id_of_its_own() -> None:
    customer = Customer.model_validate(
        {"id": "64c0", "account": {"id": "64ac", "username": "tom", "enabled": True}}
    )
    assert customer.account is not None
    assert (customer.id, customer.account.id) == ("64c0", "64ac")
    assert customer.account.is_enabled


def test_a_company_is_named_by_the_member_company() -> None:
    company = Company.model_validate(
        {"id": "1", "company": "Arden Ltd", "insertDate": "1382455565000"}
    )
    assert company.name == "Arden Ltd"
    assert company.inserted_at is not None


def test_a_team_may_hold_nulls_for_agents() -> None:
    group = AgentGroup.model_validate({"id": "1", "agents": [None, {"id": "64a0"}]})
    assert [agent.id for agent in group.agents] == ["64a0"]


def test_all_but_the_id_may_be_absent() -> None:
    for kind in (Agent, Customer, Company, AgentGroup):
        assert kind.model_validate({"id": 7}).wire_json() == '{"id":"7"}'
