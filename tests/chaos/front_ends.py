"""Writes by the console in a real terminal and by commands, killed now and then.

They share the store of the workers, whose waits are short; their own are as agents have them.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from deskero_tui.cli.exits import Exit
from tests.chaos.book import Book
from tests.chaos.plan import CONSOLE_KILLS, Kill
from tests.chaos.promises import Kind, Promise
from tests.support.pty_console import ENTER, REVIEW, PtyConsole

T = TypeVar("T")

WIDE: Final = (120, 36)
DRAFT_SAVED_S: Final = 1.2
"""A word is on the disk after a second at most."""
_VIEW_OF_ALL: Final = "9"
_WRITTEN_ON: Final = "-is:priority"
"""The search that leaves out new tickets and those to be deleted. All of them have priority."""
_MOST_IN_A_SESSION: Final = 3
_BY_COMMAND: Final = {
    Kind.REPLY: "reply {number} {token}",
    Kind.NOTE: "note {number} {token}",
    Kind.SUBJECT: "set {number} --subject {token}",
    Kind.TICKET: "new --priority --subject {token} --customer {customer} {token}",
    Kind.DELETION: "delete --yes {number}",
}
_COMMAND_KILLED: Final = 0.25
_COMMAND_LIFE_S: Final = 2.5
_COMMAND_AT_MOST_S: Final = 150.0
_KEPT: Final = frozenset({Exit.DONE, Exit.OUT_OF_REACH, Exit.UNSURE})
"""With these a command says that it was done, or is kept in the outbox."""


class CommandUser:
    """Somebody who writes with `deskero-tui ticket`. Lives on the event loop."""

    def __init__(
        self,
        environment: Mapping[str, str],
        book: Book,
        rng: Random,
        tell: Callable[[str], None],
    ) -> None:
        """Work on `environment`; `tell` prints what is not expected."""
        self._tell = tell
        self._environment = environment
        self._book = book
        self._rng = rng

    async def work(self, count: int) -> None:
        """So many writes, one after the other; a quarter of the commands are killed over theirs."""
        for _ in range(count):
            kind = self._rng.choice(list(_BY_COMMAND))
            ticket_id = self._rng.choice(self._book.ticket_ids)
            await self._write(self._book.begin(kind, ticket_id))

    def _words(self, promise: Promise) -> list[str]:
        values = {
            "number": self._book.numbers.get(promise.ticket_id, ""),
            "customer": self._book.pattern().customer_id,
            "token": promise.token,
        }
        return [word.format(**values) for word in _BY_COMMAND[promise.kind].split()]

    async def _write(self, promise: Promise) -> None:
        words = self._words(promise)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deskero_tui", "ticket", *words),
            env=self._environment,
            stdout=DEVNULL,
            stderr=PIPE,
        )
        said = b""
        wait_s = _COMMAND_AT_MOST_S
        if self._rng.random() < _COMMAND_KILLED:
            wait_s = self._rng.uniform(0, _COMMAND_LIFE_S)
        try:
            async with asyncio.timeout(wait_s):
                _, said = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            self._book.kills[Kill.COMMAND] += 1
        words_said = said.decode("utf-8", "replace").strip()
        if process.returncode in (Exit.FAILED, Exit.WRONG_USAGE):
            self._tell(f"ticket {' '.join(words)}: {words_said}")
        if process.returncode in _KEPT:
            self._book.confirm(promise, f"exit code {process.returncode}: {words_said}")


class ConsoleUser:
    """Somebody at the console. Its methods block: they run on a thread of their own."""

    def __init__(
        self,
        home: Path,
        environment: Mapping[str, str],
        book: Book,
        rng: Random,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """`loop` is the one to which the book belongs."""
        self._home = home
        self._environment = environment
        self._book = book
        self._rng = rng
        self._loop = loop

    def work(self, count: int) -> None:
        """Writes until so many messages are confirmed; every session ends in another way."""
        done = 0
        ends: list[Kill | None] = [*CONSOLE_KILLS, None]
        while done < count:
            ends.append(ends.pop(0))
            writes = self._rng.randint(1, min(_MOST_IN_A_SESSION, count - done))
            done += self._session(writes, ends[-1])

    def _session(self, writes: int, end: Kill | None) -> int:
        """One console from its start to its end; how many messages were confirmed."""
        with PtyConsole(home=self._home, environment=self._environment, size=WIDE) as console:
            console.wait_for("All open")
            console.press(_VIEW_OF_ALL)
            console.wait_for("[9 All")
            console.press(f"/{_WRITTEN_ON}{ENTER}")
            console.wait_without(_WRITTEN_ON)
            console.wait_for_match(r"(\d+/20\d\d)")
            for _ in range(writes):
                self._write(console)
            match end:
                case None:
                    console.press("q")
                    console.wait_for("Not sent yet")
                    console.press("k")
                case Kill.CONSOLE_SENT:
                    console.kill(signal.SIGKILL)
                case Kill.CONSOLE_KEY:
                    self._begin(console, Kind.REPLY)
                    console.press(REVIEW)
                    console.wait_for("Before it goes")
                    console.press("y")
                    console.kill(signal.SIGKILL)
                case _:
                    self._leave_a_draft(console, end)
            console.wait_for_end()
        if end is not None:
            self._on_loop(lambda: self._book.kills.update([end]))
        return writes

    def _write(self, console: PtyConsole) -> None:
        """Writes a message on some ticket, until the console says that it has it."""
        promise = self._begin(console, self._rng.choice([Kind.REPLY, Kind.NOTE]))
        console.press(REVIEW)
        console.wait_for("Before it goes")
        console.press("y")
        console.wait_without("Before it goes")
        self._on_loop(lambda: self._book.confirm(promise, "the console"))
        console.wait_until_quiet()

    def _begin(self, console: PtyConsole, kind: Kind) -> Promise:
        number = self._open(console, kind)
        promise = self._on_loop(lambda: self._book.begin(kind, self._book.tickets[number]))
        console.press(promise.token)
        console.wait_for(promise.token)
        self._on_loop(lambda: self._book.see_draft(console.text))
        return promise

    def _open(self, console: PtyConsole, kind: Kind) -> str:
        """Opens the paper for a message on a ticket further down; the ticket's number."""
        console.press("j" * self._rng.randint(1, 6))
        console.wait_until_quiet()
        if kind is Kind.REPLY:
            console.press("r")
            console.wait_for("PUBLIC reply", "To ")
        else:
            console.press("n")
            console.wait_for("INTERNAL note", "Only agents")
        console.wait_until_quiet()
        head = "To " if kind is Kind.REPLY else "Only agents"
        lines = iter(console.picture)
        next(line for line in lines if head in line)
        return next(word for word in next(lines).split() if word in self._book.tickets)

    def _leave_a_draft(self, console: PtyConsole, end: Kill) -> None:
        """Writes half a message and is killed over it, as soon as it must be on the disk."""
        self._open(console, Kind.REPLY)
        token = self._on_loop(lambda: self._book.new_token("d"))
        console.press(token)
        console.wait_for(token)
        if end is Kill.CONSOLE_WRITING:
            # The promise under test: after this time the draft is on the disk.
            time.sleep(DRAFT_SAVED_S)
        self._on_loop(lambda: self._book.record.drafts_promised.add(token))
        console.kill(signal.SIGHUP if end is Kill.CONSOLE_HANG_UP else signal.SIGKILL)

    def _on_loop(self, function: Callable[[], T]) -> T:
        """Runs something where the book lives; its answer."""

        async def call() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result()
