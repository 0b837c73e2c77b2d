"""No message is lost, doubled or left without a decision on desks that change what they show, or
whom they let ask, between the claim and the look.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from typing_extensions import override

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import CustomerId, TypeId
from deskero_tui.domain.outbox.items import Decision, ItemId, MoveRefused, State
from deskero_tui.domain.outbox.outgoing import NewTicket
from deskero_tui.domain.query.query import Query
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.server.settings import new_api_token
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import CopiesFound
from deskero_tui.sync.profile import Profile
from tests.support.desk_double import STARTED, DeskDouble, Fault, MovableClock
from tests.support.running_desk import CLIENT_ID, RunningDesk
from tests.sync.conftest import LONG_AGO, ME, address_of
from tests.sync.console import T1, T2, Console, opened

YEAR_MS = 365 * 86_400_000
NEW = NewTicket(
    subject="Lost key", description="A <b>.", customer=CustomerId("c1"), type=TypeId("y")
)


@dataclass
class OddDesk(DeskDouble):
    """A desk double that can show old copies, and whose tickets can become other ones."""

    lag_s: float = 0.0
    """Age of what it shows, in seconds: a replica that is behind."""
    merged: dict[str, str] = field(default_factory=dict)
    """Ticket ids and the tickets that they have become."""
    hidden: set[str] = field(default_factory=set)
    """Tickets that its list leaves out."""
    answer: httpx.Response | None = None
    """What every write is answered instead."""
    applies: bool = True
    """Whether the desk gets such a write at all."""
    history: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @override
    def _write(self, request: httpx.Request, path: str) -> httpx.Response:
        try:
            return super()._write(request, path)
        finally:
            self.note()

    @override
    def _apply_once(self, request: httpx.Request, path: str) -> httpx.Response:
        if self.answer is None:
            return super()._apply_once(request, path)
        if self.applies:
            super()._apply_once(request, path)
        return self.answer

    def note(self) -> None:
        """Note what the tickets are now, for later reads of the replica."""
        self.history.append((self.clock.monotonic(), copy.deepcopy(self.tickets)))

    @override
    def _read(self, request: httpx.Request, path: str) -> httpx.Response:
        now, until_s = self.tickets, self.clock.monotonic() - self.lag_s
        old = [tickets for at_s, tickets in self.history if at_s <= until_s]
        shown = old[-1] if self.lag_s and old else now
        if path == "/ticket/list":
            shown = {one: shown[one] for one in shown if one not in self.hidden}
        elif (into := self.merged.get(path.removeprefix("/ticket/"))) is not None:
            return httpx.Response(200, json=shown[into])
        self.tickets = shown
        try:
            return super()._read(request, path)
        finally:
            self.tickets = now


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def desk(clock: MovableClock) -> OddDesk:
    desk = OddDesk(clock)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    desk.note()
    return desk


@pytest.fixture
async def console(tmp_path: Path, desk: OddDesk, clock: MovableClock) -> AsyncIterator[Console]:
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        yield console


def reply_of_ours(text: str, *, age_ms: int = YEAR_MS) -> dict[str, Any]:
    return {"text": text, "replyFromOperator": {"id": "a1"}, "replyDate": to_ms(STARTED) - age_ms}


async def assert_kept(console: Console, item_id: ItemId) -> None:
    """A message that is not on the desk must not count as sent."""
    item = await console.item(item_id)
    assert (item.state, item.needs_agent) == (State.UNSURE, True)


# -- an old message of ours is not taken for the lost one ------------------------------------------


async def test_the_first_of_two_equal_replies_is_no_proof_for_the_second_on_a_lagging_desk(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    desk.lag_s = 60.0
    clock.pass_by(120.0)
    desk.write_faults += [None, Fault.CUT_BEFORE]
    first = await console.outbox.queue_reply(T1, "Any news?")
    second = await console.outbox.queue_reply(T1, "Any news?")
    await console.drain()
    assert await console.state(first) is State.SENT
    assert desk.texts(T1) == ["Any news?"]
    await assert_kept(console, second)


async def test_the_first_of_two_equal_new_tickets_is_no_proof_for_the_second_on_a_lagging_desk(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    desk.lag_s = 60.0
    clock.pass_by(120.0)
    desk.write_faults += [None, Fault.CUT_BEFORE]
    await console.outbox.queue_create(NEW)
    second = await console.outbox.queue_create(NEW)
    await console.drain()
    assert desk.made == 1
    await assert_kept(console, second)


@pytest.mark.parametrize("shift_ms", [-123, 1, 3_600_000])
async def test_an_old_reply_whose_date_the_desk_shows_otherwise_is_no_proof(
    console: Console, desk: OddDesk, shift_ms: int
) -> None:
    desk.tickets[T1]["replies"].append(reply_of_ours("It is on its way."))
    await console.see(T1)
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    desk.tickets[T1]["replies"][0]["replyDate"] += shift_ms
    await console.drain()
    await assert_kept(console, item_id)


async def test_an_old_reply_that_loses_its_author_is_no_proof(
    console: Console, desk: OddDesk
) -> None:
    desk.tickets[T1]["replies"].append(reply_of_ours("It is on its way."))
    await console.see(T1)
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    del desk.tickets[T1]["replies"][0]["replyFromOperator"]
    await console.drain()
    await assert_kept(console, item_id)


async def test_an_old_reply_that_a_desk_shows_only_now_is_no_proof(
    console: Console, desk: OddDesk
) -> None:
    """The desk shows the last 20 replies and does not say how many there are."""
    old = reply_of_ours("It is on its way.")
    shown = [reply_of_ours(f"Reply {n}", age_ms=YEAR_MS - n * 60_000) for n in range(1, 21)]
    desk.tickets[T1]["replies"] = shown
    await console.see(T1)
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    # Somebody deletes the last one.
    desk.tickets[T1]["replies"] = [old, *shown[:-1]]
    await console.drain()
    await assert_kept(console, item_id)


async def test_a_reply_of_ours_on_a_ticket_that_was_merged_in_is_no_proof(
    console: Console, desk: OddDesk
) -> None:
    desk.tickets[T2]["replies"].append(reply_of_ours("It is on its way."))
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    desk.merged[T1] = T2
    await console.drain()
    await assert_kept(console, item_id)


async def test_a_ticket_of_last_year_that_the_list_left_out_is_no_proof(
    console: Console, desk: OddDesk
) -> None:
    members = {"subject": NEW.subject, "description": NEW.description}
    desk.add_ticket("old", **members, insertDate=to_ms(STARTED) - YEAR_MS)
    desk.hidden.add("old")
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_create(NEW)
    await console.step()
    desk.hidden.clear()
    await console.drain()
    await assert_kept(console, item_id)


# -- keys ------------------------------------------------------------------------------------------


async def test_a_message_that_is_there_is_found_although_the_desk_fails_every_repeat(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    desk.honours_keys = True
    desk.write_faults += [Fault.CUT_AFTER, *[Fault.FAILED_BEFORE] * 2000]
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    note = await console.outbox.queue_note(T1, "for us")
    await pass_an_hour(console, clock)
    assert desk.texts(T1) == ["It is on its way."]
    item = await console.item(item_id)
    assert item.state is State.SENT or item.needs_agent, item.reason
    assert (await console.item(note)).state is not State.QUEUED


async def pass_an_hour(console: Console, clock: MovableClock) -> None:
    began_s = clock.monotonic()
    while clock.monotonic() - began_s < 3600.0:
        clock.pass_by(max(await console.step(), 0.5))


@dataclass
class HangingCapabilities(OddDesk):
    """A desk that answers nothing at the address of its capabilities."""

    hangs: bool = True

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.hangs and request.url.path == "/desk/capabilities":
            self.clock.pass_by(30.0)
            raise httpx.ReadTimeout("nothing", request=request)
        return await super().handle_async_request(request)


async def test_hanging_capabilities_do_not_delay_each_message(
    tmp_path: Path, clock: MovableClock
) -> None:
    desk = HangingCapabilities(clock)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        began_s = clock.monotonic()
        for number in range(5):
            await console.outbox.queue_note(T1, f"note {number}")
        await console.drain()
        assert len(desk.texts(T1)) == 5
        assert clock.monotonic() - began_s < 60.0


async def test_a_message_is_looked_for_although_capabilities_hang_now(
    tmp_path: Path, clock: MovableClock
) -> None:
    desk = HangingCapabilities(clock, honours_keys=True, hangs=False)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        desk.write_faults.append(Fault.CUT_AFTER)
        item_id = await console.outbox.queue_reply(T1, "It is on its way.")
        await console.push.round()
        await console.push.at_rest()
        desk.hangs = True
        await pass_an_hour(console, clock)
        item = await console.item(item_id)
        assert item.state is State.SENT or item.needs_agent, item.reason


# -- files -----------------------------------------------------------------------------------------


async def test_a_file_that_has_gone_from_the_disk_is_kept_when_its_message_is_dropped(
    console: Console, desk: OddDesk, tmp_path: Path
) -> None:
    path = tmp_path / "label.txt"
    path.write_bytes(b"hi")
    desk.write_faults.append(Fault.REFUSED)
    item_id = await console.outbox.queue_reply(T1, "see file", files=[path])
    await console.drain()
    path.unlink()
    await console.outbox.decide(item_id, Decision.DROP)
    [version] = await console.drafts.versions()
    assert [file.read_bytes() for file in version.draft.files] == [b"hi"]


async def test_a_file_that_has_changed_on_the_disk_comes_back_as_it_was_attached(
    console: Console, tmp_path: Path
) -> None:
    path = tmp_path / "label.txt"
    path.write_bytes(b"hi")
    item_id = await console.outbox.queue_reply(T1, "see file", files=[path])
    path.write_bytes(b"something else")
    await console.outbox.take_back(item_id)
    [draft] = await console.drafts.list()
    assert [file.read_bytes() for file in draft.draft.files] == [b"hi"]


# -- another API token -----------------------------------------------------------------------------


class LosesAnswers(httpx.AsyncHTTPTransport):
    """A line on which the answers to replies are lost."""

    def __init__(self) -> None:
        super().__init__()
        self.has_lost = asyncio.Event()

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if request.url.path.startswith("/ticket/reply/"):
            self.has_lost.set()
            await response.aread()
            raise httpx.ReadError("cut", request=request)
        return response


async def test_a_reply_is_there_once_when_the_api_token_was_renewed_meanwhile(
    tmp_path: Path, database: Database
) -> None:
    """A key counts for one API token on our desk, so a repeat with another token is a new write."""
    line = LosesAnswers()
    with RunningDesk(tmp_path, demo_tickets=5, demo_anchor=LONG_AGO) as running:
        desk = quick_desk(database, running, line)
        await desk.start(in_background=False)
        await desk.refresh_now()
        [row, *_] = await desk.rows((await desk.order(Query()))[:1])
        item_id = await desk.outbox.queue_reply(row.id, "It is on its way.")
        async with asyncio.timeout(10):
            await line.has_lost.wait()
        # The program ends before it has looked.
        await desk.close()
    with RunningDesk(
        tmp_path, api_token=new_api_token(CLIENT_ID), demo_tickets=5, demo_anchor=LONG_AGO
    ) as running:
        desk = quick_desk(database, running, None)
        await desk.start(in_background=False)
        [item] = await desk.outbox.settled([item_id], wait_s=20)
        assert item.state is State.SENT
        async with DeskeroClient(address_of(running)) as client:
            replies = (await client.ticket(row.id)).replies
        await desk.close()
    assert sum("It is on its way." in reply.text for reply in replies) == 1


def quick_desk(
    database: Database, running: RunningDesk, line: httpx.AsyncBaseTransport | None
) -> Desk:
    """A desk object whose first look for a lost message comes after a second."""
    profile = Profile(agent=ME, undo_s=0.0, look_gaps_s=(0.3, 0.3, 0.3), drain_retry_s=0.1)
    address = address_of(running)
    return Desk(
        database, open_client=lambda: DeskeroClient(address, transport=line), profile=profile
    )


# -- answers that prove nothing --------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 204])
async def test_an_empty_success_without_an_effect_does_not_lose_a_reply(
    tmp_path: Path, clock: MovableClock, status: int
) -> None:
    """A gateway or a captive portal answers so; a desk names an id (API sheet §0.3 point 4)."""
    desk = OddDesk(clock, answer=httpx.Response(status), applies=False)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        item_id = await console.outbox.queue_reply(T1, "It is on its way.")
        await console.drain()
        assert desk.texts(T1) == []
        await assert_kept(console, item_id)


async def test_what_a_success_seemed_to_refuse_is_looked_for_before_it_goes_again(
    tmp_path: Path, clock: MovableClock
) -> None:
    answer = httpx.Response(202, json={"message": "Accepted"})
    desk = OddDesk(clock, answer=answer)
    desk.add_ticket(T1)
    desk.add_ticket(T2)
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        item_id = await console.outbox.queue_reply(T1, "It is on its way.")
        await console.drain()
        assert desk.texts(T1) == ["It is on its way."]
        item = await console.item(item_id)
        if item.state is not State.SENT:
            await console.outbox.decide(item_id, Decision.SEND)
            await console.drain()
        assert desk.texts(T1) == ["It is on its way."]


# -- messages that are there -----------------------------------------------------------------------


async def test_a_note_that_waited_for_an_hour_is_found(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    item_id = await console.outbox.queue_note(T1, "Called the carrier.")
    clock.pass_by(3600.0)
    desk.write_faults.append(Fault.CUT_AFTER)
    await console.drain()
    assert desk.texts(T1) == ["Called the carrier."]
    assert await console.state(item_id) is State.SENT


async def test_a_reply_after_a_short_one_is_found(console: Console, desk: OddDesk) -> None:
    await console.outbox.queue_reply(T1, "Hello Tom")
    await console.drain()
    desk.write_faults.append(Fault.CUT_AFTER)
    item_id = await console.outbox.queue_reply(
        T1, "Hello Tom, your parcel left Zurich this morning and will arrive tomorrow."
    )
    await console.drain()
    assert len(desk.texts(T1)) == 2
    assert await console.state(item_id) is State.SENT


async def test_a_reply_on_a_desk_whose_clock_is_a_year_slow_is_found(
    console: Console, desk: OddDesk
) -> None:
    def slow(verb: str, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "replyDate": 1_764_000_000_000}

    desk.tickets[T1]["insertDate"] = 1_763_900_000_000
    desk.keep = slow
    desk.write_faults.append(Fault.CUT_AFTER)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.drain()
    assert await console.state(item_id) is State.SENT


async def test_a_note_that_waited_is_not_there_twice_when_the_agent_says_send(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    """The read before the second sending shows the first copy."""
    item_id = await console.outbox.queue_note(T1, "Called the carrier.")
    clock.pass_by(3600.0)
    desk.write_faults.append(Fault.CUT_AFTER)
    await console.drain()
    if await console.state(item_id) is not State.SENT:
        await console.outbox.decide(item_id, Decision.SEND)
        await console.drain()
    assert desk.texts(T1) == ["Called the carrier."]


async def test_an_equal_reply_of_a_ticket_that_is_merged_in_meanwhile_is_no_proof(
    console: Console, desk: OddDesk
) -> None:
    """A bulk reply to two tickets of one customer, which a colleague then merges."""
    desk.write_faults += [Fault.CUT_BEFORE, None]
    first = await console.outbox.queue_reply(T1, "It is on its way.")
    second = await console.outbox.queue_reply(T2, "It is on its way.")
    await console.step()
    await console.step()
    assert await console.state(second) is State.SENT
    desk.tickets[T1]["replies"] += desk.tickets[T2]["replies"]
    desk.merged[T2] = T1
    await console.drain()
    await assert_kept(console, first)


async def test_a_dropped_reply_that_arrives_late_is_no_proof_for_the_next_one(
    console: Console, desk: OddDesk
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    dropped = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.drain()
    await console.outbox.decide(dropped, Decision.DROP)
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    desk.tickets[T1]["replies"].append(
        {"text": "It is on its way.", "replyFromOperator": {"id": "a1"}}
    )
    await console.drain()
    await assert_kept(console, item_id)


async def test_a_repeat_does_not_leave_after_the_customer_wrote(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    """The program was closed for a night after the lost request, and reads nothing before it."""
    desk.honours_keys = True
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.push.round()
    await console.push.at_rest()
    await console.stop()
    clock.pass_by(20 * 3600.0)
    desk.customer_writes(T1, "Forget it, it is here.")
    await console.start()
    await console.drain()
    assert desk.texts(T1) == ["Forget it, it is here."]
    item = await console.item(item_id)
    assert item.state is State.HELD or item.needs_agent


async def test_a_desk_that_asks_for_patience_at_a_repeat_gets_it(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    desk.honours_keys = True
    desk.write_faults.append(Fault.CUT_BEFORE)
    await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    desk.answer = httpx.Response(429, headers={"Retry-After": "1800"})
    desk.applies = False
    await console.step()
    assert len(desk.written) == 2
    await console.outbox.queue_note(T2, "for us")
    for _ in range(10):
        clock.pass_by(60.0)
        await console.step()
    assert len(desk.written) == 2


@pytest.mark.parametrize("why", ["merged in", "hidden before"])
async def test_a_reply_of_last_year_that_the_ticket_shows_only_now_is_no_proof(
    console: Console, desk: OddDesk, why: str
) -> None:
    """All that stood on the ticket still does, so its date alone tells that it is old."""
    old = {
        "text": "It is on its way.",
        "replyFromOperator": {"id": "a1"},
        "replyDate": desk.tickets[T1]["insertDate"] - 365 * 86_400_000,
    }
    if why == "merged in":
        desk.customer_writes(T1, "Any news?")
        await console.see(T1)
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    desk.tickets[T1]["replies"].insert(0, old)
    await console.drain()
    await assert_kept(console, item_id)


async def test_a_desk_that_honours_keys_loses_no_reply_to_a_similar_one(
    console: Console, desk: OddDesk
) -> None:
    """The key is the proof there; the same agent writes in a browser meanwhile."""
    desk.honours_keys = True
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way. The number is 4711.")
    await console.push.round()
    await console.push.at_rest()
    similar = "It is on its way. The number is 0815."
    desk.tickets[T1]["replies"].append({"text": similar, "replyFromOperator": {"id": "a1"}})
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts(T1) == [similar, "It is on its way. The number is 4711."]


async def test_a_reply_is_found_although_another_ticket_of_the_customer_got_the_same(
    console: Console, desk: OddDesk
) -> None:
    """A ready answer to two tickets of one customer, neither of which is merged."""
    desk.write_faults += [None, Fault.CUT_AFTER]
    await console.outbox.queue_reply(T2, "It is on its way.")
    await console.drain()
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.drain()
    assert desk.texts(T1) == ["It is on its way."]
    assert await console.state(item_id) is State.SENT


async def test_what_was_held_after_it_had_left_cannot_be_taken_back_for_editing(
    console: Console, desk: OddDesk, clock: MovableClock
) -> None:
    """The first sending arrives late; the second one does not leave, and forgets the first."""
    desk.honours_keys = True
    desk.write_faults += [Fault.LATE, Fault.NO_CONNECTION]
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.step()
    desk.customer_writes(T1, "Any news?")
    await console.step()
    assert await console.state(item_id) is State.HELD
    await console.outbox.decide(item_id, Decision.SEND)
    await console.step()
    assert await console.state(item_id) is State.QUEUED
    with pytest.raises(MoveRefused):
        await console.outbox.take_back(item_id)
    clock.pass_by(30.0)
    await console.drain()
    assert [text for text in desk.texts(T1) if "on its way" in text] == ["It is on its way."]


async def test_a_repeat_does_not_leave_for_a_ticket_that_has_become_another_one(
    console: Console, desk: OddDesk
) -> None:
    """A message that has not left yet is held then."""
    desk.honours_keys = True
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.push.round()
    await console.push.at_rest()
    desk.merged[T1] = T2
    await console.drain()
    assert desk.texts(T1) == desk.texts(T2) == []
    item = await console.item(item_id)
    assert item.state is State.HELD or item.needs_agent


async def test_words_that_were_marked_as_sent_by_mistake_can_be_brought_back(
    console: Console, desk: OddDesk
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.drain()
    await console.outbox.decide(item_id, Decision.MARK_SENT)
    [version] = await console.drafts.versions()
    assert version.draft.text == "It is on its way."


async def test_of_two_messages_only_the_one_with_all_files_is_a_copy(
    console: Console, desk: OddDesk, tmp_path: Path
) -> None:
    path = tmp_path / "label.txt"
    path.write_bytes(b"hi")
    desk.write_faults.append(Fault.CUT_AFTER)
    await console.outbox.queue_reply(T1, "It is on its way.", files=[path])
    await console.step()
    desk.tickets[T1]["replies"].append(reply_of_ours("It is on its way.", age_ms=0))
    await console.drain()
    assert not [event for event in console.told if isinstance(event, CopiesFound)]
