"""What is typed behind a reminder's time, and what its note says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deskero_tui.domain.time.reminder_words import (
    BARE,
    MARK,
    ends_when_answered,
    in_words,
    note_text,
    split_sign,
)

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "time", "unless_answered"),
    [
        ("3d", "3d", False),
        ("3d ", "3d ", False),
        ("3d?", "3d", True),
        (" fri 10:30 ? ", " fri 10:30", True),
        ("?", "", True),
        ("3d ? x", "3d ? x", False),
        ("", "", False),
    ],
)
def test_the_sign_stands_behind_the_time(typed: str, time: str, unless_answered: bool) -> None:
    assert split_sign(typed) == (time, unless_answered)


@pytest.mark.parametrize(
    ("text", "remind_at", "unless_answered", "leaves"),
    [
        ("call", None, False, "call"),
        ("call", None, True, "call"),
        ("", None, False, ""),
        ("call", NINE, False, "call"),
        (" \n", NINE, False, BARE),
        ("call", NINE, True, f"{MARK}\ncall"),
        ("", NINE, True, f"{MARK}\n{BARE}"),
        (f"{MARK}\ncall", NINE, True, f"{MARK}\ncall"),
    ],
)
def test_a_note_says_what_its_reminder_depends_on(
    text: str, remind_at: datetime | None, unless_answered: bool, leaves: str
) -> None:
    assert note_text(text, remind_at=remind_at, unless_answered=unless_answered) == leaves


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        (MARK, True),
        (f"\n {MARK} \ncall", True),
        (f"call\n{MARK}", False),
        (f"{MARK} call", False),
        ("", False),
    ],
)
def test_only_the_first_line_counts(text: str, ends: bool) -> None:
    assert ends_when_answered(text) is ends


def test_what_it_depends_on_is_read_back() -> None:
    assert in_words("Monday", unless_answered=False) == "Monday"
    assert in_words("Monday", unless_answered=True).startswith("Monday, unless the customer")
