"""The ticket pane: every line fits, kinds differ by word, and scrolling keeps its place."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.pilot import Pilot
from typing_extensions import override

from deskero_tui.domain.records.conversation import Conversation, conversation_of
from deskero_tui.domain.text.safe_text import cell_width
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.styles import style_paths
from deskero_tui.tui.widgets.conversation_lines import (
    MOST_TEXT_CELLS,
    KeyHints,
    Layout,
    laid_out,
    manner_of,
)
from deskero_tui.tui.widgets.conversation_view import ConversationView
from deskero_tui.tui.widgets.text_lines import TextLine
from tests.domain.test_conversation import INES, NAMES, file, note, reply
from tests.support.modal_host import picture
from tests.support.rest import Resting
from tests.support.tickets import MONDAY_MS, ticket

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
QUOTE = "Thanks\n\nOn Monday Ines wrote:\n> It left\n> us today\n"


def conversation(**members: Any) -> Conversation:
    """A ticket with these members of the wire, made ready to be read."""
    return conversation_of(ticket(1, **members), lang="en", agent_names=NAMES)


def lines_of(
    shown: Conversation, *, width: int = 60, shows_quotes: bool = False, now: datetime = NOW
) -> list[str]:
    layout = laid_out(shown, width_cells=width, now=now, zone=UTC, shows_quotes=shows_quotes)
    return [text_of(line) for line in layout.lines]


def text_of(line: TextLine) -> str:
    return "".join(text for text, _ in line.pieces)


# -- lines -----------------------------------------------------------------------------------------


def test_each_kind_of_message_is_named_in_a_word_and_starts_where_it_is_said_to() -> None:
    shown = conversation(
        description="Where?",
        replies=[reply(1, "Soon", replyFromOperator=INES), reply(2, "When?")],
        ticketNotes=[note(3, "Call")],
    )
    layout = laid_out(shown, width_cells=60, now=NOW, zone=UTC, shows_quotes=False)
    heads = [text_of(layout.lines[start]) for start in layout.message_starts]
    words = ["REQUEST", "AGENT", "CUSTOMER", "INTERNAL NOTE"]
    assert [head.split("·")[0].strip("─ ") for head in heads] == words
    assert len({layout.lines[start].pieces[0][1] for start in layout.message_starts}) == 3
    assert all(cell_width(head) == 60 for head in heads)
    assert all(head.endswith("─") for head in heads)


def test_what_is_told_of_tickets_stands_at_the_same_place_in_each() -> None:
    named = {"type": {"id": "t", "name": "request"}, "source": {"id": "s", "name": "phone"}}
    heads = [
        lines_of(conversation(**named, assignee=agent))[3:6]
        for agent in (INES, {"id": "o", "name": "Bo"})
    ]
    assert heads[0][1:] == ["Assigned: Ines Marchetti      Type: request", "Source: phone"]
    assert heads[1][1:] == ["Assigned: Bo                  Type: request", "Source: phone"]


def test_a_long_fact_takes_two_places_and_leaves_those_below_where_they_are() -> None:
    named = {"type": {"id": "t", "name": "request"}, "source": {"id": "s", "name": "phone"}}
    long = {"id": "o", "name": "Bartholomew Featherstonehaugh"}
    assert lines_of(conversation(**named, assignee=long))[4:6] == [
        "Assigned: Bartholomew Featherstonehaugh",
        "Type: request                 Source: phone",
    ]


def test_over_a_slow_line_a_rule_is_its_beginning_alone() -> None:
    shown = conversation(description="Where?")
    layout = laid_out(
        shown,
        width_cells=60,
        now=NOW,
        zone=UTC,
        shows_quotes=False,
        manner=manner_of(Appearance(is_slow=True)),
    )
    [start] = layout.message_starts
    assert text_of(layout.lines[start]) == "── REQUEST · Tom Arden · Mon 00:00"


def test_for_ears_messages_are_told_apart_by_words_alone() -> None:
    shown = conversation(
        description="Where?",
        replies=[reply(1, "Soon", replyFromOperator=INES), reply(2, "When?")],
        ticketNotes=[note(3, "Call")],
    )
    layout = laid_out(
        shown,
        width_cells=60,
        now=NOW,
        zone=UTC,
        shows_quotes=False,
        manner=manner_of(Appearance(is_spoken=True)),
    )
    heads = [text_of(layout.lines[start]) for start in layout.message_starts]
    assert [head.split(" by ")[0] for head in heads] == [
        "Request", "Answer", "Message of the customer", "Internal note",
    ]  # fmt: skip
    assert heads[0] == "Request by Tom Arden on Mon 00:00:"
    assert not set("·─") & set("".join(map(text_of, layout.lines)))
    assert "Where?" in map(text_of, layout.lines)


def test_the_head_of_a_message_ends_where_the_others_do_whatever_script_its_author_has() -> None:
    heads = [
        line
        for line in lines_of(conversation(openedBy={"id": "c", "name": "渡辺 さくら"}))
        if line.startswith("──")
    ]
    assert heads[0].endswith("─")
    assert cell_width(heads[0]) == 60


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (QUOTE, "[3 quoted lines, x shows them]"),
        ("Thanks\n> one", "[1 quoted line, x shows it]"),
        ("> one\n\nThanks", "[1 quoted line, x shows it]"),
    ],
)
def test_quoted_text_is_one_line_until_it_is_asked_for(text: str, said: str) -> None:
    shown = conversation(replies=[reply(1, text)])
    folded = "\n".join(lines_of(shown))
    assert said in folded
    assert "\n  > " not in folded
    open_lines = "\n".join(lines_of(shown, shows_quotes=True))
    assert "\n  > " in open_lines
    assert "quoted line" not in open_lines


LONG_TEXT = "".join(f"line {number}\n" for number in range(2_312))


def test_a_long_message_says_how_many_lines_are_left_and_which_key_shows_them() -> None:
    shown = conversation(description=LONG_TEXT, replies=[reply(1, "next")])
    cut_lines = lines_of(shown)
    assert "  [312 more lines · E: show all]" in cut_lines
    assert "  line 1999" in cut_lines
    assert "  line 2000" not in cut_lines
    whole = laid_out(shown, width_cells=60, now=NOW, zone=UTC, shows_quotes=False, shows_all=True)
    assert "  line 2311" in map(text_of, whole.lines)
    assert not whole.is_cut


def test_the_texts_name_the_keys_in_force() -> None:
    shown = conversation(description=LONG_TEXT, replies=[reply(1, QUOTE)])
    layout = laid_out(
        shown,
        width_cells=60,
        now=NOW,
        zone=UTC,
        shows_quotes=False,
        manner=manner_of(Appearance(is_spoken=True)),
        hints=KeyHints(quotes="T", show_all="“Show all”"),
    )
    text = list(map(text_of, layout.lines))
    assert "[312 more lines, “Show all”: show all]" in text
    assert "[3 quoted lines, T shows them]" in text


def test_a_long_quote_takes_no_room_of_the_answer_below_it() -> None:
    quote = "".join(f"> old {number}\n" for number in range(3_000))
    shown = conversation(description=f"{quote}\nThe answer")
    assert "  The answer" in lines_of(shown)
    open_lines = lines_of(shown, shows_quotes=True)
    assert "  The answer" in open_lines
    assert any("more quoted lines · E: show all]" in line for line in open_lines)


def test_words_behind_a_cut_are_found() -> None:
    shown = conversation(description=LONG_TEXT + "the needle\n")
    layout = laid_out(
        shown, width_cells=60, now=NOW, zone=UTC, shows_quotes=False, unfolding="needle"
    )
    assert "  the needle" in map(text_of, layout.lines)


def test_what_no_console_shows_is_counted_with_the_command_that_prints_it() -> None:
    shown = conversation(description="word\n" * 60_000)
    layout = laid_out(shown, width_cells=80, now=NOW, zone=UTC, shows_quotes=False, shows_all=True)
    said = "  [10,000 more lines · deskero-tui ticket show 1/2026 --raw]"
    assert said in [text_of(line) for line in layout.lines[-5:]]


def test_a_long_list_of_the_head_says_how_many_are_left() -> None:
    shown = conversation(
        tags=[f"tag-{number:03}" for number in range(100)],
        memo="x" * 1_300,
        subject="s" * 800,
        operatorsInCc=[{"id": f"a{n}", "name": f"Agent Number {n}"} for n in range(60)],
    )
    text = " ".join(" ".join(lines_of(shown, width=120)).split())
    assert "more · E: show all]" in text
    assert "[300 more characters · E: show all]" in text
    assert "[1,000 more characters · E: show all]" in text
    whole = laid_out(shown, width_cells=120, now=NOW, zone=UTC, shows_quotes=False, shows_all=True)
    assert "tag-099" in "".join(map(text_of, whole.lines))
    assert not whole.is_cut


@pytest.mark.parametrize(
    ("hours", "word"), [(-1, "was due for Amal Nasser: "), (1, "reminder for Amal Nasser: ")]
)
def test_a_reminder_says_whom_and_when_and_whether_it_is_over(hours: int, word: str) -> None:
    moment = NOW + timedelta(hours=hours)
    remind_ms = int(moment.timestamp() * 1_000)
    shown = conversation(ticketNotes=[note(1, "Call", remindMe=remind_ms)])
    (line,) = [line for line in lines_of(shown) if word in line]
    assert f"{moment:%H:%M}" in line


def test_dates_are_those_of_the_agents_zone() -> None:
    shown = conversation(insertDate=MONDAY_MS + 3_600_000 * 22)
    layout = laid_out(
        shown, width_cells=60, now=NOW, zone=ZoneInfo("Europe/Rome"), shows_quotes=False
    )
    assert any("opened Mon 23:00" in text_of(line) for line in layout.lines)


def test_links_and_files_stand_under_their_message_with_their_numbers() -> None:
    html = '<p>See <a href="https://shop.test/x">here</a></p>'
    shown = conversation(replies=[reply(1, html, attachedDocuments=[file("a.png")])])
    text = "\n".join(lines_of(shown))
    assert "[1] https://shop.test/x" in text
    assert "@1 a.png (10 bytes, image/png)" in text


def test_prose_is_no_longer_than_people_read_well() -> None:
    shown = conversation(description="word " * 200)
    assert max(map(cell_width, lines_of(shown, width=300))) <= MOST_TEXT_CELLS


WORDS = st.text(st.sampled_from("ab 茶한é.\n>-/:"), max_size=120)


@given(WORDS, st.integers(min_value=10, max_value=130), st.booleans())
def test_no_line_is_wider_than_the_pane(text: str, width: int, shows_quotes: bool) -> None:
    shown = conversation(
        subject=text,
        description=text,
        status={"status": "opened", "labels": {"en": text}},
        openedBy={"id": "c", "name": text, "company": text},
        tags=[text],
        customFields={text or "x": text},
        replies=[reply(1, text + "\n> quoted", attachedDocuments=[file(text)])],
        ticketNotes=[note(2, text, insertByName=text, assignedToName=text, remindMe=MONDAY_MS)],
    )
    layout: Layout = laid_out(
        shown, width_cells=width, now=NOW, zone=UTC, shows_quotes=shows_quotes
    )
    for line in layout.lines:
        assert cell_width(text_of(line)) <= width, text_of(line)
        assert "\n" not in text_of(line)


# -- the widget ------------------------------------------------------------------------------------


class Pane(Resting[None]):
    """The ticket pane alone."""

    def __init__(self) -> None:
        super().__init__(css_path=[*style_paths()])
        self.animation_level = "none"

    @override
    def compose(self) -> ComposeResult:
        yield ConversationView(now=lambda: NOW, zone=UTC)

    @property
    def shown(self) -> ConversationView:
        return self.query_one(ConversationView)


@pytest.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with Pane().run_test(size=(60, 12)) as running:
        pane(running).focus()
        yield running


def pane(pilot: Pilot[None]) -> ConversationView:
    assert isinstance(pilot.app, Pane)
    return pilot.app.shown


LONG: dict[str, Any] = {
    "replies": [reply(hour, f"Word number {hour} " * 12) for hour in range(1, 9)]
}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("j", "j", "k"), 1),
        (("k",), 0),
        (("space",), 11),
        (("pagedown", "pageup"), 0),
        (("G", "g"), 0),
        (("j", "home"), 0),
    ],
)
async def test_keys_scroll(pilot: Pilot[None], keys: tuple[str, ...], expected: int) -> None:
    pane(pilot).show(conversation(**LONG))
    await pilot.press(*keys)
    assert pane(pilot).scroll_offset.y == expected


async def test_the_end_is_the_last_line_and_no_further(pilot: Pilot[None]) -> None:
    pane(pilot).show(conversation(**LONG))
    await pilot.press("G", "j", "space")
    assert "Word number 8" in picture(pilot.app)[-1]


async def test_messages_are_jumped_to_from_the_top_line_on(pilot: Pilot[None]) -> None:
    view = pane(pilot)
    view.show(conversation(**LONG))
    await pilot.pause()
    view.go_to_message(1)
    assert "REQUEST" in picture(pilot.app)[0]
    view.go_to_message(1)
    assert "CUSTOMER" in picture(pilot.app)[0]
    view.go_to_message(-1)
    view.go_to_message(-1)
    assert view.scroll_offset.y == 0


async def test_news_of_the_same_ticket_keep_the_place_and_another_begins_at_its_top(
    pilot: Pilot[None],
) -> None:
    view = pane(pilot)
    view.show(conversation(**LONG))
    await pilot.press(*["j"] * 5)
    view.show(conversation(**LONG, priority=1))
    await pilot.pause()
    assert view.scroll_offset.y == 5
    view.show(conversation(id="t2", **LONG))
    await pilot.pause()
    assert view.scroll_offset.y == 0


async def test_another_width_lays_the_same_words_out_anew(pilot: Pilot[None]) -> None:
    pane(pilot).show(conversation(description="Where is my parcel by the way"))
    await pilot.resize_terminal(24, 12)
    await pilot.pause()
    lines = picture(pilot.app)
    assert all(cell_width(line) <= 24 for line in lines)
    assert "Where is my parcel" in "\n".join(lines)


async def test_all_is_shown_of_one_ticket_only_and_the_place_is_kept(
    pilot: Pilot[None],
) -> None:
    view = pane(pilot)
    view.show(conversation(description=LONG_TEXT, **LONG))
    view.go_to_message(1)
    view.go_to_message(1)
    await pilot.pause()
    before = picture(pilot.app)
    assert view.is_cut
    view.shows_all = True
    await pilot.pause()
    assert [line[:-1] for line in picture(pilot.app)] == [line[:-1] for line in before]
    view.show_from(view.scroll_offset.y - 4)
    await pilot.pause()
    assert "line 2311" in "\n".join(picture(pilot.app)[:4])
    view.show(conversation(id="t2", description=LONG_TEXT))
    assert not view.shows_all
    assert view.is_cut


async def test_a_million_characters_open_and_scroll_without_a_pause(pilot: Pilot[None]) -> None:
    view = pane(pilot)
    view.show(conversation(description="word word word word word word word\n" * 28_000))
    began = time.process_time()
    view.shows_all = True
    opened_s = time.process_time() - began
    assert view.line_count > 28_000
    await pilot.press("G")
    began = time.process_time()
    for _ in range(100):
        view.action_text_up()
    assert opened_s < 0.2
    assert time.process_time() - began < 0.5


async def test_without_a_ticket_it_says_why(pilot: Pilot[None]) -> None:
    view = pane(pilot)
    view.show(conversation())
    view.empty_text = "Somebody has deleted it."
    view.show(None)
    await pilot.pause()
    assert view.ticket_id is None
    assert [line.strip(" │") for line in picture(pilot.app) if line.strip(" │")] == [
        "Somebody has deleted it."
    ]


async def test_a_status_of_the_desks_own_is_shown_like_plain_text(pilot: Pilot[None]) -> None:
    own = {"status": "at carrier", "labels": {"en": "at the carrier"}}
    pane(pilot).show(conversation(status=own))
    await pilot.pause()
    assert "at the carrier" in picture(pilot.app)[1]


# -- what is new -----------------------------------------------------------------------------------


SEEN = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
"""Between the fourth and the fifth of the long ticket's replies."""


async def test_what_is_new_begins_below_a_line_and_the_pane_goes_there(pilot: Pilot[None]) -> None:
    view = pane(pilot)
    view.show(conversation(**LONG))
    view.mark_new(SEEN, besides=None)
    await pilot.pause()
    first, _, head, *_ = picture(pilot.app)
    assert "── new since Mon 04:30 ──" in first
    assert "CUSTOMER" in head
    assert "Word number 5" in picture(pilot.app)[3]


async def test_the_line_stays_while_the_ticket_is_read_and_news_of_it_come(
    pilot: Pilot[None],
) -> None:
    view = pane(pilot)
    view.show(conversation(**LONG))
    view.mark_new(SEEN, besides=None)
    await pilot.press("j", "j")
    place = view.scroll_offset.y
    view.show(conversation(replies=[*LONG["replies"], reply(9, "One more")]))
    view.shows_quotes = True
    await pilot.pause()
    assert view.scroll_offset.y == place
    await pilot.press("k", "k")
    assert "new since" in picture(pilot.app)[0]
    view.show(conversation(id="t2", **LONG))
    await pilot.pause()
    assert view.scroll_offset.y == 0
    await pilot.press("G")
    assert "new since" not in "\n".join(picture(pilot.app))


async def test_without_anything_new_there_is_no_line_and_the_top_is_shown(
    pilot: Pilot[None],
) -> None:
    view = pane(pilot)
    view.show(conversation(**LONG))
    view.mark_new(NOW, besides=None)
    await pilot.pause()
    assert view.scroll_offset.y == 0
    await pilot.press("G")
    assert "new since" not in "\n".join(picture(pilot.app))


async def test_the_pane_goes_to_what_is_new_also_when_it_has_no_size_yet(
    pilot: Pilot[None],
) -> None:
    """On a narrow screen it is opened and shown at once."""
    view = pane(pilot)
    view.display = False
    await pilot.pause()
    view.show(conversation(id="t7", **LONG))
    view.mark_new(SEEN, besides=None)
    view.display = True
    await pilot.pause()
    assert "new since" in picture(pilot.app)[0]
