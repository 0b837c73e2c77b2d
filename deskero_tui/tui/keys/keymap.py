"""Which key gives which command in each place: the table, a preset and the agent's own keys.

The agent's keys go before the preset's, and those before the table's. A key that is wanted twice
goes to the first; in a place it gives one command only. Pure: mistakes are values, never raised.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.own_views import TabKey
from deskero_tui.tui.commands.table import COMMANDS, Command, Place, shown_key, view_command
from deskero_tui.tui.keys.names import BadKey, doubt_about, read_key, writes_text
from deskero_tui.tui.keys.presets import DEFAULT_PRESET, PRESETS, Preset

NEVER_WITHOUT_KEY: Final = frozenset({
    "app.palette", "app.leave", "app.back", "compose.review", "compose.leave", "review.send",
    "review.leave",
})  # fmt: skip
"""Without these there would be no way out, or none to the commands without a key."""
_SECTION: Final = "keys"
_PLACES: Final[Mapping[str, Place]] = {place.value: place for place in Place}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys in force."""

    _keys: Mapping[Place, Mapping[Command, tuple[str, ...]]]
    """Every command of a place, in the order of the table, perhaps without a key."""
    _commands: Mapping[Place, Mapping[str, Command]]
    """By place and key."""

    def commands_of(self, place: Place) -> Iterator[Command]:
        """The commands that can be given at `place`: those of the table, then own views' keys."""
        return iter(self._keys[place])

    def keys_of(self, command: Command, place: Place) -> tuple[str, ...]:
        """The keys of a command, the one to show first; empty where it has none."""
        return self._keys[place].get(command, ())

    def shown_keys(self, command: Command, place: Place) -> str:
        """Its keys as people read them: `j Down`."""
        return " ".join(map(shown_key, self.keys_of(command, place)))

    def command_at(self, place: Place, key: str) -> Command | None:
        """What a key means in a place; `None` when it means nothing there."""
        return self._commands[place].get(key)


@dataclass(frozen=True, slots=True)
class _Wish:
    """Keys that the config gives a command, in one place or wherever it can be given."""

    command: Command
    place: Place | None
    keys: tuple[str, ...]
    where: str


@dataclass(slots=True)
class _Claims:
    """One place while its keys are handed out."""

    place: Place
    commands: dict[str, Command] = field(default_factory=dict)
    """By id, in the order of the table."""
    owner: dict[str, Command] = field(default_factory=dict)
    """By key."""
    mistakes: list[Mistake] = field(default_factory=list)
    """Without the place: most are the same in several."""

    def keys_of(self, command: Command) -> tuple[str, ...]:
        return tuple(key for key, owner in self.owner.items() if owner is command)


def resolve(
    tables: Mapping[str, object], tab_keys: Sequence[TabKey] = ()
) -> tuple[Keymap, tuple[Mistake, ...]]:
    """The keys in force for `[keys]` as the config has it, and what is wrong there.

    `tab_keys` are what the agent's own views ask for. Whatever the mistakes are, every place can be
    left, and the palette can be opened.
    """
    mistakes: list[Mistake] = []
    preset = _preset(tables.get("preset", DEFAULT_PRESET), mistakes)
    wishes = [
        *_tab_wishes(tab_keys, mistakes),
        *_wishes({name: said for name, said in tables.items() if name != "preset"}, mistakes),
    ]
    every = {place: _claimed(place, preset, wishes) for place in Place}
    keymap = Keymap(
        {place: {one: c.keys_of(one) for one in c.commands.values()} for place, c in every.items()},
        {place: claims.owner for place, claims in every.items()},
    )
    return keymap, (*mistakes, *_told(every))


# -- reading the config ----------------------------------------------------------------------------


def _preset(name: object, mistakes: list[Mistake]) -> Preset:
    if isinstance(name, str) and name in PRESETS:
        return PRESETS[name]
    known = ", ".join(PRESETS)
    says = f"there is no preset {name!r}; known are {known}. {DEFAULT_PRESET} is used."
    mistakes.append(Mistake(f"[{_SECTION}] preset", says))
    return PRESETS[DEFAULT_PRESET]


def _tab_wishes(tab_keys: Sequence[TabKey], mistakes: list[Mistake]) -> Iterator[_Wish]:
    for tab in tab_keys:
        command, where = view_command(tab.number), f'[[views]] "{tab.view_id}" key'
        if keys := tuple(_read_keys([tab.said], command, where, mistakes)):
            yield _Wish(command, None, keys, where)


def _wishes(tables: Mapping[str, object], mistakes: list[Mistake]) -> Iterator[_Wish]:
    """What `[keys]` asks for, what it asks for in one place only first."""
    known = {command.id: command for command in COMMANDS}
    read = []
    for path, said in _entries(tables):
        place = _PLACES.get(path[0]) if len(path) > 2 else None
        id = ".".join(path[1:] if place else path)
        section = f"[{_SECTION}.{place.value}]" if place else f"[{_SECTION}]"
        where = f'{section} "{id}"'
        command = known.get(id)
        if command is None:
            mistakes.append(Mistake(where, _no_command(id, known)))
        elif place is not None and place not in command.places:
            places = ", ".join(each.value for each in Place if each in command.places)
            says = f"this command cannot be given in {place.value}, only in: {places}."
            mistakes.append(Mistake(where, says))
        elif (names := _names(said)) is None:
            mistakes.append(Mistake(where, "keys are a text, or a list of texts."))
        else:
            keys = tuple(_read_keys(names, command, where, mistakes))
            if keys or not names:
                read.append(_Wish(command, place, keys, where))
    return iter(sorted(read, key=lambda wish: wish.place is None))


def _entries(
    table: Mapping[str, object], before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every entry with the words of its name: TOML makes tables of `ticket.reply` unquoted."""
    for name, said in table.items():
        path = (*before, *name.split("."))
        if isinstance(said, Mapping):
            yield from _entries(said, path)
        else:
            yield path, said


def _names(said: object) -> list[str] | None:
    if isinstance(said, str):
        return [said] if said else []
    if isinstance(said, list) and all(isinstance(name, str) for name in said):
        return said
    return None


def _no_command(id: str, known: Mapping[str, Command]) -> str:
    near = difflib.get_close_matches(id, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else " `deskero-tui keys` lists all."
    return f"there is no such command.{hint}"


def _read_keys(
    names: list[str], command: Command, where: str, mistakes: list[Mistake]
) -> Iterator[str]:
    """The keys of these names; what is wrong with one, or may be, goes to `mistakes`."""
    for name in names:
        try:
            key = read_key(name)
        except BadKey as error:
            mistakes.append(Mistake(where, str(error)))
            continue
        if command.places == {Place.COMPOSE} and writes_text(key):
            says = f"{shown_key(key)} belongs to the text while writing; take one with Ctrl."
            mistakes.append(Mistake(where, says))
            continue
        if doubt := doubt_about(key):
            says = f"{shown_key(key)} may not arrive: {doubt}."
            mistakes.append(Mistake(where, says, is_warning=True))
        yield key


# -- handing out the keys of a place ---------------------------------------------------------------


def _claimed(place: Place, preset: Preset, wishes: list[_Wish]) -> _Claims:
    own = [wish for wish in wishes if place in wish.command.places and wish.place in (place, None)]
    claims = _Claims(place)
    for command in (*COMMANDS, *(wish.command for wish in own)):
        if place in command.places:
            claims.commands.setdefault(command.id, command)
    named = _take_own(claims, own)
    for id, keys in preset.items():
        if id in claims.commands and id not in named:
            _take_free(claims, claims.commands[id], keys)
    for command in claims.commands.values():
        if command.id not in named and command.id not in preset:
            _take_free(claims, command, command.keys)
    _keep_ways_out(claims)
    _tell_robbed(claims, own, preset)
    return claims


def _take_own(claims: _Claims, own: list[_Wish]) -> set[str]:
    """Hands out the agent's keys; the ids of the commands that have got theirs by that."""
    named: set[str] = set()
    for wish in own:
        command = claims.commands[wish.command.id]
        if command.id in named:
            continue
        named.add(command.id)
        for key in wish.keys:
            keeper = claims.owner.setdefault(key, command)
            if keeper is not command:
                says = (
                    f"{shown_key(key)} is asked for twice: {keeper.id} keeps it, "
                    f"{command.id} does not get it"
                )
                claims.mistakes.append(Mistake(wish.where, says))
    return named


def _take_free(claims: _Claims, command: Command, keys: tuple[str, ...]) -> None:
    for key in keys:
        claims.owner.setdefault(key, command)


def _keep_ways_out(claims: _Claims) -> None:
    """Gives a command that must have a key that of the table back, whoever has it now."""
    needy = [one for one in claims.commands.values() if one.id in NEVER_WITHOUT_KEY]
    while lacking := [one for one in needy if not claims.keys_of(one)]:
        # Ends: who has got its own key of the table back never loses it again.
        for command in lacking:
            key = command.keys[0]
            says = f"it needs a key and keeps {shown_key(key)}"
            claims.mistakes.append(Mistake(f'[{_SECTION}] "{command.id}"', says))
            claims.owner[key] = command


def _tell_robbed(claims: _Claims, own: list[_Wish], preset: Preset) -> None:
    """Says which commands have lost their last key to one that the agent rebound."""
    named = {wish.command.id: wish for wish in reversed(own)}
    for command in claims.commands.values():
        if command.id in named or claims.keys_of(command):
            continue
        for key in preset.get(command.id, command.keys):
            robber = named.get(claims.owner[key].id) if key in claims.owner else None
            if robber is not None:
                says = f"{shown_key(key)} was a key of {command.id}, which has none now"
                claims.mistakes.append(Mistake(robber.where, says, is_warning=True))


def _told(every: Mapping[Place, _Claims]) -> Iterator[Mistake]:
    """The mistakes of all places, each once, with the places where it is one."""
    places: dict[Mistake, list[str]] = {}
    for place, claims in every.items():
        for mistake in dict.fromkeys(claims.mistakes):
            places.setdefault(mistake, []).append(place.value)
    for mistake, names in places.items():
        yield replace(mistake, says=f"{mistake.says} ({', '.join(names)}).")


TABLE_KEYMAP: Final = resolve({})[0]
"""The keys of the table, as they are without any config."""
