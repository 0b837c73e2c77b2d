"""`deskero-tui --restricted --agent WHO`: the one program of a key on a machine of somebody else.

Who the agent is and where things lie is said by the command line, which stands in the key's line of
`authorized_keys` or in the host's wrapper; nothing that the far end can send has a say in it. The
console is opened, or one of the few things is done that `SSH_ORIGINAL_COMMAND` may ask for.
"""

from __future__ import annotations

import os
import pwd
import sys
from argparse import Namespace
from collections.abc import Sequence

from deskero_tui.cli.clean_environment import clean_environment, too_early
from deskero_tui.domain.errors import BadInput


def run_restricted(given: Namespace, arguments: Sequence[str]) -> int:
    """Does what the login is for; what it answers is the exit code.

    `arguments` are those that `given` was read from. Changes the environment of the process and its
    umask, and may start the program anew in its place.

    Raises:
        DeskeroError: It cannot be done.
    """
    _require_sound(given)
    if early := too_early(os.environ):
        _start_anew(early, arguments)
    asked = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    user = pwd.getpwuid(os.getuid())
    clean = clean_environment(os.environ, user=user.pw_name, home=user.pw_dir)
    os.environ.clear()
    os.environ.update(clean)
    os.umask(0o077)
    if given.home is not None:
        os.environ["DESKERO_HOME"] = given.home
    return _do(given, asked)


def _do(given: Namespace, asked: str) -> int:
    """Imports what is needed only here, where the environment is clean."""
    from deskero_tui.domain.drop_request import read_request

    request = read_request(asked)
    if request is None:
        from deskero_tui.cli.console import run_console

        return run_console(given)
    from deskero_tui.cli.drop_box import run_drop_box
    from deskero_tui.cli.wiring import drop_folder_of, places_of
    from deskero_tui.sync.drop_folder import DropFolder

    return run_drop_box(request, DropFolder(drop_folder_of(given, places_of(given))))


def _require_sound(given: Namespace) -> None:
    if given.command is not None or given.demo:
        raise BadInput("--restricted opens the console, and goes with no other command.")
    if not (given.agent or "").strip():
        raise BadInput("--restricted needs --agent WHO: an id, an address or a name on the desk.")


def _start_anew(early: Sequence[str], arguments: Sequence[str]) -> None:
    """Becomes a fresh Python on which none of `early` has acted."""
    rest = {name: value for name, value in os.environ.items() if name not in early}
    python = (sys.executable, "-E", "-P", "-X", "utf8", "-m", "deskero_tui")
    os.execve(sys.executable, [*python, *arguments], rest)
