"""The tables of a database at the start of a desk: created, upgraded, or refused."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, inspect, select

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.storage import tables
from deskero_tui.server.storage.dialect import schema_transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredVersion:
    """What a database says about its tables."""

    number: int
    """0 for an empty database."""
    is_stamped: bool
    """False for a database from before Alembic: its table of revisions is missing."""


CURRENT = StoredVersion(tables.SCHEMA_VERSION, is_stamped=True)


def prepare_schema(reading: Engine, writing: Engine) -> None:
    """Bring a database to the current version, by one process at a time.

    Raises:
        DeskStartError: The database is newer or unknown, or its upgrade failed.
        DatabaseError: It cannot be read or written.
    """
    with reading.begin() as connection:
        if stored_version(connection) == CURRENT:
            return
    backup = None
    with schema_transaction(writing) as connection:
        # Another process may have done all of it while this one waited.
        stored = stored_version(connection)
        if stored.number == 0:
            _create(connection)
            return
        if not stored.is_stamped:
            _stamp(connection, stored.number)
        if stored.number < tables.SCHEMA_VERSION:
            # Alembic takes as long to load as the rest of a start.
            from deskero_tui.server.storage.upgrade import upgrade

            backup = upgrade(connection, stored.number)
    if backup is not None:
        log.warning("Database upgraded to version %s; backup: %s", tables.SCHEMA_VERSION, backup)


def stored_version(connection: Connection) -> StoredVersion:
    """Read the version of a database.

    Raises:
        DeskStartError: It has none, or one that this program does not know.
    """
    facts = tables.desk_facts
    inspector = inspect(connection)
    if not inspector.has_table(facts.name):
        return StoredVersion(0, is_stamped=False)
    stored = connection.scalar(select(facts.c.value).where(facts.c.name == tables.SCHEMA_FACT))
    if stored is None or not stored.isdecimal():
        raise DeskStartError("The database does not say which version it is; is it a desk's?")
    if int(stored) > tables.SCHEMA_VERSION:
        raise DeskStartError(
            f"The database was written by a newer desk (version {stored}, this one knows "
            f"up to {tables.SCHEMA_VERSION}); start it with that one."
        )
    return StoredVersion(int(stored), inspector.has_table(tables.alembic_version.name))


def revision_of(number: int) -> str:
    """Return the name of a version's revision in `migrations/versions`."""
    return f"{number:04}"


def _create(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    known = {
        tables.SCHEMA_FACT: str(tables.SCHEMA_VERSION),
        tables.DIRECTORY_REVISION: "1",
        tables.DESK_ID: secrets.token_hex(16),
    }
    rows = [{"name": name, "value": value} for name, value in known.items()]
    connection.execute(insert(tables.desk_facts), rows)
    _stamp(connection, tables.SCHEMA_VERSION)


def _stamp(connection: Connection, number: int) -> None:
    """Note the revision for Alembic."""
    tables.alembic_version.create(connection, checkfirst=True)
    connection.execute(delete(tables.alembic_version))
    connection.execute(insert(tables.alembic_version), {"version_num": revision_of(number)})
