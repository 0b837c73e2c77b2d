"""Commands that copy parts of a ticket."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.commands.context import CommandContext

if TYPE_CHECKING:
    from deskero_tui.domain.records.conversation import Conversation

MOST_SHOWN_CHARS: Final = 100
"""Maximum length of a part in the list of parts."""


def copy_number(ctx: CommandContext) -> None:
    """Copy the number of the ticket."""
    if row := ctx.selection.target():
        ctx.host.copy(row.number)


async def copy_part(ctx: CommandContext) -> None:
    """Let the agent copy a part of the ticket."""
    if part := await _chosen_part(ctx, "Copy"):
        name, text = part
        ctx.host.copy(text, name=name)


async def show_part(ctx: CommandContext) -> None:
    """Show a part of the ticket for the terminal's own selection."""
    if part := await _chosen_part(ctx, "Show to select"):
        ctx.host.show_to_select(part[1])


async def _chosen_part(ctx: CommandContext, action: str) -> tuple[SafeText, SafeText] | None:
    """Return the name and text of the part that the agent chooses."""
    row = ctx.selection.target()
    if row is None:
        return None
    parts = _parts_of(await ctx.desk.conversation(row.id), ctx.settings.zone)
    offered = [
        Choice(str(index), name, safe_line(text, max_chars=MOST_SHOWN_CHARS))
        for index, (name, text) in enumerate(parts)
    ]
    chosen = await ctx.dialogs.choose(f"{action}: {row.number}", offered)
    return None if chosen is None else parts[int(chosen.id)]


def _parts_of(conversation: Conversation, zone: tzinfo) -> list[tuple[SafeText, SafeText]]:
    """Return the names and texts of everything that can be copied of a ticket; none is empty."""
    from deskero_tui.domain.records.plain_ticket import plain_ticket, plain_words

    customer = conversation.ticket.customer
    parts = [
        (SafeText("Number"), conversation.number),
        (SafeText("Subject"), conversation.subject),
        (SafeText("Customer's address"), safe_line(customer.email if customer else "")),
        (SafeText("Last message"), plain_words(conversation.messages[-1])),
        (SafeText("Ticket as text"), plain_ticket(conversation, zone)),
    ]
    for message in conversation.messages:
        parts += [(SafeText(f"Link {link.number} {link.host}"), link.url) for link in message.links]
    return [(name, text) for name, text in parts if text]
