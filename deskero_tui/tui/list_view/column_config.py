"""Which columns each view shows, as the config says: `columns = ["signs", "number", "subject:40"]`.

What is wrong is a value (`Mistake`), never a failure: the columns that are right are shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.tui.list_view.columns import COLUMNS, MORE_COLUMNS, Column

DEFAULT: Final = "default"
"""In `[columns]`: every view that has none of its own."""
MOST_CELLS: Final = 200
_KNOWN: Final = {column.id: column for column in (*COLUMNS, *MORE_COLUMNS)}

ColumnChoice = Mapping[str, tuple[Column, ...]]
"""By the id of a view, and `DEFAULT`."""


class BadColumn(ValueError):
    """No column, or no width; `str()` of it is a sentence for the agent."""


def columns_of(choice: ColumnChoice, view_id: str) -> tuple[Column, ...]:
    """What the view shows: its own columns, else those of every view, else those of the table."""
    return choice.get(view_id) or choice.get(DEFAULT) or COLUMNS


def read_column(said: str) -> Column:
    """The column that `said` names, with the width behind a colon if there is one.

    Raises:
        BadColumn: There is no such column, or that is no width.
    """
    id, colon, width = said.partition(":")
    column = _KNOWN.get(id)
    if column is None:
        near = difflib.get_close_matches(id, _KNOWN, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(_KNOWN)}."
        raise BadColumn(f"there is no column {safe_line(id, max_chars=60)}. {hint}")
    if not colon:
        return column
    is_width = width.isascii() and width.isdecimal() and len(width) <= len(str(MOST_CELLS))
    if not (is_width and 1 <= int(width) <= MOST_CELLS):
        raise BadColumn(f"the width of {id} must be a number from 1 to {MOST_CELLS}.")
    return replace(column, width_cells=int(width), roomy_cells=0)


def chosen_columns(
    table: Mapping[str, object], views: Sequence[Mapping[str, object]]
) -> tuple[ColumnChoice, tuple[Mistake, ...]]:
    """What `[columns]` and the `columns` of `[[views]]` ask for, and what is wrong with it."""
    mistakes: list[Mistake] = []
    choice: dict[str, tuple[Column, ...]] = {}
    own = [str(view.get("id", "")) for view in views]
    known = [DEFAULT, *(view.id for view in BUILT_IN_VIEWS), *own]
    asked = [(f"[columns] {id}", id, said) for id, said in table.items()]
    asked += [
        (f'[[views]] "{id}": columns', id, view["columns"])
        for id, view in zip(own, views, strict=True)
        if "columns" in view
    ]
    for where, id, said in asked:
        if id not in known:
            near = difflib.get_close_matches(id, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            mistakes.append(Mistake(where, f"there is no view of that name.{hint}"))
        elif not isinstance(said, list) or not all(isinstance(part, str) for part in said):
            mistakes.append(Mistake(where, "columns must be a list of texts."))
        elif columns := _read(said, where, mistakes):
            choice[id] = columns
    return choice, tuple(mistakes)


def _read(said: Iterable[str], where: str, mistakes: list[Mistake]) -> tuple[Column, ...]:
    columns: dict[str, Column] = {}
    for part in said:
        try:
            column = read_column(part)
        except BadColumn as error:
            mistakes.append(Mistake(where, str(error)))
            continue
        if column.id in columns:
            mistakes.append(Mistake(where, f"{column.id} is there twice; the first is shown."))
        columns.setdefault(column.id, column)
    return tuple(columns.values())
