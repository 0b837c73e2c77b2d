"""Finding words in the ticket that is read: what counts as a hit, and where the pane goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static
from typing_extensions import override

from deskero_tui.tui.dialogs.find_line import FindLine
from deskero_tui.tui.styles import style_paths
from deskero_tui.tui.widgets.conversation_lines import laid_out
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.finding import Finder
from tests.domain.test_conversation import reply
from tests.support.modal_host import picture, type_text
from tests.support.rest import Resting
from tests.tui.test_conversation import NOW, conversation

QUOTING = "Merci !\n\nOn Monday Ines wrote:\n> The invoice left us today\n"


def found(words: str, *, width: int = 60, unfolding: str = "", **members: Any) -> list[str]:
    """What the hits for `words` cover in a ticket with these members, line by line joined by |."""
    layout = laid_out(
        conversation(**members),
        width_cells=width,
        now=NOW,
        zone=UTC,
        shows_quotes=False,
        unfolding=unfolding,
    )
    hits = Finder(layout.lines).hits(words)
    return [
        "|".join(layout.lines[span.line].text[span.first : span.end] for span in hit)
        for hit in hits
    ]


@pytest.mark.parametrize(
    ("words", "text", "hits"),
    [
        ("CAFE", "Un café, deux cafés", ["café", "café"]),
        ("  two   words ", "two words", ["two words"]),
        ("late parcel", "It was a late\nparcel", ["late|parcel"]),
        ("late parcel", "It was late.\n\nparcel", []),
        ("nowhere", "here", []),
        ("[b]", "a [b] c", ["[b]"]),
    ],
)
def test_words_are_found_whatever_case_accents_and_ends_of_lines(
    words: str, text: str, hits: list[str]
) -> None:
    assert found(words, subject="-", description=text) == hits


def test_a_hit_may_go_over_the_lines_that_the_pane_breaks() -> None:
    assert found("one two three", width=12, description="one two three") == ["one two|three"]
    assert found("abcdefghijklmno", width=12, description="abcdefghijklmno") == ["abcdefghij|klmno"]


def test_a_hit_never_goes_from_one_message_into_the_next() -> None:
    assert found("end begin", description="the end", replies=[reply(1, "begin")]) == []


def test_subject_names_and_files_are_looked_in_as_well() -> None:
    shown = found("tom arden")
    assert len(shown) == 2  # the fact "From" and the head of the request
    assert found("parcel 1") == ["Parcel 1"]


def test_quoted_text_is_looked_in_once_it_is_unfolded() -> None:
    members: dict[str, Any] = {"description": "", "replies": [reply(1, QUOTING)]}
    assert found("invoice", **members) == []
    assert found("invoice", unfolding="INVOICE left", **members) == ["invoice"]


# -- the line --------------------------------------------------------------------------------------


class Reading(Resting[None]):
    """The ticket pane, and the line that finds in it."""

    def __init__(self) -> None:
        super().__init__(css_path=[*style_paths()])
        self.animation_level = "none"

    @override
    def compose(self) -> ComposeResult:
        yield ConversationView(now=lambda: NOW, zone=UTC)
        yield Static(" ")  # what the line covers, as in the console

    @property
    def pane(self) -> ConversationView:
        return self.query_one(ConversationView)

    def find(self) -> None:
        self.push_screen(FindLine(self.screen_stack[0].query_one(ConversationView)))


@pytest.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with Reading().run_test(size=(60, 13)) as running:
        app = running.app
        assert isinstance(app, Reading)
        pane = app.pane
        pane.show(
            conversation(
                description="parcel one",
                replies=[reply(n, f"Reply {n}\n" * 6 + f"parcel {n}") for n in range(1, 6)]
                + [reply(9, QUOTING)],
            )
        )
        await running.pause()
        app.find()
        await running.pause()
        yield running


def pane_of(pilot: Pilot[None]) -> ConversationView:
    return pilot.app.screen_stack[0].query_one(ConversationView)


def last_line(pilot: Pilot[None]) -> str:
    return picture(pilot.app)[-1]


async def test_hits_are_counted_and_shown_at_each_letter(pilot: Pilot[None]) -> None:
    await type_text(pilot, "parc")
    assert "1 of 7" in last_line(pilot)  # the subject is "Parcel 1"
    assert pane_of(pilot).scroll_offset.y == 0
    await type_text(pilot, "el 4")
    assert "1 of 1" in last_line(pilot)
    assert any("parcel 4" in line for line in picture(pilot.app))


async def test_enter_and_down_go_on_up_goes_back_and_both_around_the_ends(
    pilot: Pilot[None],
) -> None:
    await type_text(pilot, "parcel")
    await pilot.press("enter", "down")
    assert "3 of 7" in last_line(pilot)
    await pilot.press("up", "up", "up")
    assert "7 of 7" in last_line(pilot)
    assert any("parcel 5" in line for line in picture(pilot.app))
    await pilot.press("enter")
    assert "1 of 7" in last_line(pilot)


async def test_escape_ends_and_keeps_the_place(pilot: Pilot[None]) -> None:
    await type_text(pilot, "parcel 4")
    place = pane_of(pilot).scroll_offset.y
    assert place > 0
    await pilot.press("escape")
    assert not isinstance(pilot.app.screen, FindLine)
    assert pane_of(pilot).scroll_offset.y == place
    assert pane_of(pilot).hit_place == (0, 0)


async def test_without_a_hit_it_says_so_and_the_pane_is_where_it_was(pilot: Pilot[None]) -> None:
    await type_text(pilot, "parcel 4")
    await type_text(pilot, "xx")
    assert "not found" in last_line(pilot)
    assert pane_of(pilot).scroll_offset.y == 0
    await pilot.press("enter", "down", "up")
    assert "not found" in last_line(pilot)


async def test_a_quote_that_holds_a_hit_is_unfolded_and_stays_so(pilot: Pilot[None]) -> None:
    await type_text(pilot, "invoice left")
    assert "1 of 1" in last_line(pilot)
    assert "The invoice left us today" in "\n".join(picture(pilot.app))
    await pilot.press("escape")
    assert "The invoice left us today" in "\n".join(picture(pilot.app))
    pane_of(pilot).shows_quotes = True
    pane_of(pilot).shows_quotes = False
    await pilot.pause()
    assert "The invoice left us today" not in "\n".join(picture(pilot.app))


async def test_enter_with_nothing_typed_finds_the_last_words_again(pilot: Pilot[None]) -> None:
    await type_text(pilot, "parcel 3")
    await pilot.press("escape")
    app = pilot.app
    assert isinstance(app, Reading)
    app.find()
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()
    assert "parcel 3" in last_line(pilot)
    assert "1 of 1" in last_line(pilot)


async def test_hits_bear_a_sign_beside_their_colour(pilot: Pilot[None]) -> None:
    await type_text(pilot, "parcel")
    strips = pilot.app.screen._compositor.render_strips()
    styles = [s.style for strip in strips for s in strip if s.text.casefold() == "parcel"]
    assert [(style.reverse, style.underline) for style in styles if style][:2] == [
        (True, None),
        (None, True),
    ]


async def test_a_narrow_terminal_has_room_for_words_and_count(pilot: Pilot[None]) -> None:
    await pilot.resize_terminal(40, 12)
    await type_text(pilot, "parcel")
    await pilot.pause()
    assert last_line(pilot).split() == ["Find", "parcel", "1", "of", "7"]


async def test_another_ticket_begins_with_nothing_found(pilot: Pilot[None]) -> None:
    await type_text(pilot, "parcel")
    await pilot.press("escape")
    pane_of(pilot).show(conversation(id="t2"))
    assert pane_of(pilot).last_words == ""
