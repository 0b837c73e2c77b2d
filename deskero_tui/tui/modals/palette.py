"""Every command of a place by its name."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from typing_extensions import override

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.text import SafeText, fit
from deskero_tui.tui.commands import Command, Place, commands_of
from deskero_tui.tui.modals.choice_list import ChoiceList
from deskero_tui.tui.modals.matching import Narrowing
from deskero_tui.tui.modals.sheet import Sheet, framed

KEY_CELLS: Final = 12
ITSELF: Final = "app.palette"


class Palette(Sheet[Command | None]):
    """Type a part of a name, Enter gives the command; answers `None` when it was left."""

    BINDINGS: ClassVar = [("escape", "leave", "Leave")]

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._commands = {
            command.id: command for command in commands_of(place) if command.id != ITSELF
        }
        choices = [_choice(command) for command in self._commands.values()]
        self._list = ChoiceList(Narrowing(choices).narrowed)

    @override
    def compose(self) -> ComposeResult:
        with framed(SafeText("Commands"), "Enter do it  Esc back"):
            yield self._list

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self.dismiss(self._commands[event.choice.id])

    def action_leave(self) -> None:
        self.dismiss(None)


def _choice(command: Command) -> Choice:
    keys = fit(SafeText(command.shown_keys), KEY_CELLS)
    return Choice(command.id, SafeText(command.title), SafeText(f"{keys} {command.help}"))
