"""A change of fields shows at once, and gives way when the desk or the agent decides otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.items import Decision, State
from deskero_tui.domain.outbox.merge import baseline_of
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.query.query import Query, StatusIs
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.records.terms import Person, PersonKind, Term, TermKind
from deskero_tui.store import lookups
from deskero_tui.sync.events import TicketsChanged
from deskero_tui.sync.reads import Reads
from tests.support.desk_double import DeskDouble, Fault, MovableClock
from tests.sync.console import T1, T2, Console, opened, two_tickets

SOLVED = TicketPatch(status="solved")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def desk(clock: MovableClock) -> DeskDouble:
    return two_tickets(clock)


@pytest.fixture
async def console(tmp_path: Path, desk: DeskDouble, clock: MovableClock) -> AsyncIterator[Console]:
    async with opened(Console(tmp_path / "store.sqlite", desk, clock)) as console:
        await console.database.write(
            lambda c: lookups.add_people(
                c, PersonKind.AGENT, [Person("a7", "Ada Reyes", "ada@desk.test")]
            )
        )
        await console.database.write(
            lambda c: lookups.add_terms(
                c, TermKind.STATUS, [Term("solved", "solved", {"en": "Solved!"})]
            )
        )
        yield console


async def row_of(console: Console, ticket_id: TicketId = T1) -> TicketRow:
    return await Reads(console.database, console.profile, console.clock).row(ticket_id)


async def shown_in(console: Console, status: str) -> list[TicketId]:
    """The tickets of that status, as the list filters them."""
    reads = Reads(console.database, console.profile, console.clock)
    return [row.id for row in await reads.rows(await reads.order(Query(StatusIs(status))))]


async def test_a_change_shows_before_the_desk_has_it(console: Console, desk: DeskDouble) -> None:
    console.told.clear()
    await console.outbox.queue_change([T1], TicketPatch(status="solved", assignee=AgentId("a7")))
    row = await row_of(console)
    assert (row.status, row.status_label, row.assignee) == ("solved", "Solved!", "Ada Reyes")
    assert row.is_pending
    assert await shown_in(console, "solved") == [T1]
    assert TicketsChanged(frozenset([T1])) in console.told
    assert desk.written == []


async def test_what_is_read_shows_it_as_well(console: Console) -> None:
    await console.outbox.queue_change([T1], SOLVED)
    reads = Reads(console.database, console.profile, console.clock)
    conversation = await reads.conversation(T1)
    assert (conversation.status, conversation.status_label) == ("solved", "Solved!")


@pytest.mark.parametrize(
    ("patch", "name", "shown"),
    [
        (TicketPatch(subject="Found"), "subject", "Found"),
        (TicketPatch(is_priority=True), "is_priority", True),
        (TicketPatch(assignee=AgentId("unknown")), "assignee", "unknown"),
        (TicketPatch(assignee=None), "assignee", ""),
    ],
)
async def test_every_field_of_the_list_shows(
    console: Console, patch: TicketPatch, name: str, shown: object
) -> None:
    await console.outbox.queue_change([T1], patch)
    assert getattr(await row_of(console), name) == shown


async def test_tags_and_terms_show_in_the_ticket(console: Console) -> None:
    patch = TicketPatch(tags=("late", "vip"), memo="call", area=None)
    await console.outbox.queue_change([T1], patch)
    ticket = await Reads(console.database, console.profile, console.clock).ticket(T1)
    assert (ticket.tags, ticket.memo, ticket.area) == (("late", "vip"), "call", None)


async def test_later_changes_lie_on_earlier_ones(console: Console, desk: DeskDouble) -> None:
    for status in ("solved", "onhold"):
        await console.outbox.queue_change([T1], TicketPatch(status=status))
    assert (await row_of(console)).status == "onhold"
    await console.drain()
    assert desk.tickets["t1"]["status"]["status"] == "onhold"
    assert (await row_of(console)).status == "onhold"


async def test_a_refresh_on_the_way_does_not_take_it_away(console: Console) -> None:
    await console.outbox.queue_change([T1], SOLVED)
    await console.see(T1)
    assert (await row_of(console)).status == "solved"


async def test_the_desks_answer_ends_it(console: Console, desk: DeskDouble) -> None:
    await console.outbox.queue_change([T1], SOLVED)
    await console.drain()
    row = await row_of(console)
    assert (row.status, row.is_pending) == ("solved", False)
    desk.tickets["t1"]["status"] = {"status": "closed"}
    await console.see(T1)
    assert (await row_of(console)).status == "closed"


async def test_what_was_sent_shows_until_it_is_read_back(
    console: Console, desk: DeskDouble, clock: MovableClock
) -> None:
    await console.outbox.queue_change([T1], SOLVED)
    desk.on_update = lambda *told: clock.pass_by(1)
    desk.read_faults += [None, Fault.REFUSED]
    await console.step()
    row = await row_of(console)
    assert (row.status, row.is_pending) == ("solved", False)
    clock.pass_by(1)
    desk.tickets["t1"]["status"] = {"status": "opened"}
    await console.see(T1)
    assert (await row_of(console)).status == "opened"


@pytest.mark.parametrize("jump_s", [0, -3_600], ids=["no time has passed", "it was set back"])
async def test_what_was_sent_shows_until_it_is_read_back_whatever_the_clock_says(
    console: Console, desk: DeskDouble, clock: MovableClock, jump_s: float
) -> None:
    await console.outbox.queue_change([T1], SOLVED)
    desk.on_update = lambda *told: clock.jump(jump_s)
    desk.read_faults += [None, Fault.REFUSED]
    await console.step()
    row = await row_of(console)
    assert (row.status, row.is_pending) == ("solved", False)
    await console.see(T1)
    row = await row_of(console)
    assert (row.status, row.is_pending) == ("solved", False)


async def test_a_refused_change_rolls_back(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.REFUSED)
    [item_id] = await console.outbox.queue_change([T1], SOLVED)
    await console.drain()
    item = await console.item(item_id)
    assert item.state is State.REFUSED
    assert item.reason
    row = await row_of(console)
    assert (row.status, row.is_pending) == ("opened", False)


async def test_a_held_change_shows_what_the_colleague_made_of_it(
    console: Console, desk: DeskDouble
) -> None:
    [item_id] = await console.outbox.queue_change([T1], SOLVED)
    desk.tickets["t1"]["status"] = {"status": "closed"}
    await console.drain()
    assert await console.state(item_id) is State.HELD
    assert (await row_of(console)).status == "closed"
    await console.outbox.decide(item_id, Decision.SEND)
    assert (await row_of(console)).status == "solved"


async def test_a_change_taken_back_no_longer_shows(console: Console, desk: DeskDouble) -> None:
    desk.write_faults.append(Fault.NO_CONNECTION)
    [item_id] = await console.outbox.queue_change([T1], SOLVED)
    await console.step()
    assert (await row_of(console)).is_pending
    await console.outbox.take_back(item_id)
    row = await row_of(console)
    assert (row.status, row.is_pending) == ("opened", False)


async def test_other_tickets_show_what_they_are(console: Console) -> None:
    await console.outbox.queue_change([T1], SOLVED)
    row = await row_of(console, T2)
    assert (row.status, row.is_pending) == ("opened", False)


async def test_a_change_is_measured_by_what_the_desk_said_not_by_what_shows(
    console: Console, desk: DeskDouble
) -> None:
    desk.write_faults.append(Fault.REFUSED)
    await console.outbox.queue_change([T1], SOLVED)
    second = await console.outbox.queue_change([T1], TicketPatch(status="onhold"))
    item = await console.item(second[0])
    assert item.base == {"status": "opened"}
    ticket = await Reads(console.database, console.profile, console.clock).ticket(T1)
    assert baseline_of(ticket).status == "onhold"
