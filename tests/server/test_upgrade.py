"""Databases of older desks: upgraded with a backup, or left as they were."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.local.desk import LocalDesk
from deskero_tui.server.storage.backup import write_backup
from deskero_tui.server.storage.dialect import open_engine, schema_transaction
from deskero_tui.server.storage.engine import Database
from deskero_tui.server.storage.schema import CURRENT, StoredVersion, revision_of, stored_version
from deskero_tui.server.storage.tables import SCHEMA_VERSION
from deskero_tui.server.storage.upgrade import MIGRATIONS, upgrade
from tests.server.calling import Caller
from tests.support.running_desk import RunningDesk

VERSION_1 = Path(__file__).with_name("desk_version_1.sql")
"""A database of the last desk without Alembic: two tickets, replies, a note, files."""
NEXT = SCHEMA_VERSION + 1
HELD_S = 2.0
"""Several times as long as a process takes to open a database."""
OPEN = (
    "import sys; from deskero_tui.server.storage.engine import Database; "
    "Database(sys.argv[1]).close()"
)
UPGRADE = f"""
import sys
from pathlib import Path
from deskero_tui.server.storage.dialect import open_engine, schema_transaction
from deskero_tui.server.storage.upgrade import upgrade
with schema_transaction(open_engine(sys.argv[1], writes=True)) as connection:
    upgrade(connection, {SCHEMA_VERSION}, target={NEXT}, migrations=Path(sys.argv[2]))
"""

NOBODY = 65534
OPEN_AS_NOBODY = f"""
import os, sys
import deskero_tui.server.storage.upgrade
from deskero_tui.server.storage.engine import Database
from deskero_tui.server.errors import DeskStartError
Database(sys.argv[2]).close()
if os.geteuid() == 0:
    # Root may write everywhere; what is needed is loaded, as nobody might not read it.
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    Database(sys.argv[1])
except DeskStartError as error:
    print(error)
    sys.exit(1)
"""


def old_database(folder: Path) -> Path:
    """Create the database of version 1 as its desk would have left it."""
    path = folder / "desk.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1.read_text("utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    path.chmod(0o600)
    return path


def contents(path: Path) -> list[str]:
    """Return the whole database as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def rows_in(path: Path) -> dict[str, list[Any]]:
    """Return the rows of each table that version 1 has."""
    with closing(sqlite3.connect(":memory:")) as old, closing(sqlite3.connect(path)) as connection:
        old.executescript(VERSION_1.read_text("utf-8"))
        tables = [
            row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {table: list(connection.execute(f'SELECT * FROM "{table}"')) for table in tables}


def backups_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.backup"))


def shape(engine: Engine) -> dict[str, Any]:
    """Return everything that the database itself says about its tables."""
    inspector = inspect(engine)

    def by_name(item: Any) -> str:
        return str(sorted(item.items(), key=str))

    return {
        table: {
            "columns": [{**column, "type": repr(column["type"])} for column in columns],
            "key": inspector.get_pk_constraint(table),
            "references": sorted(inspector.get_foreign_keys(table), key=by_name),
            "indexes": sorted(inspector.get_indexes(table), key=by_name),
            "unique": sorted(inspector.get_unique_constraints(table), key=by_name),
        }
        for table in inspector.get_table_names()
        for columns in [inspector.get_columns(table)]
    }


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = open_engine(url, writes=True)
    yield engine
    engine.dispose()


def migrations_with(folder: Path, statement: str) -> Path:
    """Copy the migrations and add a next revision that ends with a Python statement."""
    place = folder / "with 100%" / "migrations"
    shutil.copytree(MIGRATIONS, place, ignore=shutil.ignore_patterns("__pycache__"))
    (place / "versions" / "next.py").write_text(
        "import os, signal\nfrom alembic import op\n"
        f"revision = {revision_of(NEXT)!r}\ndown_revision = {revision_of(SCHEMA_VERSION)!r}\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE later (id INTEGER PRIMARY KEY)')\n"
        "    op.execute(\"UPDATE desk_facts SET value = '99' WHERE name = 'directory_revision'\")\n"
        f"    {statement}\n",
        "utf-8",
    )
    return place


def test_desk_reads_everything_of_a_database_of_version_1(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    before, old = rows_in(path), contents(path)
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        assert caller.get("/desk/capabilities").json()["desk_id"]
        assert {ticket["subject"] for ticket in caller.found()} == {"Late parcel", "Second ticket"}
        (late,) = caller.found(subject="Late parcel")
        assert [reply["text"] for reply in late["replies"]] == [
            "On its way, Zoë.",
            "It arrived; thanks.",
        ]
        assert late["tags"] == ["vip", "late"]
        assert late["ticketNotes"][0]["note"] == "Call them on Monday."
        files = [*late["attachedDocuments"], *late["replies"][0]["attachedDocuments"]]
        addresses = [file["documentURL"].removeprefix(desk.base_url) for file in files]
        assert {caller.http.get(address).content for address in addresses} == {b"hi", b"bill"}
        caller.done("PUT", f"/ticket/update/{late['id']}", {"priority": 1})
    (backup,) = backups_in(tmp_path)
    assert contents(backup) == old
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    after = rows_in(path)
    assert ("schema_version", str(SCHEMA_VERSION)) in after["desk_facts"]
    changed = {"desk_facts", "tickets"}
    assert {name: rows for name, rows in after.items() if name not in changed} == {
        name: rows for name, rows in before.items() if name not in changed
    }
    with engine_of(f"sqlite:///{path}") as engine, engine.begin() as connection:
        assert stored_version(connection) == CURRENT


def test_local_desk_upgrades_its_database(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    old = contents(path)
    desk = LocalDesk(tmp_path)
    access = desk.opened()
    pid = int((tmp_path / "desk.pid").read_text("utf-8"))
    desk.release()
    end_s = time.monotonic() + 20
    while access.socket_path.exists() and time.monotonic() < end_s:
        time.sleep(0.02)
    assert not access.socket_path.exists(), f"desk {pid} still runs"
    (backup,) = backups_in(tmp_path)
    assert contents(backup) == old
    assert str(backup) in (tmp_path / "desk.log").read_text("utf-8")


def test_upgraded_database_equals_a_new_one(database_url: str, tmp_path: Path) -> None:
    Database(database_url).close()
    with engine_of(database_url) as engine:
        created = shape(engine)
        with schema_transaction(engine) as connection:
            inspector = inspect(connection)
            for table in inspector.get_table_names():
                if engine.dialect.name == "sqlite":
                    connection.execute(text(f'DROP TABLE "{table}"'))
                else:
                    connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
        with schema_transaction(engine) as connection:
            # From nothing, so that the first revision is held to `tables` too.
            upgrade(connection, 0)
        assert shape(engine) == created
    assert set(created) > {"tickets", "replies", "alembic_version"}


def test_file_of_version_1_becomes_what_a_new_one_is(tmp_path: Path) -> None:
    old_database(tmp_path)
    Database(f"sqlite:///{tmp_path / 'desk.db'}").close()
    Database(f"sqlite:///{tmp_path / 'new.db'}").close()
    with (
        engine_of(f"sqlite:///{tmp_path / 'desk.db'}") as old,
        engine_of(f"sqlite:///{tmp_path / 'new.db'}") as new,
    ):
        assert shape(old) == shape(new)


def test_upgrade_keeps_rows_and_their_references(database_url: str, tmp_path: Path) -> None:
    Database(database_url).close()
    migrations = migrations_with(tmp_path, "pass")
    with engine_of(database_url) as engine:
        with schema_transaction(engine) as connection:
            upgrade(connection, SCHEMA_VERSION, target=NEXT, migrations=migrations)
        assert inspect(engine).has_table("later")
        with engine.begin() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            assert version == revision_of(NEXT)
            if engine.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with pytest.raises(DeskStartError, match=f"newer desk .version {NEXT}"):
        Database(database_url)


def test_table_can_be_replaced_without_losing_what_refers_to_it(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    Database(f"sqlite:///{path}").close()
    before = rows_in(path)["replies"]
    replace = (
        "with op.batch_alter_table('tickets', recreate='always') as batch: "
        "batch.alter_column('memo', new_column_name='memo')"
    )
    with engine_of(f"sqlite:///{path}") as engine, schema_transaction(engine) as connection:
        migrations = migrations_with(tmp_path, replace)
        upgrade(connection, SCHEMA_VERSION, target=NEXT, migrations=migrations)
    assert rows_in(path)["replies"] == before != []


def test_backup_is_private_complete_and_in_one_file(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    moment = datetime(2026, 11, 30, 7, 19, tzinfo=UTC)
    with closing(sqlite3.connect(path)) as busy:
        # Not in the file yet, only in the log beside it.
        busy.execute("UPDATE tickets SET subject = 'Very late parcel' WHERE counter = 1")
        busy.commit()
        first = write_backup(path, 1, moment)
        assert contents(first) == contents(path)
        busy.execute("UPDATE tickets SET subject = 'Lost parcel' WHERE counter = 1")
        busy.commit()
        second = write_backup(path, 1, moment)
        assert contents(second) == contents(path) != contents(first)
    assert [first.name, second.name] == [
        "desk.db.v1-20261130T071900Z.backup",
        "desk.db.v1-20261130T071900Z-2.backup",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in (first, second)} == {0o600}
    assert sorted(file.name for file in tmp_path.iterdir() if "backup" in file.name) == sorted(
        [first.name, second.name]
    )


@pytest.mark.parametrize(
    ("statement", "error", "said"),
    [
        ("op.execute('SELECT * FROM nowhere')", DeskStartError, "no such table: nowhere"),
        ("op.execute('DELETE FROM customers')", DeskStartError, "refers to nothing"),
        ("raise ArithmeticError('of its author')", ArithmeticError, "of its author"),
    ],
)
def test_failed_upgrade_changes_nothing_and_names_the_backup(
    tmp_path: Path, statement: str, error: type[Exception], said: str
) -> None:
    path = old_database(tmp_path)
    Database(f"sqlite:///{path}").close()
    for file in backups_in(tmp_path):
        file.unlink()
    before = contents(path)
    migrations = migrations_with(tmp_path, statement)
    with engine_of(f"sqlite:///{path}") as engine:
        with pytest.raises(error, match=said) as caught, schema_transaction(engine) as connection:
            upgrade(connection, SCHEMA_VERSION, target=NEXT, migrations=migrations)
        with pytest.raises(error, match=said), schema_transaction(engine) as connection:
            upgrade(connection, SCHEMA_VERSION, target=NEXT, migrations=migrations)
        # The second attempt needs no further copy of the same database.
        (backup,) = backups_in(tmp_path)
        sentences = " ".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
        assert str(backup) in sentences
        assert "\n" not in sentences
    assert contents(path) == before == contents(backup)
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        assert len(caller.found()) == 2


def test_upgrade_killed_half_way_changes_nothing(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    url = f"sqlite:///{path}"
    Database(url).close()
    before = contents(path)
    kill = "os.kill(os.getpid(), signal.SIGKILL)"
    command = [sys.executable, "-c", UPGRADE, url, str(migrations_with(tmp_path, kill))]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert contents(path) == before
    Database(url).close()


def test_failed_upgrade_of_postgresql_changes_nothing(postgres: Any, tmp_path: Path) -> None:
    url = postgres.new_database()
    Database(url).close()
    migrations = migrations_with(tmp_path, "op.execute('SELECT * FROM nowhere')")
    with engine_of(url) as engine:
        before = shape(engine)
        with (
            pytest.raises(DeskStartError, match=r"nowhere.* It is unchanged"),
            schema_transaction(engine) as connection,
        ):
            upgrade(connection, SCHEMA_VERSION, target=NEXT, migrations=migrations)
        assert shape(engine) == before
    Database(url).close()


def test_desks_started_together_prepare_the_database_once(
    database_url: str, tmp_path: Path
) -> None:
    if database_url.startswith("sqlite"):
        old_database(tmp_path)
    command = [sys.executable, "-c", OPEN, database_url]
    with engine_of(database_url) as engine, schema_transaction(engine):
        starting = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
        # All of them wait, and so begin at the same moment.
        time.sleep(HELD_S)
        assert [process.poll() for process in starting] == [None] * 4
    errors = [process.communicate(timeout=60)[1] for process in starting]
    assert [process.returncode for process in starting] == [0] * 4, errors
    with engine_of(database_url) as engine, engine.begin() as connection:
        assert stored_version(connection) == CURRENT
    assert len(backups_in(tmp_path)) == int(database_url.startswith("sqlite"))


@pytest.mark.parametrize("mark", ["'99'", "'next'"])
def test_database_of_an_unknown_version_is_left_alone(tmp_path: Path, mark: str) -> None:
    path = old_database(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE desk_facts SET value = {mark} WHERE name = 'schema_version'")
        connection.commit()
    before = contents(path)
    with pytest.raises(DeskStartError, match=r"newer desk|which version"):
        Database(f"sqlite:///{path}")
    assert contents(path) == before
    assert backups_in(tmp_path) == []


def test_folder_that_takes_no_backup_is_explained(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    Database(f"sqlite:///{path}").close()
    before = contents(path)
    # A name that leaves no room for the one of a backup: root may write into any folder.
    long = tmp_path / ("d" * 240)
    path.rename(long)
    with engine_of(f"sqlite:///{long}") as engine:
        with (
            pytest.raises(DeskStartError, match="no backup can be written beside it") as caught,
            schema_transaction(engine) as connection,
        ):
            upgrade(connection, SCHEMA_VERSION, target=NEXT, migrations=MIGRATIONS)
        assert "\n" not in str(caught.value)
    assert contents(long) == before


def test_read_only_folder_is_explained(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    try:
        path = old_database(folder)
        if os.geteuid() == 0:
            for place in (path, folder):
                os.chown(place, NOBODY, NOBODY)
        folder.chmod(0o500)
        urls = [f"sqlite:///{path}", f"sqlite:///{tmp_path / 'other.db'}"]
        command = [sys.executable, "-c", OPEN_AS_NOBODY, *urls]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        folder.chmod(0o700)
        left = [file.name for file in folder.iterdir()]
    finally:
        shutil.rmtree(folder)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.startswith("The database cannot be opened: ")
    assert ran.stdout.count("\n") == 1
    assert left == ["desk.db"]


def test_start_without_an_upgrade_does_not_load_alembic(tmp_path: Path) -> None:
    code = f"{OPEN}; sys.exit('alembic' in sys.modules)"
    for _ in ("new", "current"):
        command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'desk.db'}"]
        assert subprocess.run(command, check=False).returncode == 0


def test_version_of_an_empty_database_is_none(database_url: str) -> None:
    with engine_of(database_url) as engine, engine.begin() as connection:
        assert stored_version(connection) == StoredVersion(0, is_stamped=False)


def test_wheel_holds_the_migrations(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, str(root)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for file in MIGRATIONS.rglob("*.py"):
        assert f"deskero_tui/server/storage/migrations/{file.relative_to(MIGRATIONS)}" in names
