"""Lays a conversation out as lines of styled text for one width. Pure: no widget, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from typing_extensions import override

from deskero_tui.domain.conversation import MessageKind
from deskero_tui.domain.folding import FoldedText
from deskero_tui.domain.moments import read_back, short_date
from deskero_tui.domain.sizes import size_in_words
from deskero_tui.domain.text import SafeText, cell_width, cut, wrap
from deskero_tui.tui.appearance import Appearance

if TYPE_CHECKING:
    from deskero_tui.domain.conversation import Conversation, Fact, FileLine, Message

INDENT_CELLS = 2
"""Of what a message says, under its head."""
MOST_TEXT_CELLS = 100
"""Lines of prose are not longer than people read well."""
FACT_CELLS = 28
"""So wide at least are the columns that facts of the head stand in."""
LEAST_GAP = "  "
"""Between facts in columns, at least."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: pieces of text, each with the name of its look (a component class's last part)."""

    pieces: tuple[tuple[SafeText, str], ...]
    joint: str = "\n"
    """What parts it from the line above for somebody who looks for words: a line feed between two
    passages, a space within one, nothing where a word was broken."""

    @property
    def text(self) -> str:
        """All of the line."""
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class NewSince:
    """What the agent has not seen of a conversation."""

    place: int
    """From which message on, 0-based."""
    moment: datetime
    """When the agent last saw it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A conversation laid out."""

    lines: tuple[TextLine, ...]
    message_starts: tuple[int, ...]
    """At which line the head of each message stands, 0-based, in the order of the messages."""
    new_line: int | None = None
    """At which line it says from where on all is new; `None` when it does not."""


WORDS_OF_KIND = {
    MessageKind.REQUEST: ("REQUEST", "customer"),
    MessageKind.CUSTOMER: ("CUSTOMER", "customer"),
    MessageKind.AGENT: ("AGENT", "agent"),
    MessageKind.NOTE: ("INTERNAL NOTE", "note"),
}
"""How a message is named and which look its head has: never told apart by colour alone."""


class Manner:
    """How parts of a conversation are told from each other: by rules across the pane."""

    indent_cells = INDENT_CELLS
    joint = " · "
    """Between the parts of a line that says one thing."""

    def facts(self, facts: Sequence[Fact], width_cells: int) -> Iterator[TextLine]:
        """The facts of a head: in columns, so that each is found at the same place in the next
        ticket, and nothing there changes but what it says.
        """
        columns = max(1, width_cells // FACT_CELLS)
        return _packed(facts, width_cells, LEAST_GAP, column_cells=width_cells // columns)

    def message(self, message: Message, when: str) -> str:
        """What stands over a message."""
        word, _ = WORDS_OF_KIND[message.kind]
        return self.joint.join((word, message.author or "unknown", when))

    def divider(self, words: str, width_cells: int, look: str) -> TextLine:
        """Words in a rule across the pane, or as far as prose goes."""
        head = SafeText(f"── {words} ")
        rule = "─" * max(0, min(width_cells, MOST_TEXT_CELLS) - cell_width(head))
        return _line(cut(SafeText(head + rule), width_cells), look)


class ShortRules(Manner):
    """By the beginning of a rule: the rest of it would be bytes that say nothing."""

    @override
    def divider(self, words: str, width_cells: int, look: str) -> TextLine:
        return _line(cut(SafeText(f"── {words}"), width_cells), look)


class Spoken(Manner):
    """By words alone."""

    indent_cells = 0
    joint = ", "

    @override
    def facts(self, facts: Sequence[Fact], width_cells: int) -> Iterator[TextLine]:
        return _packed(facts, width_cells, self.joint)

    @override
    def message(self, message: Message, when: str) -> str:
        who, word = message.author or "unknown", "at" if _TIME_OF_DAY.fullmatch(when) else "on"
        return f"{_SPOKEN_KINDS[message.kind]} by {who} {word} {when}:"

    @override
    def divider(self, words: str, width_cells: int, look: str) -> TextLine:
        return _line(cut(SafeText(words[:1].upper() + words[1:]), width_cells), look)


_TIME_OF_DAY = re.compile("[0-9]{2}:[0-9]{2}")
_SPOKEN_KINDS = {
    MessageKind.REQUEST: "Request",
    MessageKind.CUSTOMER: "Message of the customer",
    MessageKind.AGENT: "Answer",
    MessageKind.NOTE: "Internal note",
}


def manner_of(appearance: Appearance) -> Manner:
    """The manner that goes with an appearance."""
    if appearance.is_spoken:
        return Spoken()
    return ShortRules() if appearance.is_slow else Manner()


USUAL_MANNER = Manner()


def laid_out(
    conversation: Conversation,
    *,
    width_cells: int,
    now: datetime,
    zone: tzinfo,
    shows_quotes: bool,
    unfolding: str = "",
    new_since: NewSince | None = None,
    manner: Manner = USUAL_MANNER,
) -> Layout:
    """All lines of a conversation, none wider than `width_cells`; dates in the agent's `zone`.

    Quoted text is one line each unless `shows_quotes`, or it holds the words `unfolding`.
    """
    width = max(10, width_cells)
    local_now = now.astimezone(zone)
    lines = list(_head(conversation, width, local_now, manner))
    starts = []
    new_line = None
    for place, message in enumerate(conversation.messages):
        lines.append(_plain(""))
        if new_since is not None and place == new_since.place:
            new_line = len(lines)
            since = short_date(new_since.moment.astimezone(zone), local_now)
            lines += (manner.divider(f"new since {since}", width, "new"), _plain(""))
        starts.append(len(lines))
        lines.extend(_Told(message, width, local_now, manner).lines(shows_quotes, unfolding))
    return Layout(tuple(lines), tuple(starts), new_line)


def _head(
    conversation: Conversation, width: int, now: datetime, manner: Manner
) -> Iterator[TextLine]:
    for line in wrap(conversation.subject or SafeText("(no subject)"), width):
        yield _line(line, "subject")
    ticket = conversation.ticket
    label = conversation.status_label or SafeText("no status")
    dates = [
        f"{name} {short_date(moment.astimezone(now.tzinfo), now)}"
        for name, moment in (
            ("opened", ticket.inserted_at),
            ("changed", ticket.managed_at),
            ("closed", ticket.closed_at),
        )
        if moment
    ]
    number = cut(conversation.number, width)
    status = cut(SafeText(f"  {label}"), width - cell_width(number))
    yield TextLine(((number, "number"), (status, conversation.status or "text")))
    yield _line(cut(SafeText(manner.joint.join(dates)), width), "quiet")
    yield from manner.facts(conversation.facts, width)


def _packed(
    facts: Sequence[Fact], width: int, between: str, *, column_cells: int = 1
) -> Iterator[TextLine]:
    """Facts beside each other as far as they fit, each from the beginning of a column on; one that
    is longer than a line is wrapped.
    """
    line: list[tuple[SafeText, str]] = []
    used = 0
    for fact in facts:
        name = f"{fact.name}: "
        needed = cell_width(SafeText(name + fact.value))
        at = -(-(used + len(between)) // column_cells) * column_cells if line else 0
        if line and at + needed > width:
            yield TextLine(tuple(line))
            line, used, at = [], 0, 0
        if not line and needed > width:
            first, *rest = wrap(SafeText(name + fact.value), width)
            yield TextLine(
                ((SafeText(first[: len(name)]), "quiet"), (SafeText(first[len(name) :]), "text"))
            )
            yield from (_plain(text) for text in rest)
            continue
        gap = between.ljust(at - used) if line else ""
        line += [(SafeText(gap + name), "quiet"), (fact.value, "text")]
        used = at + needed
    if line:
        yield TextLine(tuple(line))


@dataclass(frozen=True, slots=True)
class _Told:
    """One message on its way into lines."""

    message: Message
    width: int
    now: datetime
    manner: Manner

    def lines(self, shows_quotes: bool, unfolding: str) -> Iterator[TextLine]:
        message = self.message
        _, look = WORDS_OF_KIND[message.kind]
        at = message.at
        when = short_date(at.astimezone(self.now.tzinfo), self.now) if at else "no date"
        yield self.manner.divider(self.manner.message(message, when), self.width, look)
        if message.remind_at:
            yield from self._wrapped(self._reminder(message.remind_at), "reminder")
        for part in message.parts:
            if part.is_quote and not shows_quotes and not _holds(part.text, unfolding):
                yield from self._wrapped(_folded(part.text), "quiet")
            else:
                yield from self._wrapped(part.text, "quote" if part.is_quote else "text")
        if message.was_cut:
            yield from self._wrapped(SafeText("[the rest is too long to show]"), "quiet")
        for link in message.links:
            yield from self._wrapped(SafeText(f"[{link.number}] {link.url}"), "link")
        for file in message.files:
            yield from self._wrapped(file_text(file), "file")

    def _reminder(self, at: datetime) -> SafeText:
        due = "was due" if at <= self.now else "reminder"
        moment = read_back(at.astimezone(self.now.tzinfo), now=self.now)
        whom = f" for {self.message.remind_whom}" if self.message.remind_whom else ""
        return SafeText(f"{due}{whom}: {moment}")

    def _wrapped(self, text: SafeText, look: str) -> Iterator[TextLine]:
        indent = SafeText(" " * self.manner.indent_cells)
        room = max(1, min(self.width, MOST_TEXT_CELLS) - self.manner.indent_cells)
        joint = "\n"
        for passage in text.split("\n"):
            at = 0
            for line in wrap(SafeText(passage), room):
                found = passage.find(line, at)
                if at:
                    joint = "" if found == at else " "
                yield TextLine(((indent, "text"), (line, look)), joint)
                at = max(found, at) + len(line)
            joint = " "


def file_text(file: FileLine) -> SafeText:
    """An attachment in words: its number, name, kind and size."""
    kind = f", {file.media_type}" if file.media_type else ""
    return SafeText(f"@{file.number} {file.name} ({size_in_words(file.size_bytes)}{kind})")


def _holds(text: SafeText, words: str) -> bool:
    """Whether the words stand in a quoted passage, wherever its lines were broken."""
    return any(FoldedText(" ".join(text.split())).places_of(words)) if words else False


def _folded(text: SafeText) -> SafeText:
    """What stands for quoted lines that are not shown."""
    count = text.strip("\n").count("\n") + 1
    if count == 1:
        return SafeText("[1 quoted line, x shows it]")
    return SafeText(f"[{count} quoted lines, x shows them]")


def _line(text: SafeText, look: str) -> TextLine:
    return TextLine(((text, look),))


def _plain(text: str) -> TextLine:
    return _line(SafeText(text), "text")
