"""The made-up items on a desk of our own, and the console's store as a whole walk leaves it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert

from bench.made_up import CUSTOMERS, Customer, Item, items
from bench.processes import end_all
from deskero_tui.cli.wiring import store_name_of
from deskero_tui.server.sample import people as sample_people
from deskero_tui.server.settings import new_api_token
from deskero_tui.server.storage import tables
from deskero_tui.server.storage.engine import Database as DeskDatabase
from deskero_tui.store import lookups
from deskero_tui.store.database import Database
from deskero_tui.sync.refresh.full_sync import Mark

CONSOLE: Final = (sys.executable, "-m", "deskero_tui")
CLIENT_ID: Final = "bench"
AGENT: Final = sample_people.AGENTS[0][0]
_ROWS_AT_ONCE: Final = 5_000
_PATIENCE_S: Final = 30.0
_CALM: Final = 'refresh_s = 600.0\ntimezone = "UTC"\n'
"""No refresh falls into a measurement: peers look for nothing new either."""
_FEW_PAGES: Final = "page_limit = 200\n"


@dataclass(frozen=True, slots=True)
class ServedDesk:
    """A desk that answers on this machine."""

    url: str
    token: str
    pid: int

    @property
    def store_name(self) -> str:
        """What the console calls its store of this desk."""
        return store_name_of(self.url, CLIENT_ID)


def make_desk_database(file: Path, count: int) -> None:
    """Makes a desk's database of `count` open tickets that wait for an answer."""
    database = DeskDatabase(f"sqlite:///{file}")
    with closing(database):
        database.write_now(_add_people)
        remaining = items(count)
        while some := list(islice(remaining, _ROWS_AT_ONCE)):
            database.write_now(partial(_add_tickets, some=some))


def _add_people(connection: Connection) -> None:
    agents = [
        {"id": agent_id(number), "name": name, "email": f"{mailbox}@desk.example"}
        for number, (name, mailbox, _) in enumerate(sample_people.AGENTS)
    ]
    connection.execute(insert(tables.agents), agents)
    types = [
        {"id": _id("d", number), "type": name, "labels": {"en": label}}
        for number, (name, label, *_) in enumerate(sample_people.TYPES)
    ]
    connection.execute(insert(tables.ticket_types), types)
    customers = [
        {"id": _id("c", number), "name": customer.name, "email": customer.address}
        for number, customer in enumerate(map(Customer, range(CUSTOMERS)))
    ]
    connection.execute(insert(tables.customers), customers)


def _add_tickets(connection: Connection, some: list[Item]) -> None:
    connection.execute(insert(tables.tickets), [_ticket(item) for item in some])


def _ticket(item: Item) -> dict[str, Any]:
    written_ms = int(item.written_at.timestamp() * 1000)
    return {
        "id": ticket_id(item.number),
        "year": item.written_at.year,
        "counter": item.number,
        "subject": item.subject,
        "description": item.body,
        "insertDate": written_ms,
        "managedDate": written_ms,
        "priority": 0,
        "assignedTo": agent_id(item.number % len(sample_people.AGENTS)),
        "openedBy": _id("c", item.customer.number),
        "status": "opened",
        "type": _id("d", item.number % len(sample_people.TYPES)),
        "source": "email",
        "toReply": True,
        "toReplyCustomer": False,
    }


def agent_id(number: int) -> str:
    """The desk's id of an agent, from 0."""
    return _id("a", number)


def ticket_id(number: int) -> str:
    """The desk's id of an item."""
    return _id("b", number)


def _id(kind: str, number: int) -> str:
    """An id as the desk has them; `kind` is a hexadecimal letter."""
    return f"{kind}{number:023x}"


@contextmanager
def served(file: Path, *, program: tuple[str, ...] = ()) -> Iterator[ServedDesk]:
    """Serves a desk's database in a process of its own until the end of this.

    `program` is another one that takes the arguments of `deskero-tui serve`.
    """
    token = new_api_token(CLIENT_ID)
    command = program or (*CONSOLE, "serve")
    places = ("--database", f"sqlite:///{file}", "--port", "0", "--client-id", CLIENT_ID)
    serving = subprocess.Popen(
        [*command, *places],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DESKERO_API_TOKEN": token, "DESKERO_HOME": str(file.parent)},
    )
    try:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        if not said:
            raise RuntimeError(f"the desk ended with {serving.wait(_PATIENCE_S)}")
        yield ServedDesk(said.split()[-1], token, serving.pid)
    finally:
        end_all([serving.pid])
        serving.wait(_PATIENCE_S)
        if serving.stdout is not None:
            serving.stdout.close()


def make_store(file: Path, desk: ServedDesk) -> None:
    """Makes a store as the console's own whole walk through `desk` leaves it."""
    home = file.with_name("walking")
    shutil.rmtree(home, ignore_errors=True)
    environment = {**os.environ, **console_environment(home, desk, _FEW_PAGES)}
    reading = [*CONSOLE, "ticket", "list", "--limit", "1"]
    walked = subprocess.run(reading, env=environment, capture_output=True, text=True)
    if walked.returncode != 0:
        raise RuntimeError(f"no store could be made: {walked.stderr}")
    store_file(home, desk).rename(file)
    shutil.rmtree(home)


def furnish_home(
    home: Path, desk: ServedDesk, store: Path | None, *, settings: str = _FEW_PAGES
) -> dict[str, str]:
    """Makes an agent's home with a copy of `store`, or with none; answers its environment.

    `settings` are further lines of its `config.toml`.
    """
    shutil.rmtree(home, ignore_errors=True)
    environment = console_environment(home, desk, settings)
    if store is not None:
        file = store_file(home, desk)
        file.parent.mkdir(parents=True)
        shutil.copyfile(store, file)
        with closing(Database(file)) as database:
            # Else a store kept since yesterday would be walked through anew while we measure.
            now_ms = str(int(time.time() * 1000))
            database.write_now(lambda c: lookups.write_mark(c, Mark.WALKED.value, now_ms))
    return environment


def console_environment(home: Path, desk: ServedDesk, settings: str) -> dict[str, str]:
    """What the console is told in `home`, which is made."""
    folder = home / "deskero"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(_CALM + settings, encoding="utf-8")
    return {
        "HOME": str(home),
        "DESKERO_HOME": str(folder),
        "DESKERO_URL": desk.url,
        "DESKERO_CLIENT_ID": CLIENT_ID,
        "DESKERO_API_TOKEN": desk.token,
        "DESKERO_AGENT": AGENT,
    }


def store_file(home: Path, desk: ServedDesk) -> Path:
    """Where the console keeps what it knows of `desk`."""
    return home / "deskero" / "accounts" / f"{desk.store_name}.sqlite"
