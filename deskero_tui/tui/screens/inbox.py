"""The main screen: views on top, the list, the ticket beside or over it, one status line, keys."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.timer import Timer
from textual.worker import Worker, WorkerState
from typing_extensions import override

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.errors import DeskeroError, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.own_views import as_of
from deskero_tui.domain.query import OPEN, AllOf, Order, Query, Trait, View
from deskero_tui.domain.query_text import read_query
from deskero_tui.domain.row import TicketRow
from deskero_tui.domain.text import SafeText, safe_line
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import (
    DraftsChanged,
    Event,
    LinkChanged,
    LinkState,
    ListsChanged,
    OutboxChanged,
    PullMoved,
    RecordsUnreadable,
    RemindersDue,
    TicketsChanged,
)
from deskero_tui.tui.column_choice import columns_of
from deskero_tui.tui.columns import Column
from deskero_tui.tui.commands import Place, bindings_of
from deskero_tui.tui.modals.choose import Choose
from deskero_tui.tui.modals.help import Help
from deskero_tui.tui.modals.palette import Palette
from deskero_tui.tui.screens.reading_actions import ReadingActions
from deskero_tui.tui.sorting import Sorting, sort_choices
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.filter_line import FilterLine
from deskero_tui.tui.widgets.key_line import KeyLine
from deskero_tui.tui.widgets.status_line import StatusLine
from deskero_tui.tui.widgets.ticket_list import TicketList
from deskero_tui.tui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from deskero_tui.domain.conversation import Conversation

_log = logging.getLogger(__name__)

WIDE_CELLS: Final = 100
"""From this width on the ticket stands beside the list."""
PREVIEW_S: Final = 0.15
"""How long the cursor must rest before the ticket beside the list follows it."""
WALKING_PAUSE_S: Final = 0.7
"""Between two looks at the list while a walk through all tickets is under way."""
FIRST_ROWS: Final = 100
"""How many tickets the first picture knows of; the whole order follows."""
DUE: Final = View("due", "Due", Query(AllOf((Trait.REMINDER_DUE, OPEN))))


class InboxScreen(ReadingActions):
    """One queue at a time, and one ticket of it."""

    AUTO_FOCUS: ClassVar = "TicketList"
    """Not the first that can have it: a key typed ahead would go into the hidden filter line."""

    BINDINGS: ClassVar = bindings_of("ticket", "message", "app", "pane", "view")

    view_index: reactive[int] = reactive(0)
    """Which view is shown, 0-based."""

    words: reactive[str] = reactive("")
    """The view is narrowed to tickets that hold these; empty for all of it."""

    is_reading: reactive[bool] = reactive(False)
    """The ticket has the keyboard; on a narrow screen it has the whole screen."""

    is_zoomed: reactive[bool] = reactive(False)
    """The ticket has the whole screen on a wide one, too."""

    def __init__(self, desk: Desk, views: Sequence[View]) -> None:
        super().__init__()
        self._desk = desk
        self._views = tuple(views)
        self._is_loading = False
        self._is_stale = False
        self._was_walking = False
        """All was being read when the list was last looked at: what comes then is no news."""
        self._preview_timer: Timer | None = None
        self._shown_row: TicketRow | None = None
        self._sorting = Sorting()
        self._asked_id: TicketId | None = None
        """Which ticket is shown, or about to be: news of the one before it must not stop that."""

    # -- composing -----------------------------------------------------------------------------

    @override
    def compose(self) -> ComposeResult:
        console = self.console
        yield ViewTabs(self._views)
        yield FilterLine(self._desk, console.settings.searches, now=console.now)
        with Horizontal(id="panes"):
            yield TicketList(now=console.now, wait_limits=console.settings.wait_limits)
            yield ConversationView(now=console.now, zone=console.settings.zone)
        yield StatusLine(now=console.now, zone=console.settings.zone)
        yield KeyLine(Place.LIST)

    def on_mount(self) -> None:
        self._list = self.query_one(TicketList)
        self._conversation = self.query_one(ConversationView)
        self._status = self.query_one(StatusLine)
        self._tabs = self.query_one(ViewTabs)
        self._filter = self.query_one(FilterLine)
        self._keys = self.query_one(KeyLine)
        self._status.link = self._desk.link
        self._status.outbox = self._desk.outbox.counts
        self.console.desk_facts.subscribe(self, self._hear)
        self._conversation.empty_text = "No ticket is open."
        self._list.columns = self._columns()
        self._say_why_empty()
        self._paint_first_rows()
        self._list.focus()
        self._reload(from_top=False)

    def _paint_first_rows(self) -> None:
        """Puts what the store has on the very first picture."""
        try:
            order = self._desk.order_now(self._query(), limit=FIRST_ROWS)
            self._list.take_rows(self._desk.rows_now(order))
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            self._list.show_order(order, from_top=True)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < WIDE_CELLS, "-narrow")
        self._arrange()

    def watch_is_reading(self) -> None:
        self._arrange()

    def watch_is_zoomed(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Which panes are there, and which has the keyboard."""
        if not self.is_mounted:
            return
        is_full = self.is_zoomed or (self.is_narrow and self.is_reading)
        self.set_class(is_full, "-full")
        self.set_class(self.is_narrow and not is_full, "-list-only")
        is_reading = self.is_reading or self.is_zoomed
        self._keys.place = Place.TICKET if is_reading else Place.LIST
        if not self.is_filtering:
            (self._conversation if is_reading else self._list).focus(scroll_visible=False)
        if not self.is_narrow:
            self._follow_cursor()

    @property
    def is_narrow(self) -> bool:
        """There is room for one pane only."""
        return self.has_class("-narrow")

    @property
    def place(self) -> Place:
        """Where the agent is."""
        return Place.TICKET if self.is_reading or self.is_zoomed else Place.LIST

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of ours in the background must not pass in silence."""
        if event.state is WorkerState.ERROR:
            _log.error("%s", event.worker.name, exc_info=event.worker.error)
            self.say("This met a fault of the console's own; the log has it.", is_wrong=True)

    # -- the list ------------------------------------------------------------------------------

    def _query(self) -> Query:
        now = self.console.now()
        condition = read_query(self.words, now=now)
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
            self._reload(from_top=True)

    def watch_words(self, words: str) -> None:
        if self.is_mounted:
            self.forget_touched(self.view_index)
            self._status.search = words
            self._reload(from_top=True)

    @work(group="inbox-order", exclusive=True, exit_on_error=False)
    async def _reload(self, *, from_top: bool) -> None:
        """Reads the order of the view anew, again as long as something changed meanwhile."""
        self._is_loading = True
        try:
            while True:
                self._is_stale = False
                query = self._query()
                limit = FIRST_ROWS if from_top else -1
                order = await self._desk.order(query, limit=limit)
                is_walking = self._status.progress is not None
                is_news = not (from_top or is_walking or self._was_walking)
                self._was_walking = is_walking
                self.show_worked(order, from_top=from_top, is_news=is_news)
                self._list.forget_rows()
                if len(order) == limit:
                    # The whole order of a large store takes longer than a key should.
                    order = await self._desk.order(query)
                    self.show_worked(order, from_top=False, is_news=False)
                self._status.shown_count = len(order)
                now = self.console.now()
                views = [as_of(view, now) for view in (*self._views, DUE)]
                *counts, due = await self._desk.counts(views)
                self._tabs.counts = tuple(counts)
                self._status.due_count = due
                self._say_why_empty()
                from_top = False
                if self._status.progress is not None:
                    # While all is read every page changes the list: not worth a look each time.
                    await asyncio.sleep(WALKING_PAUSE_S)
                if not self._is_stale:
                    return
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        finally:
            self._is_loading = False

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
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    def _say_why_empty(self) -> None:
        """What stands in an empty list: no tickets, or none known of."""
        link = self._desk.link
        if mistake := self._views[self.view_index].mistake:
            self._list.empty_text = safe_line(mistake)
        elif link.state in (LinkState.OFFLINE, LinkState.SIGNED_OUT) and not link.refreshed_at:
            self._list.empty_text = "Tickets could not be read: " + safe_line(link.reason)
        elif not link.refreshed_at:
            self._list.empty_text = "Reading tickets from the desk ..."
        elif self.words:
            way = self.console.way_to("app.back")
            self._list.empty_text = f"No ticket of this view holds these words. {way} shows all."
        else:
            self._list.empty_text = "No tickets in this view."

    # -- facts of the desk ---------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        match event:
            case TicketsChanged(ids):
                self._tickets_changed(ids)
            case ListsChanged():
                self._tickets_changed(frozenset())
            case LinkChanged(link):
                self._status.link = link
                self._say_why_empty()
            case PullMoved():
                self._status.progress = event if event.total is not None else None
            case RecordsUnreadable(count):
                self._status.unreadable_count += count
            case OutboxChanged():
                self._status.outbox = self._desk.outbox.counts
                self.outbox_changed(event)
            case RemindersDue(told):
                self._tickets_changed(frozenset())
                self.reminders_due(told)
            case DraftsChanged():
                self._tickets_changed(frozenset())

    def _tickets_changed(self, ids: frozenset[TicketId]) -> None:
        if self._is_loading:
            self._is_stale = True
        else:
            self._reload(from_top=False)
        shown_id = self._conversation.ticket_id
        if shown_id in ids and shown_id == self._asked_id:
            self._show_ticket(shown_id)

    # -- the ticket ----------------------------------------------------------------------------

    @on(TicketList.CursorMoved)
    def _cursor_moved(self, event: TicketList.CursorMoved) -> None:
        """The ticket beside the list follows; one that is being read stays until the agent goes."""
        if event.lost is not None:
            if not self.is_last_touched(event.lost.id):
                self.say(f"{event.lost.number} has left this view: {event.lost.subject}")
        elif event.is_by_agent and self.place is Place.LIST:
            self.say("")
        if self.place is Place.LIST and not self.is_narrow:
            self._follow_cursor()

    def _follow_cursor(self) -> None:
        """Shows the ticket under the cursor once it has rested."""
        if self._preview_timer is not None:
            self._preview_timer.stop()
        self._preview_timer = self.set_timer(PREVIEW_S, self._preview)

    def _preview(self) -> None:
        if self.place is not Place.LIST:
            return
        ticket_id = self._list.cursor_ticket
        if ticket_id is not None:
            if ticket_id != self._conversation.ticket_id:
                self._show_ticket(ticket_id)
        elif self._list.row_count:
            self._follow_cursor()
        else:
            self._conversation.show(None)

    def _show_ticket(self, ticket_id: TicketId, *, is_opened: bool = False) -> None:
        self._asked_id = ticket_id
        self._read_ticket(ticket_id, is_opened=is_opened)

    @work(group="inbox-conversation", exclusive=True, exit_on_error=False)
    async def _read_ticket(self, ticket_id: TicketId, *, is_opened: bool) -> None:
        """Shows a ticket as the store has it; an opened one is then read afresh."""
        try:
            conversation = await self._desk.conversation(ticket_id)
            self._shown_row = await self._desk.row(ticket_id)
            seen_at = await self._desk.seen_at(ticket_id) if is_opened else None
            self._conversation.show(conversation)
            if seen_at is not None:
                self._conversation.mark_new(seen_at, besides=self._desk.me)
            if is_opened:
                await self._desk.open_ticket(ticket_id)
        except Missing as error:
            self._shown_row = None
            self._conversation.empty_text = error.user_message
            self._conversation.show(None)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    @override
    def target(self) -> TicketRow | None:
        """The ticket that is read, else the one under the cursor."""
        row = self._shown_row if self.place is Place.TICKET else self._row_under_cursor()
        if row is None:
            self.say("There is no ticket here.")
        return row

    @override
    async def targets(self) -> list[TicketRow]:
        marked = self._list.marked_keys if self.place is Place.LIST else ()
        if not marked:
            row = self.target()
            return [] if row is None else [row]
        try:
            rows = await self._desk.rows(marked)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return []
        if not rows:
            self.say("The marked tickets are gone.")
            self.forget_marks()
        return rows

    @override
    def forget_marks(self) -> None:
        self._list.marks = frozenset()

    @on(TicketList.Marked)
    def _marked(self, event: TicketList.Marked) -> None:
        self._status.marked_count = event.count

    def _row_under_cursor(self) -> TicketRow | None:
        """A key may come before the row that it means: then it is read at once."""
        if self._list.cursor_row is None and self._list.row_count:
            try:
                self._list.take_rows(self._desk.rows_now([self._list.cursor_key]))
            except DeskeroError as error:
                self.say(error.user_message, is_wrong=True)
        return self._list.cursor_row

    @property
    @override
    def ticket_list(self) -> TicketList:
        return self._list

    @property
    @override
    def shown_view(self) -> int:
        return self.view_index

    @override
    def look_again(self) -> None:
        self._tickets_changed(frozenset())

    @override
    def open_next(self, after: TicketId) -> None:
        if self._list.cursor_ticket == after:
            last = self._list.cursor_index
            self._list.action_list_down()
            if self._list.cursor_index == last:
                self.is_reading = False
                self.say("That was the last ticket of this view.")
                return
        self.action_ticket_open()

    @property
    @override
    def conversation(self) -> Conversation | None:
        return self._conversation.conversation

    @override
    def go_to_next(self) -> None:
        if self.place is Place.TICKET:
            self.action_ticket_next()
        else:
            self._list.action_list_down()

    # -- actions -------------------------------------------------------------------------------

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Says what came of a command in the status line."""
        self._status.say(text, is_wrong=is_wrong)

    @property
    @override
    def said(self) -> str:
        return self._status.said

    @property
    @override
    def says_trouble(self) -> bool:
        return self._status.says_trouble

    def action_ticket_open(self) -> None:
        row = self._row_under_cursor()
        if row is None:
            self.say("There is no ticket under the cursor.")
        else:
            self.read_ticket(row)

    @property
    @override
    def ticket_read(self) -> TicketId | None:
        row = self._shown_row if self.place is Place.TICKET else None
        return row.id if row else None

    @override
    def read_ticket(self, row: TicketRow) -> None:
        """Where the view has it, the cursor goes there; else it stays where it was."""
        if row.key != self._list.cursor_key:
            self._list.move_to(row.key)
        self.trail.visit(row.id)
        self.is_reading = True
        self._shown_row = row
        self._show_ticket(row.id, is_opened=True)

    def action_ticket_next(self) -> None:
        self._read_neighbour(self._list.action_list_down)

    def action_ticket_previous(self) -> None:
        self._read_neighbour(self._list.action_list_up)

    def _read_neighbour(self, move: Callable[[], None]) -> None:
        """Moves and reads; from a ticket that has left the view the cursor is there already."""
        row = self._shown_row
        if row is not None and row.id == self._list.cursor_ticket:
            move()
        if self.place is Place.TICKET:
            self.action_ticket_open()

    def action_message_next(self) -> None:
        self._conversation.go_to_message(1)

    def action_message_previous(self) -> None:
        self._conversation.go_to_message(-1)

    def action_ticket_quotes(self) -> None:
        self._conversation.shows_quotes = not self._conversation.shows_quotes

    def action_pane_next(self) -> None:
        if self.place is Place.LIST:
            self.action_ticket_open()
        else:
            self.action_app_back()

    def action_pane_zoom(self) -> None:
        self.is_zoomed = not self.is_zoomed

    def action_app_back(self) -> None:
        """From the zoomed ticket to both panes, to the list, from marks to none, to all."""
        if self.is_zoomed:
            self.is_zoomed = False
        elif self.is_reading:
            self.is_reading = False
        elif self._list.marks:
            self.forget_marks()
        elif self.words:
            self.words = ""

    def action_app_leave(self) -> None:
        """Back, and from the list out of the program, naming what has not been sent."""
        if self.place is Place.TICKET:
            self.action_app_back()
        else:
            self._leave()

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def _leave(self) -> None:
        if await self.may_leave():
            self.app.exit(0)

    def action_app_refresh(self) -> None:
        try:
            self._desk.refresh()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            self.say("Looking for news ...")

    def action_app_redraw(self) -> None:
        self.console.paint_anew()

    def action_app_pause(self) -> None:
        self.console.stop_requested()

    def action_app_help(self) -> None:
        self.app.push_screen(Help(self.place))

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_app_palette(self) -> None:
        command = await self.app.push_screen_wait(Palette(self.place))
        if command is not None:
            method = "action_" + command.action.partition("(")[0]
            owners = (self.focused, self)
            owner = next(owner for owner in owners if owner is not None and hasattr(owner, method))
            await owner.run_action(command.action)

    def action_view_reminders(self) -> None:
        self._go_to_view("reminders")

    def _go_to_view(self, view_id: str) -> None:
        for index, view in enumerate(self._views):
            if view.id == view_id:
                self.view_index = index

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_view_choose(self) -> None:
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
        shown, is_searching = self._query(), bool(self.words)
        choices = sort_choices(shown, is_searching=is_searching)
        chosen = await self.app.push_screen_wait(
            Choose(SafeText("Sort by"), choices, current=shown.order.value)
        )
        if chosen is not None:
            view = self._views[self.view_index]
            order = Order(chosen.id)
            self.say(self._sorting.choose(order, shown, view, is_searching=is_searching))
            self._reload(from_top=True)

    # -- filtering -----------------------------------------------------------------------------

    @property
    def is_filtering(self) -> bool:
        """Whether the agent writes in the filter line."""
        return self.is_mounted and self._filter.is_open

    def action_view_search(self) -> None:
        """Opens the filter line, over the list: that is what it changes."""
        self.is_reading = self.is_zoomed = False
        self._filter.open(self.words)

    @on(FilterLine.Narrowed)
    def _narrowed(self, event: FilterLine.Narrowed) -> None:
        if self.is_filtering:
            self.words = event.words

    @on(FilterLine.Closed)
    def _filter_closed(self, event: FilterLine.Closed) -> None:
        self.words = event.words
        self._arrange()
