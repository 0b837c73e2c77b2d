"""Every command of a place by its name, with its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from typing_extensions import override

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, fit
from deskero_tui.tui.commands.table import Command, Place
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.matching import Narrowing, closeness
from deskero_tui.tui.dialogs.sheet import Sheet, framed
from deskero_tui.tui.keys.dispatch import keymap_of, uses_of
from deskero_tui.tui.keys.keymap import Keymap

KEY_CELLS: Final = 12
ITSELF: Final = "app.palette"


class Palette(Sheet[Command | None]):
    """Type a part of a name, Enter gives the command; answers `None` when it was left.

    What fits the typed words best comes first; of what fits equally, what was given most often.
    """

    BINDINGS: ClassVar = [("escape", "leave", "Leave")]

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    @override
    def compose(self) -> ComposeResult:
        keymap = keymap_of(self.app)
        self._uses = uses_of(self.app)
        self._commands = {
            command.id: command
            for command in keymap.commands_of(self._place)
            if command.id != ITSELF
        }
        self._narrowing = Narrowing(
            [_choice(command, keymap, self._place) for command in self._commands.values()]
        )
        with framed(SafeText("Commands"), "Enter do it  Esc back"):
            yield ChoiceList(self._ranked)

    def _ranked(self, typed: str) -> Sequence[Choice]:
        return sorted(
            self._narrowing.narrowed(typed),
            key=lambda choice: (closeness(choice, typed), -self._uses[choice.id]),
        )

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self._uses[event.choice.id] += 1
        self.dismiss(self._commands[event.choice.id])

    def action_leave(self) -> None:
        self.dismiss(None)


def _choice(command: Command, keymap: Keymap, place: Place) -> Choice:
    keys = fit(SafeText(keymap.shown_keys(command, place)), KEY_CELLS)
    return Choice(command.id, SafeText(command.title), SafeText(f"{keys} {command.help}"))
