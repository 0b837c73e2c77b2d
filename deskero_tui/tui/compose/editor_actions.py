"""The part of all writing that goes to the agent's own editor."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Generic, Protocol, runtime_checkable

from textual import work
from textual.screen import ScreenResultType

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.tui.dialogs.fact_lines import Look
from deskero_tui.tui.dialogs.fields import TextField
from deskero_tui.tui.dialogs.sheet import Sheet


@runtime_checkable
class EditorHost(Protocol):
    """An app that can lend its terminal to an editor."""

    async def edit_elsewhere(self, text: str, *, take: Callable[[str], None]) -> str:
        """See `Editing.edit_elsewhere`."""


class EditorActions(Sheet[ScreenResultType], Generic[ScreenResultType]):
    """A screen whose longest field can be written in an editor."""

    @property
    @abstractmethod
    def text_field(self) -> TextField:
        """What the editor gets."""

    @abstractmethod
    def take_fields(self) -> None:
        """Puts what stands in the fields into the draft."""

    @abstractmethod
    def say(self, text: str, look: Look = Look.WRONG) -> None:
        """Says something where the agent writes."""

    @work(group="compose-editor", exclusive=True, exit_on_error=False)
    async def action_compose_editor(self) -> None:
        """What comes back replaces the text; the field's own undo brings the old one back."""
        app = self.app
        if not isinstance(app, EditorHost):
            self.say("There is no terminal to lend to an editor.")
            return
        try:
            said = await app.edit_elsewhere(self.text_field.text, take=self._take_text)
        except DeskeroError as error:
            self.say(error.user_message)
        else:
            self.say(said, Look.PLAIN)

    def _take_text(self, text: str) -> None:
        field = self.text_field
        field.replace(text, field.document.start, field.document.end)
        field.move_cursor(field.document.end)
        self.take_fields()
