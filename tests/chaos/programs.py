"""The processes of a run: the desk, and the programs on the agent's machine. All of them real."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from deskero_tui.server.settings import new_api_token
from tests.chaos.fault_proxy import HOST

CLIENT_ID: Final = "64a0c11e47"
PATIENCE_S: Final = 20.0
AGENT: Final = "Ines Marchetti"
"""Who the agent is on the sample desk."""


class ProgramGone(Exception):
    """The program ended before it answered: what was asked may be done or not."""


class Refused(Exception):
    """The program says no, in a sentence for the agent; nothing was done."""


@dataclass(frozen=True, slots=True)
class Access:
    """What opens the desk of a run."""

    api_token: str

    @property
    def environment(self) -> Mapping[str, str]:
        """For a child process, which has nothing else of ours."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "DESKERO_CLIENT_ID": CLIENT_ID,
            "DESKERO_API_TOKEN": self.api_token,
            "DESKERO_AGENT": AGENT,
        }


def new_access() -> Access:
    """Fresh credentials."""
    return Access(new_api_token(CLIENT_ID))


class DeskProcess:
    """`deskero-tui serve` as a child: may be killed, and comes back on the same port and data."""

    def __init__(self, folder: Path, access: Access, *, tickets: int) -> None:
        """`tickets` sample tickets are made at the first start."""
        self.port = _free_port()
        self._folder = folder
        self._access = access
        self._tickets = tickets
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.end(signal.SIGTERM)

    async def start(self) -> None:
        """Returns when it answers."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deskero_tui", "serve"),
            *("--port", str(self.port), "--demo", str(self._tickets)),
            *("--database", f"sqlite:///{self._folder / 'desk.sqlite'}"),
            stdout=PIPE,
            env={**self._access.environment, "DESKERO_HOME": str(self._folder)},
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            announced = await self._process.stdout.readline()
        assert announced.startswith(b"Desk ready"), announced

    async def end(self, number: signal.Signals) -> None:
        """Ends it, one way or another."""
        assert self._process is not None
        self._process.send_signal(number)
        async with asyncio.timeout(PATIENCE_S):
            await self._process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The waits of the program under test, short so that a run ends today; in seconds."""

    undo_s: float
    look_gap_s: float
    """Before the second look for a message; the gaps before the others are twice and three times
    as long."""
    patience_s: float
    """How long an answer is waited for."""
    refresh_s: float = 10.0
    drain_retry_s: float = 0.3

    @property
    def looking_s(self) -> float:
        """From the first look to the last one."""
        return 6 * self.look_gap_s


class Program:
    """One worker (`worker.py`) from its start to its end, however that comes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ready = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, store: Path, url: str, access: Access, pace: Pace) -> Program:
        """Returns when it takes orders."""
        waits = ("undo_s", "look_gap_s", "patience_s", "refresh_s", "drain_retry_s")
        options = [f"--{name.replace('_', '-')}={getattr(pace, name)}" for name in waits]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.worker", f"--store={store}", f"--url={url}"),
            *(f"--agent={AGENT}", *options),
            stdin=PIPE,
            stdout=PIPE,
            env=access.environment,
            limit=64 * 1024 * 1024,
        )
        program = cls(process)
        async with asyncio.timeout(PATIENCE_S):
            await program._ready.wait()
        return program

    async def ask(self, do: str, **told: Any) -> dict[str, Any]:
        """Has something done; the answer.

        Raises:
            ProgramGone: It ended over it.
            Refused: It says why not.
        """
        if self._reading.done():
            raise ProgramGone(do)
        number = next(self._numbers)
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        line = json.dumps({"do": do, "question": number, **told})
        self._process.stdin.write(line.encode() + b"\n")
        answered: dict[str, Any] = await answer
        if "refused" in answered:
            raise Refused(answered["refused"])
        return answered

    async def end(self, number: signal.Signals | None) -> None:
        """Ends it by a signal, or with `None` by the end of its input; waits for its last word."""
        if number is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
        else:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
        async with asyncio.timeout(PATIENCE_S):
            await self._reading
            await self._process.wait()

    async def _read(self) -> None:
        """Takes in its answers; what is still open at its end will never be answered."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            if not line.endswith(b"\n"):
                break
            said = json.loads(line)
            if "ready" in said:
                self._ready.set()
            else:
                answer = self._open.pop(said["question"])
                if not answer.done():
                    answer.set_result(said)
        for answer in self._open.values():
            if not answer.done():
                answer.set_exception(ProgramGone("it ended"))
        self._open.clear()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
