"""Every theme can be read: contrasts as WCAG 2 counts them, and what colour-blind people see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from math import dist

import pytest
from rich.color import Color, ColorSystem, ColorType
from rich.style import Style
from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from deskero_tui.config import THEMES as NAMES
from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.appearance import theme_for
from deskero_tui.tui.commands.table import Place
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.fact_lines import FactLines
from deskero_tui.tui.dialogs.fields import PickField, TextField
from deskero_tui.tui.styles import style_paths
from deskero_tui.tui.terminal.abilities import Abilities, Colours
from deskero_tui.tui.themes import ABOUT, THEMES
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.filter_line import CompletionLines
from deskero_tui.tui.widgets.key_line import KeyLine
from deskero_tui.tui.widgets.line_input import LineInput
from deskero_tui.tui.widgets.status_line import StatusLine
from deskero_tui.tui.widgets.ticket_list import TicketList
from deskero_tui.tui.widgets.view_tabs import ViewTabs
from tests.support.console import Console

LEAST = {"high-contrast": 7.0}
USUAL_LEAST = 4.5
BEHIND_TEXT = (4, 7, 12)
"""Of the terminal's own colours those that bars, selected text and cursor have behind them."""
NOT_SHOWN = frozenset({"input--suggestion"}) | frozenset(
    f"text-area--{part}"
    for part in ("gutter", "cursor-gutter", "cursor-line", "placeholder", "suggestion",
                 "matching-bracket")
)  # fmt: skip
RGB = tuple[int, int, int]


class Specimen(App[None]):
    """Every widget that paints text, in one theme."""

    def __init__(self, theme: str) -> None:
        super().__init__(css_path=[*style_paths()])
        for known in THEMES.values():
            self.register_theme(known)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield TicketList(now=now)
        yield ConversationView(now=now, zone=UTC)
        yield StatusLine(now=now, zone=UTC)
        yield KeyLine(Place.LIST)
        yield ViewTabs(BUILT_IN_VIEWS)
        yield CompletionLines()
        yield ChoiceList(lambda typed: ())
        yield FactLines()
        yield PickField(SafeText("me"), id="who")
        yield LineInput()
        yield TextField()
        yield Static("", id="told", classes="-wrong")
        yield Static("", id="moment")
        yield Static("", id="filter-place")
        yield Static("", classes="row--name")

    def looks(self) -> Iterator[tuple[str, Style]]:
        """Every look that text is shown in, by its name."""
        for widget in self.query(Widget):
            names = widget._get_component_classes()
            yield from ((name, widget.get_component_rich_style(name)) for name in names)
            yield widget.css_identifier, widget.rich_style


def now() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


def luminance(colour: RGB) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: int) -> float:
    value = part / 255
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: RGB, other: RGB) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pair(style: Style, system: ColorSystem) -> tuple[RGB, RGB]:
    """Its colours as the nearest that a terminal has."""
    assert style.color is not None
    assert style.bgcolor is not None
    front, back = (one.downgrade(system) for one in (style.color, style.bgcolor))
    return front.get_truecolor(), back.get_truecolor()


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
@pytest.mark.parametrize("theme", [name for name in NAMES if name != "terminal"])
async def test_all_text_stands_out_from_what_is_behind_it(theme: str, system: ColorSystem) -> None:
    app = Specimen(theme)
    async with app.run_test():
        looks = {name: style for name, style in app.looks() if name not in NOT_SHOWN}
    assert len(looks) > 70
    least = LEAST.get(theme, USUAL_LEAST)
    faint = {
        name: round(contrast(*pair(style, system)), 2)
        for name, style in looks.items()
        if contrast(*pair(style, system)) < least
    }
    assert not faint


async def test_the_terminals_own_theme_names_no_shade_of_its_own() -> None:
    app = Specimen("terminal")
    async with app.run_test():
        looks = dict(app.looks())
    for name, style in looks.items():
        for colour in (style.color, style.bgcolor):
            assert colour is None or colour.type in (ColorType.DEFAULT, ColorType.STANDARD), name
    own = {
        name: style.bgcolor.number
        for name, style in looks.items()
        if name not in NOT_SHOWN and style.bgcolor is not None and not style.bgcolor.is_default
    }
    assert not {name: number for name, number in own.items() if number not in BEHIND_TEXT}
    for name in own:
        assert looks[name].color != Color.default(), name


# Viénot, Brettel and Mollon 1999: what is left of red, green and blue, each of them linear.
_SEEN = {
    "protanopia": ((0.109, 0.891, 0.0), (0.109, 0.891, 0.0), (0.004, -0.004, 1.0)),
    "deuteranopia": ((0.293, 0.707, 0.0), (0.293, 0.707, 0.0), (-0.022, 0.022, 1.0)),
}


@pytest.mark.parametrize("eyes", _SEEN)
def test_good_warning_and_bad_stay_apart_without_red_or_green(eyes: str) -> None:
    def seen(colour: str | None) -> tuple[float, ...]:
        assert colour is not None
        parts = [linear(part) for part in Color.parse(colour).get_truecolor()]
        rows = _SEEN[eyes]
        mixed = [sum(a * b for a, b in zip(row, parts, strict=True)) for row in rows]
        return tuple(max(0.0, part) ** (1 / 2.2) for part in mixed)

    theme = THEMES["colour-blind"]
    told_apart = (theme.success, theme.warning, theme.error)
    for one, other in combinations(told_apart, 2):
        assert dist(seen(one), seen(other)) > 0.2, (one, other)


def test_the_config_knows_every_theme() -> None:
    assert tuple(THEMES) == tuple(ABOUT) == NAMES


def test_on_few_colours_the_usual_theme_is_the_terminals_own() -> None:
    few = Abilities(Colours.SIXTEEN)
    assert theme_for("default", few) == "terminal"
    assert theme_for("light", few) == "light"
    assert theme_for("default", Abilities()) == "default"
    assert theme_for("default", Abilities(), is_slow=True) == "terminal"


async def test_a_theme_is_chosen_by_name_and_it_is_said_how_to_keep_it(console: Console) -> None:
    assert console.app.theme == "default"
    await console.press(":")
    await console.type("colours for")
    await console.press("enter")
    await console.wait_for("high-contrast", "colour-blind")
    await console.type("light")
    await console.press("enter")
    assert console.app.theme == "light"
    assert console.app.screen.styles.background.rich_color == Color.parse("#ffffff")
    assert console.said == 'Theme light for now; theme = "light" in config.toml keeps it.'
