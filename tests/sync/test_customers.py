"""Who asks: what the store knows at once, what the desk says afterwards."""

from __future__ import annotations

from collections import Counter

import pytest

from deskero_tui.domain.errors import Missing, Unreachable
from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.store import tickets
from deskero_tui.store.database import Database
from tests.sync.conftest import Bench, DeskMaker, address_of


async def asked_by(bench: Bench) -> tuple[TicketId, CustomerId]:
    """A ticket of somebody who has asked more than once."""
    pages = [page async for page in bench.colleague.walk_tickets()]
    askers = [(t.id, t.customer.id) for page in pages for t in page.records if t.customer]
    often = Counter(customer_id for _, customer_id in askers)
    return next(asker for asker in askers if often[asker[1]] > 1)


async def test_the_card_is_there_at_once_and_whole_once_the_desk_was_asked(bench: Bench) -> None:
    ticket_id, customer_id = await asked_by(bench)
    desk = bench.desk
    card = await desk.customer_card(customer_id, besides=ticket_id)
    assert not card.is_whole
    await desk.read_customer(customer_id)
    whole = await desk.customer_card(customer_id, besides=ticket_id)
    record = await bench.colleague.customer(customer_id)
    assert whole.is_whole
    assert whole.name == record.name
    assert whole.as_of >= card.as_of
    facts = {str(fact.name): str(fact.value) for fact in whole.facts}
    assert facts["E-mail"] == record.email
    assert facts["Client Id"] == record.custom_fields["Client Id"]


async def test_their_other_tickets_are_all_of_theirs_but_one(bench: Bench) -> None:
    ticket_id, customer_id = await asked_by(bench)
    pages = [page async for page in bench.colleague.walk_tickets()]
    theirs = {
        ticket.id
        for page in pages
        for ticket in page.records
        if ticket.customer and ticket.customer.id == customer_id
    }
    card = await bench.desk.customer_card(customer_id, besides=ticket_id)
    assert {row.id for row in card.tickets} == theirs - {ticket_id}


async def test_tickets_that_the_store_lacks_come_with_the_customer(
    bench: Bench, database: Database
) -> None:
    ticket_id, customer_id = await asked_by(bench)
    removed = await bench.desk.customer_card(customer_id, besides=TicketId(""))
    gone = [row.id for row in removed.tickets]
    await database.write(lambda c: tickets.remove_tickets(c, gone))
    with pytest.raises(Missing):
        await bench.desk.customer_card(customer_id, besides=ticket_id)
    await bench.desk.read_customer(customer_id)
    card = await bench.desk.customer_card(customer_id, besides=ticket_id)
    assert {row.id for row in card.tickets} == set(gone) - {ticket_id}


async def test_without_a_desk_it_says_so_and_what_is_known_stays(
    bench: Bench, make_desk: DeskMaker
) -> None:
    ticket_id, customer_id = await asked_by(bench)
    alone = make_desk(address_of(bench.running))
    await alone.close()
    with pytest.raises(Unreachable):
        await alone.read_customer(customer_id)
    assert (await alone.customer_card(customer_id, besides=ticket_id)).facts


async def test_a_customer_who_is_gone_stays_as_they_were_known(bench: Bench) -> None:
    """The desk answers with nothing at all for both, which is no reason to say no."""
    nobody = CustomerId("nobody")
    await bench.desk.read_customer(nobody)
    with pytest.raises(Missing):
        await bench.desk.customer_card(nobody, besides=TicketId(""))
