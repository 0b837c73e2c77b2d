"""The tables of the store, one numbered step per change; a step that was released never changes.

`tickets` holds what lists and filters need, narrow so that a whole queue is scanned quickly;
`records` holds each ticket as the desk sent it; both go together by `key`.
"""

from __future__ import annotations

from typing import Final

_FIRST: Final = (
    """
    CREATE TABLE tickets (
        key             INTEGER PRIMARY KEY AUTOINCREMENT,
        id              TEXT NOT NULL UNIQUE,
        number          TEXT NOT NULL,
        subject         TEXT NOT NULL,
        customer_id     TEXT,
        customer        TEXT NOT NULL,
        company         TEXT NOT NULL,
        assignee_id     TEXT,
        assignee        TEXT NOT NULL,
        status          TEXT NOT NULL,
        type_id         TEXT,
        area_id         TEXT,
        group_id        TEXT,
        is_priority     INTEGER NOT NULL,
        awaits_agent    INTEGER NOT NULL,
        awaits_customer INTEGER NOT NULL,
        inserted_ms     INTEGER,
        managed_ms      INTEGER NOT NULL,
        closed_ms       INTEGER,
        waiting_ms      INTEGER,
        remind_ms       INTEGER,
        remind_agent_id TEXT,
        seen_ms         INTEGER,
        reply_count     INTEGER NOT NULL,
        note_count      INTEGER NOT NULL,
        has_attachment  INTEGER NOT NULL,
        tags            TEXT NOT NULL,
        read_ms         INTEGER NOT NULL
    )
    """,
    """
    CREATE INDEX tickets_by_change ON tickets (
        managed_ms DESC, key DESC, status, assignee_id, awaits_agent, is_priority,
        remind_ms, remind_agent_id, waiting_ms, seen_ms
    )
    """,
    "CREATE INDEX tickets_by_read ON tickets (read_ms)",
    """
    CREATE TABLE records (
        key    INTEGER PRIMARY KEY REFERENCES tickets (key) ON DELETE CASCADE,
        record TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE words USING fts5 (
        head, people, bodies, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
    """
    CREATE TABLE terms (
        kind   TEXT NOT NULL,
        id     TEXT NOT NULL,
        place  INTEGER NOT NULL,
        name   TEXT NOT NULL,
        labels TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE people (
        kind   TEXT NOT NULL,
        id     TEXT NOT NULL,
        name   TEXT NOT NULL,
        email  TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

STEPS: Final[tuple[tuple[str, ...], ...]] = (_FIRST,)
"""What brings a store from version n to n + 1 stands at index n."""
