"""Items keep their order, moves go through the table, and take with them what follows."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.contents import (
    Content,
    CreateContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.items import Happening, ItemId, MoveRefused, OutboxItem, State
from deskero_tui.domain.outbox.merge import Baseline, Hold
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch, UploadFile
from deskero_tui.domain.outbox.seen import Seen
from deskero_tui.domain.outbox.write_request import WriteRequest
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import drafts, outbox, turns
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import Attempt, KeptFile, NewItem, Outcome
from deskero_tui.store.sent_requests import SentRequest, request_of
from deskero_tui.store.sent_requests import claim as claim_item

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
T1, T2 = TicketId("t1"), TicketId("t2")
ME = AgentId("a1")
REPLY = ReplyContent("hello", ME)
KNOWN = Baseline(("customer c1 1",), "opened", None)
SOLVE = UpdateContent(TicketPatch(status="solved"))


def add(
    database: Database,
    ticket_id: TicketId | None = T1,
    content: Content = REPLY,
    **members: object,
) -> ItemId:
    new = NewItem(ticket_id=ticket_id, content=content, at=NOW, **members)  # type: ignore[arg-type]
    return database.write_now(lambda c: outbox.add(c, new))


def move(database: Database, item_id: ItemId, *happenings: Happening) -> OutboxItem:
    def run(connection: sqlite3.Connection) -> OutboxItem:
        for happening in happenings:
            outbox.move(connection, item_id, happening, at=LATER)
        return outbox.item_of(connection, item_id)

    return database.write_now(run)


def item(database: Database, item_id: ItemId) -> OutboxItem:
    return database.read_now(lambda c: outbox.item_of(c, item_id))


def heads(database: Database) -> list[ItemId]:
    return [one.id for one in database.read_now(turns.heads)]


def new_ticket(customer: str) -> CreateContent:
    return CreateContent(
        NewTicket(subject="s", description="d", customer=CustomerId(customer), type=TypeId("y"))
    )


def test_an_item_is_read_as_it_was_put_in(database: Database) -> None:
    undo = timedelta(seconds=8)
    item_id = add(database, baseline=KNOWN, batch="b", undo=undo)
    found = item(database, item_id)
    assert found == OutboxItem(
        id=item_id,
        ticket_id=T1,
        state=State.QUEUED,
        content=REPLY,
        created_at=NOW,
        changed_at=NOW,
        not_before=NOW + undo,
        baseline=KNOWN,
        batch="b",
    )


def test_numbers_are_not_used_again(database: Database) -> None:
    first = add(database)
    database.write_now(lambda c: c.execute("DELETE FROM outbox"))
    assert add(database) > first


def test_only_the_oldest_open_item_of_a_ticket_may_move(database: Database) -> None:
    first, second, other = add(database), add(database), add(database, T2)
    assert heads(database) == [first, other]
    move(database, first, Happening.CLAIMED, Happening.UNCLEAR)
    assert heads(database) == [first, other]
    move(database, first, Happening.FOUND_DONE)
    assert heads(database) == [second, other]


def test_new_tickets_of_one_customer_go_one_after_the_other(database: Database) -> None:
    first = add(database, None, new_ticket("c1"))
    add(database, None, new_ticket("c1"))
    other = add(database, None, new_ticket("c2"))
    assert heads(database) == [first, other]


def test_the_heads_are_found_by_their_index(database: Database) -> None:
    plan = database.read_now(
        lambda c: c.execute(
            "EXPLAIN QUERY PLAN SELECT min(id) FROM outbox"
            " WHERE state NOT IN ('sent', 'dropped') GROUP BY lane"
        ).fetchall()
    )
    assert "outbox_open" in str(plan)


def test_a_move_that_is_not_in_the_table_changes_nothing(database: Database) -> None:
    item_id = add(database)
    with pytest.raises(MoveRefused):
        move(database, item_id, Happening.CLAIMED, Happening.CLAIMED)
    assert item(database, item_id).state is State.QUEUED
    with pytest.raises(BadInput, match="no such item"):
        move(database, ItemId(99), Happening.CLAIMED)


def test_a_move_ends_the_wait_and_what_was_new(database: Database) -> None:
    item_id = add(database, baseline=KNOWN)
    what = Hold(baseline=Baseline((), "solved", ME))
    held = database.write_now(lambda c: outbox.hold(c, item_id, what, at=LATER, reason="News."))
    assert (held.state, held.hold, held.reason) == (State.HELD, what, "News.")
    again = database.write_now(lambda c: outbox.send_again(c, item_id, at=LATER))
    assert (again.state, again.hold, again.reason) == (State.QUEUED, None, "")
    assert again.baseline == what.baseline
    assert again.not_before == NOW, "the agent has said it; no second undo window"


def test_attempts_are_kept_with_the_move(database: Database) -> None:
    item_id = add(database)
    attempt = Attempt(LATER, Outcome.NOTHING_DONE, "Unreachable")
    database.write_now(
        lambda c: outbox.move(c, item_id, Happening.NOTHING_DONE, at=LATER, attempt=attempt)
    )
    assert database.read_now(lambda c: outbox.attempts_of(c, item_id)) == [attempt]


def test_files_stay_until_the_item_has_ended(database: Database) -> None:
    kept = [
        KeptFile(Path("/a/b.txt"), UploadFile("b.txt", "text/plain", b"\x00b")),
        KeptFile(Path("/a/c.txt"), UploadFile("c.txt", "text/plain", b"")),
    ]
    new = NewItem(ticket_id=T1, content=REPLY, at=NOW)
    item_id = database.write_now(lambda c: outbox.add(c, new, kept))
    assert database.read_now(lambda c: outbox.files_of(c, item_id)) == kept
    move(database, item_id, Happening.CLAIMED, Happening.CONFIRMED)
    assert database.read_now(lambda c: outbox.files_of(c, item_id)) == []


def test_an_own_change_that_arrived_is_no_news_to_what_comes_later(database: Database) -> None:
    change = add(database, content=SOLVE, base={"status": "opened"})
    reply = add(database, baseline=KNOWN)
    chained = add(
        database,
        content=UpdateContent(TicketPatch(status="closed", memo="m")),
        base={"status": "opened", "memo": ""},
    )
    elsewhere = add(database, T2, baseline=KNOWN)
    key = DraftKey(T1, DraftKind.REPLY)
    written = Draft(text="x", baseline=KNOWN)
    database.write_now(lambda c: drafts.save(c, key, written, at=NOW, revision=None))
    move(database, change, Happening.CLAIMED, Happening.CONFIRMED)
    solved = Baseline(KNOWN.messages, "solved", None)
    assert item(database, reply).baseline == solved
    assert item(database, chained).base == {"status": "solved", "memo": ""}
    assert item(database, elsewhere).baseline == KNOWN
    stored = database.read_now(lambda c: drafts.load(c, key))
    assert stored is not None
    assert stored.draft.baseline == solved


def test_what_waits_behind_something_stuck_is_known(database: Database) -> None:
    first, second = add(database), add(database)
    assert database.read_now(turns.behind) == {}
    move(database, first, Happening.REFUSED)
    assert database.read_now(turns.behind) == {second: first}
    note = add(database, content=NoteContent("n", ME, ME, NOW))
    assert [one.id for one in database.read_now(turns.heads)] == [note]


def test_what_was_queued_together_for_a_ticket_is_found(database: Database) -> None:
    reply = add(database, batch="b")
    status = add(database, content=SOLVE, batch="b")
    add(database, T2, content=SOLVE, batch="b")
    add(database, content=NoteContent("n", ME, ME, NOW))
    found = database.read_now(lambda c: outbox.companions(c, outbox.item_of(c, reply)))
    assert [one.id for one in found] == [status]


def test_what_was_sent_is_listed_for_a_day_and_then_forgotten(database: Database) -> None:
    sent, dropped, waiting = add(database), add(database), add(database)
    move(database, sent, Happening.CLAIMED, Happening.CONFIRMED)
    move(database, dropped, Happening.DROPPED)

    def ids(now: datetime) -> list[ItemId]:
        found = database.read_now(lambda c: outbox.listed(c, ticket_id=None, now=now))
        return [one.id for one in found]

    assert ids(LATER) == [sent, waiting]
    tomorrow = LATER + timedelta(hours=25)
    assert ids(tomorrow) == [waiting]
    database.write_now(lambda c: outbox.forget_ended(c, now=tomorrow))
    assert database.read_now(lambda c: outbox.items_of(c, [sent, dropped, waiting])) == [
        item(database, waiting)
    ]


def test_a_request_is_kept_until_its_item_ends_and_keeps_its_key(database: Database) -> None:
    item_id, request = add(database), WriteRequest("PUT", "/ticket/reply/t1", b"{}")
    seen = Seen(("reply a1 5",), ("f a.txt",), is_whole=False, at_ms=7)

    def claim(one: WriteRequest, at: datetime) -> SentRequest:
        _, sent = database.write_now(lambda c: claim_item(c, item_id, one, seen, at=at, scope="d1"))
        return sent

    first = claim(request, NOW)
    assert database.read_now(lambda c: request_of(c, item_id)) == first
    assert item(database, item_id).seen == seen
    move(database, item_id, Happening.NOTHING_DONE)
    assert claim(request, LATER) == first
    move(database, item_id, Happening.NOTHING_DONE)
    other = claim(replace(request, content=b"[]"), LATER)
    assert other.key != first.key
    move(database, item_id, Happening.CONFIRMED)
    assert database.read_now(lambda c: request_of(c, item_id)) is None


def test_writing_survives_when_the_tickets_are_read_anew(database: Database) -> None:
    item_id = add(database, baseline=KNOWN)
    for table in ("records", "tickets", "words", "terms", "people", "marks"):
        database.write_now(lambda c, t=table: c.execute(f"DELETE FROM {t}"))  # type: ignore[misc]
    assert item(database, item_id).content == REPLY


async def test_a_durable_write_is_synced_and_the_next_one_is_not(database: Database) -> None:
    def level(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    normal, full = 1, 2
    assert await database.write(level, durable=True) == full
    assert await database.write(level) == normal
    assert database.write_now(level, durable=True) == full
    assert database.write_now(level) == normal


def test_an_item_that_is_sent_now_waits_neither_for_undo_nor_after_a_failure(
    database: Database,
) -> None:
    new = NewItem(ticket_id=T1, content=REPLY, at=NOW, undo=timedelta(seconds=8))
    item_id = database.write_now(lambda c: outbox.add(c, new))
    database.write_now(
        lambda c: outbox.move(
            c, item_id, Happening.NOTHING_DONE, at=NOW, reason="later", try_after_ms=to_ms(LATER)
        )
    )
    sent = database.write_now(lambda c: outbox.send_now(c, item_id))
    assert (sent.not_before, sent.try_after, sent.reason) == (NOW, None, "")
