"""The sample company: the same every time, and true to the rules of the desk."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.server.sample.data import Sample, fill_when_empty
from deskero_tui.server.sample.files import pdf, png
from deskero_tui.server.sample.specials import SPECIALS
from deskero_tui.server.storage.engine import Database
from tests.server.calling import Caller
from tests.support.running_desk import FIXED_ANCHOR, RunningDesk

ANCHOR_MS = int(FIXED_ANCHOR.timestamp() * 1000)


@pytest.fixture(scope="module")
def tickets(sample: Caller) -> list[dict[str, Any]]:
    return sample.found(limit=200)


def test_same_size_and_anchor_give_the_same_rows() -> None:
    assert Sample(90, ANCHOR_MS).rows == Sample(90, ANCHOR_MS).rows


@pytest.mark.parametrize("size", [1, 2, 7])
def test_small_samples_work_too(tmp_path: Path, size: int) -> None:
    with RunningDesk(tmp_path, demo_tickets=size) as desk, Caller(desk) as caller:
        assert len(caller.found()) == size


def test_filled_database_is_left_alone(tmp_path: Path) -> None:
    with RunningDesk(tmp_path, demo_tickets=3):
        pass
    with RunningDesk(tmp_path, demo_tickets=50) as desk, Caller(desk) as caller:
        assert len(caller.found()) == 3


def test_moments_follow_each_other(tickets: list[dict[str, Any]]) -> None:
    for ticket in tickets:
        replied = [reply["replyDate"] for reply in ticket["replies"]]
        moments = [ticket["insertDate"], *replied]
        assert moments == sorted(moments)
        assert max(moments) <= ticket["managedDate"] <= ANCHOR_MS
        assert (ticket["closedDate"] is not None) == (ticket["status"]["status"] == "closed")
    ages_ms = [ANCHOR_MS - ticket["insertDate"] for ticket in tickets]
    assert min(ages_ms) < 3_600_000
    assert max(ages_ms) > 100 * 86_400_000


def test_reply_flags_follow_the_last_word(tickets: list[dict[str, Any]]) -> None:
    for ticket in tickets:
        last = ticket["replies"][-1] if ticket["replies"] else None
        by_customer = last is None or last["replyFromCustomer"] is not None
        assert (ticket["toReply"], ticket["toReplyCustomer"]) == (by_customer, not by_customer)
        assert ticket["numberOfReplies"] == len(ticket["replies"])


def test_company_shows_the_range_of_a_real_one(
    sample: Caller, tickets: list[dict[str, Any]]
) -> None:
    assert {t["status"]["status"] for t in tickets} == {"opened", "onhold", "solved", "closed"}
    assert {t["type"]["type"] for t in tickets} == {"incident", "request", "task", "notify"}
    assert max(t["numberOfReplies"] for t in tickets) >= 60
    reminders = [n["remindMe"] for t in tickets for n in t["ticketNotes"] if n["remindMe"]]
    assert min(reminders) < ANCHOR_MS < max(reminders)
    for member in ("cc", "tags", "customFields", "group", "assignedTo"):
        filled = sum(bool(ticket[member]) for ticket in tickets)
        assert 0 < filled < len(tickets), member
    agents = sample.found("/agent/list")
    assert 6 <= len(agents) <= 8
    assert {c["language"] for c in sample.found("/customer/list", limit=200)} == {
        *("en", "it", "es", "fr")
    }


def test_hostile_texts_arrive_letter_for_letter(
    sample: Caller, tickets: list[dict[str, Any]]
) -> None:
    by_subject = {ticket["subject"]: ticket for ticket in tickets}
    for special in SPECIALS:
        ticket = by_subject[special.story.subject]
        assert ticket["description"] == special.story.turns[0]
        for attached, (name, _, content) in zip(
            ticket["attachedDocuments"], special.files, strict=True
        ):
            assert attached["documentName"] == name
            assert sample.http.get(attached["documentURL"]).content == content


def test_png_is_a_whole_picture() -> None:
    picture = png(1, 2, 3)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    start = picture.index(b"IDAT") + 4
    size = int.from_bytes(picture[start - 8 : start - 4], "big")
    assert len(zlib.decompress(picture[start : start + size])) == 48 * (1 + 48 * 3)


def test_pdf_index_points_at_its_objects() -> None:
    document = pdf("A (b) \\ c")
    index = int(document.split(b"startxref\n")[1].split(b"\n")[0])
    assert document[index:].startswith(b"xref")
    offsets = [int(line[:10]) for line in document[index:].split(b"\n")[3:8]]
    for number, offset in enumerate(offsets, start=1):
        assert document[offset:].startswith(b"%d 0 obj" % number)


def test_ten_thousand_tickets_take_seconds(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'large.db'}")
    try:
        database.write_now(lambda connection: fill_when_empty(connection, 10_000, FIXED_ANCHOR))
    finally:
        database.close()
