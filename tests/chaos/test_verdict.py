"""The comparison finds every kind of broken promise, and does not cry over what was asked."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.chaos.fault_proxy import Exchange
from tests.chaos.faults import Decision, Fault
from tests.chaos.promises import (
    Deed,
    DeskFile,
    DeskTicket,
    Item,
    Kind,
    Promise,
    Record,
    Withdrawal,
    file_content,
)
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
        ticket_id = "" if kind is Kind.TICKET else TICKET
        promise = Promise(token, kind, ticket_id, item_id=item_id)
        promise.is_confirmed, promise.confirmed_s = True, self.now_s
        self.record.promises.append(promise)
        self.record.items[item_id] = Item(item_id, state, state == "unsure", base="")
        return promise

    def look(self) -> None:
        self._exchange("GET", f"/ticket/{TICKET}", {})

    def write(self, token: str, *, fault: Fault = Fault.NONE, status: int | None = 200) -> None:
        self._exchange("PUT", f"/ticket/reply/{TICKET}", {"text": token}, fault, status)

    def update(self, token: str, ticket_id: str = TICKET) -> None:
        self._exchange("PUT", f"/ticket/update/{ticket_id}", {"memo": token})

    def delete(self) -> None:
        self._exchange("DELETE", f"/ticket/delete/{TICKET}", {})

    def colleague(self, token: str, kind: Kind) -> None:
        self.now_s += 1
        self.record.deeds.append(Deed(token, kind, TICKET, self.now_s))

    def judged(self, *replies: str, memo: str = "", status: str = "opened") -> Verdict:
        """The verdict when the desk has this in the end."""
        self.record.tickets[TICKET] = desk_ticket(TICKET, replies=replies, memo=memo, status=status)
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


def desk_ticket(
    ticket_id: str,
    *,
    replies: Sequence[str] = (),
    memo: str = "",
    subject: str = "",
    status: str = "opened",
    files: Sequence[DeskFile] = (),
) -> DeskTicket:
    return DeskTicket(
        ticket_id, "1/2026", replies, (), memo, subject, status, "customer", "type", files
    )


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


def with_new_tickets(*subjects: str, state: str = "sent") -> Story:
    """We promised a new ticket, and the desk has these in the end."""
    story = Story()
    story.promise(A, Kind.TICKET, state=state)
    for number, subject in enumerate(subjects):
        story.record.tickets[f"new{number}"] = desk_ticket(f"new{number}", subject=subject)
    return story


def test_new_ticket_that_is_there_once_is_kept() -> None:
    assert with_new_tickets(A, B).judged().by_kind == {Kind.TICKET: {Outcome.ONCE: 1}}


def test_lost_new_ticket_is_found() -> None:
    assert with_new_tickets(B).judged().by_kind == {Kind.TICKET: {Outcome.LOST: 1}}


def test_doubled_new_ticket_is_found() -> None:
    assert with_new_tickets(A, A).judged().by_kind == {Kind.TICKET: {Outcome.DOUBLED: 1}}


def test_new_ticket_that_still_waits_is_stuck() -> None:
    story = with_new_tickets(state="queued")
    assert story.judged().by_kind == {Kind.TICKET: {Outcome.STUCK: 1}}


def with_deletion(*, is_there: bool, state: str = "sent") -> Story:
    """We promised to delete the only ticket."""
    story = Story()
    story.promise(A, Kind.DELETION, state=state)
    story.record.tickets_before = frozenset({TICKET})
    if is_there:
        story.record.tickets[TICKET] = desk_ticket(TICKET)
    return story


def test_deletion_that_has_happened_is_kept() -> None:
    verdict = judge(with_deletion(is_there=False).record)
    assert verdict.is_kept
    assert verdict.by_kind == {Kind.DELETION: {Outcome.ONCE: 1}}


def test_deletion_that_has_not_happened_is_found() -> None:
    verdict = judge(with_deletion(is_there=True).record)
    assert verdict.by_kind == {Kind.DELETION: {Outcome.LOST: 1}}


def test_deletion_that_still_waits_is_stuck() -> None:
    verdict = judge(with_deletion(is_there=True, state="queued").record)
    assert verdict.by_kind == {Kind.DELETION: {Outcome.STUCK: 1}}


def test_deletion_that_was_taken_back_must_not_happen() -> None:
    for is_there in (True, False):
        story = with_deletion(is_there=is_there)
        story.record.promises[0].withdrawal = Withdrawal.YES
        assert judge(story.record).is_kept is is_there


def test_deletion_that_leaves_after_it_was_taken_back_is_found() -> None:
    story = with_deletion(is_there=False)
    promise = story.record.promises[0]
    promise.withdrawal, promise.withdrawn_s = Withdrawal.PERHAPS, story.now_s
    story.delete()
    assert judge(story.record).is_kept
    promise.withdrawal = Withdrawal.YES
    assert any("after it was taken back" in sentence for sentence in judge(story.record).broken)


def test_ticket_deleted_unasked_is_found() -> None:
    story = Story()
    story.record.tickets_before = frozenset({TICKET, "t2"})
    assert story.judged().broken == ["ticket t2 was deleted unasked"]


def with_bulk_change() -> Story:
    """We promised one value for two tickets, and wrote it on the first of them."""
    story = Story()
    for ticket_id in (TICKET, "t2"):
        story.promise(A, Kind.BULK).ticket_id = ticket_id
    story.update(A)
    story.record.tickets["t2"] = desk_ticket("t2")
    return story


def test_bulk_change_made_on_each_of_its_tickets_is_kept() -> None:
    story = with_bulk_change()
    story.update(A, "t2")
    story.record.tickets["t2"] = desk_ticket("t2", memo=A)
    verdict = story.judged(memo=A)
    assert verdict.is_kept
    assert verdict.by_kind == {Kind.BULK: {Outcome.ONCE: 2}}


def test_bulk_change_that_missed_one_of_its_tickets_is_found() -> None:
    verdict = with_bulk_change().judged(memo=A)
    assert verdict.by_kind == {Kind.BULK: {Outcome.ONCE: 1, Outcome.LOST: 1}}
    assert not verdict.is_kept


def test_bulk_change_about_which_the_agent_is_asked_on_one_ticket_is_kept() -> None:
    story = with_bulk_change()
    asked = story.record.promises[1].item_id
    assert asked is not None
    story.record.items[asked] = Item(asked, "held", False, base="")
    verdict = story.judged(memo=A)
    assert verdict.is_kept
    assert verdict.by_kind == {Kind.BULK: {Outcome.ONCE: 1, Outcome.ASKED: 1}}


def test_ticket_of_a_bulk_change_that_still_waits_is_stuck() -> None:
    story = with_bulk_change()
    waits = story.record.promises[1].item_id
    assert waits is not None
    story.record.items[waits] = Item(waits, "queued", False, base="")
    assert story.judged(memo=A).outcomes == {Outcome.ONCE: 1, Outcome.STUCK: 1}


def test_bulk_change_that_leaves_the_ticket_with_another_value_is_found() -> None:
    story = with_bulk_change()
    story.update(A, "t2")
    story.record.tickets["t2"] = desk_ticket("t2", memo=B)
    assert story.judged(memo=A).broken == [f"memo of t2 is {B}, not {A}"]


def test_bulk_change_and_change_of_one_ticket_keep_their_order_in_a_field() -> None:
    story = Story()
    story.promise(A, Kind.BULK)
    story.promise(B, Kind.MEMO)
    story.update(B)
    story.update(A)
    assert story.judged(memo=A).broken == [f"{B} came before {A} on {TICKET}"]


FILE = f"{A}.bin"


def judged_with_files(*files: DeskFile, replies: int = 1, content: bytes | None = None) -> Verdict:
    """The verdict on a reply with a file when the desk has these files in the end."""
    story = Story()
    story.promise(A).file = FILE
    story.record.tickets[TICKET] = desk_ticket(TICKET, replies=[A] * replies, files=files)
    for file in files:
        story.record.file_contents[file.id] = file_content(FILE) if content is None else content
    return judge(story.record)


def test_file_that_is_there_once_with_its_bytes_is_kept() -> None:
    verdict = judged_with_files(DeskFile("f1", FILE, [A]))
    assert verdict.is_kept
    assert verdict.files_there == 1


def test_lost_file_is_found() -> None:
    verdict = judged_with_files()
    assert verdict.broken == [f"file {FILE} on {TICKET}: 0 times there, its reply 1 times"]
    assert not verdict.files_there


def test_doubled_file_is_found() -> None:
    verdict = judged_with_files(DeskFile("f1", FILE, [A]), DeskFile("f2", FILE, [A]))
    assert verdict.broken == [f"file {FILE} on {TICKET}: 2 times there, its reply 1 times"]


def test_file_with_other_bytes_is_found() -> None:
    verdict = judged_with_files(DeskFile("f1", FILE, [A]), content=file_content(FILE)[:-1])
    assert verdict.broken == [f"file {FILE} on {TICKET}: there with other bytes"]
    assert not verdict.files_there


def test_file_that_is_not_attached_to_its_reply_is_found() -> None:
    for beside in ([B], []):
        verdict = judged_with_files(DeskFile("f1", FILE, beside))
        assert verdict.broken == [f"file {FILE} on {TICKET}: not attached to its reply"]
