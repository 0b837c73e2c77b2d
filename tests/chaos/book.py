"""Keeps account while a run goes on: what was promised to whom, and what is known of its items."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from random import Random
from typing import Any

from tests.chaos.plan import Kill, Plan
from tests.chaos.promises import Item, Kind, Promise, Record, Withdrawal, tokens_in

_SAME_WORDS = 0.04
_WITH_STATUS = 0.08
STATUSES = ("opened", "solved", "onhold")
_TAILS = ("", "\n\nKind regards,\nInes", " <b>not bold</b> & so on", " ✓ grüße 日本 ")


class Book:
    """The account of one run. Lives on the event loop."""

    def __init__(self, plan: Plan, tickets: dict[str, str]) -> None:
        """`tickets` are the ids by number."""
        self.record = Record()
        self.tickets = tickets
        self.ticket_ids = list(tickets.values())[: plan.tickets]
        self.kills: Counter[Kill] = Counter()
        self.confirmed_count = 0
        self._seed = plan.seed
        self._rng = Random(f"book {plan.seed}")
        self._token_count = 0
        self._confirmed = asyncio.Event()
        self._by_item: dict[int, Promise] = {}
        self._by_token: dict[str, Promise] = {}

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
        if ticket_id is None and kind.is_message and rng.random() < _SAME_WORDS:
            place = rng.randrange(3)
            promise = Promise(f"chaos{self._seed}s{place}e", kind, self.ticket_ids[place])
        else:
            has_status = kind is Kind.REPLY and ticket_id is None and rng.random() < _WITH_STATUS
            promise = Promise(
                self.new_token("w"),
                kind,
                ticket_id or rng.choice(self.ticket_ids),
                status_after=rng.choice(STATUSES) if has_status else None,
            )
            self._by_token[promise.token] = promise
        self.record.promises.append(promise)
        return promise

    def is_meant_again(self, promise: Promise) -> bool:
        """Whether its words may be those of others as well."""
        return promise.token not in self._by_token

    def words(self, promise: Promise) -> str:
        """What is written: a token, and for most messages more beside it."""
        if not promise.kind.is_message or self.is_meant_again(promise):
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
            tokens = set(tokens_in(fact["words"]))
            known = [promise for token, promise in self._by_token.items() if token in tokens]
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
