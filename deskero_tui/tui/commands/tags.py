"""The command that changes tags."""

from __future__ import annotations

from collections.abc import Sequence

from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.commands.context import CommandContext, title_of


async def change_tags(ctx: CommandContext) -> None:
    """Set the tags of one ticket, or add and remove tags of several."""
    rows = await ctx.selection.targets()
    if len(rows) == 1:
        await _set_tags(ctx, rows[0])
    elif rows:
        await _add_and_remove_tags(ctx, rows)


async def _set_tags(ctx: CommandContext, row: TicketRow) -> None:
    tags = (await ctx.desk.ticket(row.id)).tags
    known = await ctx.desk.tags()
    title = f"Tags of {row.number}"
    chosen = await ctx.dialogs.choose_many(title, known, chosen=tags, may_add=True)
    if chosen is not None and chosen != tags:
        patch = TicketPatch(tags=chosen)
        await ctx.changes.change([row], lambda row: patch, "has other tags now")


async def _add_and_remove_tags(ctx: CommandContext, rows: Sequence[TicketRow]) -> None:
    """Change only the chosen tags of several tickets; their other tags stay."""
    tags = await ctx.changes.tags_of(rows)
    rows = [row for row in rows if row.id in tags]
    present = sorted({tag for own in tags.values() for tag in own})
    offered = [
        *(Choice(f"+{tag.id}", SafeText(f"add {tag.label}")) for tag in await ctx.desk.tags()),
        *(Choice(f"-{tag}", safe_line(f"take away {tag}", max_chars=80)) for tag in present),
    ]
    chosen = await ctx.dialogs.choose_many(title_of("Tags", rows), offered, chosen=(), may_add=True)
    if not chosen:
        return
    removed = {choice[1:] for choice in chosen if choice.startswith("-")}
    added = [choice.removeprefix("+") for choice in chosen if not choice.startswith("-")]

    def patch_of(row: TicketRow) -> TicketPatch:
        kept = [tag for tag in tags[row.id] if tag not in removed]
        return TicketPatch(tags=tuple(dict.fromkeys([*kept, *added])))

    changed = [row for row in rows if patch_of(row).tags != tags[row.id]]
    said = ", ".join([*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in sorted(removed))])
    await ctx.changes.change(changed, patch_of, f"has the tags {said}")
