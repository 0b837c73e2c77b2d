"""Starts the functions of commands. The only place that decides what may run at the same time."""

from __future__ import annotations

import importlib
import inspect
import logging
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.tui.commands.table import Command, command_named

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskero_tui.tui.commands.context import CommandContext

_log = logging.getLogger(__name__)

Handler = Callable[["CommandContext"], Awaitable[None] | None]


@cache
def handler_of(command: Command) -> Handler:
    """Import the function of a command, `module:function` below `tui/commands`.

    Raises:
        ValueError: The command is an action of a widget and has no function.
        ImportError: There is no such module.
        AttributeError: There is no such function.
    """
    module, _, function = command.handler.partition(":")
    if not module:
        raise ValueError(f"{command.id} has no function")
    found: Handler = getattr(importlib.import_module(f"{__package__}.{module}"), function)
    return found


class Dispatcher:
    """Runs commands in workers of one screen and shows their errors in the status line."""

    def __init__(self, screen: Screen[None], context: CommandContext) -> None:
        self._screen = screen
        self._context = context

    def start(self, command_id: str) -> None:
        """Run a command. A function that is not async has ended when this returns.

        Keys wait for a command whose `Turn` says so (`DeskeroApp.is_opening`).
        """
        command = command_named(command_id)
        handler = handler_of(command)
        if inspect.iscoroutinefunction(handler):
            self._screen.run_worker(
                self._run(command, handler),
                name=command.id,
                group=command.turn.group,
                exclusive=command.turn.is_exclusive,
                exit_on_error=False,
            )
            return
        try:
            handler(self._context)
        except DeskeroError as error:
            self._fail(command, error)

    async def _run(
        self, command: Command, handler: Callable[[CommandContext], Awaitable[None]]
    ) -> None:
        try:
            await handler(self._context)
        except DeskeroError as error:
            self._fail(command, error)

    def _fail(self, command: Command, error: DeskeroError) -> None:
        _log.warning("%s: %s: %s", command.id, type(error).__name__, error.detail)
        self._context.status.say(error.user_message, is_wrong=True)
