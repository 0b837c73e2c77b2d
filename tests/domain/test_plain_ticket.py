"""A ticket as plain text: everything that is read, nothing that commands a terminal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from deskero_tui.domain.records.conversation import conversation_of
from deskero_tui.domain.records.plain_ticket import plain_ticket, plain_words, source_ticket
from tests.domain.test_conversation import INES, NAMES, file, note, reply
from tests.support.tickets import MONDAY_MS, ticket

ROME = ZoneInfo("Europe/Rome")
HOSTILE = "\x1b]52;c;aGk=\x07\u202e [b]"


def test_head_and_messages_stand_as_they_are_read_in_the_agents_zone() -> None:
    shown = conversation_of(
        ticket(
            1,
            description="Where?",
            replies=[
                reply(1, "Soon\n\n> Where?", replyFromOperator=INES, attachedDocuments=[file("a")])
            ],
            ticketNotes=[note(2, "Call", remindMe=MONDAY_MS + 10_800_000)],
        ),
        lang="en",
        agent_names=NAMES,
    )
    assert plain_ticket(shown, ROME).split("\n") == [
        "1/2026  opened  Parcel 1",
        "From: Tom Arden <tom@example.test>",
        "Assigned: nobody",
        "",
        "== request · Tom Arden · 2026-11-23 01:00",
        "Where?",
        "",
        "== agent · Ines Marchetti · 2026-11-23 02:00",
        "Soon",
        "",
        "> Where?",
        "@1 a (10 bytes)",
        "",
        "== note · Ines Marchetti · 2026-11-23 03:00",
        "reminder for Amal Nasser: 2026-11-23 04:00",
        "Call",
    ]
    assert plain_words(shown.messages[1]) == "Soon\n\n> Where?"


def test_what_strangers_wrote_cannot_command_where_it_is_pasted() -> None:
    shown = conversation_of(
        ticket(1, subject=HOSTILE, description=HOSTILE, replies=[reply(1, HOSTILE)]),
        lang="en",
        agent_names={},
    )
    text = plain_ticket(shown, ROME)
    assert not any(sign in text for sign in "\x1b\x07\u202e")
    assert "[b]" in text


def test_a_long_message_says_how_many_lines_are_left_and_which_flag_prints_them() -> None:
    text = "".join(f"line {number}\n" for number in range(2_312))
    shown = conversation_of(
        ticket(1, description=text, tags=[f"tag-{number}" for number in range(100)]),
        lang="en",
        agent_names={},
    )
    lines = plain_ticket(shown, ROME, shows_all=False).split("\n")
    assert lines[-1] == "[312 more lines; --full shows them]"
    assert lines[-2] == "line 1999"
    assert any(
        line.startswith("Tags: ") and line.endswith("; --full shows them]") for line in lines
    )
    whole = plain_ticket(shown, ROME)
    assert whole.endswith("line 2311")
    assert "--full" not in whole


def test_a_quote_is_cut_before_the_answer_below_it() -> None:
    quote = "".join(f"> old {number}\n" for number in range(3_000))
    shown = conversation_of(ticket(1, description=f"{quote}The answer"), lang="en", agent_names={})
    lines = plain_ticket(shown, ROME, shows_all=False).split("\n")
    assert lines[-2:] == ["[1,001 more quoted lines; --full shows them]", "The answer"]


def test_what_is_never_shown_is_counted_and_its_source_is_there() -> None:
    text = "<p>one</p>\n" + "word\n" * 60_000
    shown = conversation_of(ticket(1, ticketNotes=[note(1, text)]), lang="en", agent_names={})
    assert plain_ticket(shown, ROME).endswith("[10,001 more lines; --raw prints the source]")
    assert source_ticket(shown, ROME, str).endswith(text)
