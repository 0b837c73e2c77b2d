"""What an agent does arrives at the desk, once and whole, or it is said that it did not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadInput, Missing, PartlyDone, Refused, Unclear
from deskero_tui.domain.ids import AgentId, CustomerId, TicketId, TypeId
from deskero_tui.domain.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.query import Query
from deskero_tui.domain.terms import TermKind
from tests.support.scripted_desk import Line, Request, says
from tests.sync.conftest import Bench, DeskMaker
from tests.sync.test_pull import bare_desk, listing, refreshed, wire


async def some_ticket(bench: Bench) -> TicketId:
    [row] = await bench.desk.rows((await bench.desk.order(Query()))[:1])
    return row.id


async def test_a_reply_arrives_as_html_with_its_file_and_status(
    bench: Bench, tmp_path: Path
) -> None:
    ticket_id = await some_ticket(bench)
    (tmp_path / "hi.txt").write_text("hi")
    await bench.desk.writes.reply(
        ticket_id, "a < b\nc", files=[tmp_path / "hi.txt"], status_after="solved"
    )
    there = await bench.colleague.ticket(ticket_id)
    reply = there.replies[-1]
    assert reply.text == "<p>a &lt; b<br>\nc</p>"
    assert reply.from_agent is not None
    assert reply.from_agent.id == bench.desk.me
    assert [(file.name, file.size_bytes) for file in reply.attachments] == [("hi.txt", 2)]
    assert there.status is not None
    assert there.status.name == "solved"


async def test_after_a_write_the_store_shows_what_the_desk_made_of_it(bench: Bench) -> None:
    ticket_id = await some_ticket(bench)
    await bench.desk.change(ticket_id, TicketPatch(status="onhold", tags=("late",)))
    kept = await bench.desk.ticket(ticket_id)
    assert kept == await bench.colleague.ticket(ticket_id)
    assert kept.tags == ("late",)


async def test_a_note_carries_its_reminder_and_whose_it_is(bench: Bench) -> None:
    ticket_id = await some_ticket(bench)
    other = (await bench.desk.agents())[1]
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    await bench.desk.writes.add_note(
        ticket_id, "Call them", assignee=AgentId(other.id), remind_at=at
    )
    note = (await bench.colleague.ticket(ticket_id)).notes[-1]
    assert (note.text, note.author, note.assignee) == ("Call them", bench.desk.me, other.id)
    assert note.remind_at == at


@pytest.mark.parametrize("text", ["", "  \n\t "])
async def test_an_empty_reply_or_note_never_leaves(bench: Bench, text: str) -> None:
    ticket_id = await some_ticket(bench)
    before = await bench.colleague.ticket(ticket_id)
    with pytest.raises(BadInput, match="empty"):
        await bench.desk.writes.reply(ticket_id, text)
    with pytest.raises(BadInput, match="empty"):
        await bench.desk.writes.add_note(ticket_id, text)
    assert await bench.colleague.ticket(ticket_id) == before


async def test_a_reminder_in_the_past_is_refused(bench: Bench) -> None:
    with pytest.raises(BadInput, match="past"):
        await bench.desk.writes.add_note(
            await some_ticket(bench), "x", remind_at=datetime(2020, 1, 1, tzinfo=UTC)
        )


async def test_a_file_that_is_not_there_stops_the_reply(bench: Bench, tmp_path: Path) -> None:
    ticket_id = await some_ticket(bench)
    before = await bench.colleague.ticket(ticket_id)
    with pytest.raises(BadInput, match=r"no file .*gone\.txt"):
        await bench.desk.writes.reply(ticket_id, "see file", files=[tmp_path / "gone.txt"])
    assert await bench.colleague.ticket(ticket_id) == before


async def test_a_ticket_is_opened_for_a_new_customer(bench: Bench) -> None:
    customer = await bench.desk.writes.create_customer("Nia Okoro", "nia@example.test")
    kind = (await bench.desk.terms(TermKind.TYPE))[0]
    ticket_id = await bench.desk.writes.create(
        NewTicket(subject="Lost key", description="…", customer=customer, type=TypeId(kind.id))
    )
    kept = await bench.desk.ticket(ticket_id)
    assert kept.subject == "Lost key"
    assert kept.customer is not None
    assert kept.customer.email == "nia@example.test"


async def test_a_ticket_without_subject_or_description_is_refused(bench: Bench) -> None:
    blank = NewTicket(subject=" ", description="x", customer=CustomerId("c"), type=TypeId("t"))
    with pytest.raises(BadInput, match="subject"):
        await bench.desk.writes.create(blank)


async def test_what_the_desk_refuses_is_said_in_its_words(bench: Bench) -> None:
    nobody = NewTicket(subject="x", description="x", customer=CustomerId("no"), type=TypeId("no"))
    with pytest.raises(Refused, match=r"openedBy|type"):
        await bench.desk.writes.create(nobody)


async def test_a_deleted_ticket_leaves_desk_and_store(bench: Bench) -> None:
    ticket_id = await some_ticket(bench)
    await bench.desk.writes.delete(ticket_id)
    with pytest.raises(Missing):
        await bench.colleague.ticket(ticket_id)
    with pytest.raises(Missing):
        await bench.desk.ticket(ticket_id)


async def test_a_write_goes_on_when_who_asked_for_it_has_gone(bench: Bench) -> None:
    ticket_id = await some_ticket(bench)
    asked = asyncio.create_task(bench.desk.writes.reply(ticket_id, "on its way"))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await bench.desk.writes.finish()
    assert "on its way" in (await bench.colleague.ticket(ticket_id)).replies[-1].text


# -- a desk that answers badly ---------------------------------------------------------------------


async def test_without_knowing_who_i_am_nothing_is_written(make_desk: DeskMaker) -> None:
    async with bare_desk() as scripted:
        scripted.script("/ticket/list", says(200, listing(wire(1))))
        desk = await refreshed(make_desk, scripted)
        with pytest.raises(BadInput, match="DESKERO_AGENT"):
            await desk.writes.reply(TicketId("t1"), "hello")


async def test_a_line_that_breaks_while_sending_is_said_to_be_unclear(
    make_desk: DeskMaker,
) -> None:
    async def cut(request: Request, line: Line) -> None:
        line.cut()

    async with bare_desk() as scripted:
        scripted.script("/agent/list", says(200, AGENTS))
        scripted.script("/ticket/list", says(200, listing(wire(1))))
        scripted.script("/ticket/reply/t1", cut)
        scripted.script("/ticket/t1", says(200, wire(1)))
        desk = await refreshed(make_desk, scripted)
        with pytest.raises(Unclear, match="may have arrived"):
            await desk.writes.reply(TicketId("t1"), "hello")
        assert len(scripted.asked("/ticket/reply/t1")) == 1, "never sent a second time"


async def test_a_reply_that_went_out_before_the_status_failed_is_not_repeated(
    make_desk: DeskMaker,
) -> None:
    async with bare_desk() as scripted:
        scripted.script("/agent/list", says(200, AGENTS))
        scripted.script("/ticket/list", says(200, listing(wire(1))))
        scripted.script("/ticket/reply/t1", says(200, {"id": "r1"}))
        scripted.script("/ticket/update/t1", says(400, {"message": "no such status"}))
        scripted.script("/ticket/t1", says(200, wire(1)))
        desk = await refreshed(make_desk, scripted)
        with pytest.raises(PartlyDone, match=r"reply was sent.*no such status"):
            await desk.writes.reply(TicketId("t1"), "hello", status_after="nope")


AGENTS = {
    "agent": {
        "totalRecords": 1,
        "recordsPerPage": 25,
        "previousQuery": None,
        "nextQuery": None,
        "records": [{"id": "a1", "name": "Ines Marchetti"}],
    }
}
