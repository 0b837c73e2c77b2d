"""Writing that is kept again and again, by more than one road at once."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.store.database import Database
from deskero_tui.sync.drafts import Drafts
from deskero_tui.tui.compose.autosave import DraftAutosaver
from deskero_tui.tui.compose.sessions import SAVE_EVERY_S, DraftSessions

KEY = DraftKey(TicketId("t1"), DraftKind.REPLY)


class Written:
    """What an agent types into."""

    def __init__(self) -> None:
        self.text = ""

    def draft(self) -> Draft:
        return Draft(text=self.text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def drafts(path: Path) -> Iterator[Drafts]:
    database = Database(path)
    yield Drafts(database, SYSTEM_CLOCK, lambda event: None)
    database.close()


@contextmanager
def another_writes(path: Path) -> Iterator[None]:
    """Another program is in the middle of writing: who wants to has to wait."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE").close()
        yield
        connection.execute("COMMIT").close()


async def test_savings_that_overlap_are_not_taken_for_another_consoles(
    drafts: Drafts, path: Path
) -> None:
    written = Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)
    written.text = "It leaves"
    assert not await keeper.save()
    with another_writes(path):
        written.text = "It leaves today"
        first = asyncio.create_task(keeper.save())
        await asyncio.sleep(0)
        written.text = "It leaves today."
        second = asyncio.create_task(keeper.save())
        await asyncio.sleep(0.05)
    assert [await first, await second] == [False, False]
    stored = await drafts.load(KEY)
    assert stored is not None
    assert stored.draft.text == "It leaves today."


@pytest.mark.parametrize("held_ms", [5, 20, 60])
async def test_what_is_saved_at_once_is_not_written_over_by_what_was_on_its_way(
    drafts: Drafts, path: Path, held_ms: int
) -> None:
    written = Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)
    written.text = "It leaves"
    await keeper.save()
    held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with another_writes(path):
            held.set()
            may_end.wait(held_ms / 1000)

    other = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.to_thread(held.wait)
    written.text = "It leaves today"
    on_its_way = asyncio.create_task(keeper.save())
    await asyncio.sleep(0.005)
    written.text = "It leaves today."
    keeper.save_now()
    assert await on_its_way is False
    await other
    written.text = "It leaves today. Yours,"
    assert await keeper.save() is False
    stored = await drafts.load(KEY)
    assert stored is not None
    assert stored.draft.text == "It leaves today. Yours,"


async def test_another_consoles_words_are_said_to_have_given_way(drafts: Drafts) -> None:
    written, theirs = Written(), Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)
    written.text = "ours"
    assert not await keeper.save()
    other = DraftAutosaver(drafts, KEY, theirs.draft, revision=1)
    theirs.text = "theirs"
    assert not await other.save()
    written.text = "ours, longer"
    assert await keeper.save()
    latest = (await drafts.versions(KEY))[0]
    assert latest.draft.text == "theirs"


# -- all that is open ------------------------------------------------------------------------------


class Told:
    """What the agent was told."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.came = asyncio.Event()

    def say(self, text: str, *, is_wrong: bool) -> None:
        self.sentences.append(text)
        self.came.set()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def keepers(told: Told, tmp_path: Path) -> DraftSessions:
    return DraftSessions([tmp_path / "rescued"], say=told.say, in_words=str, drafts_key=lambda: "d")


async def test_what_is_left_while_it_is_saved_is_not_taken_for_another_consoles(
    drafts: Drafts, path: Path, keepers: DraftSessions, told: Told
) -> None:
    written = Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)
    async with keepers.keeping(keeper):
        written.text = "It leaves"
        await keepers.keep(keeper)
        with another_writes(path):
            written.text = "It leaves today"
            # The next saving by the clock has begun, and waits.
            await asyncio.sleep(SAVE_EVERY_S + 0.1)
        written.text = "It leaves today."
    assert told.sentences == []
    stored = await drafts.load(KEY)
    assert stored is not None
    assert stored.draft.text == "It leaves today."


async def test_a_fault_while_saving_is_told_at_once(
    drafts: Drafts, keepers: DraftSessions, told: Told
) -> None:
    written = Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)

    async def write() -> None:
        async with keepers.keeping(keeper):
            del written.text
            await asyncio.wait_for(told.came.wait(), 10)
            assert "is not kept" in told.sentences[0]

    with pytest.raises(AttributeError):
        await write()


async def test_words_rescued_at_once_stay_rescued_until_the_store_has_them(
    drafts: Drafts, path: Path, keepers: DraftSessions, told: Told
) -> None:
    written = Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)
    async with keepers.keeping(keeper):
        with another_writes(path):
            written.text = "It leaves"
            on_its_way = asyncio.create_task(keepers.keep(keeper))
            await asyncio.sleep(0.01)
            written.text = "It leaves today."
            # Waits for a moment only, and then puts the words elsewhere.
            keepers.keep_all_now()
            [place] = keepers.rescued
            assert place.read_text() == "It leaves today."
        await on_its_way
        stored = await drafts.load(KEY)
        assert stored is not None
        assert stored.draft.text == "It leaves today."
        assert keepers.rescued == []
    assert told.sentences[-1] == "The text is in the store again."


def hold_up_the_loop() -> None:
    """What is under way on a thread comes to its end, and nobody hears of it yet."""
    time.sleep(0.2)


async def test_what_could_not_be_saved_at_once_behind_a_saving_is_no_other_consoles(
    drafts: Drafts, path: Path, keepers: DraftSessions, told: Told
) -> None:
    written = Written()
    keeper = DraftAutosaver(drafts, KEY, written.draft, revision=None)
    async with keepers.keeping(keeper):
        written.text = "It"
        await keepers.keep(keeper)
        written.text = "It leaves"
        on_its_way = asyncio.create_task(keepers.keep(keeper))
        await asyncio.sleep(0)
        hold_up_the_loop()
        with another_writes(path):
            written.text = "It leaves today."
            keepers.keep_all_now()
        await on_its_way
        assert keepers.rescued == []
    assert told.sentences[-1] == "The text is in the store again."
    assert not any("Another console" in sentence for sentence in told.sentences)
    stored = await drafts.load(KEY)
    assert stored is not None
    assert stored.draft.text == "It leaves today."
