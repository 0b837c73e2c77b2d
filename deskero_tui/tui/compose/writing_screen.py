"""What all writing shares: the stages from the first letter to sent, files, the review strip."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import ClassVar, Final, Generic

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ScreenResultType
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.domain.errors import BadInput, DeskeroError
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.sync.drop_folder import DropFolder
from deskero_tui.sync.files import flaw_of_file, size_bytes_of
from deskero_tui.tui.commands.table import Place, bindings_of
from deskero_tui.tui.compose.editor_actions import EditorActions
from deskero_tui.tui.compose.warnings import warnings_of
from deskero_tui.tui.dialogs.choose import Choose
from deskero_tui.tui.dialogs.confirm import Confirm
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines, Look, heading
from deskero_tui.tui.dialogs.prompt import Prompt
from deskero_tui.tui.widgets.key_line import KeyLine

ANOTHER_FILE: Final = Choice("", SafeText("Attach another file"))


class Stage(Enum):
    """How far the writing has come; the value is the style class of the screen."""

    WRITING = "-writing"
    REVIEWING = "-reviewing"
    SENDING = "-sending"


class Paper(Vertical):
    """The whole of a writing screen inside its border."""


class WritingScreen(EditorActions[ScreenResultType], Generic[ScreenResultType]):
    """Writing, then a strip that says what will happen, then sending.

    What is sent goes on when the screen is left; after that nothing of the screen is touched.
    """

    BINDINGS: ClassVar = bindings_of("compose", "review")

    stage: reactive[Stage] = reactive(Stage.WRITING)
    """How far the writing has come."""

    def __init__(
        self,
        *,
        when_unsent: ScreenResultType,
        is_kept: Callable[[], bool],
        most_upload_bytes: int | None = None,
        file_root: Path | None,
    ) -> None:
        """`when_unsent` is the answer when the screen is left before anything was sent. What is
        not known to be kept (`is_kept`) is left only after a question.

        `most_upload_bytes` is the size of the largest file that may go; `None` knows no limit.
        With a `file_root` files are chosen from that drop folder; without, they have any path.
        """
        super().__init__(classes=Stage.WRITING.value)
        self._file_root = file_root
        self._most_upload_bytes = most_upload_bytes
        self._answer = when_unsent
        self._is_kept = is_kept
        self._said: Fact | None = None
        self._is_sent = False
        self._is_left = False
        self.is_given_up = False
        """Whether the agent has said that the words may go, which nothing could keep."""
        self.goes_on = False
        """Whether the agent wants to go to the next ticket once this is sent."""
        self._written_in: Widget | None = None

    # -- what a kind of writing adds -----------------------------------------------------------

    @abstractmethod
    def head(self) -> ComposeResult:
        """The lines above the writing."""

    @abstractmethod
    def fields(self) -> ComposeResult:
        """What is filled in."""

    @abstractmethod
    def flawed_field(self) -> Widget | None:
        """The first field that cannot go like this, after saying so; `None` when all can."""

    @abstractmethod
    def facts(self) -> Iterator[Fact]:
        """What will be sent to whom, for the strip."""

    @property
    @abstractmethod
    def own_text(self) -> str:
        """The text that is looked over for what may be forgotten."""

    @property
    @abstractmethod
    def files(self) -> list[Path]:
        """The files of the draft, to be changed in place."""

    @property
    def fills_in(self) -> bool:
        """Whether placeholders are filled in when it is sent."""
        return False

    @property
    def refuses_files(self) -> str:
        """Why there can be no files here; empty when there can."""
        return ""

    @property
    def stop(self) -> str:
        """Why it must not go as it is, in a sentence; empty when it may."""
        return ""

    @abstractmethod
    async def send(self) -> ScreenResultType:
        """Sends the draft; the answer of the screen.

        Raises:
            DeskeroError: It was not sent, or perhaps.
        """

    @property
    def place(self) -> Place:
        """Where the agent is."""
        return Place.COMPOSE if self.stage is Stage.WRITING else Place.REVIEW

    # -- composing -----------------------------------------------------------------------------

    @override
    def compose(self) -> ComposeResult:
        with Paper():
            yield from self.head()
            with Vertical(id="writing"):
                yield from self.fields()
            yield Static("", id="told", markup=False)
            strip = FactLines(id="review")
            strip.border_title = Content("Before it goes")
            yield strip
            yield KeyLine(Place.COMPOSE)

    def watch_stage(self, old_stage: Stage, stage: Stage) -> None:
        if not self.is_mounted:
            return
        self.remove_class(old_stage.value)
        self.add_class(stage.value)
        is_writing = stage is Stage.WRITING
        self.query_one(KeyLine).place = self.place
        self.query_one("#writing").disabled = not is_writing
        if not is_writing:
            self.show_strip()
            self.query_one(FactLines).focus()
        elif self._written_in is not None:
            self._written_in.focus()

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of writing act while writing, those of the strip while it is shown."""
        match action.partition("_")[0]:
            case "compose":
                return self.stage is Stage.WRITING
            case "review" if action == "review_leave":
                return self.stage is not Stage.WRITING
            case "review":
                return self.stage is Stage.REVIEWING
            case _:
                return super().check_action(action, parameters)

    def show_strip(self) -> None:
        """Puts what will be sent on the strip as it is now."""
        self.query_one(FactLines).show(tuple(self._strip()))

    def _strip(self) -> Iterator[Fact]:
        if self.stage is Stage.SENDING:
            yield heading(SafeText("Sending ..."))
        elif self._said is not None:
            yield self._said
        may_lack_files = not self.files and not self.refuses_files
        for warning in warnings_of(
            self.own_text, may_lack_files=may_lack_files, fills_in=self.fills_in
        ):
            yield Fact(SafeText("Warning"), safe_line(warning), Look.WARNING)
        yield from self.facts()
        if not self.refuses_files:
            yield from self._file_facts()

    def _file_facts(self) -> Iterator[Fact]:
        if not self.files:
            yield Fact(SafeText("Files"), SafeText("none"))
        for count, path in enumerate(self.files):
            name = SafeText("" if count else "Files")
            try:
                size = size_in_words(size_bytes_of(path, root=self._file_root))
            except BadInput as error:
                yield Fact(name, safe_line(error.user_message), Look.WARNING)
            else:
                yield Fact(name, SafeText(f"{safe_line(path.name)}  {size}"))

    @override
    def say(self, text: str, look: Look = Look.WRONG) -> None:
        """Says something on top of the strip, or under the fields while they are written in.

        Nothing where the app ends and the screen has lost its parts already.
        """
        if not self.query(FactLines) or not self.query("#told"):
            return
        said = safe_line(text)
        if self.stage is Stage.WRITING:
            told = self.query_one("#told", Static)
            told.update(Content(said))
            told.display = bool(said)
            told.set_class(look is Look.WRONG, "-wrong")
        else:
            self._said = heading(said, look)
            self.show_strip()

    def on_mount(self) -> None:
        """Textual calls this beside the `on_mount` of a subclass, not instead of it."""
        self._tell_files()

    # -- writing -------------------------------------------------------------------------------

    def action_compose_review(self) -> None:
        self.take_fields()
        flawed = self.flawed_field()
        if flawed is not None:
            flawed.focus()
            return
        self._said = None
        self._written_in = self.focused
        self.stage = Stage.REVIEWING

    def action_compose_attach(self) -> None:
        self._change_files()

    def action_compose_leave(self) -> None:
        self._leave()

    # -- the strip -----------------------------------------------------------------------------

    def action_review_send(self) -> None:
        self.goes_on = False
        self._send_now()

    def action_review_send_next(self) -> None:
        self.goes_on = True
        self._send_now()

    def _send_now(self) -> None:
        if self.stop:
            self.say(self.stop)
            return
        self._said = None
        self.stage = Stage.SENDING
        self.app.run_worker(self._sending(), group="compose-send", exit_on_error=False)

    def action_review_edit(self) -> None:
        self.stage = Stage.WRITING

    def action_review_attach(self) -> None:
        self._change_files()

    def action_review_status(self) -> None:
        self.say("There is no status to set with this.", Look.PLAIN)

    def action_review_leave(self) -> None:
        self._leave()

    async def _sending(self) -> None:
        """Runs on the app: it goes on when the screen is left."""
        try:
            self._answer = await self.send()
        except DeskeroError as error:
            self._come_back(error)
        else:
            self._is_sent = True
            self._leave_when_sent()

    def _come_back(self, error: DeskeroError) -> None:
        if not self._is_left:
            self.stage = Stage.REVIEWING
            self.say(error.user_message)

    # -- files ---------------------------------------------------------------------------------

    def _change_files(self) -> None:
        """Asks for a file; where there are some already, first whether one shall go away."""
        if self.refuses_files:
            self.say(self.refuses_files)
        elif not self.files:
            self._ask_for_file(ANOTHER_FILE)
        else:
            taken_away = [
                Choice(str(path), SafeText(f"Take away {safe_line(path.name, max_chars=100)}"))
                for path in self.files
            ]
            self.app.push_screen(
                Choose(SafeText("Files"), [ANOTHER_FILE, *taken_away]), self._ask_for_file
            )

    def _ask_for_file(self, choice: Choice | None) -> None:
        if choice is ANOTHER_FILE and self._file_root is not None:
            self._offer_dropped_files(self._file_root)
        elif choice is ANOTHER_FILE:
            prompt = Prompt(SafeText("Attach which file?"), placeholder="~/", check=self._flaw_of)
            self.app.push_screen(prompt, self._take_file)
        elif choice is not None:
            self.files.remove(Path(choice.id))
            self._tell_files()

    def _offer_dropped_files(self, root: Path) -> None:
        """Has one of the drop folder chosen: there is no other file that could be named."""
        try:
            files = DropFolder(root).files()
        except DeskeroError as error:
            self.say(error.user_message)
            return
        if not files:
            self.say("Your drop folder is empty. `ssh … put NAME < FILE` puts a file there.")
            return
        offered = [
            Choice(str(root / file.name), safe_line(file.name), size_in_words(file.size_bytes))
            for file in files
        ]
        title = SafeText("Attach which file of your drop folder?")
        self.app.push_screen(Choose(title, offered), self._take_dropped)

    def _take_dropped(self, choice: Choice | None) -> None:
        if choice is None:
            return
        flaw = self._flaw_of(choice.id)
        if flaw is not None:
            self.say(flaw)
        else:
            self._take_file(choice.id)

    def _take_file(self, typed: str | None) -> None:
        if typed is not None:
            self.files.append(_path_of(typed))
            self._tell_files()

    def _flaw_of(self, typed: str) -> str | None:
        if _path_of(typed) in self.files:
            return "This file is attached already."
        return flaw_of_file(
            _path_of(typed), most_bytes=self._most_upload_bytes, root=self._file_root
        )

    def _tell_files(self) -> None:
        if self.stage is not Stage.WRITING:
            self._said = None
            self.show_strip()
        elif self.files:
            names = ", ".join(safe_line(path.name, max_chars=100) for path in self.files)
            self.say(f"{len(self.files)} attached: {names}", Look.PLAIN)
        else:
            self.say("", Look.PLAIN)

    # -- leaving -------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        self._leave_when_sent()

    def _leave_when_sent(self) -> None:
        """Leaves, unless that was done or something lies on top; then it waits for its turn."""
        if self._is_sent and not self._is_left and self.is_active:
            self._leave()

    def _leave(self) -> None:
        if self.stage is Stage.WRITING:
            self.take_fields()
        if self._is_sent or self._is_kept():
            self._is_left = True
            self.dismiss(self._answer)
        else:
            question = SafeText("This text is kept nowhere. Throw it away?")
            self.app.push_screen(Confirm(question, yes="Throw away", no="Stay"), self._give_up)

    def _give_up(self, is_meant: bool | None) -> None:
        if is_meant:
            self.is_given_up = self._is_left = True
            self.dismiss(self._answer)


def _path_of(typed: str) -> Path:
    path = Path(typed.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # no such user's home
        return path
