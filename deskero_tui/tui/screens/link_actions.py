"""Links, files and copies of the ticket that is shown. `o` launches nothing, whatever is set."""

from __future__ import annotations

from abc import abstractmethod
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from textual import work

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.screens.not_sent_actions import NotSentActions
from deskero_tui.tui.widgets.conversation_lines import file_text

if TYPE_CHECKING:
    from deskero_tui.domain.records.conversation import Conversation, FileLine
    from deskero_tui.domain.text.links import Link


MOST_SHOWN_CHARS: Final = 100
"""Of a part of the ticket in the list of its parts."""


class LinkActions(NotSentActions):
    """The part of the main screen that takes something out of a ticket."""

    @property
    @abstractmethod
    def conversation(self) -> Conversation | None:
        """The ticket that is shown; `None` when none is."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_links(self) -> None:
        """Links are copied and shown with their host, files are saved; nothing is launched."""
        from deskero_tui.tui.dialogs.link_picker import LinkPicker

        conversation = await self._conversation_meant()
        if conversation is None:
            return
        links = _links_of(conversation)
        files = [Choice(f"file {n}", file_text(file)) for n, file in enumerate(conversation.files)]
        if not links and not files:
            self.say("This ticket has neither links nor attachments.")
            return
        title = SafeText("Copy a link or save a file")
        chosen = await self.app.push_screen_wait(LinkPicker(title, links, files))
        if chosen is None:
            return
        if link := links.get(chosen.id):
            self.console.copy(link.url)
        else:
            self._save(conversation.files[int(chosen.id.removeprefix("file "))])

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_open_link(self) -> None:
        """Only where the agent wants it and is at home: the opener says why not elsewhere."""
        from deskero_tui.tui.dialogs.link_picker import LinkPicker

        opener = self.console.settings.opener
        if not opener.program:
            self.say(opener.why_not)
        elif (conversation := await self._conversation_meant()) is None:
            return
        elif not (links := _links_of(conversation)):
            self.say("This ticket has no links.")
        else:
            picker = LinkPicker(SafeText(f"Open with {opener.program}"), links)
            if (chosen := await self.app.push_screen_wait(picker)) is not None:
                self.say(await opener.open(links[chosen.id].url))

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_save(self) -> None:
        from deskero_tui.tui.dialogs.choose import Choose

        conversation = await self._conversation_meant()
        if conversation is None:
            return
        files = conversation.files
        if not files:
            self.say("This ticket has no attachments.")
        elif len(files) == 1:
            self._save(files[0])
        else:
            offered = [Choice(str(n), file_text(file)) for n, file in enumerate(files)]
            chosen = await self.app.push_screen_wait(Choose(SafeText("Save which?"), offered))
            if chosen:
                self._save(files[int(chosen.id)])

    def _save(self, file: FileLine) -> None:
        settings = self.console.settings
        self.console.do(
            self.console.desk.save_attachment(file, settings.download_folder),
            done=lambda place: f"Saved {settings.allowances.place_in_words(place)}",
        )

    async def _conversation_meant(self) -> Conversation | None:
        """Return the ticket that a key means; `None`, and said so, when there is none.

        The ticket on the screen may be the one before it: beside the list it follows the cursor
        after a moment only.
        """
        row = self.target()
        if row is None:
            return None
        shown = self.conversation
        if shown is not None and shown.ticket.id == row.id:
            return shown
        try:
            return await self.console.desk.conversation(row.id)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return None

    def action_ticket_copy(self) -> None:
        if row := self.target():
            self.console.copy(row.number)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_copy_part(self) -> None:
        if part := await self._chosen_part("Copy"):
            name, text = part
            self.console.copy(text, name=name)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_show_part(self) -> None:
        """For terminals that take no copy, and for what only a part of is wanted."""
        if part := await self._chosen_part("Show to select"):
            self.console.show_to_select(part[1])

    async def _chosen_part(self, what_for: str) -> tuple[SafeText, SafeText] | None:
        """One part of the ticket, name and text, of all there are, each with what it comes to."""
        from deskero_tui.tui.dialogs.choose import Choose

        row = self.target()
        if row is None:
            return None
        try:
            conversation = await self.console.desk.conversation(row.id)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return None
        parts = _parts_of(conversation, self.console.settings.zone)
        offered = [
            Choice(str(place), name, safe_line(text, max_chars=MOST_SHOWN_CHARS))
            for place, (name, text) in enumerate(parts)
        ]
        title = SafeText(f"{what_for}: {row.number}")
        chosen = await self.app.push_screen_wait(Choose(title, offered))
        return None if chosen is None else parts[int(chosen.id)]


def _links_of(conversation: Conversation) -> dict[str, Link]:
    """Every link of a ticket by an id of its own, in the order of its messages."""
    found = [link for message in conversation.messages for link in message.links]
    return {f"link {place}": link for place, link in enumerate(found)}


def _parts_of(conversation: Conversation, zone: tzinfo) -> list[tuple[SafeText, SafeText]]:
    """What can be copied of a ticket, each with its name; only what there is."""
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
