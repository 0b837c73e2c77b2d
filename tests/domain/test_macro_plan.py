"""What the changes of a macro come to for a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.macros.library import Changes
from deskero_tui.domain.macros.plan import Lookups, Plan, planned
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText
from tests.support.tickets import ticket

ROME = ZoneInfo("Europe/Rome")
LOOKUPS = Lookups(
    statuses=[Choice("onhold", SafeText("In attesa")), Choice("solved", SafeText("Risolto"))],
    agents=[
        Choice("a1", SafeText("Ines Marchetti"), SafeText("ines@example.test")),
        Choice("a2", SafeText("Bert Lund"), SafeText("bert@example.test")),
        Choice("a3", SafeText("Bert Lund"), SafeText("bert2@example.test")),
    ],
    me=AgentId("a1"),
    now=datetime(2026, 11, 22, 9, tzinfo=ROME),
)
TICKET = ticket(7, tags=["late", "vip"], assignedTo={"id": "a2", "name": "Bert"})


def plan(**changes: Any) -> Plan:
    return planned(Changes(**changes), TICKET, LOOKUPS)


@pytest.mark.parametrize(
    ("changes", "patch", "words"),
    [
        ({"status": "On-Hold"}, TicketPatch(status="onhold"), "status In attesa"),
        ({"status": "risolto"}, TicketPatch(status="solved"), "status Risolto"),
        ({"is_priority": True}, TicketPatch(is_priority=True), "priority yes"),
        ({"is_priority": False}, TicketPatch(), "priority no"),
        (
            {"added_tags": ("refund", "vip"), "removed_tags": ("late", "none")},
            TicketPatch(tags=("vip", "refund")),
            "tags +refund +vip -late -none",
        ),
        ({"added_tags": ("vip",)}, TicketPatch(), "tags +vip"),
        ({"assign": "me"}, TicketPatch(assignee=AgentId("a1")), "assigned to me"),
        ({"assign": "Nobody"}, TicketPatch(assignee=None), "assigned to nobody"),
        ({"assign": "bert@example.test"}, TicketPatch(), "assigned to Bert Lund"),
        ({"assign": "ines marchetti"}, TicketPatch(assignee=AgentId("a1")), "assigned to Ines"),
        ({}, TicketPatch(), ""),
    ],
)
def test_names_are_looked_up_and_only_what_differs_is_changed(
    changes: dict[str, Any], patch: TicketPatch, words: str
) -> None:
    made = plan(**changes)
    assert made.patch == patch
    assert made.in_words.startswith(words)


def test_a_status_that_the_ticket_has_is_no_change() -> None:
    opened = [*LOOKUPS.statuses, Choice("opened", SafeText("Aperto"))]
    made = planned(Changes(status="aperto"), TICKET, replace(LOOKUPS, statuses=opened))
    assert (made.patch, made.in_words) == (TicketPatch(), "status Aperto")


def test_a_reminder_may_end_when_the_customer_writes() -> None:
    made = plan(remind="tomorrow 9?")
    assert made.remind_at == datetime(2026, 11, 23, 9, tzinfo=ROME)
    assert made.in_words.endswith("unless the customer writes before")
    assert made.noted("Look") == "[remind unless answered]\nLook"
    assert plan(remind="tomorrow 9").noted("Look") == "Look"


def test_a_reminder_is_counted_from_now_and_read_back_in_full() -> None:
    made = plan(remind="tomorrow 9")
    assert made.remind_at == datetime(2026, 11, 23, 9, tzinfo=ROME)
    assert made.in_words.startswith("reminder Mon 23 Nov 2026 09:00 CET")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"status": "risolt"}, "There is no status risolt. Did you mean risolto?"),
        ({"assign": "Ines Marchetta"}, "There is no agent Ines Marchetta. Did you mean ines"),
        ({"assign": "Zoe"}, "There is no agent Zoe."),
        ({"assign": "Bert Lund"}, "There are several of the name Bert Lund"),
        ({"remind": "2020-01-01"}, ""),
        ({"remind": "2020-01-01?"}, ""),
    ],
)
def test_what_is_not_known_is_said(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as raised:
        plan(**changes)
    assert raised.value.user_message.startswith(says)


def test_nobody_is_me_while_that_is_not_known() -> None:
    with pytest.raises(BadInput, match="which agent you are"):
        planned(Changes(assign="me"), TICKET, replace(LOOKUPS, me=None))
