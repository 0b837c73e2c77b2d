"""Finds the agent, customer, status, other term or view that somebody named on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.query.own_views import Tabs
from deskero_tui.domain.query.query import BUILT_IN_VIEWS, View, fold_name
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.sync.desk import Desk


async def picked_term(desk: Desk, kind: TermKind, said: str | None) -> str | None:
    """The id of the term that goes by a machine name, a label or an id; `None` for `None`.

    Raises:
        BadInput: There is none, or the name is not one term's alone.
    """
    if said is None:
        return None
    choices = await desk.terms(kind)
    wanted = fold_name(said)
    found = [c for c in choices if c.id == said or wanted in (fold_name(c.id), fold_name(c.label))]
    return _only(found, choices, kind.value, said).id


async def picked_agent(desk: Desk, said: str | None) -> AgentId | None:
    """The agent of that id, address or name, `me` being who asks; `None` for `None`.

    Raises:
        BadInput: There is none, or several.
    """
    if said is None:
        return None
    if said.casefold() == "me" and desk.me is not None:
        return desk.me
    agents = await desk.agents()
    return AgentId(_only(_people(agents, said), agents, "agent", said).id)


async def customer_named(desk: Desk, said: str) -> Choice:
    """The customer of that id, address or name.

    Raises:
        BadInput: There is none, or several.
        DeskeroError: The desk could not be asked.
    """
    found = _people(await desk.customers(said, limit=1_000), said)
    if not found:
        found = _people(await desk.find_customers(said), said)
    return _only(found, found, "customer", said)


def view_named(tabs: Tabs, view_id: str) -> View:
    """The view of that id, also a built-in one that has no tab.

    Raises:
        BadInput: There is none, or its query cannot be read.
    """
    every = {view.id: view for view in (*BUILT_IN_VIEWS, *tabs.views)}
    view = every.get(view_id)
    if view is None:
        name = safe_line(view_id, max_chars=60)
        raise BadInput(f"There is no view {name}. Known: {', '.join(every)}.")
    if view.mistake:
        raise BadInput(f"{view.id}: {view.mistake}")
    return view


def _people(people: Sequence[Choice], said: str) -> list[Choice]:
    wanted = said.casefold()
    return [
        person
        for person in people
        if person.id == said or wanted in (person.label.casefold(), person.hint.casefold())
    ]


def _only(found: Sequence[Choice], known: Sequence[Choice], what: str, said: str) -> Choice:
    name = safe_line(said, max_chars=60)
    match found:
        case [choice]:
            return choice
        case []:
            names = ", ".join(choice.label for choice in known[:12])
            raise BadInput(f"There is no {what} {name}." + (f" Known: {names}." if names else ""))
        case _:
            raise BadInput(f"There are several of the name {name}; give the {what}'s id.")
