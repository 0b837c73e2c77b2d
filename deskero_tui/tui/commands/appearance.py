"""Commands that change how the console looks."""

from __future__ import annotations

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands.context import CommandContext
from deskero_tui.tui.themes import ABOUT


async def choose_theme(ctx: CommandContext) -> None:
    """Ask for a theme and use it as long as the console runs."""
    themes = [Choice(name, SafeText(name), SafeText(about)) for name, about in ABOUT.items()]
    chosen = await ctx.dialogs.choose("Theme", themes, current=ctx.host.theme)
    if chosen is not None:
        ctx.host.theme = chosen.id
        ctx.status.say(f'Theme {chosen.id} for now; theme = "{chosen.id}" in config.toml keeps it.')
