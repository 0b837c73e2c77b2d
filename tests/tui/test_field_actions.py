"""Cc and custom fields, changed from the console and read back from the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.ticket import Ticket
from tests.support.console import NORMAL, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

SAMPLES = 12
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = "[/nope] \x1b[31m\u202eevil"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, size=NORMAL) as opened:
        yield opened


@pytest.fixture
async def colleague(running: RunningDesk) -> AsyncIterator[DeskeroClient]:
    async with DeskeroClient(address_of(running)) as client:
        yield client


async def give(console: Console, command: str) -> None:
    """Gives a command by its name, on the first ticket of all."""
    await console.press("9", ":")
    await console.type(command)
    await console.press("enter")


async def on_the_desk(console: Console, colleague: DeskeroClient) -> Ticket:
    """The ticket under the cursor, as the desk has it."""
    return await colleague.ticket(console.row.id)


async def with_fields(console: Console, colleague: DeskeroClient, **fields: str | None) -> None:
    """Gives the first ticket of all exactly these custom fields, and reads it."""
    await console.press("9")
    await colleague.update_ticket(console.row.id, TicketPatch(custom_fields=fields))
    await console.desk.read_afresh(console.row.id)
    await console.settled()


# -- cc --------------------------------------------------------------------------------------------


async def test_agents_are_put_into_copy_and_taken_out(
    console: Console, colleague: DeskeroClient
) -> None:
    await give(console, "cc")
    await console.type("owen")
    await console.press("enter", "ctrl+s")
    await console.until(lambda: "has " in console.said, "for the change")
    names = [agent.name for agent in (await on_the_desk(console, colleague)).cc]
    assert "Owen Pritchard" in names
    await give(console, "cc")
    await console.type("owen")
    await console.press("enter", "ctrl+s")
    left = [agent.name for agent in (await on_the_desk(console, colleague)).cc]
    assert left == [name for name in names if name != "Owen Pritchard"]


async def test_nothing_new_in_copy_changes_nothing(
    console: Console, colleague: DeskeroClient
) -> None:
    await console.press("9")
    before = (await on_the_desk(console, colleague)).managed_at
    for keys in (("escape",), ("ctrl+s",)):
        await give(console, "cc")
        assert "In copy of" in console.text
        await console.press(*keys)
    assert (await on_the_desk(console, colleague)).managed_at == before
    assert console.desk.outbox.counts.waiting == 0


# -- custom fields ---------------------------------------------------------------------------------


async def change_field(console: Console, name: str, value: str) -> None:
    await give(console, "custom fields")
    await console.type(name)
    await console.press("enter", "ctrl+u")
    await console.type(value)
    await console.press("enter")


async def test_one_field_is_changed_and_the_others_stay(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, Colour="red", Size="XL")
    await change_field(console, "colour", "  dark blue ")
    assert (await on_the_desk(console, colleague)).custom_fields == {
        "Colour": "dark blue",
        "Size": "XL",
    }
    assert "Colour is now dark blue" in console.said


async def test_what_other_tickets_have_in_a_field_completes_what_is_typed(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, Colour="dark blue")
    await console.press("j")
    await with_fields(console, colleague, Colour="red")
    await give(console, "custom fields")
    await console.type("colour")
    await console.press("enter", "ctrl+u", "d", "a", "right", "enter")
    assert (await on_the_desk(console, colleague)).custom_fields == {"Colour": "dark blue"}


async def test_what_a_colleague_did_to_another_field_meanwhile_stays(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, Colour="red", Size="XL")
    theirs = TicketPatch(custom_fields={"Colour": "red", "Size": "S"})
    await colleague.update_ticket(console.row.id, theirs)
    await change_field(console, "colour", "blue")
    on_desk = (await on_the_desk(console, colleague)).custom_fields
    assert on_desk == {"Colour": "blue", "Size": "S"}


async def test_the_same_field_changed_meanwhile_is_asked_about_and_not_overwritten(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, Colour="red", Size="XL")
    theirs = TicketPatch(custom_fields={"Colour": "green", "Size": "XL"})
    await colleague.update_ticket(console.row.id, theirs)
    await change_field(console, "colour", "blue")
    await console.until(lambda: console.desk.outbox.counts.held == 1, "for the question")
    assert (await on_the_desk(console, colleague)).custom_fields["Colour"] == "green"


async def test_an_empty_value_clears_the_field_and_no_other(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, Colour="red", Size="XL")
    await change_field(console, "colour", "")
    left = (await on_the_desk(console, colleague)).custom_fields
    assert {name: value for name, value in left.items() if value} == {"Size": "XL"}
    assert "Colour is empty now" in console.said


async def test_a_field_that_only_other_tickets_have_can_be_filled_in(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague)
    await change_field(console, "order", "A-77")
    assert (await on_the_desk(console, colleague)).custom_fields["Order No"] == "A-77"


async def test_leaving_or_the_same_value_changes_nothing(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, Colour="red")
    before = (await on_the_desk(console, colleague)).managed_at
    for keys in (("escape",), ("enter", "escape"), ("enter", "enter")):
        await give(console, "custom fields")
        await console.press(*keys)
    assert (await on_the_desk(console, colleague)).managed_at == before


async def test_names_and_values_of_strangers_are_shown_clean_and_kept_as_they_are(
    console: Console, colleague: DeskeroClient
) -> None:
    await with_fields(console, colleague, **{HOSTILE: HOSTILE, "Size": "XL"})
    await change_field(console, "size", "S")
    assert not any(sign in console.text for sign in "\x1b\u202e")
    assert (await on_the_desk(console, colleague)).custom_fields == {HOSTILE: HOSTILE, "Size": "S"}
