"""Commands that assign tickets."""

from __future__ import annotations

from typing import Final

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands.context import CommandContext, title_of

NOBODY: Final = Choice("", SafeText("nobody"))
UNKNOWN_AGENT: Final = "It is not known which agent you are: set DESKERO_AGENT to your name."


async def assign(ctx: CommandContext) -> None:
    """Assign the selected tickets to an agent, or to nobody."""
    rows = await ctx.selection.targets()
    if not rows:
        return
    agents = [NOBODY, *await ctx.desk.agents()]
    current = (rows[0].assignee_id or "") if len(rows) == 1 else None
    agent = await ctx.dialogs.choose(title_of("Assign to", rows), agents, current=current)
    if agent:
        patch = TicketPatch(assignee=AgentId(agent.id) if agent.id else None)
        await ctx.changes.change(rows, lambda row: patch, f"assigned to {agent.label}")


async def assign_to_me(ctx: CommandContext) -> None:
    """Assign the selected tickets to the agent who uses the console.

    Raises:
        BadInput: The agent is not known.
    """
    me = ctx.desk.me
    if me is None:
        raise BadInput(UNKNOWN_AGENT)
    if rows := await ctx.selection.targets():
        patch = TicketPatch(assignee=me)
        await ctx.changes.change(rows, lambda row: patch, "taken")
