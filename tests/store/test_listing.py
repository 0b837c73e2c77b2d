"""Orders, counts and windows, on real SQLite."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.query.query import (
    BUILT_IN_VIEWS,
    AllOf,
    AnyOf,
    Condition,
    MomentField,
    MomentIn,
    NameField,
    NameHas,
    Not,
    Order,
    Query,
    StatusIs,
    Tagged,
    Trait,
    Words,
)
from deskero_tui.domain.records.terms import Person, PersonKind, Term, TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.epoch import from_ms
from deskero_tui.store import ingest, listing, lookups, tickets
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from tests.support.tickets import DAY_MS, MONDAY_MS, ticket

ME = AgentId("a1")
VIEWER = Viewer(ME, MONDAY_MS + DAY_MS)


def save(database: Database, *members: dict[str, Any]) -> None:
    """Tickets 1, 2, … with these members."""
    made = [ticket(number, **given) for number, given in enumerate(members, start=1)]
    database.write_now(lambda c: ingest.save_tickets(c, made, read_ms=1))


def shown(database: Database, query: Query, viewer: Viewer = VIEWER) -> list[str]:
    """The ids that a query shows, in order."""
    order = database.read_now(lambda c: listing.order_of(c, query, viewer))
    rows = database.read_now(lambda c: listing.rows_of(c, order, label_of_status=safe_line))
    return [row.id for row in rows]


MINE = {"assignedTo": {"id": "a1", "name": "Ines Marchetti"}}
THEIRS = {"assignedTo": {"id": "a2", "name": "Owen Pritchard"}}
REMINDER = {
    "ticketNotes": [{"note": "call", "assignedTo": "a1", "remindMe": MONDAY_MS + DAY_MS // 2}]
}
LATER = {"ticketNotes": [{"note": "x", "assignedTo": "a1", "remindMe": MONDAY_MS + 9 * DAY_MS}]}
DONE = {"ticketNotes": [{"note": "call", "assignedTo": "a1", "remindMe": MONDAY_MS - DAY_MS}]}

NOON = from_ms(MONDAY_MS + DAY_MS // 2)
CLOSED_AT_NOON = {"closedDate": MONDAY_MS + DAY_MS // 2}
CLOSED_BEFORE = {"closedDate": MONDAY_MS + DAY_MS // 2 - 1}


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (Trait.REPLY_DUE, {"toReply": True}, {"toReply": False}),
        (Trait.WAITING, {"toReplyCustomer": True}, {}),
        (Trait.PRIORITY, {"priority": 1}, {"priority": 0}),
        (Trait.UNASSIGNED, {"assignedTo": None}, THEIRS),
        (Trait.MINE, MINE, THEIRS),
        (Trait.MINE, MINE, {}),
        (Trait.UNREAD, {"toReply": True}, {"toReply": False}),
        (Trait.ATTACHMENT, {"attachedDocuments": [{"documentName": "a.txt"}]}, {}),
        (Trait.ATTACHMENT, {"replies": [{"attachedDocuments": [{"documentName": "a"}]}]}, {}),
        (Trait.NOTE, {"ticketNotes": [{"note": "hm"}]}, {}),
        (Trait.REMINDER, LATER, DONE),
        (Trait.REMINDER_DUE, REMINDER, LATER),
        (StatusIs("onhold"), {"status": {"status": "On Hold"}}, {}),
        (Tagged("VIP"), {"tags": ["late", "vip"]}, {"tags": ["vipers"]}),
        (NameHas(NameField.ASSIGNED, "MARCH"), MINE, THEIRS),
        (NameHas(NameField.FROM, "zoe"), {"openedBy": {"id": "c7", "name": "Zoë"}}, {}),
        (NameHas(NameField.COMPANY, "ltd"), {"openedBy": {"id": "c7", "company": "A Ltd"}}, {}),
        (NameHas(NameField.SOURCE, "mail"), {"source": {"source": "email"}}, {}),
        (NameHas(NameField.NUMBER, "1/"), {}, {}),
        (MomentIn(MomentField.CLOSED, NOON, None), CLOSED_AT_NOON, CLOSED_BEFORE),
        (MomentIn(MomentField.CLOSED, None, NOON), CLOSED_BEFORE, CLOSED_AT_NOON),
        (MomentIn(MomentField.CLOSED, None, None), CLOSED_BEFORE, {}),
        (Words("late parc"), {"subject": "A parcel came late"}, {"subject": "late"}),
        (Words("beshadigt"), {"description": "<p>besh&auml;digt</p>"}, {"description": "besh"}),
        (Words("arden"), {"openedBy": {"id": "c2", "name": "Ärdén"}}, {"openedBy": {"id": "c3"}}),
        (Words('"unbalanced'), {"subject": "unbalanced load"}, {}),
        (Not(Trait.PRIORITY), {"priority": 0}, {"priority": 1}),
        (Not(Trait.MINE), {"assignedTo": None}, MINE),
        (AllOf((Trait.PRIORITY, Trait.MINE)), {"priority": 1, **MINE}, {"priority": 1}),
        (AnyOf((Trait.PRIORITY, Trait.MINE)), {"priority": 1}, {}),
    ],
)
def test_a_condition_shows_what_meets_it_and_nothing_else(
    database: Database, condition: Condition, yes: dict[str, Any], no: dict[str, Any]
) -> None:
    save(database, yes, no)
    assert shown(database, Query(condition)) == ["t1"]


def test_an_empty_all_of_shows_every_ticket_and_an_empty_any_of_none(database: Database) -> None:
    save(database, {}, {})
    assert shown(database, Query(AllOf())) == ["t2", "t1"]
    assert shown(database, Query(AnyOf(()))) == []


@pytest.mark.parametrize("order", Order)
def test_the_first_by_a_name_are_the_first_of_all_by_that_name(
    database: Database, order: Order
) -> None:
    people = (
        {"id": "c0", "name": "Tom"},
        {"id": "c1", "name": "Ann"},
        {"id": "c2", "name": "Tommy"},
    )
    save(database, *({"openedBy": people[number % 3]} for number in range(40)))
    for condition in (NameHas(NameField.FROM, "tom"), Not(NameHas(NameField.FROM, "ann"))):
        for is_reversed in (False, True):
            query = Query(condition, order, is_reversed)
            whole = database.read_now(partial(listing.order_of, query=query, viewer=VIEWER))
            first = database.read_now(
                partial(listing.order_of, query=query, viewer=VIEWER, limit=5)
            )
            assert len(whole) == 27
            assert first == whole[:5]


def test_words_without_a_letter_find_nothing(database: Database) -> None:
    save(database, {"subject": "!!!"})
    assert shown(database, Query(Words('"*-'))) == []


def test_nothing_is_mine_while_it_is_not_known_who_i_am(database: Database) -> None:
    save(database, MINE, {})
    assert shown(database, Query(Trait.MINE), Viewer(None, MONDAY_MS)) == []


def test_the_longest_waiting_come_first_and_those_who_wait_for_none_last(
    database: Database,
) -> None:
    last_word = {"replyFromCustomer": {"id": "c1"}, "text": "?"}
    save(
        database,
        {"toReply": True, "replies": [{**last_word, "replyDate": MONDAY_MS + 2}]},
        {"toReply": False},
        {"toReply": True, "replies": [{**last_word, "replyDate": MONDAY_MS + 1}]},
    )
    assert shown(database, Query(order=Order.WAITING)) == ["t3", "t1", "t2"]


def test_reminders_come_by_their_time(database: Database) -> None:
    save(database, LATER, {}, REMINDER)
    assert shown(database, Query(order=Order.REMINDER)) == ["t3", "t1", "t2"]


def test_newest_first_by_the_day_they_were_opened(database: Database) -> None:
    save(database, *({"insertDate": MONDAY_MS + day * DAY_MS} for day in (3, 5, 4)))
    assert shown(database, Query(order=Order.OPENED)) == ["t2", "t3", "t1"]


def test_a_limit_gives_the_first_of_the_same_order(database: Database) -> None:
    save(database, *[{} for _ in range(9)])
    whole = database.read_now(lambda c: listing.order_of(c, Query(), VIEWER))
    assert database.read_now(lambda c: listing.order_of(c, Query(), VIEWER, limit=4)) == whole[:4]


def test_counts_agree_with_the_lists_of_every_built_in_view(database: Database) -> None:
    save(
        database,
        {"toReply": True, **MINE},
        {"priority": 1, "status": {"status": "solved"}},
        {"status": {"status": "onhold"}},
        REMINDER,
        {"status": {"status": "closed"}},
    )
    conditions = [view.query.condition for view in BUILT_IN_VIEWS]
    counts = database.read_now(lambda c: listing.counts_of(c, conditions, VIEWER))
    assert counts == tuple(len(shown(database, view.query)) for view in BUILT_IN_VIEWS)
    assert counts == (1, 1, 2, 1, 1, 0, 3, 1, 5)


def test_no_condition_has_no_count(database: Database) -> None:
    assert database.read_now(lambda c: listing.counts_of(c, [], VIEWER)) == ()


def test_rows_come_in_the_order_asked_for_without_those_that_are_gone(database: Database) -> None:
    save(database, {}, {}, {})
    rows = database.read_now(
        lambda c: listing.rows_of(c, [3, 99, 1], label_of_status=lambda _: SafeText("open"))
    )
    assert [(row.key, row.status_label) for row in rows] == [(3, "open"), (1, "open")]


def test_a_row_holds_clean_text_only(database: Database) -> None:
    save(database, {"subject": "\x1b]52;c;aGk=\x07 hi\u202eevil", "openedBy": {"id": "c1"}})
    [row] = database.read_now(lambda c: listing.rows_of(c, [1], label_of_status=safe_line))
    assert "\x1b" not in row.subject
    assert "\u202e" not in row.subject
    assert row.customer == ""


def test_opening_a_ticket_makes_it_read_until_it_changes_again(database: Database) -> None:
    save(database, {"toReply": True})

    def unread() -> list[str]:
        return shown(database, Query(Trait.UNREAD))

    assert unread() == ["t1"]
    assert database.write_now(lambda c: tickets.mark_seen(c, TicketId("t1"))) is True
    assert unread() == []
    assert database.write_now(lambda c: tickets.mark_seen(c, TicketId("t1"))) is False
    again = ticket(1, toReply=True, managedDate=MONDAY_MS + DAY_MS)
    database.write_now(lambda c: ingest.save_tickets(c, [again], read_ms=2))
    assert unread() == ["t1"]


def test_it_is_known_as_of_when_a_ticket_was_seen_also_one_that_awaits_nobody(
    database: Database,
) -> None:
    save(database, {})
    assert database.read_now(lambda c: tickets.seen_ms(c, TicketId("t1"))) is None
    assert database.write_now(lambda c: tickets.mark_seen(c, TicketId("t1"))) is False
    assert database.read_now(lambda c: tickets.seen_ms(c, TicketId("t1"))) == MONDAY_MS + 60_000
    assert database.write_now(lambda c: tickets.mark_seen(c, TicketId("gone"))) is False
    assert database.read_now(lambda c: tickets.seen_ms(c, TicketId("gone"))) is None


def test_tags_of_all_tickets_are_listed_once(database: Database) -> None:
    save(database, {"tags": ["vip", "late"]}, {"tags": ["VIP"]}, {})
    assert database.read_now(listing.tags_of) == ["late", "vip"]


def test_a_type_goes_by_its_name_in_any_language(database: Database) -> None:
    save(database, {"type": {"id": "y1", "type": "request"}}, {})
    labels = {"it": "richiesta"}
    database.write_now(
        lambda c: lookups.add_terms(c, TermKind.TYPE, [Term("y1", "request", labels)])
    )
    for name in ("request", "RICHIESTA", "y1"):
        assert shown(database, Query(NameHas(NameField.TYPE, name))) == ["t1"]
    assert shown(database, Query(NameHas(NameField.TYPE, "task"))) == []


def test_a_customer_goes_by_their_address_as_well(database: Database) -> None:
    save(database, {}, {"openedBy": {"id": "c9", "email": "zoe@example.test"}})
    assert shown(database, Query(NameHas(NameField.FROM, "tom@example"))) == ["t1"]


def test_an_agent_goes_by_the_address_that_only_the_list_of_agents_has(database: Database) -> None:
    save(database, MINE, THEIRS)
    known = Person("a1", "Ines Marchetti", "ines@desk.test")
    database.write_now(lambda c: lookups.add_people(c, PersonKind.AGENT, [known]))
    assert shown(database, Query(NameHas(NameField.ASSIGNED, "INES@desk"))) == ["t1"]


def test_a_customer_goes_by_the_name_that_was_read_last(database: Database) -> None:
    save(database, {"openedBy": {"id": "c1", "name": "Tom Arden"}})
    renamed = ticket(2, openedBy={"id": "c1", "name": "Tom Birch"})
    database.write_now(lambda c: ingest.save_tickets(c, [renamed], read_ms=2))
    assert shown(database, Query(NameHas(NameField.FROM, "birch"))) == ["t2", "t1"]
    assert shown(database, Query(NameHas(NameField.FROM, "arden"))) == []


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order.NUMBER, ["t2", "t1", "t3"]),
        (Order.CUSTOMER, ["t3", "t2", "t1"]),
        (Order.ASSIGNEE, ["t1", "t3", "t2"]),
        (Order.STATUS, ["t3", "t2", "t1"]),
        (Order.PRIORITY, ["t2", "t3", "t1"]),
    ],
)
def test_a_list_can_go_by_what_its_columns_show(
    database: Database, order: Order, ids: list[str]
) -> None:
    tom, zoe = {"openedBy": {"id": "c1", "name": "tom"}}, {"openedBy": {"id": "c2", "name": "Ämy"}}
    save(
        database,
        {"number": "9/2026", "openedBy": None, **MINE, "status": {"status": "solved"}},
        {"number": "10/2026", **tom, "priority": 1},
        {"number": "99/2025", **zoe, **THEIRS, "status": {"status": "onhold"}},
    )
    assert shown(database, Query(order=order)) == ids
    assert shown(database, Query(order=order, is_reversed=True)) == ids[::-1]


@pytest.mark.parametrize("order", Order)
def test_tickets_that_are_equal_keep_one_order_in_every_window(
    database: Database, order: Order
) -> None:
    save(database, *[{"managedDate": MONDAY_MS, "number": "1/2026"} for _ in range(9)])
    for is_reversed in (False, True):
        query = Query(order=order, is_reversed=is_reversed)
        whole = database.read_now(partial(listing.order_of, query=query, viewer=VIEWER))
        window = partial(listing.order_of, query=query, viewer=VIEWER, limit=4)
        assert len(set(whole)) == 9
        assert database.read_now(window) == whole[:4]


UNREAL_DATES = [253_402_300_799_999, -62_135_596_800_000, 1_795_392_000, 0, None]


@pytest.mark.parametrize("sent_ms", UNREAL_DATES)
def test_an_unreal_date_is_shown_as_unknown_and_meets_no_condition(
    database: Database, sent_ms: int | None
) -> None:
    dates = {"insertDate": sent_ms, "managedDate": sent_ms, "closedDate": sent_ms}
    save(database, {**dates, "toReply": True}, {})
    order = database.read_now(partial(listing.order_of, query=Query(), viewer=VIEWER))
    rows = database.read_now(partial(listing.rows_of, keys=order, label_of_status=safe_line))
    unknown = next(row for row in rows if row.id == "t1")
    assert (unknown.inserted_at, unknown.managed_at, unknown.waiting_since) == (None, None, None)
    for field in MomentField:
        assert "t1" not in shown(database, Query(MomentIn(field, None, from_ms(10**13))))
        assert "t1" not in shown(database, Query(MomentIn(field, from_ms(0), None)))
