"""How the orders of a list are called, and which of them an agent chose for each view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from deskero_tui.domain.query.query import Order, Query, View
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText

TITLES: Final[Mapping[Order, str]] = {
    Order.MATCH: "best match",
    Order.WAITING: "longest waiting",
    Order.CHANGED: "last changed",
    Order.OPENED: "newest",
    Order.NUMBER: "number",
    Order.CUSTOMER: "customer",
    Order.ASSIGNEE: "assignee",
    Order.STATUS: "status",
    Order.PRIORITY: "priority",
    Order.REMINDER: "reminder",
}
"""In the order of the menu."""


class Sorting:
    """The order chosen for each view, as long as the console runs.

    A search in a view has an order of its own: what suits a queue seldom suits what was found.
    """

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, bool], tuple[Order, bool]] = {}

    def applied(self, query: Query, view: View, *, is_searching: bool) -> Query:
        """`query` in the order that was chosen for it, else in its own."""
        chosen = self._chosen.get((view.id, is_searching))
        if chosen is None:
            return query
        order, is_reversed = chosen
        return replace(query, order=order, is_reversed=is_reversed)

    def choose(self, order: Order, shown: Query, view: View, *, is_searching: bool) -> str:
        """Takes a choice; the order that `shown` has already is turned round. What to say of it."""
        is_reversed = order is shown.order and not shown.is_reversed
        self._chosen[view.id, is_searching] = (order, is_reversed)
        return f"Sorted by {TITLES[order]}{', turned round' if is_reversed else ''}."


def sort_choices(shown: Query, *, is_searching: bool) -> list[Choice]:
    """The menu; the order in force says that it can be turned round."""
    return [
        Choice(
            order.value,
            SafeText(title),
            SafeText("again turns it round" if order is shown.order else ""),
        )
        for order, title in TITLES.items()
        if is_searching or order is not Order.MATCH
    ]
