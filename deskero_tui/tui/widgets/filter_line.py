"""One line to search and filter with, above the list that follows while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.query.parser import BadQuery, read_query, spans_of
from deskero_tui.domain.query.search_history import Searches
from deskero_tui.domain.text.safe_text import SafeText, cell_width, fit, safe_line
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.filter_values import FilterValues
from deskero_tui.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from deskero_tui.domain.query.completion import Completion

EXAMPLE: Final = 'late parcel  status:onhold  from:"Tom Arden"  age>2d'
HINT: Final = SafeText("Enter keep · Esc back · Tab complete · Up earlier ones")
NOWHERE: Final = SafeText("")
LABEL_CELLS: Final = 28
MOST_CHARS: Final = 1_000
LOW_LINES: Final = 16
"""On a screen lower than this only `FEW` completions are shown, so that some of the list is."""
FEW: Final = 3


class FilterField(LineInput):
    """The text; its last part goes as a whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("tab", "filter('complete')", "Complete"),
        ("down", "filter('down')", "Next"),
        ("up", "filter('up')", "Earlier"),
        ("escape", "filter('leave')", "Leave"),
    ]

    @dataclass
    class Asked(Message):
        """A key asks for something that the line around the field does."""

        what: str

    def action_filter(self, what: str) -> None:
        self.post_message(self.Asked(what))

    @override
    def action_delete_left(self) -> None:
        """Behind a finished part the whole of it goes."""
        if self._is_at_end and self.value.endswith(" "):
            self._delete_part()
        else:
            super().action_delete_left()

    @override
    def action_delete_left_word(self) -> None:
        if self._is_at_end:
            self._delete_part()
        else:
            super().action_delete_left_word()

    @property
    def _is_at_end(self) -> bool:
        return self.selection.is_empty and self.cursor_position == len(self.value)

    def _delete_part(self) -> None:
        spans = spans_of(self.value)
        self.delete(spans[-1][0] if spans else 0, len(self.value))


class CompletionLines(Widget):
    """The ways to go on, one below the other."""

    COMPONENT_CLASSES: ClassVar = {
        "completion-lines--label",
        "completion-lines--hint",
        "completion-lines--cursor",
    }

    choices: reactive[tuple[Completion, ...]] = reactive((), layout=True)
    highlighted: reactive[int] = reactive(-1)
    """Which of them has the cursor, 0-based; -1: none."""

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.choices)

    @override
    def render_line(self, y: int) -> Strip:
        if y >= len(self.choices):
            return Strip.blank(self.size.width, self.rich_style)
        choice, is_cursor = self.choices[y], y == self.highlighted
        label = self.get_component_rich_style(
            "completion-lines--cursor" if is_cursor else "completion-lines--label"
        )
        hint = label if is_cursor else self.get_component_rich_style("completion-lines--hint")
        room = min(LABEL_CELLS, max(0, self.size.width - 2))
        strip = Strip(
            [
                Segment((">" if is_cursor else " ") + " ", label),
                Segment(fit(choice.label, room), label),
                Segment(f" {choice.hint}", hint),
            ]
        )
        return strip.adjust_cell_length(self.size.width, label)


class FilterLine(Vertical):
    """Closed until it is opened with the words that hold; then it tells what is typed.

    A mistake is shown with its place, and nothing is told until it is gone.
    """

    @dataclass
    class Narrowed(Message):
        """A text that can be read has been typed, and the keys have rested."""

        words: str

    @dataclass
    class Closed(Message):
        """The line is gone, and these words hold: the new ones, or those of before."""

        words: str

    def __init__(
        self, desk: Desk, searches: Searches, *, now: Callable[[], datetime], id: str | None = None
    ) -> None:
        """`searches` are those of before; what is kept is added. `now` is in the agent's zone."""
        super().__init__(id=id)
        self._desk = desk
        self._searches = searches
        self._now = now
        self._values = FilterValues(desk)
        self._words_before = ""
        self._field = FilterField(placeholder=EXAMPLE)
        self._field.max_length = MOST_CHARS
        self._place = Static("", id="filter-place", markup=False)
        self._said = Static("", id="filter-said", markup=False)
        self._shown = (NOWHERE, NOWHERE)
        """What is said, and below which place."""
        self._completions = CompletionLines()

    @override
    def compose(self) -> ComposeResult:
        yield self._field
        yield self._place
        yield self._said
        yield self._completions

    @property
    def is_open(self) -> bool:
        """Whether the agent writes in it."""
        return self.has_class("-open")

    def open(self, words: str) -> None:
        """Shows the line with `words` and takes the keyboard."""
        self._words_before = words
        self._values = FilterValues(self._desk)
        self._searches.begin()
        with self._field.prevent(Input.Changed):
            self._write(words)
        self._show(HINT)
        self._offer(())
        self.add_class("-open")
        self._field.focus()

    # -- typing --------------------------------------------------------------------------------

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._follow(event.value)

    @work(group="filter-follow", exclusive=True, exit_on_error=False)
    async def _follow(self, typed: str) -> None:
        """What the line does once the keys rest; the next key takes it back."""
        from deskero_tui.domain.query.completion import begun_in, completions_of

        await asyncio.sleep(0)
        if not self.is_open:
            return
        if self._is_right(typed):
            self.post_message(self.Narrowed(typed.strip()))
        begun = begun_in(typed)
        if begun is None:
            self._offer(())
            return
        try:
            self._offer(completions_of(begun, await self._values.of(begun)))
        except DeskeroError as error:
            self._show(safe_line(error.user_message))

    def _is_right(self, typed: str) -> bool:
        """Whether the text can be read; says what is wrong and where when it cannot."""
        try:
            read_query(typed, now=self._now(), marks=frozenset())
        except BadQuery as error:
            before = cell_width(safe_line(typed[: error.start]))
            marked = max(1, cell_width(safe_line(typed[error.start : error.end])))
            is_in_sight = before + marked < self._field.content_size.width
            place = " " * before + "^" * marked if is_in_sight else ""
            self._show(safe_line(str(error)), place=SafeText(place))
            return False
        self._show(HINT)
        return True

    def _show(self, said: SafeText, *, place: SafeText = NOWHERE) -> None:
        if (said, place) == self._shown:
            return  # Textual would lay out the screen anew
        self._shown = (said, place)
        self.set_class(said != HINT, "-wrong")
        self._place.update(Content(place))
        self._place.display = bool(place)
        self._said.update(Content(said))

    def _offer(self, choices: Sequence[Completion]) -> None:
        self._completions.highlighted = -1
        is_low = self.screen.size.height < LOW_LINES
        self._completions.choices = tuple(choices[:FEW] if is_low else choices)

    def _write(self, text: str) -> None:
        self._field.value = text
        self._field.cursor_position = len(text)

    # -- keys ----------------------------------------------------------------------------------

    @on(FilterField.Asked)
    def _asked(self, event: FilterField.Asked) -> None:
        event.stop()
        match event.what:
            case "complete":
                self._complete(max(0, self._completions.highlighted))
            case "down":
                self._go_down()
            case "up":
                self._go_up()
            case _:
                self._close(self._words_before)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._completions.highlighted >= 0:
            self._complete(self._completions.highlighted)
        elif self._is_right(event.value):
            words = event.value.strip()
            self._searches.add(words)
            self._close(words)

    def _complete(self, place: int) -> None:
        if place < len(self._completions.choices):
            self._write(self._completions.choices[place].text)

    def _go_down(self) -> None:
        lines = self._completions
        if self._searches.is_back:
            self._write(self._searches.later())
        elif lines.choices:
            lines.highlighted = min(lines.highlighted + 1, len(lines.choices) - 1)

    def _go_up(self) -> None:
        if self._completions.highlighted >= 0:
            self._completions.highlighted -= 1
        elif (earlier := self._searches.earlier(self._field.value)) is not None:
            self._write(earlier)

    def _close(self, words: str) -> None:
        self.remove_class("-open")
        self._field.blur()
        self.post_message(self.Closed(words))
