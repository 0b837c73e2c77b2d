"""A whole ticket as plain text, for printing and for the clipboard. Every text is clean already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo

from deskero_tui.domain.records.conversation import Conversation, Fact, Message
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.domain.text.shortening import (
    MOST_SUBJECT_CHARS,
    Left,
    shortened,
    shortened_value,
)
from deskero_tui.domain.text.sizes import size_in_words

FULL_SHOWS_THEM = "--full shows them"
RAW_PRINTS_THEM = "--raw prints the source"


def plain_ticket(conversation: Conversation, zone: tzinfo, *, shows_all: bool = True) -> SafeText:
    """Write the head and all messages, quotes included; dates in the agent's `zone`.

    Without `shows_all` long texts are cut as in the console, and each cut says how much is left.
    """
    subject = conversation.subject
    left = len(subject) - MOST_SUBJECT_CHARS
    if left > 0 and not shows_all:
        more = _bracketed(f"{left:,} more characters", FULL_SHOWS_THEM)
        subject = SafeText(f"{subject[:MOST_SUBJECT_CHARS]} {more}")
    lines = [f"{conversation.number}  {conversation.status_label}  {subject}"]
    lines += [_fact(fact, shows_all=shows_all) for fact in conversation.facts]
    for message in conversation.messages:
        lines += ["", *_message(message, zone, shows_all=shows_all)]
    return SafeText("\n".join(lines))


def plain_words(message: Message) -> SafeText:
    """Write what somebody wrote, quotes included, without head, links and files."""
    return SafeText("".join(part.text for part in message.parts).rstrip())


def source_ticket(conversation: Conversation, zone: tzinfo, clean: Callable[[str], str]) -> str:
    """Write every message as the desk gave it, below a line with its author.

    `clean` makes a source fit for where it goes; links and files are in it already.
    """
    messages = conversation.messages
    return "\n\n".join(f"{_head(message, zone)}\n{clean(message.source)}" for message in messages)


def _fact(fact: Fact, *, shows_all: bool) -> str:
    value, more = shortened_value(fact.value, fact.items)
    if shows_all or not more:
        return f"{fact.name}: {fact.value}"
    return f"{fact.name}: {value} {_bracketed(more, FULL_SHOWS_THEM)}"


def _message(message: Message, zone: tzinfo, *, shows_all: bool) -> Iterator[str]:
    yield _head(message, zone)
    if message.remind_at:
        whom = message.remind_whom or "nobody"
        yield f"reminder for {whom}: {message.remind_at.astimezone(zone):%Y-%m-%d %H:%M}"
    yield from _words(message, shows_all=shows_all)
    for link in message.links:
        yield f"[{link.number}] {link.url}"
    for file in message.files:
        yield f"@{file.number} {file.name} ({size_in_words(file.size_bytes)})"


def _head(message: Message, zone: tzinfo) -> str:
    when = f"{message.at.astimezone(zone):%Y-%m-%d %H:%M}" if message.at else "no date"
    return f"== {message.kind.value} · {message.author or 'unknown'} · {when}"


def _words(message: Message, *, shows_all: bool) -> Iterator[str]:
    """The text of a message in lines, and what is left of it."""
    if shows_all:
        yield plain_words(message)
    else:
        new_left = Left()
        text = ""
        for shown in shortened(message.parts, folds_quotes=False):
            text += shown.text
            if shown.left and shown.part.is_quote:
                more = _bracketed(shown.left.in_words("quoted"), FULL_SHOWS_THEM)
                text = f"{text.rstrip()}\n{more}\n"
            else:
                new_left += shown.left
        yield text.rstrip()
        if new_left:
            yield _bracketed(new_left.in_words(), FULL_SHOWS_THEM)
    if message.lines_left:
        yield _bracketed(Left(message.lines_left).in_words(), RAW_PRINTS_THEM)


def _bracketed(words: str, way: str) -> str:
    return f"[{words}; {way}]"
