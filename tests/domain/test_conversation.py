"""A ticket made ready to be read: in order, by name, and with nothing in it that could do harm."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.records.conversation import (
    Conversation,
    Fact,
    MessageKind,
    conversation_of,
    person_name,
)
from deskero_tui.domain.records.people import Agent, Customer
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.time.epoch import from_ms
from tests.support.tickets import MONDAY_MS, ticket

HOUR_MS = 3_600_000
TOM = {"id": "c1", "name": "Tom Arden", "email": "tom@example.test"}
INES = {"id": "a1", "name": "Ines Marchetti", "email": "ines@desk.test"}
NAMES = {AgentId("a1"): "Ines Marchetti", AgentId("a2"): "Amal Nasser"}


def reply(hours: float, text: str, **members: Any) -> dict[str, Any]:
    """A reply so many hours after Monday midnight, by the customer unless told else."""
    who = {} if "replyFromOperator" in members else {"replyFromCustomer": TOM}
    return {"text": text, "replyDate": MONDAY_MS + int(hours * HOUR_MS), **who, **members}


def note(hours: float, text: str, **members: Any) -> dict[str, Any]:
    return {
        "note": text,
        "date": MONDAY_MS + int(hours * HOUR_MS),
        "insertBy": "a1",
        "assignedTo": "a2",
        **members,
    }


def file(name: str) -> dict[str, Any]:
    return {"documentName": name, "documentType": "image/png", "documentSize": 10}


def read(record: Ticket, *, lang: str = "en") -> Conversation:
    return conversation_of(record, lang=lang, agent_names=NAMES)


def test_replies_and_notes_stand_in_the_order_of_time_after_the_request() -> None:
    conversation = read(
        ticket(
            1,
            description="Where is it?",
            replies=[reply(3, "Still nothing"), reply(1, "On its way", replyFromOperator=INES)],
            ticketNotes=[note(2, "Call the depot")],
        )
    )
    assert [(message.kind, message.author) for message in conversation.messages] == [
        (MessageKind.REQUEST, "Tom Arden"),
        (MessageKind.AGENT, "Ines Marchetti"),
        (MessageKind.NOTE, "Ines Marchetti"),
        (MessageKind.CUSTOMER, "Tom Arden"),
    ]


def test_the_request_comes_first_even_when_a_note_is_older_or_has_no_date() -> None:
    conversation = read(ticket(1, ticketNotes=[note(-9, "before"), {"note": "undated"}]))
    kinds = [message.kind for message in conversation.messages]
    assert kinds == [MessageKind.REQUEST, MessageKind.NOTE, MessageKind.NOTE]
    assert conversation.messages[1].at is None


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([], "Where is it?"),
        ([reply(1, "Soon", replyFromOperator=INES)], "Where is it?"),
        ([reply(1, "And now?"), reply(2, "Soon", replyFromOperator=INES)], "And now?"),
    ],
)
def test_a_reply_answers_the_last_word_of_the_customer(
    replies: list[dict[str, Any]], expected: str
) -> None:
    conversation = read(
        ticket(1, description="Where is it?", replies=replies, ticketNotes=[note(9, "hm")])
    )
    assert conversation.last_from_customer.parts[0].text == expected


def test_files_are_numbered_over_the_whole_ticket_and_keep_their_record() -> None:
    conversation = read(
        ticket(
            1,
            attachedDocuments=[file("a.png"), file("b.png")],
            replies=[
                reply(2, "two", attachedDocuments=[file("d.png")]),
                reply(1, "one", attachedDocuments=[file("")]),
            ],
        )
    )
    assert sorted((line.number, line.name) for line in conversation.files) == [
        (1, "a.png"), (2, "b.png"), (3, "d.png"), (4, "unnamed"),
    ]  # fmt: skip
    assert all(line.source.name in (line.name, "") for line in conversation.files)


def test_a_note_names_who_wrote_it_and_who_is_reminded_though_it_carries_ids_only() -> None:
    (_, written) = read(ticket(1, ticketNotes=[note(1, "Call", remindMe=MONDAY_MS)])).messages
    assert (written.author, written.remind_whom) == ("Ines Marchetti", "Amal Nasser")
    assert written.remind_at is not None
    (_, unknown) = read(ticket(1, ticketNotes=[note(1, "Call", insertBy="a9")])).messages
    assert unknown.author == "a9"


def test_quoted_text_is_told_apart_and_markup_of_mails_becomes_text() -> None:
    html = "<p>Thanks</p><blockquote><p>It left</p></blockquote><script>alert(1)</script>"
    (_, message) = read(ticket(1, replies=[reply(1, html)])).messages
    assert [(part.text.strip(), part.is_quote) for part in message.parts if part.text.strip()] == [
        ("Thanks", False),
        ("> It left", True),
    ]


def test_the_head_has_only_facts_that_say_something() -> None:
    conversation = read(
        ticket(
            1,
            assignedTo=None,
            priority=1,
            type={"id": "y", "type": "request", "labels": {"it": "richiesta"}},
            tags=["vip", "late"],
            customFields={"Order No": "A-1", "Empty": ""},
        ),
        lang="it",
    )
    assert list(conversation.facts) == [
        Fact("From", conversation.facts[0].value),
        Fact("Assigned", conversation.facts[1].value),
        Fact("Priority", conversation.facts[2].value),
        Fact("Type", conversation.facts[3].value),
        Fact("Tags", conversation.facts[4].value),
        Fact("Order No", conversation.facts[5].value),
    ]
    assert [fact.value for fact in conversation.facts] == [
        "Tom Arden <tom@example.test>", "nobody", "yes", "richiesta", "vip, late", "A-1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("person", "name"),
    [
        (None, ""),
        (Customer.model_validate(TOM), "Tom Arden"),
        (Customer.model_validate({"id": "c2", "email": "x@y.test"}), "x@y.test"),
        (Agent.model_validate({"id": "a7"}), "a7"),
    ],
)
def test_people_are_called_by_name_else_address_else_id(
    person: Customer | Agent | None, name: str
) -> None:
    assert person_name(person) == name


def test_a_bare_ticket_can_be_read() -> None:
    conversation = read(Ticket.model_validate({"id": "t1"}))
    assert (conversation.number, conversation.subject, conversation.status) == ("", "", "")
    assert [message.kind for message in conversation.messages] == [MessageKind.REQUEST]
    assert conversation.last_from_customer.parts == ()


def test_a_long_note_is_cut_and_says_so() -> None:
    (_, message) = read(ticket(1, ticketNotes=[note(1, "x\n" * 60_000)])).messages
    assert message.lines_left == 10_000
    assert message.parts[0].text.count("\n") == 49_999
    (_, whole) = read(ticket(1, ticketNotes=[note(1, "x" * 70_000)])).messages
    assert (whole.lines_left, len(whole.parts[0].text)) == (0, 70_000)
    (_, wide) = read(ticket(1, ticketNotes=[note(1, "a\n" + "x" * 1_200_000 + "\nb")])).messages
    assert wide.lines_left == 2


OUTLOOK_HEAD = "From: Ines\nSent: Monday 10:00\nTo: Tom\nSubject: Re: late\n\n"


def test_an_answer_inside_an_outlook_quote_of_an_earlier_message_stays_visible() -> None:
    asked = "Which address should the driver use?\nWhen would it suit you best?"
    answered = asked.replace("use?\n", "use?\nDover Road\n")
    (_, _, message) = read(
        ticket(
            1,
            replies=[
                reply(2, f"Hello Ines, thank you\n\n{OUTLOOK_HEAD}{answered}"),
                reply(1, asked, replyFromOperator=INES),
            ],
        )
    ).messages
    visible = "".join(part.text for part in message.parts if not part.is_quote)
    assert visible.split("\n") == ["Hello Ines, thank you", "", "Dover Road", ""]


def test_a_message_quotes_only_what_came_before_it() -> None:
    text = "Which address should the driver use?"
    (_, first, _) = read(
        ticket(
            1,
            description="Hello, my parcel is late",
            replies=[
                reply(1, f"See what I found\n\n{OUTLOOK_HEAD}{text}"),
                reply(2, text, replyFromOperator=INES),
            ],
        )
    ).messages
    assert [part.is_quote for part in first.parts] == [False]


def test_what_a_forwarded_mail_is_about_stays_visible() -> None:
    text = f"Can you help?\n\n{OUTLOOK_HEAD}It does not start."
    (request,) = read(ticket(1, subject="WG: Motor", description=text)).messages
    assert [part.is_quote for part in request.parts] == [False]
    (request,) = read(ticket(1, subject="Motor", description=text)).messages
    assert [part.is_quote for part in request.parts] == [False, True]


def test_lists_of_the_head_have_their_items() -> None:
    tags = [f"tag-{number}" for number in range(200)]
    facts = {fact.name: fact for fact in read(ticket(1, tags=tags)).facts}
    assert facts["Tags"].items == tuple(tags)
    assert facts["Tags"].value == ", ".join(tags)


HOSTILE = st.text(
    st.sampled_from("\x1b[]0;\x07\x9b\u202e\u2066\u200d\ufeff\ud800\x00\r\n\tab/\\<>&#27;茶\u0301"),
    max_size=40,
)


@given(HOSTILE)
def test_no_text_of_a_stranger_comes_out_able_to_command_a_terminal(text: str) -> None:
    person = {"id": "c1", "name": text, "email": text, "company": text}
    conversation = read(
        Ticket.model_validate(
            {
                "id": "t1",
                "number": text,
                "subject": text,
                "description": text,
                "openedBy": person,
                "tags": [text],
                "memo": text,
                "customFields": {text or "x": text},
                "status": {"status": "opened", "labels": {"en": text}},
                "attachedDocuments": [{"documentName": text, "documentType": text}],
                "replies": [{"text": f"<p>{text}</p>", "replyFromCustomer": person}],
                "ticketNotes": [{"note": text, "insertByName": text, "remindMe": 1}],
            }
        )
    )
    for shown in texts_of(conversation):
        bad = {c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")}
        assert not bad, shown


def texts_of(value: object) -> list[str]:
    """Every text in a readable value; the records it was made from are left out."""
    match value:
        case Enum() | Ticket():
            return []
        case str():
            return [value]
        case tuple():
            return [text for item in value for text in texts_of(item)]
        case _ if is_dataclass(value):
            names = [field.name for field in fields(value) if field.name != "source"]
            return [text for name in names for text in texts_of(getattr(value, name))]
        case _:
            return []


# -- what is new -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "besides", "first"),
    [
        (0, None, 1),
        (1, None, 2),
        (1.5, None, 2),
        (1.5, "a1", 3),
        (2.5, "a2", 4),
        (0, "a9", 1),
        (4, None, None),
        (99, None, None),
    ],
)
def test_new_is_what_came_later_and_from_somebody_else(
    hours: float, besides: str | None, first: int | None
) -> None:
    shown = read(
        ticket(
            1,
            replies=[reply(1, "?", replyFromCustomer=TOM), reply(2, "!", replyFromOperator=INES)],
            ticketNotes=[note(3, "by Amal", insertBy="a2"), note(4, "by nobody", insertBy=None)],
        )
    )
    moment = from_ms(MONDAY_MS) + timedelta(hours=hours)
    agent = AgentId(besides) if besides else None
    assert shown.first_after(moment, besides=agent) == first


def test_the_request_is_never_new_and_neither_is_what_has_no_date() -> None:
    shown = read(ticket(1, insertDate=MONDAY_MS + 3_600_000, replies=[{"text": "when?"}]))
    assert shown.first_after(from_ms(MONDAY_MS), besides=None) is None
