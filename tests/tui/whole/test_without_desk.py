"""The console while no desk answers, has anything or lets it in, and at a start."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from deskero_tui.server.sample.data import sample_id
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.events import LinkState
from deskero_tui.sync.profile import Profile
from deskero_tui.tui.app import ConsoleSettings, DeskeroApp
from deskero_tui.tui.commands.table import Place
from deskero_tui.tui.inbox.screen import InboxScreen
from deskero_tui.tui.screens.list_actions import FIRST_ROWS
from deskero_tui.tui.widgets.status_line import StatusLine
from tests.support.console import ME, NORMAL, WIDE, Console, address_of, console_on
from tests.support.running_desk import RunningDesk
from tests.support.still_clock import StillClock
from tests.tui.whole.conftest import LONG_AGO, SAMPLES

MY_ID = sample_id("agent", 0)


# -- when the desk is not there --------------------------------------------------------------------


async def test_with_the_desk_gone_the_list_is_readable_and_what_is_sent_waits_for_it(
    tmp_path: Path,
) -> None:
    with RunningDesk(tmp_path, demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as running:
        address = address_of(running)
        async with console_on(address, tmp_path) as console:
            pass
    async with console_on(address, tmp_path, clock=StillClock(), is_awaited=False) as console:
        await console.wait_for("OFFLINE since ", "connection refused")
        assert console.desk.link.state is LinkState.OFFLINE
        await console.press("9", "j")
        assert console.tickets.row_count == SAMPLES
        assert f"{console.row.number}  " in console.text
        row = console.row
        await console.press("r")
        await console.type("not a word is lost")
        await console.press("ctrl+s", "y")
        await console.wait_for("kept and goes later")
        assert console.desk.outbox.counts.waiting == 1
    port = int(address.base_url.rpartition(":")[2])
    token = address.api_token
    with RunningDesk(tmp_path, port=port, api_token=token) as running:
        async with (
            console_on(address, tmp_path) as console,
            DeskeroClient(address) as colleague,
        ):
            await console.until(lambda: not console.desk.outbox.counts.waiting, "for the outbox")
            replies = (await colleague.ticket(row.id)).replies
            assert [reply.text for reply in replies].count("<p>not a word is lost</p>") == 1


async def test_a_desk_never_reached_does_not_look_like_one_without_tickets(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as running:
        address = address_of(running)
    async with console_on(
        address, tmp_path, size=NORMAL, clock=StillClock(), is_awaited=False
    ) as console:
        await console.wait_for("Tickets could not be read", "OFFLINE since ")
        assert "No tickets" not in console.text


async def test_a_token_that_the_desk_does_not_take_is_said_to_be_that(
    running: RunningDesk, tmp_path: Path
) -> None:
    address = address_of(running, api_token="bm90Om91cnM=")
    async with console_on(address, tmp_path, is_awaited=False) as console:
        await console.wait_for("SIGNED OUT since ", "Tickets could not be read")
        assert "bm90Om91cnM" not in console.text


async def test_an_empty_desk_has_no_tickets_and_every_command_says_so(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as running:
        async with console_on(address_of(running), tmp_path) as console:
            assert "No tickets in this view." in console.text
            assert "0 tickets · online" in console.text
            for key in ("enter", "r", "n", "a", "A", "s", "p", "t", "m", "e", "b", "D", "y", "w"):
                await console.press(key)
                assert isinstance(console.app.screen, InboxScreen), key
                assert console.is_in(Place.LIST), key


async def test_what_was_read_last_time_is_on_the_first_picture(
    running: RunningDesk, tmp_path: Path
) -> None:
    async with console_on(address_of(running), tmp_path) as console:
        number: str = console.row.number
    async with console_on(address_of(running), tmp_path, is_awaited=False) as console:
        await console.pilot.pause()
        assert number in console.text


async def test_a_key_that_comes_before_its_row_still_means_it(console: Console) -> None:
    await console.press("9")
    row = console.row
    console.tickets._rows.clear()
    console.inbox.action_command("ticket.priority")
    await console.until(lambda: console.tickets.cursor_row is not None)
    await console.until(lambda: console.row.is_priority is not row.is_priority)
    assert console.row.id == row.id


async def test_a_start_is_over_also_where_the_desk_cannot_be_started(tmp_path: Path) -> None:
    def open_client() -> DeskeroClient:
        raise BadConfig("There is no such address.")

    over: list[str] = []
    database = Database(tmp_path / "store.sqlite")
    app = DeskeroApp(
        Desk(database, open_client=open_client, profile=Profile(agent=ME)),
        ConsoleSettings(zone=UTC, download_folder=tmp_path, rescue_folders=(tmp_path,)),
        on_started=lambda: over.append(app.screen.query_one(StatusLine).said),
    )
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert over == ["There is no such address."]
    database.close()


async def test_what_a_large_store_has_already_is_no_news_at_a_start(tmp_path: Path) -> None:
    count = FIRST_ROWS + 20
    everything = [view for view in BUILT_IN_VIEWS if view.id == "all"]
    with RunningDesk(tmp_path, demo_tickets=count, demo_anchor=LONG_AGO) as running:
        address = address_of(running)
        async with console_on(address, tmp_path, views=everything) as console:
            assert console.tickets.row_count == count
        async with console_on(address, tmp_path, views=everything) as console:
            assert console.tickets.row_count == count
            assert console.said == ""
