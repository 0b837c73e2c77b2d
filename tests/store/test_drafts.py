"""No word is lost: drafts, their versions, and the way through the outbox and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

import pytest

from deskero_tui.domain.errors import BadInput, Missing
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.contents import ReplyContent
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind, Saved, VersionId
from deskero_tui.domain.outbox.items import Happening, ItemId
from deskero_tui.domain.outbox.merge import Baseline
from deskero_tui.store import drafts, outbox
from deskero_tui.store.database import Database
from deskero_tui.store.outbox import NewItem

T = TypeVar("T")

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = DraftKey(TicketId("t1"), DraftKind.REPLY)
NOTE = DraftKey(TicketId("t1"), DraftKind.NOTE)
NEW = DraftKey(None, DraftKind.CREATE)
SEEN = Baseline(("customer c1 1",), "opened", AgentId("a1"))
FULL = Draft(
    text="Dear Tom,\n\té",
    files=(Path("/tmp/a b.txt"),),
    status_after="solved",
    remind="tomorrow 9",
    remind_whom=AgentId("a2"),
    fields={"subject": "Key"},
    baseline=SEEN,
)


class Desktop:
    """Saves as a console does: knows the revision of its last saving."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.revision: int | None = None

    def run(self, function: Callable[[Connection], T]) -> T:
        return self.database.write_now(function)

    def save(self, draft: Draft | str, key: DraftKey = KEY) -> Saved:
        written = Draft(text=draft) if isinstance(draft, str) else draft
        saved = self.run(
            lambda c: drafts.save(c, key, written, at=self.now, revision=self.revision)
        )
        self.revision = saved.revision
        return saved

    def text(self, key: DraftKey = KEY) -> str | None:
        stored = self.run(lambda c: drafts.load(c, key))
        return stored.draft.text if stored else None

    def versions(self) -> list[str]:
        return [one.draft.text for one in self.run(drafts.versions)]

    def send(self, text: str = "hello", key: DraftKey = KEY) -> int:
        new = NewItem(ticket_id=key.ticket_id, content=ReplyContent(text, AgentId("a1")), at=NOW)

        def queue(connection: Connection) -> int:
            item_id = outbox.add(connection, new)
            drafts.send(connection, key, item_id, Draft(text=text), at=NOW)
            return item_id

        return self.run(queue)


@pytest.fixture
def desktop(database: Database) -> Desktop:
    return Desktop(database)


def test_a_draft_is_read_as_it_was_written(desktop: Desktop) -> None:
    desktop.save(FULL)
    desktop.save("a note", NOTE)
    stored = desktop.run(lambda c: drafts.load(c, KEY))
    assert stored is not None
    assert (stored.draft, stored.changed_at, stored.revision) == (FULL, NOW, 1)
    assert desktop.text(NOTE) == "a note"
    assert desktop.text(NEW) is None


def test_the_latest_draft_is_listed_first(desktop: Desktop) -> None:
    desktop.save("older")
    desktop.now += timedelta(seconds=5)
    desktop.revision = None
    desktop.save("newer", NEW)
    assert [one.key for one in desktop.run(drafts.all_drafts)] == [NEW, KEY]


def test_the_first_baseline_stays(desktop: Desktop) -> None:
    desktop.save(FULL)
    desktop.save(Draft(text="more", baseline=Baseline((), "closed", None)))
    stored = desktop.run(lambda c: drafts.load(c, KEY))
    assert stored is not None
    assert stored.draft.baseline == SEEN


def test_saving_the_same_again_is_no_change(desktop: Desktop) -> None:
    assert desktop.save("x").revision == desktop.save("x").revision
    assert desktop.versions() == []


def test_versions_are_kept_once_a_minute(desktop: Desktop) -> None:
    for second in range(0, 140, 10):
        desktop.now = NOW + timedelta(seconds=second)
        desktop.save("word " * (second + 1))
    assert len(desktop.versions()) == 3


def test_a_clock_that_was_set_back_does_not_stop_versions(desktop: Desktop) -> None:
    desktop.save("one")
    desktop.save("one two")
    desktop.now -= timedelta(days=1)
    desktop.save("one two three")
    assert desktop.versions() == ["one two", "one"]


def test_what_is_replaced_at_once_is_a_version_and_what_is_mended_is_none(
    desktop: Desktop,
) -> None:
    desktop.save("one")
    desktop.save("one long answer to Tom")
    desktop.save("one long answer to dear Tom")
    assert desktop.versions() == ["one"]
    desktop.save("what another program made of all of it")
    assert desktop.versions() == ["one long answer to dear Tom", "one"]


def test_what_is_emptied_can_be_brought_back(desktop: Desktop) -> None:
    desktop.save("a long answer to Tom")
    desktop.save("a long answer to Tom, and more")
    desktop.save("")
    assert desktop.text() is None
    assert desktop.versions()[0] == "a long answer to Tom, and more"
    latest = desktop.run(drafts.versions)[0]
    desktop.run(lambda c: drafts.bring_back(c, latest.id, at=NOW))
    assert desktop.text() == "a long answer to Tom, and more"


def test_bringing_back_keeps_what_is_there(desktop: Desktop) -> None:
    desktop.save("the whole letter")
    desktop.save("no")
    [version] = desktop.run(drafts.versions)
    desktop.run(lambda c: drafts.bring_back(c, version.id, at=NOW))
    assert desktop.text() == "the whole letter"
    assert desktop.versions() == ["no", "the whole letter"]
    with pytest.raises(Missing):
        desktop.run(lambda c: drafts.bring_back(c, VersionId(99), at=NOW))


def test_versions_go_after_a_day(desktop: Desktop) -> None:
    desktop.save("long enough")
    desktop.save("")
    desktop.run(lambda c: drafts.forget_old_versions(c, now=NOW + timedelta(hours=23)))
    assert desktop.versions() == ["long enough"]
    desktop.run(lambda c: drafts.forget_old_versions(c, now=NOW + timedelta(hours=25)))
    assert desktop.versions() == []


def test_two_consoles_on_one_draft_notice_each_other(database: Database) -> None:
    first, second = Desktop(database), Desktop(database)
    first.save("from the first")
    second.revision = first.revision
    assert not second.save("from the second").displaced
    assert first.save("from the first, more").displaced
    assert "from the second" in first.versions()


def test_a_forgotten_draft_stays_as_a_version(desktop: Desktop) -> None:
    desktop.save("x")
    assert desktop.run(lambda c: drafts.forget(c, KEY, at=NOW))
    assert not desktop.run(lambda c: drafts.forget(c, KEY, at=NOW))
    assert (desktop.text(), desktop.versions()) == (None, ["x"])


def test_a_draft_in_the_outbox_is_not_offered_and_not_sent_twice(desktop: Desktop) -> None:
    desktop.save("hello")
    desktop.send()
    assert desktop.text() is None
    assert desktop.run(drafts.all_drafts) == []
    assert not desktop.run(lambda c: drafts.forget(c, KEY, at=NOW))
    with pytest.raises(BadInput, match="outbox already"):
        desktop.send()


def test_a_late_saving_of_the_same_words_leaves_it_there(desktop: Desktop) -> None:
    desktop.save("hello")
    desktop.send()
    desktop.save("hello")
    assert desktop.text() is None
    desktop.save("something new")
    assert desktop.text() == "something new"


def test_an_emptied_saving_does_not_touch_what_is_in_the_outbox(desktop: Desktop) -> None:
    desktop.save("hello")
    desktop.send()
    desktop.save("")
    given = Draft(text="hello")
    desktop.run(lambda c: drafts.give_back(c, KEY, given, at=NOW))
    assert desktop.text() == "hello"


def test_a_draft_goes_when_its_item_was_sent_and_another_begun_meanwhile_stays(
    desktop: Desktop,
) -> None:
    desktop.save("hello")
    item_id = ItemId(desktop.send())
    desktop.save("the next one")

    def arrive(connection: Connection) -> None:
        outbox.move(connection, item_id, Happening.CLAIMED, at=NOW)
        outbox.move(connection, item_id, Happening.CONFIRMED, at=NOW)

    desktop.run(arrive)
    assert desktop.text() == "the next one"


def test_giving_back_joins_files_and_words(desktop: Desktop) -> None:
    desktop.send("first")
    desktop.save(Draft(text="second", files=(Path("/b"),)))
    given = Draft(text="first", files=(Path("/a"), Path("/b")))
    desktop.run(lambda c: drafts.give_back(c, KEY, given, at=NOW))
    stored = desktop.run(lambda c: drafts.load(c, KEY))
    assert stored is not None
    assert stored.draft.text == "first\n\nsecond"
    assert stored.draft.files == (Path("/a"), Path("/b"))
