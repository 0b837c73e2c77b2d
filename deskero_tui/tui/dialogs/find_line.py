"""One line over the footer that finds words in what is read, while it is typed."""

from __future__ import annotations

from typing import ClassVar, Final, Protocol

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static
from typing_extensions import override

from deskero_tui.tui.dialogs.sheet import Sheet
from deskero_tui.tui.widgets.line_input import LineInput

MOST_WORDS_CHARS: Final = 200


class Findable(Protocol):
    """Something in which words can be found and shown."""

    @property
    def last_words(self) -> str: ...

    @property
    def hit_place(self) -> tuple[int, int]: ...

    def begin_find(self) -> None: ...

    def find(self, words: str) -> None: ...

    def step_hit(self, step: int) -> None: ...

    def end_find(self) -> None: ...


class FindLine(Sheet[None]):
    """What is found is marked at each letter; Enter and Down go on, Up goes back, Esc ends.

    The ticket stays where the last hit is. Enter with nothing typed looks for the last words again.
    """

    BINDINGS: ClassVar = [
        ("escape", "leave", "Leave"),
        ("down,ctrl+n", "step(1)", "Next"),
        ("up,ctrl+p", "step(-1)", "Previous"),
    ]

    def __init__(self, shown: Findable) -> None:
        super().__init__()
        self._shown = shown
        self._found = ""
        """The words that the marks are for: keys may come before the field's own message."""
        self._field = LineInput()
        self._field.max_length = MOST_WORDS_CHARS
        self._count = Static("", id="count", markup=False)

    @override
    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("Find", id="name", markup=False)
            yield self._field
            yield self._count
            yield Static("Enter next  Up before  Esc ends", id="keys", markup=False)

    def on_mount(self) -> None:
        self._shown.begin_find()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._catch_up()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        if self._field.value.strip():
            self.action_step(1)
        elif self._shown.last_words:
            self._field.value = self._shown.last_words
            self._field.cursor_position = len(self._field.value)

    def action_step(self, step: int) -> None:
        self._catch_up()
        self._shown.step_hit(step)
        self._tell()

    def action_leave(self) -> None:
        self._catch_up()
        self._shown.end_find()
        self.dismiss(None)

    def _catch_up(self) -> None:
        """Finds what the field says by now."""
        words = self._field.value
        if words != self._found:
            self._found = words
            self._shown.find(words)
            self._tell()

    def _tell(self) -> None:
        place, count = self._shown.hit_place
        said = f"{place} of {count}" if count else "not found" if self._found.strip() else ""
        self._count.update(Content(said))
