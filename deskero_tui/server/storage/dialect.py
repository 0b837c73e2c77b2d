"""Everything that differs between databases; the rest of the desk is plain SQLAlchemy Core.

Another database needs its driver, its URL, and here a rule for `folded`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, String, create_engine, event, func, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from deskero_tui.private_files import make_private_folder, open_private

BUSY_TIMEOUT_MS = 10_000
UPGRADE_WAIT_MS = 600_000
"""Maximum wait for another process that changes the tables of the same SQLite database."""
SCHEMA_LOCK = 0x6465_736B
"""The number of PostgreSQL's advisory lock for changes of the tables."""


class folded(FunctionElement[str]):
    """A text without case and accents; compare it with a value that went through `fold`."""

    type = String()
    inherit_cache = True


@compiles(folded)
def _folded_elsewhere(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    # Case only: accents then match as written.
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(folded, "sqlite")
def _folded_in_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"desk_fold({compiler.process(element.clauses, **options)})"


def fold(text: str) -> str:
    """Drop case, accents and compatibility forms: `Émile` and `EMILE` become `emile`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def open_engine(url: str, *, writes: bool) -> Engine:
    """Open one side of a database; the file and its folder are made, private to the user.

    A writing engine has one connection and takes SQLite's write lock when a transaction begins,
    so no transaction has to be given up half-way; a reading one sees one moment per transaction.
    """
    database = make_url(url)
    if database.get_backend_name() != "sqlite":
        return create_engine(url)
    if database.database:
        _make_private_file(Path(database.database))
    engine = create_engine(url, pool_size=1 if writes else 5, max_overflow=0)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        assert isinstance(connection, sqlite3.Connection)
        # The driver must not open transactions of its own: `begin` below does.
        connection.isolation_level = None
        connection.create_function("desk_fold", 1, _fold_value, deterministic=True)
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def schema_transaction(engine: Engine) -> Iterator[Connection]:
    """Run a change of the tables as one transaction, one process at a time.

    On SQLite, references are not enforced inside, because to change a table can mean to replace
    it; see `broken_reference`.

    Args:
        engine: A writing engine.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
                yield connection
            return
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        # SQLite ignores `foreign_keys` inside a transaction.
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute(f"PRAGMA busy_timeout = {UPGRADE_WAIT_MS}")
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
            driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def lock_until_commit(connection: Connection, name: str) -> None:
    """Wait for every other writing transaction that has locked the same name, and keep it locked.

    On SQLite there is only one writing transaction at a time.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def broken_reference(connection: Connection) -> str | None:
    """Return the name of a table with a row that refers to nothing, if there is one."""
    if connection.dialect.name != "sqlite":
        return None
    row = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return None if row is None else str(row[0])


def file_of(engine: Engine) -> Path | None:
    """Return the file of a SQLite database; None for any other database."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name else None


def _make_private_file(path: Path) -> None:
    make_private_folder(path.parent)
    if not path.exists():
        os.close(open_private(path, os.O_RDWR))


def _fold_value(value: object) -> str | None:
    return fold(value) if isinstance(value, str) else None
