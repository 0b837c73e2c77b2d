"""Canned answers and macros as an agent uses them: real app, real desk, real files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual import events

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.outgoing import OutgoingNote
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.dialogs.fact_lines import FactLines
from deskero_tui.tui.dialogs.macro_picker import MacroPicker
from deskero_tui.tui.dialogs.prompt import Prompt
from deskero_tui.tui.inbox.screen import InboxScreen
from deskero_tui.tui.keys.keymap import resolve
from tests.support.console import NORMAL, WIDE, Console, address_of, console_on
from tests.support.running_desk import RunningDesk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path, demo_tickets=20, demo_anchor=LONG_AGO) as desk:
        yield desk


@pytest.fixture
def macros(tmp_path: Path) -> Path:
    """A folder with a macro of each kind."""
    folder = tmp_path / "macros"
    folder.mkdir()
    (folder / "hello.md").write_text(
        "title: Say hello\nstatus: on hold\npriority: yes\ntags: +greeted\nassign: me\n\n"
        "Dear {{customer.first_name}}, about {{ticket.number}}: soon."
    )
    (folder / "later.md").write_text(
        "title: Look again\nkind: note\nremind: in 2h\n\nWait for {{custom.order}}"
    )
    (folder / "park.md").write_text("title: Park it\ntags: +parked\nremind: in 3d\nkey: F")
    (folder / "day.md").write_text("title: Which day\nkey: X\n\nIt comes on {{ask: Which day?}}.")
    return folder


@pytest.fixture
async def console(running: RunningDesk, tmp_path: Path, macros: Path) -> AsyncIterator[Console]:
    async with console_on(address_of(running), tmp_path, size=WIDE) as opened:
        yield opened


@pytest.fixture
async def colleague(running: RunningDesk) -> AsyncIterator[DeskeroClient]:
    """Somebody else at the same desk, past our console and its store."""
    async with DeskeroClient(address_of(running)) as client:
        yield client


def preview(console: Console) -> list[str]:
    """What the preview says, name and value of each fact."""
    facts = console.app.screen.query_one("#preview", FactLines).facts
    return [f"{fact.name} {fact.value}".strip() for fact in facts]


async def draft_text(console: Console, ticket_id: TicketId) -> str:
    stored = await console.desk.drafts.load(DraftKey(ticket_id, DraftKind.REPLY))
    return stored.draft.text if stored else ""


async def on_desk(colleague: DeskeroClient, ticket_id: TicketId) -> Ticket:
    return await colleague.ticket(ticket_id)


async def test_the_list_shows_what_each_macro_comes_to_for_the_ticket(console: Console) -> None:
    row = console.row
    await console.press("M")
    assert isinstance(console.app.screen, MacroPicker)
    assert preview(console)[0] == "Read by INTERNAL: agents only"
    assert "No value {{custom.order}}" in preview(console)
    assert any(one.startswith("Reminder ") for one in preview(console))
    await console.press("down", "down")
    assert preview(console)[:5] == [
        "Read by PUBLIC: the customer",
        "Status on hold",
        "Priority yes",
        "Tags +greeted",
        "Assigned to me",
    ]
    first = row.customer.split()[0]
    assert preview(console)[-1] == f"Dear {first}, about {row.number}: soon."


async def test_a_text_opens_the_writing_and_the_changes_follow_what_was_sent(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("M", "s", "a", "y", "enter")
    assert isinstance(console.app.screen, Compose)
    before = await on_desk(colleague, row.id)
    await console.press("ctrl+s")
    assert "Status   on hold" in console.text
    assert "priority yes, tags +greeted, assign me" in console.text
    assert (await on_desk(colleague, row.id)) == before
    await console.press("y")
    ticket = await on_desk(colleague, row.id)
    assert f"about {row.number}: soon." in ticket.replies[-1].text
    assert ticket.status is not None
    assert (ticket.status.name, ticket.is_priority) == ("onhold", True)
    assert "greeted" in ticket.tags
    assert ticket.assignee is not None
    assert ticket.assignee.name == "Ines Marchetti"


async def test_one_u_takes_back_the_text_and_all_that_goes_with_it(
    running: RunningDesk, tmp_path: Path, macros: Path, colleague: DeskeroClient
) -> None:
    (macros / "all.md").write_text("title: All\ntags: +x\nremind: in 2h\n\nHello.")
    async with console_on(address_of(running), tmp_path, undo_s=600) as console:
        row = console.row
        await console.press("M", "a", "l", "l", "enter", "ctrl+s", "y")
        assert len([item for item in await console.desk.outbox.items() if not item.has_ended]) == 3
        assert f"Reply to {row.number} leaves in" in console.said
        await console.press("u")
        assert [item for item in await console.desk.outbox.items() if not item.has_ended] == []
        assert isinstance(console.app.screen, Compose)
        await console.press("ctrl+s")
        assert "Hello." in console.text
        assert "Then     tags +x, remind in 2h" in console.text
        await console.press("escape")
    assert "x" not in (await on_desk(colleague, row.id)).tags


@pytest.mark.usefixtures("macros")
async def test_what_goes_with_a_text_that_is_dropped_is_dropped_too(
    running: RunningDesk, tmp_path: Path, colleague: DeskeroClient
) -> None:
    # A moment to take it back: what waits behind something held would else count as on its way.
    async with console_on(address_of(running), tmp_path, undo_s=0.01) as console:
        row = console.row
        await console.press("M", "s", "a", "y", "enter", "ctrl+s")
        agent = next(agent for agent in await console.desk.agents() if agent.id != console.desk.me)
        note = OutgoingNote("Wait.", AgentId(agent.id), AgentId(agent.id), datetime.now(UTC))
        await colleague.add_note(row.id, note)
        await console.press("y")
        await console.until(lambda: console.desk.outbox.counts.held > 0)
        await console.press("d", "enter", "x")
        items = await console.desk.outbox.items()
        assert [item for item in items if not item.has_ended] == []
    assert "greeted" not in (await on_desk(colleague, row.id)).tags


async def test_a_change_that_has_become_impossible_stops_the_send_once(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    key = DraftKey(row.id, DraftKind.REPLY)
    fields = {"then.about": "Refund", "then.assign": "Zoe Nobody", "then.tags": "+refund"}
    draft = Draft(text="Hello.", fields=fields)
    await console.desk.drafts.save(key, draft, revision=None)
    before = await on_desk(colleague, row.id)
    await console.press("r", "ctrl+s", "y")
    said = " ".join(console.text.replace("│", " ").split())
    assert "There is no agent Zoe Nobody. Left out: tags +refund, assign Zoe Nobody." in said
    assert (await on_desk(colleague, row.id)) == before
    await console.press("y")
    ticket = await on_desk(colleague, row.id)
    assert len(ticket.replies) == len(before.replies) + 1
    assert "refund" not in ticket.tags


async def test_what_is_written_already_is_kept_before_the_text(console: Console) -> None:
    row = console.row
    key = DraftKey(row.id, DraftKind.REPLY)
    await console.desk.drafts.save(key, Draft(text="I have begun.\n"), revision=None)
    await console.press("M", "s", "a", "y", "enter", "escape")
    text = await draft_text(console, row.id)
    assert text.startswith("I have begun.\n\nDear ")


async def test_what_a_macro_does_besides_outlives_leaving_the_writing(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("M", "s", "a", "y", "enter", "escape")
    assert isinstance(console.app.screen, InboxScreen)
    await console.press("r", "ctrl+s")
    assert "Then     priority yes, tags +greeted, assign me" in console.text
    await console.press("y")
    assert "greeted" in (await on_desk(colleague, row.id)).tags


async def test_a_note_that_lacks_a_value_does_not_go(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    before = await on_desk(colleague, row.id)
    await console.press("M", "enter", "ctrl+s", "y")
    assert "Line 1 still has {{custom.order}}" in console.text
    assert (await on_desk(colleague, row.id)) == before
    await console.press("e")
    await console.type("A-7")
    await console.press("ctrl+s", "y")
    note = (await on_desk(colleague, row.id)).notes[-1]
    assert note.text == "Wait for A-7"
    assert note.remind_at is not None


async def test_without_a_text_enter_makes_the_changes_and_u_takes_them_back(
    console: Console, colleague: DeskeroClient
) -> None:
    row = console.row
    await console.press("M", "p", "a", "r", "enter")
    assert isinstance(console.app.screen, InboxScreen)
    ticket = await on_desk(colleague, row.id)
    assert "parked" in ticket.tags
    assert (ticket.notes[-1].text, ticket.notes[-1].remind_at is not None) == ("Park it", True)
    await console.press("u")
    assert "parked" not in (await on_desk(colleague, row.id)).tags


async def test_a_key_of_a_macro_runs_it_and_asks_where_nothing_else_would(
    console: Console,
) -> None:
    row = console.row
    await console.press("F")
    assert isinstance(console.app.screen, MacroPicker)
    assert "Park it" in console.text
    assert preview(console)[0].startswith("Text none")
    await console.press("escape", "X")
    assert isinstance(console.app.screen, MacroPicker)
    await console.press("enter")
    assert isinstance(console.app.screen, Prompt)
    await console.type("Monday")
    await console.press("enter")
    assert isinstance(console.app.screen, Compose)
    await console.press("escape")
    assert await draft_text(console, row.id) == "It comes on Monday."


async def test_a_key_of_a_text_that_asks_nothing_opens_the_writing(
    console: Console, macros: Path
) -> None:
    (macros / "thanks.md").write_text("key: T\n\nThank you.")
    await console.press("T")
    assert isinstance(console.app.screen, Compose)
    assert "Thank you." in console.text
    await console.press("escape")


async def test_a_command_keeps_its_key(console: Console, macros: Path) -> None:
    (macros / "rude.md").write_text("key: r\n\nNot what r means.")
    await console.press("r")
    assert isinstance(console.app.screen, Compose)
    assert "Not what r means." not in console.text


async def test_a_key_that_the_config_took_from_its_command_may_be_a_macros(
    running: RunningDesk, tmp_path: Path
) -> None:
    (tmp_path / "macros").mkdir(exist_ok=True)
    (tmp_path / "macros" / "thanks.md").write_text("key: r\n\nThank you.")
    keymap, _ = resolve({"ticket.reply": "X"})
    async with console_on(address_of(running), tmp_path, keymap=keymap) as console:
        await console.press("r")
        assert isinstance(console.app.screen, Compose)
        assert "Thank you." in console.text
        await console.press("escape")


async def test_files_are_read_again_each_time_and_mistakes_are_said(
    console: Console, macros: Path
) -> None:
    await console.press("M", "escape")
    (macros / "fresh.md").write_text("title: A fresh one\n\nNew.")
    (macros / "bad.md").write_text("titel: x\n\nx")
    await console.press("M")
    assert "A fresh one" in console.text
    # The name of the folder decides where the line breaks.
    said = re.sub(r"[│\s]+", "", console.text)
    assert "bad.md:1:Thereisnoheadertitel." in said


async def test_a_name_that_is_not_known_is_refused_before_anything_is_done(
    console: Console, macros: Path, colleague: DeskeroClient
) -> None:
    (macros / "zoe.md").write_text("title: Zoe\nassign: Zoe Nobody\ntags: +x")
    row = console.row
    before = await on_desk(colleague, row.id)
    await console.press("M", "z", "o", "e", "enter")
    assert isinstance(console.app.screen, MacroPicker)
    assert "Wrong There is no agent Zoe Nobody." in preview(console)
    assert (await on_desk(colleague, row.id)) == before


async def test_without_macros_it_is_said_where_they_belong(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path, size=NORMAL) as console:
        await console.press("M")
        assert "There are none yet." in console.text
        await console.press("enter", "escape")
        assert isinstance(console.app.screen, InboxScreen)


async def test_colons_and_what_follows_in_one_burst_mean_the_list(console: Console) -> None:
    row = console.row
    await console.press("r")
    for key, sign in ((":", ":"), (":", ":"), ("h", "h"), ("e", "e"), ("enter", "\r"), ("!", "!")):
        name = {":": "colon", "!": "exclamation_mark"}.get(key, key)
        console.app.post_message(events.Key(name, sign))
    await console.settled()
    assert isinstance(console.app.screen, Compose)
    await console.press("escape")
    text = await draft_text(console, row.id)
    assert text.endswith(f"about {row.number}: soon.!")
    assert ":: " not in text


async def test_internal_texts_are_not_offered_for_the_customer(console: Console) -> None:
    await console.press("r")
    await console.pilot.press("colon", "colon")
    await console.settled()
    assert isinstance(console.app.screen, MacroPicker)
    assert "Say hello" in console.text
    assert "Look again" not in console.text
    await console.press("escape", "escape", "n")
    await console.pilot.press("colon", "colon")
    await console.settled()
    assert "Look again" in console.text
    assert "Park it" not in console.text
