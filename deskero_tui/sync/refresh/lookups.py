"""Brings the look-up lists into the store: agents, statuses, sources, types, areas, groups."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING

from deskero_tui.domain.errors import Missing, NoSuchCall, Refused
from deskero_tui.domain.records.people import Agent, Customer
from deskero_tui.domain.records.terms import Person, PersonKind, Term, TermKind
from deskero_tui.domain.records.ticket import (
    Source,
    Status,
    Ticket,
    TicketArea,
    TicketGroup,
    TicketType,
)
from deskero_tui.store import lookups
from deskero_tui.store.database import Database

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

WELL_KNOWN_STATUSES = tuple(
    Term(name, name, labels)
    for name, labels in {
        "opened": {"en": "opened", "it": "aperto", "es": "abierto", "fr": "à traiter"},
        "onhold": {"en": "on hold", "it": "in attesa", "es": "en espera", "fr": "en attente"},
        "solved": {"en": "solved", "it": "risolto", "es": "resuelto", "fr": "résolu"},
        "closed": {"en": "closed", "it": "chiuso", "es": "cerrado", "fr": "fermé"},
    }.items()
)
"""What every desk has (API sheet §5.4), for one that does not offer the list. The labels of
`opened` are the vendor's, the others ours."""


async def refresh_lists(client: DeskeroClient, database: Database) -> None:
    """Reads every list afresh. A list that a desk lacks stays as it was.

    Raises:
        DeskeroError: The desk could not be asked, or the store not be written.
    """
    agents = await _agents(client)
    statuses = [named_term(status) for status in await client.statuses()]
    lists = {
        TermKind.STATUS: statuses or list(WELL_KNOWN_STATUSES),
        TermKind.SOURCE: [named_term(source) for source in await client.sources()],
        TermKind.TYPE: [kept_term(kind) for kind in await client.ticket_types()],
        TermKind.AREA: [kept_term(area) for area in await client.ticket_areas()],
        TermKind.GROUP: [kept_term(group) for group in await client.ticket_groups()],
    }

    def keep(connection: Connection) -> None:
        for kind, found in lists.items():
            lookups.replace_terms(connection, kind, found)
        if agents is not None:
            lookups.replace_people(connection, PersonKind.AGENT, agents)

    await database.write(keep)


async def _agents(client: DeskeroClient) -> list[Person] | None:
    """All agents; `None` on a desk that does not list them."""
    try:
        return [_agent(agent) for agent in await client.agents()]
    except (Missing, NoSuchCall, Refused):
        return None


def learn_from_tickets(connection: Connection, tickets: Sequence[Ticket]) -> bool:
    """Keeps the customers and terms that tickets mention, for desks that do not list them.

    Whether one of the terms is new.
    """
    customers = {t.customer.id: _customer(t.customer) for t in tickets if t.customer}
    lookups.add_people(connection, PersonKind.CUSTOMER, customers.values())
    found: dict[TermKind, dict[str, Term]] = {kind: {} for kind in TermKind}
    for ticket in tickets:
        for kind, named in (
            (TermKind.STATUS, ticket.status),
            (TermKind.SOURCE, ticket.source),
        ):
            if named:
                found[kind][named.name] = named_term(named)
        for kind, kept in (
            (TermKind.TYPE, ticket.type),
            (TermKind.AREA, ticket.area),
            (TermKind.GROUP, ticket.group),
        ):
            if kept:
                found[kind][kept.id] = kept_term(kept)
    news = [lookups.add_terms(connection, kind, named.values()) for kind, named in found.items()]
    return any(news)


def named_term(named: Status | Source) -> Term:
    """A status or a source: its machine name is its id (API sheet §4.6)."""
    return Term(named.name, named.name, named.labels)


def kept_term(kept: TicketType | TicketArea | TicketGroup) -> Term:
    return Term(kept.id, kept.name, kept.labels)


def _agent(agent: Agent) -> Person:
    return Person(agent.id, agent.name, agent.email, agent.wire_json())


def _customer(customer: Customer) -> Person:
    return Person(customer.id, customer.name, customer.email)
