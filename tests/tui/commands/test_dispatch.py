"""The dispatcher: errors of commands become a message, and commands run in their groups."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.app import App
from textual.screen import Screen

import deskero_tui.tui.commands
from deskero_tui.domain.errors import DeskeroError, Unreachable
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.tui.commands.dispatch import Dispatcher, handler_of
from deskero_tui.tui.commands.table import Command, Turn, command_named
from tests.support.rows import row
from tests.tui.commands.fakes import FakeConsole

FAILURE = Unreachable("Cannot reach the desk: connection refused", detail="secret detail")
COMMANDS_FOLDER = Path(deskero_tui.tui.commands.__file__).parent


class BrokenConsole(FakeConsole):
    """Every question about the selection fails."""

    def target(self) -> TicketRow | None:
        raise FAILURE

    async def targets(self) -> list[TicketRow]:
        raise FAILURE


async def ran(console: FakeConsole, commands: Sequence[str]) -> App[None]:
    """Start commands on a screen and wait until they have ended."""
    app = App[None]()
    async with app.run_test() as pilot:
        screen = Screen[None]()
        await app.push_screen(screen)
        dispatcher = Dispatcher(screen, console.context())
        for command in commands:
            dispatcher.start(command)
        await app.workers.wait_for_complete()
        await pilot.pause()
    return app


@pytest.mark.parametrize("command", ["ticket.copy", "ticket.assign", "ticket.pin"])
async def test_an_error_is_shown_and_ends_nothing(command: str) -> None:
    console = BrokenConsole()
    await ran(console, [command])
    assert console.said == [(FAILURE.user_message, True)]


async def test_commands_in_order_end_no_other() -> None:
    console = FakeConsole([row(1)])
    await ran(console, ["ticket.priority", "ticket.take", "ticket.solve"])
    assert len(console.changed) == 3


def test_only_the_first_kind_of_turn_ends_others() -> None:
    assert [turn.is_exclusive for turn in Turn] == [True, False, False]


def test_a_command_of_a_widget_has_no_function() -> None:
    with pytest.raises(ValueError, match=r"list\.down"):
        handler_of(command_named("list.down"))


def test_a_wrong_handler_is_an_error_at_once() -> None:
    command = Command("ticket.x", "X", "X", (), frozenset(), handler="assign:nothing")
    with pytest.raises(AttributeError):
        handler_of(command)


@pytest.mark.parametrize(
    "path", sorted(COMMANDS_FOLDER.glob("*.py")), ids=lambda path: str(path.name)
)
def test_no_other_module_of_commands_catches_every_error(path: Path) -> None:
    caught = {
        name.id
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        for name in ast.walk(node.type)
        if isinstance(name, ast.Name)
    }
    assert (DeskeroError.__name__ in caught) == (path.name == "dispatch.py")
