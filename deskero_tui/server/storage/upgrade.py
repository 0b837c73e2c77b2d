"""Upgrades of older databases by Alembic; loaded only when there is one.

All revisions of one upgrade run in the transaction of the caller: either all of them count, or the
database stays as it was.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.ids import utc_now
from deskero_tui.server.storage.backup import write_backup
from deskero_tui.server.storage.dialect import broken_reference, file_of
from deskero_tui.server.storage.schema import revision_of
from deskero_tui.server.storage.tables import SCHEMA_FACT, SCHEMA_VERSION, desk_facts

MIGRATIONS: Final = Path(__file__).parent / "migrations"


class BrokenReference(Exception):
    """A revision left a row that refers to nothing."""


def upgrade(
    connection: Connection,
    number: int,
    *,
    target: int = SCHEMA_VERSION,
    migrations: Path = MIGRATIONS,
) -> Path | None:
    """Back up a database, then run the revisions it lacks; return the path of the backup.

    The backup is written for SQLite only: PostgreSQL has `pg_dump`.

    Args:
        connection: In a transaction of `schema_transaction`, which the caller commits.
        number: The version that the database has, and is stamped with.
        target: The version to reach.
        migrations: The folder with Alembic's `env.py` and `versions`.

    Raises:
        DeskStartError: The backup cannot be written, or a revision failed; the message names the
            backup then.
    """
    backup = _back_up(connection, number)
    config = Config()
    # The option is a template, in which a percent sign needs a second one.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    state = "It is unchanged" + (f", with a backup in {backup}" if backup else "")
    try:
        command.upgrade(config, revision_of(target))
        fact = update(desk_facts).where(desk_facts.c.name == SCHEMA_FACT)
        connection.execute(fact.values(value=str(target)))
        if (table := broken_reference(connection)) is not None:
            raise BrokenReference(f"a row of {table} refers to nothing")
    except (SQLAlchemyError, CommandError, BrokenReference) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise DeskStartError(
            f"The database could not be upgraded from version {number} to {target}: "
            f"{_one_line(reason)}. {state}."
        ) from error
    except BaseException as error:
        error.add_note(f"The upgrade of the database failed. {state}.")
        raise
    return backup


def _back_up(connection: Connection, number: int) -> Path | None:
    file = file_of(connection.engine)
    if file is None:
        return None
    try:
        return write_backup(file, number, utc_now())
    except (OSError, sqlite3.Error) as error:
        raise DeskStartError(
            f"The database needs an upgrade, but no backup can be written beside it: {error}."
        ) from error


def _one_line(reason: object) -> str:
    return " ".join(str(reason).split()).rstrip(".")
