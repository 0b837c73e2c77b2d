"""What may have arrived is found out, and goes again only when it has certainly not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import CustomerId, TypeId
from deskero_tui.domain.outbox import Decision, State
from deskero_tui.domain.outgoing import NewTicket, TicketPatch
from tests.support.desk_double import LATE_S, DeskDouble, Fault, MovableClock
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


ARRIVED = [Fault.CUT_AFTER, Fault.FAILED_AFTER, Fault.KILLED_AFTER]
LOST = [Fault.CUT_BEFORE, Fault.FAILED_BEFORE, Fault.KILLED_BEFORE]
NEW = NewTicket(
    subject="Lost key", description="A <b>.", customer=CustomerId("c9"), type=TypeId("y")
)


@pytest.mark.parametrize("fault", ARRIVED)
async def test_a_reply_that_arrived_is_found_and_not_sent_again(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    item_id = await console.outbox.queue_reply(T1, "It is\non its way.")
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["It is\non its way."]
    assert len(desk.written) == 1


@pytest.mark.parametrize("fault", LOST)
async def test_a_reply_that_was_lost_goes_once_more_and_not_before_the_gap_is_over(
    console: Console, desk: DeskDouble, clock: MovableClock, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    item_id = await console.outbox.queue_reply(T1, "x")
    began_s = clock.monotonic()
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]
    assert len(desk.written) == 2
    assert clock.monotonic() - began_s >= console.profile.settle_gap_s


async def test_a_reply_that_arrives_late_is_found_by_the_second_look(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.LATE)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]
    assert len(desk.written) == 1


async def test_a_copy_that_arrives_after_the_second_look_is_found_before_it_goes_again(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    desk.write_faults += [Fault.CUT_BEFORE, Fault.NO_CONNECTION]
    item_id = await console.outbox.queue_reply(T1, "x")
    while len(desk.written) < 2:
        clock.pass_by(await console.step())
    assert await console.state(item_id) is State.QUEUED
    desk.tickets["t1"]["replies"].append({"text": "x", "replyFromOperator": {"id": "a1"}})
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]


async def test_a_clock_set_ahead_does_not_shorten_the_gap_between_two_looks(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    desk.write_faults.append(Fault.LATE)
    item_id = await console.outbox.queue_reply(T1, "x")
    while (await console.item(item_id)).absent_since is None:
        clock.pass_by(await console.step())
    clock.jump(86_400.0)
    assert await console.step() > 0
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]
    assert len(desk.written) == 1


async def test_the_same_words_meant_twice_are_told_apart_by_their_number(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults += [Fault.CUT_AFTER, Fault.CUT_BEFORE, None, Fault.KILLED_AFTER]
    for _ in range(3):
        await console.outbox.queue_reply(T1, "Any news?")
    await console.drain()
    assert desk.texts("t1") == ["Any news?"] * 3


async def test_the_same_words_of_another_agent_do_not_count(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_note(T1, "Called them.")
    await console.step()
    desk.tickets["t1"]["ticketNotes"].append({"id": "n", "note": "Called them.", "insertBy": "a2"})
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["Called them."] * 2


async def test_what_was_lost_twice_asks_the_agent(console: Console, desk: DeskDouble) -> None:
    desk.write_faults += [Fault.CUT_BEFORE, Fault.FAILED_BEFORE]
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    await console.outbox.queue_reply(T2, "elsewhere")
    await console.drain()
    item = await console.item(item_id)
    assert item.state is State.UNSURE
    assert item.needs_agent
    assert console.outbox.counts.unsure == 1
    assert desk.texts("t2") == ["elsewhere"]
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert desk.texts("t1") == ["x"]


async def test_a_write_that_is_still_looked_for_cannot_be_sent_again_by_hand(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.LATE)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    with pytest.raises(BadInput, match="Wait"):
        await console.outbox.decide(item_id, Decision.SEND)
    await console.outbox.decide(item_id, Decision.MARK_SENT)
    assert await console.state(item_id) is State.SENT


async def test_the_gap_between_two_looks_begins_anew_with_the_program(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    desk.write_faults.append(Fault.LATE)
    await console.outbox.queue_reply(T1, "x")
    await console.step()
    await console.step()
    clock.jump(3600.0)
    await console.restart()
    for _ in range(3):
        await console.step()
    clock.pass_by(LATE_S + 1)
    await console.drain()
    assert desk.texts("t1") == ["x"]
    assert len(desk.written) == 1


@pytest.mark.parametrize("fault", ARRIVED + LOST)
async def test_a_note_with_a_reminder_is_there_once(
    console: Console, desk: DeskDouble, clock: MovableClock, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    at = clock.now().replace(year=2027)
    await console.outbox.queue_note(T1, "call", remind_at=at)
    await console.outbox.queue_note(T1, "call")
    await console.drain()
    assert desk.texts("t1") == ["call", "call"]


@pytest.mark.parametrize("fault", ARRIVED + LOST)
async def test_a_change_is_settled_by_comparing_the_fields(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    [item_id] = await console.outbox.queue_change([T1], TicketPatch(status="solved"))
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.tickets["t1"]["status"] == {"status": "solved"}
    assert len(desk.written) == (1 if fault in ARRIVED else 2)


async def test_a_lost_change_does_not_go_again_over_a_colleagues(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    [item_id] = await console.outbox.queue_change([T1], TicketPatch(status="solved"))
    await console.step()
    desk.tickets["t1"]["status"] = {"status": "closed"}
    await console.drain()
    assert await console.state(item_id) is State.HELD
    assert desk.tickets["t1"]["status"] == {"status": "closed"}


@pytest.mark.parametrize("fault", ARRIVED + LOST)
async def test_a_deletion_is_settled_by_absence(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    item_id = await console.outbox.queue_delete(T1)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert "t1" not in desk.tickets


@pytest.mark.parametrize("fault", [*ARRIVED, *LOST, Fault.LATE])
async def test_a_new_ticket_is_opened_once_and_known_by_its_id(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults += [None, fault]
    first = await console.outbox.queue_create(NEW)
    second = await console.outbox.queue_create(NEW)
    await console.drain()
    assert [(await console.item(one)).ticket_id for one in (first, second)] == ["made1", "made2"]
    assert desk.made == 2


async def test_a_desk_that_cannot_search_leaves_an_unsure_new_ticket_to_the_agent(
    console: Console, desk: DeskDouble
) -> None:
    desk.read_faults += [Fault.REFUSED] * 2
    desk.write_faults.append(Fault.CUT_AFTER)
    item_id = await console.outbox.queue_create(NEW)
    await console.drain()
    item = await console.item(item_id)
    assert (item.state, item.needs_agent) == (State.UNSURE, True)


async def test_an_unsure_reply_to_a_ticket_that_is_gone_keeps_its_text(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_AFTER)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    del desk.tickets["t1"]
    await console.drain()
    item = await console.item(item_id)
    assert (item.state, item.summary) == (State.REFUSED, "x")


async def test_looking_goes_on_when_the_desk_cannot_be_read(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_AFTER)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    desk.read_faults += [Fault.NO_CONNECTION] * 4 + [Fault.FAILED_BEFORE] * 4
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]
