"""The table of commands: keymap, footer, help, palette and the README's key table all read it."""

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


class Turn(Enum):
    """When a command may run beside others. The value is the group of its Textual worker."""

    ALONE = "inbox-choose"
    """It opens something: keys wait for it, and it ends another one that still prepares."""
    IN_ORDER = "inbox-ask"
    """Keys wait for it, and it ends no other."""
    BESIDE = "inbox-acting"
    """No key waits for it."""

    @property
    def group(self) -> str:
        """The group of the Textual worker."""
        return self.value

    @property
    def is_exclusive(self) -> bool:
        """Whether a new command cancels one of this group that still runs."""
        return self is Turn.ALONE


@dataclass(frozen=True, slots=True)
class Command:
    """One thing an agent can do by a key."""

    id: str
    """`family.verb`. Without a handler the method of screen or widget is `action_family_verb`."""
    title: str
    """A word or two, for footer and palette."""
    help: str
    keys: tuple[str, ...]
    """Without any config, as `tui/keys/names.py` calls them, the one to show first."""
    places: frozenset[Place]
    in_footer: bool = False
    handler: str = ""
    """The function below `tui/commands` that runs it, `module:function`."""
    turn: Turn = Turn.ALONE
    """When it may run beside others; for a command with a handler."""

    @property
    def action(self) -> str:
        """The Textual action: the dispatcher for a command with a handler, else a method."""
        if self.handler:
            return f"command({self.id!r})"
        family, _, verb = self.id.partition(".")
        if verb.isdecimal():
            return f"{family}_at({verb})"
        return f"{family}_{verb.replace('-', '_')}"

    @property
    def heard_as(self) -> str:
        """The key that Textual binds it to: the first of the table, else the id, which no
        keyboard sends."""
        return self.keys[0] if self.keys else self.id

    @property
    def shown_keys(self) -> str:
        """Its keys of the table as people read them: `j Down`."""
        return " ".join(map(shown_key, self.keys))


_KEY_NAMES: Final = {
    "enter": "Enter", "escape": "Esc", "tab": "Tab", "space": "Space", "backspace": "Backspace",
    "delete": "Del", "insert": "Ins", "home": "Home", "end": "End", "up": "Up", "down": "Down",
    "left": "Left", "right": "Right", "pageup": "PgUp", "pagedown": "PgDn", "backslash": "\\",
    "right_square_bracket": "]", "circumflex_accent": "^", "underscore": "_",
}  # fmt: skip


def shown_key(key: str) -> str:
    """A key as people read it: `Ctrl+S` for `ctrl+s`."""
    *modifiers, base = [key] if key == "+" else key.split("+")
    name = _KEY_NAMES.get(base, base)
    if len(key) > 1 and name == base:
        name = name.upper()
    return "+".join([*map(str.capitalize, modifiers), name])


BOTH: Final = frozenset({Place.LIST, Place.TICKET})
LIST: Final = frozenset({Place.LIST})
TICKET: Final = frozenset({Place.TICKET})
COMPOSE: Final = frozenset({Place.COMPOSE})
REVIEW: Final = frozenset({Place.REVIEW})


LEAVE_KEYS: Final = frozenset({"ctrl+q", "ctrl+c"})
"""Keys that act like `q` through the keymap only. Bound in Textual, Ctrl+C would leave the program
from a text field without a selection, where nothing is to copy."""
KEYED_VIEWS: Final = 9
"""So many views have a key of the table: their number."""


def view_command(number: int) -> Command:
    """What goes to the view with that place among the tabs, 1-based; the first nine have a key."""
    keys = (str(number),) if number <= KEYED_VIEWS else ()
    return Command(f"view.{number}", f"View {number}", f"Show view {number}", keys, BOTH)


COMMANDS: Final[tuple[Command, ...]] = (
    Command("list.down", "Down", "Next ticket", ("j", "down"), LIST),
    Command("list.up", "Up", "Previous ticket", ("k", "up"), LIST),
    Command("list.first", "First", "First ticket", ("g", "home"), LIST),
    Command("list.last", "Last", "Last ticket", ("G", "end"), LIST),
    Command("list.page-down", "Page down", "A page down", ("ctrl+d", "pagedown"), LIST),
    Command("list.page-up", "Page up", "A page up", ("ctrl+u", "pageup"), LIST),
    Command("list.mark", "Mark", "Mark the ticket and go on", ("space",), LIST),
    Command("list.range", "Range", "Mark from here, or to here", ("v",), LIST),
    Command("list.extend-down", "Extend down", "Mark this and the next", ("J",), LIST),
    Command("list.extend-up", "Extend up", "Mark this and the one before", ("K",), LIST),
    Command("list.mark-all", "Mark all", "Mark all in this view, or none", ("=",), LIST),
    Command("ticket.open", "Open", "Open the ticket", ("enter", "l"), LIST, True),
    Command("text.down", "Down", "A line down", ("j", "down"), TICKET),
    Command("text.up", "Up", "A line up", ("k", "up"), TICKET),
    Command("text.first", "Top", "To the top", ("g", "home"), TICKET),
    Command("text.last", "End", "To the end", ("G", "end"), TICKET),
    Command("text.page-down", "Page down", "A page down", ("ctrl+d", "pagedown", "space"), TICKET),
    Command("text.page-up", "Page up", "A page up", ("ctrl+u", "pageup"), TICKET),
    Command("text.find", "Find", "Find in the ticket", ("/",), TICKET, True),
    Command("ticket.next", "Next", "Next ticket while reading", ("J",), TICKET, True),
    Command("ticket.previous", "Previous", "Previous ticket while reading", ("K",), TICKET),
    Command(
        "ticket.last",
        "Last read",
        "The ticket read before this one",
        ("-",),
        BOTH,
        handler="reading:open_previous",
    ),
    Command(
        "view.recent",
        "Read last",
        "Choose among the tickets read last",
        (),
        BOTH,
        handler="reading:choose_recent",
    ),
    Command("message.next", "Next message", "Next message", (".",), BOTH),
    Command("message.previous", "Previous message", "Previous message", (",",), BOTH),
    Command("ticket.quotes", "Quotes", "Show or fold quoted text", ("x",), BOTH),
    Command("ticket.show-all", "Show all", "Show all of long texts, or cut them", ("E",), BOTH),
    Command("app.back", "Back", "One step back", ("escape", "h"), BOTH),
    Command("pane.next", "Other pane", "To the other pane", ("tab", "shift+tab"), BOTH),
    *map(view_command, range(1, KEYED_VIEWS + 1)),
    Command("view.choose", "Views", "Choose among all views", ("V",), BOTH),
    Command("view.search", "Search", "Search and filter in this view", ("/", "f"), LIST, True),
    Command("view.sort", "Sort", "Sort this view, or turn its order round", ("S",), BOTH),
    Command("ticket.reply", "Reply", "Write to the customer", ("r",), BOTH, True),
    Command("ticket.quote", "Reply quoting", "Write to the customer, quoting", (">",), BOTH),
    Command("ticket.note", "Note", "Write an internal note", ("n",), BOTH, True),
    Command("ticket.create", "New ticket", "Open a ticket for a customer", ("c",), BOTH),
    Command(
        "ticket.assign",
        "Assign",
        "Give the ticket to somebody",
        ("a",),
        BOTH,
        True,
        handler="assign:assign",
    ),
    Command(
        "ticket.take",
        "To me",
        "Take the ticket",
        ("A",),
        BOTH,
        handler="assign:assign_to_me",
        turn=Turn.IN_ORDER,
    ),
    Command(
        "ticket.status", "Status", "Set the status", ("s",), BOTH, True, handler="status:set_status"
    ),
    Command(
        "ticket.priority",
        "Priority",
        "Set or clear the priority",
        ("p",),
        BOTH,
        handler="status:toggle_priority",
        turn=Turn.IN_ORDER,
    ),
    Command("ticket.tags", "Tags", "Change the tags", ("t",), BOTH, handler="tags:change_tags"),
    Command(
        "ticket.cc", "Cc", "Change which agents are in copy", (), BOTH, handler="fields:edit_cc"
    ),
    Command(
        "ticket.fields",
        "Custom fields",
        "Change a custom field",
        (),
        BOTH,
        handler="fields:edit_custom_field",
    ),
    Command(
        "ticket.move", "Move", "Change type, area or group", ("m",), BOTH, handler="fields:move"
    ),
    Command(
        "ticket.solve",
        "Solve",
        "Solve and go to the next",
        ("e",),
        BOTH,
        True,
        handler="status:solve",
        turn=Turn.IN_ORDER,
    ),
    Command("ticket.skip", "Skip", "Skip the ticket for two hours: it goes last", ("+",), BOTH),
    Command("ticket.remind", "Remind me", "Remind me, out of sight till then", ("b",), BOTH),
    Command("ticket.reminded", "Reminder done", "The reminder that is due is done", ("Z",), BOTH),
    Command("view.reminders", "Reminders", "Show the reminders", ("B",), BOTH),
    Command("ticket.macro", "Macro", "Use a canned answer or macro", ("M",), BOTH),
    Command(
        "ticket.customer",
        "Customer",
        "Who asks, and their other tickets",
        ("i",),
        BOTH,
        handler="reading:show_customer",
    ),
    Command(
        "ticket.pin",
        "Pin",
        "Pin the ticket, or take its pin away",
        ("*",),
        BOTH,
        handler="reading:toggle_pin",
        turn=Turn.BESIDE,
    ),
    Command(
        "view.pinned",
        "Pinned",
        "Choose among the pinned tickets",
        (),
        BOTH,
        handler="reading:choose_pinned",
    ),
    Command(
        "ticket.links",
        "Links",
        "Links and attachments",
        ("o",),
        BOTH,
        handler="links:copy_link_or_save_file",
    ),
    Command(
        "ticket.open-link",
        "Open a link",
        "Open a link with the desktop's program",
        (),
        BOTH,
        handler="links:open_link",
    ),
    Command(
        "ticket.save", "Save", "Save an attachment", ("w",), BOTH, handler="links:save_attachment"
    ),
    Command(
        "ticket.copy", "Copy", "Copy the ticket's number", ("y",), BOTH, handler="copy:copy_number"
    ),
    Command(
        "ticket.copy-part",
        "Copy a part",
        "Choose what to copy of the ticket",
        ("Y",),
        BOTH,
        handler="copy:copy_part",
    ),
    Command(
        "ticket.show-part",
        "Show to select",
        "Show a part for the mouse to select",
        (),
        BOTH,
        handler="copy:show_part",
    ),
    Command(
        "ticket.delete",
        "Delete",
        "Delete the ticket for everybody",
        ("D",),
        BOTH,
        handler="delete:delete",
    ),
    Command("app.undo", "Undo", "Take back the last send or change", ("u",), BOTH),
    Command(
        "app.drafts",
        "Not sent",
        "Drafts, and what waits to be sent",
        ("d",),
        BOTH,
        handler="unsent:show_unsent",
    ),
    Command("app.receipt", "Receipt", "What became of the last change of many", (), BOTH),
    Command("pane.zoom", "Zoom", "The ticket over the whole screen", ("z",), BOTH),
    Command("app.refresh", "Refresh", "Look for news now", ("R",), BOTH),
    Command("app.redraw", "Redraw", "Draw the screen anew", ("ctrl+l",), BOTH),
    Command(
        "app.theme",
        "Theme",
        "Choose the colours for this session",
        (),
        BOTH,
        handler="appearance:choose_theme",
    ),
    Command("app.pause", "Pause", "To the shell; `fg` comes back", ("ctrl+z",), BOTH),
    Command("app.palette", "Commands", "All commands by name", (":", "ctrl+p"), BOTH),
    Command("app.help", "Keys", "The keys of this place", ("?",), BOTH, True),
    Command("app.leave", "Quit", "Back, or quit", ("q", "ctrl+q", "ctrl+c"), BOTH, True),
    Command("compose.review", "Review", "Look it over before it goes", ("ctrl+s",), COMPOSE, True),
    Command("compose.editor", "Editor", "Write in your own editor", ("ctrl+o",), COMPOSE),
    Command("compose.attach", "Attach", "Attach a file", ("ctrl+t",), COMPOSE, True),
    Command("compose.leave", "Back", "Back; the text is kept", ("escape", "ctrl+q"), COMPOSE, True),
    Command("review.send", "Send", "Send it", ("y",), REVIEW, True),
    Command("review.send-next", "Send, next", "Send it and open the next ticket", ("Y",), REVIEW),
    Command("review.edit", "Edit", "Back to writing", ("e",), REVIEW, True),
    Command("review.attach", "Attach", "Attach a file", ("a",), REVIEW, True),
    Command("review.status", "Status", "The status after sending", ("s",), REVIEW, True),
    Command(
        "review.leave",
        "Back",
        "Back; the text is kept",
        ("q", "escape", "ctrl+q", "ctrl+c"),
        REVIEW,
        True,
    ),
)


def command_named(command_id: str) -> Command:
    """The command of that id, which is one of the table's."""
    return next(command for command in COMMANDS if command.id == command_id)


def commands_of(place: Place) -> Iterator[Command]:
    """The commands that can be given at `place`, in the order of the table."""
    return (command for command in COMMANDS if place in command.places)


def bindings_of(*families: str) -> list[BindingType]:
    """Textual's bindings for the commands whose ids begin with one of `families`.

    A family is the part of the id before the dot: it says whose methods the actions are. Bound
    are the keys of the table; which keys an agent presses for them says the keymap
    (`tui/keys/keymap.py`), and the app hands those over as the table's (`tui/keys/dispatch.py`).
    """
    return [
        Binding(
            ",".join(_spelled(key) for key in command.keys if key not in LEAVE_KEYS)
            or command.heard_as,
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
