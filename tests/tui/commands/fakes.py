"""A context for commands without a console: every part notes what a command asks of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from textual.screen import Screen

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.app import ConsoleSettings
from deskero_tui.tui.commands.context import CommandContext, Dialogs
from deskero_tui.tui.inbox.visit_history import VisitHistory

T = TypeVar("T")


class FakeDesk:
    """The store and the desk, with a few fixed answers."""

    me: AgentId | None = AgentId("a1")

    async def agents(self) -> Sequence[Choice]:
        return (Choice("a1", SafeText("Ines")), Choice("a2", SafeText("Bert")))


class FakeConsole:
    """Status line, selection, reader, changes, dialogs and app in one."""

    theme = "dark"
    ticket_read: TicketId | None = None
    conversation = None

    def __init__(self, rows: Sequence[TicketRow] = (), *, answers: Sequence[object] = ()) -> None:
        self.rows = list(rows)
        self.answers = list(answers)
        """The results of the dialogs, in the order in which commands open them."""
        self.said: list[tuple[str, bool]] = []
        self.copied: list[str] = []
        self.changed: list[tuple[list[TicketRow], TicketPatch, str]] = []
        self.trail = VisitHistory()
        self.steps = 0
        self.desk = FakeDesk()

    def context(self) -> CommandContext:
        """Return the context that hands out this console."""
        return CommandContext(
            desk=cast("Desk", self.desk),
            settings=cast("ConsoleSettings", None),
            selection=self,
            reader=cast("Any", self),
            changes=cast("Any", self),
            writing=cast("Any", self),
            undo=cast("Any", self),
            dialogs=Dialogs(self._answer),
            status=self,
            host=self,
        )

    async def _answer(self, screen: Screen[T]) -> T | None:
        return cast("T | None", self.answers.pop(0))

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        self.said.append((text, is_wrong))

    def target(self) -> TicketRow | None:
        return self.rows[0] if self.rows else None

    async def targets(self) -> list[TicketRow]:
        return self.rows

    def go_to_next(self) -> None:
        self.steps += 1

    async def change(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        self.changed.append(([*rows], patch_of(rows[0]), said))

    def copy(self, text: str, *, name: str = "") -> None:
        self.copied.append(text)

    def show_to_select(self, text: str) -> None:
        self.copied.append(text)

    def do(self, work: Awaitable[T], *, done: Callable[[T], str]) -> None:
        raise NotImplementedError

    def key_hint(self, command_id: str) -> str:
        return f"<{command_id}>"

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
