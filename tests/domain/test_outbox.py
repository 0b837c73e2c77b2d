"""The table of moves holds what was promised, and time is measured whatever the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outbox.contents import (
    Content,
    CreateContent,
    DeleteContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
    content_json,
    kind_of,
    read_content,
)
from deskero_tui.domain.outbox.items import (
    ENDED,
    MOVES,
    Happening,
    ItemId,
    MoveRefused,
    OutboxItem,
    Place,
    State,
    moved,
    remaining_s,
    turns,
)
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ME = AgentId("a1")
CONTENTS: list[Content] = [
    ReplyContent("a\n<b>", ME),
    NoteContent("call", ME, AgentId("a2"), NOW, NOW + timedelta(days=1)),
    NoteContent("call", ME, ME, NOW),
    CreateContent(
        NewTicket(
            subject="s",
            description="d",
            customer=CustomerId("c"),
            type=TypeId("y"),
            tags=("x", "y"),
            is_priority=True,
        )
    ),
    UpdateContent(TicketPatch(status="solved", assignee=None, tags=(), cc=(ME,))),
    UpdateContent(TicketPatch(custom_fields={"Order": "1", "Old": None}, is_priority=False)),
    DeleteContent(),
]


def item(content: Content = CONTENTS[0], state: State = State.QUEUED) -> OutboxItem:
    return OutboxItem(
        id=ItemId(1),
        ticket_id=TicketId("t1"),
        state=state,
        content=content,
        created_at=NOW,
        changed_at=NOW,
        not_before=NOW + timedelta(seconds=8),
    )


@pytest.mark.parametrize(("state", "happening"), [(s, h) for s in State for h in Happening])
def test_whatever_is_not_in_the_table_is_refused(state: State, happening: Happening) -> None:
    if (state, happening) in MOVES:
        assert moved(state, happening) is MOVES[state, happening]
    else:
        with pytest.raises(MoveRefused) as refused:
            moved(state, happening)
        assert refused.value.user_message.endswith(".")


def test_nothing_leaves_an_end() -> None:
    assert not {state for state, _ in MOVES} & ENDED


def test_a_write_leaves_only_by_being_claimed() -> None:
    assert {key for key, after in MOVES.items() if after is State.SENDING} == {
        (State.QUEUED, Happening.CLAIMED)
    }


def test_what_may_have_left_cannot_be_taken_back() -> None:
    for state in (State.SENDING, State.UNSURE, State.SENT):
        with pytest.raises(BadInput):
            moved(state, Happening.TAKEN_BACK)


def test_every_state_can_be_reached_and_every_open_one_be_left() -> None:
    reached, frontier = {State.QUEUED}, [State.QUEUED]
    while frontier:
        state = frontier.pop()
        following = {after for (before, _), after in MOVES.items() if before is state} - reached
        reached |= following
        frontier += following
    assert reached == set(State)
    for state in set(State) - ENDED:
        ways_out = {after for (before, _), after in MOVES.items() if before is state} - {state}
        assert ways_out, state


def test_a_happening_is_of_use_somewhere() -> None:
    assert {happening for _, happening in MOVES} == set(Happening)


@pytest.mark.parametrize("content", CONTENTS)
def test_what_a_write_wants_survives_the_store(content: Content) -> None:
    assert read_content(kind_of(content), content_json(content)) == content


@given(st.text())
def test_any_text_survives_the_store(text: str) -> None:
    content = ReplyContent(text, ME)
    assert read_content(kind_of(content), content_json(content)) == content


@pytest.mark.parametrize("content", CONTENTS)
def test_every_kind_says_what_it_is_in_one_line(content: Content) -> None:
    summary = item(content).summary
    assert summary
    assert "\n" not in summary


@pytest.mark.parametrize(
    ("state", "needs_agent", "moves"),
    [
        (State.QUEUED, False, True),
        (State.SENDING, False, True),
        (State.UNSURE, False, True),
        (State.UNSURE, True, False),
        (State.HELD, False, False),
        (State.REFUSED, False, False),
        (State.SENT, False, False),
        (State.DROPPED, False, False),
    ],
)
def test_what_goes_on_without_the_agent(state: State, needs_agent: bool, moves: bool) -> None:
    assert replace(item(state=state), needs_agent=needs_agent).moves_by_itself is moves


def test_a_queued_item_waits_for_undo_and_failure_an_unsure_one_for_its_gap() -> None:
    gaps = [timedelta(seconds=30), timedelta(seconds=90)]
    later = NOW + timedelta(seconds=5)
    queued = replace(item(), try_after=later)
    assert queued.waits(gaps) == [(NOW, queued.not_before), (NOW, later)]
    assert item(state=State.UNSURE).waits(gaps) == []
    for looks, gap in ((1, gaps[0]), (2, gaps[1]), (3, gaps[1])):
        unsure = replace(item(state=State.UNSURE), looked_at=NOW, looks=looks)
        assert unsure.waits(gaps) == [(NOW, NOW + gap)]


def place(
    number: int, kind: str, mark: str = "", batch: str | None = None, fields: str = ""
) -> Place:
    """An open item; `mark` is `a` for one that waits for the agent, `l` for one looked for."""
    return Place(ItemId(number), kind, batch, "a" in mark, "l" in mark, frozenset(fields.split()))


@pytest.mark.parametrize(
    ("places", "heads", "behind"),
    [
        ([place(1, "reply"), place(2, "note")], (1,), {}),
        ([place(1, "reply", "a"), place(2, "note"), place(3, "note")], (2,), {}),
        ([place(1, "reply", "a"), place(2, "reply"), place(3, "note")], (3,), {2: 1}),
        ([place(1, "reply", "l"), place(2, "note"), place(3, "reply")], (1, 2), {}),
        ([place(1, "reply", "l"), place(2, "reply"), place(3, "note", "a")], (1,), {2: 1}),
        (
            [place(1, "reply", "a", "b"), place(2, "update", "", "b", "status")],
            (),
            {2: 1},
        ),
        (
            [
                place(1, "reply", "a", "b"),
                place(2, "update", "", "b", "status"),
                place(3, "update", "", "c", "status"),
                place(4, "update", "", "c", "tags"),
            ],
            (),
            {2: 1, 3: 1, 4: 1},
        ),
        ([place(1, "update", "a", None, "tags"), place(2, "update", "", None, "memo")], (2,), {}),
        ([place(1, "note", "a"), place(2, "delete"), place(3, "reply")], (), {2: 1, 3: 1}),
    ],
)
def test_an_item_that_asks_holds_up_only_what_belongs_to_it(
    places: list[Place], heads: tuple[int, ...], behind: dict[int, int]
) -> None:
    found = turns(places)
    assert (found.heads, found.behind) == (heads, behind)


@given(st.integers(-(10**6), 10**6), st.integers(0, 3600))
def test_a_wait_is_never_longer_than_its_span(clock_s: int, span_s: int) -> None:
    left = remaining_s(NOW, NOW + timedelta(seconds=span_s), NOW + timedelta(seconds=clock_s))
    assert 0 <= left <= span_s
    if 0 <= clock_s <= span_s:
        assert left == span_s - clock_s
