"""One program in a real pseudo-terminal: keys go in, bytes come out with their times."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bench.answers import Answerer
from bench.picture import Chunk
from bench.processes import Memory, end_all, has_work, memory_of, processor_s, tree_of

_MOST_AT_ONCE: Final = 65_536
_LONGEST_MARKER: Final = 64
_BUSY_S: Final = 0.01
"""A program that uses more of the processor between two looks has not settled."""


@dataclass(frozen=True, slots=True)
class Press:
    """What one press of a key came to."""

    first_s: float | None
    """Until the first byte; `None` when none came."""
    last_s: float
    """Until the last byte before the quiet; 0 when none came."""
    size_bytes: int


class Session:
    """One program from `with` to its end, on a terminal of `size` (columns, lines).

    Single-threaded: the program reads and writes only while something is waited for here.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        size: tuple[int, int],
    ) -> None:
        """Start the program in `folder` with `environment` and no other variables."""
        self.chunks: list[Chunk] = []
        """Everything the program wrote."""
        self.size = size
        self._command = list(command)
        self._environment = dict(environment)
        self._folder = folder
        self._answerer = Answerer(size)
        self._has_ended = False

    # -- life ----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.began_s = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            self._become_program()
        self._poll = select.poll()
        self._poll.register(self._terminal, select.POLLIN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pids = self._pids
        os.close(self._terminal)
        end_all(pids)

    def _become_program(self) -> None:
        """In the child, which never comes back from here."""
        try:
            columns, lines = self.size
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.chdir(self._folder)
            os.execvpe(self._command[0], self._command, self._environment)
        except OSError as error:
            os.write(2, f"{self._command[0]}: {error.strerror}".encode())
        finally:
            os._exit(127)

    # -- reading -------------------------------------------------------------------------------

    @property
    def has_ended(self) -> bool:
        """Whether the program has let go of its terminal."""
        return self._has_ended

    def read(self, wait_s: float) -> bool:
        """Takes in one piece of what the program writes, waiting at most so long; if there was."""
        if self._has_ended or not self._poll.poll(max(0.0, wait_s) * 1_000):
            return False
        try:
            data = os.read(self._terminal, _MOST_AT_ONCE)
        except OSError:  # how Linux says that nobody holds the other end any more
            data = b""
        if not data:
            self._has_ended = True
            return False
        self.chunks.append(Chunk(time.perf_counter(), data))
        answers = self._answerer.answers_to(data)
        if answers:
            self.send(answers)
        return True

    def read_for(self, seconds: float) -> None:
        """Lets the program go on for so long."""
        end_s = time.perf_counter() + seconds
        while not self._has_ended and (left_s := end_s - time.perf_counter()) > 0:
            self.read(left_s)

    def read_until_quiet(self, quiet_s: float, *, most_s: float) -> bool:
        """Reads until nothing came for `quiet_s`; False when `most_s` passed before that."""
        end_s = time.perf_counter() + most_s
        while time.perf_counter() < end_s:
            if not self.read(quiet_s):
                return True
        return False

    def settle(self, *, quiet_s: float = 0.3, most_s: float = 60.0) -> bool:
        """Reads until the program writes nothing and has nothing to do; False if it never rests."""
        end_s = time.perf_counter() + most_s
        while time.perf_counter() < end_s and not self._has_ended:
            used_s = self.processor_s
            if self.read_until_quiet(quiet_s, most_s=end_s - time.perf_counter()) and (
                self.processor_s - used_s < _BUSY_S and not has_work(self._pids)
            ):
                return True
        return False

    def read_until_seen(self, marker: re.Pattern[bytes], *, quiet_s: float, most_s: float) -> bool:
        """Reads until `marker` is among the raw bytes; False when nothing came for `quiet_s`.

        Cheap, as it runs beside the program; a program may also paint in parts what is looked for,
        so only the picture says afterwards what was seen, and when.
        """
        end_s = time.perf_counter() + most_s
        rest = b""
        while (left_s := end_s - time.perf_counter()) > 0 and self.read(min(quiet_s, left_s)):
            seen = rest + self.chunks[-1].data
            if marker.search(seen):
                return True
            rest = seen[-_LONGEST_MARKER:]
        return False

    # -- keys ----------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Writes all of it to the program, reading meanwhile, as a program may stop to write."""
        os.set_blocking(self._terminal, False)
        try:
            while data and not self._has_ended:
                try:
                    data = data[os.write(self._terminal, data) :]
                except BlockingIOError:
                    self.read(0.001)
        finally:
            os.set_blocking(self._terminal, True)

    def press(self, keys: str, *, quiet_s: float, most_s: float = 3.0) -> Press:
        """Presses keys and reads until nothing came for `quiet_s` after that."""
        known = len(self.chunks)
        pressed_s = time.perf_counter()
        self.send(keys.encode())
        # Until the first byte more patience: a slow program is not a silent one.
        if len(self.chunks) > known or self.read(max(quiet_s, 0.25)):
            self.read_until_quiet(quiet_s, most_s=most_s)
        came = self.chunks[known:]
        return Press(
            first_s=came[0].at_s - pressed_s if came else None,
            last_s=came[-1].at_s - pressed_s if came else 0.0,
            size_bytes=sum(len(chunk.data) for chunk in came),
        )

    # -- use of the machine --------------------------------------------------------------------

    @property
    def processor_s(self) -> float:
        """Processor time of the program and what it started, so far."""
        return processor_s(self._pids)

    @property
    def memory(self) -> Memory:
        """Memory of the program and what it started, just now."""
        return memory_of(self._pids)

    @property
    def _pids(self) -> list[int]:
        return tree_of(self.pid)
