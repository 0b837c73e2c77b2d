"""What the list shows: a view of its tickets, narrowed, sorted, and read by the window."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from textual import on, work
from textual.reactive import reactive
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.query.own_views import as_of
from deskero_tui.domain.query.parser import MARKED, read_query
from deskero_tui.domain.query.query import OPEN, AllOf, Condition, Order, Query, Trait, View
from deskero_tui.domain.query.time_bounds import moving_bounds, next_midnight
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.list_view.column_config import columns_of
from deskero_tui.tui.list_view.columns import Column
from deskero_tui.tui.list_view.sorting import Sorting, sort_choices
from deskero_tui.tui.screens.queue_actions import QueueActions
from deskero_tui.tui.widgets.filter_line import FilterLine
from deskero_tui.tui.widgets.status_line import StatusLine
from deskero_tui.tui.widgets.ticket_list import NO_KEY, TicketList
from deskero_tui.tui.widgets.view_tabs import ViewTabs

WALKING_PAUSE_S: Final = 0.7
"""Between two looks at the list while a walk through all tickets is under way."""
FIRST_ROWS: Final = 100
"""How many tickets the first picture knows of; the whole order follows."""
RETRY: Final = timedelta(minutes=1)
MOMENT: Final = timedelta(milliseconds=1)
"""Words that mean another moment that much later move with the clock."""
DUE: Final = View("due", "Due", Query(AllOf((Trait.REMINDER_DUE, OPEN))))


class ListActions(QueueActions):
    """The part of the main screen that chooses, narrows and sorts a view, and fills its list."""

    view_index: reactive[int] = reactive(0)
    """Which view is shown, 0-based."""

    words: reactive[str] = reactive("")
    """The view is narrowed to tickets that hold these; empty for all of it."""

    _list: TicketList
    _status: StatusLine
    _tabs: ViewTabs
    _filter: FilterLine

    def __init__(self, desk: Desk, views: Sequence[View]) -> None:
        super().__init__()
        self._desk = desk
        self._views = tuple(views)
        self._is_loading = False
        self._is_stale = False
        self._are_counts_due = True
        """Tickets have changed since the views were counted."""
        self._is_whole = False
        """The list has the order of its view to the end: what comes from then on is news."""
        self._is_switching = False
        """Another view, search or sort was asked for; the list still shows the one before it."""
        self._keeps_ticket = False
        """What was asked for holds the ticket under the cursor, which stays there."""
        self._was_walking = False
        """All was being read when the list was last looked at: what comes then is no news."""
        self._was_filling = True
        """The store was being filled for the first time when the list was last looked at."""
        self._sorting = Sorting()
        self._read_at: datetime | None = None
        """When the views were read last, in UTC; `None` before that."""
        self._turn_at: datetime | None = None
        """Until when the time alone changes nothing of that, in UTC."""

    @abstractmethod
    def show_list(self) -> None:
        """Gives the keyboard to the list, whatever is read."""

    @abstractmethod
    def plan_clock(self) -> None:
        """Settles when the time changes next what is shown."""

    @abstractmethod
    def arrange_panes(self) -> None:
        """Settles which panes are there, and which has the keyboard."""

    @property
    @override
    def ticket_list(self) -> TicketList:
        return self._list

    @override
    def tell_waiting(self, count: int) -> None:
        self._status.waiting_count = count

    @property
    @override
    def shown_view(self) -> int:
        return self.view_index

    # -- what is read --------------------------------------------------------------------------

    def _query(self) -> Query:
        now = self.console.now()
        condition = read_query(self.words, now=now, marks=self._list.marks)
        view = as_of(self._views[self.view_index], now)
        query = view.query.searched(condition)
        return self._sorting.applied(query, view, is_searching=bool(self.words))

    def _columns(self) -> tuple[Column, ...]:
        return columns_of(self.console.settings.columns, self._views[self.view_index].id)

    def watch_view_index(self, old_index: int, index: int) -> None:
        if self.is_mounted:
            self.forget_touched(old_index)
            self.say("")
            self._tabs.active = index
            self._list.columns = self._columns()
            self._switch()

    def watch_words(self, words: str) -> None:
        if self.is_mounted:
            self.forget_touched(self.view_index)
            self._status.search = words
            # A search shows what it finds from its top. Where it ends, all of that is still there.
            self._switch(keeps_ticket=not words)

    def paint_first_rows(self) -> None:
        """Puts what the store has on the very first picture."""
        try:
            order = self._desk.order_now(self._query(), limit=FIRST_ROWS)
            self._list.take_rows(self._desk.rows_now(order))
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            self._list.show_order(order, from_top=True)

    @property
    def is_switching(self) -> bool:
        """Whether keys have to wait: they are meant for a list that is not shown yet."""
        return self._is_switching

    def _switch(self, *, keeps_ticket: bool = False) -> None:
        """Show another view, search or sort: from its top, or around the cursor's ticket."""
        self._is_switching = True
        self._keeps_ticket = keeps_ticket and self._list.cursor_key != NO_KEY
        self.reload()

    @work(group="inbox-order", exclusive=True, exit_on_error=False)
    async def reload(self) -> None:
        """Read the order of the view, again as long as something changes while it is read."""
        self._is_loading = True
        try:
            while True:
                self._is_stale = False
                # Also what a reload that was cancelled by this one had to show.
                is_switch = self._is_switching
                from_top = is_switch and not self._keeps_ticket
                query, read_at = self._query(), self.console.now()
                order, is_whole = await self._first_order(query, is_short=is_switch)
                is_walking = self._status.progress is not None
                is_news = self._is_whole and not (is_switch or is_walking or self._was_walking)
                self._was_walking = is_walking
                is_filling = not self._desk.link.refreshed_at
                self._list.is_filling = is_filling or self._was_filling
                self._was_filling = is_filling
                if is_switch:
                    # With their rows, lest the list is painted without them first.
                    # More than it has lines by now: those that complete what is typed may go.
                    first = order[: self.size.height] if from_top else self._around_cursor(order)
                    self._list.replace_rows(await self._desk.rows(first, query=query))
                self.show_worked(order, from_top=from_top, is_news=is_news)
                self._is_switching = False
                self._is_whole = is_whole
                if is_switch:
                    await self.painted()
                else:
                    self._list.forget_rows()
                if not is_whole:
                    # The whole order of a large store takes longer than a key should, and longer
                    # than counting it. Both take the processor from the painting.
                    shown = View("shown", "", query)
                    [self._status.shown_count] = await self._desk.counts([shown])
                    order = await self._desk.order(query)
                    self.show_worked(order, from_top=False, is_news=False)
                    self._is_whole = True
                self._status.shown_count = len(order)
                self.say_why_empty()
                if self._are_counts_due:
                    await self._count()
                await self._note_turn(read_at)
                if self._status.progress is not None:
                    # While all is read every page changes the list: not worth a look each time.
                    await asyncio.sleep(WALKING_PAUSE_S)
                if not self._is_stale:
                    return
        except DeskeroError as error:
            self._is_switching = False
            self.say(error.user_message, is_wrong=True)
        finally:
            self._is_loading = False

    async def _first_order(self, query: Query, *, is_short: bool) -> tuple[array[int], bool]:
        """Read the order of `query`, and tell whether it is complete.

        With `is_short` it has only its first tickets, if the one that the cursor stays on is there.
        """
        limit = FIRST_ROWS if is_short else -1
        order = await self._desk.order(query, limit=limit)
        is_whole = len(order) != limit
        if not is_whole and self._keeps_ticket and self._list.cursor_key not in order:
            return await self._desk.order(query), True
        return order, is_whole

    def _around_cursor(self, order: array[int]) -> array[int]:
        """The keys around that of the cursor's ticket, about as many as the list has lines."""
        if self._list.cursor_key not in order:
            return order[: self.size.height]
        index = order.index(self._list.cursor_key)
        return order[max(0, index - self.size.height) : index + self.size.height]

    def counts_are_due(self) -> None:
        """Tickets, or what reminds of them, have changed."""
        self._are_counts_due = True

    @property
    def turn_at(self) -> datetime | None:
        """Until when the time alone changes nothing that views show, in UTC."""
        return self._turn_at

    def has_turned(self) -> bool:
        """Tell whether the time has changed what a view or the search shows (`opened:today`).

        The clock may have been set back, too.
        """
        if self._read_at is None or self._turn_at is None or self._is_switching:
            return False
        now = self.console.now().astimezone(UTC)
        if self._read_at <= now < self._turn_at:
            return False
        # Should it not be read now, then later.
        self._read_at, self._turn_at = now, now + RETRY
        return True

    async def _note_turn(self, read_at: datetime) -> None:
        """Note when the time changes next what was read at `read_at`, in the agent's zone."""
        moved_at = read_at + MOMENT
        bounds = {
            bound
            for here, there in zip(self._asked(read_at), self._asked(moved_at), strict=True)
            for bound in moving_bounds(here, there)
        }
        turn_at = await self._desk.next_turn(bounds)
        midnight = next_midnight(read_at)
        self._read_at = read_at.astimezone(UTC)
        self._turn_at = midnight if turn_at is None else min(turn_at, midnight)
        self.plan_clock()

    def _asked(self, now: datetime) -> list[Condition]:
        """What all views and the search ask for at a moment, as far as it has to do with time."""
        views = [as_of(view, now).query.condition for view in (*self._views, DUE)]
        return [*views, read_query(self.words, now=now, marks=frozenset())]

    async def _count(self) -> None:
        """Counts the views anew: what they show changes with the tickets, not with a search."""
        self._are_counts_due = False
        now = self.console.now()
        views = [as_of(view, now) for view in (*self._views, DUE)]
        try:
            *counts, due = await self._desk.counts(views)
        except asyncio.CancelledError:
            self._are_counts_due = True
            raise
        self._tabs.counts = tuple(counts)
        self._status.due_count = due

    def marks_changed(self) -> None:
        """Reads the list anew where marks are what it is narrowed to."""
        if f"is:{MARKED}" in self.words.casefold():
            self.look_again()

    @on(TicketList.RowsWanted)
    def _rows_wanted(self, event: TicketList.RowsWanted) -> None:
        self._read_rows(event.keys)

    @work(group="inbox-rows", exit_on_error=False)
    async def _read_rows(self, keys: tuple[int, ...]) -> None:
        words = self.words
        try:
            rows = await self._desk.rows(keys, query=self._query())
            if words == self.words:
                self._list.take_rows(rows, asked=keys)
                self.plan_clock()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    def say_why_empty(self) -> None:
        """What stands in an empty list: no tickets, or none known of."""
        link = self._desk.link
        if mistake := self._views[self.view_index].mistake:
            self._list.empty_text = safe_line(mistake)
        elif link.is_down and not link.refreshed_at:
            self._list.empty_text = "Tickets could not be read: " + safe_line(link.reason)
        elif not link.refreshed_at:
            self._list.empty_text = "Reading tickets from the desk ..."
        elif self.words:
            way = self.console.key_hint("app.back")
            self._list.empty_text = f"No ticket of this view holds these words. {way} shows all."
        else:
            self._list.empty_text = "No tickets in this view."

    # -- views ---------------------------------------------------------------------------------

    def action_view_reminders(self) -> None:
        self._go_to_view("reminders")

    def _go_to_view(self, view_id: str) -> None:
        for index, view in enumerate(self._views):
            if view.id == view_id:
                self.view_index = index

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_view_choose(self) -> None:
        from deskero_tui.tui.dialogs.choose import Choose

        counts = self._tabs.counts
        choices = [
            Choice(
                view.id,
                SafeText(view.title),
                SafeText(str(counts[place]) if place < len(counts) else ""),
            )
            for place, view in enumerate(self._views)
        ]
        current = self._views[self.view_index].id
        chosen = await self.app.push_screen_wait(
            Choose(SafeText("Views"), choices, current=current)
        )
        if chosen:
            self._go_to_view(chosen.id)

    def action_view_at(self, place: int) -> None:
        if place <= len(self._views):
            self.view_index = place - 1

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_view_sort(self) -> None:
        from deskero_tui.tui.dialogs.choose import Choose

        shown, is_searching = self._query(), bool(self.words)
        choices = sort_choices(shown, is_searching=is_searching)
        chosen = await self.app.push_screen_wait(
            Choose(SafeText("Sort by"), choices, current=shown.order.value)
        )
        if chosen is not None:
            view = self._views[self.view_index]
            order = Order(chosen.id)
            self.say(self._sorting.choose(order, shown, view, is_searching=is_searching))
            self._switch(keeps_ticket=self._list.is_cursor_chosen)

    # -- filtering -----------------------------------------------------------------------------

    @property
    def is_filtering(self) -> bool:
        """Whether the agent writes in the filter line."""
        return self.is_mounted and self._filter.is_open

    def action_view_search(self) -> None:
        """Opens the filter line, over the list: that is what it changes."""
        self.show_list()
        self._filter.open(self.words)

    @on(FilterLine.Narrowed)
    def _narrowed(self, event: FilterLine.Narrowed) -> None:
        if self.is_filtering:
            self.words = event.words

    @on(FilterLine.Closed)
    def _filter_closed(self, event: FilterLine.Closed) -> None:
        self.words = event.words
        self.arrange_panes()
