"""Many tickets as one change: forced failures, another try, and one undo, on a desk that counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.api.address import DeskAddress
from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.bulk import Outcome
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.store.database import Database
from deskero_tui.sync import bulk
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.profile import Profile
from tests.support.desk_double import DeskDouble, Fault, MovableClock

MANY = 110
"""More than go into one transaction."""
FORCED = 11
SOLVED = TicketPatch(status="solved")


@pytest.fixture
def double() -> DeskDouble:
    double = DeskDouble(MovableClock())
    for number in range(1, MANY + 1):
        double.add_ticket(f"t{number}")
    return double


@pytest.fixture
async def desk(double: DeskDouble, tmp_path: Path) -> AsyncIterator[Desk]:
    """A console's desk that has all tickets in its store."""
    database = Database(tmp_path / "store.sqlite")
    address = DeskAddress(base_url="http://127.0.0.1", client_id="a1", api_token="eA==")
    desk = Desk(
        database,
        open_client=lambda: DeskeroClient(address, transport=double),
        profile=Profile(agent="a1", undo_s=0.0, drain_retry_s=0.05),
    )
    await desk.start(in_background=False)
    for ticket_id in double.tickets:
        await desk.read_afresh(TicketId(ticket_id))
    yield desk
    await desk.close()
    database.close()


def statuses(double: DeskDouble) -> list[str]:
    return [ticket["status"]["status"] for ticket in double.tickets.values()]


def ids(double: DeskDouble) -> list[TicketId]:
    return [TicketId(ticket_id) for ticket_id in double.tickets]


async def at_rest(desk: Desk, batch: str) -> None:
    items = await desk.outbox.items_of_batch(batch)
    await desk.outbox.settled([item.id for item in items], wait_s=60)


async def test_a_bulk_change_with_failures_is_tried_again_and_undone(
    desk: Desk, double: DeskDouble
) -> None:
    double.write_faults += [Fault.REFUSED if n % 10 == 3 else None for n in range(MANY)]
    told: list[int] = []
    changes = [(ticket_id, SOLVED) for ticket_id in ids(double)]
    batch = await bulk.queue_changes(desk, changes, tell=told.append)
    assert told == [100, MANY]
    await at_rest(desk, batch)
    receipt = await bulk.receipt(desk, batch)
    assert (receipt.count(Outcome.DONE), receipt.count(Outcome.REFUSED)) == (MANY - FORCED, FORCED)
    assert statuses(double).count("solved") == MANY - FORCED
    assert all(line.reason for line in receipt.failed)

    assert await bulk.retry(desk, batch) == FORCED
    await at_rest(desk, batch)
    receipt = await bulk.receipt(desk, batch)
    assert receipt.in_words == f"{MANY} done of {MANY}"
    assert statuses(double) == ["solved"] * MANY
    assert len(double.written) == MANY + FORCED, "what had gone through is not sent again"

    undone = await bulk.undo(desk, batch)
    assert (undone.changed_back, undone.declined) == (MANY, ())
    assert undone.batch is not None
    await at_rest(desk, undone.batch)
    assert statuses(double) == ["opened"] * MANY


async def test_undo_leaves_what_a_colleague_has_changed_since(
    desk: Desk, double: DeskDouble
) -> None:
    batch = await bulk.queue_changes(desk, [(one, SOLVED) for one in ids(double)[:5]])
    await at_rest(desk, batch)
    double.tickets["t3"]["status"] = {"status": "closed"}
    await desk.read_afresh(TicketId("t3"))
    undone = await bulk.undo(desk, batch)
    assert undone.changed_back == 4
    [(ticket_id, reason)] = undone.declined
    assert ticket_id == "t3"
    assert "Somebody else" in reason
    assert undone.batch is not None
    await at_rest(desk, undone.batch)
    assert statuses(double)[:5] == ["opened", "opened", "closed", "opened", "opened"]


async def test_what_has_not_left_is_taken_back_without_a_word_to_the_desk(
    desk: Desk, double: DeskDouble
) -> None:
    double.write_faults += [Fault.NO_CONNECTION] * 50
    double.read_faults += [Fault.NO_CONNECTION] * 50
    batch = await bulk.queue_changes(desk, [(one, SOLVED) for one in ids(double)[:5]])
    undone = await bulk.undo(desk, batch)
    assert (undone.taken_back, undone.changed_back, undone.batch) == (5, 0, None)
    receipt = await bulk.receipt(desk, batch)
    assert receipt.count(Outcome.TAKEN_BACK) == 5
    assert double.written == []


async def test_a_ticket_that_is_gone_meanwhile_is_left_out(desk: Desk, double: DeskDouble) -> None:
    changes = [(TicketId("t1"), SOLVED), (TicketId("nowhere"), SOLVED)]
    batch = await bulk.queue_changes(desk, changes)
    assert len((await bulk.receipt(desk, batch)).lines) == 1


async def test_a_patch_that_changes_nothing_is_refused_as_a_whole(desk: Desk) -> None:
    with pytest.raises(BadInput):
        await bulk.queue_changes(desk, [(TicketId("t1"), TicketPatch())])


async def test_each_ticket_has_its_own_change(desk: Desk, double: DeskDouble) -> None:
    changes = [(one, TicketPatch(tags=(one, "all"))) for one in ids(double)[:3]]
    batch = await bulk.queue_changes(desk, changes)
    await at_rest(desk, batch)
    undone = await bulk.undo(desk, batch)
    assert undone.changed_back == 3
