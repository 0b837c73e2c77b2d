"""Reads what the list shows: orders, counts and windows. Light to import, for the first picture."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.query.query import (
    AllOf,
    AnyOf,
    Condition,
    NameField,
    NameHas,
    Not,
    Order,
    Phrase,
    Query,
    Words,
    searched_words,
)
from deskero_tui.domain.records.row import KEY_CODE, RowKey, TicketRow
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.text.snippets import one_for_one, pattern_of, snippet
from deskero_tui.domain.time.epoch import known_moment
from deskero_tui.store.conditions import (
    DRAFTED,
    PINNED,
    TAG_MARK,
    UNREAD,
    Sql,
    Viewer,
    order_by,
    sql_of,
)
from deskero_tui.store.search import bodies_of, match_of, matching, matching_order

_SUBJECT_CHARS: Final = 200
_NAME_CHARS: Final = 80
ON_THE_WAY: Final = 2
"""`pending.Standing.ON_THE_WAY`, without what that module needs to be imported."""


def order_of(
    connection: sqlite3.Connection, query: Query, viewer: Viewer, *, limit: int = -1
) -> array[int]:
    """The keys of the tickets that `query` shows, in its order; at most `limit` unless negative."""
    words, rest = _parted(query.condition)
    if words and query.order is Order.MATCH:
        match = match_of(words)
        if match is None:
            return array(KEY_CODE)
        where = sql_of(rest, viewer)
        return matching_order(
            connection,
            match,
            where=where.text,
            values=where.values,
            limit=limit,
            is_reversed=query.is_reversed,
        )
    where = sql_of(query.condition, viewer)
    if limit >= 0 and query.order in _BY_INDEX and _asks_for_names(query.condition):
        first = _first_of(connection, query, where, limit)
        if len(first) == limit:
            return first
    found = connection.execute(
        f"SELECT key FROM tickets WHERE {where.text} ORDER BY {order_by(query)} LIMIT ?",
        (*where.values, limit),
    )
    return array(KEY_CODE, (key for (key,) in found))


_BY_INDEX: Final = frozenset({Order.CHANGED, Order.WAITING, Order.OPENED, Order.NUMBER})
"""Orders in which an index has the tickets."""
_LOOKED_THROUGH: Final = 4_000
"""So many tickets are gone through before an index of names is worth it."""


def _first_of(connection: sqlite3.Connection, query: Query, where: Sql, limit: int) -> array[int]:
    """What the first tickets of the order hold: a common name is found there at once, where all
    who bear it would have to be sorted.
    """
    order = order_by(query)
    found = connection.execute(
        f"SELECT key FROM (SELECT * FROM tickets ORDER BY {order} LIMIT {_LOOKED_THROUGH})"
        f" WHERE {where.text} ORDER BY {order} LIMIT ?",
        (*where.values, limit),
    )
    return array(KEY_CODE, (key for (key,) in found))


def _asks_for_names(condition: Condition) -> bool:
    match condition:
        case NameHas(field):
            return field in (NameField.ASSIGNED, NameField.FROM, NameField.COMPANY)
        case AllOf(parts) | AnyOf(parts):
            return any(map(_asks_for_names, parts))
        case Not(part):
            return _asks_for_names(part)
        case _:
            return False


def counts_of(
    connection: sqlite3.Connection, conditions: Sequence[Condition], viewer: Viewer
) -> tuple[int, ...]:
    """How many tickets meet each condition: one pass for all without words, one for each with."""
    counts = {}
    plain: list[tuple[int, Sql]] = []
    for place, condition in enumerate(conditions):
        words, rest = _parted(condition)
        if words:
            counts[place] = _matching_count(connection, words, sql_of(rest, viewer))
        else:
            plain.append((place, sql_of(condition, viewer)))
    if plain:
        counts.update(zip((place for place, _ in plain), _counted(connection, plain), strict=True))
    return tuple(counts[place] for place in range(len(conditions)))


def _matching_count(
    connection: sqlite3.Connection, words: Sequence[Words | Phrase], where: Sql
) -> int:
    match = match_of(words)
    if match is None:
        return 0
    found = connection.execute(
        f"SELECT count(*) FROM {matching(where.text)}", (match, *where.values)
    )
    return int(found.fetchone()[0])


def _parted(condition: Condition) -> tuple[tuple[Words | Phrase, ...], Condition]:
    """The words that every ticket shown holds, and what is asked besides."""
    return searched_words(condition), _without_words(condition)


def _without_words(condition: Condition) -> Condition:
    match condition:
        case Words() | Phrase():
            return AllOf()
        case AllOf(parts):
            kept = tuple(part for part in map(_without_words, parts) if part != AllOf())
            return kept[0] if len(kept) == 1 else AllOf(kept)
        case _:
            return condition


def _counted(connection: sqlite3.Connection, parts: Sequence[tuple[int, Sql]]) -> tuple[int, ...]:
    if len(parts) == 1:
        # Alone it can go by an index, which a filter of many does not.
        [(_, part)] = parts
        sql = f"SELECT count(*) FROM tickets WHERE {part.text}"
    else:
        columns = (f"count(*) FILTER (WHERE {part.text})" for _, part in parts)
        sql = f"SELECT {', '.join(columns)} FROM tickets"
    values = tuple(value for _, part in parts for value in part.values)
    return tuple(connection.execute(sql, values).fetchone())


def ticket_count(connection: sqlite3.Connection) -> int:
    """How many tickets are kept."""
    return int(connection.execute("SELECT count(*) FROM tickets").fetchone()[0])


def _as_named(kind: TermKind, id: str) -> SafeText:
    return safe_line(id, max_chars=_NAME_CHARS)


def rows_of(
    connection: sqlite3.Connection,
    keys: Sequence[int],
    *,
    label_of_status: Callable[[str], SafeText],
    label_of_term: Callable[[TermKind, str], SafeText] = _as_named,
    searched: Sequence[Words | Phrase] = (),
) -> list[TicketRow]:
    """The list lines of `keys`, in their order; those that are gone are left out.

    `label_of_term` is given the id of a type, area or group, or the name of a source. With
    `searched` words each says where they stand in what was written, unless its subject does.
    """
    marks = ", ".join("?" * len(keys))
    found = connection.execute(f"{_ROW_SQL} WHERE key IN ({marks})", tuple(keys))
    rows = {values[0]: _row(values, label_of_status, label_of_term) for values in found.fetchall()}
    if pattern := pattern_of(searched):
        silent = [key for key, row in rows.items() if not pattern.search(one_for_one(row.subject))]
        for key, text in bodies_of(connection, silent):
            rows[key] = replace(rows[key], found=snippet(text, pattern))
    return [rows[key] for key in keys if key in rows]


_ROW_SQL: Final = f"""
    SELECT key, id, number, subject, customer, company, assignee, assignee_id, status,
           is_priority, awaits_agent, awaits_customer, inserted_ms, managed_ms, waiting_ms,
           reply_count, note_count, has_attachment, remind_ms, id IN ({DRAFTED}), {UNREAD},
           pending, type_id, area_id, group_id, source, tags,
           id IN ({PINNED})
    FROM tickets
"""


def _row(
    values: tuple[object, ...],
    label_of_status: Callable[[str], SafeText],
    label_of_term: Callable[[TermKind, str], SafeText],
) -> TicketRow:
    def label(kind: TermKind, id: object) -> SafeText:
        return label_of_term(kind, str(id)) if id else SafeText("")

    (
        key, ticket_id, number, subject, customer, company, assignee, assignee_id, status,
        is_priority, awaits_agent, awaits_customer, inserted_ms, managed_ms, waiting_ms,
        reply_count, note_count, has_attachment, remind_ms, has_draft, is_unread, pending,
        type_id, area_id, group_id, source, tags, is_pinned,
    ) = values  # fmt: skip
    return TicketRow(
        key=RowKey(_int(key)),
        id=TicketId(str(ticket_id)),
        number=safe_line(number, max_chars=_NAME_CHARS),
        subject=safe_line(subject, max_chars=_SUBJECT_CHARS),
        customer=safe_line(customer, max_chars=_NAME_CHARS),
        company=safe_line(company, max_chars=_NAME_CHARS),
        assignee=safe_line(assignee, max_chars=_NAME_CHARS),
        assignee_id=None if assignee_id is None else AgentId(str(assignee_id)),
        status=str(status),
        status_label=label_of_status(str(status)),
        is_priority=bool(is_priority),
        awaits_agent=bool(awaits_agent),
        awaits_customer=bool(awaits_customer),
        inserted_at=_moment(inserted_ms),
        managed_at=_moment(managed_ms),
        waiting_since=_moment(waiting_ms),
        reply_count=_int(reply_count),
        note_count=_int(note_count),
        has_attachment=bool(has_attachment),
        remind_at=_moment(remind_ms),
        has_draft=bool(has_draft),
        is_unread=bool(is_unread),
        is_pending=pending == ON_THE_WAY,
        type_label=label(TermKind.TYPE, type_id),
        area_label=label(TermKind.AREA, area_id),
        group_label=label(TermKind.GROUP, group_id),
        source_label=label(TermKind.SOURCE, source),
        tags=safe_line(", ".join(filter(None, str(tags).split(TAG_MARK))), max_chars=_NAME_CHARS),
        is_pinned=bool(is_pinned),
    )


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _moment(epoch_ms: object) -> datetime | None:
    return None if epoch_ms is None else known_moment(_int(epoch_ms))


def tags_of(connection: sqlite3.Connection) -> list[str]:
    """Every tag that a ticket has, folded, by name."""
    found = connection.execute("SELECT DISTINCT tags FROM tickets WHERE tags <> ''")
    return sorted({tag for (tags,) in found for tag in tags.split(TAG_MARK) if tag})


def companies_of(connection: sqlite3.Connection) -> list[str]:
    """Every company that a ticket's customer has, by name."""
    found = connection.execute(
        "SELECT DISTINCT company FROM tickets WHERE company <> '' ORDER BY folded(company)"
    )
    return [company for (company,) in found]
