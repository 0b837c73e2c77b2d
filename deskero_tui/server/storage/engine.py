"""Runs work against the database: reads beside each other, writes one after the other.

A write is one transaction: when its answer leaves, it is on disk, or none of it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.storage.dialect import open_engine
from deskero_tui.server.storage.schema import prepare_schema

Found = TypeVar("Found")

READ_THREADS = 2


class Database:
    """One open database. Made and closed on any thread; `read` and `write` from the event loop."""

    def __init__(self, url: str) -> None:
        """Open; create the tables of an empty database, upgrade those of an older one.

        Raises:
            DeskStartError: Not a database, out of reach, of a newer desk, or not to be upgraded.
        """
        try:
            self._reading = open_engine(url, writes=False)
            self._writing = open_engine(url, writes=True)
        except OSError as error:
            raise DeskStartError(f"The database cannot be opened: {error}.") from error
        try:
            prepare_schema(self._reading, self._writing)
        except DatabaseError as error:
            self._dispose()
            raise DeskStartError(f"The database cannot be opened: {error.orig}.") from error
        except DeskStartError:
            self._dispose()
            raise
        self._readers = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="desk-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="desk-write")

    async def read(self, work: Callable[[Connection], Found]) -> Found:
        """Run `work` on a reader thread; it sees one moment of the database."""
        return await self._run(self._readers, self._reading, work)

    async def write(self, work: Callable[[Connection], Found]) -> Found:
        """Run `work` in a transaction on the writer thread; an error undoes all of it."""
        return await self._run(self._writer, self._writing, work)

    def write_now(self, work: Callable[[Connection], Found]) -> Found:
        """Like `write`, on the calling thread; for before the desk answers requests."""
        with self._writing.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Wait for running work, then let go of the files."""
        self._readers.shutdown()
        self._writer.shutdown()
        self._dispose()

    def _dispose(self) -> None:
        self._reading.dispose()
        self._writing.dispose()

    async def _run(
        self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], Found]
    ) -> Found:
        def in_transaction() -> Found:
            with engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(threads, in_transaction)
