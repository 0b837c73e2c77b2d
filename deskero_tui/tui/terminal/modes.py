"""What the terminal is told when the console takes it and when it gives it back, and why.

Only what the console lives by is sent, as every terminal gets it, old ones and liars included:

- the alternate screen, so that the shell's picture is there again afterwards;
- no cursor, as fields draw their own, except for a screen reader, which follows it;
- no line wrapping, as the last column is written, too;
- focus reports: leaving the window saves what is written;
- bracketed paste: without it pasted lines would be commands;
- the kitty keyboard's first step alone, where it may be known: Escape is told from the beginning
  of a sequence at once, while letters stay letters, one byte each, also after a crash;
- one question, whether frames can be shown as a whole (mode 2026); they are only wrapped up so
  where the answer says yes;
- another, whether a tab goes to a stop that was set just before (HTS): only where it does, which is
  told by where the cursor is then (DSR 6), does the painter set stops of its own. They are those of
  every eighth column again when the terminal is given back.

Answers may come late or never: nothing waits for them, and `key_stream` takes them for what they
are whenever they come. `pacing` asks a third question now and then.

Not sent: mouse modes (selecting text stays the terminal's own), in-band resize reports (SIGWINCH
tells), pointer shapes, colour and version queries.
"""

from __future__ import annotations

import errno
import termios
import time
from typing import Any, Final

SIMPLE_TERMINALS: Final = (
    "linux",
    "vt1",
    "vt2",
    "vt3",
    "vt4",
    "vt5",
    "ansi",
    "cons",
    "sun",
    "wsvt",
)
"""Beginnings of TERM where extensions of xterm's may print letters instead of doing nothing."""

_TAKE: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[?1004h"
SHOW_CURSOR: Final = "\x1b[?25h"
_GIVE_BACK: Final = "\x1b[?1004l\x1b[?2004l\x1b[?7h"
_LEAVE_SCREEN: Final = "\x1b[0m\x1b[999H\x1b[K\x1b[?1049l\x1b[?25h"
"""Where there is no other screen (the linux console) the shell goes on below the last picture."""
_KITTY_TAKE: Final = "\x1b[>1u"
_KITTY_GIVE_BACK: Final = "\x1b[<u"
_ASK_FOR_WHOLE_FRAMES: Final = "\x1b[?2026$p"
_STOP_COLUMN: Final = 20
_ASK_FOR_STOPS: Final = f"\x1b7\x1b[2;{_STOP_COLUMN}H\x1b[3g\x1bH\r\t\x1b[6n\x1b8"
STOPS_ARE_KNOWN: Final = f"\x1b[2;{_STOP_COLUMN}R"
"""The answer where they are. In the second line, as in the first it might be F3."""
_USUAL_STOP_CELLS: Final = 8
_AFTER_ANOTHER: Final = "\x1b[?1l\x1b>\x1b[?6l\x1b[r\x1b[4l\x1b(B\x0f"
_AFTER_ANOTHER_ON_XTERM: Final = "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[>4m"
_BACKGROUND_PAUSE_S: Final = 0.01
"""Before setting a terminal once more that a signal kept us from: the signal may be one that comes
again and again, as in the background, and nothing tells when it has been dealt with."""

Attributes = list[Any]
"""What `termios.tcgetattr` answers."""


def is_simple(term: str) -> bool:
    """Whether a terminal that calls itself `term` is asked nothing."""
    return term.startswith(SIMPLE_TERMINALS)


def taking(term: str) -> str:
    """What is written when the console takes a terminal."""
    return _TAKE if is_simple(term) else _TAKE + _KITTY_TAKE


def question(term: str) -> str:
    """What a terminal that is taken is asked, once somebody hears the answer."""
    return "" if is_simple(term) else _ASK_FOR_WHOLE_FRAMES + _ASK_FOR_STOPS


def giving_back(term: str, columns: int) -> str:
    """What undoes all of `taking` and `question`, in the order that the kitty protocol wants."""
    if is_simple(term):
        return _GIVE_BACK + _LEAVE_SCREEN
    return _GIVE_BACK + usual_stops(columns) + _KITTY_GIVE_BACK + _LEAVE_SCREEN


def usual_stops(columns: int) -> str:
    """Sets tab stops as terminals have them from the beginning."""
    count = (columns - 1) // _USUAL_STOP_CELLS
    return "\r\x1b[3g" + f"\x1b[{_USUAL_STOP_CELLS}C\x1bH" * count


def after_another(term: str) -> str:
    """What a program turns on that was killed before it could undo it.

    Keys in application mode, a scroll region and places counted from it, insertion, and other signs
    for letters; beyond old terminals also the mouse, and xterm's spelling of keys with Ctrl.
    """
    return _AFTER_ANOTHER if is_simple(term) else _AFTER_ANOTHER + _AFTER_ANOTHER_ON_XTERM


def take_keys(handle: int) -> Attributes:
    """Makes the terminal hand over each key as it is pressed, unseen; how it was before.

    In the background this stops the process until the shell brings it to the front (SIGTTOU).

    Raises:
        termios.error: The terminal is gone.
    """
    before: Attributes = termios.tcgetattr(handle)
    raw = [*before[:6], [*before[6]]]
    raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    # A line feed is one byte, and moves down and nowhere else.
    raw[1] &= ~termios.OPOST
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
    _set(handle, raw)
    return before


def give_keys_back(handle: int, before: Attributes) -> None:
    """Throws away what was typed and not read, and puts the terminal back as it was.

    Raises:
        termios.error: The terminal is gone.
    """
    termios.tcflush(handle, termios.TCIFLUSH)
    _set(handle, before)


def _set(handle: int, attributes: Attributes) -> None:
    """Sets without waiting for output, again when a signal of ours comes between."""
    while True:
        try:
            termios.tcsetattr(handle, termios.TCSANOW, attributes)
        except termios.error as error:
            if error.args[0] != errno.EINTR:
                raise
            # In the background the same signal comes again at once.
            time.sleep(_BACKGROUND_PAUSE_S)
        else:
            return
