"""The table of commands: keys, footer, help, palette and the README's key table all read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from textual.binding import Binding, BindingType


class Place(Enum):
    """Where a command can be given."""

    LIST = "list"
    TICKET = "ticket"
    COMPOSE = "compose"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing an agent can do by a key."""

    id: str
    """`place.verb`; the screen's method is `action_` and this with `_` for `.` and `-`."""
    title: str
    """A word or two, for footer and palette."""
    help: str
    keys: tuple[str, ...]
    """As Textual names them, the one to show first."""
    places: frozenset[Place]
    in_footer: bool = False

    @property
    def action(self) -> str:
        """What Textual calls: the method's name without `action_`, with an argument for views."""
        family, _, verb = self.id.partition(".")
        if verb.isdecimal():
            return f"{family}_at({verb})"
        return f"{family}_{verb.replace('-', '_')}"

    @property
    def shown_keys(self) -> str:
        """Its keys as people read them: `j down`."""
        return " ".join(map(shown_key, self.keys))


_KEY_NAMES: Final = {
    "enter": "Enter", "escape": "Esc", "tab": "Tab", "shift+tab": "Shift+Tab", "space": "Space",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right", "home": "Home", "end": "End",
    "pageup": "PgUp", "pagedown": "PgDn",
}  # fmt: skip


def shown_key(key: str) -> str:
    """A key as people read it: `Ctrl+S` for `ctrl+s`."""
    if key.startswith("ctrl+"):
        return "Ctrl+" + key.removeprefix("ctrl+").upper()
    return _KEY_NAMES.get(key, key)


BOTH: Final = frozenset({Place.LIST, Place.TICKET})
LIST: Final = frozenset({Place.LIST})
TICKET: Final = frozenset({Place.TICKET})
COMPOSE: Final = frozenset({Place.COMPOSE})
REVIEW: Final = frozenset({Place.REVIEW})


def _go_to_view(place: int) -> Command:
    return Command(f"view.{place}", f"View {place}", f"Show view {place}", (str(place),), BOTH)


COMMANDS: Final[tuple[Command, ...]] = (
    Command("list.down", "Down", "Next ticket", ("j", "down"), LIST),
    Command("list.up", "Up", "Previous ticket", ("k", "up"), LIST),
    Command("list.first", "First", "First ticket", ("g", "home"), LIST),
    Command("list.last", "Last", "Last ticket", ("G", "end"), LIST),
    Command("list.page-down", "Page down", "A page down", ("ctrl+d", "pagedown"), LIST),
    Command("list.page-up", "Page up", "A page up", ("ctrl+u", "pageup"), LIST),
    Command("ticket.open", "Open", "Open the ticket", ("enter", "l"), LIST, True),
    Command("text.down", "Down", "A line down", ("j", "down"), TICKET),
    Command("text.up", "Up", "A line up", ("k", "up"), TICKET),
    Command("text.first", "Top", "To the top", ("g", "home"), TICKET),
    Command("text.last", "End", "To the end", ("G", "end"), TICKET),
    Command("text.page-down", "Page down", "A page down", ("ctrl+d", "pagedown", "space"), TICKET),
    Command("text.page-up", "Page up", "A page up", ("ctrl+u", "pageup"), TICKET),
    Command("ticket.next", "Next", "Next ticket while reading", ("J",), TICKET, True),
    Command("ticket.previous", "Previous", "Previous ticket while reading", ("K",), TICKET),
    Command("message.next", "Next message", "Next message", (".",), BOTH),
    Command("message.previous", "Previous message", "Previous message", (",",), BOTH),
    Command("ticket.quotes", "Quotes", "Show or fold quoted text", ("x",), BOTH),
    Command("app.back", "Back", "One step back", ("escape", "h"), BOTH),
    Command("pane.next", "Other pane", "To the other pane", ("tab", "shift+tab"), BOTH),
    *map(_go_to_view, range(1, 10)),
    Command("view.choose", "Views", "Choose among all views", ("V",), BOTH),
    Command("view.search", "Search", "Search and filter in this view", ("/", "f"), BOTH, True),
    Command("ticket.reply", "Reply", "Write to the customer", ("r",), BOTH, True),
    Command("ticket.quote", "Reply quoting", "Write to the customer, quoting", (">",), BOTH),
    Command("ticket.note", "Note", "Write an internal note", ("n",), BOTH, True),
    Command("ticket.create", "New ticket", "Open a ticket for a customer", ("c",), BOTH),
    Command("ticket.assign", "Assign", "Give the ticket to somebody", ("a",), BOTH, True),
    Command("ticket.take", "To me", "Take the ticket", ("A",), BOTH),
    Command("ticket.status", "Status", "Set the status", ("s",), BOTH, True),
    Command("ticket.priority", "Priority", "Set or clear the priority", ("p",), BOTH),
    Command("ticket.tags", "Tags", "Change the tags", ("t",), BOTH),
    Command("ticket.move", "Move", "Change type, area or group", ("m",), BOTH),
    Command("ticket.solve", "Solve", "Solve and go to the next", ("e",), BOTH, True),
    Command("ticket.remind", "Remind me", "Write a note with a reminder", ("b",), BOTH),
    Command("view.reminders", "Reminders", "Show the reminders", ("B",), BOTH),
    Command("ticket.links", "Links", "Links and attachments", ("o",), BOTH),
    Command("ticket.save", "Save", "Save an attachment", ("w",), BOTH),
    Command("ticket.copy", "Copy", "Copy the ticket's number", ("y",), BOTH),
    Command("ticket.delete", "Delete", "Delete the ticket for everybody", ("D",), BOTH),
    Command("app.undo", "Undo", "Take back the last send or change", ("u",), BOTH),
    Command("app.drafts", "Not sent", "Drafts, and what waits to be sent", ("d",), BOTH),
    Command("pane.zoom", "Zoom", "The ticket over the whole screen", ("z",), BOTH),
    Command("app.refresh", "Refresh", "Look for news now", ("R",), BOTH),
    Command("app.redraw", "Redraw", "Draw the screen anew", ("ctrl+l",), BOTH),
    Command("app.palette", "Commands", "All commands by name", (":", "ctrl+p"), BOTH),
    Command("app.help", "Keys", "The keys of this place", ("?",), BOTH, True),
    Command("app.leave", "Quit", "Back, or quit", ("q",), BOTH, True),
    Command("compose.review", "Review", "Look it over before it goes", ("ctrl+s",), COMPOSE, True),
    Command("compose.attach", "Attach", "Attach a file", ("ctrl+t",), COMPOSE, True),
    Command("compose.leave", "Back", "Back; the text is kept", ("escape",), COMPOSE, True),
    Command("review.send", "Send", "Send it", ("y",), REVIEW, True),
    Command("review.edit", "Edit", "Back to writing", ("e",), REVIEW, True),
    Command("review.attach", "Attach", "Attach a file", ("a",), REVIEW, True),
    Command("review.status", "Status", "The status after sending", ("s",), REVIEW, True),
    Command("review.leave", "Back", "Back; the text is kept", ("q", "escape"), REVIEW, True),
)


def commands_of(place: Place) -> Iterator[Command]:
    """The commands that can be given at `place`, in the order of the table."""
    return (command for command in COMMANDS if place in command.places)


def bindings_of(*families: str) -> list[BindingType]:
    """Textual's bindings for the commands whose ids begin with one of `families`.

    A family is the part of the id before the dot: it says whose methods the actions are. The
    binding's id is the command's, so that footer, help and a user's own keys follow the table.
    """
    return [
        Binding(
            ",".join(_spelled(key) for key in command.keys),
            command.action,
            command.title,
            show=command.in_footer,
            id=command.id,
        )
        for command in COMMANDS
        if command.id.partition(".")[0] in families
    ]


def _spelled(key: str) -> str:
    """Textual parts keys by commas, so the comma itself goes by its name."""
    return "comma" if key == "," else key
