from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from deskero_tui.api import encode
from deskero_tui.api.address import ClientOptions, CustomFieldsSpelling, FileSpelling
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId, AreaId, CustomerId, GroupId, TypeId
from deskero_tui.domain.outbox.outgoing import (
    NewTicket,
    OutgoingNote,
    OutgoingReply,
    TicketPatch,
    UploadFile,
)

DEFAULT = ClientOptions()
BASE64 = ClientOptions(file_spelling=FileSpelling.BASE64)
LISTS = ClientOptions(custom_fields_spelling=CustomFieldsSpelling.LIST)
AGENT = AgentId("64a000000000000000000001")
HI = UploadFile("hi.txt", "text/plain", b"hi")
HI_HEX = {"documentName": "hi.txt", "documentType": "text/plain", "documentBlob": "6869"}
HI_BASE64 = {"documentName": "hi.txt", "documentType": "text/plain", "documentBase64": "aGk="}


def test_a_reply_names_its_agent_and_carries_files_as_hex() -> None:
    assert encode.reply_wire(OutgoingReply("Sent again today.", AGENT, (HI,)), DEFAULT) == {
        "text": "Sent again today.",
        "replyFromOperator": {"id": AGENT},
        "attachedDocuments": [HI_HEX],
    }


def test_files_are_spelled_in_base64_when_asked() -> None:
    wire = encode.reply_wire(OutgoingReply("x", AGENT, (HI,)), BASE64)
    assert wire["attachedDocuments"] == [HI_BASE64]


def test_a_reply_without_files_does_not_mention_them() -> None:
    assert set(encode.reply_wire(OutgoingReply("x", AGENT), DEFAULT)) == {
        "text",
        "replyFromOperator",
    }


def test_a_note_has_plain_ids_and_whole_milliseconds() -> None:
    inserted_at = datetime(2024, 1, 1, 10, 1, 40, 999, tzinfo=UTC)
    note = OutgoingNote("Ask the carrier", AGENT, AGENT, inserted_at)
    expected = {
        "note": "Ask the carrier",
        "insertBy": AGENT,
        "assignedTo": AGENT,
        "date": 1704103300000,
    }
    assert encode.note_wire(note) == expected
    reminder = OutgoingNote(
        "Ask the carrier", AGENT, AGENT, inserted_at, datetime(2024, 1, 2, 10, 1, 40, tzinfo=UTC)
    )
    assert encode.note_wire(reminder) == expected | {"remindMe": 1704189700000}


def test_a_new_ticket_leaves_to_the_desk_what_was_not_chosen() -> None:
    ticket = NewTicket(
        subject="Late parcel",
        description="It should have come on Monday.",
        customer=CustomerId("c"),
        type=TypeId("t"),
    )
    assert encode.new_ticket_wire(ticket, DEFAULT) == {
        "subject": "Late parcel",
        "description": "It should have come on Monday.",
        "openedBy": {"id": "c"},
        "type": {"id": "t"},
        "priority": 0,
    }


def test_a_new_ticket_says_all_that_was_chosen() -> None:
    ticket = NewTicket(
        subject="s",
        description="d",
        customer=CustomerId("c"),
        type=TypeId("t"),
        area=AreaId("a"),
        group=GroupId("g"),
        status="onhold",
        assignee=AGENT,
        is_priority=True,
        tags=("vip", "delivery"),
        files=(HI,),
    )
    assert encode.new_ticket_wire(ticket, DEFAULT) == {
        "subject": "s",
        "description": "d",
        "openedBy": {"id": "c"},
        "type": {"id": "t"},
        "area": {"id": "a"},
        "group": {"id": "g"},
        "status": {"status": "onhold"},
        "assignedTo": {"id": AGENT},
        "priority": 1,
        "tags": ["vip", "delivery"],
        "attachedDocuments": [HI_HEX],
    }


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (TicketPatch(), {}),
        (TicketPatch(subject="new"), {"subject": "new"}),
        (
            TicketPatch(status="solved", is_priority=False),
            {"status": {"status": "solved"}, "priority": 0},
        ),
        (TicketPatch(assignee=AGENT), {"assignedTo": {"id": AGENT}}),
        (
            TicketPatch(assignee=None, area=None, group=None),
            {"assignedTo": None, "area": None, "group": None},
        ),
        (
            TicketPatch(type=TypeId("t"), area=AreaId("a")),
            {"type": {"id": "t"}, "area": {"id": "a"}},
        ),
        (TicketPatch(tags=()), {"tags": []}),
        (TicketPatch(tags=("a", "b")), {"tags": ["a", "b"]}),
        (TicketPatch(cc=(AGENT,)), {"cc": [{"id": AGENT}]}),
        (TicketPatch(memo=None), {"memo": None}),
        (TicketPatch(custom_fields={"A": "1", "B": None}), {"customFields": {"A": "1", "B": None}}),
    ],
)
def test_a_patch_says_what_changes_and_nothing_else(
    patch: TicketPatch, expected: dict[str, object]
) -> None:
    assert encode.patch_wire(patch, DEFAULT) == expected


def test_custom_fields_are_a_list_of_objects_when_asked() -> None:
    patch = TicketPatch(custom_fields={"A": "1", "B": None})
    assert encode.patch_wire(patch, LISTS) == {"customFields": [{"A": "1"}, {"B": None}]}


def test_json_is_utf8() -> None:
    wire = encode.customer_wire("Zoë 東", "zoe@example.test")
    assert json.loads(encode.json_bytes(wire).decode("utf-8")) == wire


def test_half_a_surrogate_pair_is_bad_input_and_not_repeated() -> None:
    with pytest.raises(BadInput) as raised:
        encode.json_bytes({"text": "secret words \ud800"})
    assert "secret" not in str(raised.value)
