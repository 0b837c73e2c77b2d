"""Puts the painter between Textual and its driver.

This is the one file that touches private names of Textual for painting: `App._display`,
`_begin_update`, `_end_update`, `_driver`, `_get_screen`, `_set_pointer_shape`, and
`Screen._compositor`.
`tests/tui/test_painting.py` names them, so that another version of Textual cannot change them
unnoticed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from textual.app import App
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import AwaitMount
from typing_extensions import override

from deskero_tui.tui.terminal.abilities import Colours
from deskero_tui.tui.terminal.compositor import Frame, FrugalCompositor
from deskero_tui.tui.terminal.driver import TerminalDriver
from deskero_tui.tui.terminal.opening import Opening, painter_for
from deskero_tui.tui.terminal.segments import Piece, patches

T = TypeVar("T")

LEAST_WHOLE_CHARS: Final = 1_000
"""Shorter frames are one write, which a terminal shows as one without being asked to."""

SYSTEMS: Final[Mapping[Colours, ColorSystem | None]] = {
    Colours.NONE: None,
    Colours.SIXTEEN: ColorSystem.STANDARD,
    Colours.MANY: ColorSystem.EIGHT_BIT,
    Colours.TRUE: ColorSystem.TRUECOLOR,
}
"""What Rich calls them; `None` leaves attributes alone."""


@runtime_checkable
class Written(Protocol):
    """A field to write in, as Textual's are."""

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where on the screen the next letter goes."""


@runtime_checkable
class Pointed(Protocol):
    """A widget that has a line where the agent is."""

    @property
    def cursor_line(self) -> int:
        """That line, counted from the top of what the widget shows, 0-based."""


class PaintingApp(App[T]):
    """An app that writes only what changed on the screen, and only what will be seen soon.

    While the terminal has not taken the last picture, further ones are not painted at all: the
    model keeps what was written, and when the terminal has caught up the newest state is painted
    as what differs from that.
    """

    def __init__(
        self,
        *,
        colours: Colours = Colours.TRUE,
        shows_cursor: bool = False,
        opening: Opening | None = None,
        **options: Any,
    ) -> None:
        """`colours` is how many the terminal has: those of a frame become the nearest of them.

        With `shows_cursor` the terminal's own cursor is seen, at the line that `cursor_spot` gives.
        An `opening` has the terminal already, and a picture on it; it stays its maker's to close.
        """
        self.shows_cursor = shows_cursor
        super().__init__(driver_class=TerminalDriver, **options)
        self.no_color = colours is Colours.NONE
        self.colour_system = SYSTEMS[colours]
        """How Rich calls what the terminal has; `None`: no colours."""
        term = os.environ.get("TERM", "")
        self._painter = painter_for(term) if opening is None else opening.painter
        self.opening = opening
        self._owed: Frame | None = None
        """What has changed while the terminal was behind."""
        self._last_spot: Offset | None = None

    def paint_anew(self) -> None:
        """Paints the whole screen again, whatever the terminal may show by now."""
        self._painter.forget()
        self._owed = None
        self._paint_whole_screen()

    def move_picture(self, lines: int) -> bool:
        """Has the terminal move all of its lines up (positive) or down, and with them what it alone
        knows of each; False, and nothing is done, where it cannot be told so now.
        """
        driver = self._driver
        if self._owed is not None or not isinstance(driver, TerminalDriver) or driver.is_behind:
            return False
        moved = self._painter.move(lines)
        driver.write(moved)
        return bool(moved)

    def cursor_spot(self) -> Offset | None:
        """Where on the screen the widget with the keyboard has its cursor; `None` without one.

        Fields have it where the next letter goes, what has no lines at its start.
        """
        widget = self.focused
        if widget is None:
            return None
        if isinstance(widget, Written):
            return widget.cursor_screen_offset
        line = widget.cursor_line if isinstance(widget, Pointed) else 0
        return widget.content_region.offset + Offset(0, line)

    def write_through(self, sequence: str) -> None:
        """Writes what paints and moves nothing, behind all that waits for the terminal already."""
        if self._driver is not None:
            self._driver.write(sequence)

    def line_is_free(self) -> None:
        """The driver's word that the terminal has taken all that was written."""
        owed, self._owed = self._owed, None
        if owed is None or not isinstance(driver := self._driver, TerminalDriver):
            return
        if self.screen_stack and owed.is_of(self.screen._compositor):
            self._write_or_owe(driver, owed)
        else:
            self._paint_whole_screen()

    def stops_are_known(self) -> None:
        """The driver's word that the terminal goes to the stops that are set."""
        self._painter.use_stops()

    def picture_lost(self) -> None:
        """The driver's word that the terminal may show anything."""
        self.paint_anew()

    def _paint_whole_screen(self) -> None:
        if self.screen_stack:
            self.screen.refresh(layout=True)

    def _paint(self, pieces: Iterable[Piece], console: Console) -> str:
        size = (self.size.width, self.size.height)
        return self._painter.paint(patches(pieces, self.colour_system), size)

    @override
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        driver = self._driver
        if not (isinstance(driver, TerminalDriver) and isinstance(renderable, Frame)):
            super()._display(screen, renderable)
        else:
            self._write_or_owe(driver, renderable)

    def _write_or_owe(self, driver: TerminalDriver, frame: Frame) -> None:
        if not driver.is_behind:
            self._write(driver, frame)
        elif self._owed is None:
            self._owed = frame
            driver.tell_when_free()
        else:
            self._owed = self._owed.joined(frame)

    def _write(self, driver: TerminalDriver, frame: Frame) -> None:
        """Writes what a frame changes and where the cursor goes; nothing when that is nothing."""
        painted = frame.render_segments(self.console)
        spot = self._spot_told()
        if not painted and spot == self._last_spot:
            return
        self._last_spot = spot
        place = "" if spot is None else f"\x1b[{spot.y + 1};{spot.x + 1}H"
        if len(painted) < LEAST_WHOLE_CHARS:
            driver.write(painted + place)
            return
        self._begin_update()
        driver.write(painted + place)
        self._end_update()

    def _spot_told(self) -> Offset | None:
        """Where the terminal is told to have its cursor: where it is seen, or where an input method
        opens; `None` where neither is.
        """
        if not self.shows_cursor and not isinstance(self.focused, Written):
            return None
        spot = self.cursor_spot()
        return None if spot is None else self.size.clamp_offset(spot)

    @override
    def get_default_screen(self) -> Screen[Any]:
        return self._frugal(super().get_default_screen())

    @override
    def _get_screen(self, screen: Screen[Any] | str) -> tuple[Screen[Any], AwaitMount]:
        return super()._get_screen(self._frugal(self.get_screen(screen)))

    def _frugal(self, screen: Screen[Any]) -> Screen[Any]:
        """Gives a screen that does not run yet our compositor."""
        if not screen.is_running:
            screen._compositor = FrugalCompositor(self._paint)
        return screen

    @override
    def _set_pointer_shape(self, shape: str) -> None:
        """Nothing: the mouse is the terminal's own."""
