"""Keys of the table, of a preset and of the agent: which one counts, and what is said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.own_views import TabKey
from deskero_tui.tui.commands.table import COMMANDS, Command, Place, commands_of, view_command
from deskero_tui.tui.keys.keymap import NEVER_WITHOUT_KEY, TABLE_KEYMAP, Keymap, resolve
from deskero_tui.tui.keys.names import doubt_about, read_key, writes_text
from deskero_tui.tui.keys.presets import PRESETS

BY_ID = {command.id: command for command in COMMANDS}


def resolved(text: str, *tab_keys: TabKey) -> tuple[Keymap, list[str]]:
    """The keymap of a config, and its mistakes as they are read."""
    keymap, mistakes = resolve(tomllib.loads(text).get("keys", {}), tab_keys)
    return keymap, [str(mistake) for mistake in mistakes]


def keys(keymap: Keymap, id: str, place: Place) -> tuple[str, ...]:
    return keymap.keys_of(BY_ID[id], place)


def given_by(keymap: Keymap, place: Place, key: str) -> str | None:
    command = keymap.command_at(place, key)
    return command.id if command else None


# -- the table and the presets ---------------------------------------------------------------------


def test_without_a_config_the_keys_are_those_of_the_table() -> None:
    for place in Place:
        for command in commands_of(place):
            assert TABLE_KEYMAP.keys_of(command, place) == command.keys
            assert all(TABLE_KEYMAP.command_at(place, key) == command for key in command.keys)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_free_of_clashes_and_names_commands_and_keys_that_are(name: str) -> None:
    preset = PRESETS[name]
    for place in Place:
        wanted = [key for id, keys in preset.items() if place in BY_ID[id].places for key in keys]
        assert len(wanted) == len(set(wanted)), place
    for id, its_keys in preset.items():
        for key in its_keys:
            assert read_key(key) == key
            assert not doubt_about(key), (id, key)
            assert not (BY_ID[id].places == {Place.COMPOSE} and writes_text(key))


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("place", Place, ids=lambda place: place.value)
def test_a_preset_reaches_every_command_by_a_key_or_by_the_palette(name: str, place: Place) -> None:
    keymap, mistakes = resolve({"preset": name})
    assert not mistakes
    without = [one.id for one in keymap.commands_of(place) if not keymap.keys_of(one, place)]
    assert not without or place in BY_ID["app.palette"].places
    for_keys = [id for id in without if BY_ID[id].keys]
    assert len(for_keys) <= 4, "most commands are there for keys"


def test_presets_are_what_hands_know() -> None:
    mail, vi, web = (resolve({"preset": name})[0] for name in ("mail", "vi", "web"))
    assert given_by(mail, Place.TICKET, "j") == "ticket.next"
    assert given_by(mail, Place.LIST, "m") == "ticket.create"
    assert given_by(vi, Place.TICKET, "ctrl+f") == "text.page-down"
    assert given_by(web, Place.LIST, "o") == "ticket.open"
    assert given_by(web, Place.TICKET, "z") == "app.undo"


# -- own keys --------------------------------------------------------------------------------------


def test_own_keys_replace_all_keys_of_a_command() -> None:
    keymap, mistakes = resolved('[keys]\n"ticket.reply" = ["ctrl+r", "X"]')
    assert not mistakes
    for place in (Place.LIST, Place.TICKET):
        assert keys(keymap, "ticket.reply", place) == ("ctrl+r", "X")
        assert given_by(keymap, place, "r") is None


def test_own_keys_go_before_the_preset_and_take_its_keys() -> None:
    keymap, mistakes = resolved('[keys]\npreset = "web"\n"ticket.links" = "u"')
    assert not mistakes
    assert given_by(keymap, Place.LIST, "u") == "ticket.links"
    assert keys(keymap, "app.back", Place.LIST) == ("escape",)


def test_a_key_may_mean_something_else_in_each_place() -> None:
    keymap, mistakes = resolved(
        '[keys.list]\n"ticket.reply" = "X"\n[keys.ticket]\n"ticket.note" = "X"'
    )
    assert not mistakes
    assert given_by(keymap, Place.LIST, "X") == "ticket.reply"
    assert given_by(keymap, Place.TICKET, "X") == "ticket.note"
    assert keys(keymap, "ticket.reply", Place.TICKET) == ("r",)


def test_what_is_asked_for_one_place_goes_before_what_is_asked_everywhere() -> None:
    keymap, mistakes = resolved('[keys]\n"ticket.reply" = "X"\n[keys.list]\n"ticket.reply" = "N"')
    assert not mistakes
    assert keys(keymap, "ticket.reply", Place.LIST) == ("N",)
    assert keys(keymap, "ticket.reply", Place.TICKET) == ("X",)


@pytest.mark.parametrize(
    "text",
    [
        '[keys]\n"list.down" = "N"\n"ticket.reply" = "X"',
        "[keys]\nlist.down = 'N'\nticket.reply = 'X'",
        "[keys.list]\ndown = 'N'\n[keys.ticket]\nreply = 'X'",
    ],
)
def test_ids_need_no_quotes(text: str) -> None:
    keymap, mistakes = resolved(text)
    assert not mistakes
    assert keys(keymap, "list.down", Place.LIST) == ("N",)
    assert keys(keymap, "ticket.reply", Place.LIST) == ("X",)


@pytest.mark.parametrize("none", ['""', "[]"])
def test_a_command_may_have_no_key(none: str) -> None:
    keymap, mistakes = resolved(f'[keys]\n"ticket.delete" = {none}')
    assert not mistakes
    assert keys(keymap, "ticket.delete", Place.LIST) == ()
    assert given_by(keymap, Place.LIST, "D") is None


def test_own_views_have_the_keys_they_ask_for() -> None:
    keymap, mistakes = resolved("", TabKey(2, "late", "W"), TabKey(12, "vip", "X"))
    assert not mistakes
    assert keymap.command_at(Place.LIST, "X") == view_command(12)
    assert given_by(keymap, Place.TICKET, "W") == "view.2"
    assert given_by(keymap, Place.LIST, "2") is None
    assert view_command(12) in set(keymap.commands_of(Place.LIST))


def test_a_key_of_an_own_view_that_is_none_is_told_by_the_view() -> None:
    keymap, mistakes = resolved("", TabKey(2, "late", "entr"), TabKey(11, "vip", "R"))
    assert keys(keymap, "view.2", Place.LIST) == ("2",), "as if nothing were said"
    assert keys(keymap, "app.refresh", Place.LIST) == ()
    assert mistakes[0].startswith('[[views]] "late" key: There is no key “entr”.')
    assert mistakes[1].startswith('[[views]] "vip" key: R was a key of app.refresh')


# -- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('preset = "emacs"', "[keys] preset: there is no preset 'emacs'; known are console, mail"),
        ("preset = 3", "[keys] preset: there is no preset 3"),
        ('"ticket.replly" = "r"', "there is no such command. Did you mean ticket.reply?"),
        ('zzz = "r"', '[keys] "zzz": there is no such command. `deskero-tui keys` lists all.'),
        ('"ticket.reply" = 3', '[keys] "ticket.reply": keys are a text, or a list of texts.'),
        ('"ticket.reply" = ["r", 3]', "keys are a text, or a list of texts."),
        ('"ticket.reply" = "entr"', "There is no key “entr”. Did you mean enter?"),
        ('compose."ticket.reply" = "f5"', "cannot be given in compose, only in: list, ticket."),
        ('"compose.attach" = "a"', "a belongs to the text while writing; take one with Ctrl."),
        ('"ticket.reply" = "f5"', "F5 may not arrive: many terminals keep it for themselves."),
        ('"ticket.reply" = "ctrl+enter"', "Ctrl+Enter may not arrive: most terminals cannot"),
        (
            '"ticket.reply" = "X"\n"ticket.note" = "X"',
            '[keys] "ticket.note": X is asked for twice: ticket.reply keeps it, '
            "ticket.note does not get it (list, ticket).",
        ),
        (
            '"ticket.note" = "r"',
            '[keys] "ticket.note": r was a key of ticket.reply, which has none now (list, ticket).',
        ),
        ('"compose.leave" = []', '"compose.leave": it needs a key and keeps Esc (compose).'),
    ],
)
def test_a_mistake_says_where_it_is_and_what_is_done(text: str, says: str) -> None:
    _, mistakes = resolved(f"[keys]\n{text}")
    assert any(says in mistake for mistake in mistakes), mistakes


def test_a_key_that_is_wrong_takes_nothing_else_along() -> None:
    keymap, mistakes = resolved('[keys]\n"ticket.reply" = ["entr", "X"]\n"ticket.note" = "nope"')
    assert len(mistakes) == 2
    assert keys(keymap, "ticket.reply", Place.LIST) == ("X",)
    assert keys(keymap, "ticket.note", Place.LIST) == ("n",), "as if nothing were said"


def test_only_what_is_not_done_as_asked_is_more_than_a_warning() -> None:
    _, doubted = resolve({"ticket.reply": "f5"})
    _, robbed = resolve({"ticket.note": "r"})
    _, unknown = resolve({"ticket.nope": "r"})
    assert [m.is_warning for m in (*doubted, *robbed, *unknown)] == [True, True, False]


def test_there_is_always_a_way_out_and_into_the_palette() -> None:
    every: dict[str, object] = {id: [] for id in BY_ID}
    keymap, mistakes = resolve({**every, "compose.attach": "escape"})
    assert {m.where for m in mistakes} == {f'[keys] "{id}"' for id in NEVER_WITHOUT_KEY}
    for id in NEVER_WITHOUT_KEY:
        for place in BY_ID[id].places:
            assert keys(keymap, id, place) == BY_ID[id].keys[:1], id


NAMES = st.one_of(st.sampled_from(sorted(BY_ID)), st.text(max_size=12))
KEYS = st.one_of(
    st.sampled_from(["r", "escape", "ctrl+s", "q", ":", "f5", "y", "ctrl+enter"]),
    st.text(max_size=4),
)
SAID: st.SearchStrategy[object] = st.one_of(KEYS, st.lists(KEYS, max_size=3), st.integers())


@given(
    st.dictionaries(
        st.one_of(NAMES, st.sampled_from([place.value for place in Place])),
        st.one_of(SAID, st.dictionaries(NAMES, SAID, max_size=4)),
        max_size=6,
    )
)
def test_whatever_the_config_says_each_key_has_one_meaning_and_each_place_an_exit(
    tables: Mapping[str, object],
) -> None:
    keymap, mistakes = resolve(tables)
    assert all(isinstance(mistake, Mistake) for mistake in mistakes)
    for place in Place:
        held = [
            (key, one) for one in keymap.commands_of(place) for key in keymap.keys_of(one, place)
        ]
        assert len({key for key, _ in held}) == len(held)
        assert all(keymap.command_at(place, key) == one for key, one in held)
        assert all(keymap.keys_of(one, place) for one in needed(place))


def needed(place: Place) -> list[Command]:
    return [one for one in commands_of(place) if one.id in NEVER_WITHOUT_KEY]
