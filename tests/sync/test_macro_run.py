"""A macro made for a ticket of a real desk, and what it puts into the outbox."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.macros.library import Changes, Macro, MacroId, MacroKind
from deskero_tui.domain.macros.plan import Plan
from deskero_tui.domain.outbox.contents import NoteContent, ReplyContent, UpdateContent
from deskero_tui.domain.outbox.items import ItemId, OutboxItem
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.query.query import Query
from deskero_tui.sync.macro_run import MacroScene, queue_macro, queue_plan, scene_of
from tests.sync.conftest import ME, Bench

ROME = ZoneInfo("Europe/Rome")
CHANGES = Changes(
    status="on hold", is_priority=True, added_tags=("macro",), assign="me", remind="in 2h"
)


def macro(kind: MacroKind, changes: Changes = CHANGES) -> Macro:
    text = "" if kind is MacroKind.NONE else "Dear {{customer.name}}, {{ask: When?}}"
    return Macro(id=MacroId("m"), title="Look again", kind=kind, text=text, changes=changes)


@pytest.fixture
async def ticket_id(bench: Bench) -> TicketId:
    """A ticket that has nothing of what the macro sets."""
    for row in await bench.desk.rows(await bench.desk.order(Query())):
        if not row.is_priority and row.assignee != ME and row.status == "opened":
            return row.id
    raise AssertionError("no sample ticket is like that")


@pytest.fixture
async def scene(bench: Bench, ticket_id: TicketId) -> MacroScene:
    return await scene_of(bench.desk, ticket_id, zone=ROME)


async def items_of(bench: Bench, ids: list[ItemId]) -> list[OutboxItem]:
    known = {item.id: item for item in await bench.desk.outbox.items()}
    return [known[one] for one in ids]


def is_reminded(note: NoteContent, plan: Plan) -> bool:
    """Whether the note reminds when the plan says; moments are kept by the millisecond."""
    assert note.remind_at is not None
    assert plan.remind_at is not None
    return abs(note.remind_at - plan.remind_at) < timedelta(milliseconds=1)


async def test_a_macro_is_made_from_the_store(bench: Bench, scene: MacroScene) -> None:
    customer = scene.ticket.customer
    assert customer is not None
    made = scene.filled(macro(MacroKind.REPLY), {"When?": "today"})
    assert made.text == f"Dear {customer.name}, today"
    assert scene.sources.agent == ME
    assert scene.sources.now.tzinfo is ROME
    plan = scene.plan(CHANGES)
    assert plan.patch.status == "onhold"
    assert plan.patch.assignee == bench.desk.me
    assert plan.remind_at is not None
    assert plan.remind_at - scene.sources.now == timedelta(hours=2)


async def test_a_reply_takes_its_status_along_and_the_rest_follows(
    bench: Bench, ticket_id: TicketId, scene: MacroScene
) -> None:
    plan = scene.plan(CHANGES)
    ids = await queue_macro(bench.desk.outbox, ticket_id, macro(MacroKind.REPLY), "Hello", plan)
    reply, change, reminder = (item.content for item in await items_of(bench, ids))
    assert isinstance(reply, ReplyContent)
    assert isinstance(change, UpdateContent)
    assert change.patch.changed == {"is_priority", "tags", "assignee"}
    assert isinstance(reminder, NoteContent)
    assert reminder.text == "Look again"
    assert is_reminded(reminder, plan)
    statuses = [
        item.content.patch.status
        for item in await bench.desk.outbox.items()
        if isinstance(item.content, UpdateContent) and "status" in item.content.patch.changed
    ]
    assert statuses == ["onhold"]


async def test_a_note_is_the_reminder_itself(
    bench: Bench, ticket_id: TicketId, scene: MacroScene
) -> None:
    plan = scene.plan(CHANGES)
    ids = await queue_macro(bench.desk.outbox, ticket_id, macro(MacroKind.NOTE), "Hello", plan)
    note, change = (item.content for item in await items_of(bench, ids))
    assert isinstance(note, NoteContent)
    assert note.text == "Hello"
    assert is_reminded(note, plan)
    assert isinstance(change, UpdateContent)
    assert change.patch.changed == {"status", "is_priority", "tags", "assignee"}


async def test_what_is_so_already_is_not_queued(
    bench: Bench, ticket_id: TicketId, scene: MacroScene
) -> None:
    nothing = macro(MacroKind.NONE, Changes(is_priority=False))
    plan = scene.plan(nothing.changes)
    assert plan.said == (("priority", "no"),)
    assert await queue_macro(bench.desk.outbox, ticket_id, nothing, "", plan) == []
    assert await bench.desk.outbox.items() == []


async def test_a_plan_alone_is_a_change_and_a_reminder(
    bench: Bench, ticket_id: TicketId, scene: MacroScene
) -> None:
    at = scene.sources.now + timedelta(days=1)
    plan = Plan(TicketPatch(is_priority=True), at)
    queued = await queue_plan(bench.desk.outbox, ticket_id, plan, about="Look")
    assert queued.ids == [queued.change, queued.reminder]
    change, note = (item.content for item in await items_of(bench, queued.ids))
    assert isinstance(change, UpdateContent)
    assert isinstance(note, NoteContent)


async def test_a_name_that_nobody_has_stops_it(scene: MacroScene) -> None:
    with pytest.raises(BadInput, match="There is no agent Zoe"):
        scene.plan(Changes(assign="Zoe"))
