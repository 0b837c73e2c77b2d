"""A whole ticket as plain text, for printing and for the clipboard. Every text is clean already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from deskero_tui.domain.conversation import Conversation, Message
from deskero_tui.domain.sizes import size_in_words
from deskero_tui.domain.text import SafeText


def plain_ticket(conversation: Conversation, zone: tzinfo) -> SafeText:
    """The head and all messages, quotes included; dates in the agent's `zone`."""
    lines = [f"{conversation.number}  {conversation.status_label}  {conversation.subject}"]
    lines += [f"{fact.name}: {fact.value}" for fact in conversation.facts]
    for message in conversation.messages:
        lines += ["", *_message(message, zone)]
    return SafeText("\n".join(lines))


def plain_words(message: Message) -> SafeText:
    """What somebody wrote, quotes included, without head, links and files."""
    return SafeText("".join(part.text for part in message.parts).rstrip())


def _message(message: Message, zone: tzinfo) -> Iterator[str]:
    when = f"{message.at.astimezone(zone):%Y-%m-%d %H:%M}" if message.at else "no date"
    yield f"== {message.kind.value} · {message.author or 'unknown'} · {when}"
    if message.remind_at:
        whom = message.remind_whom or "nobody"
        yield f"reminder for {whom}: {message.remind_at.astimezone(zone):%Y-%m-%d %H:%M}"
    yield plain_words(message)
    for link in message.links:
        yield f"[{link.number}] {link.url}"
    for file in message.files:
        yield f"@{file.number} {file.name} ({size_in_words(file.size_bytes)})"
