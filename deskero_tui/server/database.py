"""Runs work against the database: reads beside each other, writes one after the other.

A write is one transaction: when its answer leaves, it is on disk, or none of it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import DatabaseError

from . import tables
from .dialect import open_engine
from .errors import DeskStartError

Found = TypeVar("Found")

READ_THREADS = 2


class Database:
    """One open database. Made and closed on any thread; `read` and `write` from the event loop."""

    def __init__(self, url: str) -> None:
        """Open, and make the tables of an empty database.

        Raises:
            DeskStartError: Not a database, out of reach, or of a newer desk.
        """
        self._reading = open_engine(url, writes=False)
        self._writing = open_engine(url, writes=True)
        try:
            _prepare_schema(self._writing)
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


def _prepare_schema(engine: Engine) -> None:
    facts = tables.desk_facts
    with engine.begin() as connection:
        if not inspect(connection).has_table(facts.name):
            tables.metadata.create_all(connection)
            known = {
                tables.SCHEMA_FACT: str(tables.SCHEMA_VERSION),
                tables.DIRECTORY_REVISION: "1",
            }
            rows = [{"name": name, "value": value} for name, value in known.items()]
            connection.execute(insert(facts), rows)
            return
        stored = connection.scalar(select(facts.c.value).where(facts.c.name == tables.SCHEMA_FACT))
        if stored is None or not stored.isdigit():
            raise DeskStartError("The database does not say which version it is; is it a desk's?")
        if int(stored) > tables.SCHEMA_VERSION:
            raise DeskStartError(
                f"The database was written by a newer desk (version {stored}, this one knows "
                f"up to {tables.SCHEMA_VERSION}); start it with that one."
            )
