"""Lays a conversation out as lines of styled text for one width. Pure: no widget, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from typing_extensions import override

from deskero_tui.domain.records.conversation import Fact, MessageKind
from deskero_tui.domain.text.folding import FoldedText
from deskero_tui.domain.text.safe_text import SafeText, cell_width, cut, wrap
from deskero_tui.domain.text.shortening import MOST_SUBJECT_CHARS, Left, shortened, shortened_value
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.domain.time.moments import read_back, short_date
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.widgets.text_lines import Lines, TextLine, WrappedText

if TYPE_CHECKING:
    from deskero_tui.domain.records.conversation import Conversation, FileLine, Message
    from deskero_tui.domain.text.quotes import Part

INDENT_CELLS = 2
"""Of what a message says, under its head."""
MOST_TEXT_CELLS = 100
"""Lines of prose are not longer than people read well."""
FACT_CELLS = 28
"""So wide at least are the columns that facts of the head stand in."""
LEAST_GAP = "  "
"""Between facts in columns, at least."""


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

    lines: Sequence[TextLine]
    message_starts: tuple[int, ...]
    """At which line the head of each message stands, 0-based, in the order of the messages."""
    new_line: int | None = None
    """At which line it says from where on all is new; `None` when it does not."""
    is_cut: bool = False
    """Something is left out that `shows_all` shows."""


@dataclass(frozen=True, slots=True)
class KeyHints:
    """The keys that the texts name, or names in the palette where a command has no key."""

    quotes: str = "x"
    show_all: str = "E"


WORDS_OF_KIND = {
    MessageKind.REQUEST: ("REQUEST", "customer"),
    MessageKind.CUSTOMER: ("CUSTOMER", "customer"),
    MessageKind.AGENT: ("AGENT", "agent"),
    MessageKind.NOTE: ("INTERNAL NOTE", "note"),
}
"""How a message is named and which look its head has: never told apart by colour alone."""


class RenderStyle:
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


class ShortRules(RenderStyle):
    """By the beginning of a rule: the rest of it would be bytes that say nothing."""

    @override
    def divider(self, words: str, width_cells: int, look: str) -> TextLine:
        return _line(cut(SafeText(f"── {words}"), width_cells), look)


class Spoken(RenderStyle):
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


def manner_of(appearance: Appearance) -> RenderStyle:
    """The manner that goes with an appearance."""
    if appearance.is_spoken:
        return Spoken()
    return ShortRules() if appearance.is_slow else RenderStyle()


USUAL_MANNER = RenderStyle()
USUAL_HINTS = KeyHints()


def laid_out(
    conversation: Conversation,
    *,
    width_cells: int,
    now: datetime,
    zone: tzinfo,
    shows_quotes: bool,
    shows_all: bool = False,
    unfolding: str = "",
    new_since: NewSince | None = None,
    manner: RenderStyle = USUAL_MANNER,
    hints: KeyHints = USUAL_HINTS,
) -> Layout:
    """All lines of a conversation, none wider than `width_cells`; dates in the agent's `zone`.

    Quoted text is one line each unless `shows_quotes`, and long texts are cut unless `shows_all`.
    What holds the words `unfolding` is neither folded nor cut.
    """
    width = max(10, width_cells)
    local_now = now.astimezone(zone)
    told = _Told(width, local_now, manner, hints, shows_quotes, shows_all, unfolding)
    told.head(conversation)
    starts = []
    new_line = None
    for place, message in enumerate(conversation.messages):
        told.add(_plain(""))
        if new_since is not None and place == new_since.place:
            new_line = len(told.lines)
            since = short_date(new_since.moment.astimezone(zone), local_now)
            told.add(manner.divider(f"new since {since}", width, "new"), _plain(""))
        starts.append(len(told.lines))
        told.message(message, conversation.number)
    return Layout(told.lines, tuple(starts), new_line, told.is_cut)


def _head(
    conversation: Conversation,
    subject: SafeText,
    facts: Sequence[Fact],
    width: int,
    now: datetime,
    manner: RenderStyle,
) -> Iterator[TextLine]:
    for line in wrap(subject, width):
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
    yield from manner.facts(facts, width)


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


@dataclass(slots=True)
class _Told:
    """A conversation that is being laid out."""

    width: int
    now: datetime
    manner: RenderStyle
    hints: KeyHints
    shows_quotes: bool
    shows_all: bool
    unfolding: str
    lines: Lines = field(default_factory=Lines)
    is_cut: bool = False

    def add(self, *lines: TextLine) -> None:
        for line in lines:
            self.lines.append(line)

    def head(self, conversation: Conversation) -> None:
        subject = conversation.subject or SafeText("(no subject)")
        left = len(subject) - MOST_SUBJECT_CHARS
        if left > 0 and not self.shows_all:
            subject = self._announced(subject[:MOST_SUBJECT_CHARS], f"{left:,} more characters")
        facts = []
        for fact in conversation.facts:
            value, more = shortened_value(fact.value, fact.items)
            if more and not self.shows_all:
                facts.append(Fact(fact.name, self._announced(value, more)))
            else:
                facts.append(fact)
        self.add(*_head(conversation, subject, facts, self.width, self.now, self.manner))

    def message(self, message: Message, number: SafeText) -> None:
        _, look = WORDS_OF_KIND[message.kind]
        at = message.at
        when = short_date(at.astimezone(self.now.tzinfo), self.now) if at else "no date"
        self.add(self.manner.divider(self.manner.message(message, when), self.width, look))
        if message.remind_at:
            self._wrap(self._reminder(message, message.remind_at), "reminder")
        self._parts(message.parts)
        if message.lines_left:
            left = Left(message.lines_left).in_words()
            self._wrap(self._bracketed(left, f"deskero-tui ticket show {number} --raw"), "quiet")
        for link in message.links:
            self._wrap(SafeText(f"[{link.number}] {link.url}"), "link")
        for file in message.files:
            self._wrap(file_text(file), "file")

    def _parts(self, parts: Sequence[Part]) -> None:
        """Lay out the text: fold quotes, then cut, and say last how much new text is left."""
        new_left = Left()
        for shown in shortened(parts, folds_quotes=not self.shows_quotes):
            text, left, is_quote = shown.text, shown.left, shown.part.is_quote
            whole = shown.part.text
            if is_quote and not self.shows_quotes and not _holds(whole, self.unfolding):
                if not new_left:
                    self._wrap(self._folded(whole), "quiet")
                else:
                    new_left += Left(lines=1)
                continue
            if left and (self.shows_all or _holds(whole, self.unfolding)):
                text, left = whole, Left()
            if left:
                text = SafeText(text.removesuffix("\n"))
            if text:
                self._wrap(text, "quote" if is_quote else "text")
            if left and is_quote:
                self._announce(left, "quoted")
            elif left:
                new_left += left
        if new_left:
            self._announce(new_left)

    def _announce(self, left: Left, kind: str = "") -> None:
        self.is_cut = True
        self._wrap(self._bracketed(left.in_words(kind), self._way_to_all()), "quiet")

    def _announced(self, text: str, more: str) -> SafeText:
        self.is_cut = True
        return SafeText(f"{text} {self._bracketed(more, self._way_to_all())}")

    def _bracketed(self, words: str, way: str) -> SafeText:
        return SafeText(f"[{words}{self.manner.joint}{way}]")

    def _way_to_all(self) -> str:
        return f"{self.hints.show_all}: show all"

    def _reminder(self, message: Message, at: datetime) -> SafeText:
        due, moment = reminder_in_words(at, self.now)
        whom = f" for {message.remind_whom}" if message.remind_whom else ""
        return SafeText(f"{due}{whom}: {moment}")

    def _folded(self, text: SafeText) -> SafeText:
        """Return the line that replaces folded quotes."""
        count = text.strip("\n").count("\n") + 1
        key = self.hints.quotes
        if count == 1:
            return SafeText(f"[1 quoted line, {key} shows it]")
        return SafeText(f"[{count} quoted lines, {key} shows them]")

    def _wrap(self, text: SafeText, look: str) -> None:
        indent_cells = self.manner.indent_cells
        room = max(1, min(self.width, MOST_TEXT_CELLS) - indent_cells)
        self.lines.append(WrappedText(text, room, SafeText(" " * indent_cells), look))


def reminder_in_words(at: datetime, now: datetime) -> tuple[str, str]:
    """Whether a reminder is due, and when it is: "reminder", "Fri 27 Nov 2026 ... (in 5 days)".

    `now` is in the agent's zone.
    """
    due = "was due" if at <= now else "reminder"
    return due, read_back(at.astimezone(now.tzinfo), now=now)


def file_text(file: FileLine) -> SafeText:
    """An attachment in words: its number, name, kind and size."""
    kind = f", {file.media_type}" if file.media_type else ""
    return SafeText(f"@{file.number} {file.name} ({size_in_words(file.size_bytes)}{kind})")


def _holds(text: SafeText, words: str) -> bool:
    """Whether the words stand in a quoted passage, wherever its lines were broken."""
    return any(FoldedText(" ".join(text.split())).places_of(words)) if words else False


def _line(text: SafeText, look: str) -> TextLine:
    return TextLine(((text, look),))


def _plain(text: str) -> TextLine:
    return _line(SafeText(text), "text")
