"""A real program is killed with SIGKILL while it sends, again and again; the next one goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import Decision, State
from deskero_tui.domain.query.query import Query
from deskero_tui.store import outbox as store
from deskero_tui.store import turns
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.lock import DrainLock
from tests.support.running_desk import RunningDesk
from tests.sync.conftest import ME, Bench

ROOT = Path(__file__).parents[2]
TICKETS = 3
TEXTS = 12
KILLS = 8


def spawn(database: Database, running: RunningDesk) -> subprocess.Popen[str]:
    """Starts a program that drains; comes back once it has begun."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.drain_child", str(database.path), running.base_url,
         running.client_id, running.api_token, ME],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    return child


def end(child: subprocess.Popen[str], *, kill: bool) -> None:
    if kill:
        child.send_signal(signal.SIGKILL)
    assert child.stdout is not None
    child.stdout.close()
    try:
        assert child.wait(60) == (-signal.SIGKILL if kill else 0)
    finally:
        child.kill()
        child.wait()


async def queue_texts(bench: Bench) -> dict[TicketId, list[str]]:
    """Replies and notes for some tickets; what has to be there in the end, by ticket."""
    rows = await bench.desk.rows((await bench.desk.order(Query()))[:TICKETS])
    wanted: dict[TicketId, list[str]] = {row.id: [] for row in rows}
    await bench.desk.close()
    for number in range(TEXTS):
        for ticket_id, texts in wanted.items():
            texts.append(f"text {number}")
            if number % 2:
                await bench.desk.outbox.queue_note(ticket_id, texts[-1])
            else:
                await bench.desk.outbox.queue_reply(ticket_id, texts[-1])
    await bench.desk.outbox.hurry()
    return wanted


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_store_survives_being_killed_at_any_moment(
    bench: Bench, database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    wanted = await queue_texts(bench)
    for _ in range(KILLS):
        child = spawn(database, bench.running)
        time.sleep(chance.uniform(0.0, 0.3))  # noqa: ASYNC251 - nothing here may go on meanwhile
        if child.poll() is not None:
            end(child, kill=False)
            break
        end(child, kill=True)
    for _ in range(KILLS * TICKETS * 2):
        end(spawn(database, bench.running), kill=False)
        asking = [item for item in await bench.desk.outbox.items() if item.needs_agent]
        for item in asking:
            await bench.desk.outbox.decide(item.id, Decision.SEND)
        if not asking:
            break
    assert database.read_now(store.standings) == {}
    for ticket_id, texts in wanted.items():
        ticket = await bench.colleague.ticket(ticket_id)
        replies = [r.text for r in ticket.replies if r.text.startswith("<p>text")]
        notes = [n.text for n in ticket.notes if n.text.startswith("text")]
        assert replies == [f"<p>{text}</p>" for text in texts[::2]]
        assert notes == texts[1::2]


async def test_the_lock_dies_with_its_holder(bench: Bench, database: Database) -> None:
    await queue_texts(bench)
    child = spawn(database, bench.running)
    lock = DrainLock(database.path)
    deadline = time.monotonic() + 20
    while lock.try_take():
        lock.release()
        assert time.monotonic() < deadline, "the program never took the lock"
    end(child, kill=True)
    assert lock.try_take()
    assert not DrainLock(database.path).try_take()
    lock.release()
    items = database.read_now(turns.heads)
    assert {item.state for item in items} <= {State.QUEUED, State.SENDING, State.UNSURE}
