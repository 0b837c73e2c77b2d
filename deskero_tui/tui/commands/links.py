"""Commands for links and attachments of a ticket. `ticket.links` never starts a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands.context import CommandContext
from deskero_tui.tui.widgets.conversation_lines import file_text

if TYPE_CHECKING:
    from deskero_tui.domain.records.conversation import Conversation, FileLine
    from deskero_tui.domain.text.links import Link

NO_LINKS_NO_FILES: Final = "This ticket has neither links nor attachments."
NO_LINKS: Final = "This ticket has no links."
NO_FILES: Final = "This ticket has no attachments."


async def copy_link_or_save_file(ctx: CommandContext) -> None:
    """Let the agent copy a link or save an attachment."""
    from deskero_tui.tui.dialogs.link_picker import LinkPicker

    conversation = await _conversation(ctx)
    if conversation is None:
        return
    links = _links_of(conversation)
    files = [Choice(f"file {n}", file_text(file)) for n, file in enumerate(conversation.files)]
    if not links and not files:
        ctx.status.say(NO_LINKS_NO_FILES)
        return
    picker = LinkPicker(SafeText("Copy a link or save a file"), links, files)
    chosen = await ctx.dialogs.show(picker)
    if chosen is None:
        return
    if link := links.get(chosen.id):
        ctx.host.copy(link.url)
    else:
        _save(ctx, conversation.files[int(chosen.id.removeprefix("file "))])


async def open_link(ctx: CommandContext) -> None:
    """Open a link with the desktop's program, or say why that is not possible here."""
    from deskero_tui.tui.dialogs.link_picker import LinkPicker

    opener = ctx.settings.opener
    if not opener.program:
        ctx.status.say(opener.why_not)
    elif (conversation := await _conversation(ctx)) is None:
        return
    elif not (links := _links_of(conversation)):
        ctx.status.say(NO_LINKS)
    else:
        picker = LinkPicker(SafeText(f"Open with {opener.program}"), links)
        if (chosen := await ctx.dialogs.show(picker)) is not None:
            ctx.status.say(await opener.open(links[chosen.id].url))


async def save_attachment(ctx: CommandContext) -> None:
    """Save an attachment; of several the agent chooses one."""
    conversation = await _conversation(ctx)
    if conversation is None:
        return
    files = conversation.files
    if not files:
        ctx.status.say(NO_FILES)
    elif len(files) == 1:
        _save(ctx, files[0])
    else:
        offered = [Choice(str(n), file_text(file)) for n, file in enumerate(files)]
        if chosen := await ctx.dialogs.choose("Save which?", offered):
            _save(ctx, files[int(chosen.id)])


def _save(ctx: CommandContext, file: FileLine) -> None:
    settings = ctx.settings
    ctx.host.do(
        ctx.desk.save_attachment(file, settings.download_folder),
        done=lambda path: f"Saved {settings.allowances.place_in_words(path)}",
    )


async def _conversation(ctx: CommandContext) -> Conversation | None:
    """Return the ticket that the key was pressed for.

    The pane may still show another one: beside the list it follows the cursor with a delay.
    """
    row = ctx.selection.target()
    if row is None:
        return None
    shown = ctx.reader.conversation
    if shown is not None and shown.ticket.id == row.id:
        return shown
    return await ctx.desk.conversation(row.id)


def _links_of(conversation: Conversation) -> dict[str, Link]:
    """Return every link of a ticket by an id of its own, in the order of its messages."""
    found = [link for message in conversation.messages for link in message.links]
    return {f"link {index}": link for index, link in enumerate(found)}
