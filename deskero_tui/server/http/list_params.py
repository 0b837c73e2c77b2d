"""From query parameters to conditions, order and page. Pure: builds SQL, runs none.

Ids and machine names match exactly, texts by any part without regard to case and accents, and
every parameter narrows the answer (API sheet §3.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression
from sqlalchemy.sql.elements import KeyedColumnElement

from deskero_tui.server.errors import bad_request
from deskero_tui.server.storage.dialect import fold, folded

Condition = ColumnElement[bool]
Matcher = Callable[[str], Condition | None]
"""Turns the value of one parameter into a condition, None for no narrowing.

Raises `ValueError` with the end of a sentence that begins with the parameter's name.
"""
Narrowing = Callable[[str], Condition]
"""A matcher that always narrows."""

MAX_PARAMETERS = 60
"""More would make SQLite refuse the depth of the statement."""
MAX_VALUE_LETTERS = 1000
MAX_PAGE = 1_000_000_000
IGNORED = frozenset({"currentAgent", "archived"})
"""Known from clients, and without a meaning here (API sheet §3.5)."""
TRUE_WORDS = frozenset({"", "1", "true"})
FALSE_WORDS = frozenset({"0", "false"})


@dataclass(frozen=True)
class Searchable:
    """What one list can be asked for."""

    fields: Mapping[str, Matcher]
    sortable: Mapping[str, Sequence[ColumnElement[Any]]]
    """Columns per `sort` name, most significant first."""
    default_sort: str
    tie_break: KeyedColumnElement[Any]


@dataclass(frozen=True)
class ListQuery:
    """One request for a page."""

    conditions: tuple[Condition, ...]
    order: tuple[UnaryExpression[Any], ...]
    page: int
    """1-based."""
    limit: int
    """How many records a page holds."""

    @property
    def offset(self) -> int:
        """How many records lie before this page."""
        return (self.page - 1) * self.limit


def read_list_query(
    parameters: Sequence[tuple[str, str]], searchable: Searchable, *, size: int, max_size: int
) -> ListQuery:
    """Understand the parameters of a list call, in the order they were written.

    Raises:
        ApiError: 400, naming the parameter.
    """
    if len(parameters) > MAX_PARAMETERS:
        raise bad_request(f"More than {MAX_PARAMETERS} parameters")
    page, limit, sort = 1, size, searchable.default_sort
    conditions: list[Condition] = []
    for name, value in parameters:
        if len(value) > MAX_VALUE_LETTERS:
            raise bad_request(f"{name}: longer than {MAX_VALUE_LETTERS} letters")
        match name:
            case "page":
                page = min(_counting(name, value), MAX_PAGE)
            case "limit":
                limit = min(_counting(name, value), max_size)
            case "sort":
                sort = value
            case "customFields.name" | "customFields.value":
                continue
            case _ if name not in IGNORED:
                conditions += _condition(name, value, searchable.fields)
    conditions += _custom_field_conditions(parameters, searchable.fields)
    return ListQuery(tuple(conditions), _order(sort, searchable), page, limit)


def exactly(column: ColumnElement[Any]) -> Narrowing:
    """Equal, letter for letter; an empty value finds the records without one."""

    def match(value: str) -> Condition:
        return column == value if value else column.is_(None)

    return match


def containing(column: ColumnElement[Any]) -> Narrowing:
    """The text somewhere inside, whatever its case and accents."""

    def match(value: str) -> Condition:
        return folded(column).contains(fold(value), autoescape=True)

    return match


def number(column: ColumnElement[Any]) -> Narrowing:
    """An integer, such as a moment in epoch milliseconds."""

    def match(value: str) -> Condition:
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
            raise ValueError("must be an integer")
        return column == int(value)

    return match


def flag(condition: Condition) -> Narrowing:
    """True when named, also without a value; `0` and `false` ask for the opposite."""

    def match(value: str) -> Condition:
        return condition if is_set(value) else ~condition

    return match


def is_set(value: str) -> bool:
    """Read the value of a flag.

    Raises:
        ValueError: It is no flag.
    """
    word = value.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError("must be true or false")
    return word in TRUE_WORDS


def columns_as_fields(
    columns: Iterable[KeyedColumnElement[Any]], matcher: Callable[[ColumnElement[Any]], Narrowing]
) -> dict[str, Matcher]:
    """A parameter per column, under the column's own name."""
    return {str(column.key): matcher(column) for column in columns}


def _condition(name: str, value: str, fields: Mapping[str, Matcher]) -> list[Condition]:
    matcher = fields.get(name)
    if matcher is None:
        raise bad_request(f"Unknown field: {name}")
    try:
        condition = matcher(value)
    except ValueError as error:
        raise bad_request(f"{name}: {error}") from None
    return [] if condition is None else [condition]


def _custom_field_conditions(
    parameters: Sequence[tuple[str, str]], fields: Mapping[str, Matcher]
) -> list[Condition]:
    """The pairs of `customFields.name` and `.value`, by their order; a missing value asks for any.

    The matcher under `customFields` gets name and value with a NUL between them.
    """
    names = [value for name, value in parameters if name == "customFields.name"]
    values = [value for name, value in parameters if name == "customFields.value"]
    if len(values) > len(names):
        raise bad_request("customFields.value: comes without its customFields.name")
    values += [""] * (len(names) - len(values))
    pairs = zip(names, values, strict=True)
    return [
        condition
        for pair in pairs
        for condition in _condition("customFields", "\0".join(pair), fields)
    ]


def _order(sort: str, searchable: Searchable) -> tuple[UnaryExpression[Any], ...]:
    name, _, direction = sort.rpartition("_")
    columns = searchable.sortable.get(name)
    if columns is None or direction not in ("ASC", "DESC"):
        raise bad_request(f"sort: {sort} is not one of <field>_ASC, <field>_DESC")
    keys = (*columns, searchable.tie_break)
    if direction == "ASC":
        return tuple(key.asc().nulls_first() for key in keys)
    return tuple(key.desc().nulls_last() for key in keys)


def _counting(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 12) or int(value) < 1:
        raise bad_request(f"{name}: must be a whole number from 1")
    return int(value)
