"""Commands that change tickets, without a console."""

from __future__ import annotations

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.commands import assign, copy, status
from tests.support.rows import row
from tests.tui.commands.fakes import FakeConsole

ONE, TWO = row(1), row(2)
BERT = Choice("a2", SafeText("Bert"))


async def test_assign_changes_every_selected_ticket() -> None:
    console = FakeConsole([ONE, TWO], answers=[BERT])
    await assign.assign(console.context())
    patch = TicketPatch(assignee=AgentId("a2"))
    assert console.changed == [([ONE, TWO], patch, "assigned to Bert")]


async def test_assign_to_nobody_clears_the_assignee() -> None:
    console = FakeConsole([ONE], answers=[assign.NOBODY])
    await assign.assign(console.context())
    assert console.changed == [([ONE], TicketPatch(assignee=None), "assigned to nobody")]


async def test_assign_changes_nothing_after_escape() -> None:
    console = FakeConsole([ONE], answers=[None])
    await assign.assign(console.context())
    assert console.changed == []


async def test_assign_opens_no_dialog_without_a_ticket() -> None:
    console = FakeConsole()
    await assign.assign(console.context())
    assert console.changed == []


async def test_assign_to_me_needs_to_know_the_agent() -> None:
    console = FakeConsole([ONE])
    console.desk.me = None
    with pytest.raises(BadInput) as raised:
        await assign.assign_to_me(console.context())
    assert raised.value.user_message == assign.UNKNOWN_AGENT
    assert console.changed == []


@pytest.mark.parametrize(("has_priority", "steps"), [((True, True), False), ((True, False), True)])
async def test_priority_is_cleared_only_where_all_have_it(
    has_priority: tuple[bool, bool], steps: bool
) -> None:
    rows = [row(n, is_priority=has) for n, has in enumerate(has_priority, start=1)]
    console = FakeConsole(rows)
    await status.toggle_priority(console.context())
    [(_, patch, _)] = console.changed
    assert patch == TicketPatch(is_priority=steps)


@pytest.mark.parametrize(("rows", "steps"), [([ONE], 1), ([ONE, TWO], 0)])
async def test_solve_goes_to_the_next_ticket_after_a_single_one(
    rows: list[object], steps: int
) -> None:
    console = FakeConsole(rows)  # type: ignore[arg-type]  # rows of tickets
    await status.solve(console.context())
    assert console.steps == steps
    assert len(console.changed) == 1


def test_copy_number_copies_the_number() -> None:
    console = FakeConsole([ONE])
    copy.copy_number(console.context())
    assert console.copied == [ONE.number]
