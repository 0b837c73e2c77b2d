"""Full text: what is found, and what of it comes first. On real SQLite."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.query.parser import WORDS_OF_THE_LANGUAGE, BadQuery, read_query
from deskero_tui.domain.query.query import AllOf, Query, Trait, Words
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.epoch import from_ms
from deskero_tui.store import ingest, listing, tickets
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from tests.support.tickets import DAY_MS, MONDAY_MS, ticket

NOW = from_ms(MONDAY_MS + DAY_MS)
VIEWER = Viewer(AgentId("a1"), MONDAY_MS + DAY_MS)


def save(database: Database, *members: dict[str, Any], read_ms: int = 1) -> None:
    """Tickets 1, 2, … with these members, each changed a minute after the one before."""
    made = [ticket(number, **given) for number, given in enumerate(members, start=1)]
    database.write_now(partial(ingest.save_tickets, tickets=made, read_ms=read_ms))


def found(
    database: Database, text: str, *, limit: int = -1, is_reversed: bool = False
) -> list[str]:
    """The ids that a typed text shows, in order."""
    query = Query(is_reversed=is_reversed).searched(read_query(text, now=NOW))
    order = database.read_now(partial(listing.order_of, query=query, viewer=VIEWER, limit=limit))
    rows = database.read_now(partial(listing.rows_of, keys=order, label_of_status=safe_line))
    [count] = database.read_now(
        partial(listing.counts_of, conditions=[query.condition], viewer=VIEWER)
    )
    assert limit >= 0 or count == len(rows)
    return [row.id for row in rows]


BODY = {"subject": "x", "description": "late"}
NAMED = {"subject": "x", "openedBy": {"id": "c2", "name": "Late Arden"}}
HEAD = {"subject": "late"}


def test_what_says_it_in_the_subject_comes_first_then_names_then_what_was_written(
    database: Database,
) -> None:
    save(database, HEAD, NAMED, BODY, BODY, NAMED, HEAD)
    assert found(database, "late") == ["t6", "t1", "t5", "t2", "t4", "t3"]
    assert found(database, "late", limit=3) == ["t6", "t1", "t5"]
    assert found(database, "late", is_reversed=True) == ["t3", "t4", "t2", "t5", "t1", "t6"]
    assert found(database, "late", limit=2, is_reversed=True) == ["t3", "t4"]


def test_equal_matches_come_by_their_last_change_however_they_came_in(database: Database) -> None:
    save(
        database,
        {"subject": "late", "managedDate": MONDAY_MS + 1_000},
        {"subject": "late", "managedDate": MONDAY_MS + 3_000},
        {"subject": "late", "managedDate": MONDAY_MS + 2_000},
    )
    assert found(database, "late") == ["t2", "t3", "t1"]


def test_a_ticket_that_changes_moves_up_and_is_found_by_its_new_words_only(
    database: Database,
) -> None:
    save(database, HEAD, HEAD)
    changed = ticket(1, subject="late again", managedDate=MONDAY_MS + DAY_MS)
    database.write_now(partial(ingest.save_tickets, tickets=[changed], read_ms=2))
    assert found(database, "late") == ["t1", "t2"]
    renamed = ticket(1, subject="early", managedDate=MONDAY_MS + DAY_MS)
    database.write_now(partial(ingest.save_tickets, tickets=[renamed], read_ms=3))
    assert found(database, "late") == ["t2"]
    assert found(database, "early") == ["t1"]


def test_a_ticket_that_is_gone_is_not_found(database: Database) -> None:
    save(database, HEAD, HEAD)
    database.write_now(partial(tickets.remove_tickets, ids=[TicketId("t1")]))
    assert found(database, "late") == ["t2"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("lat", ["t2", "t1"]),
        ("l", ["t2", "t1"]),
        ("LATE", ["t2", "t1"]),
        ("late parcel", ["t2", "t1"]),
        ('"late parcel"', ["t1"]),
        ('"parcel late"', ["t2"]),
        ('"late par"', []),
        ("elegant", ["t3"]),
        ("élegánt", ["t3"]),
        ("late -parcel", []),
        ("-late", ["t3"]),
        ("late OR elegant", ["t3", "t2", "t1"]),
        ("late is:priority", ["t2"]),
        ('"!?"', []),
        ("late !?", []),
    ],
)
def test_words_are_found_as_they_are_meant(database: Database, text: str, ids: list[str]) -> None:
    save(
        database,
        {"subject": "A late parcel"},
        {"subject": "A parcel, late", "priority": 1},
        {"subject": "Très élégant"},
    )
    assert found(database, text) == ids


def test_a_view_narrowed_by_words_ranks_them_and_one_without_keeps_its_order() -> None:
    words = Words("late")
    assert Query().searched(words).order.value == "match"
    assert Query().searched(AllOf((Trait.MINE, words))).order.value == "match"
    assert Query().searched(Trait.MINE).order.value == "changed"


def test_a_line_says_where_the_words_stand_unless_its_subject_does(database: Database) -> None:
    save(database, {**HEAD, "description": "so late"}, BODY, NAMED)
    words = (Words("late"),)
    read = partial(listing.rows_of, keys=[1, 2, 3, 9], label_of_status=safe_line, searched=words)
    assert [row.found for row in database.read_now(read)] == ["", "late", ""]


PIECES = st.tuples(
    st.sampled_from(["", "-"]),
    st.sampled_from(["", *(f"{word}:" for word in WORDS_OF_THE_LANGUAGE), "age>", "closed<"]),
    st.one_of(
        st.text(st.characters(), max_size=6),
        st.sampled_from(["2d", "today", "reply-due", "note", '"a b"', "NEAR", "*", "a*", "^a"]),
    ),
).map("".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=4).map(" ".join))
def test_whatever_can_be_read_can_be_asked(database: Database, text: str) -> None:
    try:
        condition = read_query(text, now=NOW)
    except BadQuery:
        return
    query = Query().searched(condition)
    order = database.read_now(partial(listing.order_of, query=query, viewer=VIEWER))
    [count] = database.read_now(partial(listing.counts_of, conditions=[condition], viewer=VIEWER))
    assert count == len(order)
