"""The application: wiring, life and death, facts of the desk to the screens, failures to words."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import ClassVar, Final, Protocol, TypeVar, runtime_checkable

from rich.text import Text
from textual import events, on
from textual.app import SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen
from textual.signal import Signal
from typing_extensions import override

from deskero_tui.domain.allowances import ANYTHING, Allowances
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.macros.source import NO_MACROS, MacroSource
from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.query.query import BUILT_IN_VIEWS, View
from deskero_tui.domain.query.search_history import Searches
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import Event
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.ascii_filter import AsciiFilter
from deskero_tui.tui.commands.table import COMMANDS, KEYED_VIEWS, Place, view_command
from deskero_tui.tui.compose.external_editor import Editing
from deskero_tui.tui.compose.sessions import DraftSessions
from deskero_tui.tui.copying import Copying
from deskero_tui.tui.inbox.screen import InboxScreen
from deskero_tui.tui.inbox.work_queue import LINGER_S
from deskero_tui.tui.keys.dispatch import Commanding, Placed
from deskero_tui.tui.keys.keymap import TABLE_KEYMAP, Keymap
from deskero_tui.tui.line_filter import ControlFilter
from deskero_tui.tui.list_view.column_config import ColumnChoice
from deskero_tui.tui.list_view.first_frame import ListLooks
from deskero_tui.tui.styles import style_paths
from deskero_tui.tui.terminal.clipboard import Clipboard
from deskero_tui.tui.terminal.frame_timing import PromptScreen
from deskero_tui.tui.terminal.notice import Alarm
from deskero_tui.tui.terminal.opener import Opener
from deskero_tui.tui.terminal.opening import Opening
from deskero_tui.tui.themes import THEMES
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.ticket_list import TicketList

_log = logging.getLogger(__name__)

T = TypeVar("T")

OPENING: Final = frozenset({"inbox-choose", "inbox-compose", "inbox-ask"})
"""The workers of the main screen that open another one."""
MOVING_KEYS: Final[dict[type, frozenset[str]]] = {
    kind: frozenset(
        key for command in COMMANDS if command.id.startswith(f"{family}.") for key in command.keys
    )
    for kind, family in ((TicketList, "list"), (ConversationView, "text"))
}
"""The keys that only move within a pane."""


@runtime_checkable
class Fielded(Protocol):
    """A screen that a draft is written in."""

    def take_fields(self) -> None:
        """Puts what stands in the fields into the draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """What the screens need to know beside the desk."""

    zone: tzinfo
    """The agent's time zone: every date is read and shown in it."""
    download_folder: Path
    """Where saved attachments go."""
    allowances: Allowances = ANYTHING
    """What may be done on this machine beside talking to the desk."""
    log_file: Path | None = None
    """Where to look after a crash."""
    rescue_folders: tuple[Path, ...]
    """Where words go that the store cannot take, the first that works."""
    rescue_account: str = ""
    """Tells the files of such words from those of other accounts."""
    views: tuple[View, ...] = BUILT_IN_VIEWS
    columns: ColumnChoice = field(default_factory=dict)
    """What the list of each view shows."""
    keymap: Keymap = TABLE_KEYMAP
    """The keys in force."""
    uses: Counter[str] = field(default_factory=Counter)
    """What the palette was used for, by command id; counted on by the console."""
    searches: Searches = field(default_factory=Searches)
    """What was searched for before; what is kept now is added."""
    mistakes: tuple[Mistake, ...] = ()
    """What of keys and views in the config could not be used; said at the start."""
    macros: MacroSource = NO_MACROS
    """Where canned answers and macros are read from."""
    wait_limits: WaitLimits = field(default_factory=WaitLimits)
    """From when on the list says that a customer has waited long."""
    linger_s: float = LINGER_S
    """How long a ticket that is done stays in the list."""
    reminded_s: float = 5.0
    """How long the status line says that a reminder has fallen due; the count of those due stays.
    """
    alarm: Alarm = field(default_factory=Alarm)
    """How the terminal draws the agent's attention."""
    appearance: Appearance = field(default_factory=Appearance)
    """How it looks."""
    clipboard: Clipboard = field(default_factory=Clipboard)
    """The way to the agent's clipboard."""
    opener: Opener = field(default_factory=Opener)
    """What opens links, if anything does."""


class DeskeroApp(Commanding[int], Copying[int], Editing[int], inherit_bindings=False):
    """The console of one agent on one desk.

    Textual's own bindings are left out: its Ctrl+Q ends the program past every question, and its
    Ctrl+C shows a toast that advertises Ctrl+Q.
    """

    ENABLE_COMMAND_PALETTE: ClassVar = False
    BINDINGS: ClassVar = []

    def __init__(
        self,
        desk: Desk,
        settings: ConsoleSettings,
        *,
        opening: Opening | None = None,
        on_started: Callable[[], None] = lambda: None,
        on_ending: Callable[[int], None] = lambda code: None,
    ) -> None:
        """`desk` is not started yet; the app starts it after the first picture and closes it.

        `opening` has the terminal already, see `PaintingApp`.

        `on_started` is called once the desk has been started, or could not be. `on_ending`: see
        `LastingApp`.
        """
        super().__init__(
            keymap=settings.keymap,
            uses=settings.uses,
            css_path=[*style_paths()],
            colours=settings.appearance.abilities.colours,
            shows_cursor=settings.appearance.is_spoken,
            copies_by=settings.clipboard,
            opening=opening,
            on_ending=on_ending,
        )
        for number in range(KEYED_VIEWS + 1, len(settings.views) + 1):
            view = view_command(number)
            self.bind(view.heard_as, f"screen.{view.action}")
        for theme in THEMES.values():
            self.register_theme(theme)
        self._begin_with(settings.appearance.theme)
        self.desk = desk
        self.settings = settings
        self.appearance = settings.appearance
        self.desk_facts: Signal[Event] = Signal(self, "desk-facts")
        """Every fact the desk tells, for screens to subscribe to."""
        self.keepers = DraftSessions(
            settings.rescue_folders,
            account=settings.rescue_account,
            say=self._say_while_writing,
            in_words=settings.allowances.place_in_words,
            drafts_key=lambda: self.key_hint("app.drafts"),
        )
        """What is being written."""
        self._is_untouched = True
        """No key has been pressed yet."""
        self.animation_level = "none"
        self._own_filters: list[LineFilter] = [ControlFilter()]
        if settings.appearance.abilities.is_ascii:
            self._own_filters.append(AsciiFilter(settings.appearance.abilities.characters))
        self._on_started = on_started
        self._unsubscribe: Callable[[], None] = lambda: None

    def _begin_with(self, theme_name: str) -> None:
        """Has the theme before the first style sheet is read, which otherwise is read twice.

        Textual can be told so only of a theme that treats colours as its own first one does; the
        others are set when it is loaded.
        """
        theme = THEMES.get(theme_name)
        if theme is not None and theme.dark and not theme.ansi:
            self.set_reactive(DeskeroApp.theme, theme_name)
            self.stylesheet.set_variables(self.get_css_variables())

    @property
    @override
    def allowances(self) -> Allowances:
        return self.settings.allowances

    @property
    @override
    def is_opening(self) -> bool:
        return isinstance(self.screen, InboxScreen) and (
            self.screen.is_switching
            or any(worker.group in OPENING and not worker.is_finished for worker in self.workers)
        )

    @override
    def stops_at_once(self, event: events.Key) -> bool:
        screen = self.screen_stack[-1] if self.screen_stack else None
        if not (isinstance(screen, InboxScreen) and screen.is_preparing):
            return False
        meant = self.meant(event)
        return meant is not None and meant.key == "escape" and screen.stop_preparing()

    @property
    @override
    def place(self) -> Place | None:
        match self.screen_stack[-1:]:
            case [InboxScreen(is_filtering=True)]:
                return None
            case [Placed() as screen]:
                return screen.place
            case _:
                return None

    @override
    def key_is_free(self, key: str) -> None:
        if isinstance(self.screen, InboxScreen):
            self.screen.run_macro_with({key})

    @override
    def stays_put(self, key: str) -> bool:
        return key in MOVING_KEYS.get(type(self.focused), frozenset())

    @override
    def moves_at_once(self, event: events.Key) -> bool:
        focused, place = self.focused, self.place
        if place is None or not isinstance(focused, TicketList) or not self.stays_put(event.key):
            return False
        command = TABLE_KEYMAP.command_at(place, event.character or event.key)
        move = getattr(focused, "action_" + command.action, None) if command else None
        if move is None:
            return False
        self._is_untouched = False
        move()
        return True

    def list_looks(self) -> ListLooks | None:
        """How the parts of the list look in the theme to begin with; `None` when none is there."""
        for screen in self.screen_stack:
            if isinstance(screen, InboxScreen) and self.theme == self.appearance.theme:
                return screen.ticket_list.looks(self.colour_system)
        return None

    def now(self) -> datetime:
        """The moment in the agent's zone."""
        return self.desk.clock.now().astimezone(self.settings.zone)

    # -- life ----------------------------------------------------------------------------------

    def on_load(self, event: events.Load) -> None:
        """Textual calls this beside the `on_load` of a base class, before anything is painted."""
        self.theme = self.appearance.theme
        self.add_class(*self.appearance.classes)

    def on_mount(self) -> None:
        self._unsubscribe = self.desk.subscribe(self.desk_facts.publish)
        self.push_screen(InboxScreen(self.desk, self.settings.views))
        self.call_after_refresh(self._begin_connecting)

    def _begin_connecting(self) -> None:
        """Beside everything else: no key waits for it."""
        self.run_worker(self._connect(), group="app-connect")

    async def _connect(self) -> None:
        self._say_mistakes()
        await self.keepers.bring_back(self.desk.drafts)
        try:
            await self.desk.start()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
        finally:
            self._on_started()

    async def on_unmount(self) -> None:
        self._unsubscribe()
        await self.desk.close()

    @override
    def _fatal_error(self) -> None:
        """Names the log instead of printing a traceback: its locals would hold tokens and texts.

        Textual has no public place for this; it calls this while the error is being handled.
        """
        _log.critical("the console has failed", exc_info=True)
        if not self._exit_renderables:
            log_file = self.settings.log_file
            where = f"; see {safe_line(str(log_file))}" if log_file else ""
            self._exit_renderables.append(Text(f"deskero-tui has failed{where}"))
        self._close_messages_no_wait()

    @override
    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *self._own_filters]

    @override
    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: they would write files and change what the agent did not ask for."""
        return ()

    @override
    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Shows the address instead of opening it: the console runs on somebody else's machine."""
        self.say(url)

    # -- saying and doing ----------------------------------------------------------------------

    @override
    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Says what came of a command in the status line of the main screen."""
        for screen in self.screen_stack:
            if isinstance(screen, InboxScreen):
                screen.say(text, is_wrong=is_wrong)

    def draw_attention(self, text: str) -> None:
        """Rings, and has the terminal show `text`, as far as the agent wants that; once behind an
        editor, whose terminal it is meanwhile.
        """
        self.when_ours(lambda: self.write_through(self.settings.alarm.sequence(text)))

    def do(self, work: Awaitable[T], *, done: Callable[[T], str]) -> None:
        """Runs something that may fail beside everything else, and says how it ended.

        `done` makes the sentence of what came of it. Leaving a screen does not stop it.
        """
        self.run_worker(self._told(work, done), group="app-doing", exit_on_error=False)

    async def _told(self, work: Awaitable[T], done: Callable[[T], str]) -> None:
        try:
            came = await work
        except DeskeroError as error:
            _log.warning("%s: %s", type(error).__name__, error.detail)
            self.say(error.user_message, is_wrong=True)
        else:
            self.say(done(came))

    def _say_mistakes(self) -> None:
        """Says what of the config could not be used, or where all of it is to be read."""
        mistakes = [mistake for mistake in self.settings.mistakes if not mistake.is_warning]
        if mistakes:
            count = f"{len(mistakes)} mistakes" if len(mistakes) > 1 else "A mistake"
            said = f"{count} in the config, see `deskero-tui doctor`: {mistakes[0]}"
            self.say(said, is_wrong=True)

    @on(TicketList.CursorMoved)
    def _say_mistakes_again(self) -> None:
        """While tickets come at the start, each wipes the line; the agent has not read it yet."""
        if self._is_untouched:
            self._say_mistakes()

    @override
    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._is_untouched = False
            if self.screen_stack and isinstance(self.screen, PromptScreen):
                self.screen.hurry()
        await super().on_event(event)

    @override
    def stop_requested(self) -> None:
        if self.settings.allowances.may_pause:
            super().stop_requested()
        else:
            self.say("There is no shell in this login: `q` ends it.")

    # -- drafts --------------------------------------------------------------------------------

    @override
    def keep_pasted(self, text: str) -> None:
        from textual.widgets import Input, TextArea

        match self.focused if text and self.screen_stack else None:
            case TextArea() as field:
                field.insert(text)
            case Input() as field:
                field.insert_text_at_cursor(" ".join(text.split()))
            case _:
                pass

    @override
    def save_drafts_now(self) -> None:
        """Puts every open piece of writing on the disk before anything else happens: also what is
        seen in a field, whose word of that is still on its way.
        """
        for screen in self.screen_stack:
            if isinstance(screen, Fielded) and screen.is_mounted:
                screen.take_fields()
        self.keepers.keep_all_now()

    def _say_while_writing(self, text: str, *, is_wrong: bool) -> None:
        """Says something about what is being written, where the agent looks and where it stays."""
        from deskero_tui.tui.compose.writing_screen import WritingScreen
        from deskero_tui.tui.dialogs.fact_lines import Look

        self.say(text, is_wrong=is_wrong)
        for screen in self.screen_stack:
            if isinstance(screen, WritingScreen):
                screen.say(text, Look.WRONG if is_wrong else Look.PLAIN)

    def on_app_blur(self) -> None:
        self.save_drafts_now()
