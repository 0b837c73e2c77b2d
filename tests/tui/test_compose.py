"""Writing a reply or a note, from the first letter to sent, on a host of its own."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events

from deskero_tui.domain.errors import Refused
from deskero_tui.domain.macros.library import Changes
from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.domain.text.safe_text import cell_width
from deskero_tui.tui.compose.draft_state import Draft, Then
from deskero_tui.tui.compose.warnings import warnings_of
from deskero_tui.tui.compose.writing_screen import Stage
from deskero_tui.tui.dialogs.macro_picker import MacroPicker
from deskero_tui.tui.dialogs.prompt import Prompt
from tests.support.compose_host import Post, compose, note_app, reply_app, stage_of
from tests.support.modal_host import NORMAL, SMALL, ModalHost, picture, shown, type_text

# -- warnings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hello Tom", []),
        ("  \n", ["The text is empty."]),
        ("See attached.", ["The text speaks of an attachment and none is there."]),
        ("I attach it", ["The text speaks of an attachment and none is there."]),
        ("In allegato la fattura", ["The text speaks of an attachment and none is there."]),
        ("Adjunto la factura", ["The text speaks of an attachment and none is there."]),
        ("Ci-joint la facture", ["The text speaks of an attachment and none is there."]),
        ("Voir PIÈCE JOINTE", ["The text speaks of an attachment and none is there."]),
        ("Hello\n> the attached file", []),
        ("That is an attack", []),
        ("Hello {{name}}", ["{{name}} is not filled in."]),
        ("Hello {name}, {name}", ["{name} is not filled in."]),
        ("It is {{ask: Which day?}}", ["{{ask: Which day?}} is not filled in."]),
        ("Hello {{ first name }}", ["{{ first name }} is not filled in."]),
        ("Hello\n> {name}", []),
        ('if (a) { return 1; } {"a": 1}', []),
    ],
)
def test_what_looks_forgotten_is_said(text: str, sentences: list[str]) -> None:
    assert list(warnings_of(text, may_lack_files=True)) == sentences


def test_with_a_file_the_text_may_speak_of_one() -> None:
    assert list(warnings_of("See attached.", may_lack_files=False)) == []


# -- writing -------------------------------------------------------------------------------------


async def test_every_key_is_in_the_draft_at_once() -> None:
    draft = Draft(text="Hello")
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await type_text(pilot, " Tom,\n")
        assert draft.text == "Hello Tom,\n"
        await pilot.press("escape")
        assert app.answers == [False]
        assert draft.text == "Hello Tom,\n"


async def test_letters_of_commands_are_letters_while_writing() -> None:
    draft, post = Draft(), Post()
    app = reply_app(draft, post)
    async with app.run_test() as pilot:
        await type_text(pilot, "yeasq?")
        assert draft.text == "yeasq?"
        assert post.sent == []
        assert stage_of(app) is Stage.WRITING


async def test_pasted_text_is_text() -> None:
    draft, post = Draft(), Post()
    app = reply_app(draft, post)
    async with app.run_test() as pilot:
        app.post_message(events.Paste("y\n[b]q[/nope]\ty"))
        await pilot.pause()
        assert draft.text == "y\n[b]q[/nope]\ty"
        assert post.sent == []


async def test_writing_begins_above_a_quote() -> None:
    draft = Draft(text="\n\nOn Monday, Tom wrote:\n> Where is it?\n")
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await type_text(pilot, "On its way.")
        assert draft.text.startswith("On its way.\n\nOn Monday")


async def test_public_and_internal_are_told_by_word_and_border() -> None:
    app = reply_app(Draft())
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "PUBLIC reply" in picture(app)[0]
        assert picture(app)[0].startswith("┌")
        assert "To Tom Arden <tom@example.com>" in shown(app)
    app = note_app(Draft())
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "INTERNAL note" in picture(app)[0]
        assert picture(app)[0].startswith("+")
        assert "Only agents read this." in shown(app)


async def test_a_hostile_subject_is_shown_as_text() -> None:
    hostile = "[/nope][@click=app.exit()]x\x1b]0;t\x07\u202e"
    app = ModalHost(lambda: compose(Draft(), subject=hostile))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "[/nope][@click=app.exit()]x" in shown(app)
        assert "\x1b" not in shown(app)


# -- canned answers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "becomes"),
    [
        ("", "We are here from 9 to 5."),
        ("Dear Tom, ", "Dear Tom, We are here from 9 to 5."),
        ("Dear Tom,\n", "Dear Tom,\nWe are here from 9 to 5."),
    ],
)
async def test_two_colons_put_a_canned_answer_in_their_place(before: str, becomes: str) -> None:
    draft = Draft(text=before)
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await type_text(pilot, "::")
        await pilot.pause()
        assert isinstance(app.screen, MacroPicker)
        await type_text(pilot, "hou")
        await pilot.press("enter")
        await pilot.pause()
        assert draft.text == becomes
        await type_text(pilot, "!")
        assert draft.text == becomes + "!"


async def test_leaving_the_list_keeps_the_colons_and_everything_else() -> None:
    draft = Draft(text="Hello ")
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await type_text(pilot, "::")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        await type_text(pilot, " x")
        assert draft.text == "Hello :: x"


@pytest.mark.parametrize("typed", ["std::x", "a:::", ": :", ":x:"])
async def test_other_colons_are_colons(typed: str) -> None:
    draft = Draft()
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await type_text(pilot, typed)
        await pilot.pause()
        assert (draft.text, stage_of(app)) == (typed, Stage.WRITING)


async def test_pasted_colons_are_text() -> None:
    draft = Draft()
    app = reply_app(draft)
    async with app.run_test() as pilot:
        app.post_message(events.Paste("::"))
        await pilot.pause()
        assert (draft.text, stage_of(app)) == ("::", Stage.WRITING)


async def test_a_question_is_asked_before_the_text_is_put_in() -> None:
    draft = Draft()
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await type_text(pilot, "::")
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Prompt)
        assert "Which day?" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, MacroPicker)
        await pilot.press("enter")
        await pilot.pause()
        await type_text(pilot, "Monday")
        await pilot.press("enter")
        await pilot.pause()
        assert draft.text == "It comes on Monday."


async def test_the_strip_says_what_a_macro_does_after_sending() -> None:
    changes = Changes(is_priority=True, added_tags=("refund",), assign="me")
    app = reply_app(Draft(text="Hello", then=Then(changes, "Refund")))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        assert "Then     priority yes, tags +refund, assign me" in shown(app)


# -- sending -------------------------------------------------------------------------------------


async def test_a_sent_reply_leaves_the_screen() -> None:
    post = Post()
    app = reply_app(Draft(text="Hello", status_after="solved"), post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert post.sent == [("Hello", None, "solved")]
        assert app.answers == [True]


async def test_while_sending_only_escape_does_something() -> None:
    draft, post = Draft(text="Hello"), Post()
    post.gate.clear()
    app = reply_app(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y")
        assert "Sending ..." in shown(app)
        await pilot.press("y", "e", "s", "a", "x")
        assert stage_of(app) is Stage.SENDING
        assert len(post.sent) == 1
        await pilot.press("escape")
        assert app.answers == [False]
        assert not post.done.is_set()
        post.gate.set()
        await post.done.wait()
        await pilot.pause()
        assert app.answers == [False]
        assert "below" in shown(app)


async def test_a_failure_after_the_screen_was_left_touches_nothing() -> None:
    draft, post = Draft(text="Hello"), Post(Refused("The desk refused the reply.", status=400))
    post.gate.clear()
    app = reply_app(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y", "escape")
        post.gate.set()
        await post.done.wait()
        await pilot.pause()
        assert app.answers == [False]
        assert draft.text == "Hello"


async def test_a_refused_reply_stays_with_the_reason_and_can_be_sent_again() -> None:
    draft, post = Draft(text="Hello"), Post(Refused("The desk refused [/it].", status=400))
    app = reply_app(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert "The desk refused [/it]." in shown(app)
        assert app.answers == []
        assert draft.text == "Hello"
        post.error = None
        await pilot.press("y")
        await pilot.pause()
        assert len(post.sent) == 2
        assert app.answers == [True]


# -- sizes and pictures --------------------------------------------------------------------------


async def test_writing_and_review_live_through_resizes() -> None:
    draft = Draft(text="Hello\n" * 40, remind="fri 10")
    app = note_app(draft)
    async with app.run_test(size=NORMAL) as pilot:
        for keys in ("x", "ctrl+s"):
            await pilot.press(keys)
            for width, height in [(120, 36), SMALL, (20, 6), (300, 80), SMALL]:
                await pilot.resize_terminal(width, height)
                await pilot.pause()
                assert all(cell_width(line) <= width for line in picture(app))
                assert "INTERNAL note" in picture(app)[0]
        assert "y Send" in shown(app)
        assert "Read by" in shown(app)
        assert draft.text == "Hello\n" * 40 + "x"


PICTURES: dict[str, tuple[DraftKind, list[str]]] = {
    "reply": (DraftKind.REPLY, []),
    "reply-review": (DraftKind.REPLY, ["ctrl+s"]),
    "note": (DraftKind.NOTE, []),
    "note-review": (DraftKind.NOTE, ["ctrl+s"]),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("size", [NORMAL, SMALL], ids=["80x24", "40x12"])
def test_picture_of_writing(name: str, size: tuple[int, int], snap_compare: Any) -> None:
    kind, keys = PICTURES[name]
    draft = Draft(text="Hello {{name}},\n\nplease see the attached bill.", remind="fri 10:30")
    app = ModalHost(lambda: compose(draft, kind))
    assert snap_compare(app, press=keys, terminal_size=size)
