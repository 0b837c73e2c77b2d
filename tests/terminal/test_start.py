"""The first picture comes from the store, before anything is loaded that it does not need."""

from __future__ import annotations

from pathlib import Path

from tests.support.pty_console import CONSOLE, PtyConsole

LATER = {"httpx", "pydantic", "pydantic_core", "selectolax", "fastapi", "sqlalchemy", "shtab"}
OURS_LATER = {
    "deskero_tui.api.client",
    "deskero_tui.domain.people",
    "deskero_tui.domain.ticket",
    "deskero_tui.sync.pull",
    "deskero_tui.sync.push",
    "deskero_tui.domain.comparing",
    "deskero_tui.domain.contents",
    "deskero_tui.domain.html",
    "deskero_tui.domain.macro_text",
    "deskero_tui.domain.macros",
    "deskero_tui.domain.placeholders",
    "deskero_tui.sync.bulk",
    "deskero_tui.sync.macro_run",
    "deskero_tui.tui.modals.decide",
    "deskero_tui.tui.modals.fact_lines",
    "deskero_tui.tui.modals.fields",
    "deskero_tui.tui.modals.help",
    "deskero_tui.tui.modals.macro_picker",
    "deskero_tui.tui.modals.palette",
    "deskero_tui.tui.screens.compose",
    "deskero_tui.tui.screens.new_ticket",
    "deskero_tui.tui.screens.select_view",
    "deskero_tui.tui.writing",
}
"""The road to the desk and its records, writing, and what opens over the list."""


def test_first_picture_of_a_known_store_needs_neither_desk_nor_records(
    home: Path, account: dict[str, str]
) -> None:
    told = home / "loaded"
    program = (CONSOLE[0], "-m", "tests.terminal.first_picture", str(told))
    for _ in range(2):
        with PtyConsole(home=home, environment=account, program=program) as console:
            console.wait_for("tickets · online", "opened")
            console.press("q")
            assert console.wait_for_end() == 0
    # The second one had tickets to show.
    loaded = set(told.read_text("utf-8").split())
    assert "deskero_tui.tui.widgets.ticket_list" in loaded
    assert not LATER & loaded
    assert sorted(OURS_LATER & loaded) == []
