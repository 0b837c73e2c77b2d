"""Sets of keys for hands that know another program: what differs from the table of commands.

A preset names a command with all its keys; commands it does not name keep the keys of the table
that it does not give away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Preset = Mapping[str, tuple[str, ...]]
"""Keys by command id, the one to show first."""

DEFAULT_PRESET: Final = "console"

_MAIL: Final[Preset] = {
    "list.first": ("=", "home"),
    "list.last": ("*", "end"),
    "list.page-down": ("z", "pagedown", "ctrl+d"),
    "list.page-up": ("Z", "pageup", "ctrl+u"),
    "ticket.open": ("enter",),
    "text.down": ("enter", "down"),
    "text.up": ("backspace", "up"),
    "text.first": ("^", "home"),
    "text.last": ("$", "end"),
    "text.page-up": ("-", "pageup", "ctrl+u"),
    "ticket.next": ("j", "J"),
    "ticket.previous": ("k", "K"),
    "ticket.quotes": ("T",),
    "app.back": ("escape", "i"),
    "view.choose": ("c",),
    "view.search": ("/", "l"),
    "ticket.reply": ("r", "g"),
    "ticket.create": ("m",),
    "ticket.status": ("w",),
    "ticket.priority": ("F",),
    "ticket.tags": ("Y",),
    "ticket.move": ("s",),
    "ticket.solve": ("d", "e"),
    "ticket.customer": ("Q",),
    "ticket.links": ("v",),
    "ticket.save": ("W",),
    "ticket.copy-part": ("C",),
    "app.drafts": ("P",),
    "pane.zoom": ("_",),
    "app.refresh": ("G",),
}
"""As mutt has it: `j` and `k` go from mail to mail, also while one is read."""

_VI: Final[Preset] = {
    "list.page-down": ("ctrl+d", "ctrl+f", "pagedown"),
    "text.down": ("j", "ctrl+e", "down"),
    "text.up": ("k", "ctrl+y", "up"),
    "text.page-down": ("ctrl+d", "ctrl+f", "pagedown", "space"),
    "ticket.next": ("J", "ctrl+n"),
    "ticket.previous": ("K", "ctrl+p"),
    "message.next": ("}", "."),
    "message.previous": ("{", ","),
    "app.back": ("escape", "h", "ctrl+o"),
    "pane.next": ("tab", "ctrl+w", "shift+tab"),
    "view.search": ("/",),
    "ticket.create": ("O",),
    "ticket.status": ("c", "s"),
    "app.palette": (":",),
    "review.edit": ("i", "e"),
}
"""As vi and less have it; no `ctrl+b`, for that is tmux's."""

_WEB: Final[Preset] = {
    "list.first": ("home",),
    "list.last": ("G", "end"),
    "ticket.open": ("o", "enter"),
    "text.down": ("down",),
    "text.up": ("up",),
    "text.first": ("home",),
    "ticket.next": ("j", "J"),
    "ticket.previous": ("k", "K"),
    "message.next": ("n", "."),
    "message.previous": ("p", ","),
    "app.back": ("u", "escape"),
    "view.choose": ("g", "V"),
    "view.search": ("/",),
    "ticket.note": ("I",),
    "ticket.priority": ("=",),
    "ticket.tags": ("l",),
    "ticket.move": ("v",),
    "ticket.links": ("O",),
    "ticket.delete": ("#",),
    "app.undo": ("z",),
    "pane.zoom": ("Z",),
    "app.refresh": ("N", "R"),
}
"""As mail and helpdesks in a browser have it: `u` goes back to the list, `z` undoes."""

PRESETS: Final[Mapping[str, Preset]] = {
    DEFAULT_PRESET: {},
    "mail": _MAIL,
    "vi": _VI,
    "web": _WEB,
}
"""By the name that `preset` in the config takes."""
