"""The first picture comes from the store, before anything is loaded that it does not need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pty_console import CONSOLE, PtyConsole

LATER = {"httpx", "pydantic", "pydantic_core", "selectolax", "fastapi", "sqlalchemy", "shtab"}
OURS_LATER = {
    "deskero_tui.api.client",
    "deskero_tui.domain.records.people",
    "deskero_tui.domain.records.ticket",
    "deskero_tui.sync.refresh.pull",
    "deskero_tui.sync.delivery.push",
    "deskero_tui.domain.outbox.merge",
    "deskero_tui.domain.outbox.contents",
    "deskero_tui.domain.text.html",
    "deskero_tui.domain.macros.parser",
    "deskero_tui.domain.macros.library",
    "deskero_tui.domain.macros.placeholders",
    "deskero_tui.sync.bulk",
    "deskero_tui.sync.macro_run",
    "deskero_tui.tui.dialogs.decide",
    "deskero_tui.tui.dialogs.fact_lines",
    "deskero_tui.tui.dialogs.fields",
    "deskero_tui.tui.dialogs.help",
    "deskero_tui.tui.dialogs.macro_picker",
    "deskero_tui.tui.dialogs.palette",
    "deskero_tui.tui.compose.screen",
    "deskero_tui.tui.compose.new_ticket",
    "deskero_tui.tui.widgets.select_view",
    "deskero_tui.tui.compose.draft_state",
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


@pytest.mark.parametrize("elsewhere", ["2>&-", "2>/dev/null", '2>"$HOME/errors"'])
def test_the_console_opens_with_standard_error_closed_or_elsewhere(
    home: Path, account: dict[str, str], elsewhere: str
) -> None:
    program = ("sh", "-c", f'exec "$0" "$@" {elsewhere}', *CONSOLE)
    with PtyConsole(home=home, environment=account, program=program) as console:
        console.wait_for("tickets · online", "opened")
        console.press("q")
        assert console.wait_for_end() == 0


def test_a_mistake_in_the_settings_is_on_the_status_line(
    home: Path, account: dict[str, str]
) -> None:
    folder = Path(account["DESKERO_HOME"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text("futur_setting = true\n")
    with PtyConsole(home=home, environment=account, size=(120, 30)) as console:
        console.wait_for('Unknown setting "futur_setting"')
        console.press("q")
        assert console.wait_for_end() == 0
