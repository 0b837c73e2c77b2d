"""`deskero-tui completion`: scripts that complete the command line in a shell.

shtab makes them from the parser, so that they know every command and flag, and is imported only
here. argcomplete would start Python at each Tab; our scripts do so for tickets and views alone, and
only in bash.
"""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterator
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.wiring import settings_of, store_name_of, tabs_of
from deskero_tui.config import VENDOR_URL, Places, Settings
from deskero_tui.domain.query.query import BUILT_IN_VIEWS, OPEN, Query
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from deskero_tui.store.listing import order_of, rows_of

MOST_TICKETS: Final = 300
"""The open ones that were changed last; who means another types its number."""
_KNOWN: Final = {"ticket": "tickets", "view": "views"}
"""What is asked from the store or the config, by what the argument is called in the help."""
_BASH: Final = "".join(
    f"_deskero_tui_{known}() {{\n"
    f'  compgen -W "$(deskero-tui completion bash --known {known} 2>/dev/null)" -- "$1"\n'
    f"}}\n"
    for known in _KNOWN.values()
)


def run_completion(given: Namespace) -> int:
    """Prints the script of a shell, or the words that one of its functions asks for.

    Raises:
        DeskeroError: The config or the store cannot be read.
    """
    if given.known is None:
        print(script(given.shell))
        return Exit.DONE
    places, settings = settings_of(given, is_told=False)
    words = _views(settings) if given.known == "views" else _tickets(places, settings)
    print("\n".join(words))
    return Exit.DONE


def script(shell: str) -> str:
    """What a shell reads to complete our command line."""
    import shtab

    from deskero_tui.cli.arguments import parser

    top = parser()
    for action in _actions(top):
        known = _KNOWN.get(str(action.metavar)) or _KNOWN.get(action.dest)
        if known and action.choices is None:
            # shtab looks for this attribute; argparse has no place for it.
            action.complete = {"bash": f"_deskero_tui_{known}"}  # type: ignore[attr-defined]
        elif action.dest == "file":
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # as above
    return shtab.complete(top, shell=shell, preamble=_BASH if shell == "bash" else "")


def _actions(one: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a parser and of those for its commands."""
    # argparse has no public way to walk a parser.
    for action in one._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _views(settings: Settings) -> Iterator[str]:
    return (view.id for view in dict.fromkeys((*BUILT_IN_VIEWS, *tabs_of(settings).views)))


def _tickets(places: Places, settings: Settings) -> list[str]:
    """The numbers of tickets as the store of the configured account has them; asks no desk.

    None while no account is configured: which store a desk of one's own has is known when it runs.
    """
    store_file = places.store_file(store_name_of(settings.url or VENDOR_URL, settings.client_id))
    if not settings.client_id or not store_file.exists():
        return []
    database = Database(store_file)
    viewer = Viewer(None, 0)
    try:
        order = database.read_now(lambda c: order_of(c, Query(OPEN), viewer, limit=MOST_TICKETS))
        rows = database.read_now(lambda c: rows_of(c, order, label_of_status=SafeText))
    finally:
        database.close()
    return [row.number for row in rows]
