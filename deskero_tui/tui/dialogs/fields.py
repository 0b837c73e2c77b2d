"""Fields to fill in: many lines, and one whose value is picked from a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.dom import DOMNode
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static, TextArea
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, fit


class TextField(TextArea):
    """Many lines of text, softly wrapped; Tab goes on to the next field."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        """The cursor begins at the end, or on the first line when that was left free to write."""
        super().__init__(
            text,
            id=id,
            soft_wrap=True,
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
        )
        self.set_reactive(TextArea.cursor_blink, False)
        if not text.startswith("\n"):
            self.move_cursor(self.document.end)

    @override
    def watch(
        self,
        obj: DOMNode,
        attribute_name: str,
        callback: Callable[..., Any],
        init: bool = True,
    ) -> None:
        """Watch an attribute, but not the theme of the app.

        The app keeps every field that watches its theme until the theme changes. Nobody can change
        it while a text is being written.
        """
        if attribute_name != "theme":
            super().watch(obj, attribute_name, callback, init)

    @override
    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Not of a colon: two of them open a list, and the next key may be meant for that."""
        return character != ":" and super().check_consume_key(key, character)


class PickField(Widget, can_focus=True):
    """A value that is picked elsewhere: Enter or Space asks for that."""

    BINDINGS: ClassVar[list[BindingType]] = [("enter,space", "open", "Choose")]
    COMPONENT_CLASSES: ClassVar = {"pick-field--value", "pick-field--focused"}

    value: reactive[SafeText] = reactive(SafeText(""))
    """What is picked, in words."""

    @dataclass
    class Opened(Message):
        """The agent wants to pick."""

        pick_field: PickField

        @property
        @override
        def control(self) -> PickField:
            return self.pick_field

    def __init__(self, value: SafeText, *, id: str) -> None:
        super().__init__(id=id)
        self.set_reactive(PickField.value, value)

    @override
    def render_line(self, y: int) -> Strip:
        look = "focused" if self.has_focus else "value"
        style = self.get_component_rich_style(f"pick-field--{look}")
        sign = ">" if self.has_focus else " "
        return Strip([Segment(fit(SafeText(f"{sign}{self.value}"), self.size.width), style)])

    def action_open(self) -> None:
        self.post_message(self.Opened(self))


class Row(Horizontal):
    """A field with its name before it."""

    def __init__(self, name: str, field: Widget, *, id: str | None = None) -> None:
        """`name` is our own text."""
        super().__init__(id=id)
        self._row_name = name
        self._field = field

    @override
    def compose(self) -> ComposeResult:
        yield Static(self._row_name, classes="row--name", markup=False)
        yield self._field
