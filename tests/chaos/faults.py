"""What can go wrong on the way to a desk, and which request it befalls.

A decision depends on the seed, the number of the request and what it asks for, on nothing else: a
run that failed can be looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Final


class Fault(Enum):
    """One thing that befalls a request, or the answer to it."""

    NONE = "none"
    SHUT = "answered, then the door is shut"
    """Afterwards silent connections are closed and new ones refused for a while."""
    CUT_BEFORE = "cut before it is forwarded"
    CUT_AFTER = "applied, cut without an answer"
    LATE = "held past the time-out, applied late"
    """Later than the client waits, sooner than it gives up looking."""
    LATE_BEYOND_GAP = "held, applied after the last look"
    FAIL_BEFORE = "500, not forwarded"
    FAIL_AFTER = "500, applied"
    THROTTLE = "429, not forwarded"
    THROTTLE_WITH_WAIT = "429 with Retry-After, not forwarded"
    THROTTLE_AFTER = "429 with Retry-After, applied"
    BUSY_AFTER = "503 with Retry-After, applied"
    SIGN_OUT = "401, not forwarded"
    SIGN_OUT_AFTER = "401, applied"
    TIME_OUT_AFTER = "408, applied"
    REDIRECT_AFTER = "302, applied"
    NOT_FOUND = "404 of a gateway, not forwarded"
    NOT_FOUND_AFTER = "404 of a gateway, applied"
    SIGNED = "a signature appended, then 500"
    SPACED = "spaces changed, then 503"
    NO_AUTHOR = "stored without an author, then cut"
    TRUNCATE = "applied, JSON truncated"
    HTML = "HTML, not forwarded"
    """As the sign-in page of a network gives it, with status 200."""
    DRIP = "applied, answered drop by drop"
    DUPLICATE_RECORD = "a record twice on a page"
    SHIFT_PAGE = "a page slid on by one record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often a fault befalls which requests."""

    fault: Fault
    probability: float
    """0 to 1; those of all rules that match one request should not exceed 1 together."""
    methods: frozenset[str] = frozenset()
    """Empty: every method."""
    path: str = "/"
    """What the path begins with."""
    not_path: str | None = None
    """What it does not begin with; `None` excludes nothing."""

    def matches(self, method: str, path: str) -> bool:
        return (
            (not self.methods or method in self.methods)
            and path.startswith(self.path)
            and (self.not_path is None or not path.startswith(self.not_path))
        )


Mix = Sequence[Rule]
"""Rules in their order; an empty one lets everything pass."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What befalls one request."""

    fault: Fault
    amount: float = 0.0
    """0 to 1: how late, where it is cut, which record."""


def decide(seed: int, number: int, method: str, path: str, mix: Mix) -> Decision:
    """What befalls request `number`, counted from 1."""
    chance = Random(f"{seed}/{number}")
    rolled, amount = chance.random(), chance.random()
    for rule in mix:
        if not rule.matches(method, path):
            continue
        if rolled < rule.probability:
            return Decision(rule.fault, amount)
        rolled -= rule.probability
    return Decision(Fault.NONE)


TOKEN: Final = "/oauth/"
PAGE: Final = "/ticket/list"
INSERT: Final = "/ticket/insert"
REPLY: Final = "/ticket/reply/"
NOTE: Final = "/ticket/addNote/"
WRITING: Final = frozenset({"POST", "PUT", "DELETE"})
READING: Final = frozenset({"GET"})

_ON_WRITES: Final[Mapping[Fault, float]] = {
    Fault.SHUT: 0.015,
    Fault.CUT_BEFORE: 0.03,
    Fault.CUT_AFTER: 0.05,
    Fault.LATE: 0.03,
    Fault.FAIL_BEFORE: 0.02,
    Fault.FAIL_AFTER: 0.03,
    Fault.THROTTLE: 0.005,
    Fault.THROTTLE_WITH_WAIT: 0.005,
    Fault.THROTTLE_AFTER: 0.015,
    Fault.BUSY_AFTER: 0.015,
    Fault.SIGN_OUT: 0.005,
    Fault.SIGN_OUT_AFTER: 0.015,
    Fault.TIME_OUT_AFTER: 0.01,
    Fault.REDIRECT_AFTER: 0.01,
    Fault.NOT_FOUND: 0.005,
    Fault.NOT_FOUND_AFTER: 0.01,
    Fault.TRUNCATE: 0.02,
    Fault.HTML: 0.01,
    Fault.DRIP: 0.02,
}
_ON_MESSAGES: Final[Mapping[Fault, float]] = {
    Fault.LATE_BEYOND_GAP: 0.005,
    Fault.SIGNED: 0.01,
    Fault.SPACED: 0.01,
}
_ON_READS: Final[Mapping[Fault, float]] = {
    Fault.SHUT: 0.005,
    Fault.CUT_BEFORE: 0.015,
    Fault.CUT_AFTER: 0.015,
    Fault.LATE: 0.01,
    Fault.FAIL_BEFORE: 0.015,
    Fault.THROTTLE: 0.01,
    Fault.THROTTLE_WITH_WAIT: 0.005,
    Fault.SIGN_OUT: 0.01,
    Fault.TRUNCATE: 0.015,
    Fault.HTML: 0.01,
    Fault.DRIP: 0.01,
}
_ON_PAGES: Final[Mapping[Fault, float]] = {
    Fault.DUPLICATE_RECORD: 0.1,
    Fault.SHIFT_PAGE: 0.1,
}
_ON_TOKENS: Final[Mapping[Fault, float]] = {
    Fault.CUT_BEFORE: 0.02,
    Fault.FAIL_BEFORE: 0.02,
    Fault.TRUNCATE: 0.01,
}

MIXED: Final[Mix] = (
    *(Rule(fault=f, probability=p, path=REPLY) for f, p in _ON_MESSAGES.items()),
    *(Rule(fault=f, probability=p, path=NOTE) for f, p in _ON_MESSAGES.items()),
    *(Rule(fault=f, probability=p, path=INSERT) for f, p in _ON_MESSAGES.items()),
    Rule(fault=Fault.NO_AUTHOR, probability=0.015, path=NOTE),
    *(Rule(fault=f, probability=p, methods=WRITING) for f, p in _ON_WRITES.items()),
    *(Rule(fault=f, probability=p, path=TOKEN) for f, p in _ON_TOKENS.items()),
    *(Rule(fault=f, probability=p, path=PAGE) for f, p in _ON_PAGES.items()),
    *(Rule(fault=f, probability=p, methods=READING, not_path=TOKEN) for f, p in _ON_READS.items()),
)
"""Some of everything: about a quarter of the writes and an eighth of the reads go wrong."""
