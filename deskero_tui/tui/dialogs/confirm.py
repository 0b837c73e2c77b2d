"""A question with two answers."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.dialogs.fact_lines import FactLines, Look, heading
from deskero_tui.tui.dialogs.sheet import Sheet, framed


class Confirm(Sheet[bool]):
    """Yes or no; leaving is no, and so is Enter unless the agent went to Yes first."""

    AUTO_FOCUS: ClassVar = "#no"
    BINDINGS: ClassVar = [
        ("y", "answer(True)", "Yes"),
        ("n,escape", "answer(False)", "No"),
        ("left", "app.focus_previous", "Other answer"),
        ("right", "app.focus_next", "Other answer"),
        ("up", "scroll_question(-1)", "A line up"),
        ("down", "scroll_question(1)", "A line down"),
    ]

    def __init__(self, question: SafeText, *, yes: str = "Yes", no: str = "No") -> None:
        """`yes` and `no` say in a word what will happen; our own text."""
        super().__init__()
        self._question = FactLines([heading(question, Look.PLAIN)])
        self._question.can_focus = False
        self._yes = yes
        self._no = no

    @override
    def compose(self) -> ComposeResult:
        with framed(SafeText("Sure?"), "y / n  Esc back"):
            yield self._question
            with Horizontal():
                yield Button(Content(f"n {self._no}"), id="no", compact=True)
                yield Button(Content(f"y {self._yes}"), id="yes", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def action_scroll_question(self, lines: int) -> None:
        """For a question that is longer than its place."""
        if lines > 0:
            self._question.action_text_down()
        else:
            self._question.action_text_up()
