"""What goes along with a text: the reminder of a note, the status after it, files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.tui.compose.draft_state import Draft
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.compose.writing_screen import Paper, Stage
from deskero_tui.tui.dialogs.choose import Choose
from deskero_tui.tui.dialogs.prompt import Prompt
from tests.support.compose_host import ROME, Post, compose, note_app, reply_app, stage_of
from tests.support.modal_host import ModalHost, paste, picture, shown, type_text

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


@pytest.mark.parametrize("keys", [(), ("ctrl+s",)], ids=["writing", "review"])
async def test_what_is_said_while_the_app_ends_harms_nothing(keys: tuple[str, ...]) -> None:
    app = reply_app(Draft(text="Yes."))
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        screen = app.screen
        assert isinstance(screen, Compose)
        screen.say("The text is kept nowhere.")
        await screen.query_one(Paper).remove()
        screen.say("The text is kept nowhere.")
