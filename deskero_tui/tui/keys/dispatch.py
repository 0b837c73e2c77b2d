"""How an agent gives commands: by the keys of the keymap in force, and by name in the palette.

Textual binds the keys of the table of commands. A pressed key is looked up in the keymap for the
place where the agent is, and handed over as the key of the table for the same command, so that the
table stays the one truth about who hears what.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import App, ReturnType
from textual.keys import key_to_character
from typing_extensions import override

from deskero_tui.tui.commands.table import LEAVE_KEYS, Place, command_named, shown_key
from deskero_tui.tui.keys.keymap import TABLE_KEYMAP, Keymap
from deskero_tui.tui.keys.layouts import LATIN
from deskero_tui.tui.keys.names import arrived_key, textual_key
from deskero_tui.tui.keys.queue import KeysInOrder


@runtime_checkable
class Placed(Protocol):
    """A screen whose keys are those of a place of the table."""

    @property
    def place(self) -> Place: ...


class Commanding(KeysInOrder[ReturnType]):
    """An app with a keymap, and a memory of what its palette was used for."""

    def __init__(
        self, *, keymap: Keymap = TABLE_KEYMAP, uses: Counter[str] | None = None, **given: object
    ) -> None:
        """`uses` counts by command id what the palette gives; it belongs to whoever keeps it."""
        super().__init__(**given)
        self.keymap = keymap
        self.uses: Counter[str] = Counter() if uses is None else uses

    @property
    @abstractmethod
    def place(self) -> Place | None:
        """Where the agent is; `None` where a sheet with keys of its own lies on top."""

    @abstractmethod
    def key_is_free(self, key: str) -> None:
        """A key was pressed that the keymap has taken from its command and given to no other."""

    def key_hint(self, command_id: str) -> str:
        """Return how a command of the main screen is given in the list, for a sentence."""
        return key_hint_in(self.keymap, command_id, Place.LIST)

    def _leaves_a_dialog(self, key: str) -> bool:
        """Tell whether `key` goes one step back where no keymap applies, such as in a dialog."""
        is_in_text = self.focused is not None and self.focused.check_consume_key("c", "c")
        return key in LEAVE_KEYS and not (key == "ctrl+c" and is_in_text)

    @override
    def meant(self, event: events.Key) -> events.Key | None:
        if self.is_typed(event):
            return event
        place = self.place
        key = arrived_key(event.key, event.character)
        if key in LATIN and (place is None or self.keymap.command_at(place, key) is None):
            key = LATIN[key]
            event = _pressed(key)
        if place is None:
            return _pressed("escape") if self._leaves_a_dialog(key) else event
        command = self.keymap.command_at(place, key)
        if command is not None:
            return _pressed(command.heard_as)
        if TABLE_KEYMAP.command_at(place, key) is None:
            return event
        # Textual would run the command that the table has on it.
        self.key_is_free(key)
        return None


def _pressed(key: str) -> events.Key:
    """The event of a key, as it would come from a keyboard."""
    return events.Key(textual_key(key), key if len(key) == 1 else key_to_character(key))


def key_hint_in(keymap: Keymap, command_id: str, place: Place) -> str:
    """Return how a command is given in a place: its first key, or its name where it has none."""
    command = command_named(command_id)
    keys = keymap.keys_of(command, place)
    return shown_key(keys[0]) if keys else f"“{command.title}”"


def keymap_of(app: App[Any]) -> Keymap:
    """The keys in force in an app."""
    return app.keymap if isinstance(app, Commanding) else TABLE_KEYMAP


def uses_of(app: App[Any]) -> Counter[str]:
    """What the palette of an app was used for, to be counted on."""
    return app.uses if isinstance(app, Commanding) else Counter()
