"""`deskero-tui view …`: the tabs of the console without a screen, and how full they are."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.fresh import refresh_or_say, unreadable_told
from deskero_tui.cli.picking import view_named
from deskero_tui.cli.printing import print_json
from deskero_tui.cli.streams import say_mistakes
from deskero_tui.cli.wiring import open_desk, settings_of, tabs_of, workplace, zone_of
from deskero_tui.config import Settings
from deskero_tui.domain.query.own_views import Tabs, as_of
from deskero_tui.domain.query.query import View
from deskero_tui.domain.text.safe_text import SafeText, fit, safe_line
from deskero_tui.sync.desk import Desk

ID_CELLS = 18
TITLE_CELLS = 24


def run_view(given: Namespace) -> int:
    """Lists the views, or counts what they show; what it answers is the exit code.

    Raises:
        DeskeroError: It could not be done.
    """
    if given.verb == "list":
        _, settings = settings_of(given)
        tabs = tabs_of(settings)
        say_mistakes(tabs.mistakes)
        _list(given, tabs)
        return Exit.DONE
    with workplace(given) as at:
        tabs = tabs_of(at.settings)
        say_mistakes(tabs.mistakes)
        asked = [view_named(tabs, view_id) for view_id in given.view]
        with open_desk(at) as desk, unreadable_told(desk):
            asyncio.run(_count(given, desk, at.settings, asked or tabs.views))
    return Exit.DONE


def _list(given: Namespace, tabs: Tabs) -> None:
    """One line for each view; it needs no desk."""
    if given.json:
        print_json([_view_json(view) for view in tabs.views])
        return
    for view in tabs.views:
        about = view.mistake or view.words
        line = f"{fit(SafeText(view.id), ID_CELLS)}  {fit(SafeText(view.title), TITLE_CELLS)}"
        print(f"{line}  {safe_line(about, max_chars=300)}".rstrip())


def _view_json(view: View) -> dict[str, object]:
    return {
        "id": view.id,
        "title": view.title,
        "query": view.words or None,
        "sort": ("-" if view.query.is_reversed else "") + view.query.order.value,
        "mistake": view.mistake or None,
    }


async def _count(given: Namespace, desk: Desk, settings: Settings, views: Sequence[View]) -> None:
    await desk.start(in_background=False)
    try:
        await refresh_or_say(desk)
        now = desk.clock.now().astimezone(zone_of(settings))
        counts = await desk.counts([as_of(view, now) for view in views])
    finally:
        await desk.close()
    if given.json:
        print_json({view.id: count for view, count in zip(views, counts, strict=True)})
        return
    for view, count in zip(views, counts, strict=True):
        mark = "  (its query cannot be read)" if view.mistake else ""
        print(f"{count:7}  {view.id}{mark}")
