"""Pins: set and taken away once, listed, shown and found."""

from __future__ import annotations

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.query.query import Not, Query, Trait
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.store import ingest, listing, pins, tickets
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from tests.support.tickets import ticket

VIEWER = Viewer(None, 0)


def pin(database: Database, ticket_id: str, *, at_ms: int = 1) -> bool:
    return database.write_now(lambda c: pins.toggle_pin(c, TicketId(ticket_id), at_ms=at_ms))


def test_a_second_time_takes_the_pin_away(database: Database) -> None:
    assert [pin(database, "t1") for _ in range(3)] == [True, False, True]
    assert database.read_now(pins.pinned_tickets) == ["t1"]


def test_the_last_one_pinned_comes_first(database: Database) -> None:
    for at_ms, ticket_id in enumerate(("t2", "t3", "t1")):
        pin(database, ticket_id, at_ms=at_ms)
    assert database.read_now(pins.pinned_tickets) == ["t1", "t3", "t2"]


def test_pinned_tickets_are_found_and_their_lines_say_so(database: Database) -> None:
    database.write_now(lambda c: ingest.save_tickets(c, [ticket(n) for n in (1, 2, 3)], read_ms=1))
    pin(database, "t2")

    def shown(query: Query) -> dict[str, bool]:
        keys = database.read_now(lambda c: listing.order_of(c, query, VIEWER))
        rows = database.read_now(lambda c: listing.rows_of(c, keys, label_of_status=safe_line))
        return {row.id: row.is_pinned for row in rows}

    assert shown(Query(Trait.PINNED)) == {"t2": True}
    assert shown(Query(Not(Trait.PINNED))) == {"t3": False, "t1": False}


def test_a_ticket_that_comes_back_has_its_pin_again(database: Database) -> None:
    database.write_now(lambda c: ingest.save_tickets(c, [ticket(1)], read_ms=1))
    pin(database, "t1")
    database.write_now(lambda c: tickets.remove_tickets(c, [TicketId("t1")]))
    assert database.read_now(lambda c: listing.counts_of(c, [Trait.PINNED], VIEWER)) == (0,)
    database.write_now(lambda c: ingest.save_tickets(c, [ticket(1)], read_ms=2))
    assert database.read_now(lambda c: listing.counts_of(c, [Trait.PINNED], VIEWER)) == (1,)
