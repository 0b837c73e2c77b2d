"""What is kept of the tickets that come, and what is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.query.query import Query, Words
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.store import ingest, listing, tickets
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from deskero_tui.store.indexing import entry_of
from tests.support.tickets import MONDAY_MS, ticket

NOBODY = Viewer(None, MONDAY_MS)


def save(database: Database, *some: Ticket, read_ms: int) -> list[TicketId]:
    return database.write_now(lambda c: ingest.save_tickets(c, some, read_ms=read_ms))


def subject(database: Database, ticket_id: str) -> str:
    record = database.read_now(lambda c: tickets.record_of(c, TicketId(ticket_id)))
    assert record is not None
    return Ticket.model_validate_json(record).subject


def found(database: Database, words: str) -> int:
    return len(database.read_now(lambda c: listing.order_of(c, Query(Words(words)), NOBODY)))


def named(database: Database, name: str) -> list[TicketId]:
    return database.read_now(lambda c: tickets.ids_named(c, name))


def test_new_and_changed_tickets_are_told_and_equal_ones_are_not(database: Database) -> None:
    assert save(database, ticket(1), ticket(2), read_ms=1) == ["t1", "t2"]
    assert save(database, ticket(1), ticket(2, subject="Other"), read_ms=2) == ["t2"]


def test_a_record_comes_back_as_it_was_with_members_we_do_not_know(database: Database) -> None:
    told = ticket(1, someFutureMember={"a": [1]}, tags=["vip"], customFields=[{"Order": "7"}])
    save(database, told, read_ms=1)
    record = database.read_now(lambda c: tickets.record_of(c, told.id))
    assert record is not None
    assert Ticket.model_validate_json(record) == told


def test_an_answer_that_came_late_is_dropped(database: Database) -> None:
    save(database, ticket(1, subject="New"), read_ms=5)
    assert save(database, ticket(1, subject="Old"), read_ms=4) == []
    assert subject(database, "t1") == "New"


def test_an_earlier_request_that_saw_a_later_change_counts(database: Database) -> None:
    save(database, ticket(1, subject="Old"), read_ms=5)
    later = ticket(1, subject="New", managedDate=MONDAY_MS * 2)
    assert save(database, later, read_ms=4) == ["t1"]
    assert subject(database, "t1") == "New"


def test_search_finds_the_new_words_and_no_longer_the_old(database: Database) -> None:
    save(database, ticket(1, subject="kettle"), read_ms=1)
    save(database, ticket(1, subject="teapot"), read_ms=2)
    assert (found(database, "kettle"), found(database, "teapot")) == (0, 1)


def test_a_ticket_that_goes_takes_everything_with_it(database: Database) -> None:
    save(database, ticket(1, subject="kettle"), ticket(2), read_ms=1)
    ids = [TicketId("t1"), TicketId("never")]
    assert database.write_now(lambda c: tickets.remove_tickets(c, ids)) == ["t1"]
    assert found(database, "kettle") == 0
    assert database.read_now(lambda c: tickets.record_of(c, TicketId("t1"))) is None
    left = database.read_now(lambda c: c.execute("SELECT count(*) FROM records").fetchone())
    assert left == (1,)


def test_keys_are_never_used_again(database: Database) -> None:
    save(database, ticket(1), ticket(2), read_ms=1)
    old = database.read_now(lambda c: tickets.key_of(c, TicketId("t2")))
    database.write_now(lambda c: tickets.remove_tickets(c, [TicketId("t2")]))
    save(database, ticket(2), read_ms=2)
    assert database.read_now(lambda c: tickets.key_of(c, TicketId("t2"))) != old


def test_what_no_later_answer_held_is_known(database: Database) -> None:
    save(database, ticket(1), ticket(2), read_ms=1)
    save(database, ticket(2), read_ms=7)
    assert database.read_now(lambda c: tickets.not_read_since(c, 7)) == ["t1"]


def test_a_ticket_goes_by_number_with_and_without_year_and_by_id(database: Database) -> None:
    save(database, ticket(7), ticket(77), read_ms=1)
    assert [named(database, name) for name in ("7/2026", "7", "t7")] == [["t7"]] * 3
    assert named(database, "%") == []


def test_a_number_of_two_years_names_both(database: Database) -> None:
    save(database, ticket(7), ticket(8).model_copy(update={"number": "7/2025"}), read_ms=1)
    assert sorted(named(database, "7")) == ["t7", "t8"]


def test_waiting_counts_from_the_customers_last_word(database: Database) -> None:
    answered = ticket(
        1,
        toReply=True,
        replies=[
            {"replyFromCustomer": {"id": "c1"}, "replyDate": MONDAY_MS + 10},
            {"replyFromOperator": {"id": "a1"}, "replyDate": MONDAY_MS + 20},
            {"replyFromCustomer": {"id": "c1"}, "replyDate": MONDAY_MS + 30},
        ],
    )
    assert entry_of(answered).columns["waiting_ms"] == MONDAY_MS + 30
    assert entry_of(ticket(1, toReply=True)).columns["waiting_ms"] == MONDAY_MS
    assert entry_of(ticket(1)).columns["waiting_ms"] is None


@given(st.text(), st.text())
def test_any_text_can_be_stored_and_searched(first: str, second: str) -> None:
    words = entry_of(ticket(1, subject=first, description=second)).words
    assert all(isinstance(text, str) for text in words)


def test_a_body_of_open_brackets_is_flattened_in_good_time() -> None:
    body = entry_of(ticket(1, description="<" * 1_000_000)).words[2]
    assert len(body) == 200_000
