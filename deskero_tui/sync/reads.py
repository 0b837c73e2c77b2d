"""What an account's store knows, for the screens and the commands: the reading half of a `Desk`."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import BadInput, Missing
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId
from deskero_tui.domain.query.query import Query, View, fold_name, searched_words
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.records.terms import Person, PersonKind, Term, TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.epoch import from_ms, to_ms
from deskero_tui.store import custom_fields, listing, lookups, pins, tickets
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.items import OutboxItem
    from deskero_tui.domain.outbox.unsent import Names
    from deskero_tui.domain.query.time_bounds import Bound
    from deskero_tui.domain.records.conversation import Conversation
    from deskero_tui.domain.records.customer_card import CustomerCard
    from deskero_tui.domain.records.ticket import Ticket

MOST_TICKETS_OF_CUSTOMER: Final = 500
"""Of one customer, the last changed first; somebody with more is a shop of their own."""


class Reads:
    """Everything that is answered from the store alone. Never waits for the network.

    Lives on the event loop; what is asked with `await` is read on the store's own thread.
    """

    def __init__(self, database: Database, profile: Profile, clock: Clock) -> None:
        """Reads at once who we are and what statuses are called.

        Raises:
            StoreBroken: The store cannot be read.
        """
        self.profile = profile
        self.clock = clock
        self._database = database
        self._known = database.read_now(self._read_known)

    @property
    def me(self) -> AgentId | None:
        """Which agent we are; `None` while that is not known."""
        return self._known.me

    @property
    def names(self) -> Names:
        """What ids stand for, as far as the look-up lists say."""
        from deskero_tui.domain.outbox.unsent import Names

        return Names(
            lang=self.profile.lang,
            people={str(id): name for id, name in self._known.agent_names.items()},
            statuses=self._known.status_labels,
            terms=self._known.term_labels,
        )

    def unsent_now(self) -> list[OutboxItem]:
        """What has not ended, at once on the calling thread: for what is said after the end.

        Raises:
            StoreBroken: The store cannot be read.
        """
        from deskero_tui.store import outbox

        now = self.clock.now()
        found = self._database.read_now(lambda c: outbox.listed(c, ticket_id=None, now=now))
        return [item for item in found if not item.has_ended]

    def order_now(self, query: Query, *, limit: int = -1) -> array[int]:
        """As `order`, at once on the calling thread: for the first picture."""
        return self._database.read_now(
            lambda c: listing.order_of(c, query, self._viewer(), limit=limit)
        )

    def rows_now(self, keys: Sequence[int]) -> list[TicketRow]:
        """As `rows`, at once on the calling thread: for the first picture."""
        return self._database.read_now(self._row_reader(keys))

    async def order(self, query: Query, *, limit: int = -1) -> array[int]:
        """The keys of the tickets that `query` shows, in its order; at most `limit` unless
        negative. Never waits for the network.

        Raises:
            StoreBroken: The store cannot be read.
        """
        return await self._database.read(
            lambda c: listing.order_of(c, query, self._viewer(), limit=limit)
        )

    async def rows(self, keys: Sequence[int], *, query: Query | None = None) -> list[TicketRow]:
        """The list lines of `keys` in their order, without those that are gone.

        Of a query that searches for words, each says where it has them.

        Raises:
            StoreBroken: The store cannot be read.
        """
        return await self._database.read(self._row_reader(keys, query))

    async def row(self, ticket_id: TicketId) -> TicketRow:
        """The list line of one ticket.

        Raises:
            Missing: The store does not hold it.
        """
        rows = await self.rows_of_tickets([ticket_id])
        if not rows:
            raise _gone()
        return rows[0]

    async def rows_of_tickets(self, ids: Sequence[TicketId]) -> list[TicketRow]:
        """The list lines of tickets by their ids, in their order, without those that are gone.

        Raises:
            StoreBroken: The store cannot be read.
        """

        def read(connection: Connection) -> list[TicketRow]:
            keys = [tickets.key_of(connection, ticket_id) for ticket_id in ids]
            return self._row_reader([key for key in keys if key is not None])(connection)

        return await self._database.read(read)

    async def counts(self, views: Sequence[View]) -> tuple[int, ...]:
        """How many tickets each view shows."""
        conditions = [view.query.condition for view in views]
        return await self._database.read(lambda c: listing.counts_of(c, conditions, self._viewer()))

    async def next_turn(self, bounds: Collection[Bound]) -> datetime | None:
        """Return when the time alone changes next what views show; `None` when nothing will.

        `bounds` are those of their conditions that move with the clock, as they are now.

        Raises:
            StoreBroken: The store cannot be read.
        """
        from deskero_tui.store import turning

        now_ms = to_ms(self.clock.now())

        def read(connection: Connection) -> int | None:
            wait_ms = turning.next_passing_ms(connection, bounds)
            moments = [None if wait_ms is None else now_ms + wait_ms]
            if self.me is None:
                # Nobody watches for them: they are everybody's.
                moments.append(turning.next_reminder_ms(connection, after_ms=now_ms))
            return min((at for at in moments if at is not None), default=None)

        if not bounds and self.me is not None:
            return None
        turn_ms = await self._database.read(read)
        return None if turn_ms is None else from_ms(turn_ms)

    async def ticket_count(self) -> int:
        """How many tickets the store holds."""
        return await self._database.read(listing.ticket_count)

    async def conversation(self, ticket_id: TicketId) -> Conversation:
        """A ticket made ready to be read, as the store has it.

        Raises:
            Missing: The store does not hold it.
        """
        from deskero_tui.domain.records.conversation import conversation_of

        ticket = await self.ticket(ticket_id)
        return await asyncio.to_thread(
            conversation_of, ticket, lang=self.profile.lang, agent_names=self._known.agent_names
        )

    async def seen_at(self, ticket_id: TicketId) -> datetime | None:
        """As of when the agent knows a ticket: its last change when they last opened it here.

        `None` when they never did. `Desk.open_ticket` makes it the change that is known now.
        """
        seen_ms = await self._database.read(lambda c: tickets.seen_ms(c, ticket_id))
        return None if seen_ms is None else from_ms(seen_ms)

    async def ticket(self, ticket_id: TicketId) -> Ticket:
        """The record of a ticket, as the store has it, with the changes that are on their way.

        Raises:
            Missing: The store does not hold it.
        """
        return await self._database.read(lambda c: _ticket(c, ticket_id))

    async def tags_by_ticket(self, ids: Sequence[TicketId]) -> dict[TicketId, tuple[str, ...]]:
        """The tags of tickets, with the changes that are on their way; without those that are gone.

        Raises:
            StoreBroken: The store cannot be read.
        """

        def read(connection: Connection) -> dict[TicketId, tuple[str, ...]]:
            found = {}
            for ticket_id in ids:
                with suppress(Missing):
                    found[ticket_id] = _ticket(connection, ticket_id).tags
            return found

        return await self._database.read(read)

    async def customer_card(self, customer_id: CustomerId, *, besides: TicketId) -> CustomerCard:
        """What is known of a customer, and their tickets but for the one that is looked at.

        Raises:
            Missing: Nothing is known.
        """
        from deskero_tui.domain.records.customer_card import card_of
        from deskero_tui.store import customers

        def read(connection: Connection) -> CustomerCard:
            known = customers.known_customer(connection, customer_id)
            if known is None:
                raise Missing("Nothing is known of this customer.")
            keys = customers.tickets_of_customer(
                connection, customer_id, besides=besides, limit=MOST_TICKETS_OF_CUSTOMER
            )
            return card_of(
                known.customer,
                as_of=from_ms(known.read_ms),
                is_whole=known.is_whole,
                tickets=tuple(self._row_reader(keys)(connection)),
            )

        return await self._database.read(read)

    async def find(self, name: str) -> TicketId:
        """The ticket that people call `name`: its number, with or without the year, or its id.

        Raises:
            Missing: None is known by that name.
            BadInput: Several are.
        """
        found = await self._database.read(lambda c: tickets.ids_named(c, name))
        match found:
            case [ticket_id]:
                return ticket_id
            case []:
                raise Missing(f"There is no ticket {safe_line(name, max_chars=60)}.")
            case _:
                raise BadInput(
                    f"Several tickets have the number {safe_line(name, max_chars=60)}. "
                    "Give the number with its year."
                )

    async def agents(self) -> list[Choice]:
        """All agents by name, the one who asks first."""
        people = await self._database.read(lambda c: lookups.people_of(c, PersonKind.AGENT))
        return sorted(map(person_choice, people), key=lambda choice: choice.id != self.me)

    async def customers(self, holding: str, *, limit: int = 50) -> list[Choice]:
        """Return the customers seen so far that `holding` finds, by name.

        It is their id, or a part of their name or address.
        """
        people = await self._database.read(
            lambda c: lookups.people_of(c, PersonKind.CUSTOMER, holding=holding, limit=limit)
        )
        return list(map(person_choice, people))

    async def terms(self, kind: TermKind) -> list[Choice]:
        """A look-up list in the agent's language and the desk's order."""
        found = await self._database.read(lambda c: lookups.terms_of(c, kind))
        return [Choice(term.id, self._label(term)) for term in found]

    async def companies(self) -> list[str]:
        """Every company of a customer, by name, as the desk spells it."""
        return await self._database.read(listing.companies_of)

    async def pinned(self) -> list[TicketId]:
        """The tickets that the agent has pinned, the last one first; some may be gone."""
        return await self._database.read(pins.pinned_tickets)

    async def tags(self) -> list[Choice]:
        """Every tag that a ticket has, by name."""
        found = await self._database.read(listing.tags_of)
        return [Choice(tag, safe_line(tag, max_chars=60)) for tag in found]

    async def custom_field_names(self) -> list[str]:
        """The custom fields that tickets have, as the desk spells them, by name."""
        return await self._database.read(custom_fields.field_names)

    async def custom_field_values(self, name: str) -> list[str]:
        """What other tickets have in a custom field, the most frequent first."""
        return await self._database.read(lambda c: custom_fields.field_values(c, name))

    def learn_lists(self) -> None:
        """Takes note of agents and statuses again, after the store was told of new ones.

        Raises:
            StoreBroken: The store cannot be read.
        """
        self._known = self._database.read_now(self._read_known)

    # -- private -------------------------------------------------------------------------------

    def _viewer(self) -> Viewer:
        return Viewer(self.me, to_ms(self.clock.now()))

    def _row_reader(
        self, keys: Sequence[int], query: Query | None = None
    ) -> Callable[[Connection], list[TicketRow]]:
        searched = searched_words(query.condition) if query else ()
        return lambda c: listing.rows_of(
            c,
            keys,
            label_of_status=self._label_of_status,
            label_of_term=self._label_of_term,
            searched=searched,
        )

    def _label_of_status(self, status: str) -> SafeText:
        return self._known.status_labels.get(status) or safe_line(status, max_chars=40)

    def _label_of_term(self, kind: TermKind, id: str) -> SafeText:
        return self._known.term_labels.get((kind, id)) or safe_line(id, max_chars=40)

    def _label(self, term: Term) -> SafeText:
        return safe_line(term.label(self.profile.lang), max_chars=40)

    def _read_known(self, connection: Connection) -> _Known:
        agents = lookups.people_of(connection, PersonKind.AGENT)
        statuses = lookups.terms_of(connection, TermKind.STATUS)
        return _Known(
            me=_myself(self.profile, agents),
            agent_names={AgentId(agent.id): agent.name for agent in agents},
            status_labels={fold_name(term.name): self._label(term) for term in statuses},
            term_labels={
                (kind, term.id): self._label(term)
                for kind in TermKind
                for term in lookups.terms_of(connection, kind)
            },
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows and permissions are computed with; read anew when the lists change."""

    me: AgentId | None
    agent_names: Mapping[AgentId, str]
    status_labels: Mapping[str, SafeText]
    """By folded machine name, in the agent's language."""
    term_labels: Mapping[tuple[TermKind, str], SafeText]
    """By the id of an entry of a look-up list, in the agent's language."""


def _myself(profile: Profile, agents: Sequence[Person]) -> AgentId | None:
    """The agent whose id, address or name was given; the only one there is when none was.

    Where we must be somebody known, nobody is guessed.
    """
    said = profile.agent.strip()
    if not said:
        is_sure = len(agents) == 1 and not profile.must_be_known
        return AgentId(agents[0].id) if is_sure else None
    wanted = said.casefold()
    found = [
        agent
        for agent in agents
        if agent.id == said or wanted in (agent.email.casefold(), agent.name.casefold())
    ]
    return AgentId(found[0].id) if len(found) == 1 else None


def person_choice(person: Person) -> Choice:
    """A person as pickers show them: by name, with the address beside it."""
    return Choice(
        person.id,
        safe_line(person.name or person.email or person.id, max_chars=80),
        safe_line(person.email, max_chars=80),
    )


def _ticket(connection: Connection, ticket_id: TicketId) -> Ticket:
    from deskero_tui.domain.records.ticket import Ticket
    from deskero_tui.store.pending import with_pending

    found = tickets.reading_of(connection, ticket_id)
    if found is None:
        raise _gone()
    return with_pending(connection, Ticket.model_validate_json(found.record), read_ms=found.read_ms)


def _gone() -> Missing:
    return Missing("The ticket is no longer there. Somebody has deleted it.")
