"""`deskero-tui keys`: which key gives which command, and what is wrong with the config's keys."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.printing import print_json
from deskero_tui.cli.streams import say
from deskero_tui.cli.wiring import settings_of, tabs_of
from deskero_tui.domain.text.safe_text import SafeText, fit, safe_line
from deskero_tui.tui.commands.table import Command, Place
from deskero_tui.tui.keys.keymap import Keymap, resolve

KEY_CELLS = 22
ID_CELLS = 18


def run_keys(given: Namespace) -> int:
    """Lists the keys in force; 1 when there are mistakes among those of the config.

    Raises:
        BadConfig: The config cannot be read.
    """
    _, settings = settings_of(given)
    keymap, mistakes = resolve(settings.keys, tabs_of(settings).keys)
    places = [Place(given.place)] if given.place else list(Place)
    if given.json:
        keys = {place.value: dict(_keys(keymap, place)) for place in places}
        print_json({"keys": keys, "mistakes": [asdict(mistake) for mistake in mistakes]})
    else:
        _print(keymap, places)
        for mistake in mistakes:
            mark = "warning" if mistake.is_warning else "mistake"
            say(safe_line(f"{mark}: {mistake}", max_chars=300))
    is_wrong = any(not mistake.is_warning for mistake in mistakes)
    return Exit.FAILED if is_wrong else Exit.DONE


def _keys(keymap: Keymap, place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
    for command in keymap.commands_of(place):
        yield command.id, keymap.keys_of(command, place)


def _print(keymap: Keymap, places: list[Place]) -> None:
    for count, place in enumerate(places):
        if count:
            print()
        print(f"[keys.{place.value}]")
        for command in keymap.commands_of(place):
            print(_line(command, keymap.shown_keys(command, place)))


def _line(command: Command, keys: str) -> str:
    shown = fit(SafeText(keys or "-"), KEY_CELLS)
    return f"{shown}  {fit(SafeText(command.id), ID_CELLS)}  {command.help}"
