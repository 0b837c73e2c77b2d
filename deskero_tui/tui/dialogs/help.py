"""The keys of a place, as the keymap in force has them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import ClassVar, Final

from textual.app import ComposeResult
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands.table import Command, Place
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines, heading
from deskero_tui.tui.dialogs.sheet import Sheet, framed
from deskero_tui.tui.keys.dispatch import keymap_of
from deskero_tui.tui.keys.keymap import Keymap

HEADINGS: Final = {
    "list": "The list",
    "text": "Reading",
    "ticket": "The ticket",
    "message": "Messages",
    "app": "The console",
    "pane": "Panes",
    "view": "Views",
    "compose": "Writing",
    "review": "Before sending",
}
"""By the family of a command (its id up to the dot), in the order of the help."""
NO_HEADING: Final = "More"
BY_NAME: Final = "by name"
"""Stands for the keys of a command that has none: the palette gives it."""


class Help(Sheet[None]):
    """Every key of `place`, by what it is about."""

    BINDINGS: ClassVar = [("escape,q,question_mark", "leave", "Leave")]

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    @override
    def compose(self) -> ComposeResult:
        with framed(SafeText("Keys"), "j k scroll  Esc back"):
            yield FactLines(tuple(_facts(self._place, keymap_of(self.app))))

    def action_leave(self) -> None:
        self.dismiss(None)


def _facts(place: Place, keymap: Keymap) -> Iterator[Fact]:
    order = list(HEADINGS)
    commands = sorted(keymap.commands_of(place), key=lambda command: _rank(_family(command), order))
    for count, (family, members) in enumerate(groupby(commands, key=_family)):
        if count:
            yield Fact(SafeText(""), SafeText(""))
        yield heading(SafeText(HEADINGS.get(family, NO_HEADING)))
        for command in members:
            keys = keymap.shown_keys(command, place) or BY_NAME
            yield Fact(SafeText(keys), SafeText(command.help))


def _family(command: Command) -> str:
    return command.id.partition(".")[0]


def _rank(family: str, order: list[str]) -> int:
    return order.index(family) if family in order else len(order)
