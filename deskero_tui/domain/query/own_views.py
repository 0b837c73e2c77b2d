"""The tabs as an agent wants them: views of their own, in their order, without those they hide.

An own view holds its words, not what they meant when the program began. What is wrong with one is a
value (`Mistake`), never a failure: the view stays among the tabs, shows nothing and says why.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.parser import BadQuery, read_query
from deskero_tui.domain.query.query import BUILT_IN_VIEWS, AnyOf, Order, Query, View
from deskero_tui.domain.text.safe_text import safe_line

MOST_TITLE_CHARS: Final = 24
NEVER_HIDDEN: Final = "reminders"
"""Its own key shows it wherever the agent is."""
_TEXTS: Final = ("id", "title", "query", "key", "sort", "before")
COLUMNS_MEMBER: Final = "columns"
"""Says what the list shows, not what is in it: the front end reads it."""
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SORTS: Final = {order.value: order for order in Order}
_NOTHING: Final = AnyOf(())


@dataclass(frozen=True, slots=True)
class TabKey:
    """The key that an own view asks for."""

    number: int
    """The place of the view among the tabs, 1-based."""
    view_id: str
    said: str
    """The key as it was written."""


@dataclass(frozen=True, slots=True)
class Tabs:
    """The views an agent works with, in the order of the tabs."""

    views: tuple[View, ...] = BUILT_IN_VIEWS
    keys: tuple[TabKey, ...] = ()
    """In the order of the tabs."""
    mistakes: tuple[Mistake, ...] = ()


def as_of(view: View, now: datetime) -> View:
    """`view` with its words read: its query is all of what it shows at `now`.

    `now` is aware and in the agent's zone. Never raises: words that cannot be read now show
    nothing.
    """
    if view.mistake:
        return replace(view, query=replace(view.query, condition=_NOTHING))
    if not view.words:
        return view
    try:
        condition = read_query(view.words, now=now)
    except BadQuery as error:
        return as_of(replace(view, mistake=_sentence(view.words, error)), now)
    return replace(view, query=view.query.narrowed(condition))


def arranged(
    tables: Sequence[Mapping[str, object]], hidden: Sequence[str], *, now: datetime
) -> Tabs:
    """The tabs for `[[views]]` and `hidden_views` as the config has them.

    Own views come last in their order, or before the view that they name. `now` is that of `as_of`;
    it says only whether the words can be read.
    """
    mistakes: list[Mistake] = []
    views = list(_shown(hidden, mistakes))
    keys: dict[str, str] = {}
    for number, table in enumerate(tables, start=1):
        texts = _texts(table, f"[[views]] {number}", mistakes)
        view = _view(texts, f"[[views]] {number}", now, mistakes)
        if view is None:
            continue
        where = f'[[views]] "{view.id}"'
        if any(view.id == known.id for known in (*views, *BUILT_IN_VIEWS)):
            mistakes.append(Mistake(where, "this id is another view's; this one is left out."))
            continue
        views.insert(_place(texts.get("before"), views, where, mistakes), view)
        if "key" in texts:
            keys[view.id] = texts["key"]
    tab_keys = (
        TabKey(number, view.id, keys[view.id])
        for number, view in enumerate(views, start=1)
        if view.id in keys
    )
    return Tabs(tuple(views), tuple(tab_keys), tuple(mistakes))


def _shown(hidden: Sequence[str], mistakes: list[Mistake]) -> Iterable[View]:
    """The built-in views that are not hidden."""
    ids = [view.id for view in BUILT_IN_VIEWS]
    for id in hidden:
        if id not in ids:
            mistakes.append(Mistake("hidden_views", f"there is no view {id}.{_near(id, ids)}"))
        elif id == NEVER_HIDDEN:
            mistakes.append(Mistake("hidden_views", f"{id} stays: it has a key of its own."))
    return (view for view in BUILT_IN_VIEWS if view.id not in hidden or view.id == NEVER_HIDDEN)


def _texts(table: Mapping[str, object], where: str, mistakes: list[Mistake]) -> dict[str, str]:
    """The members of a view that are known, and texts as they must be."""
    texts = {}
    for name, value in table.items():
        if name == COLUMNS_MEMBER:
            continue
        if name not in _TEXTS:
            says = f"{name} is not known.{_near(name, (*_TEXTS, COLUMNS_MEMBER))}"
            mistakes.append(Mistake(where, says))
        elif not isinstance(value, str):
            mistakes.append(Mistake(where, f"{name} must be a text."))
        else:
            texts[name] = value
    return texts


def _view(
    texts: Mapping[str, str], where: str, now: datetime, mistakes: list[Mistake]
) -> View | None:
    id = texts.get("id", "")
    if not _ID.fullmatch(id):
        says = "a view needs an id of small letters, digits and hyphens; it is left out."
        mistakes.append(Mistake(where, says))
        return None
    where = f'[[views]] "{id}"'
    sort = texts.get("sort", Order.CHANGED.value)
    is_reversed, sort = sort.startswith("-"), sort.removeprefix("-")
    if sort not in _SORTS:
        says = f"there is no order {sort}; known are {', '.join(_SORTS)}."
        mistakes.append(Mistake(where, says))
    title = safe_line(texts.get("title", "").strip() or id, max_chars=MOST_TITLE_CHARS)
    query = Query(order=_SORTS.get(sort, Order.CHANGED), is_reversed=is_reversed)
    words = texts.get("query", "")
    mistake = "" if words.strip() else "This view has no query."
    try:
        read_query(words, now=now)
    except BadQuery as error:
        mistake = _sentence(words, error)
    if mistake:
        mistakes.append(Mistake(where, mistake))
    return View(id, title, query, words, mistake)


def _place(before: str | None, views: Sequence[View], where: str, mistakes: list[Mistake]) -> int:
    """Where among `views` a view goes that wants to stand before another."""
    ids = [view.id for view in views]
    if before is None:
        return len(views)
    if before not in ids:
        says = f"there is no view {before} to stand before.{_near(before, ids)}"
        mistakes.append(Mistake(where, says))
        return len(views)
    return ids.index(before)


def _near(said: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(said, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _sentence(words: str, error: BadQuery) -> str:
    """What is wrong with a query, naming the part of it."""
    part = safe_line(words[error.start : error.end], max_chars=60)
    return f"Its query cannot be read at “{part}”: {error}"
