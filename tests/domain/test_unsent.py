"""What is new about a held item is named by people, labels and texts, never by ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.contents import ReplyContent, UpdateContent
from deskero_tui.domain.outbox.items import ItemId, OutboxItem, State
from deskero_tui.domain.outbox.merge import (
    FieldConflict,
    FieldValue,
    Hold,
    baseline_of,
    hold_json,
    news_since,
    read_hold,
)
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.outbox.unsent import (
    Names,
    Unsent,
    clashes,
    left_in_words,
    message_in_words,
    new_facts,
    questions,
)
from deskero_tui.domain.records.conversation import conversation_of
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText
from tests.support.tickets import MONDAY_MS, ticket

ME = AgentId("a1")
ID = "81974f854465820c72af86af"
OTHER_ID = "64a000000000000000000001"
NAMES = Names(
    people={OTHER_ID: "Zofia Wrona"},
    statuses={"onhold": SafeText("On hold")},
    terms={(TermKind.TYPE, OTHER_ID): SafeText("Incident")},
)


def new_on(**members: Any) -> list[str]:
    """What people read about a ticket to which `members` were added since writing began."""
    after = ticket(1, **members)
    hold = read_hold(hold_json(Hold(news_since(baseline_of(ticket(1)), after, ME))))
    return [fact.text for fact in new_facts(hold, NAMES.with_ticket(after))]


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ("", ""),
        ("r", "1 message is not sent yet: X shows it."),
        ("rr", "2 messages are not sent yet: X shows them."),
        ("R", "1 message is not sent yet and needs a decision: X shows it."),
        ("rRu", "2 messages and 1 change are not sent yet, 1 needs a decision: X shows them."),
        ("RU", "1 message and 1 change are not sent yet and need a decision: X shows them."),
    ],
)
def test_what_is_left_at_the_end_is_one_sentence(kinds: str, said: str) -> None:
    assert left_in_words([item(kind) for kind in kinds], shown_by="X") == said


def test_only_what_has_the_same_cause_is_one_question() -> None:
    found = [
        unsent("held", ""),
        unsent("failed", "no such agent"),
        unsent("asks", "cut"),
        unsent("failed", "no such agent"),
        unsent("held", ""),
        unsent("asks", "cut"),
        unsent("failed", "gone"),
        unsent("queued", ""),
        unsent("queued", ""),
    ]
    groups = [[found.index(one) for one in group] for group in questions(found)]
    assert groups == [[0], [1, 3], [2, 5], [4], [6], [7], [8]]


def test_what_one_bulk_change_clashes_with_is_one_question() -> None:
    changes = [unsent("held", "changed", of="u", batch=batch) for batch in ("a", "b", "a", None)]
    assert [len(group) for group in questions(changes)] == [2, 1, 1]


_ids = count(1)


def unsent(state: str, reason: str, *, of: str = "r", batch: str | None = None) -> Unsent:
    """An item in one of the states that people read."""
    states = {"held": State.HELD, "failed": State.REFUSED, "asks": State.UNSURE}
    one = replace(
        item(of),
        id=ItemId(next(_ids)),
        state=states.get(state, State.QUEUED),
        reason=reason,
        needs_agent=state == "asks",
        batch=batch,
    )
    nothing = SafeText("")
    return Unsent(
        item=one, number=nothing, subject=nothing, customer=nothing, what=nothing, text=""
    )


def item(kind: str) -> OutboxItem:
    """A reply (r) or a change (u); on hold in capitals."""
    is_reply = kind in "rR"
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return OutboxItem(
        id=ItemId(1),
        ticket_id=TicketId("t1"),
        state=State.HELD if kind.isupper() else State.QUEUED,
        content=ReplyContent("x", ME) if is_reply else UpdateContent(TicketPatch(status="solved")),
        created_at=now,
        changed_at=now,
        not_before=now,
    )


def note(text: str = "x", **members: Any) -> dict[str, Any]:
    return {"id": f"n-{text}", "note": text, "insertBy": ID, "date": MONDAY_MS, **members}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"ticketNotes": [note()]}, "Another agent left a note"),
        ({"ticketNotes": [note(insertBy=OTHER_ID)]}, "Zofia Wrona left a note"),
        ({"ticketNotes": [note(insertByName="Owen")]}, "Owen left a note"),
        ({"ticketNotes": [note(insertBy=None)]}, "Another agent left a note"),
        (
            {"replies": [{"text": "x", "replyDate": MONDAY_MS, "replyFromOperator": {"id": ID}}]},
            "Another agent replied to the customer",
        ),
        (
            {"replies": [{"text": "x", "replyDate": MONDAY_MS, "replyFromCustomer": {"id": ID}}]},
            "The customer wrote",
        ),
        (
            {
                "replies": [
                    {
                        "text": "x",
                        "replyDate": MONDAY_MS,
                        "replyFromCustomer": {"id": ID, "name": "Tom"},
                    }
                ]
            },
            "Tom (customer) wrote",
        ),
        ({"assignedTo": {"id": ID}}, "Somebody assigned the ticket to another agent"),
        ({"assignedTo": {"id": ID, "name": "Ada"}}, "Somebody assigned the ticket to Ada"),
        ({"assignedTo": {"id": OTHER_ID}}, "Somebody assigned the ticket to Zofia Wrona"),
        ({"status": {"status": "onHold"}}, "Somebody set the status to On hold"),
    ],
)
def test_who_did_what_is_said_without_ids(members: dict[str, Any], said: str) -> None:
    assert new_on(**members) == [said]


def test_a_hold_of_an_earlier_version_that_has_an_id_for_a_name_shows_none() -> None:
    after = ticket(1, ticketNotes=[note()])
    text = hold_json(Hold(news_since(baseline_of(ticket(1)), after, ME)))
    earlier = text.replace('"who": ""', f'"who": "{ID}"').replace(f'"who_id": "{ID}"', '"x": 0')
    [fact] = new_facts(read_hold(earlier), NAMES.with_ticket(after))
    assert fact.text == "Another agent left a note"


def test_two_notes_of_one_moment_keep_their_own_texts() -> None:
    notes = [note("first", insertBy=OTHER_ID), note("second", insertBy=ID), note("third")]
    after = ticket(1, ticketNotes=notes)
    hold = Hold(news_since(baseline_of(ticket(1)), after, ME))
    messages = conversation_of(after, lang="en", agent_names={}).messages
    facts = new_facts(hold, NAMES.with_ticket(after), messages)
    shown = [
        (
            fact.text.split(" left")[0],
            fact.message and message_in_words(fact.message, most_lines=5, most_chars=99),
        )
        for fact in facts
    ]
    assert shown == [
        ("Zofia Wrona", "first"),
        ("Another agent", "second"),
        ("Another agent", "third"),
    ]


def test_a_long_message_says_how_much_is_left_and_folds_quotes() -> None:
    text = "\n".join(f"line {number}" for number in range(30)) + "\n> quoted\n> too"
    after = ticket(
        1, replies=[{"text": text, "replyDate": MONDAY_MS, "replyFromOperator": {"id": ID}}]
    )
    message = conversation_of(after, lang="en", agent_names={}).messages[1]
    shown = message_in_words(message, most_lines=10, most_chars=10_000).split("\n")
    assert shown[0] == "line 0"
    assert shown[9:] == ["line 9", "[2 quoted lines]", "[20 more lines]"]


@pytest.mark.parametrize(
    ("name", "base", "theirs", "ours", "said"),
    [
        ("assignee", None, ID, OTHER_ID, "was nobody, is another agent now, you set Zofia Wrona"),
        ("type", OTHER_ID, ID, ID, "was Incident, is an unknown one now, you set an unknown one"),
        ("status", "opened", "onhold", "solved", "was opened, is On hold now, you set solved"),
        ("is_priority", False, True, False, "was no, is yes now, you set no"),
        ("cc", (), (ID, OTHER_ID), (OTHER_ID,), "another agent, Zofia Wrona now"),
        ("tags", ("a", "b"), (), ("c",), "was a, b, is nothing now, you set c"),
        ("memo", "", "x\x1b[2J", "y", "was nothing, is x"),
    ],
)
def test_a_conflict_shows_each_value_in_words(
    name: str, base: FieldValue, theirs: FieldValue, ours: FieldValue, said: str
) -> None:
    [clash] = clashes([FieldConflict(name, base, ours, theirs)], NAMES)
    assert said in clash.in_words
    assert ID not in clash.in_words
    assert "\x1b" not in clash.in_words
