"""Twenty agents on one host: what each console takes of memory, processor and time to start.

Run as `python -m bench.crowd [N]`: N consoles, each with a store of its own, on one desk.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.desks import CONSOLE, furnish_home, make_desk_database, make_store, served
from bench.measures import open_session, wait_for_row
from bench.programs import Start
from bench.session import Session

AGENTS: Final = 20
TICKETS: Final = 10_000
IDLE_S: Final = 30.0
_MB: Final = 1_000_000


def main() -> None:
    """Starts them one after the other, lets them rest, has each press a key; prints a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else AGENTS
    folder = Path(tempfile.mkdtemp(prefix="deskero-crowd-"))
    try:
        make_desk_database(folder / "desk.sqlite", TICKETS)
        with served(folder / "desk.sqlite") as desk, ExitStack() as stack:
            make_store(folder / "store.sqlite", desk)
            sessions: list[Session] = []
            started_s: list[float] = []
            for number in range(count):
                home = folder / f"home-{number}"
                environment = furnish_home(home, desk, folder / "store.sqlite")
                session = stack.enter_context(open_session(Start(CONSOLE, home, environment)))
                first_s = wait_for_row(session)
                assert first_s is not None, "a console did not start"
                started_s.append(first_s - session.began_s)
                sessions.append(session)
            _rest(sessions, 5.0)
            memory = [session.memory for session in sessions]
            before_s = [session.processor_s for session in sessions]
            _rest(sessions, IDLE_S)
            idle_ms = [
                (session.processor_s - used_s) * 1_000
                for session, used_s in zip(sessions, before_s, strict=True)
            ]
            first_ms = [
                (press.first_s or 0.0) * 1_000
                for press in (session.press("j", quiet_s=0.05) for session in sessions)
            ]
            shared = [one.shared_out / _MB for one in memory]
            unshared = [one.unshared / _MB for one in memory]
            print(f"{count} consoles of {TICKETS} tickets at once")
            print(
                f"start to first row, first and last: {started_s[0]:.2f} s, {started_s[-1]:.2f} s"
            )
            print(f"memory, shared pages divided: {statistics.median(shared):.1f} MB each")
            print(f"memory, unshared: {statistics.median(unshared):.1f} MB each")
            print(f"all together: {sum(shared):.0f} MB")
            print(f"idle for {IDLE_S:.0f} s: {statistics.median(idle_ms):.0f} ms of processor each")
            print(f"key to first byte: {statistics.median(first_ms):.1f} ms")
    finally:
        shutil.rmtree(folder)


def _rest(sessions: list[Session], seconds: float) -> None:
    """Reads from all of them for so long."""
    end_s = time.perf_counter() + seconds
    while time.perf_counter() < end_s:
        for session in sessions:
            session.read(0.01)


if __name__ == "__main__":
    main()
