"""How a text gets from the console to the agent's clipboard, which lies at the far end of the line.

One value decides the way from what the environment says; no terminal is asked, for none answers
whether it took a text. So what is said afterwards is what was done, and no more.

- A terminal is sent OSC 52 (xterm's), which those that do not know it pass over in silence.
- tmux is handed the text as a program of its own: by default it drops OSC 52 of the programs in
  it (`set-clipboard external`), and yet hands on what `load-buffer -w` brings (tmux 3.2 and later).
- Where tmux runs at the far end of an ssh, no program of ours reaches it: it gets OSC 52 both as it
  is (taken with `set-clipboard on`) and wrapped up (handed on with `allow-passthrough on`).
- GNU screen drops OSC 52, and hands on what is wrapped up for it in pieces.

Measured with tmux 3.3a and screen 4.09. Light to import.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final, Self

from deskero_tui.tui.terminal.modes import is_simple

MOST_SENT_BYTES: Final = 64_000
"""Of a text in OSC 52, before it is spelled in base64: what terminals and tmux still take."""
MOST_LOADED_BYTES: Final = 1_000_000
"""Of a text that tmux is handed."""
PIECE_BYTES: Final = 250
"""Of what GNU screen is handed at once. 4.09 takes 767; that older ones take 255 is a guess."""
TMUX_S: Final = 1.0
"""How long tmux may take for one command."""
_NOT_COPIED: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_WITHOUT_CLIPBOARD: Final = frozenset({"", "dumb", "unknown"})
"""Values of TERM that promise nothing at all."""


class Way(Enum):
    """How a text leaves the console."""

    TERMINAL = "terminal"
    TMUX = "tmux"
    """tmux on this machine, as a program."""
    FAR_TMUX = "far tmux"
    """tmux where no program of ours reaches it."""
    SCREEN = "screen"
    FAR_SCREEN = "far screen"
    """GNU screen at the far end, or a tmux that calls itself so."""
    NONE = "none"


class Outcome(Enum):
    """What became of a text; the value says it, and claims no more than is known."""

    COPIED_BY_TMUX = "Copied by tmux"
    SENT = "Sent to the terminal (OSC 52)"
    SENT_BY_TMUX = "Sent to the terminal through tmux (OSC 52)"
    SENT_TO_FAR_TMUX = "Sent to your tmux (OSC 52; it needs set-clipboard on)"
    SENT_BY_SCREEN = "Sent to the terminal through screen (OSC 52)"
    TOO_LONG = "Too long for the clipboard"
    NO_WAY = "No clipboard in this terminal"

    @property
    def is_sent(self) -> bool:
        """Whether the text is on its way."""
        return self not in (Outcome.TOO_LONG, Outcome.NO_WAY)


@dataclass(frozen=True, slots=True)
class Clipboard:
    """The way to one agent's clipboard; the same for as long as the console has the terminal."""

    way: Way = Way.TERMINAL
    tmux_socket: str = ""
    """Where tmux on this machine listens."""

    @classmethod
    def of(cls, environment: Mapping[str, str], *, may_run_programs: bool) -> Self:
        """What suits the terminal that `environment` tells of.

        A login that may not run programs has no way to a tmux on this machine but OSC 52.
        """
        term = environment.get("TERM", "")
        socket = environment.get("TMUX", "").partition(",")[0]
        if socket:
            return cls(Way.TMUX, socket) if may_run_programs else cls(Way.FAR_TMUX)
        if environment.get("STY"):
            return cls(Way.SCREEN)
        if term.startswith("tmux"):
            return cls(Way.FAR_TMUX)
        if term.startswith("screen"):
            return cls(Way.FAR_SCREEN)
        is_apple = environment.get("TERM_PROGRAM") == "Apple_Terminal"
        if is_simple(term) or term in _WITHOUT_CLIPBOARD or is_apple:
            return cls(Way.NONE)
        return cls(Way.TERMINAL)

    async def hand_over(self, text: str, write: Callable[[str], None]) -> Outcome:
        """Sends `text`, made plain, on its way; what `write` gets goes to the terminal.

        Waits for tmux at most `TMUX_S` for each of two commands, and for nothing else.
        """
        plain = plain_text(text).encode("utf-8", "replace")
        most = MOST_LOADED_BYTES if self.way is Way.TMUX else MOST_SENT_BYTES
        if len(plain) > most:
            return Outcome.TOO_LONG
        match self.way:
            case Way.NONE:
                return Outcome.NO_WAY
            case Way.TMUX:
                return await self._to_tmux(plain, write)
            case Way.TERMINAL:
                write(osc_52(plain))
                return Outcome.SENT
            case Way.FAR_TMUX:
                write(osc_52(plain) + through_tmux(osc_52(plain)))
                return Outcome.SENT_TO_FAR_TMUX
            case Way.SCREEN:
                write(through_screen(osc_52(plain)))
                return Outcome.SENT_BY_SCREEN
            case Way.FAR_SCREEN:
                write(osc_52(plain) + through_screen(osc_52(plain)))
                return Outcome.SENT

    async def _to_tmux(self, plain: bytes, write: Callable[[str], None]) -> Outcome:
        """To tmux itself; where it cannot take it, through it, if it says that it lets us."""
        if await self._ask_tmux("load-buffer", "-w", "-", given=plain) is not None:
            return Outcome.COPIED_BY_TMUX
        answer = await self._ask_tmux("show-options", "-Apqv", "allow-passthrough")
        # tmux before 3.3 has no such option, and lets everything through.
        if answer is None or answer.strip() == b"off":
            return Outcome.NO_WAY
        if len(plain) > MOST_SENT_BYTES:
            return Outcome.TOO_LONG
        write(through_tmux(osc_52(plain)))
        return Outcome.SENT_BY_TMUX

    async def _ask_tmux(self, *command: str, given: bytes = b"") -> bytes | None:
        """Has the tmux that we are in do something; its answer, `None` when it did not."""
        try:
            tmux = await asyncio.create_subprocess_exec(
                "tmux",
                "-S",
                self.tmux_socket,
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError:
            return None
        try:
            answer, _ = await asyncio.wait_for(tmux.communicate(given), TMUX_S)
        except TimeoutError:
            return None
        finally:
            if tmux.returncode is None:
                with suppress(ProcessLookupError):
                    tmux.kill()
                await tmux.wait()
        return answer if tmux.returncode == 0 else None


def plain_text(text: str) -> str:
    """`text` without control characters but line feeds: pasted, nothing of it is a key.

    Every kind of line end becomes a line feed, a tab or any other run of them a space.
    """
    return _NOT_COPIED.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def osc_52(plain: bytes) -> str:
    """What puts `plain` into the clipboard of a terminal that takes it. BEL ends it: screen parts
    what is wrapped up for it at ST."""
    return f"\x1b]52;c;{base64.b64encode(plain).decode('ascii')}\x07"


def through_tmux(sequence: str) -> str:
    """`sequence` for the terminal that tmux runs in."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def through_screen(sequence: str) -> str:
    """`sequence` for the terminal that GNU screen runs in."""
    pieces = range(0, len(sequence), PIECE_BYTES)
    return "".join(f"\x1bP{sequence[at : at + PIECE_BYTES]}\x1b\\" for at in pieces)
