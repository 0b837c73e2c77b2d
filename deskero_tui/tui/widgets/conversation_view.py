"""The ticket pane: paints the lines of one conversation, scrolls, and jumps between messages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from typing_extensions import override

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands.table import Place, bindings_of
from deskero_tui.tui.keys.dispatch import key_hint_in, keymap_of
from deskero_tui.tui.widgets.conversation_lines import (
    USUAL_MANNER,
    KeyHints,
    Layout,
    NewSince,
    RenderStyle,
    laid_out,
    reminder_in_words,
)
from deskero_tui.tui.widgets.pane import Pane
from deskero_tui.tui.widgets.text_lines import TextLine

if TYPE_CHECKING:
    from deskero_tui.domain.records.conversation import Conversation
    from deskero_tui.tui.widgets.finding import Hit

NO_LAYOUT = Layout((), ())
LINES_ABOVE_A_HIT: Final = 3
"""Of what stands before a found word, when the pane has to be scrolled to it."""


class ConversationView(Pane):
    """One ticket, or a line that says why there is none."""

    BINDINGS: ClassVar = bindings_of("text")

    COMPONENT_CLASSES: ClassVar = {
        f"conversation-view--{look}"
        for look in (
            "subject", "number", "quiet", "text", "quote", "link", "file", "reminder",
            "customer", "agent", "note", "opened", "onhold", "solved", "closed",
            "new", "found", "found-here",
        )
    }  # fmt: skip

    shows_quotes: reactive[bool] = reactive(False)
    """Quoted passages stand in full instead of one line each."""

    shows_all: reactive[bool] = reactive(False)
    """Long texts of this ticket are shown whole; another ticket begins with them cut."""

    empty_text: reactive[str] = reactive("")
    """Shown while there is no ticket."""

    @dataclass
    class FindRequested(Message):
        """The agent wants to find words in the ticket."""

        conversation_view: ConversationView

        @property
        @override
        def control(self) -> ConversationView:
            return self.conversation_view

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        manner: RenderStyle = USUAL_MANNER,
        id: str | None = None,
    ) -> None:
        """`now` answers an aware moment; dates are shown in `zone`."""
        super().__init__(id=id)
        self._manner = manner
        self._now = now
        self._zone = zone
        self._conversation: Conversation | None = None
        self._layout = NO_LAYOUT
        self._layout_width = 0
        self._laid_out_at = now()
        self._words = ""
        """What was looked for last; quoted passages that hold it stand open."""
        self._is_finding = False
        self._hits: tuple[Hit, ...] = ()
        self._hit_index = 0
        self._found_from = 0
        self._new_since: NewSince | None = None
        self._is_new_wanted = False
        """The pane goes to what is new as soon as it is laid out."""

    @property
    def conversation(self) -> Conversation | None:
        """The ticket that is shown."""
        return self._conversation

    @property
    def ticket_id(self) -> TicketId | None:
        """The id of the ticket that is shown."""
        return self._conversation.ticket_id if self._conversation else None

    def show(self, conversation: Conversation | None) -> None:
        """Shows a ticket from its top; the same ticket again where it was scrolled to."""
        is_same = conversation is not None and conversation.ticket_id == self.ticket_id
        self._conversation = conversation
        if not is_same:
            self._words = ""
            self.set_reactive(ConversationView.shows_all, False)
            self._new_since, self._is_new_wanted = None, False
        self._lay_out()
        if not is_same:
            self.show_from(0)

    def mark_new(self, since: datetime, *, besides: AgentId | None) -> None:
        """Draws a line before the first message later than `since`, and goes there.

        What the agent `besides` wrote is not new. When nothing is, there is no line and the pane
        stays where it is.
        """
        assert self._conversation is not None
        place = self._conversation.first_after(since, besides=besides)
        self._new_since = None if place is None else NewSince(place, since)
        self._is_new_wanted = self._new_since is not None
        self._lay_out()

    @override
    def line(self, y: int, width_cells: int) -> Sequence[Segment]:
        index = y + self.scroll_offset.y
        if self._conversation is None:
            return self._styled(TextLine(((self._said(y), "quiet"),)))
        if index >= len(self._layout.lines):
            return ()
        return self._styled(self._layout.lines[index], self._marks_on(index))

    def _said(self, y: int) -> SafeText:
        return SafeText(self.empty_text if y == 1 else "")

    def _styled(
        self, line: TextLine, marks: Sequence[tuple[int, int, str]] = ()
    ) -> Sequence[Segment]:
        """One line; `marks` are stretches of its text, in order, each with a look on top."""
        segments = [
            Segment(text, self.get_component_rich_style(f"conversation-view--{_known(look)}"))
            for text, look in line.pieces
        ]
        for first, end, look in marks:
            style = self.get_component_rich_style(f"conversation-view--{look}")
            segments = list(_marked(segments, first, end, style))
        return segments

    def _marks_on(self, index: int) -> list[tuple[int, int, str]]:
        if not self._is_finding:
            return []
        return [
            (span.first, span.end, "found-here" if place == self._hit_index else "found")
            for place, hit in enumerate(self._hits)
            for span in hit
            if span.line == index
        ]

    def watch_shows_quotes(self) -> None:
        if not self._is_finding:
            self._words = ""
        self._lay_out()

    def watch_shows_all(self) -> None:
        """Lay the ticket out again; the message on top stays there."""
        top = self.scroll_offset.y
        place = bisect_right(self._layout.message_starts, top) - 1
        start = self._layout.message_starts[place] if place >= 0 else 0
        self._lay_out()
        if place >= 0:
            self.show_from(self._layout.message_starts[place] + top - start)

    @property
    def is_cut(self) -> bool:
        """Something of the ticket is left out that `shows_all` shows."""
        return self._layout.is_cut

    def watch_empty_text(self) -> None:
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        if self.text_cells != self._layout_width:
            self._lay_out()

    def follow_clock(self) -> None:
        """Lay the ticket out again where a date or a reminder reads differently by now."""
        if self._conversation is None:
            return
        before, now = self._laid_out_at.astimezone(self._zone), self._now().astimezone(self._zone)
        reminders = (message.remind_at for message in self._conversation.messages)
        if before.date() != now.date() or any(
            reminder_in_words(at, before) != reminder_in_words(at, now)
            for at in reminders
            if at is not None
        ):
            self._lay_out()

    def _lay_out(self) -> None:
        self._layout_width = self.text_cells
        self._laid_out_at = self._now()
        if self._conversation is None or not self._layout_width:
            self._layout = NO_LAYOUT
        else:
            self._layout = laid_out(
                self._conversation,
                width_cells=self._layout_width,
                now=self._now(),
                zone=self._zone,
                shows_quotes=self.shows_quotes,
                shows_all=self.shows_all,
                unfolding=self._words,
                new_since=self._new_since,
                manner=self._manner,
                hints=self._hints(),
            )
        if self._is_finding:
            self._look_up()
        self.show_lines(len(self._layout.lines))
        if self._is_new_wanted and self._layout.new_line is not None:
            self._is_new_wanted = False
            self.show_from(self._layout.new_line)

    def _hints(self) -> KeyHints:
        keymap = keymap_of(self.app)
        return KeyHints(
            quotes=key_hint_in(keymap, "ticket.quotes", Place.TICKET),
            show_all=key_hint_in(keymap, "ticket.show-all", Place.TICKET),
        )

    # -- finding -------------------------------------------------------------------------------

    @property
    def last_words(self) -> str:
        """What was looked for last in this ticket."""
        return self._words

    @property
    def hit_place(self) -> tuple[int, int]:
        """Which hit is shown, 1-based, and of how many; zeros when there is none."""
        return (self._hit_index + 1 if self._hits else 0, len(self._hits))

    def begin_find(self) -> None:
        """From here on words are looked for, from what is on top of the pane."""
        self._is_finding = True
        self._found_from = self.scroll_offset.y
        self._hits = ()

    def find(self, words: str) -> None:
        """Marks every place where `words` stand and shows the first from where it was begun.

        Quoted text that holds them is unfolded. Without a hit the pane is where it was begun.
        """
        self._words = " ".join(words.split())
        self._lay_out()
        lines = [hit[0].line for hit in self._hits]
        self._hit_index = next(
            (place for place, line in enumerate(lines) if line >= self._found_from), 0
        )
        if lines:
            self._show_hit()
        else:
            self.show_from(self._found_from)

    def step_hit(self, step: int) -> None:
        """Shows the next (`step` 1) or the previous (-1) hit, around the ends."""
        if self._hits:
            self._hit_index = (self._hit_index + step) % len(self._hits)
            self._show_hit()

    def end_find(self) -> None:
        """Takes the marks away; the pane stays where it is, and what was unfolded open."""
        self._is_finding = False
        self._hits = ()
        self.refresh()

    def action_text_find(self) -> None:
        self.post_message(self.FindRequested(self))

    def _look_up(self) -> None:
        from deskero_tui.tui.widgets.finding import Finder

        self._hits = Finder(self._layout.lines).hits(self._words)
        self._hit_index = min(self._hit_index, max(0, len(self._hits) - 1))

    def _show_hit(self) -> None:
        top, line = self.scroll_offset.y, self._hits[self._hit_index][0].line
        if not top <= line < top + self.size.height:
            self.show_from(line - LINES_ABOVE_A_HIT)
        self.refresh()

    # -- moving --------------------------------------------------------------------------------

    def go_to_message(self, step: int) -> None:
        """Scrolls to the next (`step` 1) or previous (-1) message from the top line on."""
        top = self.scroll_offset.y
        starts = self._layout.message_starts
        if step > 0:
            target = next((start for start in starts if start > top), None)
        else:
            target = next((start for start in reversed(starts) if start < top), 0)
        if target is not None:
            self.show_from(target)

    def action_text_down(self) -> None:
        self.show_from(self.scroll_offset.y + 1)

    def action_text_up(self) -> None:
        self.show_from(self.scroll_offset.y - 1)

    def action_text_first(self) -> None:
        self.show_from(0)

    def action_text_last(self) -> None:
        self.show_from(len(self._layout.lines))

    def action_text_page_down(self) -> None:
        self.show_from(self.scroll_offset.y + max(1, self.size.height - 1))

    def action_text_page_up(self) -> None:
        self.show_from(self.scroll_offset.y - max(1, self.size.height - 1))


_LOOKS = frozenset(
    name.removeprefix("conversation-view--") for name in ConversationView.COMPONENT_CLASSES
)


def _known(look: str) -> str:
    """The look, or plain text's: a desk may have statuses of its own."""
    return look if look in _LOOKS else "text"


def _marked(segments: Sequence[Segment], first: int, end: int, style: Style) -> Iterator[Segment]:
    """The same text, with `style` on top of what stands from `first` to before `end`."""
    at = 0
    for text, own, _ in segments:
        begins, ends = (min(max(place - at, 0), len(text)) for place in (first, end))
        yield Segment(text[:begins], own)
        yield Segment(text[begins:ends], style if own is None else own + style)
        yield Segment(text[ends:], own)
        at += len(text)
