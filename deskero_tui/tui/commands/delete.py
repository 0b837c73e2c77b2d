"""The command that deletes tickets."""

from __future__ import annotations

from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands.context import CommandContext


async def delete(ctx: CommandContext) -> None:
    """Delete the selected tickets for everybody, after a question."""
    from deskero_tui.tui.dialogs.confirm import Confirm

    rows = await ctx.selection.targets()
    if len(rows) > 1:
        await ctx.changes.delete_many(rows)
        return
    for row in rows:
        question = f"Delete {row.number} “{row.subject}” for everybody, for good?"
        if await ctx.dialogs.show(Confirm(SafeText(question), yes="Delete", no="Keep")):
            await ctx.changes.delete(row)
