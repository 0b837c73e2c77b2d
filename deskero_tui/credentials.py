"""Finds the API token: the environment, then a command, then a private file. Never the config."""

from __future__ import annotations

import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.text.utf8 import NotText, decode_text

COMMAND_WAIT_S: Final = 60
"""How long a password manager may take; it may have to ask for its own password first."""


@dataclass(frozen=True, slots=True)
class Token:
    """The API token as the desk handed it out, and where it was found."""

    value: str = field(repr=False)
    source: str
    """For `doctor`: `environment`, `command` or `file`."""


def find_token(
    environment: Mapping[str, str], token_command: str, token_file: Path
) -> Token | None:
    """The first token found; `None` when none is kept anywhere.

    Raises:
        BadConfig: A source was named and cannot be used.
    """
    if value := environment.get("DESKERO_API_TOKEN", "").strip():
        return Token(value, "environment")
    if token_command:
        return Token(_from_command(token_command), "command")
    return token_in_file(token_file)


def _from_command(command: str) -> str:
    """What the command prints first. It keeps the terminal's input, to ask for a password."""
    try:
        words = shlex.split(command)
        ran = subprocess.run(words, stdout=subprocess.PIPE, timeout=COMMAND_WAIT_S, check=False)
        lines = decode_text(ran.stdout).splitlines()
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise BadConfig(
            "The command in token_command could not be run. Try it by hand in the shell."
        ) from error
    if ran.returncode != 0 or not lines or not lines[0].strip():
        raise BadConfig("The command in token_command gave no token. Try it by hand in the shell.")
    return lines[0].strip()


def token_in_file(path: Path) -> Token | None:
    """The token in the private file that `login` writes; `None` when there is none.

    Raises:
        BadConfig: It can be read by others, or not by us.
    """
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadConfig(
                f"{path} can be read by others. Run `chmod 600` on it, "
                "and have a new token made if others use this machine."
            )
        value = decode_text(path.read_bytes()).strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror}.") from error
    except NotText as error:
        raise BadConfig(error.about(str(path))) from error
    return Token(value, "file") if value else None
