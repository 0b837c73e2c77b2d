"""A customer made ready to be looked at: contact, and their other tickets. Every text is clean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from deskero_tui.domain.records.conversation import Fact, person_name
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, safe_line

if TYPE_CHECKING:
    from deskero_tui.domain.records.people import Customer


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What an agent wants to know of whoever asks."""

    name: SafeText
    facts: tuple[Fact, ...]
    """Those that say something, the most asked for first."""
    as_of: datetime
    """When that was so on the desk."""
    is_whole: bool
    """It is the customer's own record; else what one of their tickets says of them."""
    tickets: tuple[TicketRow, ...]
    """Their other tickets, the last changed first."""


def card_of(
    customer: Customer, *, as_of: datetime, is_whole: bool, tickets: tuple[TicketRow, ...]
) -> CustomerCard:
    """Makes a customer readable. Pure."""
    return CustomerCard(person_name(customer), tuple(_facts(customer)), as_of, is_whole, tickets)


def _facts(customer: Customer) -> Iterator[Fact]:
    named: list[tuple[str, object]] = [
        ("E-mail", customer.email),
        ("Phone", customer.phone_number),
        ("Mobile", customer.mobile_number),
        ("Company", customer.company),
        ("Address", _address(customer)),
        ("Language", customer.language),
        ("Top client", "yes" if customer.is_top_client else ""),
        ("Tags", ", ".join(customer.tags)),
        ("Memo", customer.memo),
        *customer.custom_fields.items(),
        ("Website", customer.website),
        ("Fax", customer.fax_number),
        ("Skype", customer.skype_address),
        ("Twitter", customer.twitter_account_url),
        ("Facebook", customer.facebook_account_url),
        ("LinkedIn", customer.linkedin_account_url),
    ]
    for name, value in named:
        text = safe_line(value or "", max_chars=300)
        if text:
            yield Fact(safe_line(name, max_chars=40), text)


def _address(customer: Customer) -> str:
    """The address in one line: street, town with its code, province, country."""
    town = f"{customer.postal_number} {customer.city}".strip()
    parts = (customer.address, town, customer.province, customer.country_code)
    return ", ".join(part for part in parts if part)
