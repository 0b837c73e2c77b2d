"""Keys in force on the real console: rebound, in other layouts, per place, and in the palette."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual import events
from textual.widgets import TextArea

from deskero_tui.domain.mistake import Mistake
from deskero_tui.tui.commands.table import Place
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.compose.writing_screen import Stage
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.decide import ActionDialog
from deskero_tui.tui.dialogs.fact_lines import FactLines
from deskero_tui.tui.dialogs.help import Help
from deskero_tui.tui.dialogs.palette import Palette
from deskero_tui.tui.keys.keymap import resolve
from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

Opened = Callable[[Mapping[str, object]], AbstractAsyncContextManager[Console]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("desk")
    with RunningDesk(folder, demo_tickets=20, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def opened(running: RunningDesk, tmp_path: Path) -> Opened:
    """Opens a console with `[keys]` as given."""

    def open_with(tables: Mapping[str, object]) -> AbstractAsyncContextManager[Console]:
        keymap, mistakes = resolve(tables)
        return console_on(address_of(running), tmp_path, keymap=keymap, mistakes=mistakes)

    return open_with


@pytest.fixture
async def console(opened: Opened) -> AsyncIterator[Console]:
    async with opened({}) as one:
        yield one


async def write(console: Console, *letters: str) -> None:
    """Presses letters as a terminal sends them, one after the other."""
    for letter in letters:
        console.app.post_message(events.Key(letter, letter))
    await console.pilot.pause()
    await console.settled()


def stage(console: Console) -> Stage:
    """How far the writing on the screen has come."""
    assert isinstance(console.app.screen, Compose)
    return console.app.screen.stage


# -- own keys --------------------------------------------------------------------------------------


async def test_an_own_key_gives_its_command_and_the_old_one_does_nothing(opened: Opened) -> None:
    async with opened({"ticket.reply": "X"}) as console:
        await console.press("r")
        assert not isinstance(console.app.screen, Compose)
        await console.press("X")
        assert isinstance(console.app.screen, Compose)


async def test_two_places_bind_one_key_to_different_commands(opened: Opened) -> None:
    tables = {"list": {"ticket.open": "X"}, "ticket": {"app.back": ["X", "escape"]}}
    async with opened(tables) as console:
        await console.press("X")
        assert console.is_in(Place.TICKET)
        await console.press("X")
        assert console.is_in(Place.LIST)


async def test_keys_that_changed_places_mean_each_other(opened: Opened) -> None:
    async with opened({"list.down": "k", "list.up": "j"}) as console:
        first = console.row.number
        await console.press("k")
        assert console.row.number != first
        await console.press("j")
        assert console.row.number == first


async def test_a_key_of_a_widget_can_be_given_to_its_screen(opened: Opened) -> None:
    async with opened({"app.help": "j"}) as console:
        await console.press("j")
        assert "Keys" in console.text
        assert console.app.screen.query_one(FactLines).is_attached


async def test_footer_help_palette_and_tabs_show_the_keys_in_force(opened: Opened) -> None:
    tables = {"ticket.reply": "X", "view.2": "W", "app.help": "H", "ticket.delete": []}
    async with opened(tables) as console:
        assert " X Reply" in console.picture[-1]
        assert " W Mine" in console.picture[0]
        await console.press("H")
        facts = {
            str(fact.value): fact.name for fact in console.app.screen.query_one(FactLines).facts
        }
        assert facts["Write to the customer"] == "X"
        assert facts["Delete the ticket for everybody"] == "by name"
        await console.press("escape", ":")
        await console.type("write to the")
        assert any("Reply " in line and " X " in line for line in console.picture)


async def test_writing_and_review_have_keys_of_their_own(opened: Opened) -> None:
    tables = {"compose.review": "ctrl+g", "review.send": "Z", "review.edit": "y"}
    async with opened(tables) as console:
        await console.press("r")
        assert " Ctrl+G Review" in console.text
        await write(console, "Z", "y")
        assert "Zy" in console.text, "letters are text while writing"
        await console.press("ctrl+s")
        assert stage(console) is Stage.WRITING
        await console.press("ctrl+g")
        assert stage(console) is Stage.REVIEWING
        assert " Z Send" in console.text
        await console.press("y")
        assert stage(console) is Stage.WRITING


async def test_keys_in_a_burst_are_those_of_the_place_they_are_meant_for(opened: Opened) -> None:
    tables = {"list": {"ticket.open": "X"}, "ticket": {"ticket.priority": "X"}}
    async with opened(tables) as console:
        number = console.row.number
        await write(console, "X", "X")
        assert console.is_in(Place.TICKET)
        assert console.said.startswith(f"{number} has ")


@pytest.mark.parametrize("preset", ["mail", "vi", "web"])
async def test_a_preset_reads_and_answers(opened: Opened, preset: str) -> None:
    async with opened({"preset": preset}) as console:
        first = console.row.number
        await console.press("j")
        assert console.row.number != first
        await console.press("enter")
        assert console.is_in(Place.TICKET)
        await console.press("r")
        assert isinstance(console.app.screen, Compose)
        await console.press("escape", "escape")
        assert console.is_in(Place.LIST)


async def test_mistakes_are_said_at_the_start_and_stop_nothing(opened: Opened) -> None:
    async with opened({"ticket.replly": "X", "ticket.note": "entr", "app.help": "f1"}) as console:
        assert console.said.startswith("2 mistakes in the config, see `deskero-tui doctor`: ")
        assert '[keys] "ticket.replly": there is no such command.' in console.said
        await console.press("r")
        assert isinstance(console.app.screen, Compose)


async def test_what_may_not_arrive_is_no_reason_to_speak(opened: Opened) -> None:
    async with opened({"app.help": ["f1", "?"]}) as console:
        assert "f1" not in console.said.casefold()


# -- other layouts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["о", "ξ", "ח"], ids=["cyrillic", "greek", "hebrew"])
async def test_a_letter_of_another_layout_is_that_of_its_key(console: Console, letter: str) -> None:
    first = console.row.number
    await write(console, letter)
    assert console.row.number != first


async def test_a_letter_of_another_layout_is_text_in_a_field(console: Console) -> None:
    await write(console, "к")
    assert isinstance(console.app.screen, Compose)
    await write(console, *"Добрый")
    assert "Добрый" in console.text


async def test_a_letter_of_another_layout_is_looked_for_in_a_picker(console: Console) -> None:
    await write(console, "Ж", "о", "Ж")
    assert isinstance(console.app.screen, Palette)
    assert " оЖ" in console.text


async def test_a_letter_of_another_layout_leaves_a_sheet(console: Console) -> None:
    await console.press("?")
    await write(console, "й")
    assert not console.app.screen.query(FactLines)


async def test_a_letter_that_is_bound_itself_is_not_translated(opened: Opened) -> None:
    async with opened({"app.help": "о"}) as console:
        first = console.row.number
        await write(console, "о")
        assert console.row.number == first
        assert console.app.screen.query(FactLines)


async def test_a_place_on_the_keyboard_follows_the_keymap(opened: Opened) -> None:
    async with opened({"ticket.open": "k", "list.up": "l"}) as console:
        await write(console, "л")
        assert console.is_in(Place.TICKET)


# -- the palette -----------------------------------------------------------------------------------


async def test_what_the_palette_gave_most_often_comes_first(console: Console) -> None:
    for _ in range(2):
        await console.press(":")
        await console.type("zoom")
        await console.press("enter")
    assert console.app.settings.uses == {"pane.zoom": 2}
    await console.press(":")
    first = console.app.screen.query_one(ChoiceList).under_cursor
    assert first is not None
    assert first.label == "Zoom"


def test_a_mistake_reads_as_its_place_and_what_is_wrong() -> None:
    assert str(Mistake("[keys] preset", "there is none.")) == "[keys] preset: there is none."


@pytest.mark.parametrize(("keys", "way"), [(["Q", "u"], "Q"), ([], "“Undo”")])
async def test_sentences_name_the_key_in_force(opened: Opened, keys: list[str], way: str) -> None:
    async with opened({"app.undo": keys}) as console:
        assert console.app.key_hint("app.undo") == way


# -- leaving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_the_usual_keys_to_leave_act_like_q(console: Console, key: str) -> None:
    await console.press("9", "enter")
    assert console.is_in(Place.TICKET)
    await console.press(key)
    assert console.is_in(Place.LIST)
    await console.press("?")
    assert isinstance(console.app.screen, Help)
    await console.press(key)
    assert console.app.screen_stack[-1] is console.inbox
    await console.press(key)
    assert console.app.return_code == 0


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_leaving_asks_about_messages_that_are_not_sent(
    opened: Opened, running: RunningDesk, tmp_path: Path, key: str
) -> None:
    async with console_on(address_of(running), tmp_path, undo_s=3_600.0) as console:
        await console.press("9", "r")
        await console.type("It leaves today.")
        await console.press("ctrl+s", "y", key)
        assert isinstance(console.app.screen, ActionDialog)
        assert console.app.is_running
        await console.press(key)
        assert console.app.screen_stack[-1] is console.inbox


async def test_ctrl_c_copies_in_a_text_field_and_ctrl_q_goes_one_step_back(
    console: Console,
) -> None:
    await console.press("9", "r")
    await console.type("It leaves today.")
    await console.press("ctrl+c")
    assert isinstance(console.app.screen, Compose), "nothing is selected, nothing happens"
    field = console.app.screen.query_one(TextArea)
    field.select_all()
    await console.press("ctrl+c")
    assert console.app.clipboard == "It leaves today."
    assert isinstance(console.app.screen, Compose)
    await console.press("ctrl+q")
    assert console.app.screen_stack[-1] is console.inbox
    await console.press("/", "ctrl+c")
    assert console.inbox.is_filtering
    await console.press("ctrl+q")
    assert not console.inbox.is_filtering
    assert console.app.is_running


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_a_console_whose_quit_key_is_rebound_does_not_end_by_the_usual_ones(
    opened: Opened, key: str
) -> None:
    async with opened({"app": {"leave": "Q"}}) as console:
        await console.press(key)
        assert console.app.is_running
        assert console.app.return_code is None
        assert console.app.screen_stack[-1] is console.inbox
        assert not console.app._notifications
