"""The ticket pane: paints the lines of one conversation, scrolls, and jumps between messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override

from deskero_tui.domain.conversation import Conversation
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.text import SafeText
from deskero_tui.tui.commands import bindings_of
from deskero_tui.tui.widgets.conversation_lines import Layout, TextLine, laid_out

NO_LAYOUT = Layout((), ())


class ConversationView(ScrollView, can_focus=True):
    """One ticket, or a line that says why there is none."""

    BINDINGS: ClassVar = bindings_of("text")

    COMPONENT_CLASSES: ClassVar = {
        f"conversation-view--{look}"
        for look in (
            "subject", "number", "quiet", "text", "quote", "link", "file", "reminder",
            "customer", "agent", "note", "opened", "onhold", "solved", "closed",
        )
    }  # fmt: skip

    shows_quotes: reactive[bool] = reactive(False)
    """Quoted passages stand in full instead of one line each."""

    empty_text: reactive[str] = reactive("")
    """Shown while there is no ticket."""

    def __init__(self, *, now: Callable[[], datetime], zone: tzinfo, id: str | None = None) -> None:
        """`now` answers an aware moment; dates are shown in `zone`."""
        super().__init__(id=id)
        self._now = now
        self._zone = zone
        self._conversation: Conversation | None = None
        self._layout = NO_LAYOUT
        self._layout_width = 0

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
        self._lay_out()
        if not is_same:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    @override
    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if self._conversation is None:
            return self._strip(TextLine(((SafeText(self.empty_text if y == 1 else ""), "quiet"),)))
        if index >= len(self._layout.lines):
            return Strip.blank(width, self.rich_style)
        return self._strip(self._layout.lines[index])

    def _strip(self, line: TextLine) -> Strip:
        width = self.scrollable_content_region.width
        segments = [
            Segment(text, self.get_component_rich_style(f"conversation-view--{_known(look)}"))
            for text, look in line.pieces
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def watch_shows_quotes(self) -> None:
        self._lay_out()

    def watch_empty_text(self) -> None:
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        if self.scrollable_content_region.width != self._layout_width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._layout_width = self.scrollable_content_region.width
        if self._conversation is None or not self._layout_width:
            self._layout = NO_LAYOUT
        else:
            self._layout = laid_out(
                self._conversation,
                width_cells=self._layout_width,
                now=self._now(),
                zone=self._zone,
                shows_quotes=self.shows_quotes,
            )
        self.virtual_size = Size(0, len(self._layout.lines))
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
            self._scroll(target)

    def action_text_down(self) -> None:
        self._scroll(self.scroll_offset.y + 1)

    def action_text_up(self) -> None:
        self._scroll(self.scroll_offset.y - 1)

    def action_text_first(self) -> None:
        self._scroll(0)

    def action_text_last(self) -> None:
        self._scroll(len(self._layout.lines))

    def action_text_page_down(self) -> None:
        self._scroll(self.scroll_offset.y + max(1, self.size.height - 1))

    def action_text_page_up(self) -> None:
        self._scroll(self.scroll_offset.y - max(1, self.size.height - 1))

    def _scroll(self, line: int) -> None:
        self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)


_LOOKS = frozenset(
    name.removeprefix("conversation-view--") for name in ConversationView.COMPONENT_CLASSES
)


def _known(look: str) -> str:
    """The look, or plain text's: a desk may have statuses of its own."""
    return look if look in _LOOKS else "text"
