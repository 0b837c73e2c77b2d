"""The agent who is asked: looks at what waits for a decision, and decides."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.chaos.book import Book
from tests.chaos.colleague import Colleague
from tests.chaos.programs import Refused
from tests.chaos.promises import Promise, Withdrawal
from tests.chaos.team import SIZE, Team

_SEND_ANYWAY: Final = 0.85


class Decider:
    """Decides as an agent would. Lives on the event loop."""

    def __init__(
        self, team: Team, book: Book, colleague: Colleague, rng: Random, tell: Callable[[str], None]
    ) -> None:
        """`tell` is told what is not expected."""
        self._team = team
        self._book = book
        self._colleague = colleague
        self._rng = rng
        self._tell = tell

    async def look(self) -> int:
        """Answers everything that asks now; how many writes have not ended."""
        place = self._rng.randrange(SIZE)
        answered = await self._team.ask(place, "items", all=False)
        if answered is None:
            return 1
        for fact in answered["items"]:
            promise = self._book.promise_of(fact)
            match fact:
                case {"state": "held"}:
                    await self._decide_held(place, fact["item"], promise)
                case {"needs_agent": True}:
                    await self._decide_unsure(place, fact["item"], promise)
                case {"state": "refused"}:
                    await self._decide_refused(place, fact, promise)
        return len(answered["items"])

    async def _decide_held(self, place: int, item_id: int, promise: Promise | None) -> None:
        if promise is None:
            await self._say(place, item_id, "send")
            return
        promise.was_held = True
        if self._rng.random() < _SEND_ANYWAY:
            at_s = time.monotonic()
            if await self._say(place, item_id, "send"):
                promise.sent_anyway_s = at_s
        else:
            await self._team.withdraw(place, promise, "decide", decision="drop")

    async def _decide_unsure(self, place: int, item_id: int, promise: Promise | None) -> None:
        """Looks at the ticket first."""
        if promise is None:
            await self._say(place, item_id, "send")
            return
        promise.was_unsure = True
        there = await self._colleague.count(promise)
        if there is None:
            return
        if there and self._book.is_meant_again(promise):
            # Which of the equal ones these are an agent cannot see either.
            promise.withdrawal = Withdrawal.PERHAPS
        if there:
            await self._say(place, item_id, "mark sent")
        elif await self._say(place, item_id, "send"):
            promise.sent_again += 1

    async def _decide_refused(
        self, place: int, fact: dict[str, Any], promise: Promise | None
    ) -> None:
        """Tries once more, then gives it up."""
        self._tell(f"refused: {fact['kind']} {fact['words']}: {fact['reason']}")
        if promise is None or not promise.was_refused:
            await self._say(place, fact["item"], "send")
        else:
            await self._team.withdraw(place, promise, "decide", decision="drop")
        if promise is not None:
            promise.was_refused = True

    async def _say(self, place: int, item_id: int, decision: str) -> bool:
        try:
            await self._team.ask(place, "decide", item=item_id, decision=decision)
        except Refused:
            return False  # it has moved meanwhile
        return True
