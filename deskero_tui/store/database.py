"""One SQLite file: one writer thread, one reader thread, and a connection for the first picture.

Every write is one immediate transaction; nothing outside this module opens, commits or rolls back.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from deskero_tui.domain.errors import StoreBroken
from deskero_tui.domain.text.folding import folded, has_text
from deskero_tui.private_files import make_private_folder, open_private
from deskero_tui.store.file_lock import store_lock
from deskero_tui.store.schema import STEPS

T = TypeVar("T")

BUSY_WAIT_S: Final = 10.0
"""How long a statement waits for another process that writes to the same file."""

LOCKED_WAIT_S: Final = 0.01
"""The pause between two tries where SQLite has no wait of its own (`_use_wal`)."""

AT_ONCE_WAIT_S: Final = 2.0
"""The same for what is written on the calling thread, which nothing else can use meanwhile."""


CACHE_KIB: Final = 128
"""What each connection keeps of the file. The system keeps it, too, for all of them together; more
(SQLite's own measure is 2,000) makes no search, order or loading faster, half of it makes writing
slower."""


class Database:
    """An open store. Made and closed on the thread of the event loop; see each method for where
    its function runs.
    """

    def __init__(self, path: Path, *, is_alone: bool = False) -> None:
        """Opens or creates the file, readable by its owner only, and brings its schema up to date.

        A store of this version that cannot be written (a full disk, a folder of somebody else) is
        opened for reading: then every write raises `StoreBroken`.

        Whoever makes the store anew holds its lock and says `is_alone`.

        Raises:
            StoreBroken: It cannot be opened, is damaged, was written by a newer version, or is
                being made anew by another program.
        """
        self.path = path
        self._lock = store_lock(path)
        if not is_alone:
            self._share_lock()
        self.is_read_only = False
        """Whether nothing can be written, as things were when it was opened."""
        self._open: Callable[[], sqlite3.Connection] = lambda: _connect(path)
        try:
            self._front = _opened(path)
        except StoreBroken as error:
            self._open = lambda: _connect_for_reading(path)
            try:
                self._front = self._open()
            except sqlite3.Error:
                self._lock.release()
                raise error from None
            self.is_read_only = True
        self._local = threading.local()
        self._connections = [self._front]
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-reader")
        self._job_lock = threading.Lock()
        self._job: tuple[object, sqlite3.Connection] | None = None
        """The read that the reader thread is at."""
        self._seen_version: int | None = None
        self._is_closed = False

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """What `function` reads, on the reader thread; it sees one state of the store throughout.

        When whoever waits for it is cancelled, SQLite stops where it is: the next read does not
        wait for an answer that nobody wants.

        Raises:
            StoreBroken: The file cannot be read.
        """
        job = object()

        def read() -> T:
            connection = self._connection()
            with self._at(job, connection):
                return self._transact(connection, function, "BEGIN", False)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._reader, read)
        except asyncio.CancelledError:
            self._stop(job)
            raise

    async def write(
        self, function: Callable[[sqlite3.Connection], T], *, durable: bool = False
    ) -> T:
        """Runs `function` as one transaction on the writer thread: all of it is kept, or nothing.

        Without `durable` a power cut may take the last transactions with it, in their order and
        each as a whole; with it, what was written is on the disk when this comes back.

        Raises:
            StoreBroken: The file cannot be written; nothing was changed.
        """
        return await asyncio.get_running_loop().run_in_executor(
            self._writer, self._in_transaction, function, "BEGIN IMMEDIATE", durable
        )

    async def others_wrote(self) -> bool:
        """Whether another connection, such as another program's, may have written since this was
        asked last; true the first time.

        Raises:
            StoreBroken: The file cannot be read.
        """

        def version() -> int:
            with (
                _said_plainly(self.path),
                closing(self._connection().execute("PRAGMA data_version")) as cursor,
            ):
                return int(cursor.fetchone()[0])

        # Of the connection that writes: what it has written itself does not count.
        known, self._seen_version = (
            self._seen_version,
            await asyncio.get_running_loop().run_in_executor(self._writer, version),
        )
        return known != self._seen_version

    def read_now(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """As `read`, on the calling thread: for what has to be on the first picture.

        Raises:
            StoreBroken: The file cannot be read.
        """
        with _said_plainly(self.path):
            return function(self._front)

    def write_now(self, function: Callable[[sqlite3.Connection], T], *, durable: bool = False) -> T:
        """As `write`, on the calling thread: for a program that has no event loop, or no time.

        Raises:
            StoreBroken: The file cannot be written; nothing was changed.
        """
        return self._transact(self._front, function, "BEGIN IMMEDIATE", durable)

    def close(self) -> None:
        """Waits for what was begun, then closes the file. May be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        for connection in self._connections:
            connection.close()
        self._lock.release()

    def _share_lock(self) -> None:
        """Note for other programs that this one has the store open.

        Where no file can be created, or no lock be had, nothing can replace the store either.

        Raises:
            StoreBroken: Another program is making the store anew.
        """
        try:
            make_private_folder(self.path.parent)
            is_shared = self._lock.try_take(shared=True)
        except OSError:
            return
        if not is_shared:
            raise StoreBroken(
                f"Another program is making the store {self.path} anew. Try again in a moment."
            )

    @contextmanager
    def _at(self, job: object, connection: sqlite3.Connection) -> Iterator[None]:
        """Says which read the reader thread is at."""
        with self._job_lock:
            self._job = (job, connection)
        try:
            yield
        finally:
            with self._job_lock:
                self._job = None

    def _stop(self, job: object) -> None:
        """Stops a read, if it is the one that goes on. From any thread."""
        with self._job_lock:
            if self._job is not None and self._job[0] is job:
                self._job[1].interrupt()

    def _in_transaction(
        self, function: Callable[[sqlite3.Connection], T], begin: str, durable: bool
    ) -> T:
        return self._transact(self._connection(), function, begin, durable)

    def _connection(self) -> sqlite3.Connection:
        """The connection of the thread that asks."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with _said_plainly(self.path):
                connection = self._local.connection = self._open()
            self._connections.append(connection)
        return connection

    def _transact(
        self,
        connection: sqlite3.Connection,
        function: Callable[[sqlite3.Connection], T],
        begin: str,
        durable: bool,
    ) -> T:
        with _said_plainly(self.path):
            if durable:
                connection.execute("PRAGMA synchronous = FULL")
            try:
                connection.execute(begin)
                try:
                    answer = function(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    # A commit that failed, as on a full disk, may have ended the transaction.
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            finally:
                if durable:
                    connection.execute("PRAGMA synchronous = NORMAL")
            return answer


def _opened(path: Path) -> sqlite3.Connection:
    with _said_plainly(path):
        make_private_folder(path.parent)
        if not path.exists():
            os.close(open_private(path, os.O_RDWR))
        connection = _connect(path)
        try:
            _migrate(connection, path)
            connection.execute(f"PRAGMA busy_timeout = {int(AT_ONCE_WAIT_S * 1000)}")
        except BaseException:
            connection.close()
            raise
        return connection


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that never writes, not even the files that SQLite keeps beside its own.

    Where it cannot make those it reads the file as one that nobody else changes, which holds as
    long as nobody can: https://www.sqlite.org/wal.html, "Read-Only Databases".

    Raises:
        sqlite3.Error: It cannot be read, or is not of this version.
    """
    trouble: sqlite3.Error | None = None
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(path))}?{mode}",
                uri=True,
                timeout=AT_ONCE_WAIT_S,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                _prepare(connection)
                if _version(connection) != len(STEPS):
                    raise sqlite3.DatabaseError("another version")
                connection.execute("SELECT count(*) FROM marks").close()
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            trouble = error
        else:
            return connection
    assert trouble is not None
    raise trouble


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_WAIT_S, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.create_function("has_text", 2, has_text, deterministic=True)
    connection.create_function("folded", 1, folded, deterministic=True)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Runs the steps that the file has not seen, all in one transaction.

    A file of a newer version is left exactly as it is.
    """
    _refuse_newer(connection, path)
    _use_wal(connection)
    if _version(connection) == len(STEPS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _refuse_newer(connection, path)
        for step in STEPS[_version(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to write-ahead logging, if it is not yet.

    While another program does the same, SQLite answers "locked" at once instead of waiting as its
    busy time-out says: https://www.sqlite.org/c3ref/busy_handler.html (a wait could be a deadlock).
    """
    ends_s = time.monotonic() + BUSY_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= ends_s:
                raise
            # SQLite has no wait of its own here.
            time.sleep(LOCKED_WAIT_S)
        else:
            return


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) > len(STEPS):
        raise StoreBroken(
            f"The store {path} was written by a newer version of deskero-tui. "
            "Update deskero-tui, or set DESKERO_HOME to another folder."
        )


def _version(connection: sqlite3.Connection) -> int:
    with closing(connection.execute("PRAGMA user_version")) as cursor:
        return int(cursor.fetchone()[0])


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    """Turns what SQLite and the system raise into a sentence for the agent."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreBroken(_sentence(error, path), detail=repr(error)) from error
    except OSError as error:
        raise StoreBroken(
            f"The store {path} cannot be opened: {error.strerror or error}. "
            "Set DESKERO_HOME to a folder you can write to.",
            detail=repr(error),
        ) from error


def _sentence(error: sqlite3.Error, path: Path) -> str:
    reason = str(error).lower()
    if "full" in reason:
        return f"The disk is full: free some space and try again. The store is {path}."
    if "locked" in reason or "busy" in reason:
        return f"Another program keeps the store {path} locked. Close it and try again."
    if "readonly" in reason or "read-only" in reason:
        return (
            "The store cannot be written, so nothing can be kept. "
            f"Check the permissions of {path}, and whether its disk is full."
        )
    if "malformed" in reason or "not a database" in reason or "corrupt" in reason:
        return (
            f"The store {path} is damaged. Close every console and run "
            "`deskero-tui doctor --rebuild`: what you have written comes along."
        )
    return f"The store {path} cannot be used ({error})."
