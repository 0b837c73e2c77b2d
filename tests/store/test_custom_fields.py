"""Which custom fields are in use is seen from the tickets themselves."""

from __future__ import annotations

from deskero_tui.store import ingest
from deskero_tui.store.custom_fields import LOOKED_AT, field_names, field_values
from deskero_tui.store.database import Database
from tests.support.tickets import ticket

HOSTILE = "a\"b' $.[x]\x1b"


def test_names_are_listed_once_as_they_are_spelled(database: Database) -> None:
    tickets = [
        ticket(1, customFields={"order No": "A-1", HOSTILE: "x"}),
        ticket(2, customFields=[{"order No": "A-2"}, {"Colour": None}]),
        ticket(3),
    ]
    database.write_now(lambda c: ingest.save_tickets(c, tickets, read_ms=1))
    assert database.read_now(field_names) == [HOSTILE, "Colour", "order No"]


def test_values_of_a_field_come_by_how_often_they_are_used(database: Database) -> None:
    values = ["red", "blue", "blue", None, "Blue"]
    tickets = [ticket(n, customFields={"Colour": v, "Size": "XL"}) for n, v in enumerate(values)]
    database.write_now(lambda c: ingest.save_tickets(c, tickets, read_ms=1))
    assert database.read_now(lambda c: field_values(c, "Colour")) == ["blue", "Blue", "red"]
    assert database.read_now(lambda c: field_values(c, HOSTILE)) == []


def test_what_only_old_tickets_have_is_no_longer_in_use(database: Database) -> None:
    tickets = [ticket(n, customFields={"Old" if n == 0 else "New": "x"}) for n in range(LOOKED_AT)]
    database.write_now(lambda c: ingest.save_tickets(c, tickets, read_ms=1))
    assert database.read_now(field_names) == ["New", "Old"]
    database.write_now(lambda c: ingest.save_tickets(c, [ticket(LOOKED_AT)], read_ms=1))
    assert database.read_now(field_names) == ["New"]
