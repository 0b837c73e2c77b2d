"""A PostgreSQL server for tests, in a folder of its own, on a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

USER = "desk"
PATIENCE_S = 20
_FOLDERS = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
)
_INITDB = shutil.which("initdb", path=_FOLDERS)
_POSTGRES = shutil.which("postgres", path=_FOLDERS)


def lacking() -> str:
    """Return what this machine lacks for a PostgreSQL server and its driver; empty if nothing."""
    programs = {"initdb": _INITDB, "postgres": _POSTGRES}
    absent = [name for name, path in programs.items() if path is None]
    if find_spec("psycopg") is None:
        absent.append("psycopg")
    else:
        try:
            import psycopg  # noqa: F401
        except ImportError:
            absent.append("libpq")
    if os.geteuid() == 0 and _other_account() is None:
        absent.append("an account other than root")
    return ", ".join(absent)


class PostgresServer:
    """One server from `with` to its end. It refuses to run as root, so another account runs it."""

    def __init__(self) -> None:
        self._made = 0

    def __enter__(self) -> Self:
        # A short path, as the address of a socket has little room.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = _other_account()
            assert account is not None
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        data = self._folder / "data"
        self._run(_INITDB, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = (
            *("-c", "listen_addresses=", "-c", f"unix_socket_directories={self._folder}"),
            *("-c", "fsync=off", "-c", "max_connections=50"),
        )
        self._log = (self._folder / "log").open("wb")
        assert _POSTGRES is not None
        self._process = subprocess.Popen(
            [_POSTGRES, "-D", str(data), *settings],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            **self._account,
        )
        self._wait_until_it_answers()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self) -> str:
        """Create an empty database; return its SQLAlchemy URL."""
        import psycopg

        self._made += 1
        name = f"desk{self._made}"
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://{USER}@/{name}?host={self._folder}"

    def _conninfo(self) -> str:
        return f"host={self._folder} user={USER} dbname=postgres"

    def _wait_until_it_answers(self) -> None:
        import psycopg

        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s and self._process.poll() is None:
            with suppress(psycopg.OperationalError), psycopg.connect(self._conninfo()):
                return
            time.sleep(0.05)
        raise AssertionError(f"no PostgreSQL: {(self._folder / 'log').read_text('utf-8')}")

    def _run(self, program: str | None, *arguments: object) -> None:
        assert program is not None
        command = [program, *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder, **self._account)


def _other_account() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    return None
