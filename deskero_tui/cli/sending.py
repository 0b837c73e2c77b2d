"""What every command that works on tickets does: finds them, and sees writes to their end."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from deskero_tui.cli.printing import print_json
from deskero_tui.cli.streams import say
from deskero_tui.domain.errors import DeskeroError, Missing, Refused, Unclear, Unreachable
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import ItemId, OutboxItem, State
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.sync.desk import Desk

SETTLED_WAIT_S: Final = 90.0
"""How long a command waits for the desk before it leaves the rest to the outbox."""
LOOK_S: Final = 0.5


async def find(desk: Desk, name: str) -> TicketId:
    """The ticket of that name, as the desk has it now.

    Raises:
        Missing: There is none.
        DeskeroError: The desk could not be asked, and the store does not know the ticket.
    """
    with suppress(Missing):
        ticket_id = await desk.find(name)
        await read_afresh(desk, ticket_id)
        return await desk.find(name)
    await desk.refresh_now()
    return await desk.find(name)


async def read_afresh(desk: Desk, ticket_id: TicketId) -> None:
    """Brings the ticket up to date if that is possible: what is written to it is kept anyway."""
    try:
        await desk.read_afresh(ticket_id)
    except DeskeroError as error:
        say(f"not up to date: {error.user_message}")


async def done(given: Namespace, desk: Desk, item_id: ItemId, said: str) -> None:
    """Waits until the outbox has done what was asked, and says how it ended.

    Raises:
        Unreachable: It is kept and goes later.
        Unclear: It is held or unsure, and waits for a decision.
        Refused: The desk said no; the words are kept.
    """
    batch = await batch_of(desk, item_id)
    items = await settled(desk, [item.id for item in batch])
    behind = await desk.outbox.behind()
    for item in items:
        check(item, behind.get(item.id))
    ticket_id = items[0].ticket_id
    if given.json:
        print_json({"id": ticket_id})
        return
    if ticket_id is not None:
        with suppress(Missing):
            ticket = await desk.ticket(ticket_id)
            said = f"{said}: {ticket.number} {ticket.subject}"
    print(safe_line(said, max_chars=300))


async def settled(
    desk: Desk, ids: Sequence[ItemId], *, wait_s: float = SETTLED_WAIT_S
) -> list[OutboxItem]:
    """The items once they are done, ask the agent, or were put off until later; after `wait_s`
    seconds as they are then.

    One that may have arrived is put off after the first look for it.
    """
    ends_s = desk.clock.monotonic() + wait_s
    while True:
        items = await desk.outbox.settled(ids, wait_s=LOOK_S)
        is_put_off = any(
            (item.state is State.QUEUED and item.reason) or item.is_looked_for for item in items
        )
        behind = await desk.outbox.behind()
        is_moving = any(item.moves_by_itself and item.id not in behind for item in items)
        if is_put_off or not is_moving or desk.clock.monotonic() >= ends_s:
            return items


async def batch_of(desk: Desk, item_id: ItemId) -> list[OutboxItem]:
    """The item and what was queued with it, such as the status after a reply."""
    items = await desk.outbox.items()
    asked = next(item for item in items if item.id == item_id)
    return [item for item in items if item is asked or (item.batch and item.batch == asked.batch)]


def check(item: OutboxItem, behind: ItemId | None) -> None:
    """Nothing, when the item was sent; else its failure. `behind` is another item it waits for."""
    if behind is not None:
        raise Unclear(
            f"It is kept and waits behind item {behind}, which is not sent yet: "
            "`deskero-tui outbox` shows both."
        )
    why = item.reason or "It is not known why."
    match item.state:
        case State.SENT:
            return
        case State.REFUSED:
            raise Refused(f"{why} It is kept: `deskero-tui outbox` shows it.", status=400)
        case State.HELD | State.UNSURE:
            raise Unclear(f"{why} It is kept: `deskero-tui outbox` shows it.")
        case _:
            raise Unreachable(f"It is kept and goes later. {why}")
