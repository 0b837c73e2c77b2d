"""What may be asked over SSH in place of the console: files up and down, by a closed grammar. Pure.

    put [-f] NAME     get NAME     files     drop NAME

One space between the words; the name is all the rest, so that spaces in it need no quoting on this
side. What is asked never reaches a shell, is never logged, and is not repeated where it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from deskero_tui.domain.drop_names import flaw_of_drop_name
from deskero_tui.domain.errors import BadInput

MOST_CHARS: Final = 500
_REPLACE: Final = "-f "


class Verb(Enum):
    """What is to be done with the drop folder; the value is how it is spelled."""

    PUT = "put"
    GET = "get"
    FILES = "files"
    DROP = "drop"


GRAMMAR: Final = "put [-f] NAME, get NAME, files, drop NAME"


@dataclass(frozen=True, slots=True)
class DropRequest:
    """One thing that is asked of the drop folder."""

    verb: Verb
    name: str = ""
    """Fit for a drop folder; empty for `files` alone."""
    replaces: bool = False
    """For `put`: whether a file of that name may be replaced."""


def read_request(asked: str) -> DropRequest | None:
    """What `SSH_ORIGINAL_COMMAND` asks for; `None` for the console, when it is empty.

    Raises:
        BadInput: It is nothing of the grammar, or the name is none.
    """
    if not asked:
        return None
    if asked == Verb.FILES.value:
        return DropRequest(Verb.FILES)
    word, has_name, name = asked.partition(" ")
    known = {verb.value: verb for verb in Verb if verb is not Verb.FILES}
    if word not in known or not has_name or len(asked) > MOST_CHARS:
        raise BadInput(f"This login opens the console, and without a terminal it knows: {GRAMMAR}.")
    verb = known[word]
    replaces = verb is Verb.PUT and name.startswith(_REPLACE)
    if replaces:
        name = name.removeprefix(_REPLACE)
    flaw = flaw_of_drop_name(name)
    if flaw is not None:
        raise BadInput(flaw)
    return DropRequest(verb, name, replaces)
