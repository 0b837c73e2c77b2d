"""A text goes to the agent's own editor and comes back, while everything else goes on."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from deskero_tui.domain.allowances import Allowances
from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.tui.terminal.lifecycle import LastingApp

if TYPE_CHECKING:
    from deskero_tui.tui.terminal.editor import EditedFile

T = TypeVar("T")

FILE_NAME: Final = "message.md"
"""By its end editors know that it is text."""
NOT_ALLOWED: Final = "This login may not run an editor: it could open a shell."

AT_ONCE_S: Final = 1.0
"""Nobody has read and left a text so soon: the editor runs elsewhere, and its file is gone."""
NEEDS_FLAG: Final = "one in a window needs a flag to wait, such as `code --wait`."


class Editing(LastingApp[T]):
    """An app that lends its terminal to an editor."""

    @property
    @abstractmethod
    def allowances(self) -> Allowances:
        """What this login may do."""

    async def edit_elsewhere(self, text: str, *, take: Callable[[str], None]) -> str:
        """Has the agent change `text` in their editor; says what came of it.

        `take` is handed the text that came back, if it is another one. When the console is told to
        end meanwhile, that is what was saved until then, and is taken before anything else is done.

        Raises:
            BadInput: Nothing came back that could be used.
        """
        from deskero_tui.tui.terminal.editor import editor_command, failure_of, lent

        if not self.allowances.may_run_programs:
            raise BadInput(NOT_ALLOWED)
        command = editor_command(os.environ)
        editor = safe_line(os.path.basename(command[0]), max_chars=60)
        with lent(text, name=FILE_NAME) as file:
            begun_s = SYSTEM_CLOCK.monotonic()
            try:
                code = await self.lend_terminal(
                    [*command, str(file.path)], on_cut=lambda: _take_what_is_saved(file, take)
                )
            except OSError as error:
                raise BadInput(f"{editor} cannot be run: {error.strerror}.") from error
            if code is None:
                return ""
            if code:
                raise BadInput(failure_of(editor, code))
            changed = file.taken_back()
        if changed is None and SYSTEM_CLOCK.monotonic() - begun_s < AT_ONCE_S:
            return f"{editor} came back at once and changed nothing; {NEEDS_FLAG}"
        if changed is None:
            return f"Nothing was changed in {editor}."
        take(changed)
        return f"The text is as {editor} left it."


def _take_what_is_saved(file: EditedFile, take: Callable[[str], None]) -> None:
    """Nobody is there any more who could be told that it is unusable; then the draft stays."""
    try:
        saved = file.rescued()
    except BadInput:
        return
    if saved is not None:
        take(saved)
