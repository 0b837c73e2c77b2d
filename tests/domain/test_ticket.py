from __future__ import annotations

import pytest
from pydantic import ValidationError

from deskero_tui.domain.records.ticket import Attachment, Note, Reply, Status, Ticket


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"documentURL": "https://api.example.test/document/64d0"}, "64d0"),
        ({"documentURL": "https://api.example.test/document/64d0/"}, "64d0"),
        ({"documentURL": "https://api.example.test/document/64d0?download=1"}, "64d0"),
        ({"documentURL": "https://api.example.test/document/64d0", "documentId": "64d1"}, "64d1"),
        ({"documentURL": "/document/64d0", "documentId": ""}, "64d0"),
        ({"documentURL": ""}, None),
        ({}, None),
    ],
)
def test_an_attachment_knows_its_id(members: dict[str, str], expected: str | None) -> None:
    assert Attachment.model_validate(members).id == expected


def test_a_ticket_of_nothing_but_an_id_is_a_ticket() -> None:
    ticket = Ticket.model_validate({"id": "64b0"})
    assert (ticket.replies, ticket.notes, ticket.tags, ticket.cc) == ((), (), (), ())
    assert (ticket.status, ticket.customer, ticket.assignee) == (None, None, None)
    assert ticket.wire_json() == '{"id":"64b0"}'


def test_a_ticket_that_is_all_null_is_a_ticket_of_nothing_but_an_id() -> None:
    names = Ticket.model_json_schema(by_alias=True)["properties"]
    nothing = dict.fromkeys(names, None) | {"id": "64b0"}
    assert Ticket.model_validate(nothing) == Ticket.model_validate({"id": "64b0"})


def test_a_ticket_cannot_be_changed() -> None:
    ticket = Ticket.model_validate({"id": "64b0"})
    with pytest.raises(ValidationError):
        ticket.subject = "other"  # type: ignore[misc]


def test_our_names_stand_for_the_names_of_the_wire() -> None:
    ticket = Ticket.model_validate(
        {
            "id": "64b0",
            "insertDate": 1_382_455_565_001,
            "managedDate": 1_382_455_565_002,
            "closedDate": 1_382_455_565_003,
            "priority": 1,
            "openedBy": {"id": "64c0", "name": "Tom Arden"},
            "assignedTo": {"id": "64a0", "name": "Ines Marchetti"},
            "toReply": True,
            "toReplyCustomer": False,
            "numberOfReplies": 4,
            "customPortalId": "p",
            "googlePlusId": "g",
            "messageUniqueId": "m",
        }
    )
    assert ticket.inserted_at < ticket.managed_at < ticket.closed_at  # type: ignore[operator]
    assert ticket.is_priority
    assert ticket.customer is not None
    assert ticket.customer.name == "Tom Arden"
    assert ticket.assignee is not None
    assert ticket.assignee.name == "Ines Marchetti"
    assert (ticket.awaits_agent, ticket.awaits_customer) == (True, False)
    assert ticket.number_of_replies == 4
    assert (ticket.custom_portal_id, ticket.google_plus_id) == ("p", "g")
    assert ticket.message_unique_id == "m"


def test_a_reply_tells_who_wrote_it_to_whom() -> None:
    reply = Reply.model_validate(
        {
            "text": "<p>Hello</p>",
            "replyDate": "1382455565000",
            "replyFromOperator": {"id": "64a0"},
            "replyToCustomer": {"id": "64c0"},
            "replyFromCustomer": None,
            "attachedDocuments": [{"documentName": "a.txt", "documentSize": 5}],
        }
    )
    assert reply.from_agent is not None
    assert reply.from_agent.id == "64a0"
    assert reply.to_customer is not None
    assert reply.to_customer.id == "64c0"
    assert reply.from_customer is None
    assert reply.attachments[0].size_bytes == 5


def test_a_note_names_its_agents_by_plain_ids() -> None:
    note = Note.model_validate(
        {
            "id": "64f0",
            "note": "Ask",
            "insertBy": "64a0",
            "assignedTo": "",
            "remindMe": "1382455565000",
        }
    )
    assert (note.author, note.assignee) == ("64a0", None)
    assert note.remind_at is not None


def test_a_status_may_be_one_we_do_not_know() -> None:
    assert Status.model_validate({"status": "escalated"}).name == "escalated"
