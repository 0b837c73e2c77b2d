from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from deskero_tui.domain.ids import AgentId, CustomerId, TypeId
from deskero_tui.domain.outbox.outgoing import (
    UNSET,
    NewTicket,
    OutgoingNote,
    OutgoingReply,
    TicketPatch,
    UploadFile,
)

AGENT = AgentId("64a0")


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        (TicketPatch(), set()),
        (TicketPatch(subject="s"), {"subject"}),
        (TicketPatch(assignee=None), {"assignee"}),
        (TicketPatch(is_priority=False, tags=()), {"is_priority", "tags"}),
        (TicketPatch(custom_fields={}), {"custom_fields"}),
    ],
)
def test_a_patch_knows_what_it_changes(patch: TicketPatch, changed: set[str]) -> None:
    assert patch.changed == changed


def test_every_field_of_a_patch_is_left_alone_unless_set() -> None:
    assert all(getattr(TicketPatch(), field.name) is UNSET for field in fields(TicketPatch))
    assert repr(UNSET) == "UNSET"


def test_words_and_files_are_not_in_the_repr() -> None:
    outgoing = [
        OutgoingReply("secret words", AGENT, (UploadFile("a.txt", "text/plain", b"secret words"),)),
        OutgoingNote("secret words", AGENT, AGENT, datetime(2026, 11, 22, tzinfo=UTC)),
        NewTicket(
            subject="secret words",
            description="secret words",
            customer=CustomerId("c"),
            type=TypeId("t"),
        ),
    ]
    assert all("secret" not in repr(value) for value in outgoing)
