"""Reads and writes the records of `directory`; every function runs inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    RowMapping,
    String,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from deskero_tui.server.errors import bad_request, not_found
from deskero_tui.server.http.json_text import json_text
from deskero_tui.server.http.list_params import ListQuery
from deskero_tui.server.ids import new_id
from deskero_tui.server.records.directory.kinds import (
    AGENT_GROUPS,
    AGENTS,
    CLASSIFICATIONS,
    COMPANIES,
    CUSTOMERS,
    Resource,
)
from deskero_tui.server.records.directory.wire import (
    AccountBody,
    AgentGroupPatch,
    PersonBody,
    RecordBody,
    image_type,
)
from deskero_tui.server.storage.dialect import fold, folded
from deskero_tui.server.storage.tables import (
    DIRECTORY_REVISION,
    agent_group_members,
    customers,
    desk_facts,
    photos,
)

Record = dict[str, Any]

MENU_SIZE = 20
"""How many records an autocomplete answers."""


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    records: list[bytes]
    """Each as JSON."""
    total: int
    """How many there are over all pages."""


def read_page(connection: Connection, resource: Resource, query: ListQuery, base_url: str) -> Page:
    """Read one page in the order the query asks for."""
    table = resource.table
    counting = select(func.count()).select_from(table).where(*query.conditions)
    total = connection.scalar(counting) or 0
    statement = (
        select(table)
        .where(*query.conditions)
        .order_by(*query.order)
        .limit(query.limit)
        .offset(query.offset)
    )
    rows = connection.execute(statement).mappings().all()
    records = as_records(connection, resource, rows, base_url)
    return Page([json_text(record).encode() for record in records], total)


def read_all(connection: Connection, resource: Resource, base_url: str) -> list[Record]:
    """Every record, by title; for menus."""
    table = resource.table
    rows = connection.execute(select(table).order_by(table.c[resource.title], table.c.id))
    return as_records(connection, resource, rows.mappings().all(), base_url)


def read_one(
    connection: Connection, resource: Resource, record_id: str, base_url: str
) -> bytes | None:
    """One record as JSON, or None."""
    rows = connection.execute(select(resource.table).where(resource.table.c.id == record_id))
    records = as_records(connection, resource, rows.mappings().all(), base_url)
    return json_text(records[0]).encode() if records else None


def read_by_ids(
    connection: Connection, resource: Resource, ids: Collection[str], base_url: str
) -> dict[str, Record]:
    """Records by id; unknown ids are left out."""
    if not ids:
        return {}
    rows = connection.execute(_BY_IDS[resource.path], {"ids": list(ids)}).mappings().all()
    return {record["id"]: record for record in as_records(connection, resource, rows, base_url)}


def complete(connection: Connection, resource: Resource, letters: str) -> list[Record]:
    """The first records whose title holds `letters`, as `{id, name}` (and a customer's e-mail)."""
    table = resource.table
    title = table.c[resource.title]
    members = [table.c.id, title.label("name")]
    if resource is CUSTOMERS:
        members.append(table.c.email)
    statement = (
        select(*members)
        .where(folded(title).contains(fold(letters), autoescape=True))
        .order_by(title, table.c.id)
        .limit(MENU_SIZE)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def read_photo(
    connection: Connection, resource: Resource, record_id: str
) -> tuple[str, bytes] | None:
    """MIME type and bytes of a picture, or None."""
    table = resource.table
    row = connection.execute(
        select(table.c.photoType, photos.c.content)
        .join(photos, photos.c.ownerId == table.c.id)
        .where(table.c.id == record_id)
    ).one_or_none()
    return (row.photoType, row.content) if row else None


def insert_record(connection: Connection, resource: Resource, body: RecordBody, now_ms: int) -> str:
    """Create a record; answers its id.

    Raises:
        ApiError: 400 for a title that is taken, or an unknown agent in a group.
    """
    _check(connection, resource, body, own_id=None)
    record_id = new_id(now_ms)
    values = body.given(*resource.writable)
    if resource is CUSTOMERS and values.get("topClient") is None:
        values["topClient"] = False
    if resource is COMPANIES:
        values["insertDate"] = now_ms
    connection.execute(
        insert(resource.table).values(id=record_id, **values, **_account(body, None, now_ms))
    )
    _save_parts(connection, resource, record_id, body)
    note_change(connection)
    return record_id


def update_record(
    connection: Connection, resource: Resource, record_id: str, body: RecordBody, now_ms: int
) -> str:
    """Change the members that were sent; answers the id.

    Raises:
        ApiError: 404 for an unknown id, 400 as for `insert_record` and for clearing the title.
    """
    table = resource.table
    old = connection.execute(select(table).where(table.c.id == record_id)).mappings().first()
    if old is None:
        raise not_found(f"There is no {resource.noun} {record_id}")
    body.cannot_be_null(resource.title)
    _check(connection, resource, body, own_id=record_id)
    values = body.given(*resource.writable) | _account(body, old, now_ms)
    if values.get("topClient", False) is None:
        values["topClient"] = False
    if values:
        connection.execute(update(table).where(table.c.id == record_id).values(**values))
    if resource is COMPANIES and "company" in values:
        connection.execute(
            update(customers)
            .where(customers.c.company == old["company"])
            .values(company=values["company"])
        )
    _save_parts(connection, resource, record_id, body)
    note_change(connection)
    return record_id


def delete_record(connection: Connection, resource: Resource, record_id: str) -> str:
    """Delete for good; answers the id.

    Raises:
        ApiError: 404 for an unknown id, 400 while something still names the record.
    """
    table = resource.table
    title = connection.scalar(select(table.c[resource.title]).where(table.c.id == record_id))
    if title is None:
        raise not_found(f"There is no {resource.noun} {record_id}")
    users = [(column == record_id, holder) for column, holder in resource.used_in]
    if resource is COMPANIES:
        users.append((customers.c.company == title, "customers"))
    for names_it, holder in users:
        if connection.scalar(select(exists().where(names_it))):
            raise bad_request(f"This {resource.noun} still has {holder}")
    connection.execute(delete(photos).where(photos.c.ownerId == record_id))
    connection.execute(delete(table).where(table.c.id == record_id))
    note_change(connection)
    return record_id


def as_records(
    connection: Connection, resource: Resource, rows: Sequence[RowMapping], base_url: str
) -> list[Record]:
    """Rows as they are read over the wire, references embedded whole."""
    if resource is AGENT_GROUPS:
        return _groups_with_agents(connection, rows, base_url)
    records: list[Record] = [dict(row) for row in rows]
    if (member := resource.photo_member) is not None:
        address = f"{base_url}/{resource.path}/photo/"
        for record in records:
            has_photo = record.pop("photoType") is not None
            record[member] = address + record["id"] if has_photo else None
    if resource is COMPANIES:
        for record in records:
            # The documented record holds this one moment as digits in a text (API sheet §5.12).
            record["insertDate"] = str(record["insertDate"])
    return records


_NEXT_REVISION = (
    update(desk_facts)
    .where(desk_facts.c.name == DIRECTORY_REVISION)
    .values(value=cast(cast(desk_facts.c.value, Integer) + 1, String))
)


def note_change(connection: Connection) -> None:
    """Say that a record which tickets may show was written; part of that write."""
    connection.execute(_NEXT_REVISION)


def _groups_with_agents(
    connection: Connection, rows: Iterable[RowMapping], base_url: str
) -> list[Record]:
    groups = {row["id"]: dict(row) | {"agents": []} for row in rows}
    members = connection.execute(
        select(agent_group_members.c.groupId, agent_group_members.c.agentId)
        .where(agent_group_members.c.groupId.in_(list(groups)))
        .order_by(agent_group_members.c.sequence)
    ).all()
    agents = read_by_ids(connection, AGENTS, {member.agentId for member in members}, base_url)
    for group_id, agent_id in members:
        groups[group_id]["agents"].append(agents[agent_id])
    return list(groups.values())


def _check(
    connection: Connection, resource: Resource, body: RecordBody, *, own_id: str | None
) -> None:
    """Names that other records go by must be unique: of companies and classifications."""
    by_name = resource is COMPANIES or resource.documented_list_key == "ticket"
    title = getattr(body, resource.title)
    if not by_name or title is None:
        return
    table = resource.table
    taken = exists().where(table.c[resource.title] == title, table.c.id != (own_id or ""))
    if connection.scalar(select(taken)):
        raise bad_request(f"{resource.title}: {title} exists already")


def _account(body: RecordBody, old: RowMapping | None, now_ms: int) -> Record:
    """The `account` column to write, completed from the stored one; empty when not sent."""
    if not isinstance(body, PersonBody) or "account" not in body.model_fields_set:
        return {}
    if body.account is None:
        return {"account": None}
    stored: Record = (old["account"] if old else None) or {
        **AccountBody().model_dump(),
        "id": new_id(now_ms),
        "insertDate": now_ms,
    }
    sent = body.account.given("username", "enabled", "blockedDate", "lastPasswordChange")
    return {"account": stored | sent}


def _save_parts(
    connection: Connection, resource: Resource, record_id: str, body: RecordBody
) -> None:
    """What a body holds beside columns: a picture, the agents of a group."""
    if isinstance(body, PersonBody) and body.photo is not None:
        connection.execute(delete(photos).where(photos.c.ownerId == record_id))
        connection.execute(insert(photos).values(ownerId=record_id, content=body.photo))
        table = resource.table
        has_photo = update(table).where(table.c.id == record_id)
        connection.execute(has_photo.values(photoType=image_type(body.photo)))
    if isinstance(body, AgentGroupPatch) and "agents" in body.model_fields_set:
        agent_ids = list(dict.fromkeys(agent.id for agent in body.agents or []))
        known = read_by_ids(connection, AGENTS, agent_ids, "")
        for agent_id in agent_ids:
            if agent_id not in known:
                raise bad_request(f"agents: there is no agent {agent_id}")
        of_group = agent_group_members.c.groupId == record_id
        connection.execute(delete(agent_group_members).where(of_group))
        if agent_ids:
            rows = [{"groupId": record_id, "agentId": agent_id} for agent_id in agent_ids]
            connection.execute(insert(agent_group_members), rows)


_BY_IDS = {
    resource.path: select(resource.table).where(
        resource.table.c.id.in_(bindparam("ids", expanding=True))
    )
    for resource in (AGENTS, CUSTOMERS, *CLASSIFICATIONS)
}
