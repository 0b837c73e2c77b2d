"""Which custom fields the tickets of the store have, and with what values; a desk need not say
(API sheet §4.7).
"""

from __future__ import annotations

import sqlite3
from typing import Final

LOOKED_AT: Final = 500
"""So many tickets, those that came last, are looked at: enough to know what is in use."""


def field_names(connection: sqlite3.Connection) -> list[str]:
    """The names of the fields that the latest tickets have, by name."""
    found = connection.execute(
        "SELECT DISTINCT field.key FROM"
        " (SELECT record FROM records ORDER BY key DESC LIMIT ?) AS latest,"
        " json_each(latest.record, '$.customFields') AS field ORDER BY lower(field.key)",
        (LOOKED_AT,),
    )
    return [str(name) for (name,) in found]


def field_values(connection: sqlite3.Connection, name: str) -> list[str]:
    """What the latest tickets have in the field of that name: the most frequent first."""
    found = connection.execute(
        "SELECT field.value FROM"
        " (SELECT record FROM records ORDER BY key DESC LIMIT ?) AS latest,"
        " json_each(latest.record, '$.customFields') AS field"
        " WHERE field.key = ? AND field.type = 'text'"
        " GROUP BY field.value ORDER BY count(*) DESC, lower(field.value)",
        (LOOKED_AT, name),
    )
    return [str(value) for (value,) in found]
