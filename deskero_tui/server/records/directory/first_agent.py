"""Makes an empty desk usable: the vendor's ticket types, and one agent to answer as."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from deskero_tui.server.ids import new_id
from deskero_tui.server.sample import people as sample_people
from deskero_tui.server.storage import tables


def furnish_when_empty(connection: Connection, agent: str, now_ms: int) -> None:
    """Give a desk that has no agent yet one of this name, and types where it has none."""
    if not connection.scalar(select(func.count()).select_from(tables.agents)):
        connection.execute(insert(tables.agents), {"id": new_id(now_ms), "name": agent})
    if not connection.scalar(select(func.count()).select_from(tables.ticket_types)):
        rows = [
            {"id": new_id(now_ms), "type": name, "labels": {"en": en, "it": it, "es": es, "fr": fr}}
            for name, en, it, es, fr in sample_people.TYPES
        ]
        connection.execute(insert(tables.ticket_types), rows)
