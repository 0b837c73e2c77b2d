"""Compares what was promised with what the desk has. Pure, so that it can be shown to find faults.

A write must be on the desk exactly once, unless the outbox asks the agent about it; one whose
confirmation was never seen, or that was taken back by a program that was killed over it, at most
once. A colleague's change may be overwritten only if the agent knew it, was asked, or if it came in
the moment between the last look and the write, which no client of this API can see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import Final

from tests.chaos.fault_proxy import Exchange
from tests.chaos.faults import Fault
from tests.chaos.promises import (
    Deed,
    DeskTicket,
    Item,
    Kind,
    Promise,
    Record,
    Withdrawal,
    tokens_in,
)

_UNHARMED: Final = frozenset({Fault.NONE, Fault.SHUT, Fault.DRIP})
"""Faults with which an answer reaches the client whole."""
_STORY_S: Final = 8.0


class Outcome(Enum):
    """What became of a promise."""

    ONCE = "once"
    ASKED = "agent asked"
    WITHDRAWN = "taken back"
    UNPROMISED = "not confirmed"
    LOST = "LOST"
    DOUBLED = "DOUBLED"
    STUCK = "STUCK"


@dataclass(slots=True)
class Verdict:
    """What came out of a run."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    """A sentence for each broken promise; empty is what is hoped for."""
    in_the_window: int = 0
    """Changes of a colleague that came between our last look and our write."""
    twice_on_request: int = 0
    """Copies beyond the first because the agent said "send it again" before the first arrived."""
    by_fault: dict[Fault, Counter[Outcome]] = field(default_factory=dict)
    """For every write request that a fault befell, the outcome of what it carried."""

    stories: list[str] = field(default_factory=list)
    """What happened around some of them."""

    @property
    def is_kept(self) -> bool:
        return not self.broken


def judge(record: Record) -> Verdict:
    """The verdict on a run."""
    verdict = Verdict()
    sent = _Sent(record)
    of_token: dict[str, Outcome] = {}
    for promises in _groups(record):
        outcome = _judge_group(promises, record, sent, verdict)
        for promise in promises:
            verdict.outcomes[_single_outcome(promise, record.items, outcome)] += 1
        of_token[promises[0].token] = outcome
    for fault, token in sent.befallen():
        verdict.by_fault.setdefault(fault, Counter())[of_token.get(token, Outcome.UNPROMISED)] += 1
    _judge_withdrawals(record, sent, verdict)
    _judge_order(record, sent, verdict)
    _judge_fields(record, sent, verdict)
    _judge_statuses(record, verdict)
    _judge_news(record, sent, verdict)
    for token in sorted(record.drafts_promised - record.drafts_kept):
        verdict.broken.append(f"draft {token} lost")
    return verdict


# -- what was sent ---------------------------------------------------------------------------------


class _Sent:
    """The writes that passed the proxy, by token; and the looks that came before them."""

    def __init__(self, record: Record) -> None:
        self.applied: dict[str, list[Exchange]] = defaultdict(list)
        """In the order in which the desk did them."""
        self._writes: list[tuple[Exchange, str]] = []
        self._looks: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in record.exchanges:
            if exchange.is_write:
                for token in tokens_in(exchange.body.decode("utf-8", "replace")):
                    self._writes.append((exchange, token))
                    if exchange.is_applied or exchange.is_unknown:
                        self.applied[token].append(exchange)
            elif exchange.status == 200 and exchange.decision.fault in _UNHARMED:
                self._looks[exchange.path.rpartition("/")[2]].append(exchange)
        for exchanges in self.applied.values():
            exchanges.sort(key=done_s)

    def befallen(self) -> Iterator[tuple[Fault, str]]:
        """Fault and token of every write request."""
        for exchange, token in self._writes:
            yield exchange.decision.fault, token

    def last_look_s(self, ticket_id: str, before: Exchange) -> float:
        """When whoever wrote had last asked the desk for the ticket before; 0 for never."""
        looked = [
            look.forwarded_s
            for look in self._looks[ticket_id]
            if look.by == before.by
            and look.forwarded_s is not None
            and look.answered_s is not None
            and look.answered_s <= before.arrived_s
        ]
        return max(looked, default=0.0)


def done_s(exchange: Exchange) -> float:
    """When the desk did it, as far as that is known."""
    moment = exchange.answered_s if exchange.answered_s is not None else exchange.forwarded_s
    assert moment is not None
    return moment


# -- exactly once ----------------------------------------------------------------------------------


def _groups(record: Record) -> list[list[Promise]]:
    """Promises that nothing tells apart: one each, but for words that were meant several times."""
    groups: dict[tuple[str, Kind, str], list[Promise]] = defaultdict(list)
    for promise in record.promises:
        groups[promise.ticket_id, promise.kind, promise.token].append(promise)
    return list(groups.values())


def _judge_group(promises: list[Promise], record: Record, sent: _Sent, verdict: Verdict) -> Outcome:
    first = promises[0]
    must, may, stuck = 0, 0, 0
    for promise in promises:
        match _single_outcome(promise, record.items, None):
            case Outcome.ONCE:
                must, may = must + 1, may + 1
            case Outcome.STUCK:
                may, stuck = may + 1, stuck + 1
            case Outcome.UNPROMISED:
                may += 1
            case Outcome.ASKED:
                may += record.items[promise.item_id or 0].needs_agent
            case Outcome.WITHDRAWN:
                # A field may have been ours for a while, until a colleague changed it again.
                may += not first.kind.is_message
            case Outcome.LOST | Outcome.DOUBLED:
                pass
    there = _count(first, record.tickets.get(first.ticket_id), sent)
    named = f"{first.kind.value} {first.token} on {first.ticket_id} ({first.said})"
    if stuck:
        verdict.broken.append(f"{named}: still waiting after the queue should have drained")
        return Outcome.STUCK
    if there < must:
        verdict.broken.append(f"{named}: {there} times there, promised {must}")
        return Outcome.LOST
    again = sum(promise.sent_again for promise in promises)
    if may < there <= may + again:
        verdict.twice_on_request += there - may
    elif there > may:
        verdict.broken.append(f"{named}: {there} times there, promised {may} at most")
        return Outcome.DOUBLED
    return Outcome.ONCE if must else _single_outcome(first, record.items, None)


def _single_outcome(promise: Promise, items: Mapping[int, Item], group: Outcome | None) -> Outcome:
    """What should become of a promise, or did when its `group` turned out wrong."""
    if group in (Outcome.LOST, Outcome.DOUBLED, Outcome.STUCK):
        return group
    if not promise.is_confirmed or promise.withdrawal is Withdrawal.PERHAPS:
        return Outcome.UNPROMISED
    if promise.withdrawal is Withdrawal.YES:
        return Outcome.WITHDRAWN
    match items.get(promise.item_id or 0):
        case None:
            return Outcome.ONCE
        case Item(state="queued" | "sending") | Item(state="unsure", needs_agent=False):
            return Outcome.STUCK
        case Item(state="held" | "refused" | "unsure"):
            return Outcome.ASKED
        case _:
            return Outcome.ONCE


def _count(promise: Promise, ticket: DeskTicket | None, sent: _Sent) -> int:
    """How often the desk has it. A field changed twice to the same value has been changed once."""
    if promise.kind.is_message:
        return 0 if ticket is None else ticket.tokens(promise.kind).count(promise.token)
    return min(len(sent.applied[promise.token]), 1)


def _told_apart(record: Record) -> list[Promise]:
    """The promises that stand, and whose words are those of no other."""
    meant_again = _meant_again(record)
    return [
        promise
        for promise in record.promises
        if promise.is_confirmed
        and promise.withdrawal is Withdrawal.NO
        and promise.token not in meant_again
    ]


def _judge_withdrawals(record: Record, sent: _Sent, verdict: Verdict) -> None:
    """Nothing leaves any more once it was taken back."""
    meant_again = _meant_again(record)
    for promise in record.promises:
        if promise.withdrawal is Withdrawal.YES and promise.token not in meant_again:
            for exchange in sent.applied[promise.token]:
                if exchange.arrived_s > promise.withdrawn_s:
                    verdict.broken.append(f"{promise.token} left after it was taken back")


def _meant_again(record: Record) -> set[str]:
    """The words that are promised more than once."""
    counts = Counter(promise.token for promise in record.promises)
    return {token for token, count in counts.items() if count > 1}


# -- in order --------------------------------------------------------------------------------------


def _judge_order(record: Record, sent: _Sent, verdict: Verdict) -> None:
    """What was queued first is done first, for each ticket and kind; and the desk shows it so.

    What the agent has sent again may have a first copy that came later than others.
    """
    by_kind: dict[tuple[str, Kind], list[Promise]] = defaultdict(list)
    for promise in _told_apart(record):
        if sent.applied[promise.token] and promise.item_id is not None and not promise.sent_again:
            by_kind[promise.ticket_id, promise.kind].append(promise)
    for (ticket_id, _), promises in by_kind.items():
        promises.sort(key=lambda promise: promise.item_id or 0)
        for one, other in pairwise(promises):
            if done_s(sent.applied[one.token][0]) > done_s(sent.applied[other.token][0]):
                verdict.broken.append(f"{other.token} came before {one.token} on {ticket_id}")
        place = {promise.token: place for place, promise in enumerate(promises)}
        shown = [place[t] for t in record.tickets[ticket_id].replies if t in place]
        if shown != sorted(shown):
            verdict.broken.append(f"the replies on {ticket_id} stand out of order")


# -- fields ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """A field was given a value."""

    began_s: float
    done_s: float
    token: str
    exchange: Exchange | None
    """`None` when a colleague did it."""


def _judge_fields(record: Record, sent: _Sent, verdict: Verdict) -> None:
    of_token = {promise.token: promise for promise in record.promises}
    for ticket in record.tickets.values():
        for kind in (Kind.MEMO, Kind.SUBJECT):
            changes = _changes(ticket.id, kind, record, sent)
            if not changes:
                continue
            last = changes[-1]
            possible = [change.token for change in changes if change.done_s >= last.began_s]
            if ticket.value(kind) not in possible:
                verdict.broken.append(
                    f"{kind.value} of {ticket.id} is {ticket.value(kind)}, not {last.token}"
                )
            for before, change in pairwise(changes):
                if before.exchange is None and change.exchange is not None:
                    _judge_overwriting(before, change.exchange, of_token, record, sent, verdict)


def _changes(ticket_id: str, kind: Kind, record: Record, sent: _Sent) -> list[_Change]:
    """Everything that was done to a field, in the order in which it was done."""
    changes = [
        _Change(exchange.forwarded_s or 0.0, done_s(exchange), promise.token, exchange)
        for promise in record.promises
        if (promise.ticket_id, promise.kind) == (ticket_id, kind)
        for exchange in sent.applied[promise.token]
    ]
    changes += [
        _Change(deed.done_s, deed.done_s, deed.token, None)
        for deed in record.deeds
        if (deed.ticket_id, deed.kind) == (ticket_id, kind)
    ]
    return sorted(changes, key=lambda change: change.done_s)


def _judge_overwriting(
    theirs: _Change,
    ours: Exchange,
    of_token: Mapping[str, Promise],
    record: Record,
    sent: _Sent,
    verdict: Verdict,
) -> None:
    promise = of_token[tokens_in(ours.body.decode("utf-8", "replace"))[0]]
    item = record.items.get(promise.item_id or 0)
    if item is not None and theirs.token in item.base:
        return
    if promise.sent_anyway_s is not None and promise.sent_anyway_s > theirs.done_s:
        return
    if theirs.done_s > sent.last_look_s(promise.ticket_id, ours):
        verdict.in_the_window += 1
        return
    verdict.broken.append(
        f"{promise.kind.value} {promise.token} overwrote {theirs.token} of a colleague on "
        f"{promise.ticket_id} unasked"
    )
    verdict.stories.append(_story(promise, theirs.done_s, record))


def _story(promise: Promise, around_s: float, record: Record) -> str:
    """What happened to a ticket around a moment, for whoever has to find out why."""
    lines = [(around_s, "a colleague changed it")]
    lines.append((promise.confirmed_s, f"{promise.token} was queued"))
    for exchange in record.exchanges:
        if promise.ticket_id in exchange.path:
            what = f"{exchange.number} by {exchange.by or '?'}: {exchange.method} {exchange.path}"
            tokens = " ".join(tokens_in(exchange.body.decode("utf-8", "replace")))
            fault = exchange.decision.fault.value
            lines.append((exchange.arrived_s, f"{what} {tokens} arrived ({fault})"))
            if exchange.status is not None:
                lines.append((done_s(exchange), f"{exchange.number} done: {exchange.status}"))
    item = record.items.get(promise.item_id or 0)
    told = [
        f"  {moment - around_s:+8.3f} {what}"
        for moment, what in sorted(lines)
        if abs(moment - around_s) < _STORY_S
    ]
    return "\n".join([f"{promise}", f"{item}", *told])


def _judge_statuses(record: Record, verdict: Verdict) -> None:
    """The status that the last reply with one asked for is there; colleagues leave it alone."""
    wanted: dict[str, tuple[int, str]] = {}
    for promise in record.promises:
        if promise.status_after is None or promise.item_id is None:
            continue
        follow = record.items.get(promise.item_id + 1)
        if follow is not None and follow.state == "sent":
            asked = (follow.id, promise.status_after)
            wanted[promise.ticket_id] = max(asked, wanted.get(promise.ticket_id, asked))
    for ticket_id, (_, status) in wanted.items():
        now = record.tickets[ticket_id].status
        if now != status:
            verdict.broken.append(f"status of {ticket_id} is {now}, not {status}")


def _judge_news(record: Record, sent: _Sent, verdict: Verdict) -> None:
    """No reply goes out over a message that came after it was queued and before the last look."""
    messages: dict[str, list[Deed]] = defaultdict(list)
    for deed in record.deeds:
        if deed.kind.is_message:
            messages[deed.ticket_id].append(deed)
    for promise in _told_apart(record):
        if promise.kind is not Kind.REPLY:
            continue
        known_s = max(promise.confirmed_s, promise.sent_anyway_s or 0.0)
        for exchange in sent.applied[promise.token][:1]:
            look_s = sent.last_look_s(promise.ticket_id, exchange)
            for deed in messages[promise.ticket_id]:
                if known_s < deed.done_s < look_s:
                    verdict.broken.append(f"reply {promise.token} went out over {deed.token}")
                verdict.in_the_window += look_s < deed.done_s < done_s(exchange)
