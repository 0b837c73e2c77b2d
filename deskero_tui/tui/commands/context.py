"""What a command gets to work with. It knows nothing of screens and widgets.

The protocols name the few things that commands need; the main screen and the app have them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText

if TYPE_CHECKING:
    from datetime import datetime

    from textual.screen import Screen

    from deskero_tui.domain.ids import TicketId
    from deskero_tui.domain.outbox.drafts import DraftKind
    from deskero_tui.domain.outbox.items import ItemId
    from deskero_tui.domain.outbox.outgoing import TicketPatch
    from deskero_tui.domain.records.conversation import Conversation
    from deskero_tui.domain.records.row import TicketRow
    from deskero_tui.sync.desk import Desk
    from deskero_tui.tui.app import ConsoleSettings
    from deskero_tui.tui.inbox.visit_history import VisitHistory

T = TypeVar("T")


class Status(Protocol):
    """The status line."""

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Show the result of a command; `is_wrong` marks an error."""


class Selection(Protocol):
    """The tickets that a command acts on."""

    def target(self) -> TicketRow | None:
        """Return the open ticket, else the one under the cursor; `None` after saying why."""

    async def targets(self) -> list[TicketRow]:
        """Return the selected tickets in the order of the list, else what `target` returns.

        The list is empty, and the status line says why, when there is none.
        """

    def go_to_next(self) -> None:
        """Put the cursor on the next ticket."""


class Reader(Protocol):
    """The pane that shows one ticket."""

    @property
    def trail(self) -> VisitHistory:
        """The tickets that were opened in this console."""

    @property
    def ticket_read(self) -> TicketId | None:
        """The ticket that the agent reads; `None` in the list."""

    @property
    def conversation(self) -> Conversation | None:
        """The ticket in the pane; `None` when there is none."""

    def read_ticket(self, row: TicketRow) -> None:
        """Open a ticket, whether the view has it or not."""


class Changes(Protocol):
    """Changes of tickets, by way of the outbox, with undo."""

    async def change(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        """Change fields of tickets; several only after the agent has confirmed.

        `said` is the result for each of them, such as `assigned to Bert Lund`.

        Raises:
            DeskeroError: The change cannot be stored.
        """

    async def delete(self, row: TicketRow) -> None:
        """Delete a ticket for everybody.

        Raises:
            DeskeroError: The deletion cannot be stored.
        """

    async def delete_many(self, rows: Sequence[TicketRow]) -> None:
        """Delete tickets for everybody, after the agent has confirmed."""

    async def tags_of(self, rows: Sequence[TicketRow]) -> dict[TicketId, tuple[str, ...]]:
        """Read the tags of tickets from the store; Esc stops it.

        Raises:
            DeskeroError: The store cannot be read.
        """


class Writing(Protocol):
    """Opens the screens to write in. Each runs on after the call has returned."""

    def open_writing(self, row: TicketRow, kind: DraftKind) -> object:
        """Continue or begin a reply or a note."""

    def reply_to_several(self) -> object:
        """Continue the reply to several tickets."""

    def create_ticket(self) -> object:
        """Continue or begin a new ticket."""


class Undo(Protocol):
    """What this console has sent and changed, and can undo."""

    def forget_behind(self, item_id: ItemId) -> None:
        """Forget what was sent along with an item that is taken back."""


class Host(Protocol):
    """The app around the screens."""

    theme: str

    def copy(self, text: str, *, name: str = ...) -> None:
        """Send `text` to the agent's clipboard; a long text is called `name`."""

    def show_to_select(self, text: str) -> None:
        """Show `text` and nothing else, for the terminal's own selection."""

    def do(self, work: Awaitable[T], *, done: Callable[[T], str]) -> None:
        """Run `work` in the background and show what `done` makes of its result."""

    def key_hint(self, command_id: str) -> str:
        """Return the key of a command, for a sentence."""

    def now(self) -> datetime:
        """Return the time in the agent's time zone."""


class Dialogs:
    """Dialogs that commands open over the main screen."""

    def __init__(self, show: Callable[[Screen[T]], Awaitable[T | None]]) -> None:
        """`show` opens a screen and returns its result, `None` after Esc."""
        self._show = show

    async def show(self, screen: Screen[T]) -> T | None:
        """Open a screen and return its result; `None` after Esc."""
        return await self._show(screen)  # type: ignore[arg-type, return-value]  # one T per call

    async def choose(
        self, title: str, choices: Sequence[Choice], *, current: str | None = None
    ) -> Choice | None:
        """Let the agent choose one of `choices`; `current` is the id to start at."""
        from deskero_tui.tui.dialogs.choose import Choose

        return await self.show(Choose(SafeText(title), choices, current=current))

    async def choose_many(
        self, title: str, choices: Sequence[Choice], *, chosen: Sequence[str], may_add: bool
    ) -> tuple[str, ...] | None:
        """Let the agent choose any of `choices` by id; with `may_add` also new words."""
        from deskero_tui.tui.dialogs.choose import ChooseMany

        sheet = ChooseMany(SafeText(title), choices, chosen=tuple(chosen), may_add=may_add)
        return await self.show(sheet)


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Everything that the function of a command may use."""

    desk: Desk
    settings: ConsoleSettings
    selection: Selection
    reader: Reader
    changes: Changes
    writing: Writing
    undo: Undo
    dialogs: Dialogs
    status: Status
    host: Host


def title_of(what: str, rows: Sequence[TicketRow]) -> str:
    """Return the title of a dialog: the ticket, or the number of tickets."""
    return f"{what}: {rows[0].number}" if len(rows) == 1 else f"{what}: {len(rows)} tickets"
