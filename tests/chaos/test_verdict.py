"""The comparison finds every kind of broken promise, and does not cry over what was asked."""

from __future__ import annotations

import json

from tests.chaos.fault_proxy import Exchange
from tests.chaos.faults import Decision, Fault
from tests.chaos.promises import Deed, DeskTicket, Item, Kind, Promise, Record, Withdrawal
from tests.chaos.verdict import Outcome, Verdict, judge

A, B, C = "chaos1w1e", "chaos1w2e", "chaos1c3e"
TICKET = "t1"


class Story:
    """A run made by hand, a second for each thing that happens."""

    def __init__(self) -> None:
        self.record = Record()
        self.now_s = 100.0

    def promise(self, token: str, kind: Kind = Kind.REPLY, *, state: str = "sent") -> Promise:
        self.now_s += 1
        item_id = 10 * len(self.record.promises) + 1
        promise = Promise(token, kind, TICKET, item_id=item_id)
        promise.is_confirmed, promise.confirmed_s = True, self.now_s
        self.record.promises.append(promise)
        self.record.items[item_id] = Item(item_id, state, state == "unsure", base="")
        return promise

    def look(self) -> None:
        self._exchange("GET", f"/ticket/{TICKET}", {})

    def write(self, token: str, *, fault: Fault = Fault.NONE, status: int | None = 200) -> None:
        self._exchange("PUT", f"/ticket/reply/{TICKET}", {"text": token}, fault, status)

    def colleague(self, token: str, kind: Kind) -> None:
        self.now_s += 1
        self.record.deeds.append(Deed(token, kind, TICKET, self.now_s))

    def judged(self, *replies: str, memo: str = "", status: str = "opened") -> Verdict:
        """The verdict when the desk has this in the end."""
        ticket = DeskTicket(TICKET, "1/2026", replies, (), memo, "", status)
        self.record.tickets[TICKET] = ticket
        return judge(self.record)

    def _exchange(
        self,
        method: str,
        path: str,
        members: dict[str, str],
        fault: Fault = Fault.NONE,
        status: int | None = 200,
    ) -> None:
        self.now_s += 1
        body = json.dumps(members).encode()
        number = len(self.record.exchanges) + 1
        exchange = Exchange(number, method, path, body, Decision(fault), self.now_s)
        exchange.forwarded_s, exchange.status = self.now_s + 0.1, status
        exchange.answered_s = None if status is None else self.now_s + 0.2
        self.record.exchanges.append(exchange)


def test_kept_promise_is_kept() -> None:
    story = Story()
    story.promise(A)
    story.write(A, fault=Fault.CUT_AFTER)
    verdict = story.judged(A)
    assert verdict.is_kept
    assert verdict.by_fault == {Fault.CUT_AFTER: {Outcome.ONCE: 1}}


def test_lost_reply_is_found() -> None:
    story = Story()
    story.promise(A)
    verdict = story.judged()
    assert verdict.outcomes == {Outcome.LOST: 1}
    assert not verdict.is_kept


def test_reply_that_the_outbox_has_forgotten_is_promised_all_the_same() -> None:
    story = Story()
    story.promise(A)
    story.record.items.clear()
    assert story.judged().outcomes == {Outcome.LOST: 1}


def test_doubled_reply_is_found() -> None:
    story = Story()
    story.promise(A)
    story.write(A)
    story.write(A)
    assert story.judged(A, A).outcomes == {Outcome.DOUBLED: 1}


def test_same_words_meant_twice_are_counted() -> None:
    story = Story()
    story.promise(A)
    story.promise(A)
    assert story.judged(A, A).is_kept
    assert not story.judged(A).is_kept
    assert not story.judged(A, A, A).is_kept


def test_what_still_waits_in_the_end_is_stuck() -> None:
    story = Story()
    story.promise(A, state="queued")
    assert story.judged().outcomes == {Outcome.STUCK: 1}


def test_write_that_asks_the_agent_may_be_there_or_not_but_not_twice() -> None:
    story = Story()
    story.promise(A, state="unsure")
    assert story.judged().outcomes == {Outcome.ASKED: 1}
    assert story.judged(A).is_kept
    assert not story.judged(A, A).is_kept


def test_held_write_must_not_be_there() -> None:
    story = Story()
    story.promise(A, state="held")
    assert story.judged().is_kept
    assert not story.judged(A).is_kept


def test_write_never_confirmed_may_be_there_once() -> None:
    story = Story()
    story.promise(A).is_confirmed = False
    assert story.judged().is_kept
    assert story.judged(A).outcomes == {Outcome.UNPROMISED: 1}
    assert not story.judged(A, A).is_kept


def test_write_taken_back_must_not_be_there() -> None:
    story = Story()
    promise = story.promise(A)
    promise.withdrawal = Withdrawal.YES
    assert story.judged().outcomes == {Outcome.WITHDRAWN: 1}
    assert not story.judged(A).is_kept
    promise.withdrawal = Withdrawal.PERHAPS
    assert story.judged(A).is_kept


def test_write_that_leaves_after_it_was_taken_back_is_found() -> None:
    story = Story()
    promise = story.promise(A, Kind.MEMO)
    story.write(A)
    promise.withdrawal, promise.withdrawn_s = Withdrawal.YES, story.now_s + 0.5
    assert story.judged(memo=A).is_kept
    promise.withdrawn_s = story.now_s - 0.5
    assert "after it was taken back" in story.judged(memo=A).broken[0]


def test_order_within_a_ticket_is_that_of_queueing() -> None:
    story = Story()
    story.promise(A)
    story.promise(B)
    story.write(B)
    story.write(A)
    assert any("before" in sentence for sentence in story.judged(B, A).broken)


def test_order_that_the_desk_shows_counts_too() -> None:
    story = Story()
    story.promise(A)
    story.promise(B)
    story.write(A)
    story.write(B)
    assert story.judged(A, B).is_kept
    assert not story.judged(B, A).is_kept


def test_lost_change_of_a_field_is_found() -> None:
    story = Story()
    story.promise(A, Kind.MEMO)
    assert story.judged().outcomes == {Outcome.LOST: 1}
    story.write(A)
    assert story.judged(memo=A).is_kept
    assert not story.judged(memo=B).is_kept


def overwriting() -> tuple[Story, Promise]:
    """We promised, the colleague changed, we looked and wrote all the same."""
    story = Story()
    promise = story.promise(A, Kind.MEMO)
    story.colleague(C, Kind.MEMO)
    story.look()
    story.write(A)
    return story, promise


def test_colleague_overwritten_unasked_is_found() -> None:
    story, _ = overwriting()
    assert "unasked" in story.judged(memo=A).broken[0]


def test_agent_who_knew_the_value_may_replace_it() -> None:
    story, promise = overwriting()
    assert promise.item_id is not None
    story.record.items[promise.item_id] = Item(promise.item_id, "sent", False, base=C)
    assert story.judged(memo=A).is_kept


def test_agent_who_was_asked_may_replace_it() -> None:
    story, promise = overwriting()
    promise.sent_anyway_s = story.now_s - 0.5
    assert story.judged(memo=A).is_kept


def test_change_between_look_and_write_is_counted_apart() -> None:
    story = Story()
    story.promise(A, Kind.MEMO)
    story.look()
    story.colleague(C, Kind.MEMO)
    story.write(A)
    verdict = story.judged(memo=A)
    assert verdict.is_kept
    assert verdict.in_the_window == 1


def test_reply_over_a_colleagues_answer_is_found() -> None:
    story = Story()
    story.promise(A)
    story.colleague(C, Kind.REPLY)
    story.look()
    story.write(A)
    assert "went out over" in story.judged(C, A).broken[0]
    story.record.promises[0].sent_anyway_s = story.now_s
    assert story.judged(C, A).is_kept


def test_status_after_a_reply_has_to_be_there() -> None:
    story = Story()
    promise = story.promise(A)
    story.write(A)
    promise.status_after = "solved"
    assert promise.item_id is not None
    follow = promise.item_id + 1
    story.record.items[follow] = Item(follow, "sent", False, base="")
    assert story.judged(A, status="solved").is_kept
    assert not story.judged(A, status="opened").is_kept


def test_lost_draft_is_found() -> None:
    story = Story()
    story.record.drafts_promised = {A}
    assert not story.judged().is_kept
    story.record.drafts_kept = {A}
    assert story.judged().is_kept


def test_write_over_which_the_desk_died_counts_as_perhaps_done() -> None:
    story = Story()
    story.promise(A, Kind.MEMO)
    story.write(A, status=None)
    assert story.judged(memo=A).is_kept
