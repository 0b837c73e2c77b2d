"""Drafts as a front end uses them: saved while typing, listed, thrown away, brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.outbox.drafts import Saved
from deskero_tui.store import drafts
from deskero_tui.store.database import Database
from deskero_tui.sync.events import DraftsChanged, Event

if TYPE_CHECKING:
    from sqlite3 import Connection

    from deskero_tui.domain.outbox.drafts import (
        Draft,
        DraftKey,
        DraftVersion,
        StoredDraft,
        VersionId,
    )


class Drafts:
    """The drafts of one account. Lives on the event loop; works without a connection."""

    def __init__(self, database: Database, clock: Clock, tell: Callable[[Event], None]) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell

    async def load(self, key: DraftKey) -> StoredDraft | None:
        """What was written so far; `None` when there is nothing, or when it is in the outbox."""
        return await self._database.read(lambda c: drafts.load(c, key))

    async def list(self) -> Sequence[StoredDraft]:
        """Every draft that is not in the outbox, the latest first."""
        return await self._database.read(drafts.all_drafts)

    async def save(
        self,
        key: DraftKey,
        draft: Draft,
        *,
        revision: int | None = None,
        is_outdated: Callable[[], bool] = lambda: False,
    ) -> Saved:
        """Keeps what is written; it is on the disk when this comes back.

        `revision` is that of the last load or save, `None` for a draft that was begun here. When
        another program changed it meanwhile the answer says so, and its text is a version. The
        first baseline stays whatever a later saving brings. One that says nothing goes.

        `is_outdated` is asked on the writer thread when it is the turn of this saving, which may
        have waited; if it is, nothing is changed.

        Raises:
            StoreBroken: It cannot be written.
        """
        at = self._clock.now()

        def write(connection: Connection) -> Saved:
            if is_outdated():
                return Saved(revision or 0, displaced=False)
            return drafts.save(connection, key, draft, at=at, revision=revision)

        saved = await self._database.write(write, durable=True)
        self._note(saved, draft)
        return saved

    def save_now(self, key: DraftKey, draft: Draft, *, revision: int | None = None) -> Saved:
        """As `save`, at once on the calling thread: for a hang-up or another last moment."""
        at = self._clock.now()
        saved = self._database.write_now(
            lambda c: drafts.save(c, key, draft, at=at, revision=revision), durable=True
        )
        self._note(saved, draft)
        return saved

    async def forget(self, key: DraftKey) -> None:
        """Throws a draft away; for a day its last version can be brought back."""
        at = self._clock.now()
        if await self._database.write(lambda c: drafts.forget(c, key, at=at), durable=True):
            self._tell(DraftsChanged())

    async def versions(self, key: DraftKey | None = None) -> Sequence[DraftVersion]:
        """Texts of the last day that were replaced, the latest first; of all when no key is given.

        At most one for each minute of writing, and one whenever much was taken away or replaced.
        """
        return await self._database.read(lambda c: drafts.versions(c, key))

    async def bring_back(self, version: VersionId) -> StoredDraft:
        """Makes an earlier text the draft again; what is there now becomes a version.

        Raises:
            Missing: It is no longer kept.
        """
        at = self._clock.now()
        stored = await self._database.write(
            lambda c: drafts.bring_back(c, version, at=at), durable=True
        )
        self._tell(DraftsChanged())
        return stored

    def _note(self, saved: Saved, draft: Draft) -> None:
        if saved.revision == 1 or saved.displaced or not draft.says_anything:
            self._tell(DraftsChanged())
