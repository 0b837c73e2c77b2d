"""What the whole console does differently for slow lines and for ears, with a real desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskero_tui.config import Settings
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.commands.table import Place
from tests.support.console import WIDE, address_of, console_on
from tests.support.running_desk import RunningDesk


async def test_over_a_slow_line_only_what_the_agent_does_is_painted(
    running: RunningDesk, tmp_path: Path
) -> None:
    slow = Appearance(is_slow=True)
    async with console_on(
        address_of(running), tmp_path, size=WIDE, undo_s=600, appearance=slow
    ) as console:
        await console.press("9")
        assert "[9 All]" in console.picture[0], "tabs without counts"
        assert "as of" not in console.picture[-2]
        assert not console.ticket.display, "no preview"
        keys = console.picture[-1]
        await console.press("enter")
        assert console.is_in(Place.TICKET)
        assert not console.tickets.display
        assert console.picture[-1] == keys
        await console.press("n")
        await console.type("Called back.")
        await console.press("ctrl+s", "y")
        assert console.said.endswith("leaves soon, u takes it back")


@pytest.mark.parametrize(
    ("settings", "classes"),
    [
        (Settings(), set()),
        (Settings(slow=True), {"-bare"}),
        (Settings(screen_reader=True), {"-bare", "-spoken"}),
    ],
)
def test_the_settings_choose_the_style_classes(settings: Settings, classes: set[str]) -> None:
    assert Appearance.of(settings, {"TERM": "xterm-256color"}).classes == classes


def test_the_usual_theme_gives_way_to_the_terminals_own_where_that_costs_less() -> None:
    many = {"TERM": "xterm-256color"}
    assert Appearance.of(Settings(), many).theme == "default"
    assert Appearance.of(Settings(), {"TERM": "linux"}).theme == "terminal"
    assert Appearance.of(Settings(slow=True), many).theme == "terminal"
    assert Appearance.of(Settings(slow=True, theme="light"), many).theme == "light"
