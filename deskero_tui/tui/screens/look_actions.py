"""How the console looks, as far as an agent changes that while it runs."""

from __future__ import annotations

from textual import work

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.screens.list_actions import ListActions
from deskero_tui.tui.themes import ABOUT


class LookActions(ListActions):
    """The part of the main screen that changes its looks."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_app_theme(self) -> None:
        """Asks for a theme and shows it; it lasts as long as the console runs."""
        from deskero_tui.tui.dialogs.choose import Choose

        themes = [Choice(name, SafeText(name), SafeText(about)) for name, about in ABOUT.items()]
        sheet = Choose(SafeText("Theme"), themes, current=self.app.theme)
        choice = await self.app.push_screen_wait(sheet)
        if choice is not None:
            self.app.theme = choice.id
            self.say(f'Theme {choice.id} for now; theme = "{choice.id}" in config.toml keeps it.')
