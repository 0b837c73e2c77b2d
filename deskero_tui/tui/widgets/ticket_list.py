"""The ticket list: paints lines, holds one order of keys and the rows around the window.

The cursor is a ticket. Whatever order comes, it stays on its ticket; when that is gone, it goes to
the next one of the old order that is still there.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from typing_extensions import override

from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.records.row import KEY_CODE, RowKey, TicketRow
from deskero_tui.domain.text.safe_text import SafeText, fit
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.tui.commands.table import bindings_of
from deskero_tui.tui.list_view.columns import COLUMNS, Column, clock_parts, next_clock_part
from deskero_tui.tui.list_view.first_frame import ListLooks
from deskero_tui.tui.terminal.looks import Look
from deskero_tui.tui.terminal.segments import look_of
from deskero_tui.tui.widgets.pane import Pane
from deskero_tui.tui.widgets.ticket_lines import LOOKS, Pieces, Shown, TicketLines

HEAD_LINES: Final = 1
MARGIN_ROWS: Final = 60
"""How many rows beyond the window are asked for at once on either side."""
MOST_ROWS: Final = 1_000
"""How many rows are held; those farthest from the window go first."""
NO_KEY: Final = RowKey(-1)
LOOKED_FOR: Final = 3
"""So many tickets are looked for one by one before a table of all places is made, which takes
longer than a key may: the cursor's is nearly always there, or the next one."""
SEEN_AFTER_S: Final = 0.7
"""Seconds that a ticket which the list itself put under the cursor must have been on the screen
before a key acts on it: reaction time and the way of a frame over a slow line."""
NOTHING_FADES: Final[Mapping[int, SafeText]] = MappingProxyType({})
NO_LIMITS: Final = WaitLimits(None, None)


class TicketList(Pane):
    """A list of any length over one `order`; rows are handed in as they are asked for."""

    BINDINGS: ClassVar = bindings_of("list")

    COMPONENT_CLASSES: ClassVar = {
        "ticket-list--head",
        "ticket-list--cursor",
        "ticket-list--cursor-blurred",
        "ticket-list--unread",
        "ticket-list--mark",
        "ticket-list--sign",
        "ticket-list--number",
        "ticket-list--waiting",
        "ticket-list--waiting-long",
        "ticket-list--waiting-too-long",
        "ticket-list--assignee",
        "ticket-list--customer",
        "ticket-list--subject",
        "ticket-list--status",
        "ticket-list--opened",
        "ticket-list--onhold",
        "ticket-list--solved",
        "ticket-list--closed",
        "ticket-list--empty",
        "ticket-list--fading",
    }

    cursor_key: reactive[RowKey] = reactive(NO_KEY, repaint=False)
    """The ticket under the cursor; `NO_KEY` in an empty list."""

    empty_text: reactive[str] = reactive("")
    """What an empty list says instead of rows: a failure must not look like "no tickets"."""

    scrolls_by_half: reactive[bool] = reactive(False, repaint=False)
    """At its edge the list goes on by half a window. A terminal moves whole lines only: beside
    another pane each line that scrolls has to be written anew."""

    columns: reactive[tuple[Column, ...]] = reactive(COLUMNS)
    """What is shown of each ticket, as far as there is room."""

    @dataclass
    class RowsWanted(Message):
        """These rows are about to be shown and not here."""

        ticket_list: TicketList
        keys: tuple[int, ...]

        @property
        @override
        def control(self) -> TicketList:
            return self.ticket_list

    @dataclass
    class CursorMoved(Message):
        """The cursor is on another ticket."""

        ticket_list: TicketList
        key: RowKey
        lost: TicketRow | None
        """The ticket it was on, when that has left the list."""
        is_by_agent: bool
        """Whether the agent moved it, and not the list under it."""

        @override
        def can_replace(self, message: Message) -> bool:
            """Where it passed by in a burst matters to nobody."""
            return (
                isinstance(message, TicketList.CursorMoved)
                and self.lost is None
                and self.is_by_agent == message.is_by_agent
            )

        @property
        @override
        def control(self) -> TicketList:
            return self.ticket_list

    @dataclass
    class Held(Message):
        """A key did nothing: the agent has not had time to see the ticket under the cursor."""

        ticket_list: TicketList

        @property
        @override
        def control(self) -> TicketList:
            return self.ticket_list

    @dataclass
    class Marked(Message):
        """Tickets were marked, or marks were taken away."""

        ticket_list: TicketList
        count: int
        """Marks in all, those on tickets that this list does not have included."""

        @property
        @override
        def control(self) -> TicketList:
            return self.ticket_list

    marks: reactive[frozenset[int]] = reactive(frozenset(), init=False)
    """The keys of the marked tickets; marks outlive another view and another search."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        wait_limits: WaitLimits = NO_LIMITS,
        lines: TicketLines | None = None,
        monotonic: Callable[[], float] = SYSTEM_CLOCK.monotonic,
        id: str | None = None,
    ) -> None:
        """`now` gives the moment that ages are counted to, aware; `lines` writes the tickets.

        `monotonic` gives the seconds by which `is_cursor_seen` is decided.
        """
        super().__init__(id=id)
        self._lines = lines or TicketLines()
        self._now = now
        self._as_of = now()
        """The moment that every line counts its ages to: lines of one picture agree."""
        self._wait_limits = wait_limits
        self._order: array[int] = array(KEY_CODE)
        self._cursor_index = -1
        self._rows: dict[int, TicketRow] = {}
        self._wanted: set[int] = set()
        self._fading: Mapping[int, SafeText] = {}
        self._is_untouched = True
        """Nobody has moved the cursor since the list was shown from its top."""
        self._lost: TicketRow | None = None
        self._is_moved = False
        self._monotonic = monotonic
        self.is_filling = False
        """The store is filled for the first time: no key waits until a ticket was seen."""
        self.is_cursor_chosen = False
        """The agent has moved the cursor, or acted on its ticket, since the list was shown from
        its top."""
        self._is_cursor_doubtful = False
        """The list put another ticket under the cursor, and it is not known to have been seen."""
        self._cursor_painted_at_s: float | None = None
        """When a doubtful ticket was first painted; `None` until then."""
        self._returned_at_s = 0.0
        """When the agent came back to the list, from the ticket or from a sheet over it."""
        self._styles: dict[str, Style] = {}
        """By the names of their looks, in the theme of the moment."""
        self._theme = ""
        self._anchor: int | None = None
        """Where a range begins; `None` while none was begun."""

    # -- marks ---------------------------------------------------------------------------------

    @property
    def marked_keys(self) -> list[int]:
        """The marked tickets in the order of the list, those it does not have last."""
        here = [key for key in self._order if key in self.marks]
        return [*here, *sorted(self.marks.difference(here))]

    def action_list_mark(self) -> None:
        """Marks the ticket under the cursor, or takes its mark away, and goes on."""
        if self.cursor_key != NO_KEY and self._may_mark():
            self.marks = self.marks ^ {self.cursor_key}
            self.action_list_down()

    def action_list_extend_down(self) -> None:
        self._extend(1)

    def action_list_extend_up(self) -> None:
        self._extend(-1)

    def _extend(self, step: int) -> None:
        """Marks the ticket under the cursor and the one it goes to."""
        if not self._may_mark():
            return
        left = self.cursor_key
        self._move_cursor(self._cursor_index + step)
        self.marks = (self.marks | {left, self.cursor_key}) - {NO_KEY}

    def action_list_range(self) -> None:
        """The first time sets where a range begins, the second marks all from there to here."""
        if self.cursor_key == NO_KEY or not self._may_mark():
            return
        if self._anchor is None or self._anchor not in self._order:
            self._anchor = self.cursor_key
            self.marks = self.marks | {self.cursor_key}
            return
        ends = sorted((self._order.index(self._anchor), self._cursor_index))
        self.marks = self.marks | set(self._order[ends[0] : ends[1] + 1])
        self._anchor = None

    def action_list_mark_all(self) -> None:
        """Marks every ticket that the list has; once more takes all these marks away."""
        everything = frozenset(self._order)
        self.marks = (
            self.marks - everything if everything <= self.marks else self.marks | everything
        )

    def _may_mark(self) -> bool:
        """Tell whether the cursor's ticket was seen; the screen says why not."""
        if not self.is_cursor_seen:
            self.hold_key()
            return False
        return True

    def watch_marks(self, marks: frozenset[int]) -> None:
        if not marks:
            self._anchor = None
        self.post_message(self.Marked(self, len(marks)))

    # -- what is shown -------------------------------------------------------------------------

    @property
    def row_count(self) -> int:
        """How many tickets the list has, held or not."""
        return len(self._order)

    @property
    def order(self) -> array[int]:
        """The keys of the tickets, in their order; not to be changed."""
        return self._order

    def key_of(self, ticket_id: TicketId) -> RowKey | None:
        """The key of a ticket whose row is held; `None` when it is not."""
        return next((row.key for row in self._rows.values() if row.id == ticket_id), None)

    @property
    def cursor_index(self) -> int:
        """Where the cursor stands, 0-based; -1 in an empty list."""
        return self._cursor_index

    @property
    def cursor_line(self) -> int:
        """On which line of the list the cursor stands, 0-based."""
        return max(0, self._cursor_index - self._first_visible_row) + HEAD_LINES

    @property
    def cursor_row(self) -> TicketRow | None:
        """The ticket under the cursor; `None` in an empty list and until its row has come."""
        return self._rows.get(self.cursor_key)

    @property
    def cursor_ticket(self) -> TicketId | None:
        """The id of the ticket under the cursor, as `cursor_row`."""
        row = self.cursor_row
        return row.id if row else None

    @property
    def is_cursor_seen(self) -> bool:
        """Whether the agent has had time to see which ticket is under the cursor.

        False for a moment after the cursor's ticket has left the list and another one took its
        place: a key that was pressed at that moment was meant for the one before.
        """
        if not self._is_cursor_doubtful:
            return True
        if self._cursor_painted_at_s is None:
            return False
        began_s = max(self._cursor_painted_at_s, self._returned_at_s)
        return self._monotonic() - began_s >= SEEN_AFTER_S

    def hold_key(self) -> None:
        """Tell that a key does nothing, as the cursor's ticket was not seen yet."""
        self.post_message(self.Held(self))

    def note_return(self) -> None:
        """The agent is back at the list, and sees only now what has changed in it."""
        if self._is_cursor_doubtful:
            self._returned_at_s = self._monotonic()

    def trust_cursor(self) -> None:
        """The agent has acted on the ticket under the cursor: it is seen and chosen."""
        self.is_cursor_chosen = True
        self._is_cursor_doubtful = False

    @property
    def visible_rows(self) -> int:
        """How many rows fit."""
        return max(1, self.size.height - HEAD_LINES)

    def show_order(
        self,
        order: array[int],
        *,
        from_top: bool = False,
        fading: Mapping[int, SafeText] = NOTHING_FADES,
    ) -> None:
        """Show the tickets of `order`. The cursor stays on its ticket and its ticket on its line.

        With `from_top` the cursor goes to the first ticket. While nobody has moved it, the list
        stays at its top as long as the cursor is in sight there. When the cursor's ticket is not in
        `order`, the cursor goes to the next one, which counts as seen (`is_cursor_seen`) a moment
        later.

        `fading` are those about to leave their places, each with a word of at most four cells that
        says why in place of its signs.
        """
        self._fading = fading
        self.follow_clock()
        self._is_untouched = self._is_untouched or from_top
        self.is_cursor_chosen = self.is_cursor_chosen and not from_top
        old_order, old_index = self._order, self._cursor_index
        line = old_index - self._first_visible_row
        index = 0 if from_top else self._place_in(order, old_order, old_index)
        self._order = order
        self._cursor_index = min(index, len(order) - 1)
        is_at_top = self._is_untouched and self._cursor_index < self.visible_rows
        first = 0 if is_at_top else max(0, self._cursor_index - max(0, line))
        self.show_lines(len(order) + HEAD_LINES, first=first)
        self._keep_cursor_visible()
        key = RowKey(order[self._cursor_index]) if len(order) else NO_KEY
        self._lost = None if from_top or key == self.cursor_key else self.cursor_row
        if from_top or self.is_filling or key == NO_KEY:
            self._is_cursor_doubtful = False
        elif key != self.cursor_key:
            self._doubt_cursor()
        self.cursor_key = key
        self._lost = None
        self._want_rows()

    def _place_in(self, order: array[int], old_order: array[int], old_index: int) -> int:
        """Where in `order` the cursor's ticket is, else the nearest one after it, else before."""
        if old_index < 0:
            return 0
        after = old_order[old_index:]
        for key in after[:LOOKED_FOR]:
            with suppress(ValueError):
                return order.index(key)
        places = {key: place for place, key in enumerate(order)}
        before = reversed(old_order[:old_index])
        return next((places[key] for keys in (after, before) for key in keys if key in places), 0)

    def take_rows(self, rows: Iterable[TicketRow], *, asked: Iterable[int] = ()) -> None:
        """Takes rows in, as they are now. `asked` are the keys that were asked for: those that did
        not come are gone.
        """
        changed = [row for row in rows if self._rows.get(row.key) != row]
        self._rows.update((row.key, row) for row in changed)
        self._wanted.difference_update(asked)
        self._let_go()
        if changed:
            self.refresh()

    def replace_rows(self, rows: Iterable[TicketRow]) -> None:
        """Takes rows in and lets go of all others, before an order of theirs is shown."""
        self._rows = {row.key: row for row in rows}
        self._wanted.clear()

    def forget_rows(self) -> None:
        """Asks for the visible rows anew; what is shown stays until they come."""
        self._wanted.clear()
        near = set(self._near_keys())
        self._rows = {key: row for key, row in self._rows.items() if key in near}
        self._ask(tuple(near))

    def follow_clock(self) -> None:
        """Count ages to now, and paint the lines whose text changes by that."""
        before, self._as_of = self._as_of, self._now()
        for index, row in self._rows_in_sight():
            if clock_parts(row, before, self._wait_limits) != clock_parts(
                row, self._as_of, self._wait_limits
            ):
                self.refresh_line(index + HEAD_LINES)

    def next_clock_change(self) -> datetime | None:
        """Return a moment in UTC until which the time alone changes nothing that is in sight."""
        moments = (
            next_clock_part(row, self._as_of, self._wait_limits) for _, row in self._rows_in_sight()
        )
        return min((at for at in moments if at is not None), default=None)

    def _rows_in_sight(self) -> Iterator[tuple[int, TicketRow]]:
        """The rows in the window that are here, each with its index."""
        first = self._first_visible_row
        for index in range(first, min(first + self.visible_rows, len(self._order))):
            row = self._rows.get(self._order[index])
            if row is not None:
                yield index, row

    def move_to(self, key: RowKey) -> bool:
        """Puts the cursor on a ticket; False when the list does not have it."""
        try:
            index = self._order.index(key)
        except ValueError:
            return False
        self._move_cursor(index)
        return True

    # -- painting ------------------------------------------------------------------------------

    @override
    def line(self, y: int, width_cells: int) -> Sequence[Segment]:
        if y < HEAD_LINES:
            head = fit(self._lines.head(self.columns, width_cells), width_cells)
            return (Segment(head, self._look("head")),)
        index = y - HEAD_LINES + self._first_visible_row
        if not 0 <= index < len(self._order):
            return self._blank(y, width_cells)
        key = self._order[index]
        row = self._rows.get(key)
        is_cursor = index == self._cursor_index
        if is_cursor and row is not None and self._is_cursor_doubtful:
            self._note_painted()
        if row is None:
            return self._styled(self._lines.missing(is_cursor=is_cursor), is_cursor=is_cursor)
        shown = Shown(row, is_cursor, key in self.marks, self._fading.get(key))
        pieces = self._lines.ticket(
            shown, self.columns, width_cells, now=self._as_of, limits=self._wait_limits
        )
        return self._styled(pieces, is_cursor=is_cursor)

    def _note_painted(self) -> None:
        if self._cursor_painted_at_s is None:
            self._cursor_painted_at_s = self._monotonic()

    def _note_refreshed(self) -> None:
        """Without a terminal no line is ever painted."""
        if self.app.is_headless:
            self._note_painted()

    def _doubt_cursor(self) -> None:
        """Take the cursor's ticket for unseen until it has been painted for a moment."""
        self._is_cursor_doubtful = True
        self._cursor_painted_at_s = None
        self.call_after_refresh(self._note_refreshed)

    @override
    def filling(self, y: int) -> Style | None:
        is_cursor = self._cursor_index >= 0 and y == self.cursor_line
        return self._bar if is_cursor and self._lines.has_bar else None

    def _blank(self, y: int, width: int) -> Sequence[Segment]:
        if y != HEAD_LINES + 1 or len(self._order):
            return ()
        return (Segment(fit(SafeText("  " + self.empty_text), width), self._look("empty")),)

    def _styled(self, pieces: Pieces, *, is_cursor: bool) -> Sequence[Segment]:
        self._follow_theme()
        if is_cursor and self._lines.has_bar:
            bar = self._bar
            return [Segment(text, self._style(looks) + bar) for text, looks in pieces]
        return [Segment(text, self._style(looks)) for text, looks in pieces]

    @property
    def _bar(self) -> Style:
        return self._style("cursor" if self.has_focus else "cursor-blurred")

    def looks(self, system: ColorSystem | None) -> ListLooks:
        """How its parts look with the theme of the moment on a terminal with these colours."""
        self._follow_theme()
        filters, background = self.get_line_filters(), self.background_colors[1]

        def look(style: Style) -> Look:
            segments = [Segment(" ", style)]
            for line_filter in filters:
                segments = line_filter.apply(segments, background)
            return look_of(segments[0].style, system)

        bar = self._style("cursor")
        return ListLooks(
            {name: look(self._style(name)) for name in LOOKS},
            {name: look(self._style(name) + bar) for name in LOOKS},
        )

    def _follow_theme(self) -> None:
        if self._theme != self.app.theme:
            self._theme = self.app.theme
            self._styles.clear()

    def _style(self, looks: str) -> Style:
        """The style of some looks, kept: every ancestor has a part in each."""
        style = self._styles.get(looks)
        if style is None:
            style = self._styles[looks] = self._new_style(looks)
        return style

    @override
    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def _new_style(self, looks: str) -> Style:
        first, *more = looks.split() or ("",)
        style = self._look(first) if first else self.rich_style
        for look in more:
            style += self._look(look)
        return style

    def _look(self, part: str) -> Style:
        return self.get_component_rich_style(f"ticket-list--{part}")

    # -- moving --------------------------------------------------------------------------------

    def watch_cursor_key(self, key: RowKey) -> None:
        self.post_message(self.CursorMoved(self, key, self._lost, self._is_moved))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._want_rows()

    def on_resize(self, event: events.Resize) -> None:
        self._keep_cursor_visible()
        self._want_rows()

    def action_list_down(self) -> None:
        self._move_cursor(self._cursor_index + 1)

    def action_list_up(self) -> None:
        self._move_cursor(self._cursor_index - 1)

    def action_list_first(self) -> None:
        self._move_cursor(0)

    def action_list_last(self) -> None:
        self._move_cursor(len(self._order) - 1)

    def action_list_page_down(self) -> None:
        self._move_cursor(self._cursor_index + self.visible_rows)

    def action_list_page_up(self) -> None:
        self._move_cursor(self._cursor_index - self.visible_rows)

    def _move_cursor(self, index: int) -> None:
        if not len(self._order):
            return
        self._is_untouched = False
        self.is_cursor_chosen = True
        self._is_cursor_doubtful = not self.is_cursor_seen
        if self._is_cursor_doubtful:
            # A step from a ticket that was not seen leads to another one that was not.
            self._doubt_cursor()
        left, self._cursor_index = self._cursor_index, max(0, min(index, len(self._order) - 1))
        self._keep_cursor_visible()
        for changed in (left, self._cursor_index):
            self.refresh_line(changed + HEAD_LINES)
        self._is_moved = True
        self.cursor_key = RowKey(self._order[self._cursor_index])
        self._is_moved = False

    # -- private -------------------------------------------------------------------------------

    @property
    def _first_visible_row(self) -> int:
        return self.scroll_offset.y

    def _keep_cursor_visible(self) -> None:
        """Scrolls as far as it takes; by half a window more where that is cheaper in the end."""
        if self._cursor_index < 0 or not self.size.height:
            return
        first, count = self._first_visible_row, self.visible_rows
        target = min(max(first, self._cursor_index - count + 1), self._cursor_index)
        if target != first and self.scrolls_by_half:
            further = count // 2 if target > first else -(count // 2)
            target = max(0, min(target + further, len(self._order) - count))
        if target != first:
            self.show_from(target)

    def _near_keys(self) -> array[int]:
        first = max(0, self._first_visible_row - MARGIN_ROWS)
        return self._order[first : self._first_visible_row + self.visible_rows + MARGIN_ROWS]

    def _want_rows(self) -> None:
        """Asks for what is missing once something visible is, and then for a margin as well."""
        first = self._first_visible_row
        visible = self._order[first : first + self.visible_rows]
        if any(key not in self._rows and key not in self._wanted for key in visible):
            self._ask(tuple(key for key in self._near_keys() if key not in self._rows))

    def _ask(self, keys: tuple[int, ...]) -> None:
        self._wanted.update(keys)
        if keys:
            self.post_message(self.RowsWanted(self, keys))

    def _let_go(self) -> None:
        """Keeps memory small: beyond `MOST_ROWS` only the rows near the window stay."""
        if len(self._rows) > MOST_ROWS:
            near = set(self._near_keys())
            self._rows = {key: row for key, row in self._rows.items() if key in near}
