"""A question that is answered by a line of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.dialogs.sheet import Sheet, framed
from deskero_tui.tui.widgets.line_input import LineInput


class Prompt(Sheet[str | None]):
    """One line; answers `None` when it was left."""

    BINDINGS: ClassVar = [("escape", "leave", "Leave")]

    def __init__(
        self,
        title: SafeText,
        *,
        value: str = "",
        placeholder: str = "",
        check: Callable[[str], str | None] | None = None,
        known: Sequence[SafeText] = (),
    ) -> None:
        """`known` are answers that others gave: the first that goes on from what is typed is shown
        behind it, and Right takes it.

        `check` answers the sentence that is wrong with a text, or `None` when it will do. It is
        asked when Enter is pressed; its sentence is made safe here.
        """
        super().__init__()
        self._frame_title = title
        self._check = check
        self._field = LineInput(value, placeholder=placeholder)
        if known:
            self._field.suggester = SuggestFromList(known, case_sensitive=False)
        self._hint = "Enter OK  Right completes  Esc back" if known else "Enter OK  Esc back"
        self._flaw = Static("", id="flaw", markup=False)

    @override
    def compose(self) -> ComposeResult:
        with framed(self._frame_title, self._hint):
            yield self._field
            yield self._flaw

    @on(Input.Changed)
    def _changed(self) -> None:
        self._flaw.update("")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        flaw = self._check(event.value) if self._check else None
        if flaw is None:
            self.dismiss(event.value)
        else:
            self._flaw.update(Content(safe_line(flaw)))

    def action_leave(self) -> None:
        self.dismiss(None)
