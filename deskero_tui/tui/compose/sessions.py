"""What is being written in this console is kept: in the store, or elsewhere where that fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.tui.compose.rescue import Rescue

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.drafts import DraftKey
    from deskero_tui.sync.drafts import Drafts
    from deskero_tui.tui.compose.autosave import DraftAutosaver

_log = logging.getLogger(__name__)

SAVE_EVERY_S: Final = 0.8
"""A word is on the disk at most so long after its last key."""


class Say(Protocol):
    """Says one sentence about what is being written, where the agent looks and where it stays."""

    def __call__(self, text: str, *, is_wrong: bool) -> None: ...


class DraftSessions:
    """What is open to be written in. Lives on the event loop."""

    def __init__(
        self,
        rescue_folders: Sequence[Path],
        *,
        account: str = "",
        say: Say,
        in_words: Callable[[Path], str],
        drafts_key: Callable[[], str],
    ) -> None:
        """Words that the store does not take go to the first of `rescue_folders` that works, under
        a name with `account` in it; `in_words` tells where that is. `drafts_key` names the key
        of all drafts.
        """
        self._rescue = Rescue(rescue_folders, account=account)
        self._say = say
        self._in_words = in_words
        self._way_to_drafts = drafts_key
        self._open: list[DraftAutosaver] = []
        self._astray: set[DraftKey] = set()
        """Whose last words the store did not take."""
        self._lost: set[DraftKey] = set()
        """Those of them that are kept nowhere."""

    @property
    def rescued(self) -> list[Path]:
        """Where words lie that the store did not take, the first rescued first."""
        return self._rescue.places

    async def bring_back(self, drafts: Drafts) -> None:
        """Make drafts of words that an earlier console could not put into the store, and say so."""
        from deskero_tui.domain.outbox.drafts import Draft

        count = 0
        for left in await asyncio.to_thread(lambda: list(self._rescue.left_behind())):
            try:
                known = await drafts.load(left.key)
                if left.text.strip() and (known is None or known.draft.text != left.text):
                    await drafts.save(left.key, Draft(text=left.text))
                    count += 1
            except DeskeroError:
                where = self._in_words(left.place)
                self._say(
                    f"Text of an earlier console is {where}, not in the store.", is_wrong=True
                )
                return
            self._rescue.forget(left)
        if count:
            self._say(
                "Text that an earlier console could not store is a draft again: "
                f"{self._way_to_drafts()} lists it.",
                is_wrong=True,
            )

    @asynccontextmanager
    async def keeping(self, keeper: DraftAutosaver) -> AsyncIterator[None]:
        """Keeps a piece of writing on the disk for as long as it is open, and at its end."""
        is_left = asyncio.Event()
        self._open.append(keeper)
        saving = asyncio.create_task(self._keep_until(is_left, keeper), name="draft-keeper")
        saving.add_done_callback(self._saving_ended)
        try:
            yield
        finally:
            is_left.set()
            try:
                await saving
            finally:
                self._open.remove(keeper)

    async def _keep_until(self, is_left: asyncio.Event, keeper: DraftAutosaver) -> None:
        """Never cancelled: a saving that has begun comes to its end before the next, and one that
        begins after it was left is the last.
        """
        is_last = False
        while not is_last:
            with suppress(TimeoutError):
                await asyncio.wait_for(is_left.wait(), SAVE_EVERY_S)
            is_last = is_left.is_set()
            await self.keep(keeper)

    def _saving_ended(self, saving: asyncio.Task[None]) -> None:
        """One that has met a fault of ours says so: nothing else tells that it saves no more."""
        error = None if saving.cancelled() else saving.exception()
        if error is not None:
            _log.error("a draft is kept no longer", exc_info=error)
            self._say(
                "The console has met a fault of its own: what you write now is not kept. "
                "Copy it and start anew.",
                is_wrong=True,
            )

    async def keep(self, keeper: DraftAutosaver) -> None:
        """Saves what is new, and says what came of it where that is to be known."""
        try:
            has_displaced = await keeper.save()
        except DeskeroError as error:
            self._rescue_words(keeper, error)
            return
        self._note_kept(keeper)
        if has_displaced:
            self._say(
                "Another console has written here, too. Its text is kept: "
                f"{self._way_to_drafts()} lists it.",
                is_wrong=True,
            )

    def is_kept(self, keeper: DraftAutosaver) -> bool:
        """Whether the words lie anywhere, as far as saving them was tried."""
        return keeper.key not in self._lost

    def keep_all_now(self) -> None:
        """Puts every open piece of writing on the disk before anything else happens."""
        for keeper in self._open:
            try:
                keeper.save_now()
            except DeskeroError as error:
                self._rescue_words(keeper, error)
            else:
                self._note_kept(keeper)

    def _note_kept(self, keeper: DraftAutosaver) -> None:
        """The store has them: what was done instead has an end."""
        if keeper.key in self._astray:
            self._astray.discard(keeper.key)
            self._lost.discard(keeper.key)
            self._rescue.settle(keeper.key)
            if not keeper.is_over:
                self._say("The text is in the store again.", is_wrong=False)

    def _rescue_words(self, keeper: DraftAutosaver, error: DeskeroError) -> None:
        """Puts words that the store does not take into a file of their own, and says where."""
        known = len(self._rescue.places)
        self._astray.add(keeper.key)
        self._lost.discard(keeper.key)
        try:
            place = keeper.rescue(self._rescue)
        except OSError as trouble:
            self._lost.add(keeper.key)
            said = f"The text is kept nowhere ({trouble.strerror}). {error.user_message}"
        else:
            said = f"The text is {self._in_words(place)}, not in the store. {error.user_message}"
        if len(self._rescue.places) != known:
            _log.error("a draft could not be kept: %s", error.detail or error.user_message)
        self._say(said, is_wrong=True)
