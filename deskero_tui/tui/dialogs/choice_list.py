"""The list inside every picker: paints lines, takes what is typed, and has one cursor.

Letters and cursor keys are handled here in the order they were pressed, so that what Enter picks is
what stood under the cursor then, however fast the keys came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, cell_width, cut, fit, safe_line, wrap
from deskero_tui.tui.appearance import appearance_of

HEAD_LINES: Final = 1
"""Above the choices stands what is typed."""
MOST_TYPED_CHARS: Final = 200
_GAP_CELLS: Final = 2
_FAR: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Signs:
    """How marked and other choices are told apart; both of the same width."""

    marked: str = "*"
    other: str = " "


class ChoiceList(ScrollView, can_focus=True):
    """Choices, of any number; `narrow` says which of them stand for what is typed."""

    COMPONENT_CLASSES: ClassVar = {
        "choice-list--typed",
        "choice-list--caret",
        "choice-list--label",
        "choice-list--hint",
        "choice-list--marked",
        "choice-list--cursor",
        "choice-list--empty",
    }

    typed: reactive[str] = reactive("")
    """What the list is narrowed by."""

    marked: reactive[frozenset[str]] = reactive(frozenset[str]())
    """The ids of the choices that bear the sign."""

    empty_text: reactive[SafeText] = reactive(SafeText("Nothing fits."))
    """What stands in the list when there are no choices."""

    @dataclass
    class Picked(Message):
        """A choice was picked: the one under the cursor when the key was pressed."""

        choice_list: ChoiceList
        choice: Choice

        @property
        @override
        def control(self) -> ChoiceList:
            return self.choice_list

    @dataclass
    class CursorMoved(Message):
        """A key has put the cursor on another choice, or on none."""

        choice_list: ChoiceList
        choice: Choice | None

        @property
        @override
        def control(self) -> ChoiceList:
            return self.choice_list

    @dataclass
    class Typed(Message):
        """Something else is typed now."""

        choice_list: ChoiceList
        text: str

        @property
        @override
        def control(self) -> ChoiceList:
            return self.choice_list

    def __init__(
        self,
        narrow: Callable[[str], Sequence[Choice]],
        *,
        signs: Signs | None = None,
        picks_with_space: bool = False,
        marked: frozenset[str] = frozenset(),
        current: str | None = None,
    ) -> None:
        """`narrow` answers at once the choices for a typed text, in the order to show.

        The cursor begins on `current`, else on the first. With `picks_with_space` Space picks as
        long as nothing is typed.
        """
        super().__init__()
        self._narrow = narrow
        self._signs = signs or Signs()
        self._picks_with_space = picks_with_space
        self._choices: Sequence[Choice] = ()
        self._cursor_index = 0
        self._label_cells = self._hint_cells = 0
        self.set_reactive(ChoiceList.marked, marked)
        self.show(narrow(""), cursor=current)
        self._lines_at_first = len(self._choices) + HEAD_LINES

    @property
    def choices(self) -> Sequence[Choice]:
        """What is shown, from the first to the last."""
        return self._choices

    @property
    def under_cursor(self) -> Choice | None:
        """The choice under the cursor; `None` in an empty list."""
        return self._choices[self._cursor_index] if self._choices else None

    @property
    def cursor_line(self) -> int:
        """On which line of the list the cursor stands, 0-based."""
        return max(0, self._cursor_index - self.scroll_offset.y) + HEAD_LINES

    def show(self, choices: Sequence[Choice], *, cursor: str | None = None) -> None:
        """Shows these choices, the cursor on the one with the id `cursor`, else on the first."""
        self._choices = choices
        places = (place for place, choice in enumerate(choices) if choice.id == cursor)
        self._cursor_index = next(places, 0)
        self._label_cells = max((cell_width(choice.label) for choice in choices), default=0)
        self._hint_cells = max((cell_width(choice.hint) for choice in choices), default=0)
        self.virtual_size = Size(0, len(choices) + HEAD_LINES)
        self._keep_cursor_visible()
        self.refresh()

    def clear(self) -> None:
        """Takes away what is typed; the cursor stays on its choice."""
        cursor = self.under_cursor
        self.typed = ""
        self.show(self._narrow(""), cursor=cursor.id if cursor else None)

    # -- painting ------------------------------------------------------------------------------

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it had at first: the frame does not jump while the list narrows."""
        return self._lines_at_first

    @override
    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < HEAD_LINES:
            return self._head(width)
        index = y - HEAD_LINES + self.scroll_offset.y
        if index < len(self._choices):
            return self._choice(self._choices[index], width, is_cursor=index == self._cursor_index)
        return self._empty_line(y - HEAD_LINES, width)

    def _head(self, width: int) -> Strip:
        place = self._cursor_index + 1 if self._choices else 0
        where = "" if appearance_of(self.app).is_calm else f"{place}/"
        count = SafeText(f" {where}{len(self._choices)} ")
        room = width - cell_width(count) - 2
        shown = safe_line(self.typed)
        while cell_width(shown) > max(1, room):
            shown = SafeText(shown[1:])
        segments = [Segment(" " + shown, self._look("typed")), Segment(" ", self._look("caret"))]
        rest = room - cell_width(shown)
        hint = "" if shown else " type to narrow"
        segments.append(Segment(fit(SafeText(hint), max(0, rest)), self._look("hint")))
        segments.append(Segment(count, self._look("hint")))
        return Strip(segments).adjust_cell_length(width, self._look("typed"))

    def _empty_line(self, line: int, width: int) -> Strip:
        """A line below the choices: blank, or of what an empty list says."""
        said = [] if self._choices else wrap(self.empty_text, width - 4)
        text = SafeText(f"  {said[line]}" if line < len(said) else "")
        return Strip([Segment(fit(text, width), self._look("empty"))])

    def _choice(self, choice: Choice, width: int, *, is_cursor: bool) -> Strip:
        is_marked = choice.id in self.marked
        if appearance_of(self.app).is_spoken:
            segment = Segment(_sentence(choice, is_marked=is_marked), self._look("label"))
            return Strip([segment]).adjust_cell_length(width, self._look("label"))
        sign = self._signs.marked if is_marked else self._signs.other
        gutter = f"{'>' if is_cursor else ' '}{sign} "
        room = width - len(gutter) - 1
        hint_cells = min(self._hint_cells, max(room // 3, room - self._label_cells - _GAP_CELLS))
        label_cells = min(self._label_cells, room - hint_cells - (_GAP_CELLS if hint_cells else 0))
        label = fit(choice.label, max(0, label_cells))
        segments = [
            Segment(gutter, self._look("marked")),
            Segment(label, self._look("marked" if is_marked else "label")),
            Segment(" " * _GAP_CELLS, self._look("label")),
            Segment(cut(choice.hint, max(0, hint_cells)), self._look("hint")),
        ]
        background = self._look("label")
        if is_cursor and not appearance_of(self.app).is_bare:
            background = self._look("cursor")
            segments = [
                Segment(text, (style or background) + background) for text, style, _ in segments
            ]
        return Strip(segments).adjust_cell_length(width, background)

    def _look(self, part: str) -> Style:
        return self.get_component_rich_style(f"choice-list--{part}")

    # -- keys ----------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "space") and self._is_pick(event.key):
            if choice := self.under_cursor:
                self.post_message(self.Picked(self, choice))
        elif (step := self._step(event.key)) is not None:
            self._move(step)
        elif event.key == "backspace":
            self._type(self.typed[:-1])
        elif event.key in ("ctrl+u", "ctrl+w"):
            kept = self.typed.split()[:-1] if event.key == "ctrl+w" else []
            self._type("".join(f"{word} " for word in kept))
        elif event.is_printable and event.character:
            self._type(self.typed + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    @override
    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character is not None and character.isprintable() and not self._is_pick(key)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._type(self.typed + safe_line(event.text, max_chars=MOST_TYPED_CHARS))

    def on_resize(self, event: events.Resize) -> None:
        self._keep_cursor_visible()

    def _is_pick(self, key: str) -> bool:
        return key == "enter" or (self._picks_with_space and not self.typed)

    def _step(self, key: str) -> int | None:
        page = max(1, self.size.height - HEAD_LINES)
        match key:
            case "down" | "ctrl+n":
                return 1
            case "up" | "ctrl+p":
                return -1
            case "pagedown":
                return page
            case "pageup":
                return -page
            case "home":
                return -_FAR
            case "end":
                return _FAR
            case _:
                return None

    def _type(self, text: str) -> None:
        typed = text.lstrip()[:MOST_TYPED_CHARS]
        if typed != self.typed:
            self.typed = typed
            self.show(self._narrow(typed))
            self.post_message(self.Typed(self, typed))
            self.post_message(self.CursorMoved(self, self.under_cursor))

    def _move(self, step: int) -> None:
        last = len(self._choices) - 1
        self._cursor_index = max(0, min(self._cursor_index + step, last))
        self.post_message(self.CursorMoved(self, self.under_cursor))
        self._keep_cursor_visible()
        self.refresh()

    def _keep_cursor_visible(self) -> None:
        count = self.size.height - HEAD_LINES
        if count > 0:
            first = self.scroll_offset.y
            target = min(max(first, self._cursor_index - count + 1), self._cursor_index)
            self.scroll_to(y=target, animate=False, force=True, immediate=True)


def _sentence(choice: Choice, *, is_marked: bool) -> SafeText:
    """A choice for somebody who hears it: without columns, and with a word for the sign."""
    told = re.split(r"\s{2,}", choice.hint.strip()) if choice.hint.strip() else []
    return SafeText(", ".join([choice.label, *(["chosen"] if is_marked else []), *told]))
