"""What the agent does to the outbox: queue, take back, decide, wait; and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import BadInput, Missing
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.items import Decision, OutboxCounts, State
from deskero_tui.domain.outbox.merge import baseline_of
from deskero_tui.domain.outbox.outgoing import NewTicket, OutgoingReply, TicketPatch
from deskero_tui.domain.query.query import Query
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import DraftsChanged
from deskero_tui.sync.profile import Profile
from tests.support.desk_double import DeskDouble, Fault, MovableClock
from tests.support.running_desk import RunningDesk
from tests.sync.conftest import ME, Bench, address_of
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


REPLY = DraftKey(T1, DraftKind.REPLY)
NOTE = DraftKey(T1, DraftKind.NOTE)
NEW = NewTicket(subject="Key", description="Lost", customer=CustomerId("c9"), type=TypeId("y"))


# -- what cannot be queued -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n\t"])
async def test_nothing_empty_is_queued(console: Console, text: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        await console.outbox.queue_reply(T1, text)
    with pytest.raises(BadInput, match="empty"):
        await console.outbox.queue_note(T1, text)
    with pytest.raises(BadInput, match="nothing to change"):
        await console.outbox.queue_change([T1], TicketPatch())
    assert console.outbox.counts == OutboxCounts()


async def test_a_reminder_in_the_past_is_refused(console: Console, clock: MovableClock) -> None:
    with pytest.raises(BadInput, match="past"):
        await console.outbox.queue_note(T1, "x", remind_at=clock.now() - timedelta(seconds=1))


async def test_a_bulk_change_with_an_unknown_ticket_queues_nothing(console: Console) -> None:
    with pytest.raises(Missing):
        await console.outbox.queue_change([T1, TicketId("no")], TicketPatch(status="solved"))
    assert await console.outbox.items() == []


async def test_a_file_is_kept_with_its_bytes_when_it_is_queued(
    console: Console, desk: DeskDouble, tmp_path: Path
) -> None:
    path = tmp_path / "label.txt"
    path.write_bytes(b"hi")
    await console.outbox.queue_reply(T1, "see file", files=[path])
    path.unlink()
    await console.drain()
    [document] = desk.tickets["t1"]["replies"][0]["attachedDocuments"]
    assert (document["documentName"], document["documentBlob"]) == ("label.txt", "6869")


async def test_a_file_that_is_not_there_queues_nothing(console: Console, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        await console.outbox.queue_reply(T1, "see file", files=[tmp_path / "gone"])
    assert await console.outbox.items() == []


# -- drafts ----------------------------------------------------------------------------------------


async def test_a_draft_is_in_the_outbox_until_the_desk_has_said_yes(
    console: Console, desk: DeskDouble
) -> None:
    await console.drafts.save(REPLY, Draft(text="half"))
    desk.write_faults.append(Fault.NO_CONNECTION)
    await console.outbox.queue_reply(T1, "half and half", draft=REPLY)
    assert await console.drafts.load(REPLY) is None
    with pytest.raises(BadInput, match="in the outbox already"):
        await console.outbox.queue_reply(T1, "half and half", draft=REPLY)
    await console.drafts.save(REPLY, Draft(text="half and half"))
    assert await console.drafts.load(REPLY) is None, "a late saving does not offer it again"
    await console.drain()
    assert desk.texts("t1") == ["half and half"]
    assert await console.drafts.load(REPLY) is None
    assert await console.drafts.versions(REPLY) == []
    await console.drafts.save(REPLY, Draft(text="half and half"))
    assert await console.drafts.load(REPLY) is not None, "the same words can be written anew"


async def test_what_is_taken_back_is_as_it_was_written(console: Console, desk: DeskDouble) -> None:
    written = Draft(text="a\n\nb", status_after="solved")
    await console.drafts.save(REPLY, written)
    item_id = await console.outbox.queue_reply(T1, "a\n\nb", status_after="solved", draft=REPLY)
    console.told.clear()
    await console.outbox.take_back(item_id)
    stored = await console.drafts.load(REPLY)
    assert stored is not None
    assert replace(stored.draft, baseline=None) == written
    assert DraftsChanged() in console.told
    await console.drain()
    assert desk.written == [], "its status does not go alone"


async def test_a_reminder_comes_back_as_it_was_typed(console: Console, clock: MovableClock) -> None:
    await console.drafts.save(NOTE, Draft(text="call", remind="tomorrow 9"))
    at = clock.now() + timedelta(days=1)
    item_id = await console.outbox.queue_note(T1, "call", remind_at=at, draft=NOTE)
    await console.outbox.take_back(item_id)
    stored = await console.drafts.load(NOTE)
    assert stored is not None
    assert stored.draft.remind == "tomorrow 9"


async def test_what_was_begun_meanwhile_is_kept_behind_what_comes_back(console: Console) -> None:
    item_id = await console.outbox.queue_reply(T1, "first", draft=REPLY)
    await console.drafts.save(REPLY, Draft(text="second"))
    await console.outbox.take_back(item_id)
    stored = await console.drafts.load(REPLY)
    assert stored is not None
    assert stored.draft.text == "first\n\nsecond"


async def test_a_new_ticket_that_never_was_a_draft_becomes_one(console: Console) -> None:
    item_id = await console.outbox.queue_create(NEW)
    await console.outbox.take_back(item_id)
    stored = await console.drafts.load(DraftKey(None, DraftKind.CREATE))
    assert stored is not None
    assert stored.draft.text == "Lost"
    assert stored.draft.fields == {"subject": "Key", "customer": "c9", "type": "y"}


async def test_own_changes_since_writing_began_are_no_news(
    console: Console, desk: DeskDouble
) -> None:
    ticket = await console.client.ticket(T1)
    known = baseline_of(ticket)
    await console.drafts.save(REPLY, Draft(text="x", baseline=known))
    await console.outbox.queue_change([T1], TicketPatch(status="onhold"))
    await console.drain()
    await console.outbox.queue_reply(T1, "x", baseline=known, draft=REPLY)
    await console.drain()
    assert desk.texts("t1") == ["x"]


async def test_after_editing_a_held_reply_what_was_new_is_known(
    console: Console, desk: DeskDouble
) -> None:
    item_id = await console.outbox.queue_reply(T1, "x", draft=REPLY)
    desk.customer_writes("t1", "wait")
    await console.drain()
    await console.outbox.decide(item_id, Decision.EDIT)
    await console.outbox.queue_reply(T1, "x then", draft=REPLY)
    await console.drain()
    assert desk.texts("t1") == ["wait", "x then"]


# -- deciding --------------------------------------------------------------------------------------


async def test_what_has_left_cannot_be_taken_back(console: Console) -> None:
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    with pytest.raises(BadInput, match="has left already"):
        await console.outbox.take_back(item_id)


async def test_what_is_dropped_stays_for_a_day_as_a_version(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.REFUSED)
    item_id = await console.outbox.queue_reply(T1, "never mind", status_after="solved")
    await console.drain()
    await console.outbox.decide(item_id, Decision.DROP)
    assert console.outbox.counts == OutboxCounts()
    assert [version.draft.text for version in await console.drafts.versions()] == ["never mind"]


@pytest.mark.parametrize("decision", [Decision.DROP, None])
async def test_words_that_were_queued_with_a_change_outlive_it(
    console: Console, desk: DeskDouble, decision: Decision | None
) -> None:
    desk.write_faults.append(Fault.REFUSED)
    change = (T1, TicketPatch(status="solved"))
    [item_id] = await console.outbox.queue_patches([change], batch="b")
    await console.drain()
    await console.outbox.queue_note(T1, "told by telephone", batch="b")
    if decision is None:
        await console.outbox.take_back(item_id)
    else:
        await console.outbox.decide(item_id, decision)
    assert console.outbox.counts == OutboxCounts()
    versions = [version.draft.text for version in await console.drafts.versions()]
    assert versions == ["told by telephone"]


async def test_a_change_of_fields_has_no_words_to_edit(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.REFUSED)
    [item_id] = await console.outbox.queue_change([T1], TicketPatch(status="solved"))
    await console.drain()
    with pytest.raises(BadInput, match="no text"):
        await console.outbox.decide(item_id, Decision.EDIT)
    await console.outbox.take_back(item_id)
    assert await console.state(item_id) is State.DROPPED


async def test_counts_say_what_waits_for_whom(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.REFUSED)
    await console.outbox.queue_note(T1, "refused")
    await console.drain()
    desk.customer_writes("t2", "hm")
    await console.outbox.queue_reply(T2, "held")
    await console.drain()
    await console.outbox.queue_note(T2, "behind it")
    assert console.outbox.counts == OutboxCounts(waiting=1, held=1, refused=1)
    await console.restart()
    assert console.outbox.counts == OutboxCounts(waiting=1, held=1, refused=1)


async def test_hurrying_ends_the_undo_window(
    tmp_path: Path, desk: DeskDouble, clock: MovableClock
) -> None:
    async with opened(Console(tmp_path / "s.sqlite", desk, clock, undo_s=8.0)) as console:
        await console.outbox.queue_reply(T1, "x")
        await console.step()
        assert desk.written == []
        await console.outbox.hurry()
        await console.step()
        assert desk.texts("t1") == ["x"]


async def test_items_can_be_asked_for_one_ticket(console: Console) -> None:
    await console.outbox.queue_note(T1, "one")
    await console.outbox.queue_note(T2, "two")
    assert [item.summary for item in await console.outbox.items(ticket_id=T2)] == ["two"]


# -- the whole, on a real desk ---------------------------------------------------------------------


@pytest.fixture
async def quick(running: RunningDesk, database: Database) -> AsyncIterator[Desk]:
    """A started desk object whose waits are short."""
    profile = Profile(agent=ME, undo_s=0.1, look_gaps_s=(0.2, 0.2, 0.2), drain_retry_s=0.1)
    address = address_of(running)
    desk = Desk(database, open_client=lambda: DeskeroClient(address), profile=profile)
    await desk.start(in_background=False)
    await desk.refresh_now()
    yield desk
    await desk.close()


async def first_tickets(desk: Desk, count: int) -> list[TicketId]:
    return [row.id for row in await desk.rows((await desk.order(Query()))[:count])]


async def test_a_reply_with_file_and_status_arrives_at_a_real_desk(
    quick: Desk, bench: Bench, tmp_path: Path
) -> None:
    [ticket_id] = await first_tickets(quick, 1)
    (tmp_path / "hi.txt").write_text("hi")
    item_id = await quick.outbox.queue_reply(
        ticket_id, "a < b\nc", files=[tmp_path / "hi.txt"], status_after="solved"
    )
    items = await quick.outbox.items()
    settled = await quick.outbox.settled([one.id for one in items], wait_s=20)
    assert [item.state for item in settled] == [State.SENT, State.SENT]
    assert settled[0].id == item_id
    there = await bench.colleague.ticket(ticket_id)
    assert there.replies[-1].text == "<p>a &lt; b<br>\nc</p>"
    assert [file.name for file in there.replies[-1].attachments] == ["hi.txt"]
    assert there.status is not None
    assert there.status.name == "solved"
    await quick.read_afresh(ticket_id)
    assert await quick.ticket(ticket_id) == there


async def test_everything_else_arrives_at_a_real_desk_as_well(quick: Desk, bench: Bench) -> None:
    first, second = await first_tickets(quick, 2)
    record = await quick.ticket(first)
    assert record.customer is not None
    assert record.type is not None
    new = NewTicket(
        subject="Key", description="Lost", customer=record.customer.id, type=record.type.id
    )
    ids = [
        await quick.outbox.queue_note(first, "call"),
        *await quick.outbox.queue_change([first], TicketPatch(tags=("late",), is_priority=True)),
        await quick.outbox.queue_create(new),
        await quick.outbox.queue_delete(second),
    ]
    settled = await quick.outbox.settled(ids, wait_s=20)
    assert {item.state for item in settled} == {State.SENT}
    made = settled[2].ticket_id
    assert made is not None
    assert (await bench.colleague.ticket(made)).subject == "Key"
    assert (await bench.colleague.ticket(first)).tags == ("late",)
    with pytest.raises(Missing):
        await bench.colleague.ticket(second)


async def test_a_colleagues_reply_holds_and_waiting_ends_there(quick: Desk, bench: Bench) -> None:
    [ticket_id] = await first_tickets(quick, 1)
    other = (await bench.desk.agents())[1]
    await bench.colleague.reply(ticket_id, OutgoingReply("Mine", AgentId(other.id)))
    first = await quick.outbox.queue_reply(ticket_id, "Ours")
    behind = await quick.outbox.queue_reply(ticket_id, "Ours again")
    note = await quick.outbox.queue_note(ticket_id, "It does not wait for the replies.")
    states = [one.state for one in await quick.outbox.settled([first, behind, note], wait_s=20)]
    assert states == [State.HELD, State.QUEUED, State.SENT]


async def test_without_knowing_who_i_am_nothing_is_queued(
    running: RunningDesk, database: Database
) -> None:
    desk = Desk(
        database,
        open_client=lambda: DeskeroClient(address_of(running)),
        profile=Profile(agent="nobody"),
    )
    with pytest.raises(BadInput, match="DESKERO_AGENT"):
        await desk.outbox.queue_reply(T1, "x")
    assert await desk.drafts.list() == []


async def test_what_was_queued_offline_is_sent_once_a_desk_is_there(
    running: RunningDesk, database: Database, quick: Desk, bench: Bench
) -> None:
    [ticket_id] = await first_tickets(quick, 1)
    await quick.close()
    item_id = await quick.outbox.queue_note(ticket_id, "written on the train")
    assert (await quick.outbox.settled([item_id], wait_s=0.2))[0].state is State.QUEUED
    again = Desk(
        database,
        open_client=lambda: DeskeroClient(address_of(running)),
        profile=quick.profile,
    )
    await again.start()
    try:
        async with asyncio.timeout(20):
            while (await again.outbox.settled([item_id], wait_s=1))[0].state is not State.SENT:
                pass
    finally:
        await again.close()
    assert (await bench.colleague.ticket(ticket_id)).notes[-1].text == "written on the train"
