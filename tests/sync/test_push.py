"""What is queued arrives once, in its order, and never over something the agent has not seen."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.items import Decision, State
from deskero_tui.domain.outbox.merge import FieldConflict, NewsKind
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.store import turns
from deskero_tui.store.outbox import Outcome, attempts_of
from deskero_tui.store.sent_requests import request_of
from deskero_tui.sync.delivery.lock import DrainLock
from deskero_tui.sync.delivery.push import LOOKED_AT
from deskero_tui.sync.events import OutboxChanged
from tests.support.desk_double import DeskDouble, Fault, MovableClock
from tests.sync.console import T1, T2, Console, opened, two_tickets


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def desk(clock: MovableClock) -> DeskDouble:
    return two_tickets(clock)


@pytest.fixture
async def console(tmp_path: Path, desk: DeskDouble, clock: MovableClock) -> AsyncIterator[Console]:
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        yield console


async def test_a_reply_arrives_and_every_move_is_told(console: Console, desk: DeskDouble) -> None:
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.drain()
    assert desk.texts("t1") == ["It is on its way."]
    moves = [event.state for event in console.told if isinstance(event, OutboxChanged)]
    assert moves == [State.QUEUED, State.SENDING, State.SENT]
    attempts = await console.database.read(lambda c: attempts_of(c, item_id))
    assert [attempt.outcome for attempt in attempts] == [Outcome.SENT]


async def test_the_sending_is_on_the_disk_before_the_first_byte_leaves(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "x")
    desk.write_faults.append(Fault.KILLED_BEFORE)
    await console.step()
    item = await console.item(item_id)
    assert item.state is State.SENDING
    assert item.seen is not None
    sent = await console.database.read(lambda c: request_of(c, item_id))
    assert sent is not None
    assert (sent.request.method, sent.request.path) == ("PUT", "/ticket/reply/t1")
    assert b'"x"' in (sent.request.content or b"")


async def test_writes_to_one_ticket_keep_their_order(console: Console, desk: DeskDouble) -> None:
    for number in range(5):
        await console.outbox.queue_reply(T1, f"number {number}")
    desk.write_faults += [None, Fault.FAILED_AFTER, None, Fault.NO_CONNECTION, Fault.VERY_LATE]
    await console.drain()
    assert desk.texts("t1") == [f"number {number}" for number in range(5)]


async def test_a_refused_write_holds_back_its_own_ticket_and_no_other(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.REFUSED)
    first = await console.outbox.queue_reply(T1, "refused")
    await console.outbox.queue_reply(T1, "behind it")
    await console.outbox.queue_reply(T2, "elsewhere")
    await console.drain()
    item = await console.item(first)
    assert item.state is State.REFUSED
    assert "no such agent" in item.reason
    assert (desk.texts("t1"), desk.texts("t2")) == ([], ["elsewhere"])
    await console.outbox.decide(first, Decision.SEND)
    await console.drain()
    assert desk.texts("t1") == ["refused", "behind it"]


async def test_what_has_not_left_is_queued_again(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.NO_CONNECTION)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    item = await console.item(item_id)
    assert item.state is State.QUEUED
    assert item.reason
    assert item.seen is None, "seen anew: nothing of it can arrive late"
    await console.drain()
    assert desk.texts("t1") == ["x"]


@pytest.mark.parametrize("fault", [Fault.NOT_LET_IN, Fault.REFUSED])
async def test_what_the_desk_certainly_did_not_take_is_refused_and_kept(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    item = await console.item(item_id)
    assert (item.state, item.seen) == (State.REFUSED, None)
    assert item.reason
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert desk.texts("t1") == ["x"]


async def test_what_the_desk_asks_to_wait_is_waited_also_after_a_restart(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    desk.read_faults += [Fault.THROTTLED] * 10
    await console.outbox.queue_reply(T1, "x")
    await console.step()
    desk.read_faults.clear()
    await console.restart()
    console.push.link_is_back()
    await console.step()
    assert desk.written == []
    clock.pass_by(3.1)
    await console.step()
    assert desk.texts("t1") == ["x"]


async def test_a_reply_is_held_when_the_customer_wrote_meanwhile(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "answer")
    desk.customer_writes("t1", "Forget it, it is here.")
    await console.drain()
    item = await console.item(item_id)
    assert item.state is State.HELD
    assert item.hold is not None
    assert [(news.kind, news.who) for news in item.hold.news] == [(NewsKind.CUSTOMER, "Tom")]
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert desk.texts("t1") == ["Forget it, it is here.", "answer"]


async def test_what_comes_after_the_agent_has_said_anyway_is_asked_again(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "answer")
    desk.customer_writes("t1", "one")
    await console.drain()
    await console.outbox.decide(item_id, Decision.SEND)
    desk.customer_writes("t1", "two")
    await console.drain()
    assert await console.state(item_id) is State.HELD


async def test_what_i_did_myself_is_no_news(console: Console, desk: DeskDouble) -> None:
    await console.outbox.queue_change([T1], TicketPatch(status="onhold", assignee=AgentId("a7")))
    await console.outbox.queue_note(T1, "for us")
    await console.outbox.queue_reply(T1, "first", status_after="solved")
    last = await console.outbox.queue_reply(T1, "second")
    await console.drain()
    assert await console.state(last) is State.SENT
    assert desk.texts("t1") == ["first", "second", "for us"]
    assert desk.tickets["t1"]["status"] == {"status": "solved"}


async def test_a_note_is_not_held_by_news(console: Console, desk: DeskDouble) -> None:
    await console.outbox.queue_note(T1, "call the carrier")
    desk.customer_writes("t1", "hello?")
    await console.drain()
    assert "call the carrier" in desk.texts("t1")


async def test_a_ticket_that_is_gone_refuses_and_the_text_stays(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "too late")
    del desk.tickets["t1"]
    await console.drain()
    item = await console.item(item_id)
    assert item.state is State.REFUSED
    assert "deleted" in item.reason
    assert item.summary == "too late"


async def test_a_field_that_a_colleague_changed_asks_and_the_others_do_not(
    console: Console, desk: DeskDouble
) -> None:
    [item_id] = await console.outbox.queue_change([T1], TicketPatch(status="solved", memo="m"))
    desk.tickets["t1"] |= {"status": {"status": "onhold"}, "subject": "Lost parcel"}
    await console.drain()
    item = await console.item(item_id)
    assert item.hold is not None
    assert item.hold.conflicts == (FieldConflict("status", "opened", "solved", "onhold"),)
    assert desk.tickets["t1"]["status"] == {"status": "onhold"}
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert desk.tickets["t1"]["status"] == {"status": "solved"}
    assert desk.tickets["t1"]["subject"] == "Lost parcel"


async def test_a_change_that_is_there_already_is_not_sent(
    console: Console, desk: DeskDouble
) -> None:
    [item_id] = await console.outbox.queue_change([T1], TicketPatch(status="On hold"))
    desk.tickets["t1"]["status"] = {"status": "onhold"}
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.written == []


async def test_only_what_still_differs_is_sent(console: Console, desk: DeskDouble) -> None:
    members: list[str] = []
    desk.on_update = lambda client, ticket, member, was: members.append(member)
    await console.outbox.queue_change([T1], TicketPatch(status="solved", tags=("late", "vip")))
    desk.tickets["t1"]["tags"] = ["vip", "late"]
    await console.drain()
    assert members == ["status"]


async def test_a_chain_of_own_changes_does_not_ask(console: Console, desk: DeskDouble) -> None:
    await console.outbox.queue_change([T1], TicketPatch(status="onhold"))
    await console.outbox.queue_change([T1], TicketPatch(status="solved"))
    await console.drain()
    assert desk.tickets["t1"]["status"] == {"status": "solved"}


async def test_a_held_reply_keeps_its_status_back_and_both_go_with_one_yes(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "done", status_after="solved")
    desk.tickets["t1"]["status"] = {"status": "onhold"}
    await console.drain()
    assert await console.state(item_id) is State.HELD
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert desk.texts("t1") == ["done"]
    assert desk.tickets["t1"]["status"] == {"status": "solved"}


async def test_deleting_what_is_gone_already_is_done(console: Console, desk: DeskDouble) -> None:
    item_id = await console.outbox.queue_delete(T1)
    del desk.tickets["t1"]
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.written == []


async def test_a_new_ticket_has_its_id_once_it_is_sent(console: Console, desk: DeskDouble) -> None:
    new = NewTicket(
        subject="Lost key", description="…", customer=CustomerId("c9"), type=TypeId("y1")
    )
    item_id = await console.outbox.queue_create(new)
    await console.drain()
    assert (await console.item(item_id)).ticket_id == "made1"
    assert await console.database.read(lambda c: turns.heads(c)) == []


async def test_a_change_of_many_tickets_is_one_batch_with_a_receipt_for_each(
    console: Console, desk: DeskDouble
) -> None:
    del desk.tickets["t2"]
    ids = await console.outbox.queue_change([T1, T2], TicketPatch(is_priority=True))
    await console.drain()
    first, second = await console.outbox.items()
    assert [first.id, second.id] == ids
    assert first.batch == second.batch
    assert (first.state, second.state) == (State.SENT, State.REFUSED)


@pytest.mark.parametrize("jump_s", [-7200.0, 7200.0])
async def test_a_jumping_clock_does_not_lengthen_the_undo_window(
    tmp_path: Path, desk: DeskDouble, clock: MovableClock, jump_s: float
) -> None:
    console = Console(tmp_path / "other.sqlite", desk, clock, undo_s=8.0)
    await console.start()
    await console.outbox.queue_reply(T1, "x")
    await console.step()
    clock.jump(jump_s)
    clock.pass_by(7.0)
    await console.step()
    assert desk.written == [], "the window is measured in time that really passed"
    clock.pass_by(1.1)
    await console.step()
    assert desk.texts("t1") == ["x"]
    await console.stop()


async def test_a_clock_set_back_before_a_restart_waits_no_longer_than_the_window(
    tmp_path: Path, desk: DeskDouble, clock: MovableClock
) -> None:
    console = Console(tmp_path / "other.sqlite", desk, clock, undo_s=8.0)
    await console.start()
    await console.outbox.queue_reply(T1, "x")
    clock.jump(-86_400.0)
    await console.restart()
    await console.step()
    clock.pass_by(8.1)
    await console.step()
    assert desk.texts("t1") == ["x"]
    await console.stop()


async def test_only_one_of_two_programs_on_a_store_sends(
    tmp_path: Path, console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    other = Console(tmp_path / "store.sqlite", desk, clock)
    await other.start()
    desk.write_faults.append(Fault.NO_CONNECTION)
    await console.outbox.queue_reply(T1, "one")
    await console.step()
    await other.outbox.queue_reply(T2, "two")
    clock.pass_by(10.0)
    await other.step()
    assert desk.texts("t1") == [], "the other holds the lock"
    await console.drain()
    assert (desk.texts("t1"), desk.texts("t2")) == (["one"], ["two"])
    await console.step()
    other.told.clear()
    await other.outbox.queue_reply(T2, "three")
    await other.drain()
    assert desk.texts("t2") == ["two", "three"], "the lock is free again when nothing waits"
    await other.stop()


async def test_what_another_program_did_is_told_here(
    tmp_path: Path, console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    other = Console(tmp_path / "store.sqlite", desk, clock)
    await other.start()
    item_id = await other.outbox.queue_reply(T1, "x")
    await console.drain()
    other.told.clear()
    await other.step()
    assert [event for event in other.told if isinstance(event, OutboxChanged)] == [
        OutboxChanged(item_id, T1, State.SENT)
    ]
    assert other.outbox.counts.waiting == 0
    await other.stop()


async def test_a_read_that_fails_leaves_the_write_queued(
    console: Console, desk: DeskDouble
) -> None:
    desk.read_faults += [Fault.FAILED_BEFORE] * 4
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    assert await console.state(item_id) is State.QUEUED
    assert desk.written == []
    await console.drain()
    assert desk.texts("t1") == ["x"]


async def test_the_link_coming_back_ends_the_wait_for_it(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.NO_CONNECTION)
    await console.outbox.queue_reply(T1, "x")
    await console.step()
    await console.step()
    assert len(desk.written) == 1, "no hurry while the desk is out of reach"
    console.push.link_is_back()
    await console.step()
    assert desk.texts("t1") == ["x"]


async def test_a_write_in_flight_is_let_end_and_then_cut_when_the_program_stops(
    tmp_path: Path, clock: MovableClock
) -> None:
    began = asyncio.Event()

    class SlowDesk(DeskDouble):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT":
                began.set()
                await asyncio.sleep(0.1)
            return await super().handle_async_request(request)

    desk = SlowDesk(clock)
    desk.add_ticket(T1)
    console = Console(tmp_path / "slow.sqlite", desk, clock)
    await console.start()
    item_id = await console.outbox.queue_note(T1, "x")
    await console.push.round()
    await began.wait()
    await console.restart()
    assert await console.state(item_id) is State.SENT
    await console.stop()


async def test_what_is_taken_back_while_its_ticket_is_read_does_not_leave(
    tmp_path: Path, clock: MovableClock
) -> None:
    began, may_go_on = asyncio.Event(), asyncio.Event()

    class SlowDesk(DeskDouble):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "GET" and request.url.path == "/ticket/t1":
                began.set()
                await may_go_on.wait()
            return await super().handle_async_request(request)

    desk = SlowDesk(clock)
    desk.add_ticket(T1)
    console = Console(tmp_path / "slow.sqlite", desk, clock)
    await console.start()
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.push.round()
    await began.wait()
    await console.outbox.take_back(item_id)
    may_go_on.set()
    await console.push.at_rest()
    assert await console.state(item_id) is State.DROPPED
    assert desk.written == []
    await console.stop()


def test_a_place_that_cannot_be_locked_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match="DESKERO_HOME"):
        DrainLock(tmp_path / "no" / "folder" / "store.sqlite").try_take()


@pytest.mark.parametrize("ends_well", [True, False])
async def test_a_ticket_deleted_between_reading_and_sending(
    tmp_path: Path, clock: MovableClock, ends_well: bool
) -> None:
    class RacedDesk(DeskDouble):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method in ("PUT", "DELETE"):
                self.tickets.pop(T1, None)
            return await super().handle_async_request(request)

    desk = RacedDesk(clock)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    async with opened(Console(tmp_path / "raced.sqlite", desk, clock)) as console:
        if ends_well:
            item_id = await console.outbox.queue_delete(T1)
        else:
            item_id = await console.outbox.queue_note(T1, "x")
        await console.drain()
        assert await console.state(item_id) is (State.SENT if ends_well else State.REFUSED)


async def test_a_store_that_is_locked_for_long_stops_nothing_for_good(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_note(T1, "x")
    await console.database.write(lambda c: c.execute("PRAGMA busy_timeout = 20") and None)
    other = sqlite3.connect(console.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBroken, match="locked"):
        await console.push.round()
    other.execute("ROLLBACK")
    await console.push.round()
    await console.push.at_rest()
    other.execute("BEGIN IMMEDIATE")
    await console.step()
    other.execute("ROLLBACK")
    other.close()
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]


async def test_more_tickets_than_one_round_looks_at_are_all_written_to(
    console: Console, desk: DeskDouble
) -> None:
    ids = [TicketId(f"m{number}") for number in range(2 * LOOKED_AT)]
    for ticket_id in ids:
        desk.add_ticket(ticket_id)
        await console.outbox.queue_note(ticket_id, "moved to the new desk")
    await console.drain()
    assert all(desk.texts(ticket_id) == ["moved to the new desk"] for ticket_id in ids)
