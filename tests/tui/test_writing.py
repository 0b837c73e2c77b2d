"""A draft as it is written and as it is kept, with what a macro does besides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.macros.library import Changes, Macro, MacroId, MacroKind
from deskero_tui.tui.compose.draft_state import Draft, Then

ALL = Changes(
    status="on hold",
    is_priority=False,
    added_tags=("refund", "a-b"),
    removed_tags=("late",),
    assign="Bert Lund",
    remind="tomorrow 9",
)
tags = st.lists(st.from_regex(r"[a-z+-][a-z0-9-]{0,5}", fullmatch=True), max_size=3).map(tuple)
words = st.text(st.characters(categories=("L", "N"), include_characters=" "), max_size=9)


def macro(kind: MacroKind = MacroKind.REPLY, changes: Changes = ALL) -> Macro:
    return Macro(id=MacroId("m"), title="Refund", kind=kind, text="Hello.", changes=changes)


@given(
    st.builds(
        Changes,
        status=words,
        is_priority=st.none() | st.booleans(),
        added_tags=tags,
        removed_tags=tags,
        assign=words,
        remind=words,
    ),
    words,
)
def test_what_is_done_besides_is_kept_and_comes_back(changes: Changes, about: str) -> None:
    then = Then(changes, about)
    back = Then.of(then.kept())
    assert back == (then if changes.are_any else Then())


def test_a_draft_keeps_it_as_long_as_there_are_words() -> None:
    draft = Draft(text="Hello", then=Then(ALL, "Refund"))
    kept = draft.kept(None)
    assert Draft.of(kept).then == draft.then
    draft.text = "  \n"
    assert draft.kept(None).fields == {}
    assert not draft.kept(None).says_anything


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "Hello."),
        ("  \n", "Hello."),
        ("Begun.\n\n", "Begun.\n\nHello."),
        ("> quote", "> quote\n\nHello."),
    ],
)
def test_a_text_goes_behind_what_is_written(before: str, after: str) -> None:
    draft = Draft(text=before)
    draft.add(macro(), "Hello.", status_after=None)
    assert draft.text == after


@pytest.mark.parametrize(
    ("kind", "status", "becomes"),
    [
        (
            MacroKind.REPLY,
            "onhold",
            {"status_after": "onhold", "remind": "", "left": ("", "tomorrow 9")},
        ),
        (
            MacroKind.REPLY,
            None,
            {"status_after": None, "remind": "", "left": ("on hold", "tomorrow 9")},
        ),
        (
            MacroKind.NOTE,
            "onhold",
            {"status_after": None, "remind": "tomorrow 9", "left": ("on hold", "")},
        ),
    ],
)
def test_what_the_writing_has_a_field_for_goes_there(
    kind: MacroKind, status: str | None, becomes: dict[str, Any]
) -> None:
    draft = Draft()
    draft.add(macro(kind), "Hello.", status_after=status)
    left = (draft.then.changes.status, draft.then.changes.remind)
    assert {"status_after": draft.status_after, "remind": draft.remind, "left": left} == becomes
    assert draft.then.about == "Refund"


def test_a_second_macro_leaves_what_the_first_one_does() -> None:
    draft = Draft()
    draft.add(
        macro(changes=Changes(added_tags=("refund",), assign="me")), "One.", status_after=None
    )
    draft.add(macro(changes=Changes()), "Two.", status_after=None)
    assert draft.text == "One.\n\nTwo."
    assert draft.then == Then(Changes(added_tags=("refund",), assign="me"), "Refund")


def test_a_reminder_that_was_typed_stays() -> None:
    draft = Draft(remind="fri 10:30")
    draft.add(macro(MacroKind.NOTE), "Hello.", status_after=None)
    assert draft.remind == "fri 10:30"
