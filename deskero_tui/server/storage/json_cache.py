"""JSON that was written out once and may be used again.

One customer or agent stands in a page dozens of times, and consoles ask for the same newest pages
over and over. Records are kept until any such record changes, which a revision in the database
tells; tickets also until their `managedDate` moves, which it does with every write to them. Both
are read in the transaction that uses the text, so this holds for several threads and processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from deskero_tui.server.http.json_text import json_text
from deskero_tui.server.records.directory.kinds import Resource
from deskero_tui.server.records.directory.records import read_by_ids
from deskero_tui.server.storage.tables import DIRECTORY_REVISION, desk_facts

MAX_RECORDS = 5000
"""Records kept; about a kilobyte each."""
MAX_TICKETS = 2000
"""Tickets kept; some six kilobytes each, with their threads."""

_REVISION = select(desk_facts.c.value).where(desk_facts.c.name == DIRECTORY_REVISION)
NOTHING = "null"


@dataclass(frozen=True)
class _Kept:
    """What is valid for one revision and one base of addresses."""

    revision: str
    base_url: str
    records: dict[tuple[str, str], str] = field(default_factory=dict)
    """By path of the resource and id."""
    tickets: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """By id: `managedDate` and text."""


class WrittenTexts:
    """What is kept between requests of one desk. Any reader thread."""

    def __init__(self) -> None:
        self._kept = _Kept("", "")

    def at(self, connection: Connection, base_url: str) -> Embedded:
        """The texts that fit what a transaction sees."""
        revision = connection.execute(_REVISION).scalar_one()
        kept = self._kept
        is_full = len(kept.records) > MAX_RECORDS or len(kept.tickets) > MAX_TICKETS
        if is_full or (kept.revision, kept.base_url) != (revision, base_url):
            # Replaced as one: another thread goes on with what it has.
            kept = self._kept = _Kept(revision, base_url)
        return Embedded(connection, kept)


@dataclass(frozen=True)
class Embedded:
    """The texts at one moment of the database."""

    _connection: Connection
    _kept: _Kept

    def load(self, resource: Resource, ids: Iterable[str | None]) -> None:
        """Have these records at hand for `text`."""
        path, records = resource.path, self._kept.records
        missing = {record_id for record_id in ids if record_id and (path, record_id) not in records}
        found = read_by_ids(self._connection, resource, missing, self._kept.base_url)
        for record_id, record in found.items():
            records[path, record_id] = json_text(record)

    def text(self, resource: Resource, record_id: str | None) -> str:
        """A loaded record as JSON; `null` for no record."""
        return NOTHING if record_id is None else self._kept.records[resource.path, record_id]

    def ticket(self, ticket_id: str, managed_ms: int) -> bytes | None:
        """A ticket as it was written out after its latest change; None when it is not at hand."""
        moment_ms, text = self._kept.tickets.get(ticket_id, (None, None))
        return text if moment_ms == managed_ms else None

    def keep_ticket(self, ticket_id: str, managed_ms: int, text: bytes) -> None:
        """Remember a ticket that was just written out."""
        self._kept.tickets[ticket_id] = (managed_ms, text)
