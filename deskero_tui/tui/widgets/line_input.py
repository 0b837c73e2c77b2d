"""One line to fill in. Apart from the other fields: the first picture needs no text area."""

from __future__ import annotations

from textual.widgets import Input


class LineInput(Input):
    """One line of text, without a blinking cursor."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=False)
        self.set_reactive(Input.cursor_blink, False)
