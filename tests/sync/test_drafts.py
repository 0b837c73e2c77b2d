"""Drafts as a front end uses them: durable, listed, and told when there is something to show."""

from __future__ import annotations

import pytest

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.store.database import Database
from deskero_tui.sync.drafts import Drafts
from deskero_tui.sync.events import DraftsChanged, Event
from tests.support.desk_double import MovableClock

KEY = DraftKey(TicketId("t1"), DraftKind.REPLY)


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def drafts(database: Database, told: list[Event]) -> Drafts:
    return Drafts(database, MovableClock(), told.append)


async def test_a_draft_is_there_after_the_program_has_ended(
    drafts: Drafts, database: Database
) -> None:
    await drafts.save(KEY, Draft(text="half"))
    opened = Database(database.path)
    [stored] = await Drafts(opened, MovableClock(), lambda event: None).list()
    assert (stored.key, stored.draft.text) == (KEY, "half")
    opened.close()


async def test_the_last_moment_needs_no_loop(drafts: Drafts) -> None:
    saved = drafts.save_now(KEY, Draft(text="half"))
    stored = await drafts.load(KEY)
    assert stored is not None
    assert stored.revision == saved.revision


async def test_beginning_and_ending_are_told_and_writing_on_is_not(
    drafts: Drafts, told: list[Event]
) -> None:
    saved = await drafts.save(KEY, Draft(text="h"))
    saved = await drafts.save(KEY, Draft(text="half"), revision=saved.revision)
    assert told == [DraftsChanged()]
    await drafts.forget(KEY)
    await drafts.forget(KEY)
    assert told == [DraftsChanged()] * 2


async def test_what_was_thrown_away_comes_back(drafts: Drafts, told: list[Event]) -> None:
    await drafts.save(KEY, Draft(text="half"))
    await drafts.forget(KEY)
    [version] = await drafts.versions(KEY)
    assert (await drafts.bring_back(version.id)).draft.text == "half"
    assert told[-1] == DraftsChanged()
    stored = await drafts.load(KEY)
    assert stored is not None
    assert stored.draft.text == "half"


async def test_another_program_on_the_same_draft_is_noticed(
    drafts: Drafts, told: list[Event]
) -> None:
    saved = await drafts.save(KEY, Draft(text="ours"))
    await drafts.save(KEY, Draft(text="theirs"), revision=saved.revision)
    told.clear()
    assert (await drafts.save(KEY, Draft(text="ours, more"), revision=saved.revision)).displaced
    assert told == [DraftsChanged()]
    assert (await drafts.versions())[0].draft.text == "theirs"
