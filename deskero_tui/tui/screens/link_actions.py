"""Links, files and copies of the ticket that is shown. Nothing is ever launched or opened."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual import work

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.text import SafeText
from deskero_tui.tui.modals.choose import Choose
from deskero_tui.tui.screens.not_sent_actions import NotSentActions
from deskero_tui.tui.widgets.conversation_lines import file_text

if TYPE_CHECKING:
    from deskero_tui.domain.conversation import Conversation


class LinkActions(NotSentActions):
    """The part of the main screen that takes something out of a ticket."""

    @property
    @abstractmethod
    def conversation(self) -> Conversation | None:
        """The ticket that is shown; `None` when none is."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_links(self) -> None:
        """Links are copied and shown with their host, files are saved; nothing is launched."""
        conversation = self.conversation
        if conversation is None:
            self.say("Open a ticket first.")
            return
        links = [link for message in conversation.messages for link in message.links]
        files = conversation.files
        if not links and not files:
            self.say("This ticket has neither links nor attachments.")
            return
        offered = [Choice(f"link {n}", link.url, link.host) for n, link in enumerate(links)]
        offered += [Choice(f"file {n}", file_text(file)) for n, file in enumerate(files)]
        chosen = await self.app.push_screen_wait(
            Choose(SafeText("Copy a link or save a file"), offered)
        )
        if chosen is None:
            return
        kind, _, place = chosen.id.partition(" ")
        if kind == "link":
            self._copy(links[int(place)].url)
        else:
            self._save(int(place))

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_save(self) -> None:
        conversation = self.conversation
        files = conversation.files if conversation else ()
        if not files:
            self.say("The open ticket has no attachments.")
        elif len(files) == 1:
            self._save(0)
        else:
            offered = [Choice(str(n), file_text(file)) for n, file in enumerate(files)]
            chosen = await self.app.push_screen_wait(Choose(SafeText("Save which?"), offered))
            if chosen:
                self._save(int(chosen.id))

    def _save(self, place: int) -> None:
        conversation = self.conversation
        if conversation is not None:
            file = conversation.files[place]
            folder = self.console.settings.download_folder
            self.console.do(
                self.console.desk.save_attachment(file, folder), done=f"Saved in {folder}"
            )

    def action_ticket_copy(self) -> None:
        if row := self.target():
            self._copy(row.number)

    def _copy(self, text: SafeText) -> None:
        self.app.copy_to_clipboard(text)
        self.say(f"Copied: {text}")
