"""The main screen: views on top, the list, the ticket beside or over it, one status line, keys."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.timer import Timer
from textual.worker import Worker, WorkerState
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import OutboxCounts, OutboxItem
from deskero_tui.domain.query.query import View
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import (
    CopiesFound,
    DraftsChanged,
    Event,
    LinkChanged,
    ListsChanged,
    OutboxChanged,
    PullMoved,
    RecordsUnreadable,
    RemindersDue,
    TicketsChanged,
)
from deskero_tui.tui.commands.context import CommandContext, Dialogs
from deskero_tui.tui.commands.dispatch import Dispatcher
from deskero_tui.tui.commands.table import Place, bindings_of
from deskero_tui.tui.inbox.changes import TicketChanges
from deskero_tui.tui.inbox.visit_history import VisitHistory
from deskero_tui.tui.screens.list_actions import ListActions
from deskero_tui.tui.widgets.conversation_lines import manner_of
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.filter_line import FilterLine
from deskero_tui.tui.widgets.key_line import KeyLine
from deskero_tui.tui.widgets.spoken_lines import lines_of
from deskero_tui.tui.widgets.status_line import JOINT, StatusLine
from deskero_tui.tui.widgets.ticket_list import TicketList
from deskero_tui.tui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from deskero_tui.domain.records.conversation import Conversation

_log = logging.getLogger(__name__)

LOOKING: Final = "Looking for news ..."
NOTHING_CUT: Final = "Nothing is cut in this ticket"
PREVIEW_S: Final = 0.1
"""How long the cursor must rest before the ticket beside the list follows it."""
LONGEST_WAIT_S: Final = 60.0
"""The console looks at the clock at least that often."""
SHORTEST_WAIT_S: Final = 5.0
"""Changes of the time alone that come closer together are shown as one."""
LATE_S: Final = 0.01
"""A timer that fires a little early would wait once more."""
STALE_PANE_S: Final = 0.3
"""Seconds after which the pane drops another ticket's text while the asked one is read."""
MOST_TARGETS: Final = 10_000
"""Tickets that one action takes at most: each is held in memory with all that is shown of it."""
TARGETS_AT_A_TIME: Final = 1_000
NONE_OPEN: Final = "No ticket is open."
LIST_CHANGED: Final = "Key ignored, the list has just changed. The cursor is now on"
OPENING: Final = "Opening ..."
NOT_SHOWN: Final = "This ticket cannot be displayed: internal error, see the log."


class InboxScreen(ListActions):
    """One queue at a time, and one ticket of it."""

    AUTO_FOCUS: ClassVar = "TicketList"
    """Not the first that can have it: a key typed ahead would go into the hidden filter line."""

    BINDINGS: ClassVar = bindings_of("ticket", "message", "app", "pane", "view")

    is_reading: reactive[bool] = reactive(False)
    """The ticket has the keyboard; on a narrow screen it has the whole screen."""

    is_zoomed: reactive[bool] = reactive(False)
    """The ticket has the whole screen on a wide one, too."""

    def __init__(self, desk: Desk, views: Sequence[View]) -> None:
        super().__init__(desk, views)
        self._dispatcher: Dispatcher | None = None
        self.trail = VisitHistory()
        """The tickets that were opened here."""
        self._preview_timer: Timer | None = None
        self._looking, self._looked = LOOKING, ""
        """What is said while there is looked for news, and once that is done."""
        self._shown_row: TicketRow | None = None
        self._asked_id: TicketId | None = None
        """Which ticket is shown, or about to be: news of the one before it must not stop that."""
        self._ticket_reader: Worker[None] | None = None
        self._stale_timer: Timer | None = None
        self._clock_timer: Timer | None = None

    # -- composing -----------------------------------------------------------------------------

    @override
    def compose(self) -> ComposeResult:
        console = self.console
        appearance = console.appearance
        yield ViewTabs(self._views, is_calm=appearance.is_calm, is_spoken=appearance.is_spoken)
        yield FilterLine(self._desk, console.settings.searches, now=console.now)
        with Horizontal(id="panes"):
            yield TicketList(
                now=console.now,
                wait_limits=console.settings.wait_limits,
                lines=lines_of(appearance),
                monotonic=self._desk.clock.monotonic,
            )
            yield ConversationView(
                now=console.now, zone=console.settings.zone, manner=manner_of(appearance)
            )
        zone = console.settings.zone
        yield StatusLine(
            now=console.now,
            zone=zone,
            is_calm=appearance.is_calm,
            joint=", " if appearance.is_spoken else JOINT,
            review_key=console.key_hint("app.drafts"),
        )
        yield KeyLine(Place.LIST)

    def on_mount(self) -> None:
        self._list = self.query_one(TicketList)
        self._conversation = self.query_one(ConversationView)
        self._status = self.query_one(StatusLine)
        self._tabs = self.query_one(ViewTabs)
        self._filter = self.query_one(FilterLine)
        self._keys = self.query_one(KeyLine)
        self._status.link = self._desk.link
        self.console.desk_facts.subscribe(self, self._hear)
        self._conversation.empty_text = NONE_OPEN
        self._list.columns = self._columns()
        self.say_why_empty()
        self.paint_first_rows()
        self._list.focus()
        self.reload()
        self.call_after_refresh(self._show_what_waits)
        self.plan_clock()

    # -- the time --------------------------------------------------------------------------------

    @override
    def plan_clock(self) -> None:
        """Wake up when the time changes something in sight or in a view.

        However far that is: a machine that slept, or a clock that was set, is noticed.
        """
        if self._clock_timer is not None:
            self._clock_timer.stop()
        now = self.console.now().astimezone(UTC)
        moments = (self._list.next_clock_change(), self.turn_at)
        waits_s = ((at - now).total_seconds() for at in moments if at is not None)
        wait_s = min(max(min(waits_s, default=LONGEST_WAIT_S), SHORTEST_WAIT_S), LONGEST_WAIT_S)
        self._clock_timer = self.set_timer(wait_s + LATE_S, self._time_passed)

    def _time_passed(self) -> None:
        self.follow_clock()
        self.plan_clock()

    def follow_clock(self) -> None:
        """Renew what the time alone changes: ages, dates, and views that count from now."""
        self._list.follow_clock()
        self._conversation.follow_clock()
        if self.has_turned():
            self._tickets_changed(frozenset())

    @work(group="inbox-outbox", exit_on_error=False)
    async def _show_what_waits(self) -> None:
        """After the first picture: the outbox is the writing half, which that does without."""
        await self._desk.load_writing()
        self._status.outbox = self._desk.outbox.counts
        self._show_again(self._conversation.ticket_id)

    def on_resize(self, event: events.Resize) -> None:
        has_one_pane = self.console.appearance.has_one_pane_in(event.size.width)
        self.set_class(has_one_pane, "-narrow")
        self.arrange_panes()

    @override
    def show_list(self) -> None:
        self.is_reading = self.is_zoomed = False

    def watch_is_reading(self) -> None:
        self.arrange_panes()

    def watch_is_zoomed(self) -> None:
        self.arrange_panes()

    @override
    def arrange_panes(self) -> None:
        """Which panes are there, and which has the keyboard."""
        if not self.is_mounted:
            return
        is_full = self.is_zoomed or (self.is_narrow and self.is_reading)
        self.set_class(is_full, "-full")
        self.set_class(self.is_narrow and not is_full, "-list-only")
        self._list.scrolls_by_half = not (self.is_narrow or is_full)
        is_reading = self.is_reading or self.is_zoomed
        self._keys.place = Place.TICKET if is_reading else Place.LIST
        if not self.is_filtering:
            (self._conversation if is_reading else self._list).focus(scroll_visible=False)
            self._note_return()
        if not self.is_narrow:
            self._follow_cursor()

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self._note_return()

    def _note_return(self) -> None:
        if self.place is Place.LIST:
            self._list.note_return()

    @property
    def is_narrow(self) -> bool:
        """There is one pane only: for want of room, or because the agent wants it so."""
        return self.has_class("-narrow")

    @property
    def place(self) -> Place:
        """Where the agent is."""
        return Place.TICKET if self.is_reading or self.is_zoomed else Place.LIST

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of ours in the background must not pass in silence."""
        if event.state is WorkerState.ERROR:
            _log.error("%s", event.worker.name, exc_info=event.worker.error)
            self._is_switching = False
            self.say("Internal error, see the log", is_wrong=True)
            if event.worker is self._ticket_reader:
                self._show_instead(NOT_SHOWN)

    # -- facts of the desk ---------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        match event:
            case TicketsChanged(ids):
                self._tickets_changed(ids)
            case ListsChanged():
                self._tickets_changed(frozenset())
            case LinkChanged(link):
                self._status.link = link
                self._status.say_instead(self._looking, self._looked)
                self.say_why_empty()
            case PullMoved():
                self._status.progress = event if event.total is not None else None
            case RecordsUnreadable():
                self._status.unreadable_count = event.count
            case OutboxChanged():
                self._status.outbox = self._desk.outbox.counts
                self._show_again(event.ticket_id)
                self.outbox_changed(event)
            case CopiesFound():
                self.copies_found(event)
            case RemindersDue(told):
                self._tickets_changed(frozenset())
                self.reminders_due(told)
            case DraftsChanged():
                self._tickets_changed(frozenset())

    def _tickets_changed(self, ids: frozenset[TicketId]) -> None:
        self.counts_are_due()
        if self._is_loading:
            self._is_stale = True
        else:
            self.reload()
        if (shown_id := self._conversation.ticket_id) in ids:
            self._show_again(shown_id)

    def _show_again(self, ticket_id: TicketId | None) -> None:
        """Read a ticket again if it is the one that is shown and asked for."""
        if ticket_id is not None and ticket_id == self._conversation.ticket_id == self._asked_id:
            self._show_ticket(ticket_id)

    # -- the ticket ----------------------------------------------------------------------------

    @on(TicketList.CursorMoved)
    def _cursor_moved(self, event: TicketList.CursorMoved) -> None:
        """The ticket beside the list follows; one that is being read stays until the agent goes."""
        if event.lost is not None:
            if not (self.is_last_touched(event.lost.id) or self.has_worked_on(event.lost)):
                self.say(f"{event.lost.number} has left this view: {event.lost.subject}")
        elif event.is_by_agent and self.place is Place.LIST:
            self.say("")
        if self.place is Place.LIST and not self.is_narrow:
            self._follow_cursor()

    def _follow_cursor(self) -> None:
        """Shows the ticket under the cursor once it has rested; not while a filter is typed, which
        puts another ticket there with each letter.
        """
        if self._preview_timer is not None:
            self._preview_timer.stop()
        if self.is_filtering:
            return
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
            # One that is being read just now would come behind.
            self.workers.cancel_group(self, "inbox-conversation")
            self._asked_id = None
            self._show_instead(NONE_OPEN)

    def _show_ticket(self, ticket_id: TicketId, *, is_opened: bool = False) -> None:
        """Show a ticket once it is read; until then another one's text stays for a moment only."""
        self._asked_id = ticket_id
        if self._stale_timer is not None:
            self._stale_timer.stop()
        if ticket_id != self._conversation.ticket_id:
            self._stale_timer = self.set_timer(STALE_PANE_S, self._clear_stale_pane)
        self._ticket_reader = self._read_ticket(ticket_id, is_opened=is_opened)

    def _clear_stale_pane(self) -> None:
        shown_id = self._conversation.ticket_id
        if shown_id is not None and shown_id != self._asked_id:
            self._conversation.empty_text = OPENING
            self._conversation.show(None)

    def _show_instead(self, text: str) -> None:
        """Show a sentence where the ticket that was asked for cannot be shown."""
        self._conversation.empty_text = text
        self._conversation.show(None)

    @work(group="inbox-conversation", exclusive=True, exit_on_error=False)
    async def _read_ticket(self, ticket_id: TicketId, *, is_opened: bool) -> None:
        """Show a ticket from the store; read an opened one from the desk afterwards."""
        try:
            conversation = await self._conversation_of(ticket_id)
            row = await self._desk.row(ticket_id)
            seen_at = await self._desk.seen_at(ticket_id) if is_opened else None
        except DeskeroError as error:
            if isinstance(error, Missing):
                self._shown_row = None
            else:
                self.say(error.user_message, is_wrong=True)
            if isinstance(error, Missing) or ticket_id != self._conversation.ticket_id:
                self._show_instead(error.user_message)
            return
        self._shown_row = row
        self._conversation.show(conversation)
        if seen_at is not None:
            self._conversation.mark_new(seen_at, besides=self._desk.me)
        if is_opened:
            try:
                await self._desk.open_ticket(ticket_id)
            except DeskeroError as error:
                self.say(error.user_message, is_wrong=True)

    async def _conversation_of(self, ticket_id: TicketId) -> Conversation:
        """Read a ticket, and what of it cannot be sent now where anything is unsent at all."""
        conversation = await self._desk.conversation(ticket_id)
        if self._status.outbox == OutboxCounts():
            return conversation
        from deskero_tui.sync.unsent import with_stuck

        return await with_stuck(self._desk, conversation)

    @override
    def target(self) -> TicketRow | None:
        """The ticket that is read, else the one under the cursor."""
        if self._is_held:
            self._list.hold_key()
            return None
        row = self.target_now()
        if row is None:
            self.say("There is no ticket here.")
        return row

    @override
    def target_now(self) -> TicketRow | None:
        if self.place is Place.TICKET:
            return self._shown_row
        return self._row_under_cursor() if self._list.is_cursor_seen else None

    @property
    def _is_held(self) -> bool:
        """Whether a key must not act: it was pressed as another ticket came under the cursor."""
        if self.place is not Place.LIST:
            return False
        if not self._list.is_cursor_seen:
            return True
        self._list.trust_cursor()
        if self.said.startswith(LIST_CHANGED):
            self.say("")
        return False

    @on(TicketList.Held)
    def _say_held(self) -> None:
        if row := self._row_under_cursor():
            self.say(f"{LIST_CHANGED} {row.number}")

    @override
    async def targets(self) -> list[TicketRow]:
        selected = self._list.marks if self.place is Place.LIST else frozenset()
        if not selected:
            row = self.target()
            return [] if row is None else [row]
        if len(selected) > MOST_TARGETS:
            self.say(
                f"Too many tickets selected: {len(selected):,}. At most {MOST_TARGETS:,} at once.",
                is_wrong=True,
            )
            return []
        keys, rows = self._list.marked_keys, list[TicketRow]()
        try:
            with self.preparing():
                for first in range(0, len(keys), TARGETS_AT_A_TIME):
                    self.say_reading(first, len(keys))
                    rows += await self._desk.rows(keys[first : first + TARGETS_AT_A_TIME])
                    if self._list.marks != selected:
                        # A question about tickets that are not selected any more would be a trap.
                        self.say("")
                        return []
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return []
        if not rows:
            self.say("The selected tickets are gone.")
            self.forget_marks()
        return rows

    @override
    def forget_marks(self) -> None:
        self._list.marks = frozenset()

    @on(TicketList.Marked)
    def _marked(self, event: TicketList.Marked) -> None:
        self._status.marked_count = event.count
        self.marks_changed()

    def _row_under_cursor(self) -> TicketRow | None:
        """A key may come before the row that it means: then it is read at once."""
        if self._list.cursor_row is None and self._list.row_count:
            try:
                self._list.take_rows(self._desk.rows_now([self._list.cursor_key]))
            except DeskeroError as error:
                self.say(error.user_message, is_wrong=True)
        return self._list.cursor_row

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
                count = self.admit_newcomers()
                came = f" {count} have come in since." if count else ""
                self.say(f"That was the last ticket of this view.{came}")
                return
        self._open_at_cursor()

    @property
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

    def action_command(self, command_id: str) -> None:
        """Run a command that is a function of `tui/commands`."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(self, self._command_context())
        self._dispatcher.start(command_id)

    @override
    async def reopen(self, item: OutboxItem) -> None:
        from deskero_tui.tui.commands import unsent

        await unsent.reopen(self._command_context(), item)

    def create_ticket(self) -> None:
        """Continue or begin a new ticket."""
        self.action_ticket_create()

    def _command_context(self) -> CommandContext:
        return CommandContext(
            desk=self._desk,
            settings=self.console.settings,
            selection=self,
            reader=self,
            changes=TicketChanges(self._desk, self),
            writing=self,
            undo=self,
            dialogs=Dialogs(self.app.push_screen_wait),
            status=self,
            host=self.console,
        )

    @on(ConversationView.FindRequested)
    def _find_requested(self, event: ConversationView.FindRequested) -> None:
        self._find(event.conversation_view)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def _find(self, view: ConversationView) -> None:
        from deskero_tui.tui.dialogs.find_line import FindLine

        if view.conversation is None:
            self.say("Open a ticket first.")
        else:
            await self.app.push_screen_wait(FindLine(view))

    def action_ticket_open(self) -> None:
        if self._is_held:
            self._list.hold_key()
        else:
            self._open_at_cursor()

    def _open_at_cursor(self) -> None:
        row = self._row_under_cursor()
        if row is None:
            self.say("There is no ticket under the cursor.")
        else:
            self.read_ticket(row)

    @property
    def ticket_read(self) -> TicketId | None:
        row = self._shown_row if self.place is Place.TICKET else None
        return row.id if row else None

    def read_ticket(self, row: TicketRow) -> None:
        """Open a ticket. The cursor goes there if the view has it."""
        if row.key != self._list.cursor_key:
            self._list.move_to(row.key)
        if row.key == self._list.cursor_key:
            self._list.trust_cursor()
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
            self._open_at_cursor()

    def action_message_next(self) -> None:
        self._conversation.go_to_message(1)

    def action_message_previous(self) -> None:
        self._conversation.go_to_message(-1)

    def action_ticket_quotes(self) -> None:
        self._conversation.shows_quotes = not self._conversation.shows_quotes

    def action_ticket_show_all(self) -> None:
        """Show all of the ticket's long texts, or cut them again."""
        if self._conversation.is_cut or self._conversation.shows_all:
            self._conversation.shows_all = not self._conversation.shows_all
        else:
            self.say(NOTHING_CUT)

    def action_pane_next(self) -> None:
        if self.place is Place.LIST:
            self.action_ticket_open()
        else:
            self.action_app_back()

    def action_pane_zoom(self) -> None:
        """Toggle full screen for the ticket; from the list it is the one at the cursor."""
        if self._is_held:
            self._list.hold_key()
            return
        row = self._row_under_cursor() if self.place is Place.LIST else None
        if row is not None and not row.id == self._conversation.ticket_id == self._asked_id:
            self._shown_row = row
            self._show_ticket(row.id)
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
        if self._desk.has_failed_to_start:
            self.say("Trying again ...")
            self.console.do(self._desk.start(), done=lambda _: "The way to the desk is open.")
            return
        count = self.admit_newcomers()
        try:
            self._desk.refresh()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        else:
            self._looked = f"{count} new ones shown" if count else ""
            self._looking = f"{self._looked}; looking for more ..." if count else LOOKING
            self.say(self._looking)

    def action_app_redraw(self) -> None:
        self.console.paint_anew()

    def action_app_pause(self) -> None:
        self.console.stop_requested()

    def action_app_help(self) -> None:
        from deskero_tui.tui.dialogs.help import Help

        self.app.push_screen(Help(self.place))

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_app_palette(self) -> None:
        from deskero_tui.tui.dialogs.palette import Palette

        command = await self.app.push_screen_wait(Palette(self.place))
        if command is not None:
            method = "action_" + command.action.partition("(")[0]
            owners = (self.focused, self)
            owner = next(owner for owner in owners if owner is not None and hasattr(owner, method))
            await owner.run_action(command.action)
