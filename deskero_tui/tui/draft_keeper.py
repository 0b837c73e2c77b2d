"""Keeps what is being written on the disk while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from deskero_tui.domain.drafts import Draft, DraftKey, Saved
from deskero_tui.sync.drafts import Drafts
from deskero_tui.tui.rescue import Rescue


class DraftKeeper:
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
        self._saved_at_once = 0
        """How often; what was on its way to the store then is older, and must not come after it."""

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
        async with self._saving:
            draft = self._read()
            if self._is_over or draft == self._kept:
                return False
            at_once = self._saved_at_once
            saved = await self._drafts.save(
                self.key,
                draft,
                revision=self._revision,
                is_outdated=lambda: self._saved_at_once != at_once,
            )
            if self._saved_at_once != at_once:
                return False
            return self._note(draft, saved)

    def save_now(self) -> None:
        """As `save`, at once on the calling thread.

        Raises:
            StoreBroken: It cannot be written.
        """
        draft = self._read()
        if not self._is_over and draft != self._kept:
            self._saved_at_once += 1
            self._note(draft, self._drafts.save_now(self.key, draft, revision=self._revision))

    def rescue(self, rescue: Rescue) -> Path:
        """Puts the words where the store is not needed; where they lie.

        Raises:
            OSError: That is not possible either.
        """
        return rescue.keep(self.key, self._read())

    def _note(self, draft: Draft, saved: Saved) -> bool:
        self._kept, self._revision = draft, saved.revision
        return saved.displaced
