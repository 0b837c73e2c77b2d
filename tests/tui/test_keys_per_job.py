"""How many keys a job takes: counted while they are pressed, and held to the README's table."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.console import Console, address_of, console_on
from tests.support.running_desk import RunningDesk

README = Path(__file__).parents[2] / "README.md"


class Counted:
    """A console whose keys are counted: a letter of a word that is typed is a key as well."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.console.press(*keys)

    async def give(self, key: str) -> None:
        """Presses a key that begins more than is waited for here."""
        self.keys += 1
        await self.console.pilot.press(key)

    async def type(self, text: str) -> None:
        self.keys += len(text)
        await self.console.type(text)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    # The job speaks of last month, so the sample has to be of now.
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with RunningDesk(tmp_path, demo_tickets=200, demo_anchor=an_hour_ago) as desk:
        yield desk


@pytest.fixture
async def hands(running: RunningDesk, tmp_path: Path) -> AsyncIterator[Counted]:
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "late.md").write_text(
        "title: Late parcel\nkind: reply\nstatus: solved\n\n"
        "Dear {{customer.name}}, it leaves today."
    )
    async with console_on(address_of(running), tmp_path, undo_s=0.0) as console:
        yield Counted(console)


async def all_sent(console: Console, what: str) -> None:
    """Until many changes have gone and it is said: that takes as long as it takes."""

    def is_told() -> bool:
        return what in console.said and " done of" in console.said and "way" not in console.said

    async with asyncio.timeout(60):
        while not is_told():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def said_in_readme(job: str) -> int:
    """What the README says of a job."""
    found = re.search(rf"^\| {re.escape(job)} \|[^|]*\| (\d+) \|", README.read_text("utf-8"), re.M)
    assert found is not None, f"the README says nothing of: {job}"
    return int(found[1])


async def test_answer_with_a_canned_text_and_solve(hands: Counted) -> None:
    console = hands.console
    ticket_id = console.row.id
    await hands.press("M", "enter", "ctrl+s", "y")
    await console.until(lambda: console.desk.outbox.counts.waiting == 0, "for it to be sent")
    ticket = await console.desk.ticket(ticket_id)
    assert "it leaves today" in ticket.replies[-1].text
    assert ticket.status is not None
    assert ticket.status.name == "solved"
    assert hands.keys == said_in_readme("Answer with a canned text and solve")


async def test_assign_twenty_filtered_tickets_to_a_colleague(hands: Counted) -> None:
    console = hands.console
    await hands.press("9", "/")
    await hands.type("parcel")
    await hands.press("enter", "=")
    marked = console.tickets.marked_keys
    assert len(marked) >= 20
    await hands.press("a")
    await hands.type("zof")
    await hands.press("enter")
    await hands.give("y")
    await all_sent(console, "tickets assigned")
    assert {row.assignee for row in await console.desk.rows(marked)} == {"Zofia Wrona"}
    assert hands.keys == said_in_readme("Assign 20 filtered tickets to a colleague")
    await hands.give("u")
    await all_sent(console, "Undone")
    assert hands.keys == said_in_readme("Assign 20 filtered tickets to a colleague") + 1
    assert said_in_readme("Undo all that") == 1


async def test_remind_me_on_friday_at_ten(hands: Counted) -> None:
    console = hands.console
    row = console.row
    await hands.press("b")
    await hands.type("fri 10")
    await hands.press("ctrl+s", "y")
    await console.until(lambda: console.desk.outbox.counts.waiting == 0, "for it to be sent")
    ticket = await console.desk.ticket(row.id)
    assert ticket.notes[-1].remind_at is not None
    assert ticket.notes[-1].remind_at.astimezone(UTC).strftime("%a %H") == "Fri 10"
    assert hands.keys == said_in_readme("Remind me on Friday at ten")


async def test_find_the_mail_about_an_invoice_of_last_month_and_open_it(hands: Counted) -> None:
    console = hands.console
    await hands.press("9", "/")
    await hands.type("invoice op")
    await hands.press("tab")
    await hands.type("last-m")
    await hands.press("tab")
    assert "invoice opened:last-month" in console.text
    await hands.press("enter", "enter")
    conversation = console.ticket.conversation
    assert conversation is not None
    assert "nvoice" in conversation.subject
    assert hands.keys == said_in_readme("Find the mail about an invoice from last month, open it")
