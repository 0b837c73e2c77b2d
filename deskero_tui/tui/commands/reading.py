"""Commands that help to read: customer details, the tickets read before, pinned tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.errors import Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.tui.commands.context import CommandContext

if TYPE_CHECKING:
    from deskero_tui.domain.records.customer_card import CustomerCard

NOTHING_READ_BEFORE: Final = "No other ticket was read before."
NOTHING_READ: Final = "No ticket was read yet."


async def show_customer(ctx: CommandContext) -> None:
    """Show who opened the ticket, and their other tickets, one of which can be opened."""
    from deskero_tui.tui.dialogs.customer_panel import CustomerPanel

    row = ctx.selection.target()
    if row is None:
        return
    customer = (await ctx.desk.ticket(row.id)).customer
    if customer is None:
        ctx.status.say(f"The desk does not say who opened {row.number}.")
        return
    customer_id = customer.id
    card = await ctx.desk.customer_card(customer_id, besides=row.id)

    async def read_afresh() -> CustomerCard:
        await ctx.desk.read_customer(customer_id)
        return await ctx.desk.customer_card(customer_id, besides=row.id)

    panel = CustomerPanel(card, read_afresh=read_afresh, now=ctx.host.now)
    chosen = await ctx.dialogs.show(panel)
    if chosen is not None:
        await _open(ctx, chosen)


async def open_previous(ctx: CommandContext) -> None:
    """Open the ticket that was read before this one; those that are gone are skipped."""
    trail, reading = ctx.reader.trail, ctx.reader.ticket_read
    while (ticket_id := trail.back(reading)) is not None:
        try:
            await _open(ctx, ticket_id)
        except Missing:
            trail.forget(ticket_id)
        else:
            return
    ctx.status.say(NOTHING_READ_BEFORE)


async def choose_recent(ctx: CommandContext) -> None:
    """Let the agent open one of the tickets that were read last."""
    await _choose_ticket(ctx, "Read last", ctx.reader.trail.recent, NOTHING_READ)


async def toggle_pin(ctx: CommandContext) -> None:
    """Pin the ticket, or remove its pin."""
    if row := ctx.selection.target():
        is_pinned = await ctx.desk.toggle_pin(row.id)
        pin = "is pinned" if is_pinned else "has no pin now"
        ctx.status.say(f"{row.number} {pin}: {row.subject}")


async def choose_pinned(ctx: CommandContext) -> None:
    """Let the agent open one of the pinned tickets."""
    none = f"No ticket is pinned: {ctx.host.key_hint('ticket.pin')} pins one."
    await _choose_ticket(ctx, "Pinned", await ctx.desk.pinned(), none)


async def _choose_ticket(
    ctx: CommandContext, title: str, ids: Sequence[TicketId], none: str
) -> None:
    """Let the agent open one of some tickets; those that are gone are left out."""
    from deskero_tui.tui.ticket_choices import ticket_choices

    rows = await ctx.desk.rows_of_tickets(ids)
    if not rows:
        ctx.status.say(none)
        return
    offered = ticket_choices(rows, ctx.host.now())
    chosen = await ctx.dialogs.choose(title, offered, current=ctx.reader.ticket_read)
    if chosen is not None:
        await _open(ctx, TicketId(chosen.id))


async def _open(ctx: CommandContext, ticket_id: TicketId) -> None:
    """Open a ticket by its id.

    Raises:
        Missing: The store no longer has it.
    """
    ctx.reader.read_ticket(await ctx.desk.row(ticket_id))
