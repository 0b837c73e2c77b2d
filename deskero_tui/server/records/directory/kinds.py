"""Agents, customers, companies, agent groups and classifications: one table of what they are.

`directory_records` reads and writes them, `routes.directory` answers for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Table, func, or_, select

from deskero_tui.server.http.list_params import (
    Condition,
    Matcher,
    Narrowing,
    Searchable,
    columns_as_fields,
    containing,
    exactly,
    flag,
    number,
)
from deskero_tui.server.records.directory import wire as bodies
from deskero_tui.server.storage.dialect import folded
from deskero_tui.server.storage.tables import (
    agent_group_members,
    agent_groups,
    agents,
    companies,
    customers,
    notes,
    replies,
    ticket_areas,
    ticket_cc,
    ticket_groups,
    ticket_types,
    tickets,
)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of record outside tickets."""

    path: str
    """First segment of its calls."""
    list_key: str
    """Member that wraps a page."""
    documented_list_key: str
    """What the vendor's page shows in its place (API sheet §3.4)."""
    noun: str
    table: Table
    title: str
    """The member people know it by; lists are sorted by it and completed from it."""
    new: type[bodies.RecordBody]
    patch: type[bodies.RecordBody]
    searchable: Searchable
    used_in: tuple[tuple[Column[Any], str], ...] = ()
    """Columns that may name such a record, with what holds them: a named record stays."""
    photo_member: str | None = None
    """Spelling of the picture's address; None for records without a picture."""

    @property
    def writable(self) -> list[str]:
        """Members that a body may write straight into a column."""
        written = self.patch.model_fields.keys() - {"id", "insertDate", "account"}
        return [column.name for column in self.table.columns if column.name in written]


def _exact(table: Table, *names: str) -> dict[str, Matcher]:
    return dict(columns_as_fields((table.c[name] for name in names), exactly))


def _texts(table: Table, *names: str) -> dict[str, Matcher]:
    return dict(columns_as_fields((table.c[name] for name in names), containing))


def _any_of(table: Table, *names: str) -> Narrowing:
    """The `text` parameter: somewhere in these columns."""

    def match(value: str) -> Condition:
        return or_(*(containing(table.c[name])(value) for name in names))

    return match


def _initials(column: Column[Any]) -> Narrowing:
    """`range=a-d`: the first letter lies between two, both included (API sheet §3.5)."""

    def match(value: str) -> Condition:
        first, dash, last = value.strip().lower().partition("-")
        if not dash or len(first) != 1 or len(last) != 1:
            raise ValueError("must look like a-d")
        return func.substr(folded(column), 1, 1).between(first, last)

    return match


def _of_company(value: str) -> Condition:
    """Customers carry their company's name, and are asked for by its id (API sheet §5.7)."""
    return customers.c.company.in_(select(companies.c.company).where(companies.c.id == value))


def _of_agent(value: str) -> Condition:
    members = agent_group_members.c
    return agent_groups.c.id.in_(select(members.groupId).where(members.agentId == value))


def _searchable(table: Table, title: str, fields: dict[str, Matcher]) -> Searchable:
    ids: dict[str, Matcher] = {"id": exactly(table.c.id), "_id": exactly(table.c.id)}
    sortable = {
        column.name: (column,)
        for column in table.columns
        if not isinstance(column.type, JSON) and column.name != "photoType"
    }
    return Searchable(ids | fields, sortable, f"{title}_ASC", table.c.id)


AGENTS = Resource(
    path="agent",
    list_key="agent",
    documented_list_key="agent",
    noun="agent",
    table=agents,
    title="name",
    new=bodies.NewAgent,
    patch=bodies.AgentPatch,
    searchable=_searchable(
        agents,
        "name",
        _texts(agents, "name", "email", "address", "city", "signature")
        | _texts(agents, "phoneNumber", "mobileNumber")
        | {"text": _any_of(agents, "name", "email")},
    ),
    used_in=(
        (tickets.c.assignedTo, "tickets"),
        (ticket_cc.c.agentId, "tickets in copy"),
        (replies.c.replyFromOperator, "replies"),
        (replies.c.replyToOperator, "replies"),
        (notes.c.insertBy, "notes"),
        (notes.c.assignedTo, "notes"),
    ),
    photo_member="profilePhotoURL",
)

_CUSTOMER_TEXTS = (
    *("name", "email", "phoneNumber", "faxNumber", "mobileNumber"),
    *("address", "city", "province", "postalNumber"),
    *("skypeAddress", "msnAddress", "gtalkAddress"),
    *("twitterAccountUrl", "facebookAccountUrl", "linkedinAccountUrl"),
    *("googleAccountUrl", "youtubeAccountUrl"),
    *("signature", "memo", "website", "company"),
)

CUSTOMERS = Resource(
    path="customer",
    list_key="customer",
    documented_list_key="customer",
    noun="customer",
    table=customers,
    title="name",
    new=bodies.NewCustomer,
    patch=bodies.CustomerPatch,
    searchable=_searchable(
        customers,
        "name",
        _texts(customers, *_CUSTOMER_TEXTS)
        | _exact(customers, "state", "language", "registrationChannel", "insertByAgentId")
        | {
            "birthDate": number(customers.c.birthDate),
            "topClient": flag(customers.c.topClient),
            "company._id": _of_company,
            "range": _initials(customers.c.name),
            "text": _any_of(customers, "name", "email", "company", "city", "memo"),
        },
    ),
    used_in=(
        (tickets.c.openedBy, "tickets"),
        (replies.c.replyFromCustomer, "replies"),
        (replies.c.replyToCustomer, "replies"),
    ),
    photo_member="profilePhotoUrl",
)

COMPANIES = Resource(
    path="company",
    list_key="company",
    documented_list_key="company",
    noun="company",
    table=companies,
    title="company",
    new=bodies.NewCompany,
    patch=bodies.CompanyPatch,
    searchable=_searchable(
        companies,
        "company",
        _texts(companies, "company", "vatNumber", "email", "invoicingEmail", "phoneNumber")
        | _texts(companies, "faxNumber", "address", "city", "province", "postalNumber")
        | _texts(companies, "bankAccount", "note")
        | _exact(companies, "state")
        | {
            "insertDate": number(companies.c.insertDate),
            "range": _initials(companies.c.company),
            "text": _any_of(companies, "company", "email", "city", "note"),
        },
    ),
)

AGENT_GROUPS = Resource(
    path="agentGroup",
    list_key="agentGroup",
    documented_list_key="agentGroup",
    noun="agent group",
    table=agent_groups,
    title="name",
    new=bodies.NewAgentGroup,
    patch=bodies.AgentGroupPatch,
    searchable=_searchable(
        agent_groups,
        "name",
        _texts(agent_groups, "name", "description") | {"agents._id": _of_agent},
    ),
)


def _classification(
    member: str,
    table: Table,
    new: type[bodies.RecordBody],
    patch: type[bodies.RecordBody],
) -> Resource:
    return Resource(
        path=f"ticket{member.capitalize()}",
        list_key=member,
        documented_list_key="ticket",
        noun=f"ticket {member}",
        table=table,
        title=member,
        new=new,
        patch=patch,
        searchable=_searchable(table, member, _texts(table, member)),
        used_in=((tickets.c[member], "tickets"),),
    )


TYPES = _classification("type", ticket_types, bodies.NewType, bodies.TypePatch)
AREAS = _classification("area", ticket_areas, bodies.NewArea, bodies.AreaPatch)
GROUPS = _classification("group", ticket_groups, bodies.NewGroup, bodies.GroupPatch)

CLASSIFICATIONS = (TYPES, AREAS, GROUPS)
RESOURCES = (AGENTS, CUSTOMERS, COMPANIES, AGENT_GROUPS, *CLASSIFICATIONS)
