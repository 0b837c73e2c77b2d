"""What is new, what differs three ways, and whether our words are among those on the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from deskero_tui.domain.ids import AgentId, AreaId, CustomerId, GroupId, TypeId
from deskero_tui.domain.outbox.contents import NoteContent, ReplyContent
from deskero_tui.domain.outbox.merge import (
    FieldConflict,
    FieldValue,
    Hold,
    News,
    NewsKind,
    base_values,
    baseline_json,
    baseline_of,
    field_value,
    hold_json,
    is_alike,
    is_applied,
    matches,
    merge,
    news_since,
    read_baseline,
    read_hold,
    read_values,
    values_json,
    wanted_value,
)
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.text.html import text_to_html
from deskero_tui.domain.text.safe_text import SafeText
from tests.support.tickets import MONDAY_MS, ticket

ME = AgentId("a1")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def reply(text: str = "x", *, agent: str = "", at: int = MONDAY_MS) -> dict[str, Any]:
    author = {"replyFromOperator": {"id": agent, "name": agent.upper()}}
    customer = {"replyFromCustomer": {"id": "c1", "name": "Tom"}}
    return {"text": text, "replyDate": at, **(author if agent else customer)}


def note(text: str = "x", *, by: str = "a2", **members: Any) -> dict[str, Any]:
    return {"id": f"n-{text}", "note": text, "insertBy": by, "date": MONDAY_MS, **members}


# -- news ------------------------------------------------------------------------------------------


def test_nothing_is_new_on_an_unchanged_ticket() -> None:
    same = ticket(1, replies=[reply(), reply(agent="a2")], ticketNotes=[note()])
    assert news_since(baseline_of(same), same, ME) == ()


def test_what_others_did_is_news_in_order_and_what_i_did_is_not() -> None:
    before = baseline_of(ticket(1, replies=[reply()]))
    after = ticket(
        1,
        replies=[reply(), reply(at=MONDAY_MS + 1), reply(agent="a2"), reply(agent="a1")],
        ticketNotes=[note(), note("mine", by="a1")],
        status={"status": "On hold"},
        assignedTo={"id": "a2"},
    )
    found = news_since(before, after, ME)
    assert [(news.kind, news.who, news.who_id, news.now) for news in found] == [
        (NewsKind.CUSTOMER, "Tom", "c1", ""),
        (NewsKind.AGENT, "A2", "a2", ""),
        (NewsKind.NOTE, "", "a2", ""),
        (NewsKind.STATUS, "", "", "onhold"),
        (NewsKind.ASSIGNEE, "", "", "a2"),
    ]


def test_a_second_message_of_the_same_moment_is_news() -> None:
    before = baseline_of(ticket(1, replies=[reply("one")]))
    after = ticket(1, replies=[reply("one"), reply("two")])
    assert len(news_since(before, after, ME)) == 1


def test_an_edited_text_and_a_differently_spelled_status_are_no_news() -> None:
    before = baseline_of(ticket(1, replies=[reply("one")], status={"status": "onhold"}))
    after = ticket(1, replies=[reply("<p>one</p>")], status={"status": "on-hold"})
    assert news_since(before, after, ME) == ()


def test_a_baseline_holds_no_text() -> None:
    spoken = ticket(1, replies=[reply("secret")], ticketNotes=[note("secret", id="n1")])
    assert "secret" not in baseline_json(baseline_of(spoken))


# -- fields ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "theirs", "sent", "conflicts"),
    [
        ("opened", "opened", {"status"}, ()),
        ("opened", "solved", set(), ()),
        ("opened", "onhold", set(), (FieldConflict("status", "opened", "solved", "onhold"),)),
        ("solved", "opened", set(), (FieldConflict("status", "solved", "solved", "opened"),)),
    ],
)
def test_a_field_is_compared_three_ways(
    base: str, theirs: str, sent: set[str], conflicts: tuple[FieldConflict, ...]
) -> None:
    merged = merge(
        TicketPatch(status="solved"), {"status": base}, ticket(1, status={"status": theirs})
    )
    assert merged.to_send.changed == sent
    assert merged.conflicts == conflicts


def test_each_field_is_decided_alone() -> None:
    patch = TicketPatch(status="solved", memo="ours", is_priority=True)
    before = ticket(1)
    after = ticket(1, memo="theirs", priority=1)
    merged = merge(patch, base_values(patch, before), after)
    assert merged.to_send == TicketPatch(status="solved")
    assert [conflict.name for conflict in merged.conflicts] == ["memo"]


def test_a_field_nobody_knew_counts_as_unchanged() -> None:
    merged = merge(TicketPatch(status="solved"), {}, ticket(1))
    assert merged.to_send.changed == {"status"}


FULL = {
    "subject": "S",
    "assignedTo": {"id": "a2"},
    "priority": 1,
    "type": {"id": "y"},
    "area": {"id": "r"},
    "group": {"id": "g"},
    "tags": ["b", "a"],
    "cc": [{"id": "a3"}, {"id": "a2"}],
    "memo": "M",
    "status": {"status": "on hold"},
    "customFields": [{"Order": "1"}, {"Old": None}],
}
FULL_PATCH = TicketPatch(
    subject="S",
    status="onhold",
    assignee=AgentId("a2"),
    is_priority=True,
    type=TypeId("y"),
    area=AreaId("r"),
    group=GroupId("g"),
    tags=("a", "b"),
    cc=(AgentId("a2"), AgentId("a3")),
    memo=" M ",
    custom_fields={"Order": "1"},
)


@pytest.mark.parametrize("name", sorted(FULL_PATCH.changed))
def test_every_field_is_read_alike_from_patch_and_ticket(name: str) -> None:
    wanted = TicketPatch(**{name: getattr(FULL_PATCH, name)})
    assert is_applied(wanted, {}, ticket(1, **FULL))
    assert not is_applied(wanted, {}, ticket(1, subject="other"))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "sent"),
    [
        ({"A": "1", "B": "1"}, {"A": "2", "B": "1"}, {"A": "1", "B": "3"}, {"A": "2", "B": "3"}),
        ({"A": "1"}, {"A": None}, {"A": "1", "B": "new"}, {"A": None, "B": "new"}),
        ({"A": "1", "B": "1"}, {"A": "2", "B": "1"}, {"A": "1"}, {"A": "2", "B": None}),
        ({"A": "1", "B": "1"}, {"A": "2", "B": "1"}, {"A": "2", "B": "3"}, None),
        ({}, {"A": "2"}, {"B": "3"}, {"A": "2", "B": "3"}),
    ],
)
def test_each_custom_field_goes_by_itself(
    base: dict[str, str],
    ours: dict[str, str | None],
    theirs: dict[str, str],
    sent: dict[str, str | None] | None,
) -> None:
    """What a colleague did to another field stays; what is so already needs no request."""
    patch = TicketPatch(custom_fields=ours)
    known = base_values(patch, ticket(1, customFields=base))
    merged = merge(patch, known, ticket(1, customFields=theirs))
    assert merged.conflicts == ()
    assert merged.to_send == (TicketPatch() if sent is None else TicketPatch(custom_fields=sent))


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ({"A": "1"}, {"A": "2"}, {"A": "3"}),
        ({"A": "1"}, {"A": None}, {"A": "3"}),
        ({"A": "1"}, {"A": "2"}, {"C": "3"}),
        ({"A": "1", "A: b": "1"}, {"A": "2", "A: b": "1"}, {"A": "1", "A: b": "3"}),
    ],
)
def test_a_custom_field_that_both_have_changed_is_asked_about(
    base: dict[str, str], ours: dict[str, str | None], theirs: dict[str, str]
) -> None:
    patch = TicketPatch(custom_fields=ours)
    known = base_values(patch, ticket(1, customFields=base))
    merged = merge(patch, known, ticket(1, customFields=theirs))
    assert [conflict.name for conflict in merged.conflicts] == ["custom_fields"]
    assert merged.to_send == TicketPatch()


def test_clearing_a_field_is_seen_as_applied() -> None:
    cleared = TicketPatch(assignee=None, memo=None, area=None, tags=(), custom_fields={})
    assert is_applied(cleared, {}, ticket(1))
    assert not is_applied(cleared, {}, ticket(1, **FULL))


@pytest.mark.parametrize(
    ("wanted", "kept", "is_ours"),
    [
        (TicketPatch(tags=("VIP", "Late")), {"tags": ["late", "vip"]}, True),
        (TicketPatch(tags=("VIP",)), {"tags": ["vip", "late"]}, False),
        (TicketPatch(subject='The "lost" key'), {"subject": "The \u201clost\u201d key"}, True),
        (TicketPatch(subject="The lost key"), {"subject": "The lost keys of Tom"}, False),
        (TicketPatch(memo="\u043a\u043b\u044e\u0447 42"), {"memo": "???? 42"}, True),
    ],
)
def test_what_a_desk_has_made_of_a_value_is_that_value(
    wanted: TicketPatch, kept: dict[str, object], is_ours: bool
) -> None:
    assert is_applied(wanted, {}, ticket(1, **kept)) is is_ours
    base = base_values(wanted, ticket(1, subject="Before", memo="before", tags=["old"]))
    assert bool(merge(wanted, base, ticket(1, **kept)).conflicts) is not is_ours


def test_an_old_value_that_differs_by_case_alone_is_no_proof() -> None:
    patch, old = TicketPatch(tags=("vip",)), ticket(1, tags=["VIP"])
    assert not is_applied(patch, base_values(patch, old), old)
    assert merge(patch, base_values(patch, old), old).to_send == patch


def test_a_patch_covers_every_field_of_its_class() -> None:
    assert len(FULL_PATCH.changed) == len(TicketPatch.__dataclass_fields__)
    for name in FULL_PATCH.changed:
        assert field_value(ticket(1, **FULL), name) is not None
        assert wanted_value(FULL_PATCH, name) is not None


# -- our words -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a < b\nc", "one\n\ntwo", "  indented", "tab\there", "é"])
def test_a_text_is_known_again_as_html_and_as_text(text: str) -> None:
    there = ticket(
        1,
        replies=[
            reply(text_to_html(text), agent="a1"),
            reply(text, agent="a1"),
            reply(text, agent="a2"),
            reply(text),
            reply("other", agent="a1"),
        ],
    )
    assert matches(ReplyContent(text, ME), there) == 2


def test_a_note_is_known_by_author_text_and_reminder() -> None:
    there = ticket(
        1,
        ticketNotes=[
            note("call", by="a1"),
            note("call", by="a1", remindMe=MONDAY_MS),
            note("call", by="a2"),
        ],
    )
    assert matches(NoteContent("call", ME, ME, NOW), there) == 1
    assert matches(NoteContent("call", ME, ME, NOW, NOW), there) == 1


@pytest.mark.parametrize(
    ("members", "alike"),
    [
        ({}, True),
        ({"description": "<p>Where?</p>"}, True),
        ({"subject": "Other"}, False),
        ({"description": "Other"}, False),
        ({"openedBy": {"id": "c2"}}, False),
        ({"openedBy": None}, False),
    ],
)
def test_a_new_ticket_is_known_by_customer_subject_and_description(
    members: dict[str, Any], alike: bool
) -> None:
    new = NewTicket(
        subject="Parcel 1", description="Where?", customer=CustomerId("c1"), type=TypeId("y")
    )
    assert is_alike(new, ticket(1, **{"description": "Where?", **members})) is alike


# -- in the store ----------------------------------------------------------------------------------


def test_baselines_values_and_holds_survive_the_store() -> None:
    baseline = baseline_of(ticket(1, **FULL, replies=[reply()], ticketNotes=[note()]))
    assert read_baseline(baseline_json(baseline)) == baseline
    values: dict[str, FieldValue] = {"tags": ("a",), "assignee": None, "is_priority": True}
    assert read_values(values_json(values)) == values
    hold = Hold(
        news=(
            News(NewsKind.CUSTOMER, SafeText("Tom"), NOW, who_id="c1"),
            News(NewsKind.STATUS, SafeText(""), None, "solved"),
        ),
        conflicts=(FieldConflict("tags", ("a",), (), ("b",)),),
        baseline=baseline,
    )
    assert read_hold(hold_json(hold)) == hold
    assert read_hold(hold_json(Hold())) == Hold()
