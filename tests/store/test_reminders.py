"""Reminders by agent in the store: what is hidden, due, told and done."""

from __future__ import annotations

from typing import Any

import pytest

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.query.query import Query, Trait
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.store import ingest, listing, pending, reminders
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from tests.support.tickets import MONDAY_MS, ticket

ME, THEM = AgentId("a1"), AgentId("a2")
NOON_MS = MONDAY_MS + 12 * 3_600_000
BEFORE, AFTER = NOON_MS - 1, NOON_MS


def reminded(agent: str = ME, *, at_ms: int = NOON_MS) -> dict[str, Any]:
    return {"note": "call", "assignedTo": agent, "date": MONDAY_MS, "remindMe": at_ms}


def save(database: Database, *members: dict[str, Any], read_ms: int = 1) -> None:
    """Tickets 1, 2, … with these members."""
    made = [ticket(number, **given) for number, given in enumerate(members, start=1)]
    database.write_now(lambda c: ingest.save_tickets(c, made, read_ms=read_ms))


def shown(database: Database, trait: Trait, agent: AgentId | None, now_ms: int) -> set[str]:
    viewer = Viewer(agent, now_ms)
    order = database.read_now(lambda c: listing.order_of(c, Query(trait), viewer))
    rows = database.read_now(lambda c: listing.rows_of(c, order, label_of_status=safe_line))
    return {row.id for row in rows}


def told(database: Database, agent: AgentId = ME, now_ms: int = AFTER) -> list[str]:
    claimed = database.write_now(lambda c: reminders.claim(c, agent, now_ms=now_ms))
    return [one.id for one in claimed]


@pytest.mark.parametrize(
    ("agent", "now_ms", "snoozed", "due"),
    [
        (ME, BEFORE, {"t1", "t3"}, set()),
        (ME, AFTER, set(), {"t1", "t3"}),
        (THEM, BEFORE, {"t2", "t3"}, set()),
        (None, BEFORE, set(), set()),
        (None, AFTER, set(), {"t1", "t2", "t3"}),
    ],
)
def test_each_agent_has_reminders_of_their_own(
    database: Database, agent: AgentId | None, now_ms: int, snoozed: set[str], due: set[str]
) -> None:
    save(
        database,
        {"ticketNotes": [reminded()]},
        {"ticketNotes": [reminded(THEM)]},
        {"ticketNotes": [reminded(THEM), reminded()]},
        {},
    )
    assert shown(database, Trait.SNOOZED, agent, now_ms) == snoozed
    assert shown(database, Trait.REMINDER_DUE, agent, now_ms) == due


def test_of_two_reminders_the_earlier_one_brings_the_ticket_back(database: Database) -> None:
    later = reminded(at_ms=NOON_MS + 1_000)
    save(database, {"ticketNotes": [reminded(), later]})
    assert shown(database, Trait.SNOOZED, ME, AFTER) == set()


def test_a_ticket_that_was_read_again_has_its_new_reminders_only(database: Database) -> None:
    save(database, {"ticketNotes": [reminded()]})
    save(database, {"ticketNotes": [reminded(at_ms=NOON_MS + 5)]}, read_ms=2)
    assert database.read_now(lambda c: reminders.next_due_ms(c, ME, after_ms=0)) == NOON_MS + 5


def test_what_is_due_is_told_once(database: Database) -> None:
    save(database, {"ticketNotes": [reminded()]}, {"ticketNotes": [reminded(THEM)]})
    assert told(database, now_ms=BEFORE) == []
    assert database.read_now(lambda c: reminders.has_untold(c, ME, now_ms=AFTER))
    assert told(database) == ["t1"]
    assert not database.read_now(lambda c: reminders.has_untold(c, ME, now_ms=AFTER))
    assert told(database) == []


def test_another_time_for_the_same_ticket_is_told_again(database: Database) -> None:
    save(database, {"ticketNotes": [reminded()]})
    assert told(database) == ["t1"]
    save(database, {"ticketNotes": [reminded(), reminded(at_ms=NOON_MS + 5)]}, read_ms=2)
    assert told(database, now_ms=NOON_MS + 5) == ["t1"]


def test_a_solved_ticket_reminds_nobody(database: Database) -> None:
    save(database, {"ticketNotes": [reminded()], "status": {"status": "solved"}})
    assert told(database) == []


def test_a_done_reminder_counts_no_more_however_often_the_ticket_is_read(
    database: Database,
) -> None:
    save(database, {"ticketNotes": [reminded()]})

    def set_done(connection: Any) -> bool:
        is_set = reminders.set_done(connection, TicketId("t1"), ME, now_ms=AFTER)
        pending.show_pending(connection, [TicketId("t1")])
        return is_set

    assert database.write_now(set_done)
    assert shown(database, Trait.REMINDER, ME, AFTER) == set()
    save(database, {"ticketNotes": [reminded()], "subject": "Other"}, read_ms=2)
    assert shown(database, Trait.REMINDER, ME, AFTER) == set()
    assert not database.write_now(set_done)


def test_what_is_not_due_yet_cannot_be_done(database: Database) -> None:
    save(database, {"ticketNotes": [reminded()]})
    assert not database.write_now(
        lambda c: reminders.set_done(c, TicketId("t1"), ME, now_ms=BEFORE)
    )


def test_a_store_of_before_keeps_its_reminders_and_takes_the_rest_in(database: Database) -> None:
    """What the step to this version leaves behind: no agent but the first, and nothing hidden."""
    save(database, {"ticketNotes": [reminded(), reminded(THEM)]})

    def as_before(connection: Any) -> None:
        connection.execute("UPDATE reminders SET hides = 0")
        connection.execute("DELETE FROM reminders WHERE agent_id = ?", (THEM,))
        connection.execute("UPDATE tickets SET pending = 1")

    database.write_now(as_before)
    assert shown(database, Trait.SNOOZED, ME, BEFORE) == set()
    save(database, {"ticketNotes": [reminded(), reminded(THEM)]}, read_ms=2)
    assert shown(database, Trait.SNOOZED, ME, BEFORE) == {"t1"}
    assert shown(database, Trait.SNOOZED, THEM, BEFORE) == {"t1"}
