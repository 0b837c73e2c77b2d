"""One table for all keys: each row has its method, each method its row, each key one meaning."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest
from textual.binding import Binding
from textual.widget import Widget

from deskero_tui.tui.commands.dispatch import handler_of
from deskero_tui.tui.commands.table import (
    COMMANDS,
    Command,
    Place,
    Turn,
    bindings_of,
    commands_of,
    shown_key,
    view_command,
)
from deskero_tui.tui.compose.new_ticket import NewTicketForm
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.inbox.screen import InboxScreen
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.ticket_list import TicketList

OWNERS: dict[Place, tuple[type[Widget], ...]] = {
    Place.LIST: (TicketList, InboxScreen),
    Place.TICKET: (ConversationView, InboxScreen),
    Place.COMPOSE: (Compose, NewTicketForm),
    Place.REVIEW: (Compose, NewTicketForm),
}
"""Who hears the keys of a place: there one of the first two does, in writing each by itself."""

MAIN = (TicketList, ConversationView, InboxScreen)


def method_of(command: Command) -> str:
    """`action_ticket_reply` for `ticket.reply`, `action_view_at` for the views by number."""
    return "action_" + command.action.partition("(")[0]


def is_hearing(owner: type[Widget], command: Command) -> bool:
    """Whether `owner` has the method of a command, and binds the command's keys."""
    bound = {binding.id for binding in owner.BINDINGS if isinstance(binding, Binding)}
    return command.id in bound and callable(getattr(owner, method_of(command), None))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_row_has_its_method_wherever_it_can_be_given(command: Command) -> None:
    for place in command.places:
        heard = [is_hearing(owner, command) for owner in OWNERS[place]]
        if place in (Place.LIST, Place.TICKET):
            assert heard.count(True) == 1, place
        else:
            assert all(heard), place


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one.handler], ids=lambda command: command.id
)
def test_every_handler_is_a_function_with_a_docstring(command: Command) -> None:
    handler = handler_of(command)
    assert handler.__doc__
    assert inspect.iscoroutinefunction(handler) or command.turn is Turn.ALONE


def test_every_function_of_the_command_modules_has_its_row() -> None:
    modules = {command.handler.partition(":")[0] for command in COMMANDS if command.handler}
    found = {
        f"{name}:{function}"
        for name in modules
        for function, value in vars(import_module(f"deskero_tui.tui.commands.{name}")).items()
        if inspect.isfunction(value)
        and value.__module__ == f"deskero_tui.tui.commands.{name}"
        and not function.startswith("_")
        and len(inspect.signature(value).parameters) == 1
    }
    assert found == {command.handler for command in COMMANDS if command.handler}


@pytest.mark.parametrize("owner", MAIN, ids=lambda owner: owner.__name__)
def test_every_method_has_its_row(owner: type[Widget]) -> None:
    known = {method_of(command) for command in COMMANDS}
    ours = {
        name
        for base in owner.__mro__
        if base.__module__.startswith("deskero_tui")
        for name in vars(base)
        if name.startswith("action_")
    }
    assert ours
    assert ours <= known


@pytest.mark.parametrize("place", Place, ids=lambda place: place.value)
def test_no_key_means_two_things_in_one_place(place: Place) -> None:
    keys = [key for command in commands_of(place) for key in command.keys]
    assert len(keys) == len(set(keys))


def test_ids_are_their_own_and_say_whose_they_are() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+\.(?:[a-z]+(?:-[a-z]+)*|[1-9])", id) for id in ids)


def test_every_command_can_be_given_and_says_what_it_does() -> None:
    """By a key, or where the palette is by its name."""
    for command in COMMANDS:
        assert command.keys or command.places <= {Place.LIST, Place.TICKET}, command.id
        assert command.places, command.id
        assert command.title[0].isupper(), command.id
        assert command.help[0].isupper(), command.id
        assert not command.help.endswith("."), command.id


def test_no_way_needs_a_key_that_some_terminal_cannot_send() -> None:
    """No Alt, AltGr, F-key or Ctrl+Enter alone; Ctrl+A and Ctrl+B belong to screen and tmux."""
    for command in COMMANDS:
        safe = [key for key in command.keys if not re.match(r"alt\+|f\d|ctrl\+(enter|a$|b$)", key)]
        assert safe or not command.keys, command.id


def test_bindings_are_those_of_the_table_under_the_ids_of_the_commands() -> None:
    bindings = {b.id: b for b in bindings_of("view", "message") if isinstance(b, Binding)}
    assert set(bindings) == {c.id for c in COMMANDS if c.id.startswith(("view.", "message."))}
    assert bindings["view.3"].action == "view_at(3)"
    assert bindings["view.search"].key.split(",")[0] == "/"
    assert bindings["message.previous"].key == "comma"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "Ctrl+S"),
        ("enter", "Enter"),
        ("J", "J"),
        ("j", "j"),
        ("?", "?"),
        ("+", "+"),
        ("f5", "F5"),
        ("shift+tab", "Shift+Tab"),
        ("ctrl+shift+left", "Ctrl+Shift+Left"),
        ("ctrl+right_square_bracket", "Ctrl+]"),
    ],
)
def test_keys_are_shown_as_people_read_them(key: str, shown: str) -> None:
    assert shown_key(key) == shown


def test_a_view_beyond_the_ninth_is_bound_to_what_no_keyboard_sends() -> None:
    assert view_command(9).heard_as == "9"
    assert view_command(12).heard_as == "view.12"
    assert view_command(12).action == "view_at(12)"


def test_every_place_can_be_left() -> None:
    for place in Place:
        assert any("escape" in command.keys for command in commands_of(place)), place
