"""The process of a local desk, `python -m deskero_tui.server --folder F`; started by `local`.

It leaves its parent, answers on the socket its plan names, and ends when no console holds
`users.lock` any more.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deskero_tui.private_files import write_private
from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.local.files import FileLock, LocalFolder, LocalPlan, clean_up

USERS_POLL_S = 1.0


def main() -> int:
    """Run the desk of the folder on the command line; 1 with a sentence when it cannot start."""
    parser = argparse.ArgumentParser(prog="deskero_tui.server", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="made by a console")
    parser.add_argument("--starting", type=int, required=True, help="handle of its start lock")
    given = parser.parse_args()
    place = LocalFolder(given.folder)
    if os.fork():
        # Only the child goes on: it belongs to no console, so none has to wait for its end.
        os._exit(0)
    try:
        plan = LocalPlan.read(place)
        if plan is None:
            raise DeskStartError(f"There is no plan in {place.path}.")
        asyncio.run(_run(place, plan, given.starting))
    except DeskStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _run(place: LocalFolder, plan: LocalPlan, starting: int) -> None:
    # Not before the fork: the server's modules are slow to load, and may start threads.
    from deskero_tui.server.run import DeskServer, open_socket
    from deskero_tui.server.settings import DeskSettings

    settings = DeskSettings(
        database_url=f"sqlite:///{place.database_file}",
        client_id=plan.client_id,
        api_token=plan.api_token,
        socket_path=Path(plan.socket_path),
        demo_tickets=plan.demo_tickets,
        first_agent=plan.first_agent,
    )
    users = FileLock(place.users_lock)
    listening, base_url = open_socket(settings)
    server = DeskServer(settings)
    server.stop_on_signals()
    watching = asyncio.create_task(_stop_without_users(users, server.stop))
    write_private(place.pid_file, str(os.getpid()))
    try:
        await server.run_on(listening, lambda: _announce(base_url, starting))
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        listening.close()
        clean_up(place, plan)
        # Last: a console that waits for this lock finds everything gone.
        users.close()


async def _stop_without_users(users: FileLock, stop: Callable[[], None]) -> None:
    """Ask for the end once nobody holds the lock; it is then kept, so nobody can join any more."""
    while not users.try_take(shared=False):  # noqa: ASYNC110 - nothing tells when a lock is free
        await asyncio.sleep(USERS_POLL_S)
    stop()


def _announce(base_url: str, starting: int) -> None:
    """Tell the console, if that is still there, let go of the pipe it reads, and let others in."""
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{base_url}\n")
        sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.close(starting)


if __name__ == "__main__":
    sys.exit(main())
