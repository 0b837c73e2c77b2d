"""A write that may have arrived is confirmed by proof, repeated with its key, or asked about."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId, CustomerId, TypeId
from deskero_tui.domain.outbox.contents import ReplyContent, content_json
from deskero_tui.domain.outbox.items import Decision, State
from deskero_tui.domain.outbox.merge import Hold, hold_json
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store.database import Database
from deskero_tui.store.schema import _REQUESTS, STEPS
from deskero_tui.sync.events import CopiesFound
from tests.support.desk_double import APPLIED, STARTED, UNANSWERED, DeskDouble, Fault, MovableClock
from tests.support.old_store import UNDO_REQUESTS
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


ARRIVED = sorted(APPLIED, key=lambda fault: fault.name)
LOST = sorted(UNANSWERED, key=lambda fault: fault.name)
ALL_LATE = [Fault.LATE, Fault.VERY_LATE]
NEW = NewTicket(
    subject="Lost key", description="A <b>.", customer=CustomerId("c9"), type=TypeId("y")
)


@pytest.fixture
def with_keys(desk: DeskDouble) -> DeskDouble:
    """The desk, which honours idempotency keys."""
    desk.honours_keys = True
    return desk


@pytest.mark.parametrize("fault", [*ARRIVED, *ALL_LATE])
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
async def test_a_reply_without_proof_asks_the_agent_and_does_not_go_again(
    console: Console, desk: DeskDouble, clock: MovableClock, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    item_id = await console.outbox.queue_reply(T1, "x")
    began_s = clock.monotonic()
    await console.drain()
    item = await console.item(item_id)
    assert (item.state, item.needs_agent) == (State.UNSURE, True)
    assert "send it again" in item.reason
    assert (desk.texts("t1"), len(desk.written)) == ([], 1)
    assert clock.monotonic() - began_s >= sum(console.profile.look_gaps_s)
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]


@pytest.mark.parametrize("fault", [*ARRIVED, *LOST, *ALL_LATE])
@pytest.mark.parametrize("kind", ["reply", "note", "create"])
async def test_a_desk_that_honours_keys_gets_the_request_again_and_has_it_once(
    console: Console, with_keys: DeskDouble, fault: Fault, kind: str
) -> None:
    with_keys.write_faults += [fault, fault]
    if kind == "create":
        item_id = await console.outbox.queue_create(NEW)
    elif kind == "reply":
        item_id = await console.outbox.queue_reply(T1, "x")
    else:
        item_id = await console.outbox.queue_note(T1, "x")
    await console.drain()
    with_keys.apply_late(all_of_them=True)
    item = await console.item(item_id)
    assert item.state is State.SENT
    if kind == "create":
        assert (item.ticket_id, with_keys.made) == ("made1", 1)
    else:
        assert with_keys.texts("t1") == ["x"]


async def test_a_request_is_not_repeated_at_another_desk_nor_after_two_days(
    console: Console, with_keys: DeskDouble, clock: MovableClock
) -> None:
    with_keys.write_faults += [Fault.CUT_BEFORE] * 2
    first = await console.outbox.queue_reply(T1, "x")
    second = await console.outbox.queue_reply(T2, "y")
    await console.step()
    with_keys.desk_id = "desk-2"
    await console.step()
    assert [await console.state(one) for one in (first, second)] == [State.UNSURE] * 2
    with_keys.desk_id = "desk-1"
    clock.jump(49 * 3600.0)
    await console.drain()
    assert (await console.item(first)).needs_agent
    assert len(with_keys.written) == 2


async def test_a_gateway_before_the_capabilities_does_not_take_the_keys_away(
    console: Console, with_keys: DeskDouble, clock: MovableClock
) -> None:
    with_keys.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    with_keys.honours_keys = False
    while (await console.item(item_id)).looks <= len(console.profile.look_gaps_s):
        clock.pass_by(await console.step())
    assert not (await console.item(item_id)).needs_agent
    second = await console.outbox.queue_note(T1, "y")
    with_keys.write_faults.append(Fault.CUT_BEFORE)
    await console.step()
    with_keys.honours_keys = True
    await console.drain()
    assert [await console.state(one) for one in (item_id, second)] == [State.SENT] * 2
    assert with_keys.texts("t1") == ["x", "y"]


async def test_keys_are_used_soon_after_a_gateway_answered_for_the_desk(
    console: Console, with_keys: DeskDouble, clock: MovableClock
) -> None:
    with_keys.honours_keys = False
    await console.outbox.queue_reply(T1, "x")
    await console.drain()
    with_keys.honours_keys = True
    clock.pass_by(31.0)
    with_keys.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "y")
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert with_keys.texts("t1") == ["x", "y"]


async def test_a_repeat_that_the_desk_refuses_proves_nothing(
    console: Console, with_keys: DeskDouble
) -> None:
    with_keys.write_faults += [Fault.CUT_AFTER, Fault.NOT_LET_IN]
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert with_keys.texts("t1") == ["x"]


async def test_the_agent_is_told_of_two_copies(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "It is on its way.")
    await console.drain()
    await console.outbox.decide(item_id, Decision.SEND)

    def meanwhile(verb: str, body: dict[str, Any]) -> dict[str, Any]:
        desk._reply("t1", body)
        return body

    desk.keep = meanwhile
    await console.drain()
    assert CopiesFound(item_id, "1/2026", 2) in console.told


async def test_a_copy_that_arrives_late_is_found_before_it_goes_again(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    desk.tickets["t1"]["replies"].append({"text": "x", "replyFromOperator": {"id": "a1"}})
    await console.outbox.decide(item_id, Decision.SEND)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["x"]


async def test_the_agent_can_let_it_be_looked_for_again(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.drain()
    await console.outbox.decide(item_id, Decision.LOOK)
    await console.step()
    assert not (await console.item(item_id)).needs_agent
    desk.tickets["t1"]["replies"].append({"text": "x", "replyFromOperator": {"id": "a1"}})
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert len(desk.written) == 1


async def test_an_unconfirmed_message_cannot_be_taken_back_for_editing(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_AFTER)
    desk.read_faults += [None, Fault.CUT_BEFORE]
    item_id = await console.outbox.queue_reply(T1, "x")
    await console.step()
    with pytest.raises(BadInput, match="may have arrived"):
        await console.outbox.decide(item_id, Decision.EDIT)
    await console.drain()
    assert await console.state(item_id) is State.SENT


CHANGES: dict[str, Callable[[str], str]] = {
    "a signature": lambda text: f"{text}\n\n--\nKind regards, the Acme team\nacme.example",
    "typographic quotes": lambda text: text.replace('"', "\u201d").replace("'", "\u2019"),
    "a cut": lambda text: text[:60],
    "question marks": lambda text: "".join(sign if sign.isascii() else "?" for sign in text),
    "masked numbers": lambda text: re.sub("[0-9]", "*", text),
    "no tags": lambda text: re.sub("<[^>]*>", "", text),
    "capitals": str.upper,
}
WORDS = [
    'Your parcel "4711 0815" isn\'t lost: it left Zürich on 3 May and <b>should</b> be there '
    "\U0001f642 soon.",
    "Посылка уже в пути, она прибудет завтра утром в отделение на улице Мира, дом 5, 2 этаж.",
]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("words", WORDS, ids=["latin", "cyrillic"])
@pytest.mark.parametrize("kind", ["reply", "note", "create"])
async def test_a_text_that_the_desk_has_changed_is_found(
    console: Console, desk: DeskDouble, kind: str, words: str, change: Callable[[str], str]
) -> None:
    def keep(verb: str, body: dict[str, Any]) -> dict[str, Any]:
        texts = ("text", "note", "subject", "description")
        return {name: change(value) if name in texts else value for name, value in body.items()}

    desk.keep = keep
    desk.write_faults.append(Fault.FAILED_AFTER)
    if kind == "create":
        new = replace(NEW, subject=words[:40], description=words)
        item_id = await console.outbox.queue_create(new)
    elif kind == "reply":
        item_id = await console.outbox.queue_reply(T1, words)
    else:
        item_id = await console.outbox.queue_note(T1, words)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert len(desk.written) == 1


@pytest.mark.parametrize("minutes", [None, 0, 30])
async def test_a_reminder_that_is_dropped_or_rounded_is_the_same_note(
    console: Console, desk: DeskDouble, clock: MovableClock, minutes: int | None
) -> None:
    at = clock.now().replace(year=2027, minute=17)

    def keep(verb: str, body: dict[str, Any]) -> dict[str, Any]:
        rounded = None if minutes is None else to_ms(at.replace(minute=minutes))
        return {**body, "remindDate": rounded}

    desk.keep = keep
    desk.write_faults.append(Fault.BUSY_AFTER)
    item_id = await console.outbox.queue_note(T1, "call", remind_at=at)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert desk.texts("t1") == ["call"]


@pytest.mark.parametrize("fault", [Fault.FAILED_AFTER, Fault.SIGNED_OUT_AFTER])
async def test_a_desk_that_names_no_authors_does_not_matter(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    authors = ("replyFromOperator", "insertBy")
    desk.keep = lambda verb, body: {n: v for n, v in body.items() if n not in authors}
    desk.write_faults += [fault, fault]
    await console.outbox.queue_reply(T1, "x")
    await console.outbox.queue_note(T1, "x")
    await console.drain()
    assert desk.texts("t1") == ["x", "x"]
    assert len(desk.written) == 2


async def test_a_message_without_its_files_is_no_proof_and_keeps_the_files(
    console: Console, desk: DeskDouble, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a")
    desk.keep = lambda verb, body: {n: v for n, v in body.items() if n != "attachedDocuments"}
    desk.write_faults.append(Fault.FAILED_AFTER)
    item_id = await console.outbox.queue_reply(T1, "x", files=[tmp_path / "a.txt"])
    await console.drain()
    item = await console.item(item_id)
    assert (item.state, item.needs_agent) == (State.UNSURE, True)
    assert "without all of its files" in item.reason
    assert [f.upload.content for f in await console.files(item_id)] == [b"a"]


async def test_tags_that_the_desk_folds_are_no_change_by_somebody_else(
    console: Console, desk: DeskDouble
) -> None:
    def keep(verb: str, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "tags": [tag.lower() for tag in body["tags"]]}

    desk.keep = keep
    desk.write_faults.append(Fault.CUT_AFTER)
    patch = TicketPatch(tags=("VIP", "Late"))
    [item_id] = await console.outbox.queue_change([T1], patch)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert len(desk.written) == 1


async def test_notes_and_changes_do_not_wait_behind_a_reply_that_asks(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.REFUSED)
    await console.outbox.queue_reply(T1, "refused")
    behind = await console.outbox.queue_reply(T1, "behind it", status_after="solved")
    note = await console.outbox.queue_note(T1, "called")
    [change] = await console.outbox.queue_change([T1], TicketPatch(is_priority=True))
    await console.drain()
    states = [await console.state(one) for one in (behind, note, change)]
    assert states == [State.QUEUED, State.SENT, State.SENT]
    assert desk.tickets["t1"]["status"] == {"status": "opened"}


async def test_the_same_words_meant_twice_are_told_apart(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults += [Fault.CUT_AFTER, Fault.FAILED_AFTER, None, Fault.KILLED_AFTER]
    for _ in range(4):
        await console.outbox.queue_reply(T1, "Any news?")
    await console.drain()
    assert desk.texts("t1") == ["Any news?"] * 4


async def test_the_same_words_of_another_agent_are_no_proof(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    item_id = await console.outbox.queue_note(T1, "Called them.")
    await console.step()
    desk.tickets["t1"]["ticketNotes"].append({"id": "n", "note": "Called them.", "insertBy": "a2"})
    await console.drain()
    assert (await console.item(item_id)).needs_agent


async def test_what_asks_the_agent_is_counted_and_holds_up_no_other_ticket(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.CUT_BEFORE)
    await console.outbox.queue_reply(T1, "x")
    await console.drain()
    await console.outbox.queue_reply(T2, "elsewhere")
    await console.drain()
    assert console.outbox.counts.unsure == 1
    assert desk.texts("t2") == ["elsewhere"]


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


@pytest.mark.parametrize("fault", ARRIVED + LOST)
async def test_a_change_goes_again_while_the_old_value_stands(
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
async def test_a_deletion_goes_again_while_the_ticket_stands(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults.append(fault)
    item_id = await console.outbox.queue_delete(T1)
    await console.drain()
    assert await console.state(item_id) is State.SENT
    assert "t1" not in desk.tickets


@pytest.mark.parametrize("fault", [*ARRIVED, *ALL_LATE])
async def test_a_new_ticket_is_opened_once_and_known_by_its_id(
    console: Console, desk: DeskDouble, fault: Fault
) -> None:
    desk.write_faults += [None, fault]
    first = await console.outbox.queue_create(NEW)
    second = await console.outbox.queue_create(NEW)
    await console.drain()
    assert [(await console.item(one)).ticket_id for one in (first, second)] == ["made1", "made2"]
    assert desk.made == 2


@pytest.mark.parametrize("ahead_s", [3_600.0, 86_400.0 * 400, -86_400.0])
async def test_a_new_ticket_is_found_whatever_the_clock_of_this_machine_says(
    console: Console, desk: DeskDouble, clock: MovableClock, ahead_s: float
) -> None:
    clock.jump(ahead_s)
    desk.write_faults += [Fault.CUT_AFTER, Fault.CUT_AFTER]
    first = await console.outbox.queue_create(NEW)
    second = await console.outbox.queue_create(NEW)
    await console.drain()
    assert [(await console.item(one)).ticket_id for one in (first, second)] == ["made1", "made2"]
    assert desk.made == 2


async def test_a_new_ticket_waits_while_the_list_of_tickets_is_not_found(
    console: Console, desk: DeskDouble
) -> None:
    desk.read_faults.append(Fault.NOT_FOUND)
    desk.write_faults.append(Fault.CUT_AFTER)
    item_id = await console.outbox.queue_create(NEW)
    await console.step()
    assert (await console.state(item_id), desk.written) == (State.QUEUED, [])
    await console.drain()
    assert (await console.item(item_id)).ticket_id == "made1"
    assert desk.made == 1


@pytest.mark.parametrize("ahead_s", [3_600.0, 86_400.0 * 400, -86_400.0])
async def test_a_message_is_found_whatever_the_clock_of_this_machine_says(
    console: Console, desk: DeskDouble, clock: MovableClock, ahead_s: float
) -> None:
    clock.jump(ahead_s)
    desk.write_faults += [Fault.CUT_AFTER, Fault.CUT_AFTER]
    reply = await console.outbox.queue_reply(T1, "It is on its way.")
    note = await console.outbox.queue_note(T2, "Called.")
    await console.drain()
    assert [await console.state(one) for one in (reply, note)] == [State.SENT, State.SENT]
    assert len(desk.written) == 2


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


def put_into_old_store(path: Path, state: str, **columns: object) -> None:
    """Makes a store of the version before with a reply in `state`; the desk had no equal text."""
    Database(path).close()
    values = {
        "ticket_id": "t1",
        "lane": "ticket:t1",
        "kind": "reply",
        "state": state,
        "payload": content_json(ReplyContent("It is on its way.", AgentId("a1"))),
        "not_before_ms": to_ms(STARTED),
        "created_ms": to_ms(STARTED),
        "changed_ms": to_ms(STARTED),
        "matches_before": 0,
        **columns,
    }
    with closing(sqlite3.connect(path)) as old:
        for statement in UNDO_REQUESTS:
            old.execute(statement)
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        old.execute(f"INSERT INTO outbox ({names}) VALUES ({marks})", values)
        old.execute(f"PRAGMA user_version = {STEPS.index(_REQUESTS)}")
        old.commit()


OLD_ITEMS: list[tuple[str, dict[str, object]]] = [
    ("sending", {}),
    ("unsure", {}),
    ("unsure", {"absent_since_ms": to_ms(STARTED)}),
    ("unsure", {"resent": 1, "absent_since_ms": to_ms(STARTED)}),
]


@pytest.mark.parametrize(("state", "columns"), OLD_ITEMS)
@pytest.mark.parametrize("is_there", [True, False])
async def test_items_of_an_older_store_follow_the_same_rule(
    tmp_path: Path,
    desk: DeskDouble,
    clock: MovableClock,
    state: str,
    columns: dict[str, object],
    is_there: bool,
) -> None:
    put_into_old_store(tmp_path / "old.sqlite", state, **columns)
    if is_there:
        author = {"id": "a1"}
        reply = {"text": "It is on its way.", "replyFromOperator": author}
        desk.tickets["t1"]["replies"].append(reply)
    async with opened(Console(tmp_path / "old.sqlite", desk, clock)) as console:
        await console.drain()
        [item] = await console.outbox.items()
        assert item.state is (State.SENT if is_there else State.UNSURE)
        assert item.needs_agent is not is_there
        assert desk.written == []
        if not is_there:
            await console.outbox.decide(item.id, Decision.SEND)
            await console.drain()
            assert desk.texts("t1") == ["It is on its way."]


@pytest.mark.parametrize("state", ["queued", "held", "refused"])
async def test_items_of_an_older_store_that_have_not_left_can_be_sent(
    tmp_path: Path, desk: DeskDouble, clock: MovableClock, state: str
) -> None:
    hold = hold_json(Hold()) if state == "held" else None
    put_into_old_store(tmp_path / "old.sqlite", state, matches_before=None, hold=hold)
    async with opened(Console(tmp_path / "old.sqlite", desk, clock)) as console:
        await console.drain()
        [item] = await console.outbox.items()
        if state != "queued":
            await console.outbox.decide(item.id, Decision.SEND)
            await console.drain()
        assert desk.texts("t1") == ["It is on its way."]
