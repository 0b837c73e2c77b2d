"""Writing a reply or a note, from the first letter to sent, on a host of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual import events

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.drafts import DraftKind
from deskero_tui.domain.errors import DeskeroError, Refused
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.macro_plan import Lookups
from deskero_tui.domain.macros import Changes, Macro, MacroId, MacroKind
from deskero_tui.domain.placeholders import Sources
from deskero_tui.domain.text import SafeText, cell_width, safe_line
from deskero_tui.sync.macro_run import MacroScene
from deskero_tui.tui.modals.choose import Choose
from deskero_tui.tui.modals.macro_picker import MacroPicker
from deskero_tui.tui.modals.prompt import Prompt
from deskero_tui.tui.screens.compose import Compose
from deskero_tui.tui.screens.text_warnings import warnings_of
from deskero_tui.tui.screens.writing_screen import Stage
from deskero_tui.tui.writing import ComposeWhat, Draft, Then
from tests.support.modal_host import NORMAL, SMALL, ModalHost, paste, picture, shown, type_text
from tests.support.tickets import ticket

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STATUSES = [Choice("opened", SafeText("opened")), Choice("solved", SafeText("solved"))]
AGENTS = [Choice("a1", SafeText("Anna Marchetti")), Choice("a2", SafeText("Bert Lund"))]


class Post:
    """Takes what is sent; holds it up while `gate` is closed, and fails with `error` if set."""

    def __init__(self, error: DeskeroError | None = None) -> None:
        self.sent: list[tuple[str, datetime | None, str | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error = error
        self.done = asyncio.Event()

    async def send(self, draft: Draft, remind_at: datetime | None) -> None:
        self.sent.append((draft.text, remind_at, draft.status_after))
        try:
            await self.gate.wait()
            if self.error is not None:
                raise self.error
        finally:
            self.done.set()


async def canned_answers() -> MacroPicker:
    """One text for any ticket, and one that asks."""
    texts = {"hours": "We are here from 9 to 5.", "day": "It comes on {{ask: Which day?}}."}
    macros = [
        Macro(id=MacroId(name), title=name.title(), kind=MacroKind.REPLY, text=text)
        for name, text in texts.items()
    ]
    record = ticket(102)
    scene = MacroScene(
        record,
        Sources(ticket=record, agent="Anna", now=NOW),
        Lookups(statuses=STATUSES, agents=AGENTS, me=AgentId("a1"), now=NOW),
    )
    return MacroPicker(macros, scene, texts_only=True)


def compose(
    draft: Draft,
    kind: DraftKind = DraftKind.REPLY,
    post: Post | None = None,
    *,
    subject: str = "Parcel is late",
    asks_reminder_first: bool = False,
) -> Compose:
    to = SafeText("Tom Arden <tom@example.com>" if kind is DraftKind.REPLY else "")
    return Compose(
        ComposeWhat(kind, TicketId("t1"), SafeText("102/26"), safe_line(subject), to),
        draft,
        send=(post or Post()).send,
        statuses=STATUSES,
        agents=AGENTS,
        now=lambda: NOW,
        zone=ROME,
        lang="en",
        canned_answers=canned_answers,
        asks_reminder_first=asks_reminder_first,
        most_upload_bytes=1_000,
        file_root=None,
    )


def reply_app(draft: Draft, post: Post | None = None) -> ModalHost[bool]:
    return ModalHost(lambda: compose(draft, post=post))


def note_app(draft: Draft, post: Post | None = None, *, first: bool = False) -> ModalHost[bool]:
    return ModalHost(lambda: compose(draft, DraftKind.NOTE, post, asks_reminder_first=first))


def stage_of(app: ModalHost[bool]) -> Stage:
    screen = app.screen
    assert isinstance(screen, Compose)
    return screen.stage


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


# -- the reminder of a note ----------------------------------------------------------------------


async def test_a_typed_time_is_read_back_in_full_while_it_is_typed() -> None:
    draft = Draft(text="Reminder")
    app = note_app(draft, first=True)
    async with app.run_test() as pilot:
        await type_text(pilot, "fri 10:30")
        assert draft.remind == "fri 10:30"
        assert "Fri 27 Nov 2026 10:30 CET" in shown(app)


async def test_a_time_that_is_not_understood_is_marked_and_does_not_go_on() -> None:
    draft, post = Draft(text="Reminder"), Post()
    app = note_app(draft, post, first=True)
    async with app.run_test() as pilot:
        await type_text(pilot, "next fry 9")
        lines = picture(app)
        typed = next(place for place, line in enumerate(lines) if "next fry 9" in line)
        assert lines[typed].index("fry") == lines[typed + 1].index("^^^")
        assert '"fry" is not understood' in lines[typed + 1]
        await pilot.press("shift+tab", "ctrl+s")
        assert stage_of(app) is Stage.WRITING
        assert app.focused is not None
        assert app.focused.id == "when"


async def test_the_moment_that_was_shown_is_the_one_that_is_sent() -> None:
    draft, post = Draft(text="Call back", remind="tomorrow 9"), Post()
    app = note_app(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        assert "Mon 23 Nov 2026 09:00 CET (in 23 hours), for Anna Marchetti" in shown(app)
        assert "INTERNAL: agents only" in shown(app)
        await pilot.press("y")
        await pilot.pause()
        assert post.sent == [("Call back", datetime(2026, 11, 23, 9, tzinfo=ROME), None)]
        assert app.answers == [True]


async def test_a_note_without_a_time_has_no_reminder() -> None:
    post = Post()
    app = note_app(Draft(text="Seen"), post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        assert "Reminder  none" in shown(app)
        await pilot.press("y")
        await pilot.pause()
        assert post.sent == [("Seen", None, None)]


async def test_somebody_else_can_be_reminded() -> None:
    draft = Draft(text="Seen")
    app = note_app(draft)
    async with app.run_test() as pilot:
        await pilot.press("tab", "tab", "enter")
        assert isinstance(app.screen, Choose)
        await pilot.press("down", "enter")
        assert draft.remind_whom == "a2"
        assert "Bert Lund" in shown(app)


async def test_a_note_takes_no_files_and_says_why() -> None:
    app = note_app(Draft(text="see attached"))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+t")
        assert "A note cannot carry files; only a reply can." in shown(app)
        await pilot.press("ctrl+s", "a")
        assert "A note cannot carry files; only a reply can." in shown(app)
        assert "Warning" not in shown(app)
        await pilot.press("s")
        assert "A note leaves the status as it is." in shown(app)


# -- the review strip ----------------------------------------------------------------------------


async def test_the_strip_says_what_will_happen() -> None:
    app = reply_app(Draft(text="Hello {{name}}, see attached.", status_after="solved"))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        picture_text = " ".join(shown(app).replace("│", " ").split())
        for words in (
            "Read by PUBLIC: the customer",
            "To Tom Arden <tom@example.com>",
            "Status solved",
            "Files none",
            "The text speaks of an attachment and none is there.",
            "{{name}} is not filled in.",
            "y Send",
        ):
            assert words in picture_text


@pytest.mark.parametrize("kind", [DraftKind.REPLY, DraftKind.NOTE])
async def test_what_is_not_filled_in_does_not_go(kind: DraftKind) -> None:
    draft, post = Draft(text="Hello,\n\nit is {{ask: Which day?}}."), Post()
    app = ModalHost(lambda: compose(draft, kind, post))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y")
        assert "Line 3 still has {{ask: Which day?}}: fill it in" in shown(app)
        assert (post.sent, stage_of(app)) == ([], Stage.REVIEWING)
        await pilot.press("e")
        await type_text(pilot, "Monday")
        assert draft.text == "Hello,\n\nit is Monday."
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert [text for text, *_ in post.sent] == [draft.text]


async def test_what_others_wrote_and_single_braces_do_not_stop_a_send() -> None:
    post = Post()
    app = reply_app(Draft(text="See {name}.\n> Dear {{customer.name}},"), post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        assert "{name} is not filled in." in shown(app)
        await pilot.press("y")
        await pilot.pause()
        assert app.answers == [True]


async def test_in_review_no_key_changes_the_text_and_edit_goes_back_to_it() -> None:
    draft = Draft(text="Hello")
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "x", "x", "backspace", "ctrl+s", "ctrl+t")
        assert draft.text == "Hello"
        assert stage_of(app) is Stage.REVIEWING
        await pilot.press("e")
        assert stage_of(app) is Stage.WRITING
        await type_text(pilot, " Tom")
        assert draft.text == "Hello Tom"


async def test_a_status_can_be_set_with_the_reply_and_taken_back() -> None:
    draft = Draft(text="Hello")
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "s")
        await type_text(pilot, "solv")
        await pilot.press("enter")
        assert draft.status_after == "solved"
        assert "Status   solved" in shown(app)
        await pilot.press("s", "home", "enter")
        assert draft.status_after is None
        assert "leave it as it is" in shown(app)


@pytest.mark.parametrize("key", ["q", "escape"])
async def test_leaving_the_review_keeps_the_draft(key: str) -> None:
    draft, post = Draft(text="Hello"), Post()
    app = reply_app(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", key)
        assert app.answers == [False]
        assert (draft.text, post.sent) == ("Hello", [])


# -- files ---------------------------------------------------------------------------------------


async def test_a_file_is_attached_by_its_path_and_shown_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "bill.pdf"
    path.write_bytes(b"x" * 700)
    draft = Draft(text="see attached")
    app = reply_app(draft)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+t")
        await paste(pilot, str(path))
        await pilot.press("enter")
        assert draft.files == [path]
        assert "1 attached: bill.pdf" in shown(app)
        await pilot.press("ctrl+s")
        assert "bill.pdf  700 bytes" in shown(app)
        assert "Warning" not in shown(app)


async def test_the_home_folder_may_be_written_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.txt").write_text("x")
    draft = Draft(text="Hello")
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "a")
        await type_text(pilot, "~/a.txt")
        await pilot.press("enter")
        assert draft.files == [tmp_path / "a.txt"]
        assert stage_of(app) is Stage.REVIEWING


async def test_a_file_that_cannot_go_is_refused_with_the_reason(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(b"x" * 1_001)
    draft = Draft(text="Hello")
    app = reply_app(draft)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+t")
        for path, reason in (
            (tmp_path / "none", "There is no file"),
            (tmp_path, "There is no file"),
            (big, "big has 1 KB; at most 1 KB can be sent."),
        ):
            await paste(pilot, str(path))
            await pilot.press("enter")
            assert isinstance(app.screen, Prompt)
            assert reason in shown(app)
            await pilot.press("ctrl+u")
        await pilot.press("escape")
        assert draft.files == []


async def test_the_same_file_is_not_attached_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    draft = Draft(text="Hello", files=[path])
    app = reply_app(draft)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+t", "enter")
        await paste(pilot, str(path))
        await pilot.press("enter")
        assert "This file is attached already." in shown(app)
        await pilot.press("ctrl+u")
        await type_text(pilot, "~nobody-of-that-name/a.txt")
        await pilot.press("enter")
        assert "There is no file ~nobody-of-that-name/a.txt." in shown(app)
        assert draft.files == [path]


async def test_a_file_can_be_taken_away_again(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    draft = Draft(text="Hello", files=[path])
    app = reply_app(draft)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "a", "down", "enter")
        assert draft.files == []
        assert "Files    none" in shown(app)


async def test_a_file_that_has_gone_is_said_before_sending(tmp_path: Path) -> None:
    app = reply_app(Draft(text="Hello", files=[tmp_path / "gone.txt"]))
    async with app.run_test(size=(200, 36)) as pilot:
        await pilot.press("ctrl+s")
        assert "cannot be read: No such file or directory." in shown(app)


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
