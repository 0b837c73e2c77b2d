"""Keeps what is being written on the disk while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from deskero_tui.domain.outbox.drafts import Draft, DraftKey, Saved
from deskero_tui.sync.drafts import Drafts
from deskero_tui.tui.compose.rescue import Rescue


class DraftAutosaver:
    """One open piece of writing. Lives on the event loop.

    The screens change their draft in place; the app asks its keepers to save by the clock, when the
    screen closes, and at once when the line goes.
    """

    def __init__(
        self,
        drafts: Drafts,
        key: DraftKey,
        read: Callable[[], Draft],
        *,
        revision: int | None,
    ) -> None:
        """`read` gives the draft as it is now; `revision` is that of what was loaded."""
        self.key = key
        self._drafts = drafts
        self._read = read
        self._revision = revision
        self._kept = read()
        self._is_over = False
        self._saving = asyncio.Lock()
        self._tried_at_once = self._done_at_once = 0
        """How often it was saved at once, or was to be: what was on its way to the store then is
        older, and must not come after it.
        """

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is to be kept any more."""
        return self._is_over

    def end(self) -> None:
        """It has gone into the outbox, or is thrown away: what the screen still holds must not
        become a draft.
        """
        self._is_over = True

    async def save(self) -> bool:
        """Saves if anything is new; whether another console's text had to give way for it.

        May be called while it is under way, but must not be cancelled: what was written then would
        be taken for another console's.

        Raises:
            StoreBroken: It cannot be written.
        """
        has_displaced = False
        async with self._saving:
            while not self._is_over and (draft := self._read()) != self._kept:
                at_once = self._tried_at_once
                has_displaced |= await self._save_once(draft)
                if self._tried_at_once == at_once:
                    break
                # What was tried meanwhile may have failed: then it is still to be kept.
        return has_displaced

    async def _save_once(self, draft: Draft) -> bool:
        tried, done = self._tried_at_once, self._done_at_once
        is_written = False

        def is_outdated() -> bool:
            nonlocal is_written
            is_written = self._tried_at_once == tried
            return not is_written

        saved = await self._drafts.save(
            self.key, draft, revision=self._revision, is_outdated=is_outdated
        )
        # What was saved at once since is later, and knows the revision.
        return self._note(draft, saved) if is_written and self._done_at_once == done else False

    def save_now(self) -> None:
        """As `save`, at once on the calling thread.

        Raises:
            StoreBroken: It cannot be written.
        """
        draft = self._read()
        if not self._is_over and draft != self._kept:
            self._tried_at_once += 1
            self._note(draft, self._drafts.save_now(self.key, draft, revision=self._revision))
            self._done_at_once += 1

    def rescue(self, rescue: Rescue) -> Path:
        """Puts the words where the store is not needed; where they lie.

        Raises:
            OSError: That is not possible either.
        """
        return rescue.keep(self.key, self._read())

    def _note(self, draft: Draft, saved: Saved) -> bool:
        self._kept, self._revision = draft, saved.revision
        return saved.displaced
