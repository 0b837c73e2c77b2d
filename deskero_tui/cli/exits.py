"""Exit codes, and which failure leaves with which."""

from __future__ import annotations

from enum import IntEnum

from deskero_tui.domain.errors import (
    BadConfig,
    BadInput,
    DeskeroError,
    Missing,
    NotAllowed,
    Throttled,
    Unclear,
    Unreachable,
)


class Exit(IntEnum):
    """What the shell is told. The numbers are part of the surface and never change."""

    DONE = 0
    FAILED = 1
    WRONG_USAGE = 2
    NOT_ALLOWED = 3
    NOT_FOUND = 4
    OUT_OF_REACH = 5
    UNSURE = 6


def exit_of(error: DeskeroError) -> Exit:
    """The exit code for a failure."""
    match error:
        case BadInput() | BadConfig():
            return Exit.WRONG_USAGE
        case NotAllowed():
            return Exit.NOT_ALLOWED
        case Missing():
            return Exit.NOT_FOUND
        case Unreachable() | Throttled():
            return Exit.OUT_OF_REACH
        case Unclear():
            return Exit.UNSURE
        case _:
            return Exit.FAILED
