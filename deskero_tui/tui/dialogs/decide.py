"""A question with facts and several answers, each a letter: what to do with a write that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from typing_extensions import override

from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines
from deskero_tui.tui.dialogs.sheet import Sheet, framed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One way on."""

    key: str
    """The letter that chooses it."""
    label: str
    value: T


class ActionDialog(Sheet[T | None], Generic[T]):
    """Shows facts that may be longer than the screen, and waits for one of the letters."""

    def __init__(
        self, title: SafeText, facts: Sequence[Fact], answers: Sequence[Answer[T]]
    ) -> None:
        """Esc answers `None`, whatever `answers` there are; Enter answers nothing."""
        super().__init__()
        self._question = title
        self._facts = tuple(facts)
        self._answers = {answer.key: answer for answer in answers}

    @override
    def compose(self) -> ComposeResult:
        keys = "  ".join(f"{answer.key} {answer.label}" for answer in self._answers.values())
        with framed(self._question, f"{keys}  Esc back"):
            yield FactLines(self._facts)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.character is not None and event.character in self._answers:
            event.stop()
            self.dismiss(self._answers[event.character].value)
