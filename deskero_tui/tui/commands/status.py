"""Commands that set status and priority."""

from __future__ import annotations

from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.tui.commands.context import CommandContext, title_of


async def set_status(ctx: CommandContext) -> None:
    """Set the status of the selected tickets."""
    rows = await ctx.selection.targets()
    if not rows:
        return
    statuses = await ctx.desk.terms(TermKind.STATUS)
    current = rows[0].status if len(rows) == 1 else None
    status = await ctx.dialogs.choose(title_of("Status", rows), statuses, current=current)
    if status:
        patch = TicketPatch(status=status.id)
        await ctx.changes.change(rows, lambda row: patch, f"is now {status.label}")


async def solve(ctx: CommandContext) -> None:
    """Solve the selected tickets; of a single one go to the next."""
    if rows := await ctx.selection.targets():
        if len(rows) == 1:
            ctx.selection.go_to_next()
        await ctx.changes.change(rows, lambda row: TicketPatch(status="solved"), "solved")


async def toggle_priority(ctx: CommandContext) -> None:
    """Set the priority, or clear it where all selected tickets have it."""
    if rows := await ctx.selection.targets():
        is_priority = not all(row.is_priority for row in rows)
        said = "has priority now" if is_priority else "has no priority now"
        patch = TicketPatch(is_priority=is_priority)
        await ctx.changes.change(rows, lambda row: patch, said)
