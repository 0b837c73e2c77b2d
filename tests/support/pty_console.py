"""A program in a real pseudo-terminal: keys go in, raw bytes come out, pyte draws the picture.

Nothing is waited for without a deadline, and nothing is left running: a program that does not end
by itself is killed by its process id, and that is a failure of the test.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

from bench.answers import Answerer
from deskero_tui.tui.terminal.lifecycle import BACKGROUND_FAILURE
from tests.support.cells import Cells, cells_of

_NOT_FOR_PYTE: Final = re.compile(
    rb"\x1bP.*?\x1b\\|\xe0\xb8[\xb1\xb4-\xba]|\xe0\xb9[\x87-\x8e]", re.DOTALL
)
"""What a terminal hands on to the one around it (DCS), which pyte writes out, and Thai marks, at
which it stops writing."""
_THAI_BEGUN: Final = re.compile(rb"\xe0[\xb8\xb9]?\Z")
"""The beginning of such a mark, the rest of which has not come yet."""
PATIENCE_S: Final = 20.0
"""How long anything may take; much longer than it does, as the machine may be busy."""
CONSOLE: Final = (sys.executable, "-m", "deskero_tui")
_POLL_S: Final = 0.02
_LAUNCH: Final = (
    "import fcntl, os, signal, sys, termios\n"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execvp(sys.argv[1], sys.argv[1:])\n"
)
"""Takes the terminal as the controlling one of its session, as a login would, and hears hang-ups
also below `nohup`; then becomes the program. A fresh interpreter does it because nothing may run in
a fork of a process with threads."""


def home_environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of somebody with an empty home, whose temporary files lie there, too."""
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "DESKERO_HOME": str(home / "deskero"),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        **more,
    }


class PtyConsole:
    """One program from `with` to its end, on a terminal of `size` (columns, lines).

    Leaving asserts that neither the program nor a local desk under `home` still runs.
    """

    def __init__(
        self,
        *arguments: str,
        home: Path,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        program: Sequence[str] = CONSOLE,
        answers: bool = True,
    ) -> None:
        """`environment` is all there is; without it that of `home_environment`.

        The terminal answers what it is asked, as soon as what it is sent is read here, or nothing.
        """
        self.raw = bytearray()
        """Every byte that came to the terminal."""
        self._command = [*program, *arguments]
        self._home = home
        self._environment = home_environment(home) if environment is None else dict(environment)
        self._screen = pyte.Screen(*size)
        self._picture: list[str] | None = None
        """The screen as text, while it is as it was when that was asked for last."""
        self._drawing = pyte.ByteStream(self._screen)
        self._answerer = Answerer(size) if answers else None
        self._cut_off = b""
        """What has come of a letter that has not come whole."""
        self._desk_pids: set[int] = set()

    # -- life ----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._terminal, inner = pty.openpty()
        self._is_open = True
        self._set_size(self._screen.columns, self._screen.lines)
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", _LAUNCH, *self._command],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=self._environment,
            start_new_session=True,
        )
        os.close(inner)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._desk_pids |= self._running_desks()
        was_running = self.is_running
        if was_running:
            self._process.kill()
            self._process.wait(PATIENCE_S)
        self.close_terminal()
        left = [pid for pid in self._desk_pids if not _ends(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        if error is None:
            assert not was_running, "the program did not end by itself"
            assert left == [], "a local desk was left behind"
            told = failures_under(self._home)
            assert told == [], "\n".join(told)

    def close_terminal(self) -> None:
        """Takes the terminal away, as a line that breaks does."""
        if self._is_open:
            self._is_open = False
            os.close(self._terminal)

    @property
    def is_running(self) -> bool:
        """Whether the program has not ended yet."""
        return self._process.poll() is None

    def kill(self, number: signal.Signals) -> None:
        """Sends a signal to the program."""
        self._desk_pids |= self._running_desks()
        self._process.send_signal(number)

    def children(self) -> list[int]:
        """The processes that the program has started and that are there."""
        pid = self._process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def wait_for_end(self, *, is_reading: bool = True) -> int:
        """Waits until the program has ended; its exit code, negative after a signal.

        Without `is_reading` the terminal takes nothing until then, as behind a line that stalls.
        """
        self._desk_pids |= self._running_desks()
        if is_reading:
            self._until(lambda: self._process.poll() is not None, "the program to end")
        else:
            assert until(lambda: self._process.poll() is not None), "the program does not end"
        while self._is_open and self._read(0):
            pass
        assert self._process.returncode is not None
        return self._process.returncode

    # -- keys ----------------------------------------------------------------------------------

    def press(self, keys: str) -> None:
        """Presses keys: letters as they are, others as the terminal sends them (`ESC`, `ENTER`)."""
        os.write(self._terminal, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Gives the terminal another size; the system tells the program. 0 says it has none."""
        if columns and lines:
            self._screen.resize(lines, columns)
            self._picture = None
        self._set_size(columns, lines)

    # -- what is seen --------------------------------------------------------------------------

    @property
    def picture(self) -> list[str]:
        """The screen as text, a string for each line without the spaces at its end."""
        if self._picture is None:
            # pyte's own `display` fails where half of a wide character was overwritten.
            width, height, cells = self._screen.columns, self._screen.lines, self._screen.buffer
            lines = ("".join(cells[y][x].data for x in range(width)) for y in range(height))
            self._picture = [line.rstrip() for line in lines]
        return self._picture

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.picture)

    def wait_for(self, *texts: str) -> None:
        """Reads on until all of `texts` are on the screen."""

        def are_there() -> bool:
            text = self.text
            return all(wanted in text for wanted in texts)

        self._until(are_there, repr(texts))

    def wait_for_match(self, pattern: str) -> str:
        """Reads on until `pattern` is on the screen; its first group where it is found first."""
        self._until(lambda: re.search(pattern, self.text) is not None, repr(pattern))
        found = re.search(pattern, self.text)
        assert found is not None
        return found[1]

    def wait_without(self, text: str) -> None:
        """Reads on until `text` has left the screen."""
        self._until(lambda: text not in self.text, f"{text!r} to go")

    @property
    def cells(self) -> Cells:
        """Every cell of the screen with all that can be seen of it."""
        return cells_of(self._screen)

    @property
    def cursor(self) -> tuple[int, int] | None:
        """Column and line of the terminal's own cursor, 0-based; `None` while it is hidden."""
        cursor = self._screen.cursor
        return None if cursor.hidden else (cursor.x, cursor.y)

    def wait_until_quiet(self, quiet_s: float = 0.06) -> None:
        """Reads on until nothing has come for `quiet_s` seconds."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read(quiet_s):
            assert time.monotonic() < deadline, "the screen never rests"

    def processor_s(self) -> float:
        """Processor time the program has used, in seconds."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    # -- private -------------------------------------------------------------------------------

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"waited for {what}; there is\n{self.text}"
            if not self._read(_POLL_S):
                ended = self._process.poll()
                assert ended is None or holds(), f"ended with {ended}; there is\n{self.text}"

    def _read(self, wait_s: float) -> bool:
        """Takes in what the program wrote, waiting at most so long; whether there was any."""
        if not self._is_open:
            time.sleep(wait_s)
            return False
        readable, _, _ = select.select([self._terminal], [], [], wait_s)
        if not readable:
            return False
        try:
            came = os.read(self._terminal, 65_536)
        except OSError:  # how Linux says that nobody holds the other end any more
            time.sleep(wait_s)
            return False
        self._arrive(came)
        if self._answerer is not None and (answers := self._answerer.answers_to(came)):
            os.write(self._terminal, answers)
        return bool(came)

    def _arrive(self, came: bytes) -> None:
        self.raw += came
        self._picture = None
        whole = self._cut_off + bytes(came)
        cut = _THAI_BEGUN.search(whole)
        end = cut.start() if cut else len(whole)
        self._cut_off = whole[end:]
        self._drawing.feed(_NOT_FOR_PYTE.sub(b"", whole[:end]))

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _running_desks(self) -> set[int]:
        """The local desks that lie under the home."""
        found = set()
        for file in self._home.rglob("desk.pid"):
            try:
                found.add(int(file.read_text("utf-8")))
            except (FileNotFoundError, ValueError):  # it is being written or taken away
                continue
        return found


def failures_under(home: Path) -> list[str]:
    """What no console with its log under `home` had thought of, each with where it was."""
    logs = [log.read_text("utf-8").splitlines() for log in home.rglob("*.log")]
    return [
        "\n".join(lines[place : place + 40])
        for lines in logs
        for place, line in enumerate(lines)
        if BACKGROUND_FAILURE in line
    ]


def until(holds: Callable[[], bool]) -> bool:
    """Waits for something to become true; False when it did not in time."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _ends(pid: int) -> bool:
    return until(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    """Whether a process is there and no mere memory of one."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


ESC: Final = "\x1b"
ENTER: Final = "\r"
TAB: Final = "\t"
REVIEW: Final = "\x13"
"""Ctrl+S."""
REDRAW: Final = "\x0c"
"""Ctrl+L."""
PAUSE: Final = "\x1a"
"""Ctrl+Z."""
