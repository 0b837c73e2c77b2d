"""Two agents, two machines, one desk, and everything that can go wrong: nothing is lost, nothing is
there twice, the order within a ticket stays, and no colleague's value is overwritten unasked.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from deskero_tui.domain.ids import CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.contents import Kind
from deskero_tui.domain.outbox.delivery_check import Finding, find
from deskero_tui.domain.outbox.items import Decision, ItemId, OutboxItem, State
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.store.outbox import sent_beside
from tests.support.desk_double import DeskDouble, Fault, MovableClock
from tests.sync.console import T1, T2, Console

T = TypeVar("T")

AGENTS = ("a1", "a2")
STATUSES = ("opened", "onhold", "solved", "closed")
TICKETS = st.sampled_from([T1, T2])
CONSOLES = st.sampled_from(AGENTS)
WRITES = st.one_of(
    st.tuples(st.just("reply"), st.sampled_from(["Any news?", "Any news?", "On its way."])),
    st.tuples(st.just("note"), st.sampled_from(["a <b>\nc", "a <b>\nc", "Called."])),
    st.tuples(st.just("change"), st.sampled_from(STATUSES)),
    st.tuples(st.just("create"), st.sampled_from(["Lost key", "Lost key", "Broken lamp"])),
    st.tuples(st.just("delete"), st.just("")),
)
"""Few different words, so that equal ones meet often."""
READ_FAULTS = st.sampled_from([Fault.CUT_BEFORE, Fault.FAILED_BEFORE, Fault.NOT_FOUND])
MEANWHILE = st.one_of(
    st.tuples(st.just("somebody_sets_status"), st.tuples(TICKETS, st.sampled_from(STATUSES))),
    st.tuples(st.just("customer_writes"), TICKETS),
    st.tuples(st.just("restart"), CONSOLES),
    st.tuples(st.just("time_passes"), st.sampled_from([0.5, 5.0, 31.0, 90.0])),
    st.tuples(st.just("clock_jumps"), st.sampled_from([-86_400.0, -40.0, 40.0, 86_400.0])),
    st.tuples(st.just("reads_fail"), st.lists(READ_FAULTS, max_size=5)),
    st.tuples(st.just("desk_changes_texts"), st.sampled_from(["not at all", "signed", "capitals"])),
)
"""A method of the machine, and its argument."""


SIGNATURE = "\n-- \nAcme"


def changed(body: dict[str, Any], how: str) -> dict[str, Any]:
    """What a desk makes of the texts in a body before it stores them."""
    texts = {"text", "note", "subject", "description"}
    change = {"signed": lambda text: text + SIGNATURE, "capitals": str.upper}.get(how, str)
    return {name: change(value) if name in texts else value for name, value in body.items()}


def as_written(text: str) -> str:
    """The text without what the desk has changed; in small letters."""
    return text.casefold().removesuffix(SIGNATURE.casefold())


class OutboxMachine(RuleBasedStateMachine):
    """What was queued, by whom and in which order, beside what the desk has."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = MovableClock()
        self.desk = DeskDouble(self.clock)
        self.desk.on_update = self.note_overwriting
        self.desk.add_ticket(T1)
        self.desk.add_ticket(T2)
        home = Path(self.folder.name)
        self.consoles = {
            agent: Console(home / f"{agent}.sqlite", self.desk, self.clock, me=agent)
            for agent in AGENTS
        }
        self.meant: dict[str, dict[ItemId, tuple[TicketId, str]]] = {agent: {} for agent in AGENTS}
        """What must arrive, by agent, in the order in which it was queued."""
        self.new: dict[str, dict[ItemId, str]] = {agent: {} for agent in AGENTS}
        """The same for new tickets: their subjects."""
        self.deleted: list[str] = []
        """Tickets that must go."""
        self.may_replace: dict[tuple[str, str], set[str]] = {
            (agent, ticket): {"opened"} for agent in AGENTS for ticket in (T1, T2)
        }
        """Statuses that an agent has seen, or has been asked about."""
        self.overwritten_unasked: list[tuple[str, str, str]] = []
        for console in self.consoles.values():
            self.run_(console.start())
            for ticket in (T1, T2):
                self.run_(console.see(ticket))

    @initialize(honours_keys=st.booleans())
    def choose_desk(self, honours_keys: bool) -> None:
        self.desk.honours_keys = honours_keys

    def run_(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def note_overwriting(self, agent: str, ticket: str, member: str, was: Any) -> None:
        # It was right when it was sent; what the network holds back no client can call back.
        if self.desk.is_applying_late:
            return
        if member == "status" and was["status"] not in self.may_replace[agent, ticket]:
            self.overwritten_unasked.append((agent, ticket, was["status"]))

    def see(self, agent: str, ticket: TicketId) -> None:
        """The agent looks at the ticket, so that every value on it has been seen."""
        self.desk.read_faults.clear()
        self.run_(self.consoles[agent].see(ticket))
        self.may_replace[agent, ticket].add(self.desk.tickets[ticket]["status"]["status"])

    # -- what the agents do, and what goes wrong meanwhile ---------------------------------------

    @rule(
        agent=CONSOLES,
        writes=st.lists(st.tuples(TICKETS, WRITES), min_size=1, max_size=4),
        faults=st.lists(st.sampled_from([None, *Fault]), max_size=4),
        meanwhile=st.lists(MEANWHILE, max_size=2),
        steps=st.integers(1, 8),
    )
    def work(
        self,
        agent: str,
        writes: list[tuple[TicketId, tuple[str, str]]],
        faults: list[Fault | None],
        meanwhile: list[tuple[str, Any]],
        steps: int,
    ) -> None:
        """Some writes, something that happens, and the program at work on them, with faults."""
        for ticket, (kind, word) in writes:
            self.write(agent, ticket, kind, word)
        for what, argument in meanwhile:
            getattr(self, what)(argument)
        self.desk.write_faults += faults
        self.step(agent, steps)

    def write(self, agent: str, ticket: TicketId, kind: str, word: str) -> None:
        outbox = self.consoles[agent].outbox
        if kind == "change":
            self.see(agent, ticket)
            self.run_(outbox.queue_change([ticket], TicketPatch(status=word)))
            self.may_replace[agent, ticket].add(word)
            return
        if kind == "create":
            customer, type_id = CustomerId(f"c-{agent}"), TypeId("y")
            new = NewTicket(subject=word, description=word, customer=customer, type=type_id)
            self.new[agent][self.run_(outbox.queue_create(new))] = word
            return
        if kind == "delete":
            doomed = TicketId(f"doomed{len(self.deleted)}")
            self.desk.add_ticket(doomed)
            self.desk.read_faults.clear()
            self.run_(self.consoles[agent].see(doomed))
            self.run_(outbox.queue_delete(doomed))
            self.deleted.append(doomed)
            return
        queue = outbox.queue_reply if kind == "reply" else outbox.queue_note
        item_id = self.run_(queue(ticket, word))
        self.meant[agent][item_id] = (ticket, f"{kind} {word}")

    @rule(agent=CONSOLES, count=st.integers(1, 8))
    def step(self, agent: str, count: int) -> None:
        for _ in range(count):
            self.clock.pass_by(min(self.run_(self.consoles[agent].step()), 31.0))

    @rule(happening=MEANWHILE)
    def something_happens(self, happening: tuple[str, Any]) -> None:
        what, argument = happening
        getattr(self, what)(argument)

    @rule(agent=CONSOLES, pick=st.integers(0, 9))
    def take_back(self, agent: str, pick: int) -> None:
        console = self.consoles[agent]
        waiting = [i for i in self.items(agent) if i.state is State.QUEUED and not i.resent]
        if waiting:
            item = waiting[pick % len(waiting)]
            self.run_(console.outbox.take_back(item.id))
            self.meant[agent].pop(item.id, None)
            self.new[agent].pop(item.id, None)
            if item.kind is Kind.DELETE and item.ticket_id is not None:
                self.deleted.remove(item.ticket_id)
                self.desk.tickets.pop(item.ticket_id)

    def desk_changes_texts(self, how: str) -> None:
        self.desk.keep = lambda verb, body: changed(body, how)

    def reads_fail(self, faults: list[Fault]) -> None:
        self.desk.read_faults += faults

    def time_passes(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    def clock_jumps(self, seconds: float) -> None:
        self.clock.jump(seconds)

    def restart(self, agent: str) -> None:
        self.run_(self.consoles[agent].restart())

    def customer_writes(self, ticket: TicketId) -> None:
        self.desk.customer_writes(ticket, "I am the customer.")

    def somebody_sets_status(self, change: tuple[TicketId, str]) -> None:
        ticket, status = change
        self.desk.tickets[ticket]["status"] = {"status": status}

    @rule(agent=CONSOLES)
    def agent_decides(self, agent: str) -> None:
        self.decide_all(agent)

    def decide_all(self, agent: str) -> None:
        """What a careful agent says: anyway after looking; sent if it can be seen on the desk."""
        console = self.consoles[agent]
        self.desk.read_faults.clear()
        for item in self.items(agent):
            match item.state:
                case State.HELD | State.REFUSED:
                    decision = Decision.SEND
                case State.UNSURE if item.needs_agent:
                    there = self.is_there(console, item)
                    decision = Decision.MARK_SENT if there else Decision.SEND
                case _:
                    continue
            if item.hold is not None and item.ticket_id is not None:
                seen = {str(one.theirs) for one in item.hold.conflicts}
                seen |= {item.hold.baseline.status} if item.hold.baseline else set()
                self.may_replace[agent, item.ticket_id] |= seen
            self.run_(console.outbox.decide(item.id, decision))

    def is_there(self, console: Console, item: OutboxItem) -> bool:
        """What a careful agent sees who waits until nothing is under way any more."""
        self.desk.apply_late(all_of_them=True)
        state = self.run_(console.fresh.state_of(item))
        others = self.run_(console.database.read(lambda c: sent_beside(c, item, state.ticket_ids)))
        return find(item, state, others=others).finding is Finding.THERE

    def items(self, agent: str) -> list[OutboxItem]:
        return self.run_(self.consoles[agent].outbox.items())

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def nothing_is_there_twice(self) -> None:
        for agent in AGENTS:
            for ticket in (T1, T2):
                there = Counter(self.arrived(agent, ticket))
                too_many = there - Counter(self.wanted(agent, ticket))
                assert not too_many, f"{agent} on {ticket}: {too_many}"
            too_many = Counter(self.made(agent)) - Counter(self.wanted_new(agent))
            assert not too_many, f"{agent} made {too_many}"

    @invariant()
    def nobody_is_overwritten_unasked(self) -> None:
        assert self.overwritten_unasked == []

    def wanted(self, agent: str, ticket: TicketId) -> list[str]:
        """What should be there in the end, in the form of `arrived`."""
        meant = self.meant[agent].values()
        words = [word.casefold() for where, word in meant if where == ticket]
        return sorted(words, key=lambda word: not word.startswith("reply"))

    def arrived(self, agent: str, ticket: TicketId) -> list[str]:
        """The agent's texts on the desk: replies in their order, then notes in theirs."""
        wire = self.desk.tickets[ticket]
        replies = [
            f"reply {as_written(reply['text'])}"
            for reply in wire["replies"]
            if reply.get("replyFromOperator", {}).get("id") == agent
        ]
        notes = [
            f"note {as_written(n['note'])}" for n in wire["ticketNotes"] if n["insertBy"] == agent
        ]
        return replies + notes

    def wanted_new(self, agent: str) -> list[str]:
        """The subjects of the new tickets that should be there in the end."""
        return sorted(word.casefold() for word in self.new[agent].values())

    def made(self, agent: str) -> list[str]:
        """The subjects of the tickets that the agent has opened."""
        found = [t for t in self.desk.tickets.values() if t["openedBy"]["id"] == f"c-{agent}"]
        return sorted(as_written(ticket["subject"]) for ticket in found)

    def teardown(self) -> None:
        self.desk.write_faults.clear()
        self.desk.read_faults.clear()
        try:
            for agent in AGENTS:
                while any(not item.has_ended for item in self.items(agent)):
                    self.run_(self.consoles[agent].drain())
                    self.decide_all(agent)
            self.desk.apply_late(all_of_them=True)
            for agent in AGENTS:
                for ticket in (T1, T2):
                    assert self.arrived(agent, ticket) == self.wanted(agent, ticket)
                assert self.made(agent) == self.wanted_new(agent)
            assert not set(self.deleted) & set(self.desk.tickets)
            assert self.overwritten_unasked == []
        finally:
            for console in self.consoles.values():
                self.run_(console.stop())
            self.runner.close()
            self.folder.cleanup()


OutboxMachine.TestCase.settings = settings(stateful_step_count=20)
TestOutboxMachine = OutboxMachine.TestCase
