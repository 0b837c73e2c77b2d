"""What the store knows of a customer: the own record before what tickets say, tickets in order."""

from __future__ import annotations

from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.domain.records.people import Customer
from deskero_tui.domain.records.terms import PersonKind
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.store import customers, ingest, listing, lookups
from deskero_tui.store.database import Database
from deskero_tui.sync.refresh.lookups import learn_from_tickets
from tests.support.tickets import ticket

TOM = CustomerId("c1")


def with_phone(phone: str) -> dict[str, str]:
    return {"id": "c1", "name": "Tom Arden", "phoneNumber": phone}


def test_without_a_record_the_ticket_read_last_says_what_is_known(database: Database) -> None:
    older = ticket(1, openedBy=with_phone("1"))
    newer = ticket(2, openedBy=with_phone("2"))
    database.write_now(lambda c: ingest.save_tickets(c, [newer], read_ms=20))
    database.write_now(lambda c: ingest.save_tickets(c, [older], read_ms=10))
    known = database.read_now(lambda c: customers.known_customer(c, TOM))
    assert known is not None
    assert (known.customer.phone_number, known.read_ms, known.is_whole) == ("2", 20, False)


def test_a_record_goes_before_tickets_and_is_replaced_by_a_newer_one(database: Database) -> None:
    """Also where the customer was known by name already, as from a ticket."""
    seen = [ticket(1, openedBy=with_phone("1"))]
    database.write_now(lambda c: ingest.save_tickets(c, seen, read_ms=30))
    database.write_now(lambda c: learn_from_tickets(c, seen))
    york = Customer(id=TOM, name="Tom A.", email="tom@example.test", city="York")
    leeds = york.model_copy(update={"city": "Leeds"})
    database.write_now(lambda c: customers.keep_customer(c, york, read_ms=10))
    database.write_now(lambda c: customers.keep_customer(c, leeds, read_ms=20))
    known = database.read_now(lambda c: customers.known_customer(c, TOM))
    assert known is not None
    assert (known.customer.city, known.read_ms, known.is_whole) == ("Leeds", 20, True)
    (person,) = database.read_now(lambda c: lookups.people_of(c, PersonKind.CUSTOMER))
    assert (person.name, person.email) == ("Tom A.", "tom@example.test")


def test_nothing_is_known_of_somebody_never_seen(database: Database) -> None:
    assert database.read_now(lambda c: customers.known_customer(c, TOM)) is None


def test_their_tickets_come_last_changed_first_without_the_one_looked_at(
    database: Database,
) -> None:
    theirs = [ticket(number) for number in (1, 3, 2, 4)]
    others = [ticket(5, openedBy={"id": "c2"}), ticket(6, openedBy=None)]
    database.write_now(lambda c: ingest.save_tickets(c, [*theirs, *others], read_ms=1))

    def found(limit: int) -> list[str]:
        keys = database.read_now(
            lambda c: customers.tickets_of_customer(c, TOM, besides=TicketId("t3"), limit=limit)
        )
        rows = database.read_now(lambda c: listing.rows_of(c, keys, label_of_status=safe_line))
        return [row.id for row in rows]

    assert found(9) == ["t4", "t2", "t1"]
    assert found(2) == ["t4", "t2"]
