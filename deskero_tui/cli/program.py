"""What the program does: arguments to a command, failures to a sentence and an exit code."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from deskero_tui.cli.arguments import parser
from deskero_tui.cli.exits import exit_of
from deskero_tui.cli.streams import say
from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.domain.text.utf8 import is_utf8

PATHS: Final = frozenset({"home", "drop_folder", "program", "database", "key", "sshd_config"})
"""Arguments that name files of this machine. The name of an attachment goes to the desk."""


def run_program(arguments: Sequence[str]) -> int:
    """Runs what `arguments` ask for, in this process; what it answers is the exit code."""
    given = parser(has_commands=bool(arguments)).parse_args(arguments)
    try:
        _require_utf8(given)
        if given.restricted:
            from deskero_tui.cli.restricted import run_restricted

            return run_restricted(given, arguments)
        return _run(given)
    except DeskeroError as error:
        say(error.user_message)
        return exit_of(error)
    except KeyboardInterrupt:
        return 130


def _require_utf8(given: Namespace) -> None:
    """Refuse arguments that are no text; paths may have any bytes.

    Raises:
        BadInput: An argument is not UTF-8.
    """
    for name, value in vars(given).items():
        texts = value if isinstance(value, list) else [value]
        if name not in PATHS and not all(is_utf8(one) for one in texts if isinstance(one, str)):
            raise BadInput(f"The argument {name.replace('_', '-')} is not UTF-8.")


def _run(given: Namespace) -> int:
    """Imports what the command needs, and nothing more."""
    if given.drop_folder is not None:
        raise BadInput("--drop-folder goes with --restricted.")
    if given.home is not None:
        os.environ["DESKERO_HOME"] = given.home
    match given.command:
        case None:
            from deskero_tui.cli.gc_tuning import pause_gc

            pause_gc()
            from deskero_tui.cli.console import run_console

            return run_console(given)
        case "serve":
            from deskero_tui.cli.serve import run_serve

            return run_serve(given)
        case "login":
            from deskero_tui.cli.login import run_login

            return run_login(given)
        case "doctor":
            from deskero_tui.cli.doctor import run_doctor

            return run_doctor(given)
        case "warm":
            from deskero_tui.cli.warm import run_warm

            return run_warm()
        case "keys":
            from deskero_tui.cli.keys import run_keys

            return run_keys(given)
        case "view":
            from deskero_tui.cli.view import run_view

            return run_view(given)
        case "host-setup":
            from deskero_tui.cli.host_setup import run_host_setup

            return run_host_setup(given)
        case "completion":
            from deskero_tui.cli.completion import run_completion

            return run_completion(given)
        case "ticket":
            from deskero_tui.cli.ticket import run_ticket

            return run_ticket(given)
        case "macro":
            from deskero_tui.cli.macro import run_macro

            return run_macro(given)
        case "outbox":
            from deskero_tui.cli.outbox import run_outbox

            return run_outbox(given)
        case "drafts":
            from deskero_tui.cli.outbox import run_drafts

            return run_drafts(given)
        case unknown:
            raise AssertionError(unknown)
