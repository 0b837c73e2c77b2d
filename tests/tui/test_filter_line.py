"""The filter line: the list follows what is typed, and Esc brings back what was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.console import NORMAL, SMALL, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

SAMPLES = 60
FOUND = "Eleven parcels, one saga"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Nothing here changes it."""
    with RunningDesk(tmp_path_factory.mktemp("desk"), demo_tickets=SAMPLES) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, size=NORMAL) as opened:
        await opened.press("9")
        yield opened


def field(console: Console) -> str:
    """What stands in the line; it is the second of the screen."""
    return console.picture[1].strip()


async def write(console: Console, text: str) -> None:
    """Presses a key for each letter."""
    names = {" ": "space", ":": "colon", '"': "quotation_mark", "<": "less_than_sign"}
    await console.pilot.press(*[names.get(letter, letter) for letter in text])
    await console.settled()


async def test_the_list_follows_while_it_is_typed(console: Console) -> None:
    await console.press("f")
    await write(console, "eleven")
    assert console.tickets.row_count == 1
    assert FOUND in console.text
    assert console.inbox.is_filtering


async def test_enter_keeps_and_escape_brings_back_what_was(console: Console) -> None:
    await console.press("f")
    await write(console, "eleven")
    await console.press("enter")
    assert not console.inbox.is_filtering
    assert console.tickets.has_focus
    assert console.inbox.words == "eleven"
    await console.press("/")
    assert field(console) == "eleven"
    await write(console, "x")
    assert console.tickets.row_count == 0
    await console.press("escape")
    assert console.inbox.words == "eleven"
    assert console.tickets.row_count == 1
    assert console.tickets.has_focus


async def test_letters_and_keys_of_the_list_are_text_while_it_is_open(console: Console) -> None:
    await console.press("f")
    await write(console, "jq3 S")
    assert field(console) == "jq3 S"
    await console.press("down", "up", "home", "end")
    assert console.inbox.is_filtering


async def test_a_mistake_is_shown_with_its_place_and_the_list_stays(console: Console) -> None:
    await console.press("f")
    await write(console, "eleven ")
    await console.type("stauts:o")
    assert "There is no word stauts: here." in console.text
    assert console.picture[2] == "        ^^^^^^^^"
    assert console.tickets.row_count == 1
    await console.press("enter")
    assert console.inbox.is_filtering
    assert console.inbox.words == "eleven"


async def test_words_and_values_are_completed_by_tab(console: Console) -> None:
    await console.press("f")
    await write(console, "sta")
    assert "status" in console.picture[3]
    await console.press("tab")
    assert field(console) == "status:"
    await write(console, "onh")
    await console.press("tab")
    assert field(console) == "status:onhold"
    assert 0 < console.tickets.row_count < SAMPLES
    assert {row.status for row in console.tickets._rows.values()} >= {"onhold"}


async def test_names_with_spaces_are_written_in_quotes(console: Console) -> None:
    await console.press("f")
    await write(console, "assigned:owen")
    await console.press("tab")
    assert field(console) == 'assigned:"Owen Pritchard"'
    assert console.tickets.row_count > 0


async def test_down_goes_into_the_list_of_completions_and_enter_takes_one(
    console: Console,
) -> None:
    await console.press("f")
    await write(console, "is:")
    await console.press("down", "down", "enter")
    assert field(console) == "is:waiting"
    await console.press("up")
    assert console.inbox.is_filtering


@pytest.mark.parametrize(
    ("typed", "key", "left"),
    [
        ('late from:"Tom A" ', "backspace", "late"),
        ("late parcel ", "ctrl+w", "late"),
        ("late parcel", "ctrl+w", "late"),
        ("late", "backspace", "lat"),
        ("late ", "backspace", ""),
    ],
)
async def test_a_finished_part_goes_as_a_whole(
    console: Console, typed: str, key: str, left: str
) -> None:
    await console.press("f")
    await write(console, typed)
    await console.press(key)
    shown = field(console)
    assert shown == left or (not left and shown.startswith("late parcel  status:onhold"))


async def test_up_brings_earlier_searches_and_down_what_was_begun(console: Console) -> None:
    for words in ("eleven", "parcel"):
        await console.press("f", "ctrl+u")
        await write(console, words)
        await console.press("enter")
    await console.press("f", "ctrl+u")
    await write(console, "x")
    await console.press("up")
    assert field(console) == "parcel"
    await console.press("up", "up")
    assert field(console) == "eleven"
    assert console.tickets.row_count == 1
    await console.press("down", "down")
    assert field(console) == "x"
    assert console.app.settings.searches.kept == ("eleven", "parcel")


async def test_from_a_ticket_it_opens_over_the_list(console: Console) -> None:
    await console.press("enter", "f")
    await write(console, "eleven")
    assert FOUND in console.text


async def test_what_a_stranger_called_a_tag_styles_nothing(console: Console) -> None:
    await console.press("f")
    await console.type("[red]x[/red] \x1b[31m")
    assert "[red]x[/red]" in field(console)


async def test_it_works_on_a_small_screen(console: Console) -> None:
    await console.resize(SMALL)
    await console.press("f")
    await write(console, "is:")
    assert "reply-due" in console.text
    await console.resize(NORMAL)
    assert console.inbox.is_filtering
    await write(console, "mine")
    assert field(console) == "is:mine"
