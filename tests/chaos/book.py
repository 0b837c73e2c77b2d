"""Keeps account while a run goes on: what was promised to whom, and what is known of its items."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.chaos.plan import Kill, Plan
from tests.chaos.promises import (
    DeskTicket,
    Item,
    Kind,
    Promise,
    Record,
    Withdrawal,
    tokens_in,
)

_SAME_WORDS = 0.04
_WITH_STATUS = 0.08
_FILE_EVERY = 20
"""One reply of this many has a file."""
STATUSES = ("opened", "solved", "onhold")
_CUSTOMERS = 5
"""New tickets are for few customers, so that each has several that look alike."""
_TAILS = ("", "\n\nKind regards,\nInes", " <b>not bold</b> & so on", " ✓ grüße 日本 ")


class Book:
    """The account of one run. Lives on the event loop."""

    def __init__(self, plan: Plan, tickets: Sequence[DeskTicket]) -> None:
        """`tickets` are all of the desk; the last ones become the reserve for deletions."""
        self.record = Record(tickets_before=frozenset(ticket.id for ticket in tickets))
        written_on = tickets[: plan.tickets]
        self.tickets = {ticket.number: ticket.id for ticket in written_on}
        """The ids of the tickets that are written on, by number."""
        self.numbers = {ticket.id: ticket.number for ticket in tickets}
        """The numbers of all tickets, by id."""
        self.ticket_ids = list(self.tickets.values())
        self.reserve = [ticket.id for ticket in tickets[plan.tickets :]]
        """The ids of tickets that nothing touches until one of them is deleted."""
        self._patterns = written_on[:_CUSTOMERS]
        self.kills: Counter[Kill] = Counter()
        self.confirmed_count = 0
        self._seed = plan.seed
        self._rng = Random(f"book {plan.seed}")
        self._token_count = 0
        self._reply_count = 0
        self._confirmed = asyncio.Event()
        self._by_item: dict[int, Promise] = {}
        self._told_apart: dict[tuple[str, str], Promise] = {}
        """Those whose words are on their ticket only once, by token and ticket."""

    # -- promises ------------------------------------------------------------------------------

    def new_token(self, letter: str) -> str:
        """A word that is nowhere else; `letter` says what kind of thing it marks."""
        self._token_count += 1
        return f"chaos{self._seed}{letter}{self._token_count}e"

    def begin(self, kind: Kind, ticket_id: str | None = None) -> Promise:
        """A write about to be asked for; on a ticket of its choice when none is given.

        Now and then the same words as before on the same ticket, meant once more.
        """
        rng = self._rng
        if kind is Kind.TICKET:
            ticket_id = ""
        if kind is Kind.DELETION:
            ticket_id = self.reserve.pop()
        if ticket_id is None and kind.is_message and rng.random() < _SAME_WORDS:
            place = rng.randrange(3)
            promise = Promise(f"chaos{self._seed}s{place}e", kind, self.ticket_ids[place])
        else:
            by_worker = kind is Kind.REPLY and ticket_id is None
            has_status = by_worker and rng.random() < _WITH_STATUS
            promise = Promise(
                self.new_token("w"),
                kind,
                rng.choice(self.ticket_ids) if ticket_id is None else ticket_id,
                status_after=rng.choice(STATUSES) if has_status else None,
            )
            self._reply_count += by_worker
            if by_worker and self._reply_count % _FILE_EVERY == _FILE_EVERY // 2:
                promise.file = f"{promise.token}.bin"
            self._told_apart[promise.token, promise.ticket_id] = promise
        self.record.promises.append(promise)
        return promise

    def begin_bulk(self, size: int) -> list[Promise]:
        """A bulk change about to be asked for: one promise for each of its tickets."""
        token = self.new_token("b")
        ticket_ids = self._rng.sample(self.ticket_ids, size)
        promises = [Promise(token, Kind.BULK, ticket_id) for ticket_id in ticket_ids]
        for promise in promises:
            self._told_apart[token, promise.ticket_id] = promise
        self.record.promises += promises
        return promises

    def is_meant_again(self, promise: Promise) -> bool:
        """Whether its words may be those of others as well."""
        return (promise.token, promise.ticket_id) not in self._told_apart

    def pattern(self) -> DeskTicket:
        """A ticket whose customer and type a new one gets."""
        return self._rng.choice(self._patterns)

    def words(self, promise: Promise) -> str:
        """What is written: a token, and for most messages more beside it."""
        if promise.kind.field is not None or self.is_meant_again(promise):
            return promise.token
        return promise.token + self._rng.choice(_TAILS)

    def confirm(self, promise: Promise, said: str, item_id: int | None = None) -> None:
        """The agent was told that it is queued; where no item is named, it is found later."""
        promise.said = said
        promise.is_confirmed, promise.confirmed_s = True, time.monotonic()
        if item_id is not None:
            promise.item_id = item_id
            self._by_item[item_id] = promise
        self.confirmed_count += 1
        self._confirmed.set()

    def see_draft(self, shown: str) -> None:
        """The agent has this before their eyes while writing: what was taken back may be in it, and
        goes along."""
        tokens = set(tokens_in(shown))
        for promise in self.record.promises:
            if promise.token in tokens and promise.withdrawal is Withdrawal.YES:
                promise.withdrawal = Withdrawal.PERHAPS

    async def next_confirmation(self) -> None:
        """Waits for the next promise."""
        self._confirmed.clear()
        await self._confirmed.wait()

    # -- items ---------------------------------------------------------------------------------

    def promise_of(self, fact: dict[str, Any]) -> Promise | None:
        """The promise behind an item; `None` for one that was never confirmed."""
        found = self._by_item.get(fact["item"])
        if found is None:
            # A draft of an earlier session may stand beside the words: the newest are meant.
            known = [one for one in self._told_apart.values() if _could_be(one, fact)]
            if known and known[-1].item_id is None:
                found = known[-1]
                found.item_id = fact["item"]
                self._by_item[fact["item"]] = found
        return found

    def take_stock(self, facts: list[dict[str, Any]]) -> None:
        """Notes what the outbox says of everything in the end."""
        for fact in facts:
            self.promise_of(fact)
            self.record.items[fact["item"]] = Item(
                id=fact["item"],
                state=fact["state"],
                needs_agent=fact["needs_agent"],
                base=str(fact["base"]),
            )
        self.record.kills = {kill.value: count for kill, count in self.kills.items()}


def _could_be(promise: Promise, fact: dict[str, Any]) -> bool:
    """Whether an item may be that of a promise, as far as its words and its ticket tell."""
    is_there = bool(fact["ticket"] == promise.ticket_id)
    has_words = promise.token in tokens_in(fact["words"])
    match promise.kind:
        case Kind.DELETION:
            return is_there and fact["kind"] == "delete"
        case Kind.TICKET:
            return has_words and fact["kind"] == "create"
        case _:
            return is_there and has_words
