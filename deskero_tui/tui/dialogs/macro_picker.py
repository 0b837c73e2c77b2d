"""Choosing a canned answer or macro: a list to narrow, and what each comes to for this ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.macros.library import Macro, MacroId, MacroKind, Mistake
from deskero_tui.domain.macros.placeholders import is_question
from deskero_tui.domain.macros.plan import Plan
from deskero_tui.domain.outbox.outgoing import UNSET
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_block, safe_line
from deskero_tui.sync.macro_run import MacroScene
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines, Look, heading
from deskero_tui.tui.dialogs.matching import Narrowing
from deskero_tui.tui.dialogs.prompt import Prompt
from deskero_tui.tui.dialogs.sheet import WIDTHS, Sheet, framed

BROAD_CELLS: Final = 100
"""From this width on the preview stands beside the list."""
BREAKPOINTS: Final[list[tuple[int, str]]] = [*WIDTHS, (BROAD_CELLS, "-broad")]

_KINDS: Final = {
    MacroKind.REPLY: Fact(SafeText("Read by"), SafeText("PUBLIC: the customer"), Look.PUBLIC),
    MacroKind.NOTE: Fact(SafeText("Read by"), SafeText("INTERNAL: agents only"), Look.INTERNAL),
    MacroKind.NONE: Fact(SafeText("Text"), SafeText("none: Enter makes the changes at once")),
}


@dataclass(frozen=True, slots=True)
class MacroPick:
    """The macro that was chosen, made for its ticket."""

    macro: Macro
    text: str
    """Filled in, as far as there are values; empty when it has none."""
    plan: Plan
    """Empty when only texts were asked for."""
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """To the macro's questions: for making it for other tickets as well."""

    @property
    def status(self) -> str | None:
        """The machine name of the status that it sets; `None` when it leaves the status."""
        status = self.plan.patch.status
        return None if status is UNSET else status


class MacroPicker(Sheet[MacroPick | None]):
    """One macro of some, made for one ticket; answers `None` when it was left.

    What the macro asks is asked on top, one question after the other; Esc there comes back here.
    """

    # Textual declares it on the instance, so it cannot be a class variable here.
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = BREAKPOINTS
    BINDINGS: ClassVar = [
        ("escape", "leave", "Leave"),
        ("enter", "choose", "Choose"),
        ("tab,shift+tab", "switch", "Other part"),
    ]

    def __init__(
        self,
        macros: Sequence[Macro],
        scene: MacroScene,
        *,
        mistakes: Sequence[Mistake] = (),
        own_folder: str = "",
        texts_only: bool = False,
        current: MacroId | None = None,
    ) -> None:
        """The cursor begins on `current`. With `texts_only` no macro changes anything.

        `own_folder` is named, as clean text, when there are no macros yet.
        """
        super().__init__()
        self._macros = {macro.id: macro for macro in macros}
        self._scene = scene
        self._mistakes = mistakes
        self._own_folder = own_folder
        self._texts_only = texts_only
        self._list = ChoiceList(
            Narrowing([_choice(macro) for macro in macros]).narrowed, current=current
        )
        if not macros:
            self._list.set_reactive(ChoiceList.empty_text, self._why_empty())
        self._preview = FactLines(id="preview")
        self._told = Static("", id="flaw", markup=False)

    # -- composing -----------------------------------------------------------------------------

    @override
    def compose(self) -> ComposeResult:
        title = "Canned answers" if self._texts_only else "Canned answers and macros"
        number = safe_line(self._scene.ticket.number)
        with framed(SafeText(f"{title} for {number}"), "Enter use it  Tab preview  Esc back"):
            with Container(id="macros"):
                yield self._list
                yield self._preview
            yield self._told

    def on_mount(self) -> None:
        self._show_preview()
        self._tell_mistakes()

    def _why_empty(self) -> SafeText:
        if self._mistakes:
            return SafeText("No file could be used.")
        where = f" Put text files into {self._own_folder}." if self._own_folder else ""
        return safe_line(f"There are none yet.{where}")

    def _tell_mistakes(self) -> None:
        """Says what is wrong with the first file, for as long as there is nothing else to say."""
        said = ""
        if self._mistakes:
            more = len(self._mistakes) - 1
            others = f" ({more} more: deskero-tui macro check)" if more else ""
            said = f"Left out: {self._mistakes[0]}{others}"
        self._tell(said)

    def _tell(self, text: str) -> None:
        self._told.update(Content(safe_line(text)))

    # -- the preview ---------------------------------------------------------------------------

    @on(ChoiceList.CursorMoved)
    def _cursor_moved(self) -> None:
        self._tell_mistakes()
        self._show_preview()

    def _show_preview(self) -> None:
        macro = self._under_cursor()
        self._preview.show(tuple(self._facts(macro)) if macro else ())

    def _under_cursor(self) -> Macro | None:
        choice = self._list.under_cursor
        return self._macros[MacroId(choice.id)] if choice else None

    def _facts(self, macro: Macro) -> Iterator[Fact]:
        """What the macro comes to for this ticket: for whom, what it changes, its whole text."""
        made = self._scene.filled(macro, {})
        yield _KINDS[macro.kind]
        if not self._texts_only:
            try:
                for name, words in self._scene.plan(macro.changes).said:
                    yield Fact(SafeText(name.capitalize()), words)
            except BadInput as error:
                yield Fact(SafeText("Wrong"), safe_line(error.user_message), Look.WRONG)
        lacking = [one for one in made.missing if not is_question(one)]
        if macro.questions:
            yield Fact(SafeText("Asks"), safe_line("  ".join(macro.questions)))
        if lacking:
            yield Fact(SafeText("No value"), safe_line("  ".join(lacking)), Look.WARNING)
        yield heading(SafeText(""), Look.PLAIN)
        for line in made.text.split("\n"):
            is_lacking = any(one in line for one in made.missing)
            yield heading(safe_block(line), Look.WARNING if is_lacking else Look.PLAIN)

    # -- choosing ------------------------------------------------------------------------------

    def picked_at_once(self, macro: Macro) -> MacroPick | None:
        """The macro without being shown; `None` when it asks something or has no text to review.

        Raises:
            BadInput: It cannot be done on this ticket.
        """
        if macro.questions or macro.kind is MacroKind.NONE:
            return None
        return self._made(macro, {})

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self._use(self._macros[MacroId(event.choice.id)], {})

    def action_choose(self) -> None:
        """Enter in the preview."""
        if macro := self._under_cursor():
            self._use(macro, {})

    def action_switch(self) -> None:
        (self._preview if self._list.has_focus else self._list).focus()

    def action_leave(self) -> None:
        self.dismiss(None)

    def _use(self, macro: Macro, answers: Mapping[str, str]) -> None:
        """Asks the next question of the macro, or answers with it once all are asked."""
        question = next((one for one in macro.questions if one not in answers), None)
        if question is not None:

            def go_on(answer: str | None) -> None:
                if answer is not None:
                    self._use(macro, {**answers, question: answer})

            self.app.push_screen(Prompt(safe_line(question)), go_on)
            return
        try:
            pick = self._made(macro, answers)
        except BadInput as error:
            self._tell(error.user_message)
            return
        # The last question may still lie on top: only the topmost screen can be left.
        self.call_later(self._answer, pick)

    def _made(self, macro: Macro, answers: Mapping[str, str]) -> MacroPick:
        plan = Plan() if self._texts_only else self._scene.plan(macro.changes)
        return MacroPick(macro, self._scene.filled(macro, answers).text, plan, answers)

    def _answer(self, pick: MacroPick) -> None:
        self.dismiss(pick)


def _choice(macro: Macro) -> Choice:
    key = f"  [{macro.key}]" if macro.key else ""
    kind = "changes" if macro.kind is MacroKind.NONE else macro.kind.value
    return Choice(macro.id, safe_line(macro.title), safe_line(f"{kind}  {macro.id}{key}"))
