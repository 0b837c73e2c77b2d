"""Compares what was promised with what the desk has. Pure, so that it can be shown to find faults.

A write must be on the desk exactly once, unless the outbox asks the agent about it; one whose
confirmation was never seen, or that was taken back by a program that was killed over it, at most
once. A deletion that was promised has happened, and no other ticket is gone. An attached file is
there once for each copy of its reply. A colleague's change may be overwritten only if the agent
knew it, was asked, or if it came in the moment between the last look and the write, which no client
of this API can see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import Final

from tests.chaos.fault_proxy import Exchange
from tests.chaos.faults import INSERT, Fault
from tests.chaos.promises import (
    Deed,
    Item,
    Kind,
    Promise,
    Record,
    Withdrawal,
    file_content,
    tokens_in,
)

_UNHARMED: Final = frozenset({Fault.NONE, Fault.SHUT, Fault.DRIP})
"""Faults with which an answer reaches the client whole."""
_FIELDS: Final = ("memo", "subject")
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
    files_there: int = 0
    """Files on the desk once for each copy of their reply, with their bytes."""
    in_the_window: int = 0
    """Changes of a colleague that came between our last look and our write."""
    twice_on_request: int = 0
    """Copies beyond the first because the agent said "send it again" before the first arrived."""
    by_kind: dict[Kind, Counter[Outcome]] = field(default_factory=dict)
    """The same outcomes, for each kind of write."""
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
    of_mark: dict[_Mark, Outcome] = {}
    for promises in _groups(record):
        outcome = _judge_group(promises, record, sent, verdict)
        for promise in promises:
            single = _single_outcome(promise, record.items, outcome)
            verdict.outcomes[single] += 1
            verdict.by_kind.setdefault(promise.kind, Counter())[single] += 1
        of_mark[_mark_of(promises[0])] = outcome
    for fault, mark in sent.befallen():
        verdict.by_fault.setdefault(fault, Counter())[of_mark.get(mark, Outcome.UNPROMISED)] += 1
    _judge_withdrawals(record, sent, verdict)
    _judge_order(record, sent, verdict)
    _judge_fields(record, sent, verdict)
    _judge_statuses(record, verdict)
    _judge_news(record, sent, verdict)
    _judge_deletions(record, verdict)
    _judge_files(record, verdict)
    for token in sorted(record.drafts_promised - record.drafts_kept):
        verdict.broken.append(f"draft {token} lost")
    return verdict


# -- what was sent ---------------------------------------------------------------------------------


_Mark = tuple[str, str]
"""The last part of the path of a write, and the token in it; that of a deletion is empty."""


def _mark_of(promise: Promise) -> _Mark:
    """The mark by which the writes of a promise are known."""
    match promise.kind:
        case Kind.TICKET:
            return INSERT.rpartition("/")[2], promise.token
        case Kind.DELETION:
            return promise.ticket_id, ""
        case _:
            return promise.ticket_id, promise.token


class _Sent:
    """The writes that passed the proxy, by mark; and the looks that came before them."""

    def __init__(self, record: Record) -> None:
        self._applied: dict[_Mark, list[Exchange]] = defaultdict(list)
        self._writes: list[tuple[Exchange, _Mark]] = []
        self._looks: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in record.exchanges:
            end = exchange.path.rpartition("/")[2]
            if exchange.is_write:
                tokens = tokens_in(exchange.body.decode("utf-8", "replace"))
                if exchange.method == "DELETE":
                    tokens = [""]
                for token in dict.fromkeys(tokens):
                    self._writes.append((exchange, (end, token)))
                    if exchange.is_applied or exchange.is_unknown:
                        self._applied[end, token].append(exchange)
            elif exchange.status == 200 and exchange.decision.fault in _UNHARMED:
                self._looks[end].append(exchange)
        for exchanges in self._applied.values():
            exchanges.sort(key=done_s)

    def applied(self, promise: Promise) -> list[Exchange]:
        """The writes of a promise, in the order in which the desk did them."""
        return self._applied.get(_mark_of(promise), [])

    def befallen(self) -> Iterator[tuple[Fault, _Mark]]:
        """Fault and mark of every write request."""
        for exchange, mark in self._writes:
            yield exchange.decision.fault, mark

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
                may += first.kind.field is not None
            case Outcome.LOST | Outcome.DOUBLED:
                pass
    there = _count(first, record, sent)
    named = f"{first.kind.value} {first.token} on {first.ticket_id or 'the desk'} ({first.said})"
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


def _count(promise: Promise, record: Record, sent: _Sent) -> int:
    """How often the desk has it. A field changed twice to the same value has been changed once."""
    ticket = record.tickets.get(promise.ticket_id)
    match promise.kind:
        case Kind.REPLY | Kind.NOTE:
            return 0 if ticket is None else ticket.tokens(promise.kind).count(promise.token)
        case Kind.TICKET:
            return sum(one.subject == promise.token for one in record.tickets.values())
        case Kind.DELETION:
            return int(ticket is None)
        case Kind.MEMO | Kind.SUBJECT | Kind.BULK:
            return min(len(sent.applied(promise)), 1)


def _told_apart(record: Record) -> list[Promise]:
    """The promises that stand, and whose words are those of no other."""
    meant_again = _meant_again(record)
    return [
        promise
        for promise in record.promises
        if promise.is_confirmed
        and promise.withdrawal is Withdrawal.NO
        and _mark_of(promise) not in meant_again
    ]


def _judge_withdrawals(record: Record, sent: _Sent, verdict: Verdict) -> None:
    """Nothing leaves any more once it was taken back."""
    meant_again = _meant_again(record)
    for promise in record.promises:
        if promise.withdrawal is Withdrawal.YES and _mark_of(promise) not in meant_again:
            for exchange in sent.applied(promise):
                if exchange.arrived_s > promise.withdrawn_s:
                    verdict.broken.append(f"{promise.token} left after it was taken back")


def _meant_again(record: Record) -> set[_Mark]:
    """What is promised more than once."""
    counts = Counter(_mark_of(promise) for promise in record.promises)
    return {mark for mark, count in counts.items() if count > 1}


# -- in order --------------------------------------------------------------------------------------


def _judge_order(record: Record, sent: _Sent, verdict: Verdict) -> None:
    """What was queued first is done first, for each ticket and kind of message or field; and the
    desk shows it so.

    What the agent has sent again may have a first copy that came later than others.
    """
    by_kind: dict[tuple[str, str], list[Promise]] = defaultdict(list)
    for promise in _told_apart(record):
        is_known = promise.item_id is not None and not promise.sent_again
        if promise.ticket_id and is_known and sent.applied(promise):
            by_kind[promise.ticket_id, promise.kind.field or promise.kind.value].append(promise)
    for (ticket_id, _), promises in by_kind.items():
        promises.sort(key=lambda promise: promise.item_id or 0)
        for one, other in pairwise(promises):
            if done_s(sent.applied(one)[0]) > done_s(sent.applied(other)[0]):
                verdict.broken.append(f"{other.token} came before {one.token} on {ticket_id}")
        place = {promise.token: place for place, promise in enumerate(promises)}
        ticket = record.tickets.get(ticket_id)
        shown = [place[t] for t in (ticket.replies if ticket else ()) if t in place]
        if shown != sorted(shown):
            verdict.broken.append(f"the replies on {ticket_id} stand out of order")


# -- fields ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """A field was given a value."""

    began_s: float
    done_s: float
    token: str
    exchange: Exchange | None = None
    """`None` when a colleague did it."""
    promise: Promise | None = None
    """Likewise."""


def _judge_fields(record: Record, sent: _Sent, verdict: Verdict) -> None:
    for ticket in record.tickets.values():
        for name in _FIELDS:
            changes = _changes(ticket.id, name, record, sent)
            if not changes:
                continue
            last = changes[-1]
            possible = [change.token for change in changes if change.done_s >= last.began_s]
            if ticket.value(name) not in possible:
                verdict.broken.append(
                    f"{name} of {ticket.id} is {ticket.value(name)}, not {last.token}"
                )
            for before, change in pairwise(changes):
                if before.exchange is None:
                    _judge_overwriting(before, change, record, sent, verdict)


def _changes(ticket_id: str, name: str, record: Record, sent: _Sent) -> list[_Change]:
    """Everything that was done to a field, in the order in which it was done."""
    changes = [
        _Change(exchange.forwarded_s or 0.0, done_s(exchange), promise.token, exchange, promise)
        for promise in record.promises
        if (promise.ticket_id, promise.kind.field) == (ticket_id, name)
        for exchange in sent.applied(promise)
    ]
    changes += [
        _Change(deed.done_s, deed.done_s, deed.token)
        for deed in record.deeds
        if (deed.ticket_id, deed.kind.field) == (ticket_id, name)
    ]
    return sorted(changes, key=lambda change: change.done_s)


def _judge_overwriting(
    theirs: _Change, ours: _Change, record: Record, sent: _Sent, verdict: Verdict
) -> None:
    promise = ours.promise
    if promise is None or ours.exchange is None:
        return
    item = record.items.get(promise.item_id or 0)
    if item is not None and theirs.token in item.base:
        return
    if promise.sent_anyway_s is not None and promise.sent_anyway_s > theirs.done_s:
        return
    if theirs.done_s > sent.last_look_s(promise.ticket_id, ours.exchange):
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
        for exchange in sent.applied(promise)[:1]:
            look_s = sent.last_look_s(promise.ticket_id, exchange)
            for deed in messages[promise.ticket_id]:
                if known_s < deed.done_s < look_s:
                    verdict.broken.append(f"reply {promise.token} went out over {deed.token}")
                verdict.in_the_window += look_s < deed.done_s < done_s(exchange)


def _judge_deletions(record: Record, verdict: Verdict) -> None:
    """No ticket is gone unless its deletion was asked for."""
    asked = {one.ticket_id for one in record.promises if one.kind is Kind.DELETION}
    for ticket_id in sorted(record.tickets_before - record.tickets.keys() - asked):
        verdict.broken.append(f"ticket {ticket_id} was deleted unasked")


def _judge_files(record: Record, verdict: Verdict) -> None:
    """Every copy of a reply has its file, once and with its bytes."""
    for promise in record.promises:
        ticket = record.tickets.get(promise.ticket_id)
        if not promise.file or ticket is None:
            continue
        named = f"file {promise.file} on {ticket.id}"
        files = [file for file in ticket.files if file.name == promise.file]
        copies = ticket.replies.count(promise.token)
        is_kept = False
        if len(files) != copies:
            verdict.broken.append(f"{named}: {len(files)} times there, its reply {copies} times")
        elif any(promise.token not in file.beside for file in files):
            verdict.broken.append(f"{named}: not attached to its reply")
        elif any(record.file_contents[one.id] != file_content(one.name) for one in files):
            verdict.broken.append(f"{named}: there with other bytes")
        else:
            is_kept = True
        verdict.files_there += copies if is_kept else 0
