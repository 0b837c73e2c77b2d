"""The examples of API sheet §8 as data: what an answer or a body looks like, and how we know.

Names and texts are invented; the shapes are the vendor's. Tests of the client decode them, tests of
the server compare members and types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Label(Enum):
    """Where the shape of an example comes from."""

    DOC = "doc"
    """Vendor documentation or vendor example code."""
    CLIENT = "client"
    """A working client relies on it."""
    GUESS = "guess"
    """Nobody says so; ours."""


@dataclass(frozen=True)
class Example:
    """One body with the status it comes with; `body` None stands for no bytes at all."""

    section: str
    labels: frozenset[Label]
    body: Any
    status: int = 200


def _example(section: str, body: Any, *labels: Label, status: int = 200) -> Example:
    return Example(section, frozenset(labels), body, status)


TICKET_ID = "64b000000000000000000001"
AGENT_ID = "64a000000000000000000001"
CUSTOMER_ID = "64c000000000000000000001"
TYPE_ID = "64e000000000000000000001"
HI_FILE = {"documentName": "hi.txt", "documentType": "text/plain", "documentBlob": "6869"}

CHANNELS: Mapping[str, None] = dict.fromkeys(
    (
        *("tweetId", "tweetType", "facebookId", "facebookType", "linkedinId", "linkedinType"),
        *("googlePlusId", "googlePlusType", "youtubeId", "youtubeType", "messageUniqueId"),
    )
)


def _list_of(key: str, *records: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {
            "totalRecords": len(records),
            "recordsPerPage": 25,
            "previousQuery": None,
            "nextQuery": None,
            "records": list(records),
        }
    }


TOKEN = _example(
    "8.1",
    {
        "access_token": "0f6e1c2a-test-bearer",
        "token_type": "bearer",
        "expires_in": 3600,
        "scope": "trust write read",
    },
    Label.DOC,
)

TICKET_LIST_FIRST = _example(
    "8.2",
    {
        "ticket": {
            "totalRecords": 26,
            "recordsPerPage": 25,
            "previousQuery": None,
            "nextQuery": "https://api.example.test/ticket/list?page=2",
            "records": [
                {
                    "id": TICKET_ID,
                    "number": "7/2024",
                    "subject": "Late parcel",
                    "status": {"status": "opened", "labels": {"en": "opened"}},
                    "insertDate": 1704103200000,
                }
            ],
        }
    },
    Label.DOC,
)

TICKET_LIST_LAST = _example(
    "8.3",
    {
        "ticket": {
            "totalRecords": 26,
            "recordsPerPage": 25,
            "previousQuery": "https://api.example.test/ticket/list?page=1",
            "nextQuery": None,
            "records": [
                {"id": "64b00000000000000000001a", "number": "32/2024", "subject": "Refund"}
            ],
        }
    },
    Label.DOC,
)

NOTHING = _example("8.4", None, Label.DOC, status=204)

TICKET_DETAIL = _example(
    "8.5",
    {
        "id": TICKET_ID,
        "number": "7/2024",
        "subject": "Late parcel",
        "description": "It should have come on Monday.",
        "insertDate": 1704103200000,
        "managedDate": 1704103260500,
        "closedDate": None,
        "priority": 1,
        "assignedTo": {"id": AGENT_ID, "name": "Ines Marchetti"},
        "cc": [],
        "openedBy": {"id": CUSTOMER_ID, "name": "Tom Arden"},
        "numberOfReplies": 1,
        "replies": [
            {
                "text": "We are looking into it.",
                "replyDate": 1704103260500,
                "replyFromCustomer": None,
                "replyToCustomer": {"id": CUSTOMER_ID},
                "replyFromOperator": {"id": AGENT_ID},
                "replyToOperator": None,
                "attachedDocuments": [],
                **CHANNELS,
            }
        ],
        "tags": ["delivery"],
        "attachedDocuments": [
            {
                "documentName": "label.txt",
                "documentDate": 1704103200000,
                "documentSize": 5,
                "documentType": "text/plain",
                "attachedDate": 1704103200000,
                "documentURL": "https://api.example.test/document/64d000000000000000000001",
                "documentBlob": None,
            }
        ],
        "status": {
            "status": "opened",
            "labels": {"en": "opened", "it": "aperto", "es": "abierto", "fr": "à traiter"},
        },
        "type": {"id": TYPE_ID, "type": "incident", "labels": {"en": "incident"}},
        "area": None,
        "group": None,
        "memo": None,
        "source": {"source": "web", "labels": {"en": "web"}},
        "customFields": [{"Order No": "A-1009"}],
        "ticketNotes": [
            {
                "id": "64f000000000000000000001",
                "note": "Ask the carrier",
                "insertBy": AGENT_ID,
                "assignedTo": AGENT_ID,
                "date": 1704103300000,
                "remindMe": 1704189700000,
            }
        ],
        **CHANNELS,
        "customPortalId": None,
        "toReply": False,
        "toReplyCustomer": True,
    },
    Label.DOC,
)

CREATE_TICKET = _example(
    "8.6",
    {
        "subject": "Late parcel",
        "description": "It should have come on Monday.",
        "openedBy": {"id": CUSTOMER_ID},
        "type": {"id": TYPE_ID},
        "attachedDocuments": [HI_FILE],
        "replies": [
            {
                "text": "Logged by phone",
                "replyDate": "1704103200000",
                "replyFromOperator": {"id": AGENT_ID},
            }
        ],
    },
    Label.DOC,
)
CREATED = _example("8.6", {"id": TICKET_ID}, Label.DOC, status=201)

UPDATE_TICKET = _example("8.7", {"status": {"status": "solved"}, "priority": 0}, Label.DOC)

REPLY = _example(
    "8.8",
    {
        "text": "Sent again today.",
        "replyFromOperator": {"id": AGENT_ID},
        "attachedDocuments": [HI_FILE],
    },
    Label.DOC,
)

NOTE = _example(
    "8.9",
    {
        "note": "Ask the carrier",
        "insertBy": AGENT_ID,
        "assignedTo": AGENT_ID,
        "date": 1704103300000,
        "remindMe": 1704189700000,
    },
    Label.DOC,
)

_TYPE = {"id": TYPE_ID, "type": "incident", "labels": {"en": "incident", "it": "incidente"}}
TYPE_LIST_DOCUMENTED = _example("8.10", _list_of("ticket", _TYPE), Label.DOC)
TYPE_LIST_AS_READ = _example("8.10", _list_of("type", _TYPE), Label.CLIENT)

CUSTOMER_SEARCH = _example(
    "8.11",
    _list_of(
        "customer",
        {
            "id": CUSTOMER_ID,
            "name": "Tom Arden",
            "email": "tom@example.test",
            "state": "GB",
            "topClient": False,
            "company": "Arden Ltd",
            "language": "en",
            "account": {
                "id": "64ac00000000000000000001",
                "username": "tom@example.test",
                "enabled": True,
                "insertDate": 1704000000000,
                "blockedDate": None,
                "lastPasswordChange": None,
            },
            "customFields": {"Client Id": "98x"},
        },
    ),
    Label.DOC,
)

COMPANY = _example(
    "8.12",
    {
        "id": "64cc00000000000000000001",
        "company": "Arden Ltd",
        "vatNumber": "0123456789",
        "email": None,
        "invoicingEmail": None,
        "phoneNumber": "202-555-0100",
        "faxNumber": None,
        "address": "1 Mill Lane",
        "city": "York",
        "province": None,
        "state": "GB",
        "postalNumber": "YO1 7HH",
        "bankAccount": None,
        "insertDate": "1704000000000",
        "note": None,
    },
    Label.DOC,
)

AGENT_GROUP = _example(
    "8.13",
    {
        "id": "64ab00000000000000000001",
        "name": "Customer Care",
        "description": "First line",
        "agents": [{"id": AGENT_ID, "name": "Ines Marchetti"}],
    },
    Label.DOC,
)

TOLERANCE = _example(
    "8.14",
    {
        "id": TICKET_ID,
        "insertDate": "1704103200000",
        "priority": True,
        "tags": [{"delivery": None}, {"tag": "vip"}, "vip", None],
        "cc": None,
        "replies": None,
        "customFields": {"Order No": "A-1009"},
        "status": {"status": "onhold"},
        "assignedTo": None,
        "workedTimeHours": 1,
        "slaTargets": [{"event": "REPLY", "status": "on_time"}],
        "externalId1": "EXT-42",
        "someFutureMember": {"a": [1]},
    },
    Label.CLIENT,
    Label.GUESS,
)

REFUSAL_IN_SUCCESS = _example("8.15", {"data": "This customer still has tickets"}, Label.CLIENT)

EXPIRED_BEARER = _example(
    "8.16",
    {"error": "invalid_token", "error_description": "Access token expired"},
    Label.GUESS,
    status=401,
)

VALIDATION_FAILURE = _example(
    "8.17",
    {"error": "bad_request", "message": "Unknown field: subjct"},
    Label.GUESS,
    status=400,
)

SAME_FILE_TWICE = _example(
    "8.18",
    [
        HI_FILE,
        {"documentName": "hi.txt", "documentType": "text/plain", "documentBase64": "aGk="},
    ],
    Label.DOC,
    Label.CLIENT,
)

EXAMPLES: Mapping[str, Example] = {
    name: value for name, value in list(globals().items()) if isinstance(value, Example)
}
"""Every example by its name."""
