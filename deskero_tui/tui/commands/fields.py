"""Commands for type, area, group, copies to agents and custom fields."""

from __future__ import annotations

from typing import Final

from deskero_tui.domain.ids import AgentId, AreaId, GroupId, TypeId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.commands.context import CommandContext, title_of

NONE: Final = Choice("", SafeText("none"))
NO_CUSTOM_FIELDS: Final = "No ticket here has custom fields."
MOST_NAME_CHARS: Final = 40
"""Maximum length of a custom field's name in a list."""
MOST_VALUE_CHARS: Final = 80
"""Maximum length of a custom field's value in a list."""


async def move(ctx: CommandContext) -> None:
    """Change type, area or group of the selected tickets."""
    rows = await ctx.selection.targets()
    if not rows:
        return
    lists = {
        "Type": await ctx.desk.terms(TermKind.TYPE),
        "Area": [NONE, *await ctx.desk.terms(TermKind.AREA)],
        "Group": [NONE, *await ctx.desk.terms(TermKind.GROUP)],
    }
    offered = [(kind, choice) for kind, choices in lists.items() for choice in choices]
    chosen = await ctx.dialogs.choose(
        title_of("Move", rows),
        [
            Choice(str(index), SafeText(f"{kind}: {choice.label}"))
            for index, (kind, choice) in enumerate(offered)
        ],
    )
    if chosen:
        kind, choice = offered[int(chosen.id)]
        patch = _move(kind, choice.id)
        await ctx.changes.change(rows, lambda row: patch, f"{kind.lower()} is now {choice.label}")


def _move(kind: str, chosen: str) -> TicketPatch:
    match kind:
        case "Type":
            return TicketPatch(type=TypeId(chosen))
        case "Area":
            return TicketPatch(area=AreaId(chosen) if chosen else None)
        case _:
            return TicketPatch(group=GroupId(chosen) if chosen else None)


async def edit_cc(ctx: CommandContext) -> None:
    """Choose which agents are in copy; an agent who has left the desk can be removed."""
    from deskero_tui.domain.records.conversation import person_name

    row = ctx.selection.target()
    if row is None:
        return
    ticket = await ctx.desk.ticket(row.id)
    agents = await ctx.desk.agents()
    known = {agent.id for agent in agents}
    gone = [Choice(one.id, person_name(one)) for one in ticket.cc if one.id not in known]
    chosen = tuple(agent.id for agent in ticket.cc)
    title = f"In copy of {row.number}"
    kept = await ctx.dialogs.choose_many(title, [*agents, *gone], chosen=chosen, may_add=False)
    if kept is not None and kept != chosen:
        cc = tuple(map(AgentId, kept))
        patch = TicketPatch(cc=cc)
        await ctx.changes.change([row], lambda row: patch, f"has {len(cc)} in copy now")


async def edit_custom_field(ctx: CommandContext) -> None:
    """Change one custom field: those of this ticket come first, then those of other tickets."""
    from deskero_tui.tui.dialogs.prompt import Prompt

    row = ctx.selection.target()
    if row is None:
        return
    fields = (await ctx.desk.ticket(row.id)).custom_fields
    names = list(dict.fromkeys((*fields, *await ctx.desk.custom_field_names())))
    if not names:
        ctx.status.say(NO_CUSTOM_FIELDS)
        return
    offered = [
        Choice(
            name,
            safe_line(name, max_chars=MOST_NAME_CHARS),
            safe_line(fields.get(name) or "", max_chars=MOST_VALUE_CHARS),
        )
        for name in names
    ]
    chosen = await ctx.dialogs.choose(f"Custom fields of {row.number}", offered)
    if chosen is None:
        return
    now = fields.get(chosen.id) or ""
    known = await ctx.desk.custom_field_values(chosen.id)
    prompt = Prompt(
        SafeText(f"{chosen.label} of {row.number}"),
        value=now,
        placeholder="empty clears it",
        known=[safe_line(one, max_chars=MOST_VALUE_CHARS) for one in known],
    )
    value = await ctx.dialogs.show(prompt)
    text = now if value is None else value.strip()
    if text != now:
        # A desk replaces all custom fields (API sheet §4.1), so those that stay are sent too.
        patch = TicketPatch(custom_fields={**fields, chosen.id: text or None})
        said = f"is now {safe_line(text)}" if text else "is empty now"
        await ctx.changes.change([row], lambda row: patch, f"{chosen.label} {said}")
