"""Turns the conditions of a query into SQL over `tickets`. Pure: text in, text and values out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.query.query import (
    AllOf,
    AnyOf,
    Condition,
    Marked,
    MomentField,
    MomentIn,
    NameField,
    NameHas,
    Not,
    Order,
    Phrase,
    Query,
    StatusIs,
    Tagged,
    Trait,
    Words,
)
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store.names import NameKind, by_name, named
from deskero_tui.store.search import KEY_OF_ROWID, match_of


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and when: what "mine" and "due" mean."""

    agent: AgentId | None
    """`None` until it is known who the agent is; nothing is "mine" then."""
    now_ms: int


@dataclass(frozen=True, slots=True)
class Sql:
    """A boolean expression and the values for its question marks, in their order."""

    text: str
    values: tuple[object, ...] = ()


TAG_MARK: Final = "\x1f"
"""Stands before and after every tag in the `tags` column."""

_YEAR: Final = "CAST(substr(number, instr(number, '/') + 1) AS INTEGER)"
_SORTS: Final[Mapping[Order, tuple[str, ...]]] = {
    Order.CHANGED: ("managed_ms DESC",),
    Order.WAITING: ("waiting_ms IS NULL", "waiting_ms", "managed_ms DESC"),
    Order.OPENED: ("inserted_ms DESC",),
    Order.NUMBER: (f"{_YEAR} DESC", "CAST(number AS INTEGER) DESC"),
    Order.CUSTOMER: ("customer = ''", by_name("customer_id", NameKind.CUSTOMER), "managed_ms DESC"),
    Order.ASSIGNEE: ("assignee = ''", by_name("assignee_id", NameKind.AGENT), "managed_ms DESC"),
    Order.STATUS: ("status", "managed_ms DESC"),
    Order.PRIORITY: ("is_priority DESC", "managed_ms DESC"),
    Order.REMINDER: ("remind_ms IS NULL", "remind_ms"),
    Order.MATCH: ("managed_ms DESC",),
}
_LAST: Final = "key DESC"
"""Ends every order, so that no two tickets are equal in it."""


def order_by(query: Query) -> str:
    """What stands behind `ORDER BY` for a query. Where words are found `store/search.py` knows."""
    terms = (*_SORTS[query.order], _LAST)
    return ", ".join(map(_turned, terms) if query.is_reversed else terms)


def _turned(term: str) -> str:
    return term.removesuffix(" DESC") if term.endswith(" DESC") else f"{term} DESC"


def sql_of(condition: Condition, viewer: Viewer) -> Sql:
    """The expression that is true for the tickets that meet `condition`."""
    match condition:
        case Trait():
            return _trait(condition, viewer)
        case StatusIs(name):
            return Sql("status = ?", (name,))
        case Tagged(tag):
            return Sql("instr(tags, ?) > 0", (f"{TAG_MARK}{tag.casefold()}{TAG_MARK}",))
        case NameHas(field, text):
            return _name_has(field, text)
        case MomentIn(field, first, before):
            return _moment_in(field, first, before)
        case Marked(keys):
            return Sql("key IN (SELECT value FROM json_each(?))", (json.dumps(sorted(keys)),))
        case Words() | Phrase():
            return _holding(condition)
        case Not(part):
            inner = sql_of(part, viewer)
            return Sql(f"NOT coalesce({inner.text}, 0)", inner.values)
        case AllOf(parts):
            return _joined(" AND ", parts, viewer, empty="1")
        case AnyOf(parts):
            return _joined(" OR ", parts, viewer, empty="0")
        case _:
            assert_never(condition)


def _joined(word: str, parts: tuple[Condition, ...], viewer: Viewer, *, empty: str) -> Sql:
    if not parts:
        return Sql(empty)
    inner = [sql_of(part, viewer) for part in parts]
    return Sql(
        "(" + word.join(part.text for part in inner) + ")",
        tuple(value for part in inner for value in part.values),
    )


def _trait(trait: Trait, viewer: Viewer) -> Sql:
    match trait:
        case Trait.REPLY_DUE:
            return Sql("awaits_agent")
        case Trait.WAITING:
            return Sql("awaits_customer")
        case Trait.PRIORITY:
            return Sql("is_priority")
        case Trait.UNASSIGNED:
            return Sql("assignee_id IS NULL")
        case Trait.MINE:
            return Sql("assignee_id = ?", (viewer.agent,))
        case Trait.UNREAD:
            return Sql(UNREAD)
        case Trait.ATTACHMENT:
            return Sql("has_attachment")
        case Trait.NOTE:
            return Sql("note_count > 0")
        case Trait.DRAFT:
            return Sql(f"id IN ({DRAFTED})")
        case Trait.PINNED:
            return Sql(f"id IN ({PINNED})")
        case Trait.REMINDER:
            return _reminded(viewer, "")
        case Trait.REMINDER_DUE:
            return _reminded(viewer, "HAVING min(remind_ms) <= ?", viewer.now_ms)
        case Trait.SNOOZED if viewer.agent is None:
            return Sql("0")
        case Trait.SNOOZED:
            having = "HAVING min(remind_ms) > ? AND max(hides)"
            return _reminded(viewer, having, viewer.now_ms)
        case _:
            assert_never(trait)


UNREAD: Final = "(awaits_agent AND (seen_ms IS NULL OR seen_ms < managed_ms))"
"""The customer is owed an answer, and this agent has not opened the ticket since it changed."""


def _reminded(viewer: Viewer, having: str, *values: object) -> Sql:
    """The tickets with reminders for this agent (anybody's while it is not known who that is)
    that, taken together, are as `having` says.
    """
    whose, agent = ("", ()) if viewer.agent is None else ("WHERE agent_id = ?", (viewer.agent,))
    return Sql(
        f"key IN (SELECT key FROM reminders {whose} GROUP BY key {having})", (*agent, *values)
    )


DRAFTED: Final = "SELECT ticket_id FROM drafts WHERE item IS NULL"
"""The tickets that something is half written for."""
PINNED: Final = "SELECT ticket_id FROM pins"

_TERM: Final = (
    "SELECT id FROM terms WHERE kind = ? AND (has_text(name, ?) OR has_text(labels, ?) OR id = ?)"
)
"""The ids of a look-up list whose name holds a text in any language."""
_TERM_COLUMNS: Final = {
    NameField.TYPE: "type_id",
    NameField.AREA: "area_id",
    NameField.GROUP: "group_id",
}


def _name_has(name_field: NameField, text: str) -> Sql:
    """Names are compared folded: without case and accents (`domain/text/folding.py`)."""
    match name_field:
        case NameField.ASSIGNED:
            return Sql(*named("assignee_id", NameKind.AGENT, text))
        case NameField.FROM:
            return Sql(*named("customer_id", NameKind.CUSTOMER, text))
        case NameField.COMPANY:
            return Sql(*named("customer_id", NameKind.COMPANY, text))
        case NameField.NUMBER:
            return Sql("instr(number, ?) > 0", (text,))
        case NameField.SOURCE:
            asked = (name_field.value, text, text, text)
            return Sql(f"(source IN ({_TERM}) OR has_text(source, ?))", (*asked, text))
        case _:
            asked = (name_field.value, text, text, text)
            return Sql(f"{_TERM_COLUMNS[name_field]} IN ({_TERM})", asked)


_MOMENTS: Final = {
    MomentField.OPENED: "inserted_ms",
    MomentField.CHANGED: "managed_ms",
    MomentField.CLOSED: "closed_ms",
    MomentField.REMINDER: "remind_ms",
    MomentField.WAITING: "coalesce(waiting_ms, managed_ms)",
}


def column_of(field: MomentField) -> str:
    """The expression over `tickets` that gives a date, in milliseconds of the epoch."""
    return _MOMENTS[field]


def _moment_in(field: MomentField, first: datetime | None, before: datetime | None) -> Sql:
    column = _MOMENTS[field]
    parts, values = [f"{column} > 0"], []  # 0 and NULL: the desk sent no date
    if first is not None:
        parts.append(f"{column} >= ?")
        values.append(to_ms(first))
    if before is not None:
        parts.append(f"{column} < ?")
        values.append(to_ms(before))
    return Sql("(" + " AND ".join(parts) + ")", tuple(values))


def _holding(words: Words | Phrase) -> Sql:
    """What holds these; text without a letter or digit finds nothing."""
    wanted = match_of((words,))
    if wanted is None:
        return Sql("0")
    return Sql(f"key IN (SELECT {KEY_OF_ROWID} FROM words WHERE words MATCH ?)", (wanted,))
