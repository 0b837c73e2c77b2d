"""What a ticket will be once the changes are made that wait to be sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from deskero_tui.domain.ids import AgentId, AreaId, GroupId, TypeId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.people import Agent
from deskero_tui.domain.records.terms import Person, Term, TermKind
from deskero_tui.domain.records.ticket import Status, Ticket, TicketArea, TicketGroup, TicketType


class Names(Protocol):
    """What is known of those that a change names by their id alone."""

    def agent(self, agent_id: str) -> Person | None: ...

    def term(self, kind: TermKind, term_id: str) -> Term | None: ...


def expected(ticket: Ticket, patch: TicketPatch, names: Names) -> Ticket:
    """`ticket` as it is when the desk has made the change; what `names` lacks has its id alone."""
    update: dict[str, Any] = {}
    for name in patch.changed:
        member, made = _MEMBERS[name]
        update[member] = made(getattr(patch, name), names)
    return ticket.model_copy(update=update)


def _as_it_is(value: Any, names: Names) -> Any:
    return value


def _text(value: str | None, names: Names) -> str:
    return value or ""


def _agent(agent_id: str | None, names: Names) -> Agent | None:
    if agent_id is None:
        return None
    person = names.agent(agent_id)
    if person is None:
        return Agent(id=AgentId(agent_id))
    return Agent(id=AgentId(agent_id), name=person.name, email=person.email)


def _agents(agent_ids: tuple[str, ...], names: Names) -> tuple[Agent, ...]:
    return tuple(agent for agent in (_agent(one, names) for one in agent_ids) if agent is not None)


def _status(name: str, names: Names) -> Status:
    term = names.term(TermKind.STATUS, name)
    return Status(name=name, labels=dict(term.labels) if term else {})


def _type(type_id: str, names: Names) -> TicketType:
    return TicketType(id=TypeId(type_id), **_named(TermKind.TYPE, type_id, names))


def _area(area_id: str | None, names: Names) -> TicketArea | None:
    if area_id is None:
        return None
    return TicketArea(id=AreaId(area_id), **_named(TermKind.AREA, area_id, names))


def _group(group_id: str | None, names: Names) -> TicketGroup | None:
    if group_id is None:
        return None
    return TicketGroup(id=GroupId(group_id), **_named(TermKind.GROUP, group_id, names))


def _named(kind: TermKind, term_id: str, names: Names) -> dict[str, Any]:
    term = names.term(kind, term_id)
    return {"name": term.name, "labels": dict(term.labels)} if term else {"name": term_id}


def _custom_fields(fields: Mapping[str, str | None], names: Names) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}


_MEMBERS: Final[Mapping[str, tuple[str, Callable[[Any, Names], Any]]]] = {
    "subject": ("subject", _text),
    "status": ("status", _status),
    "assignee": ("assignee", _agent),
    "is_priority": ("is_priority", _as_it_is),
    "type": ("type", _type),
    "area": ("area", _area),
    "group": ("group", _group),
    "tags": ("tags", _as_it_is),
    "cc": ("cc", _agents),
    "memo": ("memo", _text),
    "custom_fields": ("custom_fields", _custom_fields),
}
"""Field of a patch to member of a ticket, and what makes the one into the other."""
