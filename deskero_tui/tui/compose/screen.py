"""Writing a reply or a note on a ticket.

Every key goes into the draft at once, so that no road out of the screen loses a word.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea
from textual.widgets.text_area import Selection
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.macros.placeholders import standing_in
from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.moments import BadMoment, read_back, read_moment
from deskero_tui.domain.time.reminder_words import in_words, split_sign
from deskero_tui.tui.compose.draft_state import ComposeWhat, Draft
from deskero_tui.tui.compose.warnings import stop_of
from deskero_tui.tui.compose.writing_screen import Paper, Stage, WritingScreen
from deskero_tui.tui.dialogs.choose import Choose
from deskero_tui.tui.dialogs.fact_lines import Fact, Look
from deskero_tui.tui.dialogs.fields import PickField, Row, TextField
from deskero_tui.tui.dialogs.macro_picker import MacroPick, MacroPicker
from deskero_tui.tui.widgets.line_input import LineInput

_COLONS: Final = re.compile(r"(?:^|\s)::$")
NO_STATUS: Final = Choice("", SafeText("leave it as it is"))


class Compose(WritingScreen[bool]):
    """A reply or a note; answers whether it was sent."""

    def __init__(
        self,
        what: ComposeWhat,
        draft: Draft,
        *,
        send: Callable[[Draft, datetime | None], Awaitable[None]],
        is_kept: Callable[[], bool],
        statuses: Sequence[Choice],
        agents: Sequence[Choice],
        now: Callable[[], datetime],
        zone: tzinfo,
        lang: str,
        canned_answers: Callable[[], Awaitable[MacroPicker]],
        asks_reminder_first: bool = False,
        most_upload_bytes: int,
        file_root: Path | None,
        fills_in: bool = False,
    ) -> None:
        """`draft` is changed in place. `agents` begins with the agent who writes.

        `send` is handed the draft and the moment of a note's reminder; it raises `DeskeroError`.
        `is_kept` says whether the draft lies anywhere.
        With `fills_in` it fills in the placeholders of the text, which may stand till then.
        Times are read and written in `zone`, in the language `lang`. `canned_answers` gives what
        `::` opens; it raises `DeskeroError`.
        """
        super().__init__(
            when_unsent=False,
            is_kept=is_kept,
            most_upload_bytes=most_upload_bytes,
            file_root=file_root,
        )
        self._what = what
        self._draft = draft
        self._send = send
        self._statuses = [NO_STATUS, *statuses]
        self._agents = agents
        self._now = now
        self._zone = zone
        self._lang = lang
        self._canned_answers = canned_answers
        self._asks_reminder_first = asks_reminder_first
        self._remind_at: datetime | None = None
        self._fills_in = fills_in

    @property
    def is_note(self) -> bool:
        """Only agents will read it."""
        return self._what.kind is DraftKind.NOTE

    # -- composing -----------------------------------------------------------------------------

    @override
    def head(self) -> ComposeResult:
        what = self._what
        to = Content("Only agents read this." if self.is_note else f"To {what.to}")
        yield Static(to, classes="head")
        yield Static(Content(f"{what.number}  {what.subject}"), classes="head quiet")

    @override
    def fields(self) -> ComposeResult:
        yield TextField(self._draft.text, id="text")
        if self.is_note:
            hint = "none; tomorrow 9, fri 10:30; 3d? unless answered"
            yield Row("Remind", LineInput(self._draft.remind, placeholder=hint, id="when"))
            yield Static("", id="moment", markup=False)
            yield Row("Whom", PickField(self._whom(), id="who"))

    def on_mount(self) -> None:
        paper = self.query_one(Paper)
        paper.add_class("-internal" if self.is_note else "-public")
        paper.border_title = Content("INTERNAL note" if self.is_note else "PUBLIC reply")
        if self.is_note:
            self._read_moment()
        first = "#when" if self.is_note and self._asks_reminder_first else "#text"
        self.query_one(first).focus()

    @on(TextArea.Changed)
    async def _text_changed(self) -> None:
        before = len(self._draft.text)
        self.take_fields()
        is_typed = len(self._draft.text) == before + 1
        if is_typed and self._colons_before_cursor() is not None:
            await self._offer_canned_answers()

    def _colons_before_cursor(self) -> tuple[int, int] | None:
        """Where `::` stands before the cursor, at a line's start or after a space."""
        field = self.text_field
        row, column = field.cursor_location
        before = field.document.get_line(row)[:column]
        return (row, column - 2) if _COLONS.search(before) else None

    async def _offer_canned_answers(self) -> None:
        """Opens the list; without a choice the colons stay what they are."""
        try:
            picker = await self._canned_answers()
        except DeskeroError as error:
            self.say(error.user_message)
        else:
            self.app.push_screen(picker, self._put_canned_answer)

    def _put_canned_answer(self, pick: MacroPick | None) -> None:
        """Puts the text in place of the colons."""
        colons = self._colons_before_cursor()
        if pick is not None and colons is not None:
            field = self.text_field
            text = pick.macro.text if self._fills_in else pick.text
            put = field.replace(text, colons, field.cursor_location)
            field.move_cursor(put.end_location)

    @on(Input.Changed, "#when")
    def _when_changed(self) -> None:
        self.take_fields()
        self._read_moment()

    @on(Input.Submitted, "#when")
    def _when_entered(self) -> None:
        self.focus_next()

    @on(PickField.Opened, "#who")
    def _pick_whom(self) -> None:
        first = self._agents[0].id if self._agents else None
        self.app.push_screen(
            Choose(
                SafeText("Remind whom?"),
                self._agents,
                current=self._draft.remind_whom or first,
            ),
            self._take_whom,
        )

    def _take_whom(self, agent: Choice | None) -> None:
        if agent is not None:
            self._draft.remind_whom = agent.id
            self.query_one("#who", PickField).value = agent.label

    def _read_moment(self) -> None:
        """Reads the typed time and says under it how it was read, or where it went wrong."""
        typed = self._draft.remind
        moment, said, place = None, "", ""
        if typed.strip():
            now = self._local_now()
            time, unless_answered = split_sign(typed)
            try:
                moment = read_moment(time, now=now, lang=self._lang)
                said = read_back(moment, now=now, lang=self._lang)
                said = in_words(said, unless_answered=unless_answered)
            except BadMoment as error:
                said = str(error)
                if (error.start, error.end) != (0, len(typed)):
                    place = " " * error.start + "^" * (error.end - error.start) + " "
        self._remind_at = moment
        line = self.query_one("#moment", Static)
        line.update(Content(f"{place}{said}"))
        line.set_class(bool(said) and moment is None, "-wrong")

    def _local_now(self) -> datetime:
        return self._now().astimezone(self._zone)

    def _whom(self) -> SafeText:
        """The agent who is reminded, by name."""
        named = [agent for agent in self._agents if agent.id == self._draft.remind_whom]
        found = named or list(self._agents[:1])
        return found[0].label if found else SafeText("me")

    # -- what will be sent ---------------------------------------------------------------------

    @override
    def take_fields(self) -> None:
        if self.stage is not Stage.WRITING:
            return
        self._draft.text = self.text_field.text
        if self.is_note:
            self._draft.remind = self.query_one("#when", LineInput).value

    @override
    def flawed_field(self) -> Widget | None:
        if not self.is_note:
            return None
        self._read_moment()
        is_flawed = bool(self._draft.remind.strip()) and self._remind_at is None
        return self.query_one("#when") if is_flawed else None

    @override
    def facts(self) -> Iterator[Fact]:
        if self.is_note:
            yield Fact(SafeText("Read by"), SafeText("INTERNAL: agents only"), Look.INTERNAL)
            yield Fact(SafeText("Reminder"), self._reminder())
        else:
            yield Fact(SafeText("Read by"), SafeText("PUBLIC: the customer"), Look.PUBLIC)
            yield Fact(SafeText("To"), self._what.to)
            yield Fact(SafeText("Status"), self._status().label)
            if self._fills_in:
                each = f"{self._what.number}, one reply each; placeholders are filled in for each"
                yield Fact(SafeText("Goes to"), SafeText(each))
        if self._draft.then.changes.are_any:
            yield Fact(SafeText("Then"), self._draft.then.in_words)

    def _reminder(self) -> SafeText:
        if self._remind_at is None:
            return SafeText("none")
        when = read_back(self._remind_at, now=self._local_now(), lang=self._lang)
        _, unless_answered = split_sign(self._draft.remind)
        when = in_words(when, unless_answered=unless_answered)
        return SafeText(f"{safe_line(when)}, for {self._whom()}")

    def _status(self) -> Choice:
        after = self._draft.status_after or NO_STATUS.id
        known = (status for status in self._statuses if status.id == after)
        return next(known, Choice(after, safe_line(after)))

    @property
    @override
    def text_field(self) -> TextField:
        return self.query_one("#text", TextField)

    @property
    @override
    def own_text(self) -> str:
        return self._draft.text

    @property
    @override
    def fills_in(self) -> bool:
        return self._fills_in

    @property
    @override
    def stop(self) -> str:
        return stop_of(self._draft.text, fills_in=self._fills_in)

    @override
    def action_review_edit(self) -> None:
        """Back to writing; what is not filled in is selected, so that typing fills it in."""
        super().action_review_edit()
        if standing := next(standing_in(self._draft.text), None):
            row, column = standing.line - 1, standing.column
            field = self.text_field
            field.selection = Selection((row, column), (row, column + len(standing.text)))
            field.focus()

    @property
    @override
    def files(self) -> list[Path]:
        return self._draft.files

    @property
    @override
    def refuses_files(self) -> str:
        return "A note cannot carry files; only a reply can." if self.is_note else ""

    @override
    def action_review_status(self) -> None:
        if self.is_note:
            self.say("A note leaves the status as it is.", Look.PLAIN)
        else:
            self.app.push_screen(
                Choose(SafeText("Status after sending"), self._statuses, current=self._status().id),
                self._take_status,
            )

    def _take_status(self, status: Choice | None) -> None:
        if status is not None:
            self._draft.status_after = status.id or None
            self.show_strip()

    @override
    async def send(self) -> bool:
        await self._send(self._draft, self._remind_at)
        return True
