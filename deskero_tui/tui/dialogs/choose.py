"""Pickers: one of a list, some of a list, one of what a search finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.dialogs.choice_list import ChoiceList, Signs
from deskero_tui.tui.dialogs.matching import Narrowing, fold
from deskero_tui.tui.dialogs.sheet import Sheet, framed

DEBOUNCE_S: Final = 0.15
"""Seconds without a key before a search starts."""
MOST_TAG_CHARS: Final = 60
_LEAVE: Final[list[BindingType]] = [("escape", "leave", "Leave")]
_ADD: Final = "\n"
"""Before an id it makes the id of the entry that adds it; no tag holds a line feed."""


class Choose(Sheet[Choice | None]):
    """One of `choices`; answers `None` when it was left."""

    BINDINGS: ClassVar = _LEAVE

    def __init__(
        self, title: SafeText, choices: Sequence[Choice], *, current: str | None = None
    ) -> None:
        """The choice with the id `current` bears a sign and has the cursor."""
        super().__init__()
        self._list = ChoiceList(
            Narrowing(choices).narrowed,
            marked=frozenset() if current is None else frozenset([current]),
            current=current,
        )
        self._frame_title = title

    @override
    def compose(self) -> ComposeResult:
        with framed(self._frame_title, "Enter choose  Esc back"):
            yield self._list

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self.dismiss(event.choice)

    def action_leave(self) -> None:
        self.dismiss(None)


class WideChoose(Choose):
    """The same for choices that are sentences, on a wider sheet."""


class ChooseMany(Sheet[tuple[str, ...] | None]):
    """Any of `choices`; answers the ids, or `None` when it was left.

    What was chosen at first keeps its order, what was added follows in the order it was.
    """

    BINDINGS: ClassVar = [*_LEAVE, ("ctrl+s", "keep", "Keep")]

    def __init__(
        self,
        title: SafeText,
        choices: Sequence[Choice],
        *,
        chosen: Sequence[str],
        may_add: bool,
    ) -> None:
        """With `may_add` a typed text that is no choice yet can become one."""
        super().__init__()
        self._frame_title = title
        self._may_add = may_add
        self._first_chosen = tuple(chosen)
        self._chosen = dict.fromkeys(chosen)
        known = {choice.id for choice in choices}
        self._choices = [_tag(tag) for tag in self._chosen if tag not in known] + list(choices)
        self._narrowing = Narrowing(self._choices)
        self._list = ChoiceList(
            self._narrowed,
            signs=Signs("[x]", "[ ]"),
            picks_with_space=True,
            marked=frozenset(chosen),
        )

    @override
    def compose(self) -> ComposeResult:
        with framed(self._frame_title, "Enter on/off  Ctrl+S keep  Esc back"):
            yield self._list

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        picked = event.choice.id
        if picked.startswith(_ADD):
            picked = picked.removeprefix(_ADD)
            self._choices.insert(0, _tag(picked))
            self._narrowing = Narrowing(self._choices)
            self._chosen[picked] = None
        elif picked in self._chosen:
            del self._chosen[picked]
        else:
            self._chosen[picked] = None
        self._list.marked = frozenset(self._chosen)
        self._list.clear()

    def action_keep(self) -> None:
        kept = [tag for tag in self._first_chosen if tag in self._chosen]
        added = [tag for tag in self._chosen if tag not in self._first_chosen]
        self.dismiss((*kept, *added))

    def action_leave(self) -> None:
        self.dismiss(None)

    def _narrowed(self, typed: str) -> Sequence[Choice]:
        """The choices that fit, and last the entry that adds what was typed."""
        found = self._narrowing.narrowed(typed)
        tag = safe_line(typed.strip(), max_chars=MOST_TAG_CHARS)
        is_known = any(fold(choice.label) == fold(tag) for choice in self._choices)
        if not self._may_add or not tag or is_known:
            return found
        return [*found, Choice(_ADD + tag, SafeText(f"{tag} (new)"))]


class Search(Sheet[Choice | None]):
    """One of what `find` finds for the typed words; answers `None` when it was left.

    Until an answer comes the list is what was found before, as far as it fits: Enter never picks
    somebody whom the words rule out.
    """

    BINDINGS: ClassVar = _LEAVE

    def __init__(
        self,
        title: SafeText,
        *,
        find: Callable[[str], Awaitable[Sequence[Choice]]],
        debounce_s: float = DEBOUNCE_S,
    ) -> None:
        """Search with `find`: at once for nothing, then after each pause in the typing.

        Args:
            title: Title of the dialog.
            find: Returns the matches. The list shows the message of a `DeskeroError` it raises.
            debounce_s: Seconds without a key before the next search starts.
        """
        super().__init__()
        self._debounce_s = debounce_s
        self._frame_title = title
        self._find = find
        self._found = Narrowing(())
        self._resting: Timer | None = None
        self._list = ChoiceList(lambda typed: self._found.narrowed(typed))

    @override
    def compose(self) -> ComposeResult:
        with framed(self._frame_title, "Enter choose  Esc back"):
            yield self._list

    def on_mount(self) -> None:
        self._ask("")

    @on(ChoiceList.Typed)
    def _typed(self, event: ChoiceList.Typed) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(self._debounce_s, self._ask_for_typed)

    def _ask_for_typed(self) -> None:
        self._ask(self._list.typed)

    @work(group="search-find", exclusive=True, exit_on_error=False)
    async def _ask(self, typed: str) -> None:
        self._list.empty_text = SafeText("Searching ...")
        try:
            found = await self._find(typed.strip())
        except DeskeroError as error:
            found, said = (), safe_line(error.user_message)
        else:
            said = SafeText("Nothing found." if typed else "Type a name or an address.")
        if typed == self._list.typed:
            cursor = self._list.under_cursor
            self._found = Narrowing(found)
            self._list.empty_text = said
            self._list.show(self._best_first(typed, found), cursor=cursor.id if cursor else None)

    def _best_first(self, typed: str, found: Sequence[Choice]) -> Sequence[Choice]:
        """Those with a word that begins as typed before those that hold it elsewhere."""
        best = self._found.narrowed(typed)
        ids = {choice.id for choice in best}
        return [*best, *(choice for choice in found if choice.id not in ids)]

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self.dismiss(event.choice)

    def action_leave(self) -> None:
        self.dismiss(None)


def _tag(tag: str) -> Choice:
    return Choice(tag, safe_line(tag, max_chars=MOST_TAG_CHARS))
