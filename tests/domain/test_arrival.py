"""A message of ours is recognised however a desk has changed it, and no other is taken for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deskero_tui.domain.ids import AgentId, CustomerId, TypeId
from deskero_tui.domain.outbox.arrival import (
    Arrival,
    arrivals,
    has_files,
    is_changed_form,
    resembles,
    resembles_ticket,
    seen_on,
)
from deskero_tui.domain.outbox.contents import NoteContent, ReplyContent
from deskero_tui.domain.outbox.outgoing import NewTicket
from deskero_tui.domain.outbox.seen import read_seen, seen_json
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.text.html import text_to_html
from deskero_tui.domain.time.epoch import to_ms

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ME = AgentId("a1")
TEXT = (
    'Dear Tom,\n\nyour parcel 4711 left Zürich on 3 May – it isn\'t lost. "Tracking" will show it '
    "tomorrow \U0001f642.\n\nKind regards\nInes"
)
REPLY = ReplyContent(TEXT, ME)


def wire_reply(text: str, **members: Any) -> dict[str, Any]:
    return {"text": text, "replyFromOperator": {"id": "a1"}, "replyDate": to_ms(NOW), **members}


def ticket(**members: Any) -> Ticket:
    return Ticket.model_validate({"id": "t1", "openedBy": {"id": "c1"}, **members})


def found_in(*replies: dict[str, Any], before: Ticket | None = None) -> list[Arrival]:
    seen = seen_on(before or ticket(), NOW)
    return arrivals(REPLY, (), seen, ticket(replies=list(replies)))


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "as HTML": text_to_html,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "with a signature": lambda text: f"{text}\n\n--\nAcme Support\nwww.acme.example\n+39 02 1234",
    "with a greeting": lambda text: f"Hello!\n\n{text}",
    "with a banner": lambda text: f"##- Please reply above this line -##\n{text}",
    "with typographic quotes": lambda text: text.replace('"', "\u201c").replace("'", "\u2019"),
    "with plain dashes": lambda text: text.replace("\u2013", "-"),
    "cut": lambda text: text[:70],
    "cut with an ellipsis": lambda text: text[:70] + "\u2026",
    "in latin-1": lambda text: text.encode("latin-1", "replace").decode("latin-1"),
    "in ascii": lambda text: text.encode("ascii", "replace").decode("ascii"),
    "without emoji": lambda text: text.replace("\U0001f642", ""),
    "with numbers masked": lambda text: "".join("*" if s.isdigit() else s for s in text),
    "in one line": lambda text: " ".join(text.split()),
    "escaped twice": lambda text: text_to_html(text_to_html(text)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_text_is_recognised_however_the_desk_has_changed_it(way: Callable[[str], str]) -> None:
    assert resembles(TEXT, way(TEXT))
    assert found_in(wire_reply(way(TEXT))) == [Arrival(way(TEXT), True)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Done.", "I have not done anything yet, please wait."),
        ("Yes", "Yesterday"),
        ("Done, thanks a lot.", "Thanks a lot for the picture, I will have a look."),
        ("ok", ""),
        ("", ""),
        ("", "some text"),
        (TEXT, "Dear Tom,\n\nthank you for your patience.\n\nKind regards\nInes"),
        (TEXT, "Your order 4711 has been cancelled."),
        ("Sent the key by post.", "Called them."),
    ],
)
def test_another_text_is_not_ours(ours: str, theirs: str) -> None:
    assert not resembles(ours, theirs)


@given(st.text())
def test_any_text_resembles_itself_as_html_too(text: str) -> None:
    has_signs = bool(text.strip())
    if has_signs and resembles(text, text):
        assert resembles(text, text_to_html(text))


@given(st.text(), st.text())
@example("<" * 500, ">" * 500)
def test_comparing_never_fails(ours: str, theirs: str) -> None:
    resembles(ours, theirs)
    is_changed_form(ours, theirs)


def test_long_texts_are_compared_in_good_time() -> None:
    words = " ".join(f"word{number % 97}" for number in range(40_000))
    assert resembles(words, words[: len(words) // 2])
    assert not resembles(words, "x " * 40_000)
    assert not resembles("x y z " * 20_000, "x " * 40_000)


def test_common_words_in_a_long_text_are_no_proof() -> None:
    ours = "Your parcel is on the way to you and it will be there on Monday."
    theirs = " ".join(
        f"The parcel {n} of you and me is here on the table to the left." for n in range(99)
    )
    assert not resembles(ours, theirs)
    assert resembles(ours, f"{theirs} {ours} {theirs}")


def test_what_was_there_before_is_no_proof() -> None:
    before = ticket(replies=[wire_reply(TEXT)])
    assert found_in(wire_reply(TEXT), before=before) == []
    assert len(found_in(wire_reply(TEXT), wire_reply(TEXT), before=before)) == 1


def test_a_message_of_another_agent_or_of_the_customer_is_no_proof() -> None:
    assert found_in(wire_reply(TEXT, replyFromOperator={"id": "a2"})) == []
    customer = {"id": "c1", "name": "Tom"}
    assert found_in(wire_reply(TEXT, replyFromOperator=None, replyFromCustomer=customer)) == []
    assert len(found_in(wire_reply(TEXT, replyFromOperator=None))) == 1


def test_a_note_is_no_reply_and_needs_no_author() -> None:
    note = NoteContent("Called them.", ME, ME, NOW)
    after = ticket(
        replies=[wire_reply("Called them.")], ticketNotes=[{"id": "n1", "note": "Called them."}]
    )
    assert len(arrivals(note, (), seen_on(ticket(), NOW), after)) == 1
    assert arrivals(note, (), seen_on(after, NOW), after) == []
    other = ticket(ticketNotes=[{"id": "n1", "note": "Called them.", "insertBy": "a2"}])
    assert arrivals(note, (), seen_on(ticket(), NOW), other) == []


def test_an_old_message_that_the_desk_had_hidden_is_no_proof() -> None:
    """A desk that shows its last replies only may show others the next time."""
    old = wire_reply(TEXT, replyDate=to_ms(NOW - timedelta(days=3)))
    hidden = ticket(numberOfReplies=30, replies=[])
    assert found_in(old, before=hidden) == []
    assert len(found_in(wire_reply(TEXT), before=hidden)) == 1
    assert len(found_in(wire_reply(TEXT, replyDate=None), before=hidden)) == 1
    assert len(found_in(old)) == 1, "a desk whose clock is slow and that hid nothing"


FILES = [{"documentId": "d1", "documentName": "Rechnung Mai.pdf"}, {"documentName": "b.txt"}]


@pytest.mark.parametrize(
    ("names", "is_whole"),
    [
        (["Rechnung Mai.pdf", "b.txt"], True),
        (["b.txt"], True),
        (["rechnung_mai.pdf"], True),
        (["Rechnung Mai.pdf", "Rechnung Mai.pdf"], False),
        (["c.txt"], False),
    ],
)
def test_files_count_by_number_and_name(names: list[str], is_whole: bool) -> None:
    after = ticket(replies=[wire_reply(TEXT, attachedDocuments=FILES)])
    [arrival] = arrivals(REPLY, names, seen_on(ticket(), NOW), after)
    assert arrival.has_files is is_whole
    assert has_files(names, ticket(attachedDocuments=FILES)) is is_whole


def test_files_that_the_desk_shows_on_the_ticket_count_if_they_are_new() -> None:
    before = ticket(attachedDocuments=FILES[1:])
    after = ticket(attachedDocuments=FILES, replies=[wire_reply(TEXT)])
    [arrival] = arrivals(REPLY, ["Rechnung Mai.pdf"], seen_on(before, NOW), after)
    assert arrival.has_files
    [arrival] = arrivals(REPLY, ["b.txt"], seen_on(before, NOW), after)
    assert not arrival.has_files


def test_a_new_ticket_is_known_by_customer_subject_and_description() -> None:
    new = NewTicket(
        subject='The "lost" key', description=TEXT, customer=CustomerId("c1"), type=TypeId("y")
    )
    there = {"subject": "The \u201clost\u201d key", "description": text_to_html(TEXT)}
    assert resembles_ticket(new, ticket(**there))
    assert resembles_ticket(new, ticket(subject=there["subject"], replies=[{"text": TEXT}]))
    assert not resembles_ticket(new, ticket(**{**there, "openedBy": {"id": "c2"}}))
    assert not resembles_ticket(new, ticket(**{**there, "subject": "A broken lamp"}))
    assert not resembles_ticket(new, ticket(**{**there, "description": "Where is it?"}))


def test_what_was_seen_survives_the_store() -> None:
    seen = seen_on(
        ticket(
            replies=[wire_reply(TEXT, attachedDocuments=FILES)],
            ticketNotes=[{"id": "n1", "note": "x"}],
        ),
        NOW,
    )
    assert read_seen(seen_json(seen)) == seen
