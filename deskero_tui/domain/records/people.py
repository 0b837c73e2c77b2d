"""Agents, customers and their companies as a desk sends them (API sheet §5.7 to §5.12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AliasChoices, Field
from typing_extensions import override

from deskero_tui.domain.ids import AccountId, AgentGroupId, AgentId, CompanyId, CustomerId
from deskero_tui.domain.records.wire_types import (
    CustomFields,
    Flag,
    Items,
    OptionalMoment,
    Record,
    Tags,
    Text,
    WireId,
    looks_like_id,
)


def _person_of(text: str) -> Mapping[str, object]:
    name = "" if looks_like_id(text) or "@" in text else text
    return {"id": text, "name": name, "email": text if "@" in text else ""}


class Account(Record):
    """The log-in data inside a customer or an agent; its id is in a space of its own."""

    id: Annotated[AccountId, WireId]
    username: Text = ""
    is_enabled: Flag = Field(False, alias="enabled")
    inserted_at: OptionalMoment = Field(None, alias="insertDate")
    blocked_at: OptionalMoment = Field(None, alias="blockedDate")
    password_changed_at: OptionalMoment = Field(None, alias="lastPasswordChange")


class Agent(Record):
    """Somebody who answers tickets (wire: operator). Only the id is certain (API sheet §5.8)."""

    id: Annotated[AgentId, WireId]
    name: Text = ""
    email: Text = ""
    phone_number: Text = ""
    mobile_number: Text = ""
    address: Text = ""
    city: Text = ""
    signature: Text = ""
    photo_url: Text = Field(
        "",
        validation_alias=AliasChoices("profilePhotoURL", "profilePhotoUrl"),
        serialization_alias="profilePhotoURL",
    )
    account: Account | None = None

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as id or name."""
        return _person_of(text)


class Customer(Record):
    """Somebody who opens tickets."""

    id: Annotated[CustomerId, WireId]
    name: Text = ""
    email: Text = ""
    phone_number: Text = ""
    fax_number: Text = ""
    mobile_number: Text = ""
    address: Text = ""
    city: Text = ""
    province: Text = ""
    postal_number: Text = ""
    country_code: Text = Field("", alias="state")
    """Two letters. The wire calls it a state (API sheet §3.6)."""
    skype_address: Text = ""
    msn_address: Text = ""
    gtalk_address: Text = ""
    twitter_account_url: Text = ""
    facebook_account_url: Text = ""
    linkedin_account_url: Text = ""
    google_account_url: Text = ""
    youtube_account_url: Text = ""
    is_top_client: Flag = Field(False, alias="topClient")
    photo_url: Text = Field(
        "",
        validation_alias=AliasChoices("profilePhotoUrl", "profilePhotoURL"),
        serialization_alias="profilePhotoUrl",
    )
    signature: Text = ""
    memo: Text = ""
    website: Text = ""
    company: Text = ""
    """The company's name, not its id."""
    language: Text = ""
    account: Account | None = None
    inserted_by: Text = Field("", alias="insertByAgentId")
    tags: Tags = ()
    custom_fields: CustomFields = Field(default_factory=dict)

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as id, address or name."""
        return _person_of(text)


class Company(Record):
    """The firm a customer belongs to."""

    id: Annotated[CompanyId, WireId]
    name: Text = Field("", alias="company")
    vat_number: Text = ""
    email: Text = ""
    invoicing_email: Text = ""
    phone_number: Text = ""
    fax_number: Text = ""
    address: Text = ""
    city: Text = ""
    province: Text = ""
    country_code: Text = Field("", alias="state")
    postal_number: Text = ""
    bank_account: Text = ""
    inserted_at: OptionalMoment = Field(None, alias="insertDate")
    note: Text = ""


class AgentGroup(Record):
    """A team of agents; not to be confused with a ticket's group."""

    id: Annotated[AgentGroupId, WireId]
    name: Text = ""
    description: Text = ""
    agents: Annotated[tuple[Agent, ...], Items] = ()
