"""Which reminders count, and which keep a ticket out of sight."""

from __future__ import annotations

from typing import Any

import pytest

from deskero_tui.domain.time.epoch import from_ms
from deskero_tui.domain.time.reminder_words import note_text
from deskero_tui.domain.time.reminders import reminders_of
from tests.support.tickets import MONDAY_MS, ticket

HOUR_MS = 3_600_000
NINE = from_ms(MONDAY_MS + 9 * HOUR_MS)


def note(written_h: float, remind_h: float | None, agent: str = "a1", **more: Any) -> Any:
    """A note, with its moments as hours after Monday midnight."""
    remind_ms = None if remind_h is None else MONDAY_MS + int(remind_h * HOUR_MS)
    written_ms = MONDAY_MS + int(written_h * HOUR_MS)
    return {
        "note": "call", "insertBy": agent, "assignedTo": agent, "date": written_ms,
        "remindMe": remind_ms, **more,
    }  # fmt: skip


def customer_wrote(at_h: float) -> Any:
    return {
        "text": "Hello?",
        "replyDate": MONDAY_MS + int(at_h * HOUR_MS),
        "replyFromCustomer": {"id": "c1"},
    }


def found(*notes: Any, changed_h: float = 1, replies: Any = ()) -> list[tuple[str | None, float]]:
    """Whose reminders count, and at which hour."""
    changed_ms = MONDAY_MS + int(changed_h * HOUR_MS)
    made = ticket(1, ticketNotes=list(notes), managedDate=changed_ms, replies=list(replies))
    return [
        (one.agent, (one.at.timestamp() * 1000 - MONDAY_MS) / HOUR_MS) for one in reminders_of(made)
    ]


@pytest.mark.parametrize(
    ("notes", "changed_h", "counts"),
    [
        ([], 1, []),
        ([note(1, None)], 1, []),
        ([note(1, 5)], 1, [("a1", 5)]),
        ([note(1, 5)], 4, [("a1", 5)]),
        ([note(1, 5)], 5, [("a1", 5)]),
        ([note(1, 5)], 5.1, []),
        ([note(1, 9), note(1, 5, "a2")], 1, [("a2", 5), ("a1", 9)]),
        ([note(1, 5), note(2, 9)], 1, [("a1", 5), ("a1", 9)]),
        ([note(1, 5), note(6, 9)], 1, [("a1", 9)]),
        ([note(1, 5), note(5, 9)], 1, [("a1", 9)]),
        ([note(1, 5), note(6, 9, "a2")], 1, [("a1", 5), ("a2", 9)]),
    ],
)
def test_a_reminder_counts_until_something_happens_after_it(
    notes: list[Any], changed_h: float, counts: list[tuple[str, float]]
) -> None:
    assert found(*notes, changed_h=changed_h) == counts


@pytest.mark.parametrize(
    ("written_h", "heard_h", "hides"), [(2, [], True), (2, [1], True), (2, [3], False)]
)
def test_a_reminder_hides_until_the_customer_writes(
    written_h: float, heard_h: list[float], hides: bool
) -> None:
    made = ticket(
        1,
        ticketNotes=[note(written_h, 9)],
        replies=[customer_wrote(at_h) for at_h in heard_h],
    )
    assert [one.hides for one in reminders_of(made)] == [hides]


@pytest.mark.parametrize(
    ("heard_h", "counts"), [([], [("a1", 9)]), ([0.5], [("a1", 9)]), ([3], [])]
)
def test_a_reminder_that_says_so_ends_when_the_customer_writes(
    heard_h: list[float], counts: list[tuple[str, float]]
) -> None:
    text = note_text("call", remind_at=NINE, unless_answered=True)
    replies = [customer_wrote(at_h) for at_h in heard_h]
    assert found(note(1, 9, note=text), replies=replies) == counts


def test_a_note_without_a_date_hides_nothing() -> None:
    [reminder] = reminders_of(ticket(1, ticketNotes=[note(1, 9, date=None)]))
    assert not reminder.hides
