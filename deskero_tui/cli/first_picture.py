"""Puts the tickets on the terminal before anything is loaded that only the console needs.

Loading that takes longer than all that is done here. It goes on from this picture, and what is
typed meanwhile is typed for it.
"""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Self

from deskero_tui.cli.wiring import tabs_of, zone_of
from deskero_tui.config import Settings
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.own_views import Tabs, as_of
from deskero_tui.domain.query.query import View
from deskero_tui.domain.records.row import RowKey, TicketRow
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.list_view.column_config import ColumnChoice, chosen_columns, columns_of
from deskero_tui.tui.list_view.first_frame import FirstPicture, ListLooks, list_size
from deskero_tui.tui.terminal.opening import Opening
from deskero_tui.tui.widgets.spoken_lines import lines_of

MOST_ROWS: Final = 200
"""More than a terminal has lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What settings and terminal say of the screen; known before it is loaded."""

    tabs: Tabs
    columns: ColumnChoice
    bad_columns: tuple[Mistake, ...]
    appearance: Appearance
    zone: tzinfo
    limits: WaitLimits

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str]) -> Self:
        """What they say where the environment is this one."""
        columns, bad_columns = chosen_columns(settings.columns, settings.views)
        return cls(
            tabs=tabs_of(settings),
            columns=columns,
            bad_columns=bad_columns,
            appearance=Appearance.of(settings, environment),
            zone=zone_of(settings),
            limits=settings.wait_limits,
        )


@contextmanager
def opened_with_tickets(
    desk: Desk, sight: Sight, looks: ListLooks | None
) -> Iterator[Opening | None]:
    """The terminal with the tickets of the first view on it, given back at the end of this at the
    latest.

    `None`, and nothing is touched, where there is nothing to show yet: no tickets, or no word of
    how they look. Where signs are replaced or spoken the screen itself begins.
    """
    picture = _picture(desk, sight, looks)
    opening = None if picture is None else _opened(picture, sight.appearance)
    if opening is None:
        yield None
        return
    with closing(opening):
        yield opening


def _picture(desk: Desk, sight: Sight, looks: ListLooks | None) -> FirstPicture | None:
    appearance = sight.appearance
    if looks is None or appearance.is_spoken or appearance.abilities.is_ascii:
        return None
    now = desk.clock.now().astimezone(sight.zone)
    view = as_of(sight.tabs.views[0], now)
    rows = _first_rows(desk, view)
    if not rows:
        return None
    return FirstPicture(
        rows=rows,
        columns=columns_of(sight.columns, view.id),
        lines=lines_of(appearance),
        looks=looks,
        now=now,
        limits=sight.limits,
        has_thumb=not appearance.is_bare,
    )


def _first_rows(desk: Desk, view: View) -> list[TicketRow]:
    """From the top; none where they cannot be read: the screen will say why."""
    try:
        order = desk.order_now(view.query, limit=MOST_ROWS)
        rows = {row.key: row for row in desk.rows_now(order)}
    except DeskeroError:
        return []
    return [row for key in order if (row := rows.get(RowKey(key)))]


def _opened(picture: FirstPicture, appearance: Appearance) -> Opening | None:
    """The terminal with that picture, if it has room for it; `None` where it is gone."""
    try:
        opening = Opening(sys.stdin.fileno(), sys.stderr.fileno(), os.environ.get("TERM", ""))
    except termios.error:
        return None
    # Not before it is ours: in the background that takes until somebody brings us to the front.
    columns, lines = opening.size
    size = list_size(columns, lines, has_one_pane=appearance.has_one_pane_in(columns))
    if size is not None:
        opening.paint(picture.patches(*size), (columns, lines))
    return opening
