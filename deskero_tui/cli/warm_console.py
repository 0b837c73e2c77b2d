"""A console in a fork of the warm helper: it lives on a terminal that is its caller's.

The terminal is not the controlling one of this process. Keys, pictures and sizes go through the
caller's open files, a terminal that is gone is noticed by reading from it; signals, and stopping
for the shell, come and go over the connection to the caller.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence

from typing_extensions import override

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.warm_place import CODE, GO, GO_ON, STOP, YES, peer_of
from deskero_tui.tui.terminal import jobs

TO_THE_GROUP = frozenset(
    {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH}
)
"""What a terminal tells its whole foreground group, so a program that we have started hears it."""


class WarmConsole(jobs.Shell):
    """This process, as its caller sees it. Made in a fork, before there is any thread."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._caller = peer_of(line)[0]
        self._is_brought_back = threading.Event()
        self._code: int = Exit.FAILED
        """What is told when an error that nobody expects ends us."""

    def run(self, arguments: Sequence[str]) -> int:
        """Tells the caller that we are there, and when it still waits, is the program.

        Never comes back otherwise than by the end of the process: the code goes to the caller
        before Python takes itself apart.
        """
        if not self._is_awaited():
            os._exit(Exit.DONE)
        # The first to be registered is the last to be called: then everything is put in order.
        atexit.register(self._tell_end)
        jobs.stand_in(self)
        threading.Thread(target=self._listen, name="warm-caller", daemon=True).start()
        from deskero_tui.cli.program import run_program

        try:
            self._code = run_program(arguments)
        except SystemExit as ended:
            self._code = _code_of(ended)
        return self._code

    def _is_awaited(self) -> bool:
        try:
            self._line.send(YES)
            is_awaited = self._line.recv(len(GO)) == GO
        except OSError:
            return False
        self._line.settimeout(None)
        return is_awaited

    def _listen(self) -> None:
        """From the thread: what the caller hears is heard here; without a caller it is the end."""
        while True:
            try:
                said = self._line.recv(1)
            except OSError:
                said = b""
            if said == GO_ON:
                self._is_brought_back.set()
            elif said:
                self._hear(signal.Signals(said[0]))
            else:
                is_deaf = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
                os.kill(os.getpid(), signal.SIGTERM if is_deaf else signal.SIGHUP)
                self._is_brought_back.set()
                return

    def _hear(self, number: signal.Signals) -> None:
        if number == signal.SIGTSTP and signal.getsignal(number) is signal.SIG_DFL:
            # There is no screen yet, or none any more: nothing has to be given back first.
            self._line.send(STOP)
        elif number in TO_THE_GROUP:
            os.killpg(0, number)
        else:
            os.kill(os.getpid(), number)

    @override
    def is_there(self) -> bool:
        """The caller finds out; without a shell it comes back from stopping at once."""
        return True

    @override
    def is_our_turn(self) -> bool:
        """Whether the caller runs in the foreground: nobody tells us when it is stopped by force.

        True when it has gone, or the terminal has: then it is to be put in order, or to be missed.
        """
        try:
            with open(f"/proc/{self._caller}/stat", "rb") as file:
                state, _, group, _, _, in_front = (
                    file.read().rpartition(b") ")[2].split(b" ", 6)[:6]
                )
        except OSError:
            return True
        return state != b"T" and (in_front == group or int(in_front) <= 0)

    @override
    def stop(self) -> None:
        """Has the caller stop in our place, and waits until it is brought back, or has gone."""
        self._is_brought_back.clear()
        try:
            self._line.send(STOP)
        except OSError:
            return
        self._is_brought_back.wait()

    def _tell_end(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                # A terminal that is gone: there is nobody to read it.
                continue
        try:
            self._line.send(CODE + str(int(self._code)).encode())
        except OSError:
            os._exit(self._code)
        os._exit(self._code)


def _code_of(ended: SystemExit) -> int:
    """What Python leaves with for it, and says, as `argparse` may have it say something."""
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or Exit.DONE
    print(ended.code, file=sys.stderr)
    return Exit.FAILED
