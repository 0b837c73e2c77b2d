"""The tables of the store, one numbered step per change; a step that was released never changes.

`tickets` holds what lists and filters need, narrow so that a whole queue is scanned quickly;
`records` holds each ticket as the desk sent it; both go together by `key`. All of that can be read
from the desk anew. `outbox`, `outbox_files`, `attempts`, `drafts`, `draft_versions`, `pins` and
`reminder_marks` cannot: they refer to nothing of the former, so that it can be rebuilt without
touching them.
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
        source          TEXT NOT NULL,
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

_WRITING: Final = (
    """
    CREATE TABLE outbox (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        ticket_id       TEXT,
        lane            TEXT NOT NULL,
        kind            TEXT NOT NULL,
        state           TEXT NOT NULL,
        payload         TEXT NOT NULL,
        baseline        TEXT,
        hold            TEXT,
        not_before_ms   INTEGER NOT NULL,
        created_ms      INTEGER NOT NULL,
        changed_ms      INTEGER NOT NULL,
        try_after_ms    INTEGER,
        reason          TEXT NOT NULL DEFAULT '',
        resent          INTEGER NOT NULL DEFAULT 0,
        absent_since_ms INTEGER,
        needs_agent     INTEGER NOT NULL DEFAULT 0,
        matches_before  INTEGER,
        batch           TEXT
    )
    """,
    """
    CREATE INDEX outbox_open ON outbox (lane, id) WHERE state NOT IN ('sent', 'dropped')
    """,
    "CREATE INDEX outbox_by_ticket ON outbox (ticket_id, id)",
    """
    CREATE TABLE outbox_files (
        item       INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
        place      INTEGER NOT NULL,
        path       TEXT NOT NULL,
        name       TEXT NOT NULL,
        media_type TEXT NOT NULL,
        content    BLOB NOT NULL,
        PRIMARY KEY (item, place)
    )
    """,
    """
    CREATE TABLE attempts (
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        item    INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
        at_ms   INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        detail  TEXT NOT NULL
    )
    """,
    "CREATE INDEX attempts_by_item ON attempts (item, id)",
    """
    CREATE TABLE drafts (
        ticket_id    TEXT NOT NULL,
        kind         TEXT NOT NULL,
        text         TEXT NOT NULL,
        files        TEXT NOT NULL,
        status_after TEXT,
        remind       TEXT NOT NULL,
        remind_whom  TEXT,
        fields       TEXT NOT NULL,
        baseline     TEXT,
        changed_ms   INTEGER NOT NULL,
        revision     INTEGER NOT NULL,
        item         INTEGER REFERENCES outbox (id) ON DELETE SET NULL,
        PRIMARY KEY (ticket_id, kind)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE draft_versions (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        ticket_id    TEXT NOT NULL,
        kind         TEXT NOT NULL,
        text         TEXT NOT NULL,
        files        TEXT NOT NULL,
        status_after TEXT,
        remind       TEXT NOT NULL,
        remind_whom  TEXT,
        fields       TEXT NOT NULL,
        at_ms        INTEGER NOT NULL
    )
    """,
    "CREATE INDEX draft_versions_by_draft ON draft_versions (ticket_id, kind, at_ms)",
)

_PENDING: Final = ("ALTER TABLE tickets ADD COLUMN pending INTEGER NOT NULL DEFAULT 0",)

_SEARCH: Final = (
    """
    CREATE TABLE names (
        kind   TEXT NOT NULL,
        id     TEXT NOT NULL,
        folded TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID
    """,
    """
    INSERT OR IGNORE INTO names
    SELECT 'agent', assignee_id, folded(assignee) FROM tickets WHERE assignee_id <> ''
    """,
    """
    INSERT OR IGNORE INTO names
    SELECT 'customer', customer_id, folded(customer) FROM tickets WHERE customer_id <> ''
    """,
    """
    INSERT OR IGNORE INTO names
    SELECT 'company', customer_id, folded(company) FROM tickets WHERE customer_id <> ''
    """,
    """
    CREATE VIRTUAL TABLE newest_words USING fts5 (
        head, people, bodies, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
    )
    """,
    """
    INSERT INTO newest_words (rowid, head, people, bodies)
    SELECT ((managed_ms / 1000) << 24) | (key & 16777215), head, people, bodies
    FROM words JOIN tickets ON key = words.rowid
    """,
    "DROP TABLE words",
    "ALTER TABLE newest_words RENAME TO words",
    "CREATE INDEX tickets_by_customer ON tickets (customer_id, managed_ms DESC, key DESC)",
    "CREATE INDEX tickets_by_assignee ON tickets (assignee_id, managed_ms DESC, key DESC)",
    "CREATE INDEX tickets_by_opening ON tickets (inserted_ms DESC, key DESC)",
    """
    CREATE INDEX tickets_by_waiting ON tickets (
        waiting_ms IS NULL, waiting_ms, managed_ms DESC, key DESC
    )
    """,
    """
    CREATE INDEX tickets_by_number ON tickets (
        CAST(substr(number, instr(number, '/') + 1) AS INTEGER) DESC,
        CAST(number AS INTEGER) DESC, key DESC
    )
    """,
)
"""What is searched by name and by word, in the order in which it is shown (`search.py`)."""

_REMINDERS: Final = (
    """
    CREATE TABLE reminders (
        key       INTEGER NOT NULL REFERENCES tickets (key) ON DELETE CASCADE,
        agent_id  TEXT,
        remind_ms INTEGER NOT NULL,
        hides     INTEGER NOT NULL
    )
    """,
    "CREATE INDEX reminders_by_key ON reminders (key)",
    "CREATE INDEX reminders_by_agent ON reminders (agent_id, remind_ms, hides, key)",
    """
    INSERT INTO reminders (key, agent_id, remind_ms, hides)
        SELECT key, remind_agent_id, remind_ms, 0 FROM tickets WHERE remind_ms IS NOT NULL
    """,
    # As if a change of ours lay on them (`pending.Standing.CONFIRMED`): then the next answer that
    # holds them is taken in, although it says what is known, and all of their reminders with it.
    "UPDATE tickets SET pending = 1 WHERE remind_ms IS NOT NULL AND pending = 0",
    """
    CREATE TABLE reminder_marks (
        ticket_id TEXT NOT NULL,
        agent_id  TEXT NOT NULL,
        remind_ms INTEGER NOT NULL,
        told_ms   INTEGER,
        done_ms   INTEGER,
        PRIMARY KEY (ticket_id, agent_id, remind_ms)
    ) WITHOUT ROWID
    """,
)

_READING: Final = ("ALTER TABLE people ADD COLUMN read_ms INTEGER",)

_PINS: Final = (
    "CREATE TABLE pins (ticket_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID",
)

_KNOWN: Final = "BETWEEN 631152000000 AND 7258118399999"
"""The years 1990 to 2199, as in `domain.epoch`; spelled out since released steps never change."""
_WORDS_OF_UNKNOWN: Final = (
    "SELECT ((managed_ms / 1000) << 24) | (key & 16777215) FROM tickets"
    f" WHERE managed_ms NOT {_KNOWN}"
)
_REAL_DATES: Final = (
    "CREATE TEMP TABLE moved AS SELECT rowid AS old_rowid, head, people, bodies FROM words"
    f" WHERE rowid IN ({_WORDS_OF_UNKNOWN})",
    "DELETE FROM words WHERE rowid IN (SELECT old_rowid FROM moved)",
    f"UPDATE tickets SET inserted_ms = NULL WHERE inserted_ms NOT {_KNOWN}",
    f"UPDATE tickets SET closed_ms = NULL WHERE closed_ms NOT {_KNOWN}",
    f"UPDATE tickets SET waiting_ms = NULL WHERE waiting_ms NOT {_KNOWN}",
    f"UPDATE tickets SET remind_ms = NULL, remind_agent_id = NULL WHERE remind_ms NOT {_KNOWN}",
    f"DELETE FROM reminders WHERE remind_ms NOT {_KNOWN}",
    f"UPDATE tickets SET managed_ms = coalesce(inserted_ms, 0) WHERE managed_ms NOT {_KNOWN}",
    "INSERT INTO words (rowid, head, people, bodies)"
    " SELECT ((managed_ms / 1000) << 24) | (key & 16777215), head, people, bodies"
    " FROM moved JOIN tickets ON key = old_rowid & 16777215",
    "DROP TABLE moved",
    f"DELETE FROM marks WHERE name = 'newest' AND CAST(value AS INTEGER) NOT {_KNOWN}",
)
"""Dates that are none (year 1, year 9999, seconds) were stored as they came."""

_REQUESTS: Final = (
    "ALTER TABLE outbox ADD COLUMN seen TEXT",
    "ALTER TABLE outbox ADD COLUMN looks INTEGER NOT NULL DEFAULT 0",
    # Earlier versions looked twice and noted the first of these looks alone.
    "UPDATE outbox SET looks = 1 WHERE absent_since_ms IS NOT NULL",
    """
    CREATE TABLE outbox_requests (
        item       INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
        key        TEXT NOT NULL,
        method     TEXT NOT NULL,
        path       TEXT NOT NULL,
        content    BLOB,
        scope      TEXT NOT NULL,
        claimed_ms INTEGER NOT NULL
    )
    """,
    """
    CREATE INDEX outbox_stuck ON outbox (lane)
    WHERE state NOT IN ('sent', 'dropped')
        AND (state IN ('held', 'refused') OR needs_agent OR looks > 0)
    """,
)
"""Each write that has left, as it left, so that it can be repeated with its idempotency key."""

STEPS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    _WRITING,
    _PENDING,
    _SEARCH,
    _REMINDERS,
    _READING,
    _PINS,
    _REAL_DATES,
    _REQUESTS,
)
"""What brings a store from version n to n + 1 stands at index n."""
