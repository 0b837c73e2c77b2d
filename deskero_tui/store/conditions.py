"""Turns the conditions of a query into SQL over `tickets`. Pure: text in, text and values out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from deskero_tui.domain.epoch import to_ms
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.query import (
    AllOf,
    AnyOf,
    AssignedTo,
    Condition,
    From,
    MomentField,
    MomentIn,
    NameField,
    NameHas,
    Not,
    OfArea,
    OfGroup,
    OfType,
    Order,
    StatusIs,
    Tagged,
    Trait,
    Words,
)


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

_WORD: Final = re.compile(r"\w+")

ORDER_BY: Final = {
    Order.CHANGED: "managed_ms DESC, key DESC",
    Order.WAITING: "waiting_ms IS NULL, waiting_ms, managed_ms DESC, key DESC",
    Order.OPENED: "inserted_ms DESC, key DESC",
    Order.REMINDER: "remind_ms IS NULL, remind_ms, key DESC",
}


def sql_of(condition: Condition, viewer: Viewer) -> Sql:
    """The expression that is true for the tickets that meet `condition`."""
    match condition:
        case Trait():
            return _trait(condition, viewer)
        case StatusIs(name):
            return Sql("status = ?", (name,))
        case AssignedTo(agent):
            return Sql("assignee_id = ?", (agent,))
        case From(customer):
            return Sql("customer_id = ?", (customer,))
        case Tagged(tag):
            return Sql("instr(tags, ?) > 0", (f"{TAG_MARK}{tag.casefold()}{TAG_MARK}",))
        case OfType(type_id):
            return Sql("type_id = ?", (type_id,))
        case OfArea(area_id):
            return Sql("area_id = ?", (area_id,))
        case OfGroup(group_id):
            return Sql("group_id = ?", (group_id,))
        case NameHas(field, text):
            return _name_has(field, text)
        case MomentIn(field, first, before):
            return _moment_in(field, first, before)
        case Words(text):
            return _words(text)
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
        case Trait.REMINDER:
            return _reminder(viewer)
        case Trait.REMINDER_DUE:
            inner = _reminder(viewer)
            return Sql(f"({inner.text} AND remind_ms <= ?)", (*inner.values, viewer.now_ms))
        case _:
            assert_never(trait)


UNREAD: Final = "(awaits_agent AND (seen_ms IS NULL OR seen_ms < managed_ms))"
"""The customer is owed an answer, and this agent has not opened the ticket since it changed."""


def _reminder(viewer: Viewer) -> Sql:
    """A reminder for this agent; anybody's while it is not known who the agent is."""
    if viewer.agent is None:
        return Sql("remind_ms IS NOT NULL")
    return Sql("(remind_ms IS NOT NULL AND remind_agent_id = ?)", (viewer.agent,))


DRAFTED: Final = "SELECT ticket_id FROM drafts WHERE item IS NULL"
"""The tickets that something is half written for."""

_NAMED: Final = {
    NameField.ASSIGNED: "has_text(assignee, ?) OR {agent}",
    NameField.FROM: "has_text(customer, ?) OR {customer}",
    NameField.COMPANY: "has_text(company, ?)",
    NameField.TYPE: "type_id IN ({term})",
    NameField.AREA: "area_id IN ({term})",
    NameField.GROUP: "group_id IN ({term})",
    NameField.SOURCE: "source IN ({term}) OR has_text(source, ?)",
    NameField.NUMBER: "has_text(number, ?)",
}


def _name_has(field: NameField, text: str) -> Sql:
    """Names are compared by `has_text`, which folds case and accents (`store/database.py`)."""
    template = _NAMED[field]
    kind = field.value
    parts = {
        "term": f"SELECT id FROM terms WHERE kind = '{kind}' AND (has_text(name, ?)"
        " OR has_text(labels, ?) OR id = ?)",
        "agent": _person("agent", "assignee_id"),
        "customer": _person("customer", "customer_id"),
    }
    expression = template.format(**parts)
    return Sql(f"({expression})", (text,) * expression.count("?"))


def _person(kind: str, column: str) -> str:
    return (
        f"{column} = ? OR {column} IN"
        f" (SELECT id FROM people WHERE kind = '{kind}' AND has_text(email, ?))"
    )


_MOMENTS: Final = {
    MomentField.OPENED: "inserted_ms",
    MomentField.CHANGED: "managed_ms",
    MomentField.CLOSED: "closed_ms",
    MomentField.REMINDER: "remind_ms",
    MomentField.WAITING: "coalesce(waiting_ms, managed_ms)",
}


def _moment_in(field: MomentField, first: datetime | None, before: datetime | None) -> Sql:
    column = _MOMENTS[field]
    parts, values = [f"{column} IS NOT NULL"], []
    if first is not None:
        parts.append(f"{column} >= ?")
        values.append(to_ms(first))
    if before is not None:
        parts.append(f"{column} < ?")
        values.append(to_ms(before))
    return Sql("(" + " AND ".join(parts) + ")", tuple(values))


def _words(text: str) -> Sql:
    """Every word as a prefix; text without a letter or digit finds nothing."""
    words = _WORD.findall(text)
    if not words:
        return Sql("0")
    prefixes = " ".join(f'"{word}"*' for word in words)
    return Sql("key IN (SELECT rowid FROM words WHERE words MATCH ?)", (prefixes,))
