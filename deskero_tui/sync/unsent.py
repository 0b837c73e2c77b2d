"""Reads what has not been sent yet, with the names and texts that the store has of its tickets."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.errors import Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.contents import CreateContent
from deskero_tui.domain.outbox.unsent import (
    DELETED_TICKET,
    Names,
    Unsent,
    clashes,
    new_facts,
    text_of,
    what_it_is,
)
from deskero_tui.domain.records.conversation import Fact
from deskero_tui.domain.text.safe_text import SafeText

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.items import ItemId, OutboxItem
    from deskero_tui.domain.records.conversation import Conversation, Message
    from deskero_tui.domain.records.row import TicketRow
    from deskero_tui.sync.desk import Desk


NOT_SENT: Final = "Not sent"
"""The name of the fact in the head of a ticket."""


async def unsent(desk: Desk, *, ticket_id: TicketId | None = None) -> list[Unsent]:
    """Return everything that has not ended, oldest first; with `ticket_id` of that ticket only.

    The texts of new messages are left out: `whole` has them.

    Raises:
        StoreBroken: The store cannot be read.
    """
    found = await desk.outbox.items(ticket_id=ticket_id)
    items = [item for item in found if not item.has_ended]
    if not items:
        return []
    ids = dict.fromkeys(item.ticket_id for item in items if item.ticket_id is not None)
    rows = {row.id: row for row in await desk.rows_of_tickets(list(ids))}
    behind = await desk.outbox.behind()
    read = [await _read(desk, item, rows) for item in items]
    names = {one.item.id: one.name for one in read}
    return [
        replace(one, behind=names.get(behind[one.item.id], SafeText("another item")))
        if one.item.id in behind
        else one
        for one in read
    ]


async def with_stuck(desk: Desk, conversation: Conversation) -> Conversation:
    """Return a ticket with a first fact that names what of it cannot be sent now, if anything.

    What moves is left out: a line that comes and goes with every change would move the text.

    Raises:
        StoreBroken: The store cannot be read.
    """
    found = await unsent(desk, ticket_id=conversation.ticket_id)
    stuck = [one.standing for one in found if one.is_stuck]
    if not stuck:
        return conversation
    fact = Fact(NOT_SENT, SafeText("; ".join(stuck)), tuple(stuck))
    return replace(conversation, facts=(fact, *conversation.facts))


async def whole(desk: Desk, item_id: ItemId) -> Unsent:
    """Return one item with the messages that are new, and the customer of a new ticket.

    Raises:
        Missing: There is no such item, or it has ended.
        StoreBroken: The store cannot be read.
    """
    found = next((one for one in await unsent(desk) if one.item.id == item_id), None)
    if found is None:
        raise Missing(f"Item {item_id} is not in the outbox.")
    item = found.item
    if isinstance(item.content, CreateContent):
        with suppress(Missing):
            card = await desk.customer_card(item.content.ticket.customer, besides=TicketId(""))
            return replace(found, customer=card.name)
    if item.hold is None or not item.hold.news or item.ticket_id is None:
        return found
    messages: Sequence[Message] = ()
    names = desk.names
    with suppress(Missing):
        conversation = await desk.conversation(item.ticket_id)
        messages = conversation.messages
        names = names.with_ticket(conversation.ticket)
    return replace(found, news=new_facts(item.hold, names, messages))


async def _read(desk: Desk, item: OutboxItem, rows: dict[TicketId, TicketRow]) -> Unsent:
    row = rows.get(item.ticket_id) if item.ticket_id is not None else None
    names = await _names(desk, item)
    hold = item.hold
    nothing = SafeText("")
    number = nothing if item.ticket_id is None else row.number if row else DELETED_TICKET
    return Unsent(
        item=item,
        number=number,
        subject=row.subject if row else nothing,
        customer=row.customer if row else nothing,
        what=what_it_is(item, names),
        text=text_of(item),
        news=new_facts(hold, names) if hold else (),
        clashes=clashes(hold.conflicts, names) if hold else (),
    )


async def _names(desk: Desk, item: OutboxItem) -> Names:
    """The names of the lists, and of the ticket where somebody is to read what is new about it."""
    if item.hold is not None and item.ticket_id is not None:
        with suppress(Missing):
            return desk.names.with_ticket(await desk.ticket(item.ticket_id))
    return desk.names
