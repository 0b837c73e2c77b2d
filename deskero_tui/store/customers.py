"""What the store knows of one customer: the record as the desk sent it, and their tickets."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.domain.records.people import Customer
from deskero_tui.domain.records.row import RowKey
from deskero_tui.domain.records.terms import PersonKind
from deskero_tui.domain.records.ticket import Ticket


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer, and since when that is known."""

    customer: Customer
    read_ms: int
    is_whole: bool
    """It is the customer's own record; else what the latest of their tickets says of them."""


def keep_customer(connection: sqlite3.Connection, customer: Customer, *, read_ms: int) -> None:
    """Keeps a customer's own record, asked for at `read_ms`, in the place of what was known."""
    connection.execute(
        "INSERT INTO people (kind, id, name, email, record, read_ms)"
        " VALUES (:kind, :id, :name, :email, :record, :read_ms)"
        " ON CONFLICT (kind, id) DO UPDATE SET name = :name, email = :email, record = :record,"
        " read_ms = :read_ms",
        {
            "kind": PersonKind.CUSTOMER.value,
            "id": customer.id,
            "name": customer.name,
            "email": customer.email,
            "record": customer.wire_json(),
            "read_ms": read_ms,
        },
    )


def known_customer(connection: sqlite3.Connection, customer_id: CustomerId) -> KnownCustomer | None:
    """What is known of a customer, `None` when nothing is."""
    found = connection.execute(
        "SELECT record, read_ms FROM people WHERE kind = ? AND id = ? AND read_ms IS NOT NULL",
        (PersonKind.CUSTOMER.value, customer_id),
    ).fetchone()
    if found is not None:
        record, read_ms = found
        return KnownCustomer(Customer.model_validate_json(record), read_ms, is_whole=True)
    found = connection.execute(
        "SELECT record, read_ms FROM tickets JOIN records USING (key) WHERE customer_id = ?"
        " ORDER BY read_ms DESC LIMIT 1",
        (customer_id,),
    ).fetchone()
    if found is None:
        return None
    record, read_ms = found
    customer = Ticket.model_validate_json(record).customer
    return None if customer is None else KnownCustomer(customer, read_ms, is_whole=False)


def tickets_of_customer(
    connection: sqlite3.Connection, customer_id: CustomerId, *, besides: TicketId, limit: int
) -> list[RowKey]:
    """The keys of their tickets but for one, the last changed first."""
    found = connection.execute(
        "SELECT key FROM tickets WHERE customer_id = ? AND id <> ?"
        " ORDER BY managed_ms DESC, key DESC LIMIT ?",
        (customer_id, besides, limit),
    )
    return [RowKey(key) for (key,) in found]
